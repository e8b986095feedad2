"""Words are counted and languages told by plain rules, in any script; unsure is an answer."""

import pytest

from dataset.quality.language import content_stems, language_of, words_in
from tests.unit.dataset.quality.rows import CLEAN


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two-three, it's 4.5!", 4),
        ("- a\n- b", 2),
        ("Die Lieferung verspätet sich.", 4),
        ("支付测试", 2),
        ("支付测试。OKR", 3),
        ("أجل الفريق موعد الإطلاق", 4),
        ("สวัสดีครับ", 2),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The team moved the launch to Thursday, since it was not done.", "en"),
        ("Die Lieferung verspätet sich um drei Tage, weil das Lager umgebaut wird.", "de"),
        ("El equipo movió la fecha de la entrega para el jueves.", "es"),
        ("L'équipe a déplacé le lancement à jeudi pour les tests.", "fr"),
        ("Il team ha spostato il lancio di una settimana per i test.", "it"),
        ("A equipe moveu o lançamento para a semana que não tem testes.", "pt"),
        ("因为支付测试没有完成，OKR 和 Jira 推迟。", "zh"),
        ("支払いテストが終わらなかった。", "ja"),
        ("결제 테스트가 끝나지 않았다", "ko"),
        ("أجل الفريق موعد الإطلاق", "ar"),
        ("تیم زمان راه‌اندازی را به پنجشنبه برد", "fa"),
        ("Мы перенесли выпуск на четверг", "ru"),
        ("Η ομάδα μετέφερε την έναρξη", "el"),
        ("", ""),
        ("ok", ""),
        ("12:30 – 14:00", ""),
        ("Jira Slack Kanban", ""),
    ],
)
def test_the_language_is_told_or_left_open(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_clean_rows_are_of_their_languages() -> None:
    codes = {"english": "en", "german": "de", "spanish": "es", "chinese": "zh", "arabic": "ar"}

    assert {name: language_of(f"{row.instruction} {row.input} {row.output}") for name, row in CLEAN.items()} == codes


def test_texts_on_one_subject_share_stems() -> None:
    assert content_stems("Delivery was late") & content_stems("we deliver tomorrow")
    assert content_stems("支付测试推迟") & content_stems("测试完成")
    assert not content_stems("which should their") & content_stems("which should their")

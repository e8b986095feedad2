"""A pack's word in a text: folded, at the beginning of a word, anywhere in scripts that join their words."""

import pytest

from agent.coverage.matching import Text, folded


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("risk", "The RISKS are known"),
        ("user story", "three user   stories"),
        ("user story", "A user-story."),
        ("summar*", "Bitte summarisch"),
        ("A/B test", "our a/b tests"),
        ("gestión", "GESTION de producto"),
        ("Gegenmaßnahme*", "GEGENMASSNAHMEN"),
        ("gegenmassnahme*", "Gegenmaßnahmen"),
        ("API", "two APIs"),
        ("用户故事", "请写一个用户故事吧"),
        ("خطأ", "عند حدوث الخطأ"),
        ("أخطاء", "بدون اخطاء"),
        ("ﬁnance", "finance"),
        ("\n|", "| a | b |\n|---|---|"),
        ("??", "what??"),
    ],
)
def test_found(word: str, text: str) -> None:
    assert Text.of(text).holds(word)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("risk", "an asterisk"),
        ("risk", "riskless"),
        ("plan", "planetary"),
        ("API", "apiary"),
        ("ui", "uid"),
        ("user story", "story of a user"),
        ("用户故事", "用户的故事"),
        ("\n|", "a | b"),
        ("risk", ""),
    ],
)
def test_not_found(word: str, text: str) -> None:
    assert not Text.of(text).holds(word)


def test_folding_leaves_letters_and_digits_of_any_script() -> None:
    assert folded("  Größe: 12–15 € / Año!\n用户（故事）") == "grosse 12 15 ano 用户 故事"


@pytest.mark.parametrize("text", ["risky " * 10_000, " risk" * 12_000, "a" * 60_000, "| " * 30_000])
@pytest.mark.timeout(60)  # some 30 ms; a quadratic search would take minutes
def test_a_long_text_is_searched_to_its_end(text: str) -> None:
    ready = Text.of(text)
    for word in ("risk", "a" * 70, "risk risk risk x", "summar*", "\n|"):
        assert ready.holds(word) is Text.of(f"{text} .").holds(word)

"""A document is cut where its author would cut it: at headings, paragraphs, sentences, and never in code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.formats.passages import MOST, Passage, passages

LONG = "This sentence is long enough to be a passage of its own, which tiny ones are not. "


def headings(document: str) -> list[str]:
    return [one.heading for one in passages(document).passages]


def texts(document: str, longest: int = 1500) -> list[str]:
    return [one.text for one in passages(document, longest).passages]


def test_a_passage_knows_its_number_line_and_heading() -> None:
    document = f"# Rules\n\nFirst. {LONG}\n\n## Money\n\nSecond. {LONG}\n\nThird."

    assert passages(document).passages == [
        Passage(number=1, line=3, heading="Rules", text=f"First. {LONG}".strip()),
        Passage(number=2, line=7, heading="Money", text=f"Second. {LONG}\n\nThird.".replace(". \n", ".\n")),
    ]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("## Money ##", "Money"),
        ("Money\n=====", "Money"),
        ("Money\n---", "Money"),
        ("MONEY AND TIME", "MONEY AND TIME"),
        ("3.2 Money", "3.2 Money"),
        ("4. Geld\n", "4. Geld"),
        ("§ 3 Kündigung", "§ 3 Kündigung"),
        ("§ 3 Die Kündigung bedarf der Schriftform.", "§ 3"),
        ("Artikel 5 Haftung", "Artikel 5 Haftung"),
        ("Artículo IV: Plazos", "Artículo IV: Plazos"),
        ("第三条 用人单位应当足额支付劳动报酬。", "第三条"),
        ("第十二章 附则", "第十二章 附则"),
        ("المادة 5 التعريفات", "المادة 5 التعريفات"),
    ],
)
def test_headings_are_known_by_how_they_look(line: str, heading: str) -> None:
    assert headings(f"{LONG}\n\n{line}\n{LONG}") == ["", heading]


@pytest.mark.parametrize(
    "line",
    ["Money", "1. Log in.", "1. Log in\n2. Log out", "#hashtag", "3 apples.", "ABC.", "---", "支持AI模型", "نموذج AI"],
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert headings(f"{LONG}\n\n{line}\n{LONG}") == [""]


def test_a_wrapped_line_that_begins_with_a_reference_is_no_heading() -> None:
    assert headings(f"{LONG}\n\nWartung erfolgt gemäß\n§ 3 des Vertrags. {LONG}") == [""]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Wann darf ich duschen?", "Nach zwei Tagen."),
        ("¿Cuándo puedo conducir?", "En una semana."),
        ("什么时候可以洗澡？", "两天以后。"),
        ("متى يمكنني الاستحمام؟", "بعد يومين."),
    ],
)
def test_a_question_and_its_answer_stay_by_themselves_however_short(question: str, answer: str) -> None:
    document = f"## A\n\nTiny.\n\n## {question}\n\n{answer}\n\n## B\n\nTiny too.\n\n## C?\n\nYes.\n"
    found = passages(document).passages
    assert [(one.heading, one.text) for one in found] == [
        ("A", "Tiny."),
        (question, answer),
        ("B", "Tiny too."),
        ("C?", "Yes."),
    ]


def test_a_tiny_section_is_read_with_the_next_whose_heading_stays_in_the_text() -> None:
    assert passages(f"# Title\n\nBy me.\n\n## Money\n\n{LONG}").passages == [
        Passage(number=1, line=3, heading="Title", text=f"By me.\n\n## Money\n\n{LONG.strip()}")
    ]


def test_a_text_of_capitals_only_is_no_list_of_headings() -> None:
    assert texts("STOP\n\nCOME HOME\n\nALL IS FORGIVEN") == ["STOP\n\nCOME HOME\n\nALL IS FORGIVEN"]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Das gilt z. B. ab dem 3. Mai für Dr. Meier.", "Es endet nie!", "Wirklich?"],
        ["¿Cuándo empieza el plazo de la Sra. García?", "Empieza hoy.", "Termina mañana."],
        ["工资应当以货币形式按月支付。", "不得克扣！", "可以申请支付令吗？"],
        ["هل هذا واضح؟", "نعم هذا واضح جدا.", "ثم انتهى الأمر۔"],
        ["It costs 3.50 in e.g. Spain.", 'He said: "Stop." Then he left.', "She stayed…"],
    ],
)
def test_a_long_paragraph_is_cut_between_sentences_only(sentences: list[str]) -> None:
    blank = "" if "。" in sentences[0] else " "
    parts = texts(blank.join(sentences), longest=max(map(len, sentences)) + 1)

    assert blank.join(parts) == blank.join(sentences)
    ends = {blank.join(sentences[: number + 1]) for number in range(len(sentences))}
    assert all(blank.join(parts[: number + 1]) in ends for number in range(len(parts) - 1))
    assert len(parts) > 1


def test_a_sentence_that_is_too_long_is_cut_between_words_and_a_word_anywhere() -> None:
    assert texts("one two three four", longest=9) == ["one two", "three", "four"]
    assert texts("x" * 20, longest=9) == ["x" * 9, "x" * 9, "xx"]


def test_code_is_never_cut_and_has_no_headings() -> None:
    code = "```python\n# no heading\n\n" + "print(1)  # again. And again.\n" * 20 + "```"

    assert texts(f"{LONG}\n\n{code}\n\n{LONG}", longest=100) == [LONG.strip(), code, LONG.strip()]


def test_an_open_fence_is_no_code() -> None:
    assert headings(f"{LONG}\n\n```\n\n# Money\n\n{LONG}") == ["", "Money"]


def test_of_a_long_document_two_hundred_are_shown_and_the_rest_is_counted() -> None:
    result = passages("\n\n".join(f"# {number}\n\n{LONG}" for number in range(MOST + 50)))

    assert [one.number for one in result.passages] == list(range(1, MOST + 1))
    assert result.left_out == 50


def test_nothing_gives_nothing() -> None:
    assert passages(" \n\n ").passages == []


pieces = st.sampled_from(
    [
        "# a",
        "a. B",
        "。",
        "\n",
        "\n\n",
        "```",
        "~~~x",
        " ",
        "§ 3 x",
        "第一条",
        "1.1 T",
        "- b",
        "AB",
        "===",
        "x" * 30,
        "؟",
    ]
)


@given(st.lists(pieces, max_size=40).map("".join) | st.text(max_size=200), st.integers(1, 60))
def test_no_passage_is_empty_or_too_long_and_each_stands_in_the_document(document: str, longest: int) -> None:
    lines = document.splitlines()
    for one in passages(document, longest).passages:
        assert one.text.strip()
        assert len(one.text) <= longest or "```" in one.text or "~~~" in one.text
        assert 1 <= one.line <= len(lines)


@given(
    st.lists(st.sampled_from(["word", "Ende.", "好。", "نعم؟", "\n", "\n\n", "- x"]), max_size=60), st.integers(5, 40)
)
def test_no_word_gets_lost(words: list[str], longest: int) -> None:
    document = " ".join(words)

    assert "".join("".join(texts(document, longest)).split()) == "".join(document.split())


@pytest.mark.parametrize(
    "hostile", [". ", "a.", "§ 3 ", "# ", "第三条", "1.1.1 ", "\n```a", "A\n", "-\n", "“", "。" * 50, " \n"]
)
@pytest.mark.timeout(90)  # a square of the length would take many minutes
def test_three_hundred_thousand_hostile_characters_lose_none(hostile: str) -> None:
    document = hostile * (300_000 // len(hostile))

    assert "".join("".join(texts(document)).split()) == "".join(document.split())

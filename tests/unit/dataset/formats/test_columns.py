"""Columns are proposed by their names in many languages, then by their shape; rows obey the rules of JSON lines."""

import json

import pytest

from dataset.formats.columns import ColumnMapping, apply, propose
from dataset.formats.field_names import role_of
from dataset.formats.records import GivenRow, Limits, Refusal, Sheet
from dataset.formats.sheets import read_sheet

SHORT, MIDDLE, LONG = "Why so?", "Somebody asked this on Monday.", "It was answered at length, in whole sentences. " * 3


def sheet(**columns: str) -> Sheet:
    """Three records under these columns."""
    objects = [{name: f"{text} {number}" for name, text in columns.items()} for number in range(3)]
    return read_sheet(json.dumps(objects).encode(), "rows.json")


def proposed(**columns: str) -> tuple[str | None, str | None, str | None, str | None]:
    mapping = propose(sheet(**columns))
    assert mapping is not None
    assert not mapping.sure
    return mapping.instruction, mapping.input, mapping.output, mapping.category


@pytest.mark.parametrize(
    ("asked", "given", "answered", "sort"),
    [
        ("question", "context", "answer", "topic"),
        ("Prompt", "Notes", "Response", "Type"),
        ("Frage", "Eingabe", "Antwort", "Kategorie"),
        ("Pregunta", "Contexto", "Respuesta", "Categoría"),
        ("问题", "上下文", "答案", "类别"),
        ("提问", "材料", "回答", "标签"),
        ("سؤال", "سياق", "جواب", "فئة"),
        ("السؤال", "النص", "الإجابة", "التصنيف"),
        ("Kundenfrage", "input_text", "expectedAnswer", "question type"),
        ("用户问题", "原文", "标准答案", "分类"),
        ("user question", "source text", "answer text", "ticket category"),
    ],
)
def test_columns_are_known_by_name(asked: str, given: str, answered: str, sort: str) -> None:
    columns = {answered: SHORT, sort: SHORT, asked: LONG, given: MIDDLE}

    assert proposed(**columns) == (asked, given, answered, sort)


@pytest.mark.parametrize("name", ["id", "created_at", "user_id", "Quelle", "日期", "ticket number", "Haus", ""])
def test_other_names_say_nothing(name: str) -> None:
    assert role_of(name) is None


def test_the_plainest_name_wins() -> None:
    assert proposed(question_text=SHORT, question=SHORT, answer_2=LONG, answer=SHORT)[0::2] == ("question", "answer")


def test_without_names_the_longest_texts_are_the_output() -> None:
    assert proposed(b=LONG, x=SHORT) == ("x", None, "b", None)
    assert proposed(x=SHORT, y=MIDDLE, b=LONG, id=LONG * 2) == ("x", "y", "b", None)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Wann darf ich nach der Operation wieder duschen?", "Nach zwei Tagen."),
        ("手术以后什么时候可以洗澡呢？", "两天以后。"),
        ("متى يمكنني الاستحمام بعد العملية؟", "بعد يومين."),
    ],
)
def test_without_names_questions_are_never_the_output(asked: str, told: str) -> None:
    rows = [{"foo": told, "bar": asked}] * 3
    mapping = propose(read_sheet(json.dumps(rows).encode(), "rows.json"))
    assert mapping is not None
    assert (mapping.instruction, mapping.output) == ("bar", "foo")


def test_one_name_helps_to_find_the_other_columns() -> None:
    assert proposed(ticket=MIDDLE, answer=SHORT) == ("ticket", None, "answer", None)
    assert proposed(question=SHORT, gold=LONG, comment=SHORT) == ("question", None, "gold", None)
    assert proposed(question=SHORT, notes=LONG) == ("question", None, "notes", None)
    assert proposed(Q=SHORT, A=SHORT) == ("Q", None, "A", None)


@pytest.mark.parametrize("names", [("text", "label"), ("message", "category"), ("question", "topic"), ("文本", "标签")])
def test_texts_with_a_label_lack_an_instruction(names: tuple[str, str]) -> None:
    text, label = names
    mapping = propose(sheet(**{text: LONG, label: SHORT}))

    assert mapping == ColumnMapping(input=text, output=label)
    assert mapping.needs_instruction


def test_labels_are_known_by_coming_again_and_again() -> None:
    objects = [{"x": f"{MIDDLE} {number}", "y": "spam" if number % 2 else "ham"} for number in range(8)]
    mapping = propose(read_sheet(json.dumps(objects).encode(), "rows.json"))

    assert mapping == ColumnMapping(input="x", output="y")


def test_numbers_may_be_labels() -> None:
    assert propose(read_sheet(b"text,label\ngood,1\nbad,0", "a.csv")) == ColumnMapping(input="text", output="label")


class TestSure:
    @pytest.mark.parametrize(
        "columns",
        [
            {"instruction": SHORT, "output": LONG},
            {"Instruction": SHORT, "INPUT": SHORT, "Output ": LONG},
            {"instruction": SHORT, "output": LONG, "category": SHORT},
            {"instruction": SHORT, "output": LONG, "id": "a7", "source": "me", "language": "en"},
            {"prompt": SHORT, "completion": LONG},
        ],
    )
    def test_of_columns_that_are_called_just_so(self, columns: dict[str, str]) -> None:
        mapping = propose(sheet(**columns))

        assert mapping is not None
        assert mapping.sure

    @pytest.mark.parametrize(
        "columns",
        [
            {"instruction": SHORT, "output": LONG, "context": MIDDLE},
            {"instruction": SHORT, "output": LONG, "better output": LONG},
            {"instruction": SHORT, "output": LONG, "Output": LONG},
            {"instruction": SHORT, "response": LONG},
            {"question": SHORT, "answer": LONG},
        ],
    )
    def test_of_nothing_else(self, columns: dict[str, str]) -> None:
        mapping = propose(sheet(**columns))

        assert mapping is not None
        assert not mapping.sure

    def test_values_that_are_no_text_do_not_disturb(self) -> None:
        data = json.dumps([{"instruction": "a", "output": "b", "scores": [1], "n": 7}]).encode()

        assert propose(read_sheet(data, "a.json")) == ColumnMapping(
            instruction="instruction", output="output", sure=True
        )


@pytest.mark.parametrize("data", [b"word\nother\nthird", b"id,answer\n1,a", b"[{}]", b"", b"Just prose.", b"7,8\n9,10"])
def test_fewer_than_two_columns_give_no_proposal(data: bytes) -> None:
    assert propose(read_sheet(data, "a.csv" if b"," in data else "")) is None


class TestApply:
    def test_rows_keep_their_lines_and_categories(self) -> None:
        result = read_sheet(b"thema,frage,antwort\nReisen \t,Wo?,Da.\n,Wann?,Jetzt.", "a.csv")
        mapping = propose(result)
        assert mapping is not None

        assert apply(result, mapping).rows == [
            GivenRow(line=2, instruction="Wo?", input="", output="Da.", category="Reisen"),
            GivenRow(line=3, instruction="Wann?", input="", output="Jetzt.", category=""),
        ]

    def test_one_instruction_may_hold_for_every_row(self) -> None:
        result = read_sheet(b"text,label\nIt broke.,bug", "a.csv")
        mapping = ColumnMapping(input="text", output="label", constant_instruction="Sort this message.")

        assert not mapping.needs_instruction
        assert apply(result, mapping).rows == [
            GivenRow(line=2, instruction="Sort this message.", input="It broke.", output="bug")
        ]

    def test_without_it_no_row_is_made(self) -> None:
        result = read_sheet(b"text,label\nIt broke.,bug", "a.csv")
        reading = apply(result, ColumnMapping(input="text", output="label"))

        assert reading.rows == []
        assert reading.refusals == [Refusal(line=2, code="empty_field", numbers={"field": "instruction"})]

    def test_refusals_name_field_and_column_and_stand_in_the_order_of_lines(self) -> None:
        lines = [
            {"q": "a", "a": ""},
            7,
            {"q": ["a"], "a": "b"},
            {"a": "b"},
            {"q": "a", "a": "b" * 11},
            {"q": "a", "a": "\x07"},
            {"q": "a", "a": "b", "c": 7},
            {"q": "a", "a": "b", "c": None},
        ]
        result = read_sheet("\n".join(map(json.dumps, lines)).encode(), "a.jsonl")
        reading = apply(result, ColumnMapping(instruction="q", input="c", output="a"), Limits(field_characters=10))

        assert [row.line for row in reading.rows] == [8]
        assert [(one.line, one.code, dict(one.numbers)) for one in reading.refusals] == [
            (1, "empty_field", {"field": "output", "column": "a"}),
            (2, "not_an_object", {"found": "number"}),
            (3, "wrong_type", {"found": "array", "field": "instruction", "column": "q"}),
            (4, "missing_field", {"field": "instruction", "column": "q"}),
            (5, "too_long_field", {"field": "output", "characters": 11, "limit": 10, "column": "a"}),
            (6, "control_character", {"character": "U+0007", "field": "output", "column": "a"}),
            (7, "wrong_type", {"found": "number", "field": "input", "column": "c"}),
        ]

    def test_columns_that_nobody_asked_for_do_not_disturb(self) -> None:
        result = read_sheet(b'[{"instruction": "a", "output": "b", "x": "\\u0000", "x": 7}]', "a.json")

        assert len(apply(result, ColumnMapping(instruction="instruction", output="output")).rows) == 1

    def test_a_file_refused_as_a_whole_stays_so(self) -> None:
        reading = apply(read_sheet(b"%PDF-", "a.csv"), ColumnMapping(instruction="a", output="b"))

        assert reading.refusals == [Refusal(line=0, code="binary", numbers={"kind": "pdf"})]

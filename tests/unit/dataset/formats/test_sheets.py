"""Whatever a person sends is read as what it is: records under columns, a document, or a refusal that says why."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.formats.columns import ColumnMapping, apply, propose
from dataset.formats.jsonl import write_jsonl
from dataset.formats.records import GivenRow, Limits, Record, Refusal, Sheet
from dataset.formats.sheets import read_sheet, read_sheet_file
from dataset.quality.characters import with_plain_line_ends

ROW = {"instruction": "Translate", "input": "Haus", "output": "house"}


def values(sheet: Sheet) -> list[dict[str, str]]:
    return [dict(one.values) for one in sheet.records]


def codes(sheet: Sheet) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in sheet.refusals]


def sheet(text: str, name: str = "rows") -> Sheet:
    return read_sheet(text.encode(), name)


class TestWhatAFileIs:
    @pytest.mark.parametrize(
        "name", ["rows.jsonl", "rows.json", "rows.txt", "rows.csv", "rows", "../../etc/passwd\x00.md"]
    )
    def test_the_content_decides_before_the_name(self, name: str) -> None:
        assert sheet(json.dumps(ROW) + "\n" + json.dumps(ROW), name).kind == "jsonl"
        assert sheet(json.dumps([ROW, ROW], indent=1), name).kind == "json"

    @pytest.mark.parametrize(
        ("text", "name", "kind"),
        [
            ("question,answer\na,b", "rows.csv", "csv"),
            ("question,answer\na,b", "rows", "csv"),
            ("eins\tone\nzwei\ttwo", "", "csv"),
            ("question;answer\na;b", "rows.json", "csv"),
            ("| a | b |\n|---|---|\n| c | d |", "rows.md", "markdown"),
            ("Q: a\nA: b", "faq.txt", "text"),
            ("Q: a\nA: b", "faq.md", "markdown"),
        ],
    )
    def test_tables_and_labels_are_known(self, text: str, name: str, kind: str) -> None:
        result = sheet(text, name)

        assert (result.kind, result.document, result.refusals) == (kind, "", [])
        assert result.records

    @pytest.mark.parametrize("name", ["plan.md", "plan.txt", "plan", ""])
    @pytest.mark.parametrize(
        "text",
        [
            "[1] A footnote, and more.\n{{name}} stands here.",
            "[A link](https://example.org), and text.",
            "Red, green\nBlue, yellow\n",
            "# Plan\n\n| Who | When |\n|---|---|\n| I | today |\n\nMuch more is said in the text than in the table above.",
            "Notes: we met.\nAnswer: nobody knows.",
        ],
    )
    def test_prose_is_a_document(self, text: str, name: str) -> None:
        result = sheet(text, name)

        assert (result.document, result.records, result.refusals) == (text, [], [])

    def test_a_document_has_plain_line_ends_and_nothing_that_cannot_be_stored(self) -> None:
        data = "Eins\r\nzwei\x07 drei \ud83d".encode("utf-16-le", "surrogatepass")

        assert read_sheet(b"\xff\xfe" + data, "a.txt").document == "Eins\nzwei drei \ufffd"

    @pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.md", "a.txt", ""])
    def test_what_is_no_text_is_refused_as_a_whole(self, name: str) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("rows.csv", "a,b")

        assert codes(read_sheet(packed.getvalue(), name)) == [(0, "archive")]
        assert codes(read_sheet(b"%PDF-1.7", name)) == [(0, "binary")]
        assert codes(read_sheet(b"a\x00b", name)) == [(0, "binary")]
        assert codes(read_sheet(b"  \r\n\xef\xbb\xbf", name)) == [(0, "empty_file")]
        assert codes(read_sheet(b"x" * 11, name, Limits(bytes=10))) == [(0, "too_large")]

    def test_of_a_file_on_disk_no_more_is_read_than_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "0"
        path.write_text("question,answer\na,b")
        assert len(read_sheet_file(path, "rows.csv").records) == 1

        with path.open("r+b") as file:
            file.truncate(200_000_000)  # sparse: it takes no room on disk

        assert codes(read_sheet_file(path, "rows.csv")) == [(0, "too_large")]


class TestEncodings:
    TEXT = "Frage;Antwort\nWie heißt die Straße?;Königsallee – „die Kö“\n"

    @pytest.mark.parametrize(
        ("encoding", "mark", "told"),
        [
            ("utf-8", b"", "utf-8"),
            ("utf-8", b"\xef\xbb\xbf", "utf-8"),
            ("utf-16-le", b"\xff\xfe", "utf-16-le"),
            ("utf-16-be", b"\xfe\xff", "utf-16-be"),
            ("cp1252", b"", "cp1252"),
        ],
    )
    def test_files_of_any_spreadsheet_are_read_and_a_guess_is_told(self, encoding: str, mark: bytes, told: str) -> None:
        result = read_sheet(mark + self.TEXT.encode(encoding), "a.csv")

        assert result.encoding == told
        assert values(result) == [{"Frage": "Wie heißt die Straße?", "Antwort": "Königsallee – „die Kö“"}]

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [("问题,答案\n什么是劳动合同,一种协议", "gb18030"), ("سؤال,جواب\nما هذا,كتاب جديد", "cp1256")],
    )
    def test_other_old_encodings_are_refused_rather_than_read_as_nonsense(self, text: str, encoding: str) -> None:
        assert codes(read_sheet(text.encode(encoding), "a.csv")) == [(0, "unknown_encoding")]


class TestJson:
    @pytest.mark.parametrize(
        "text",
        [
            json.dumps([ROW]),
            json.dumps({"data": [ROW]}, indent=2),
            json.dumps({"name": "mine", "version": 1, "rows": [ROW], "tags": ["a"]}),
            json.dumps(ROW),
            json.dumps(ROW, indent=2),
            json.dumps({**ROW, "meta": [{"a": 1}]}),
        ],
    )
    def test_an_array_an_object_that_holds_one_and_a_single_example_are_read(self, text: str) -> None:
        (record,) = sheet(text, "rows.json").records

        assert {**ROW, **record.values} == record.values
        assert record.values["output"] == "house"

    def test_each_element_has_the_line_on_which_it_begins(self) -> None:
        text = '{"data": [\n  {"a": "1",\n   "b": "2"},\n\n  {"a": "3"}\n]}'

        assert [one.line for one in sheet(text).records] == [2, 5]

    def test_good_elements_are_kept_when_others_fail(self) -> None:
        text = '[{"a": "b"},\n7,\n"x",\n{"a": NaN},\n{"a": "c"}]'
        result = sheet(text, "a.json")

        assert values(result) == [{"a": "b"}, {"a": "c"}]
        assert codes(result) == [(2, "not_an_object"), (3, "not_an_object"), (4, "not_json")]

    def test_what_stands_before_a_broken_place_is_kept_and_the_place_told(self) -> None:
        result = sheet('[{"a": "b"},\n{"a": "c"},\n{"a": oops},\n{"a": "d"}]', "a.json")

        assert values(result) == [{"a": "b"}, {"a": "c"}]
        assert result.refusals == [Refusal(line=3, code="broken_json", numbers={"at": 3, "column": 7})]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ('[{"a": ', "broken_json"),
            ("[" * 100_000, "too_deep"),
            ('{"a":' * 100_000, "too_deep"),
            ('{"a": 1, "b": [1, 2]}', "no_records"),
            ("[1, 2]", "no_records"),
            ('["a", "b"]', "no_records"),
            (json.dumps({"train": [ROW], "test": [ROW]}), "several_tables"),
            ("nothing of the kind", "broken_json"),
            ('"text"', "no_records"),
        ],
    )
    def test_without_any_record_the_file_is_refused_as_a_whole(self, text: str, code: str) -> None:
        assert codes(sheet(text, "a.json")) == [(0, code)]

    def test_bytes_that_are_no_utf8_spoil_only_their_element(self) -> None:
        result = read_sheet(b'[{"a": "gr\xfcn"},\n{"a": "b"}]', "a.json")

        assert values(result) == [{"a": "b"}]
        assert codes(result) == [(1, "not_utf8")]

    def test_more_elements_than_the_limit_are_refused(self) -> None:
        assert codes(read_sheet(b"[{},{},{}]", "a.json", Limits(lines=2))) == [(0, "too_many_records")]

    def test_values_that_are_no_text_and_keys_that_come_twice_spoil_only_their_column(self) -> None:
        (record,) = sheet('[{"a": 1, "b": ["x"], "c": "1", "c": "2", "d": null, "e": "\\u0007", "f": "g"}]').records

        assert record.values == {"c": "2", "d": "", "f": "g"}
        assert {column: refusal.code for column, refusal in record.unusable.items()} == {
            "a": "wrong_type",
            "b": "wrong_type",
            "c": "duplicate_key",
            "e": "control_character",
        }

    def test_names_of_columns_are_fit_to_be_shown(self) -> None:
        keys = ["\x1b[2J", "a" * 500, "a" * 400, "x\u202ey", "ü\n", ""]
        result = read_sheet(json.dumps([dict.fromkeys(keys, "v")]).encode(), "a.json")

        assert result.columns == ("[2J", "a" * 80, "a" * 80 + " (3)", "xy", "ü", "column 6")

    def test_of_very_many_columns_the_first_are_kept(self) -> None:
        result = sheet(json.dumps([{f"c{number}": "v" for number in range(5_000)}]))

        assert len(result.columns) == 200


class TestChats:
    def rows(self, *objects: object) -> list[dict[str, str]]:
        as_lines = sheet("\n".join(map(json.dumps, objects)), "a.jsonl")
        as_array = sheet(json.dumps(objects), "a.json")
        assert values(as_lines) == values(as_array)
        return values(as_lines)

    def refusal(self, value: object) -> tuple[str, dict[str, object]]:
        (refusal,) = sheet(json.dumps([value]), "a.json").refusals
        assert refusal.line == 1
        return refusal.code, dict(refusal.numbers)

    def test_messages_of_openai(self) -> None:
        asked, answered = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}
        parts = {"role": "user", "content": [{"type": "text", "text": "H"}, {"type": "text", "text": "i"}]}

        assert self.rows({"messages": [asked, answered]}, {"messages": [parts, answered]}) == [
            {"instruction": "Hi", "output": "Hello"},
            {"instruction": "Hi", "output": "Hello"},
        ]

    def test_conversations_of_sharegpt(self) -> None:
        said = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]

        assert self.rows({"id": "7", "conversations": said}, {"id": "8", "conversations": said}) == [
            {"instruction": "Hi", "output": "Hello", "id": "7"},
            {"instruction": "Hi", "output": "Hello", "id": "8"},
        ]

    def test_prompt_and_completion(self) -> None:
        messages = {
            "prompt": [{"role": "user", "content": "Hi"}],
            "completion": [{"role": "assistant", "content": "Hello"}],
        }

        assert self.rows({"prompt": "Hi", "completion": "Hello"}, messages) == [
            {"instruction": "Hi", "output": "Hello"},
            {"instruction": "Hi", "output": "Hello"},
        ]

    def test_a_single_chat_is_no_array_of_its_messages(self) -> None:
        chat = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}

        assert values(sheet(json.dumps(chat, indent=1), "a.json")) == [{"instruction": "Hi", "output": "Hello"}]

    def test_system_text_stays_beside_the_row_but_where_it_is_the_only_instruction(self) -> None:
        system, answer = {"role": "system", "content": "Be brief"}, {"role": "assistant", "content": "Hello"}
        chat = {"messages": [system, {"role": "user", "content": "Hi"}, answer]}

        assert self.rows(chat, {"messages": [system, answer]}) == [
            {"instruction": "Hi", "output": "Hello", "system": "Be brief"},
            {"instruction": "Be brief", "output": "Hello"},
        ]
        mapping = propose(sheet(json.dumps([chat]), "a.json"))
        assert mapping == ColumnMapping(instruction="instruction", output="output", sure=True)

    def test_messages_in_a_row_by_one_speaker_are_one(self) -> None:
        user = {"role": "user", "content": "Hi"}
        chat = {"messages": [user, user, {"role": "assistant", "content": "Hello"}]}

        assert self.rows(chat, chat)[0]["instruction"] == "Hi\n\nHi"

    def test_a_conversation_of_several_turns_is_refused_and_not_cut(self) -> None:
        turn = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]

        assert self.refusal({"messages": turn * 3}) == ("several_turns", {"turns": 3})

    @pytest.mark.parametrize(
        ("messages", "code"),
        [
            ([], "no_answer"),
            ([{"role": "user", "content": "Hi"}], "no_answer"),
            ([{"role": "assistant", "content": "Hi"}], "no_request"),
            ([{"role": "tool", "content": "Hi"}], "unknown_role"),
            ([{"role": {}, "content": "Hi"}], "unknown_role"),
            ([{"role": "user", "content": 7}], "wrong_type"),
            ([{"role": "user", "content": [{"type": "image_url"}]}], "wrong_type"),
            ([{"role": "user"}], "wrong_type"),
        ],
    )
    def test_other_conversations_are_refused_by_line(self, messages: list[object], code: str) -> None:
        assert self.refusal({"messages": messages})[0] == code


class TestCsv:
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_the_separator_is_counted(self, separator: str, end: str) -> None:
        lines = ["question|answer", "Was, bitte?|Das; oder jenes", '"two\nlines"|"a ""quote"""', '"1,5"|"2,5; 3,5"']
        cells = [line.split("|") for line in lines]
        quoted = [[cell if cell[0] == '"' else f'"{cell}"' for cell in line] for line in cells]
        result = sheet(end.join(separator.join(line) for line in quoted), "a.csv")

        assert result.refusals == []
        assert values(result) == [
            {"question": "Was, bitte?", "answer": "Das; oder jenes"},
            {"question": "two\nlines", "answer": 'a "quote"'},
            {"question": "1,5", "answer": "2,5; 3,5"},
        ]

    def test_decimal_commas_do_not_outweigh_semicolons(self) -> None:
        assert values(sheet("1,5 kg;2,5 kg\n3,5 kg;4,5 kg", "a.csv"))[0] == {"column 1": "1,5 kg", "column 2": "2,5 kg"}

    def test_excel_may_tell_the_separator(self) -> None:
        result = sheet("sep=;\r\nquestion;answer\r\na,b;c,d\r\n", "a.csv")

        assert result.records == [Record(line=3, values={"question": "a,b", "answer": "c,d"})]

    def test_without_a_header_the_columns_are_numbered(self) -> None:
        assert sheet("Haus,house\nHof,yard\nBaum,tree", "a.csv").columns == ("column 1", "column 2")

    def test_a_header_of_unknown_words_is_known_by_its_shortness(self) -> None:
        text = "ticket,reply text\n" + "The printer is on fire again.,Please leave the building at once.\n" * 3

        assert sheet(text, "a.csv").columns == ("ticket", "reply text")
        assert sheet(text.replace("reply text", "gut"), "a.csv").columns == ("ticket", "gut")

    def test_names_that_are_missing_or_come_twice_are_made_good(self) -> None:
        assert sheet("question,,question\na,b,c", "a.csv").columns == ("question", "column 2", "question (3)")

    def test_ragged_rows_are_refused_by_line_and_empty_ones_left_out(self) -> None:
        result = sheet('question,answer\n"a\nb",c\nonly one\n\n,,\nd,e,\nf,g,h\n', "a.csv")

        assert [(one.line, one.values["question"]) for one in result.records] == [(2, "a\nb"), (7, "d")]
        assert result.refusals == [
            Refusal(line=4, code="ragged_row", numbers={"cells": 1, "columns": 2}),
            Refusal(line=8, code="ragged_row", numbers={"cells": 3, "columns": 2}),
        ]

    def test_what_looks_like_a_formula_stays_text(self) -> None:
        formulas = ["=1+1", "@SUM(A1)", "+49 30", "-5", "=cmd|' /C calc'!A0"]
        text = "question,answer\n" + "".join(f"{one},{one}\n" for one in formulas)

        assert [one["answer"] for one in values(sheet(text, "a.csv"))] == formulas

    def test_quotes_that_make_no_sense_are_refused_by_line(self) -> None:
        result = sheet('question,answer\n"a"b,c\nd,e\n"f,g\nh,i\n', "a.csv")

        assert values(result) == [{"question": "d", "answer": "e"}]
        assert result.refusals == [
            Refusal(line=2, code="bad_quotes"),
            Refusal(line=4, code="open_quote", numbers={"lines": 1}),
        ]

    def test_a_line_that_is_too_long_is_refused_alone_and_no_limit_of_the_process_is_touched(self) -> None:
        before = csv.field_size_limit()
        limit = Limits(line_bytes=500)
        result = read_sheet(f"question,answer\na,{'b' * 600}\nc,d".encode(), "a.csv", limit)

        assert values(result) == [{"question": "c", "answer": "d"}]
        assert codes(result) == [(2, "too_long_line")]
        assert codes(sheet(f"question,answer\na,{'b' * 200_000}\nc,d", "a.csv")) == [(2, "too_long_line")]
        assert csv.field_size_limit() == before

    @pytest.mark.parametrize(
        ("text", "code"),
        [("question,answer\n", "no_records"), (",,\n" * 3 + "," * 300, "empty_file"), ("a," * 300, "too_many_columns")],
    )
    def test_a_table_without_records_is_refused_as_a_whole(self, text: str, code: str) -> None:
        assert codes(sheet(text, "a.csv")) == [(0, code)]

    def test_more_records_than_the_limit_are_refused(self) -> None:
        text = b"question,answer\na,b\nc,d"

        assert len(read_sheet(text, "a.csv", Limits(lines=2)).records) == 2
        assert codes(read_sheet(text + b"\ne,f", "a.csv", Limits(lines=2))) == [(0, "too_many_records")]


class TestMarkdown:
    def test_a_table_of_pipes(self) -> None:
        text = "# Pairs\n\n| Frage | Antwort |\n|:---|---:|\n| a \\| b | c<br>d |\n| e |\n| `f` |  |\n\nThe end."
        result = sheet(text, "a.md")

        assert result.records == [
            Record(line=5, values={"Frage": "a | b", "Antwort": "c\nd"}),
            Record(line=7, values={"Frage": "`f`", "Antwort": ""}),
        ]
        assert result.refusals == [Refusal(line=6, code="ragged_row", numbers={"cells": 1, "columns": 2})]

    def test_tables_with_the_same_columns_are_one_and_others_are_named(self) -> None:
        table = "| question | answer |\n|---|---|\n| a | b |\n\n"
        result = sheet(table + "| x | y |\n|---|---|\n| 1 | 2 |\n| 1 | 2 |\n\n" + table, "a.md")

        assert len(result.records) == 2
        assert result.refusals == [Refusal(line=5, code="other_table", numbers={"rows": 2})]

    def test_a_table_in_code_is_none(self) -> None:
        assert sheet("```\n| question | answer |\n|---|---|\n| a | b |\n```", "a.md").document


class TestLabels:
    @pytest.mark.parametrize(
        ("label", "text"),
        [
            ("## Instruction\nA\n## Input\nB\n## Output\nC\n", "C"),
            ("**Instruction:** A\n**Input:** B\n**Output:** C\n", "C"),
            ("**Instruction**\nA\n**Input**\nB\n**Output**\nC\n", "C"),
            ("Instruction: A\nInput: B\nOutput:\n\nC\n\n", "C"),
            ("- Instruction 1: A\n- Input 1: B\n- Output 1: C\n\n---\n", "C"),
            ("# Example 1\n### Instruction:\nA\n### Input:\nB\n### Output:\nC\n", "C"),
            ("Instruction：A\nInput：B\nOutput：C\n", "C"),
        ],
    )
    def test_labelled_blocks_repeat(self, label: str, text: str) -> None:
        result = sheet("My examples\n\n" + label + label, "a.md")

        assert values(result) == [{"Instruction": "A", "Input": "B", "Output": text}] * 2
        assert propose(result) == ColumnMapping(instruction="Instruction", input="Input", output="Output", sure=True)

    @pytest.mark.parametrize(
        ("text", "question", "answer"),
        [
            ("Q: Why?\nA: So.\n\nQ2: And?\nA2: Yes.", "Q", "A"),
            ("**Q: Why?**\nA: So.\n\n**Q: And?**\nA: Yes.", "Q", "A"),
            ("Frage: Why?\nAntwort: So.\n\nFrage: And?\nAntwort: Yes.", "Frage", "Antwort"),
            ("Pregunta: Why?\nRespuesta: So.\n\nPregunta: And?\nRespuesta: Yes.", "Pregunta", "Respuesta"),
            ("P: Why?\nR: So.\n\nP: And?\nR: Yes.", "P", "R"),
            ("问：Why?\n答：So.\n\n问：And?\n答：Yes.", "问", "答"),
            ("问题：Why?\n答案：So.\n\n问题：And?\n答案：Yes.", "问题", "答案"),
            ("س: Why?\nج: So.\n\nس: And?\nج: Yes.", "س", "ج"),
            ("\u200fسؤال: Why?\nجواب: So.\n\n\u200fسؤال: And?\nجواب: Yes.", "سؤال", "جواب"),
        ],
    )
    def test_questions_and_answers_in_any_language(self, text: str, question: str, answer: str) -> None:
        result = sheet(text, "faq.txt")

        assert values(result) == [{question: "Why?", answer: "So."}, {question: "And?", answer: "Yes."}]
        assert [one.line for one in result.records] == [1, 4]
        mapping = propose(result)
        assert mapping == ColumnMapping(instruction=question, output=answer, sure=False)

    def test_labels_inside_a_text_stay_in_it(self) -> None:
        output = "Notes: none\n## Input\nText\nQuestion: what now?\n```\nInstruction: in code\n```"
        text = f"Instruction: A\nOutput: {output}\nInstruction: B\nOutput: C"

        assert values(sheet(text)) == [{"Instruction": "A", "Output": output}, {"Instruction": "B", "Output": "C"}]

    def test_a_request_without_an_answer_is_refused_when_rows_are_made(self) -> None:
        result = sheet("Q: a\nA: b\nQ: c\nQ: d\nA: e")
        mapping = propose(result)

        assert mapping is not None
        assert [one.output for one in apply(result, mapping).rows] == ["b", "e"]
        assert apply(result, mapping).refusals == [
            Refusal(line=3, code="missing_field", numbers={"field": "output", "column": "A"})
        ]

    def test_a_long_document_in_which_two_such_words_stand_stays_one(self) -> None:
        assert sheet("Task: think.\nResult: " + "Nobody knew what came of it. " * 500).document


NAMES = ["a.jsonl", "a.json", "a.csv", "a.md", "a.txt", ""]


@given(st.binary(max_size=300), st.sampled_from(NAMES))
def test_no_bytes_make_the_reader_fail(data: bytes, name: str) -> None:
    check(read_sheet(data, name))


SCRAPS = '{"a":"b"} [ ] { } , ; | |-|-| Q:x A:y ``` #Input 问：x instruction output "messages":[ {"role":"user"} NaN ** : é ع "'
pieces = st.sampled_from([*SCRAPS.split(), "\t", "\n", "\r", " ", "\ufeff", "\\ud800", "\x1a"])


@given(st.lists(pieces).map("".join), st.sampled_from(NAMES), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_no_mixture_makes_the_reader_fail(text: str, name: str, encoding: str) -> None:
    check(read_sheet(text.encode(encoding, "replace"), name))


def check(result: Sheet) -> None:
    """What holds of any sheet, and of the rows made of it."""
    assert bool(result.records or result.refusals) != bool(result.document)
    if any(one.line == 0 for one in result.refusals):
        assert (len(result.refusals), result.records) == (1, [])
    assert all(set(one.values) | set(one.unusable) <= set(result.columns) for one in result.records)
    result.document.encode()
    mapping = propose(result)
    if mapping:
        reading = apply(result, mapping)
        assert len(reading.rows) + len(reading.refusals) == len(result.records) + len(result.refusals)
        lines = [one.line for one in reading.refusals]
        assert lines == sorted(lines)
        write_jsonl(reading.rows).encode()


WORDS = [
    "Straße",
    "¿Qué?",
    "劳动合同",
    "عقد العمل",
    "🛣️👩‍👩‍👧",
    "\u200fא\u200e",
    "a\tb",
    "x\ny",
    '"',
    ",",
    ";",
    "|",
    "=1",
    " ",
    "{",
    "#",
]
allowed = st.lists(
    st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), max_size=6
)
seen = st.tuples(allowed.map("".join), st.sampled_from("xß中ع🙂"), allowed.map("".join)).map("".join)
rows = st.lists(st.tuples(seen, allowed.map("".join), seen), min_size=1, max_size=5).map(
    lambda many: [
        GivenRow(line=0, **dict(zip(("instruction", "input", "output"), map(with_plain_line_ends, three), strict=True)))
        for three in many
    ]
)


def same(result: Sheet, given_rows: list[GivenRow]) -> None:
    mapping = propose(result)
    assert mapping is not None
    assert mapping.sure
    reading = apply(result, mapping)
    assert reading.refusals == []
    assert [(one.instruction, one.input, one.output) for one in reading.rows] == [
        (one.instruction, one.input, one.output) for one in given_rows
    ]


@given(rows, st.sampled_from(NAMES))
def test_what_is_written_as_json_lines_is_read_back_unchanged(given_rows: list[GivenRow], name: str) -> None:
    same(read_sheet(write_jsonl(given_rows).encode(), name), given_rows)


@given(rows, st.sampled_from([(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), ("\t", "utf-8")]))
def test_what_a_spreadsheet_writes_is_read_back_unchanged(given_rows: list[GivenRow], style: tuple[str, str]) -> None:
    separator, encoding = style
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(["instruction", "input", "output"])
    writer.writerows([one.instruction, one.input, one.output] for one in given_rows)

    same(read_sheet(file.getvalue().encode(encoding), "a.csv"), given_rows)


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.md", ""])
@pytest.mark.parametrize(
    "hostile",
    [
        b",",
        b"[",
        b'{"a":',
        b'"',
        b'"\n',
        b'",',
        b"|",
        b"|-",
        b"**",
        b"#",
        b"Q: ",
        b"a: \n",
        b"\n",
        b"```\n",
        b"\xe4",
        b'"\\"',
        b"_ ",
    ],
)
@pytest.mark.timeout(90)  # a square of the size would take many minutes
def test_two_hundred_thousand_hostile_bytes_are_read_to_their_end(hostile: bytes, name: str) -> None:
    for file in (hostile * (200_000 // len(hostile)), b"[" + hostile * (200_000 // len(hostile))):
        sheet = read_sheet(file, name)

        assert sheet.records or sheet.refusals or sheet.document

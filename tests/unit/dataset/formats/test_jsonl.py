"""An uploaded file may be anything: every good row is kept, every other line is refused by its number and a code."""

import gzip
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.formats.columns import ColumnMapping, apply
from dataset.formats.jsonl import write_jsonl
from dataset.formats.records import GivenRow, Limits, Reading, Refusal
from dataset.formats.sheets import read_sheet, read_sheet_file
from dataset.quality.characters import with_plain_line_ends

GOOD = '{"instruction": "Translate", "input": "Haus", "output": "house"}'

AS_NAMED = ColumnMapping(instruction="instruction", input="input", output="output", sure=True)


def read_jsonl(data: bytes, limits: Limits | None = None) -> Reading:
    return apply(read_sheet(data, "rows.jsonl", limits), AS_NAMED, limits)


def line(**fields: object) -> bytes:
    return json.dumps({"instruction": "Say", "input": "it", "output": "yes", **fields}).encode()


def codes(reading: Reading) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.code) for refusal in reading.refusals]


def only_refusal(data: bytes) -> Refusal:
    reading = read_jsonl(data)
    assert reading.rows == []
    (refusal,) = reading.refusals
    return refusal


def test_good_rows_are_kept_when_others_fail_and_each_failure_has_its_line_number() -> None:
    data = "\n".join([GOOD, "", "not json", "[1, 2]", GOOD.replace("Haus", "Hof"), '{"output": "x"}']).encode()

    reading = read_jsonl(data)

    assert [(row.line, row.input) for row in reading.rows] == [(1, "Haus"), (5, "Hof")]
    assert codes(reading) == [(3, "not_json"), (4, "not_an_object"), (6, "missing_field")]
    assert reading.refusals[2].numbers == {"field": "instruction"}


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b""), ("utf-16-le", b""), ("utf-16-be", b"")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_of_any_editor_are_read(encoding: str, mark: bytes, end: str) -> None:
    text = end.join([GOOD, "", GOOD.replace("Haus", "Straße 街道 شارع 🛣️")])

    reading = read_jsonl(mark + text.encode(encoding))

    assert reading.refusals == []
    assert [(row.line, row.input) for row in reading.rows] == [(1, "Haus"), (3, "Straße 街道 شارع 🛣️")]


def test_input_may_be_missing_null_or_empty() -> None:
    data = b'{"instruction": "a", "output": "b"}\n' + line(input=None) + b"\n" + line(input="")

    assert [row.input for row in read_jsonl(data).rows] == ["", "", ""]


def test_unknown_fields_do_not_disturb() -> None:
    assert read_jsonl(line(id=7, tags=[{"deep": {}}])).refusals == []


@pytest.mark.parametrize(
    ("bad", "code", "numbers"),
    [
        (b'{"instruction": "a", "outpu', "not_json", {"column": 22}),
        (b'{"instruction": "a", "output": "b", "x": NaN}', "not_json", {}),
        (b'"text"', "not_an_object", {"found": "string"}),
        (b"-1e999", "not_an_object", {"found": "number"}),
        (b"true", "not_an_object", {"found": "boolean"}),
        (b"null", "not_an_object", {"found": "null"}),
        (line(output=["b"]), "wrong_type", {"field": "output", "found": "array"}),
        (line(input=3), "wrong_type", {"field": "input", "found": "number"}),
        (line(instruction={}), "wrong_type", {"field": "instruction", "found": "object"}),
        (line(output=None), "empty_field", {"field": "output"}),
        (line(output=" \n\u200b "), "empty_field", {"field": "output"}),
        (line(instruction=""), "empty_field", {"field": "instruction"}),
        (line(output="x" * 100_000), "too_long_field", {"field": "output", "characters": 100_000, "limit": 20_000}),
        (line(output="x" * 300_000), "too_long_line", {"bytes": 300_051, "limit": 262_144}),
        (line(output="bell\x07"), "control_character", {"field": "output", "character": "U+0007"}),
        (line(output="a\x00b"), "control_character", {"field": "output", "character": "U+0000"}),
        (line(input="\ud83d alone"), "lone_surrogate", {"field": "input", "character": "U+D83D"}),
        (b'{"instruction": "a", "instruction": "c", "output": "b"}', "duplicate_key", {"field": "instruction"}),
        (b'{"instruction": "gr\xfc\xdfe", "output": "b"}', "not_utf8", {"column": 20}),
        (b'{"a":' * 50_000, "too_deep", {}),
    ],
)
def test_a_bad_line_is_refused_alone(bad: bytes, code: str, numbers: dict[str, int | str]) -> None:
    reading = read_jsonl(GOOD.encode() + b"\n" + bad + b"\n" + GOOD.encode())

    assert [row.line for row in reading.rows] == [1, 3]
    assert reading.refusals == [Refusal(line=2, code=code, numbers=numbers)]


def test_a_number_of_a_million_digits_costs_nothing_and_is_never_converted() -> None:
    limits = Limits(line_bytes=2_000_000)

    reading = read_jsonl(b'{"instruction": "a", "output": "b", "id": ' + b"9" * 1_000_000 + b"}", limits)

    assert len(reading.rows) == 1


def test_line_ends_inside_a_text_become_line_feeds_and_nothing_else_changes() -> None:
    (row,) = read_jsonl(line(output=" a\r\nb\rc\x0bd\u2028e\tf ")).rows

    assert row.output == " a\nb\nc\nd\ne\tf "


@pytest.mark.parametrize(
    ("data", "code", "numbers"),
    [
        (b"", "empty_file", {}),
        (b"\xef\xbb\xbf \r\n\n", "empty_file", {}),
        (b"%PDF-1.7 ...", "binary", {"kind": "pdf"}),
        (b"\x89PNG\r\n\x1a\n", "binary", {"kind": "png"}),
        (GOOD.encode() + b"\n\x00\x01", "binary", {"kind": "unknown"}),
        (gzip.compress(GOOD.encode(), mtime=0), "archive", {"kind": "gzip"}),
        (GOOD.encode("utf-32"), "unknown_encoding", {"encoding": "UTF-32"}),
    ],
)
def test_a_file_that_is_no_jsonl_is_refused_as_a_whole(data: bytes, code: str, numbers: dict[str, int | str]) -> None:
    assert only_refusal(data) == Refusal(line=0, code=code, numbers=numbers)


def test_a_zip_bomb_is_never_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.jsonl", b"0" * 5_000_000)

    assert only_refusal(packed.getvalue()) == Refusal(line=0, code="archive", numbers={"kind": "zip"})


def test_an_array_in_the_first_of_several_lines_is_only_a_bad_line() -> None:
    assert codes(read_jsonl(b"[1]\n" + GOOD.encode())) == [(1, "not_an_object")]


def test_a_file_above_the_limit_is_refused_with_both_numbers() -> None:
    assert read_jsonl(b"x" * 101, Limits(bytes=100)).refusals == [
        Refusal(line=0, code="too_large", numbers={"bytes": 101, "limit": 100})
    ]


def test_too_many_lines_are_refused_with_both_numbers_and_blank_ones_count() -> None:
    data = b"\n\n" + GOOD.encode() + b"\n" + GOOD.encode()

    assert len(read_jsonl(data, Limits(lines=4)).rows) == 2
    assert read_jsonl(data, Limits(lines=3)).refusals == [
        Refusal(line=0, code="too_many_lines", numbers={"lines": 4, "limit": 3})
    ]


def test_of_a_file_on_disk_no_more_is_read_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(GOOD)
    assert len(read_sheet_file(path, "rows.jsonl").records) == 1

    with path.open("r+b") as file:
        file.truncate(200_000_000)  # sparse: it takes no room on disk

    assert read_sheet_file(path, "rows.jsonl").refusals == [
        Refusal(line=0, code="too_large", numbers={"bytes": 200_000_000, "limit": 20_000_000})
    ]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    reading = read_jsonl(data)

    assert reading.rows or reading.refusals


@given(st.lists(st.sampled_from([GOOD, "", "{", "]", "\ufeff", '"', "\\ud800", "\x1a", "\r", "[", "null"])))
def test_no_mixture_of_good_and_bad_makes_the_reader_fail(pieces: list[str]) -> None:
    reading = read_jsonl("\n".join(pieces).encode())

    assert all(json.loads(GOOD)["input"] == row.input for row in reading.rows)


allowed = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\r\v\u0085"), max_size=40)
seen = st.tuples(allowed, st.sampled_from("xß中ع🙂"), allowed).map("".join)


@given(st.lists(st.tuples(seen, allowed, seen), min_size=1, max_size=5))
def test_what_is_written_is_read_back_unchanged(texts: list[tuple[str, str, str]]) -> None:
    rows = [
        GivenRow(
            line=number, **dict(zip(("instruction", "input", "output"), map(with_plain_line_ends, three), strict=True))
        )
        for number, three in enumerate(texts, 1)
    ]

    reading = read_jsonl(write_jsonl(rows).encode())

    assert reading.refusals == []
    assert reading.rows == rows


def test_the_reader_survives_a_stack_that_is_nearly_used_up() -> None:
    def deeper(left: int) -> list[tuple[int, str]]:
        return deeper(left - 1) if left else codes(read_jsonl(b'{"a":' * 50_000))

    assert deeper(sys.getrecursionlimit() // 3) == [(0, "too_deep")]

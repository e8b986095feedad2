"""Packs are read strictly, and a broken one is told about by code, line and place while the others go on."""

import os
import re
from pathlib import Path

import pytest

from agent.coverage import Pack, PackProblem, load_packs, read_pack
from agent.coverage.packs import LARGEST, parse_pack
from agent.words import knows
from storage.domain import AgreedFormat
from tests.unit.agent.coverage.conftest import BAKERY

ROOT = Path(__file__).parents[4]


def problems_of(text: str) -> list[PackProblem]:
    pack, problems = parse_pack(text, Path("bakery.toml"))
    assert (pack is None) == bool(problems)
    return list(problems)


def only_problem(text: str) -> tuple[str, str, object]:
    (problem,) = problems_of(text)
    return problem.code, problem.where, problem.numbers.get("line")


def line_of(text: str, sought: str) -> int:
    return text[: text.index(sought)].count("\n") + 1


def test_a_whole_pack(bakery: Pack) -> None:
    assert [category.id for category in bakery.categories] == ["recipe", "order-form", "story"]
    assert [aspect.needed for aspect in bakery.aspects] == [0.2, 0.2, 0.0], "left out: the usual share; false: none"
    recipe, order_form = bakery.categories[:2]
    assert [aspect.id for aspect in bakery.aspects_of(recipe)] == ["allergy", "table", "praise"], "left out: all"
    assert [aspect.id for aspect in bakery.aspects_of(order_form)] == ["table"]


def test_an_expected_format_is_one_that_answers_can_be_checked_against(bakery: Pack) -> None:
    expected = bakery.prompts[0].expected.agreed_format()

    assert expected == AgreedFormat(sections=("Steps:",), lists="numbers", agreed=True)


def test_a_prompt_may_have_the_answer_that_is_wanted(bakery: Pack) -> None:
    with_answer = BAKERY.replace('group = "format"', 'group = "format"\nreference = "Steps:\\n1. Knead."', 1)
    pack, problems = parse_pack(with_answer, Path("bakery.toml"))
    assert pack is not None, problems
    assert (bakery.prompts[0].reference, pack.prompts[0].reference) == ("", "Steps:\n1. Knead.")
    hostile = BAKERY.replace('group = "format"', 'group = "format"\nreference = "\\u001b[2J"', 1)
    assert only_problem(hostile)[:2] == ("control_character", "prompts.1.reference")


@pytest.mark.parametrize(
    ("good", "bad", "code", "where"),
    [
        ('name = "bakery"', 'name = "../bakery"', "bad_form", "name"),
        ('name = "bakery"', "name = 7", "wrong_type", "name"),
        ("format = 1", "format = 2", "not_one_of", "format"),
        ("format = 1", "", "missing_field", "format"),
        ('title = "Bakery"', 'title = " "', "empty", "title"),
        ('title = "Bakery"', 'title = "Bakery\\u001b[2J"', "control_character", "title"),
        ('title = "Bakery"', f'title = "{"B" * 81}"', "too_long", "title"),
        ('title = "Bakery"', 'titel = "Bakery"\ntitle = "Bakery"', "unknown_field", "titel"),
        ('title = "bread story"', 'title = "bread story"\ncolour = 3', "unknown_field", "categories.3.colour"),
        ("target = 20", "target = 0", "out_of_bounds", "categories.1.target"),
        ("target = 20", 'target = "20"', "wrong_type", "categories.1.target"),
        ("target = 20", "target = 2.5", "wrong_type", "categories.1.target"),
        ("target = 20", "target = 2024-01-01", "wrong_type", "categories.1.target"),
        ("needed = false", "needed = 1.5", "out_of_bounds", "aspects.3.needed"),
        ("needed = false", "needed = nan", "out_of_bounds", "aspects.3.needed"),
        ('id = "order-form"', 'id = "recipe"', "repeated_id", "categories.2.id"),
        ('aspects = ["table"]', 'aspects = ["tables"]', "unknown_aspect", "categories.2.aspects"),
        ('category = "recipe"', 'category = "recipes"', "unknown_category", "prompts.1.category"),
        ('group = "format"', 'group = "form"', "not_one_of", "prompts.1.group"),
        ('expected = { sections = ["Steps:"], lists = "numbers", note = "Times and temperatures." }', "expected = {}",
         "nothing_expected", "prompts.1.expected"),
    ],
)  # fmt: skip
def test_a_slip_is_told_by_code_line_and_place(good: str, bad: str, code: str, where: str) -> None:
    text = BAKERY.replace(good, bad, 1)
    line = line_of(text, "colour") if "colour" in bad else line_of(BAKERY, good)

    assert only_problem(text) == (code, where, line if bad else None)


def test_all_slips_are_told_at_once() -> None:
    text = BAKERY.replace("target = 20", "target = 0").replace("format = 1", "format = 9")

    assert [problem.where for problem in problems_of(text)] == ["format", "categories.1.target"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("title = ", "not_toml"),
        ("a = " + "[" * 20_000, "too_deep"),
        ("a = " + "9" * 5000, "not_toml"),
        ("", "missing_field"),
    ],
)
def test_what_is_no_pack_at_all(text: str, code: str) -> None:
    assert problems_of(text)[0].code == code


def test_the_line_of_a_fault_in_toml_is_told() -> None:
    assert only_problem(BAKERY.replace('group = "format"', "group = format")) == (
        "not_toml",
        "",
        line_of(BAKERY, 'group = "format"'),
    )


def test_every_code_has_a_sentence() -> None:
    source = (ROOT / "agent" / "coverage" / "packs.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'code="([a-z_]+)"', source)) | set(re.findall(r'yield "([a-z_]+)"', source))
    codes |= set(re.findall(r'^    "[a-z_]+": "([a-z_]+)",$', source, re.MULTILINE)) | {
        "wrong_type",
        "no_such_file",
        "not_a_file",
    }

    assert len(codes) > 15
    assert {code for code in codes if not knows(f"packs.problem.{code}")} == set()


# Folders


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "bakery.toml").write_text(BAKERY, encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "packs"
    folder.mkdir(parents=True)
    return folder


def test_a_folder_that_is_not_there_holds_no_packs(shipped: Path, tmp_path: Path) -> None:
    loaded = load_packs([tmp_path / "nowhere"], shipped=shipped)

    assert list(loaded.packs) == ["bakery"]
    assert loaded.problems == []


def test_a_users_pack_stands_beside_the_shipped_ones_or_takes_the_place_of_one(shipped: Path, own: Path) -> None:
    (own / "florist.toml").write_text(BAKERY.replace('"bakery"', '"florist"'), encoding="utf-8")
    (own / "mine.toml").write_text(BAKERY.replace('title = "Bakery"', 'title = "Our bakery"'), encoding="utf-8")
    loaded = load_packs([own], shipped=shipped)

    assert {name: pack.title for name, pack in loaded.packs.items()} == {"bakery": "Our bakery", "florist": "Bakery"}
    assert loaded.files["bakery"] == own / "mine.toml"


def test_a_broken_pack_stops_no_other_and_does_not_hide_the_shipped_one(shipped: Path, own: Path) -> None:
    (own / "bakery.toml").write_text(BAKERY.replace("target = 20", "target = -1"), encoding="utf-8")
    (own / "florist.toml").write_text(BAKERY.replace('"bakery"', '"florist"'), encoding="utf-8")
    loaded = load_packs([own], shipped=shipped)

    assert list(loaded.packs) == ["bakery", "florist"]
    assert loaded.files["bakery"] == shipped / "bakery.toml"
    assert [(problem.code, problem.file.name) for problem in loaded.problems] == [("out_of_bounds", "bakery.toml")]


def test_of_two_packs_of_one_name_in_a_folder_the_first_stays(shipped: Path, own: Path) -> None:
    for name in ("a", "b"):
        (own / f"{name}.toml").write_text(BAKERY, encoding="utf-8")
    loaded = load_packs([own], shipped=shipped)

    assert loaded.files["bakery"] == own / "a.toml"
    assert [(problem.code, problem.file.name) for problem in loaded.problems] == [("repeated_name", "b.toml")]


def test_a_link_out_of_the_folder_is_not_followed(shipped: Path, own: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_text(BAKERY.replace('"bakery"', '"secret"'), encoding="utf-8")
    (own / "secret.toml").symlink_to(secret)
    loaded = load_packs([own], shipped=shipped)

    assert "secret" not in loaded.packs
    assert [problem.code for problem in loaded.problems] == ["link"]


def test_what_is_no_file_is_not_waited_for(shipped: Path, own: Path) -> None:
    os.mkfifo(own / "pipe.toml")
    (own / "folder.toml").mkdir()
    loaded = load_packs([own], shipped=shipped)

    assert [problem.code for problem in loaded.problems] == ["not_a_file", "not_a_file"]


def test_too_large_not_text_and_not_there(own: Path) -> None:
    (own / "large.toml").write_bytes(b"#" * (LARGEST + 1))
    (own / "bytes.toml").write_bytes(b"\xff\xfe\x00")

    for name, code in {"large.toml": "too_large", "bytes.toml": "not_text", "none.toml": "no_such_file"}.items():
        pack, problems = read_pack(own / name)
        assert pack is None
        assert [problem.code for problem in problems] == [code]


def test_a_byte_order_mark_is_no_fault(own: Path) -> None:
    (own / "bakery.toml").write_bytes(b"\xef\xbb\xbf" + BAKERY.encode())

    assert read_pack(own / "bakery.toml")[0] is not None


def test_the_pack_that_the_documentation_shows_is_one() -> None:
    (shown,) = re.findall(
        r"^```toml\n(.*?)^```$", (ROOT / "docs/packs.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )

    assert problems_of(shown) == []

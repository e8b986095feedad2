"""``threadtune packs``: what there is, and in whole sentences what is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.unit.agent.coverage.conftest import BAKERY


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "packs").mkdir()
    return tmp_path


def packs(home: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["packs", "--home", str(home), *(str(argument) for argument in arguments)])


def test_the_shipped_packs_and_ones_own_are_listed(home: Path) -> None:
    (home / "packs" / "bakery.toml").write_text(BAKERY, encoding="utf-8")
    result = packs(home, "--json")
    rows = {row["name"]: row for row in json.loads(result.stdout)}

    assert result.exit_code == 0
    assert rows["product-manager"]["from"] == "Threadtune"
    assert rows["bakery"] == {
        "name": "bakery",
        "title": "Bakery",
        "categories": 3,
        "prompts": 1,
        "from": str(home / "packs" / "bakery.toml"),
    }
    assert "Name: bakery; Title: Bakery; Kinds of examples: 3; Test prompts: 1" in packs(home).stdout


def test_it_makes_nothing(tmp_path: Path) -> None:
    assert packs(tmp_path / "none").exit_code == 0
    assert not (tmp_path / "none").exists()


def test_a_broken_pack_is_told_and_the_others_are_listed(home: Path) -> None:
    (home / "packs" / "bakery.toml").write_text(BAKERY.replace("target = 20", "target = 0"), encoding="utf-8")
    result = packs(home)

    assert result.exit_code == 1
    assert "Name: product-manager" in result.stdout
    assert "bakery.toml, line " in result.stderr
    assert "categories.1.target: the number is out of bounds (the limit is 1)." in result.stderr
    assert "A pack with a problem is left out." in result.stderr


@pytest.mark.parametrize("by", ["file", "name"])
def test_one_pack_can_be_checked_alone(home: Path, by: str) -> None:
    file = home / "packs" / "bakery.toml"
    (home / "packs" / "other.toml").write_text("broken", encoding="utf-8")
    file.write_text(BAKERY, encoding="utf-8")
    asked = file if by == "file" else "bakery"
    sound = packs(home, "--check", asked)
    file.write_text(BAKERY.replace('id = "story"', 'id = "recipe"'), encoding="utf-8")
    broken = packs(home, "--check", asked)

    assert sound.exit_code == 0
    assert sound.stdout.count("\n") == 1
    assert broken.exit_code == 1
    assert "the id recipe stands there twice." in broken.stderr
    assert "other.toml" not in broken.stderr


def test_a_pack_that_is_not_there(home: Path) -> None:
    for asked, sentence in {
        "bakery": "There is no pack bakery",
        "bakery.toml": "bakery.toml: there is no such file.",
    }.items():
        result = packs(home, "--check", asked)
        assert result.exit_code == 1
        assert sentence in result.stderr
        assert result.stdout == ""


def test_what_a_file_says_does_not_reach_the_terminal_as_a_control(home: Path) -> None:
    (home / "packs" / "x.toml").write_text('"\\u001b[2J" = 1\n', encoding="utf-8")

    assert "\x1b" not in packs(home).output

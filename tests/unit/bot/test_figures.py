"""``threadtune stats``: everything in figures for the operator, as sentences or as JSON."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.flags import Flags, read_flags
from bot.__main__ import app
from bot.figures import figures
from tests.fakes.deeds import Planted


@pytest.fixture
async def planted() -> Planted:
    found = Planted()
    await found.project()
    model = await found.model("console:ana", 3)
    await found.words("console:ana", 20, 10)
    await found.says("console:ana", model, 4, word="saves \x1b[2J an hour")
    await found.says("console:bo", model, 2)
    return found


async def test_it_tells_a_fact_a_line(planted: Planted) -> None:
    lines = await figures(planted.store, Flags(), as_json=False, words=False)
    assert "Projects: 1. Models made: 1." in lines
    assert any(line.startswith("Satisfaction, from 1 to 5: 3.0 on average, 2 people (") for line in lines)
    assert not any("hour" in line for line in lines), "words are told only when they are asked for"


async def test_what_people_wrote_comes_without_names_and_cannot_paint_the_screen(planted: Planted) -> None:
    lines = await figures(planted.store, Flags(), as_json=False, words=True)
    (line,) = [one for one in lines if "an hour" in one]
    assert line.startswith("- 4 of 5: saves")
    assert "\x1b" not in line
    assert not any("ana" in one for one in lines)


async def test_without_any_words_that_is_said() -> None:
    assert "Nobody has written anything in the survey." in await figures(
        Planted().store, Flags(), as_json=False, words=True
    )


async def test_as_json_it_is_one_object(planted: Planted) -> None:
    (text,) = await figures(planted.store, read_flags("survey=50%"), as_json=True, words=True)
    found = json.loads(text)
    assert (found["models"], found["satisfaction"]["n"]) == (1, 2)
    assert found["words"] == [{"rating": 4, "word": "saves \x1b[2J an hour"}]
    assert found["flags"]["survey"]["percent"] == {"on": 50, "off": 50}


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in ("THREADTUNE_FLAGS", "THREADTUNE_DATABASE", "XDG_DATA_HOME"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("THREADTUNE_HOME", str(tmp_path / "home"))  # put back what the command sets

    def test_works_in_an_empty_home(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(app, ["stats", "--home", str(tmp_path / "home")])
        assert result.exit_code == 0, result.output
        assert "Projects: 0. Models made: 0." in result.output

    def test_gives_json_that_is_json_alone(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(app, ["stats", "--json", "--home", str(tmp_path / "home")])
        assert json.loads(result.output)["people"] == 0

    @pytest.mark.parametrize(("setting", "file"), [("sugestions=50%", ""), ("", 'sugestions = "50%"')])
    def test_names_a_flag_that_is_none_of_ours(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, file: str
    ) -> None:
        monkeypatch.setenv("THREADTUNE_FLAGS", setting)
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "flags.toml").write_text(file)
        result = CliRunner().invoke(app, ["stats", "--home", str(tmp_path / "home")])
        assert result.exit_code == 1
        (sentence,) = result.output.strip().splitlines()
        assert "there is no flag “sugestions”. There are: interview, suggestions, survey, hello." in sentence

    def test_says_so_of_a_file_that_is_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "flags.toml").write_bytes(b"\xff\xfe")
        result = CliRunner().invoke(app, ["stats", "--home", str(tmp_path / "home")])
        assert (result.exit_code, "flags.toml in the home folder cannot be opened" in result.output) == (1, True)

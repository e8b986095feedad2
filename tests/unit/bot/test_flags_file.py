"""The file of feature flags: what is changed in it is in force without a restart."""

import logging
from pathlib import Path

import pytest

from agent.flags import BadFlags, Flags
from bot.flags_file import FlagsFile
from storage.memory import memory_store
from tests.fakes.clock import Clock


def flags_in(tmp_path: Path, text: str = "", *, setting: str = "", every: float = 0.0) -> FlagsFile:
    if text:
        (tmp_path / "flags.toml").write_text(text, encoding="utf-8")
    return FlagsFile(setting, tmp_path / "flags.toml", every)


def percent(flags: FlagsFile, name: str = "survey") -> float:
    return flags[name].shares["on"]


def test_what_is_changed_is_in_force_at_once(tmp_path: Path) -> None:
    flags = flags_in(tmp_path, 'survey = "10%"')
    assert percent(flags) == 10
    flags_in(tmp_path, 'survey = "off" ')
    assert percent(flags) == 0
    (tmp_path / "flags.toml").unlink()
    assert dict(flags) == {}


def test_a_file_that_comes_later_is_found(tmp_path: Path) -> None:
    flags = flags_in(tmp_path, setting="survey=20%")
    assert percent(flags) == 20
    flags_in(tmp_path, 'survey = "50%"\nsuggestions = "30%"')
    assert (percent(flags), percent(flags, "suggestions")) == (20, 30), "the setting counts before the file"


def test_one_that_cannot_be_read_ends_a_start_and_changes_nothing_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    flags = flags_in(tmp_path, 'survey = "10%"')
    with pytest.raises(BadFlags), caplog.at_level(logging.WARNING):
        flags_in(tmp_path, 'survey = "a lot"')
    assert percent(flags) == 10
    assert percent(flags) == 10
    assert [record.levelname for record in caplog.records] == ["WARNING"], "it is said once"
    flags_in(tmp_path, 'survey = "100%"')
    assert percent(flags) == 100


def test_one_from_an_editor_that_marks_its_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / "flags.toml").write_bytes(b'\xef\xbb\xbfsurvey = "10%"\r\n')
    assert percent(FlagsFile(setting="", path=tmp_path / "flags.toml")) == 10


def test_it_is_not_looked_at_for_every_question(tmp_path: Path) -> None:
    flags = flags_in(tmp_path, 'survey = "10%"', every=3600.0)
    (tmp_path / "flags.toml").write_text('survey = "20%"', encoding="utf-8")
    assert percent(flags) == 10


async def test_nobody_who_has_a_feature_loses_it_when_the_file_gives_it_to_more(tmp_path: Path) -> None:
    store, people, now = memory_store(), [f"slack:T1:U{number}" for number in range(200)], Clock().now()
    flags = Flags(defined=flags_in(tmp_path, 'survey = "30%"'))
    before = {one for one in people if await flags.is_on(store, "survey", one, now)}
    flags_in(tmp_path, 'survey = "60%" ')
    after = {one for one in people if await flags.is_on(store, "survey", one, now)}
    assert before < after

"""What the doctor says of feature flags."""

from pathlib import Path

import pytest

from bot.doctor import flags
from bot.settings import Settings


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THREADTUNE_FLAGS", raising=False)


def test_without_any_everybody_gets_every_feature(tmp_path: Path) -> None:
    found = flags(Settings(home=tmp_path))
    assert (found.level, found.text) == ("ok", "None is set: everybody gets every feature.")


def test_each_is_told_with_its_shares(tmp_path: Path) -> None:
    (tmp_path / "flags.toml").write_text('suggestions = "12.5%"\n[people]\nme = { suggestions = "on" }\n')
    found = flags(Settings(home=tmp_path, flags="hello=A:50/B:50"))
    assert found.level == "ok"
    assert found.text == "suggestions: on 12.5 %, off 87.5 %, 1 by hand; hello: A 50 %, B 50 %."


def test_one_that_cannot_be_read_is_a_fault_with_its_remedy(tmp_path: Path) -> None:
    found = flags(Settings(home=tmp_path, flags="suggestions=lots"))
    assert found.level == "fail"
    assert "“lots” of suggestions is no percentage from 0 to 100. Write for example 50%, on or off." in found.text

"""An evaluation diagnoses the answers of versions: what is wrong with them, what to collect, and one tap that helps."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from agent.replies import ShowCard
from tests.fakes.prepared import Prepared
from tests.fakes.projects import stage_of
from tests.fakes.talk import Talk
from tests.unit.agent.test_evaluating import answer_job, good, poor, with_versions

REFUSAL = "I'm sorry, but I can't help with that."
LABEL = "Give an example: everyday cases"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A project with two saved versions."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    home.mkdir()
    return asyncio.run(Prepared.by(Talk(home=home), lambda talk: with_versions(talk, rows=120)))


@pytest.fixture
def talk(prepared: Prepared) -> Talk:
    return prepared.again()


def refuses(prompt: Mapping[str, Any], at: int) -> str:
    return REFUSAL


def cards(talk: Talk) -> list[ShowCard]:
    return [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "remedy"]


async def evaluated(talk: Talk, names: str, *says: Any) -> str:
    """``says``: what each of the versions and the base answers, in their order."""
    await talk.type(f"/tune evaluate {names}")
    await talk.press("Start")
    said = ""
    for one in says:
        said = await answer_job(talk, one)
    return said


def comparisons(talk: Talk) -> list[dict[str, Any]]:
    (path,) = talk.home.glob("evaluations/*/comparison.json")
    return list(json.loads(path.read_text("utf-8"))["comparisons"])


async def test_a_fault_of_the_latest_version_is_said_and_a_card_offers_what_helps(talk: Talk) -> None:
    said = await evaluated(talk, "v1 v2", good, refuses)
    assert "Refusing, or saying that it cannot help: " in said
    (one,) = comparisons(talk)
    assert one["faults"][0]["code"] == "refuses"
    assert one["collect"]["needs"]
    assert [card.choices[0].label for card in cards(talk)] == [LABEL]
    assert "Its answer should be the help that you want to be given" in await talk.press(LABEL)
    assert await stage_of(talk) == "examples"


async def test_of_several_each_version_is_diagnosed_and_the_base_is_not(talk: Talk) -> None:
    said = await evaluated(talk, "v1 v2 base", good, refuses, refuses)
    first, base = comparisons(talk)
    assert [fault["code"] for fault in first["faults"]][:1] == ["refuses"]
    assert base["faults"] == []
    assert base["collect"] is None
    assert "Version 2: Refusing" in said


async def test_an_earlier_version_is_diagnosed_and_offers_nothing(talk: Talk) -> None:
    """Its settings and examples were changed since."""
    said = await evaluated(talk, "base v1", poor, refuses)
    assert "Refusing" in said
    assert cards(talk) == []


async def test_good_answers_have_no_fault_and_get_no_card(talk: Talk) -> None:
    said = await evaluated(talk, "v1 v2", poor, good)
    (one,) = comparisons(talk)
    assert one["faults"] == []
    assert "Refusing" not in said
    assert cards(talk) == []

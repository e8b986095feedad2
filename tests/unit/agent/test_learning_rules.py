"""Rules from corrections: in a person's own words, where they offer them, and nobody is asked twice."""

from pathlib import Path
from typing import Any

import pytest

from agent.lessons import offer_rule
from agent.replies import ShowCard
from agent.state import Turn
from storage.domain import Membership, Origin, Role
from tests.contract.facts import score
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.projects import in_a_project, rows_of, stage_of
from tests.fakes.talk import Talk
from tests.unit.agent.test_feedback import BETTER, asked, bo_as

PROJECT = "project_1"
WHY = "It says what to do next"


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await asked(talk)
    return talk


async def rules(talk: Talk) -> list[str]:
    return [one.text for one in await talk.store.preferences.rules(PROJECT)]


def buttons(talk: Talk) -> list[str]:
    return [choice.label for reply in talk.said if isinstance(reply, ShowCard) for choice in reply.choices]


class TestOfABetterAnswer:
    async def test_why_is_a_field_of_its_form_and_becomes_a_rule_and_the_pairs_reason(self, ana: Talk) -> None:
        said = await ana.fill("Improve", output=BETTER, why=f"{WHY},\n not what was")
        assert "Noted as a rule" in said
        assert await rules(ana) == ["It says what to do next, not what was"]
        (rule,) = await ana.store.preferences.rules(PROJECT)
        (pair,) = await ana.store.preferences.of_project(PROJECT)
        assert (rule.preference_id, pair.reason) == (pair.id, rule.text)

    @pytest.mark.parametrize("why", ["", "  ", "none", "-"])
    async def test_who_leaves_it_open_is_not_asked_again(self, ana: Talk, why: str) -> None:
        await ana.fill("Improve", output=BETTER, why=why)
        assert await rules(ana) == []
        assert "Say why it is better" not in buttons(ana)

    async def test_where_there_are_no_forms_a_button_offers_it_and_the_example_waits_meanwhile(self, ana: Talk) -> None:
        await ana.press("Improve")
        await ana.type(BETTER)
        assert "Say why it is better" in buttons(ana)
        assert "in one line" in await ana.press("Say why it is better")
        assert await stage_of(ana) == "why"
        assert "Noted as a rule" in await ana.type(WHY)
        assert (await rules(ana), await stage_of(ana)) == ([WHY], "confirm")
        await ana.type("yes")  # another card stands between: the example is shown once more
        await ana.type("yes")
        assert [row.approved_by for row in await rows_of(ana) if row.output == BETTER] == [ana.person]

    @pytest.mark.parametrize("text", ["skip", "/tune skip", "cancel", "none"])
    async def test_it_may_be_skipped(self, ana: Talk, text: str) -> None:
        await ana.press("Improve")
        await ana.type(BETTER)
        await ana.press("Say why it is better")
        assert "No rule, then." in await ana.type(text)
        assert (await rules(ana), await stage_of(ana)) == ([], "confirm")

    async def test_one_that_is_too_long_is_said_again_shorter(self, ana: Talk) -> None:
        await ana.press("Improve")
        await ana.type(BETTER)
        await ana.press("Say why it is better")
        assert "at most 200 characters" in await ana.type("because " * 40)
        await ana.type(WHY)
        assert await rules(ana) == [WHY]

    async def test_it_is_said_once(self, ana: Talk) -> None:
        await ana.press("Improve")
        await ana.type(BETTER)
        card = next(one for one in ana.shown if one.card_kind == "rule")
        await ana.fill("Say why it is better", card, rule=WHY)
        assert "decided already" in await ana.fill("Say why it is better", card, rule="Another")
        assert await rules(ana) == [WHY]

    async def test_nobody_else_says_it_for_them(self, ana: Talk) -> None:
        await ana.press("Improve")
        await ana.type(BETTER)
        card = next(one for one in ana.shown if one.card_kind == "rule")
        bo = await bo_as(ana, Role.CONTRIBUTOR)
        await bo.fill("Say why it is better", card, rule="Mine")
        assert await rules(ana) == []


class TestOfADraft:
    async def test_what_was_wrong_with_it_is_a_field_of_its_form(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await in_a_project(talk)
        talk.model.texts = ["S: bed 4 is stable\nB: none\nA: calm\nR: watch"]
        await talk.type("Write a handover for bed 4")
        await talk.type("none")
        await talk.type("draft it")
        assert "Noted as a rule" in await talk.fill("Edit", output=BETTER, why="Never call a patient calm")
        assert await rules(talk) == ["Never call a patient calm"]
        (row,) = await rows_of(talk)
        assert (row.output, row.origin) == (BETTER, Origin.EDITED)

    async def test_a_persons_own_example_is_edited_without_a_reason(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await in_a_project(talk)
        await talk.type("Instruction: Write it\nOutput: Here it is, as you wanted it.")
        assert "why" not in [field.name for field in talk.form("Edit").fields]


class TestOfALowScore:
    async def scored(self, talk: Talk, value: int, note: str) -> ShowCard | None:
        await in_a_project(talk)
        mine: Any = {"project_id": PROJECT, "rater_id": talk.person, "note": note}
        await talk.store.scores.put([score("1", **mine, score=value), score("2", **mine, criterion="tone", score=4)])
        return await self.offered(talk)

    async def offered(self, talk: Talk) -> ShowCard | None:
        turn = Turn({"id": "e9", "person_id": talk.person, "conversation_id": talk.conversation})
        return await offer_rule(talk.context, turn, PROJECT)

    async def test_its_words_are_offered_as_a_rule(self, tmp_path: Path) -> None:
        card = await self.scored(Talk(home=tmp_path), 2, WHY)
        assert card is not None
        assert [quote.text for quote in card.quoted] == [WHY]
        assert card.private

    @pytest.mark.parametrize(("value", "note"), [(3, WHY), (1, ""), (1, "none")])
    async def test_a_good_score_or_no_words_offer_nothing(self, tmp_path: Path, value: int, note: str) -> None:
        assert await self.scored(Talk(home=tmp_path), value, note) is None

    async def test_who_may_not_teach_is_offered_nothing(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await self.scored(talk, 1, WHY)
        viewer = Membership(project_id=PROJECT, person_id=talk.person, role=Role.VIEWER)
        await talk.store.projects.set_role(viewer)
        assert await self.offered(talk) is None


async def better_typed(talk: Talk) -> None:
    await asked(talk)
    await talk.press("Improve")
    await talk.type(BETTER)


async def why_asked(talk: Talk) -> None:
    await better_typed(talk)
    await talk.press("Say why it is better")


TURNS: Turns = {
    "form": (asked, lambda talk: talk.fill("Improve", output=BETTER, why=WHY)),
    "typed": (why_asked, lambda talk: talk.type(WHY)),
    "later": (better_typed, lambda talk: talk.fill("Say why it is better", rule=WHY)),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_keeps_one_rule(tmp_path: Path, name: str) -> None:
    ended = await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)
    assert ended["rules"] == [WHY]


async def outcome_of(talk: Talk) -> dict[str, Any]:
    return {
        "rules": await rules(talk),
        "stage": await stage_of(talk),
        "posts": [(cause, position) for cause, position, _ in await talk.posts()],
    }

"""What is known about the judge, and what people taught it: shown to one person, taken back by whoever taught it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from agent.evaluation.agreement import Agreement
from agent.evaluation.bar import WithPeople
from agent.evaluation.facts import Judged, Memory, Moved, Noise
from agent.evaluation.jackknife import Coefficient
from agent.replies import ShowCard
from storage.domain import Membership, Person, Role
from tests.contract.facts import START, run, score
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk

PROJECT, BO = "project_1", "console:bo"
NOTE = "It forgot the lift"
FOUND = Coefficient(value=0.72, low=0.55, high=0.84)
KNOWN = Judged(
    judge="openai:gpt-4o-mini",
    trusted=True,
    probes=24,
    passed=22,
    criteria=("accuracy", "tone"),
    requests=40,
    judged=38,
    flips=Coefficient(value=0.1, low=0.05, high=0.2),
    noise={"accuracy": Noise(scores=20, same=15, deviation=0.42)},
    people={
        "accuracy": WithPeople(
            code="agrees",
            clusters=25,
            agreement=Agreement(n=50, clusters=25, spearman=FOUND, kendall=FOUND, weighted_kappa=FOUND, bias=FOUND),
        ),
        "tone": WithPeople(code="too_few", clusters=4, agreement=None),
    },
    moved={"accuracy": Moved(clusters=25, before=0.9, after=0.6, used=True)},
    memory=Memory(corrections=7, used=False),
)


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    return await with_scores(Talk(home=tmp_path))


async def with_scores(talk: Talk) -> Talk:
    """Ana owns the project. She and Bo have each said why they gave a score; one score stands without a word."""
    await in_a_project(talk)
    await talk.store.people.add(Person(id=BO, platform="console", display_name="Bo", created_at=START))
    await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.CONTRIBUTOR))
    mine: Any = {"project_id": PROJECT, "rater_id": talk.person, "note": NOTE}
    await talk.store.scores.put([score("1", **mine, score=2), score("2", **mine, criterion="tone", score=5)])
    await talk.store.scores.put([score("3", project_id=PROJECT, rater_id=BO, event_id="e2", note="Too long", score=1)])
    await talk.store.scores.put([score("4", project_id=PROJECT, rater_id=BO, event_id="e3")])
    return talk


async def compared(talk: Talk, judged: Any) -> None:
    made = await talk.store.runs.add(run("1", project_id=PROJECT))
    talk.files.write_text(f"runs/{made.id}/comparison.json", json.dumps({"judged": judged}))


def card_of(talk: Talk) -> ShowCard:
    return [reply for reply in talk.said if isinstance(reply, ShowCard)][-1]


def as_bo(talk: Talk) -> Talk:
    talk.person = BO
    return talk


class TestWhatIsKnown:
    async def test_before_any_comparison_there_is_no_judge_to_speak_of(self, talk: Talk) -> None:
        assert "nothing is known of a judge here" in await talk.type("/tune judge")

    async def test_of_the_latest_comparison_each_figure_with_its_interval(self, talk: Talk) -> None:
        await compared(talk, asdict(KNOWN))
        await talk.type("/tune judge")
        card = card_of(talk)
        assert card.title == "Who scores: openai:gpt-4o-mini"
        assert card.private
        facts = {quote.name: quote.text for quote in card.fields if quote.name != "Beside people's scores"}
        assert facts["Believed by"] == "accuracy, tone"
        assert facts["Spoiled answers"] == "told from good ones in 22 of 24 cases"
        assert facts["Requests judged"].startswith("38 of 40")
        assert (
            facts["Once the answers are swapped"]
            == "it prefers the other one in 10 % of its scores (95 % interval 5 to 20)"
        )
        assert "the same score for 15 of 20 answers" in facts["Asked twice"]
        assert "from 0.90 to 0.60 points" in facts["Moved to people's scale"]
        assert facts["What it learned from people"].startswith("7 corrections, not shown to it yet")
        beside = [quote.text for quote in card.fields if quote.name == "Beside people's scores"]
        assert beside == [
            "accuracy: rank correlation 0.72 (95 % interval 0.55 to 0.84, 25 requests); it agrees",
            "tone: 4 requests scored by both, too few to tell",
        ]

    async def test_of_a_criterion_that_people_decided_against_nothing_is_moved(self, talk: Talk) -> None:
        """A line through chance brings any scores nearer to people's mean: told as a gain it would be read as trust."""
        chance = Coefficient(value=-0.16, low=-0.43, high=0.13)
        beside = Agreement(n=50, clusters=25, spearman=chance, kendall=chance, weighted_kappa=chance, bias=chance)
        out = Judged(
            judge="dice",
            trusted=False,
            probes=46,
            passed=42,
            people={"accuracy": WithPeople(code="below", clusters=25, agreement=beside)},
            moved={"accuracy": Moved(clusters=25, before=1.8, after=1.1, used=True)},
        )
        await compared(talk, asdict(out))
        await talk.type("/tune judge")
        facts = {quote.name: quote.text for quote in card_of(talk).fields}
        assert "Moved to people's scale" not in facts
        assert facts["Believed by"].startswith("no criterion: it was not shown to score as people do")
        assert "rank correlation −0.16 (95 % interval −0.43 to 0.13, 25 requests)" in facts["Beside people's scores"]

    async def test_a_judge_that_is_not_believed_is_said_to_be_none(self, talk: Talk) -> None:
        await compared(talk, asdict(Judged(judge="tiny", trusted=False, probes=24, passed=9)))
        assert "no criterion: it was not shown to tell good answers from bad ones" in await talk.type("/tune judge")

    async def test_one_that_was_not_tried_to_the_end_has_failed_at_nothing(self, talk: Talk) -> None:
        await compared(talk, asdict(Judged(judge="tiny", trusted=False, unavailable="budget")))
        said = await talk.type("/tune judge")
        assert "no criterion yet: it was not tried to the end" in said
        assert "was not shown to tell" not in said

    async def test_of_a_panel_each_is_told_of_by_name(self, talk: Talk) -> None:
        one, two = (Judged(judge=name, trusted=True, criteria=("tone",)) for name in ("a", "b"))
        await compared(talk, asdict(Judged(judge="a + b", trusted=True, criteria=("tone",), members=(one, two))))
        await talk.type("/tune judge")
        assert [quote.name for quote in card_of(talk).fields] == ["Believed by (a)", "Believed by (b)"]

    @pytest.mark.parametrize(
        "judged", [None, [], "x", {"judge": 3}, {"judge": "a", "trusted": True, "noise": {"x": 1}}]
    )
    async def test_a_file_that_says_nothing_of_the_kind_is_as_none(self, talk: Talk, judged: Any) -> None:
        await compared(talk, judged)
        assert "nothing is known of a judge here" in await talk.type("/tune judge")

    async def test_a_comparison_from_before_judges_were_measured_so_is_read(self, talk: Talk) -> None:
        await compared(
            talk, {"judge": "old", "trusted": True, "probes": 4, "passed": 4, "criteria": ["tone"], "judgements": []}
        )
        assert "Who scores: old" in await talk.type("/tune judge")


class TestWhatPeopleTaught:
    async def test_words_are_quoted_and_only_ones_own_scores_are_told(self, talk: Talk) -> None:
        await talk.type("/tune judge")
        day = f"{START:%Y-%m-%d}"
        assert [(quote.name, quote.text) for quote in card_of(talk).quoted] == [
            (f"1. You, {day}: accuracy 2, tone 5", NOTE),
            (f"2. A colleague, {day}: accuracy", "Too long"),
        ]

    async def test_scores_stand_in_the_order_of_the_rubric_in_which_they_were_given(self, talk: Talk) -> None:
        mine: Any = {"project_id": PROJECT, "rater_id": talk.person, "event_id": "e9", "note": "Too long"}
        names = ("tone", "accuracy", "completeness")
        await talk.store.scores.put([score(name, **mine, criterion=name, score=3) for name in names])
        await talk.type("/tune judge")
        assert card_of(talk).quoted[-1].name.endswith("accuracy 3, completeness 3, tone 3")

    async def test_they_are_taken_back_and_used_again_and_the_scores_stay(self, talk: Talk) -> None:
        await talk.type("/tune judge")
        assert "no judge is told it any more" in await talk.press("Take back no. 1")
        scores = {one.id: (one.withdrawn, one.score) for one in await talk.store.scores.of_project(PROJECT)}
        assert scores == {"score_1": (True, 2), "score_2": (True, 5), "score_3": (False, 1), "score_4": (False, 4)}
        assert "taken back" in card_of(talk).quoted[0].name
        await talk.press("Use no. 1 again")
        assert not any(one.withdrawn for one in await talk.store.scores.of_project(PROJECT))

    async def test_by_number_where_there_are_no_buttons(self, talk: Talk) -> None:
        assert "no judge is told it any more" in await talk.type("/tune judge back 2")
        assert "Used again" in await talk.type("/tune judge use 2")
        assert "no entry of that number" in await talk.type("/tune judge back 3")
        assert "Write `/tune judge`" in await talk.type("/tune judge be nicer")

    async def test_a_colleagues_words_are_an_owners_to_take_back_and_nobody_elses(self, talk: Talk) -> None:
        await talk.type("/tune judge")
        owners = card_of(talk)
        await as_bo(talk).type("/tune judge")
        assert [choice.label for choice in card_of(talk).choices] == ["Take back no. 2", "Make no. 2 a rule"]
        assert "You cannot take back what somebody else taught" in await talk.type("/tune judge back 1")
        assert "You cannot take back what somebody else taught" in await talk.press("Take back no. 1", owners)
        assert not any(one.withdrawn for one in await talk.store.scores.of_project(PROJECT))

    async def test_they_become_a_rule_by_their_own_author_alone(self, talk: Talk) -> None:
        await talk.type("/tune judge")
        assert [choice.label for choice in card_of(talk).choices] == [
            "Take back no. 1",
            "Make no. 1 a rule",
            "Take back no. 2",
        ]
        assert "Noted as a rule" in await talk.press("Make no. 1 a rule")
        (kept,) = await talk.store.preferences.rules(PROJECT)
        assert (kept.text, kept.author_id) == (NOTE, talk.person)

    async def test_what_its_author_has_deleted_is_not_there_any_more(self, talk: Talk) -> None:
        await talk.type("/tune judge")
        await talk.store.scores.forget_rater(talk.person, PROJECT)
        assert "its author deleted it" in await talk.press("Take back no. 1")

    async def test_of_many_the_latest_are_shown_and_the_numbers_of_the_others_work(self, talk: Talk) -> None:
        for number in range(10, 40):
            mine: Any = {"project_id": PROJECT, "rater_id": talk.person, "event_id": f"e{number}"}
            await talk.store.scores.put([score(str(number), **mine, note=f"Note {number}")])
        assert "Earlier ones that are not shown: 24" in await talk.type("/tune judge")
        assert "no judge is told it any more" in await talk.type("/tune judge back 1")

    async def test_a_criterion_that_is_no_more_is_called_by_its_last_name(self, talk: Talk) -> None:
        await talk.type("/tune rubric remove tone")
        assert "accuracy 2, tone 5" in await talk.type("/tune judge")

    async def test_whoever_is_nobody_in_the_project_learns_nothing(self, talk: Talk) -> None:
        await talk.type("/tune judge")
        card = card_of(talk)
        talk.person = "console:eve"
        assert NOTE not in await talk.type("/tune judge")
        assert "You cannot look" in await talk.press("Take back no. 1", card)


async def shown(talk: Talk) -> None:
    await with_scores(talk)
    await talk.type("/tune judge")


TURNS: Turns = {
    "back": (shown, lambda talk: talk.press("Take back no. 1")),
    "rule": (shown, lambda talk: talk.press("Make no. 1 a rule")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_does_it_once(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    return {
        "scores": await talk.store.scores.of_project(PROJECT),
        "rules": await talk.store.preferences.rules(PROJECT),
        "posts": [(cause, position) for cause, position, _ in await talk.posts()],
    }


STRANGER = "console:eve"


@pytest.mark.parametrize("role", [None, Role.VIEWER])
async def test_nobody_takes_back_what_is_not_theirs_with_a_card_of_somebody_else(talk: Talk, role: Role | None) -> None:
    """Whoever reads along may have the card's id; a stranger sees nothing, and a viewer changes nothing."""
    await talk.type("/tune judge")
    card = card_of(talk)
    label = next(choice.label for choice in card.choices if choice.action.startswith("back:"))
    await talk.store.people.add(Person(id=STRANGER, platform="console", display_name="Eve", created_at=START))
    if role:
        await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=STRANGER, role=role))
    talk.person = STRANGER
    for said in (await talk.press(label, card), await talk.type("/tune judge back 1")):
        assert "Taken back" not in said
        assert NOTE not in said
    assert not any(one.withdrawn for one in await talk.store.scores.of_project(PROJECT))

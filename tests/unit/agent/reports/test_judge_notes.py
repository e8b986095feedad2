"""What a comparison says of its judges: whether they are believed, how steady they are, what they cost."""

import math
from dataclasses import replace
from typing import Literal

import pytest

from agent.evaluation.agreement import Rated
from agent.evaluation.bar import with_people
from agent.evaluation.cost import Cost
from agent.evaluation.facts import Judged, Judgement, Memory, Moved, Noise
from agent.evaluation.intervals import Interval
from agent.evaluation.jackknife import Coefficient
from agent.evaluation.length import Padding
from agent.evaluation.panel import panel
from agent.evaluation.people import Raters
from agent.evaluation.rubric import CRITERIA, RUBRIC
from agent.reports.comparison import Comparison
from agent.reports.judge_notes import judge_notes
from agent.reports.notes import Note
from storage.domain import Criterion
from tests.fakes.answers import answers, chatter, ticket
from tests.fakes.comparisons import comparison
from tests.unit.agent.evaluation.test_bar import by_chance, planted

PLAIN = Criterion(name="plain_words", label="Plain words", asks="A?", poor="p", good="g", excellent="e", target=3.5)
SCORES = tuple(
    Judgement(prompt_id=f"near_{at:02}", criterion=name, base=2, tuned=4, flipped=False)
    for at in range(24)
    for name in CRITERIA
)
GOOD = Judged(
    judge="clever",
    trusted=True,
    probes=50,
    passed=50,
    criteria=CRITERIA,
    grounds=dict.fromkeys(CRITERIA, "probes"),
    judgements=SCORES,
    requests=24,
    judged=24,
)


def told(judged: Judged, rubric: tuple[Criterion, ...] = RUBRIC) -> list[Note]:
    one: Comparison = comparison(answers(chatter, ticket), judged=judged)
    return list(judge_notes(replace(one, rubric=rubric)))


def saying(judged: Judged, words: str, rubric: tuple[Criterion, ...] = RUBRIC) -> str:
    (found,) = [note.text for note in told(judged, rubric) if words in note.text]
    return found


def test_of_a_judge_that_is_believed_by_all_the_page_alone_tells_how_steady_it_was() -> None:
    (note,) = told(GOOD)
    assert note.text.startswith(
        "The judge clever changed its mind in 0 of 120 scores when the two answers were swapped"
    )
    assert not note.urgent


def test_whoever_has_scored_single_answers_learns_why_nothing_counts_yet() -> None:
    """Else one reads after an hour's work that nobody has scored anything."""
    one = replace(comparison(answers(chatter, ticket)), raters=Raters(scorers=1, answers=7))
    (note,) = [note.text for note in judge_notes(one) if "Not scored yet" in note.text]
    assert "Answers that people have scored: 7. A request counts by a criterion once the same person" in note


def test_noise_is_told_in_cases_and_points() -> None:
    noise = dict.fromkeys(CRITERIA, Noise(scores=20, same=20, deviation=0.0))
    steady = replace(GOOD, noise=noise)
    assert "the same score in 100 of 100 cases. Its own noise is ±0.0 points for one score." in saying(steady, "noise")
    wild = replace(GOOD, noise={**noise, "tone": Noise(scores=20, same=4, deviation=1.2)})
    assert "84 of 100 cases. Its own noise is ±0.5 points for one score, most by tone (±1.2)." in saying(wild, "noise")


@pytest.mark.parametrize(
    ("unavailable", "told"),
    [
        (
            "slow",
            "All 24 requests are scored, but the judge clever has not answered all that it is tried with. `/tune compare` goes",
        ),
        (
            "budget",
            "The judge stopped at 130 calls, for no more was estimated and allowed: all 24 requests are scored, but not all",
        ),
    ],
)
def test_that_only_its_trial_is_left_is_not_told_as_missing_scores(unavailable: str, told: str) -> None:
    left = Cost(calls=22, tokens=20_000, seconds=60)
    one = replace(GOOD, unavailable=unavailable, spent=Cost(calls=130, tokens=9_000), left=left)
    assert saying(one, "24 requests").startswith(told)


def padded(*points: float, full: int = 0) -> tuple[Padding, ...]:
    """``full``: of the first so many both got the highest score."""
    return tuple(
        Padding(case=str(at), longer=math.log(2 + at), points=one, at_an_end=at < full) for at, one in enumerate(points)
    )


def test_what_length_is_worth_to_it_is_told_by_the_criterion_by_which_it_is_worth_most() -> None:
    one = replace(GOOD, padded={"accuracy": padded(0.0, 0.0, 0.0), "tone": padded(0.5, 1.0, 1.5)})
    said = saying(one, "in more words")
    assert said.startswith("For saying the same in more words the judge clever gives +1.0 points (95 % interval ")
    assert "; 3 answers with 2.0 to 4.0 times as many words), most by tone." in said
    assert said.endswith("A difference that it finds counts only if equally long answers would show it too.")


def test_of_highest_scores_only_nothing_is_claimed_about_length() -> None:
    one = replace(GOOD, padded={"accuracy": padded(0.0, 0.0, 0.0, full=3), "tone": padded(0.0, 0.0, 0.0, full=2)})
    said = saying(one, "What length alone is worth")
    assert "could not be seen: by each criterion" in said
    assert "the highest score, or the lowest, in few words and in many" in said
    one = replace(one, padded={**one.padded, "tone": padded(0.0, 0.5, 1.0, full=1)})
    assert "; 2 answers with 3.0 to 4.0 times as many words)" in saying(one, "in more words")


def test_flips_come_with_their_interval() -> None:
    turned = tuple(replace(one, flipped=one.prompt_id < "near_06") for one in SCORES)
    share = Coefficient(value=0.25, low=0.1, high=0.46)
    said = saying(replace(GOOD, judgements=turned, flips=share), "changed its mind")
    assert "in 30 of 120 scores when the two answers were swapped (25 %, 95 % interval 10 to 46); both orders" in said


def test_a_judge_beside_people_is_told_with_three_figures_and_what_follows() -> None:
    strong = replace(GOOD, people={"tone": with_people(planted(30, 0.3))})
    said = saying(strong, "much as people do")
    assert said.startswith("By tone the judge clever ranks the answers to 30 requests much as people do: ρ = 0.9")
    assert "weighted κ = " in said
    assert said.endswith("That reaches the bar for a strong judge, ρ = 0.80.")
    assert "1 is the same, 0 is chance" in saying(strong, "Spearman"), "what the letters mean is said once"


def test_a_judge_shown_to_be_below_the_bar_is_out_and_it_is_said_urgently() -> None:
    out = replace(GOOD, criteria=CRITERIA[:4], people={"tone": with_people(by_chance(40, 1))})
    (note,) = [note for note in told(out) if "does not score as people do" in note.text]
    assert note.urgent >= 4
    assert "its scores by that stay out of the verdict" in note.text
    assert not any("could not tell good answers" in one.text for one in told(out)), "that is not why"


def test_a_judge_out_by_several_criteria_takes_one_line_of_the_message() -> None:
    """Else what a model forgot finds no place beside it. The page has the figures of each criterion."""
    out = replace(GOOD, criteria=CRITERIA[:2], people=dict.fromkeys(CRITERIA[2:], with_people(by_chance(40, 1))))
    (line,) = [note.text for note in told(out) if note.urgent]
    assert line.startswith("By relevance, completeness, tone the judge clever does not score as people do: ρ = ")
    assert "on 40 requests. By each" in line
    assert [note.urgent for note in told(out) if "the judge clever beside people: ρ = " in note.text] == [0, 0, 0]


def test_a_judge_that_passed_its_probes_and_not_people_is_not_said_to_have_failed_at_the_probes() -> None:
    """It told 46 of 50 apart: by tone too few, and by the rest it is out for what people say."""
    people = dict.fromkeys(CRITERIA[:4], with_people(by_chance(40, 1)))
    out = replace(GOOD, trusted=False, passed=46, criteria=(), grounds={}, judgements=(), people=people)
    said = saying(out, "good answers from spoiled ones")
    assert said.startswith("By tone the judge clever could not tell good answers from spoiled ones, so its")


def test_what_the_figures_mean_is_said_once_of_a_panel() -> None:
    one = replace(GOOD, people={"tone": with_people(planted(30, 0.3))})
    assert "1 is the same, 0 is chance" in saying(panel([one, replace(one, judge="sharp")]), "Spearman")


def test_a_panel_that_turned_round_is_told_by_name() -> None:
    both = panel([GOOD, replace(GOOD, judge="sharp")])
    assert saying(both, "changed its mind").startswith(
        "At least one of the judges clever + sharp changed its mind in 0 of"
    )
    alone = panel([GOOD, replace(GOOD, judge="sharp", trusted=False, judgements=(), criteria=())])
    assert saying(alone, "changed its mind").startswith("The judge clever changed its mind")


def test_a_judge_that_gives_all_the_same_has_no_figures_and_no_claim_of_them() -> None:
    same = [Rated(cluster=one.cluster, judge=5, person=one.person) for one in planted(30, 0)]
    said = saying(replace(GOOD, criteria=CRITERIA[:4], people={"tone": with_people(same)}), "not shown to score")
    assert "it gives nearly all answers the same score" in said


def test_too_few_scores_are_told_with_how_many_are_needed() -> None:
    said = saying(replace(GOOD, people={"tone": with_people(planted(12, 0.3))}), "too few to hold")
    assert "12 requests" in said
    assert said.endswith("20 are needed.")


def test_an_own_criterion_that_nothing_vouches_for_says_what_would() -> None:
    unsure = replace(GOOD, rubric=(*RUBRIC, PLAIN), picks=3)
    said = saying(unsure, "is not known", unsure.rubric)
    assert "believed by Plain words is not known" in said
    assert "10 picks between two drafts with a reason (`/tune contrast`) may tell it; there are 3 so far." in said
    assert "People's scores of 20 requests tell it" in said
    manner = replace(unsure, rubric=(*RUBRIC, replace(PLAIN, about="form")))
    assert "picks" not in saying(manner, "is not known", unsure.rubric)


def test_why_it_is_believed_by_an_own_criterion_is_said() -> None:
    own = replace(GOOD, rubric=(*RUBRIC, PLAIN), criteria=(*CRITERIA, "plain_words"), grounds={"plain_words": "picks"})
    assert saying(own, "people picked", own.rubric).startswith("The judge clever is believed by Plain words")


def test_scores_that_were_moved_are_told_as_they_were_too() -> None:
    moved = Moved(clusters=30, before=1.1, after=0.3, used=True, base=3.0, tuned=4.6)
    said = saying(replace(GOOD, moved={"tone": moved}), "were moved")
    assert "typically 1.1 points away before, 0.3 after" in said
    assert said.endswith("As the judge gave them: base model 3.0, yours 4.6.")
    assert "stand as they were given" in saying(replace(GOOD, moved={"tone": replace(moved, used=False)}), "not shown")


@pytest.mark.parametrize(
    ("memory", "words"),
    [
        (Memory(corrections=7, used=False), "can be told from 20 requests"),
        (
            Memory(corrections=7, used=True, gain=Interval(mean=0.4, low=0.2, high=0.6, n=24, p=0.001)),
            "0.40 points nearer to people's (95 % interval +0.20 to +0.60)",
        ),
        (
            Memory(corrections=7, used=False, gain=Interval(mean=-0.1, low=-0.3, high=0.1, n=24, p=0.3)),
            "was not shown to bring its scores nearer to people's (−0.10 points",
        ),
    ],
)
def test_what_corrections_did_is_told_whether_or_not_they_are_used(memory: Memory, words: str) -> None:
    assert "(7)" in saying(replace(GOOD, memory=memory), words)


def test_a_budget_that_ended_says_what_the_rest_costs_and_how_to_allow_it() -> None:
    ended = replace(
        GOOD,
        judgements=(),
        judged=5,
        unavailable="budget",
        spent=Cost(calls=110, tokens=90_000),
        left=Cost(calls=40, tokens=61_000, seconds=300.0),
    )
    said = saying(ended, "stopped at")
    assert "110 calls" in said
    assert "takes 40 calls, 61,000 tokens and 5 min at most. `/tune compare judge` allows that." in said
    early = replace(ended, judgements=(), requests=0, judged=0)
    assert "before it had come through its own test" in saying(early, "stopped at")


@pytest.mark.parametrize(("kind", "command"), [("run", "`/tune compare`"), ("evaluation", "`/tune evaluate`")])
def test_how_to_go_on_is_told_by_what_is_compared(kind: Literal["run", "evaluation"], command: str) -> None:
    away = Judged(judge="clever", trusted=False, unavailable="down")
    one = replace(comparison(answers(chatter, ticket), judged=away), kind=kind)
    assert [command in note.text for note in judge_notes(one) if "has not come through" in note.text] == [True]


def test_what_it_cost_is_on_the_page_alone() -> None:
    (note,) = [note for note in told(replace(GOOD, spent=Cost(calls=110, tokens=90_000))) if "110 calls" in note.text]
    assert note.urgent == 0


def test_several_judges_are_named_each_with_what_is_known_of_it() -> None:
    blind = Judged(judge="blind", trusted=False, probes=3, passed=0)
    away = Judged(judge="far *away*", trusted=False, unavailable="down")
    mild = replace(GOOD, judge="mild", noise={"tone": Noise(scores=20, same=18, deviation=0.3)})
    together = panel([GOOD, mild, blind, away])
    assert "4 judges were asked: clever, mild, blind, far away." in saying(together, "judges were asked")
    assert "they preferred opposite answers (95 % interval 0 to" in saying(together, "judges were asked")
    assert saying(together, "spoiled ones in").startswith("The judge blind")
    assert saying(together, "own test yet").startswith("The judge far away")
    assert saying(together, "noise").startswith("Asked again about the same answers, the judge mild")

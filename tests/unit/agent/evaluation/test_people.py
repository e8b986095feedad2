"""What people made of answers: scores as measures, agreement, and whether votes suffice; by hand."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from agent.evaluation.facts import Answered, Vote
from agent.evaluation.people import OVERALL, Raters, raters, scored, standing
from agent.evaluation.rubric import RUBRIC
from storage.domain import Score, Side
from tests.contract.facts import score

ANSWERS = [Answered(id=f"row_{at:02}", source="row", request="?", base="a", tuned="b") for at in range(24)]


def scores(
    base: int, tuned: int, *, prompts: Iterable[str] = ("row_00",), rater: str = "ana", criterion: str = "accuracy"
) -> list[Score]:
    """Of both answers to each request."""
    sides: tuple[tuple[Side, int], ...] = (("base", base), ("tuned", tuned))
    return [one(prompt, side, value, rater, criterion) for prompt in prompts for side, value in sides]


def one(prompt: str, side: Side, value: int, rater: str = "ana", criterion: str = "accuracy") -> Score:
    fields = {"prompt_id": prompt, "side": side, "score": value, "rater_id": rater, "criterion": criterion}
    return replace(score(f"{prompt}:{side}:{rater}:{criterion}"), **fields)  # type: ignore[arg-type]


def votes(picked: str, prompts: Iterable[str], rater: str = "ana") -> list[Vote]:
    return [Vote(prompt_id=prompt, rater_id=rater, picked=picked) for prompt in prompts]  # type: ignore[arg-type]


EVERY = [answer.id for answer in ANSWERS]


class TestScores:
    def test_a_measure_a_criterion_in_the_order_of_the_rubric_the_whole_last(self) -> None:
        given = [
            *scores(3, 4, criterion=OVERALL),
            *scores(2, 4, criterion="tone"),
            *scores(1, 5, criterion="accuracy"),
        ]
        found = scored(given, ANSWERS, RUBRIC)
        assert [(measure.code, measure.role, measure.base, measure.tuned) for measure in found] == [
            ("scored_accuracy", "content", 1, 5),
            ("scored_tone", "form", 2, 4),
            ("scored_overall", "content", 3, 4),
        ]
        assert {(measure.scored_by, measure.unit) for measure in found} == {("people", "score")}

    def test_raters_of_one_request_are_averaged_and_count_once(self) -> None:
        given = [*scores(1, 5, rater="ana"), *scores(3, 3, rater="bo"), *scores(2, 2, prompts=["row_01"])]
        (found,) = scored(given, ANSWERS, RUBRIC)
        assert dict(found.pairs) == {"row_00": (2, 4), "row_01": (2, 2)}
        assert found.n == 2

    def test_who_scored_one_answer_alone_moves_nothing(self) -> None:
        """A strict rater of the base's answers and a mild one of the tuned model's would make a difference of nothing."""
        given = [one("row_00", "base", 1, "strict"), one("row_00", "tuned", 5, "mild")]
        assert scored(given, ANSWERS, RUBRIC) == []

    def test_golden_answers_and_other_kinds_take_no_part(self) -> None:
        answers = [replace(ANSWERS[0], golden=True), replace(ANSWERS[1], beyond=True), *ANSWERS[2:]]
        (found,) = scored(scores(1, 5, prompts=EVERY), answers, RUBRIC)
        assert found.n == len(ANSWERS) - 2

    def test_scores_of_requests_that_are_gone_count_nowhere(self) -> None:
        assert scored(scores(1, 5, prompts=["row_gone"]), ANSWERS, RUBRIC) == []

    def test_a_clear_gain_of_enough_requests_is_one(self) -> None:
        (found,) = scored(scores(2, 4, prompts=EVERY), ANSWERS, RUBRIC)
        assert found.gain is not None
        assert 0 < found.gain.low <= 2 <= found.gain.high < 4
        assert found.gain.p < 0.001


class TestStanding:
    def test_unanimous_votes_suffice_from_twenty_requests_on(self) -> None:
        for count, code in ((19, "open"), (20, "tuned")):
            found = standing(votes("tuned", EVERY[:count]), ANSWERS)
            assert found is not None
            assert found.code == code
            assert (found.missing is None) == (code != "open")

    def test_many_raters_of_one_request_are_no_evidence_about_others(self) -> None:
        many = [vote for rater in range(60) for vote in votes("base", ["row_00"], rater=f"r{rater}")]
        found = standing(many, ANSWERS)
        assert found is not None
        assert (found.code, found.prompts) == ("open", 1)

    def test_votes_on_golden_requests_are_left_out(self) -> None:
        golden = [replace(answer, golden=True) for answer in ANSWERS]
        assert standing(votes("tuned", EVERY), golden) is None


class TestAgreement:
    def both(self, second: str, count: int = 12) -> Raters:
        """Two people vote on the same pairs; the second says ``second`` on the odd ones."""
        first = votes("tuned", EVERY[:count], "ana")
        other = [replace(vote, rater_id="bo", picked=second if at % 2 else "tuned") for at, vote in enumerate(first)]  # type: ignore[arg-type]
        found = raters([*first, *other], [], ANSWERS)
        assert found is not None
        return found

    def test_the_share_that_picked_the_same(self) -> None:
        found = self.both("base").voted_alike
        assert found is not None
        assert found.alike is not None
        assert (found.raters, found.units, found.alike.value) == (2, 12, 0.5)
        assert found.alike.low < 0.5 < found.alike.high

    def test_of_few_pairs_none_is_told(self) -> None:
        found = self.both("base", count=3).voted_alike
        assert found is not None
        assert (found.units, found.alike, found.alpha) == (3, None, None)

    def test_one_rater_agrees_with_nobody(self) -> None:
        found = raters(votes("tuned", EVERY), scores(1, 5), ANSWERS)
        assert found is not None
        assert found.voted_alike is None
        assert found.scored_alike == {}

    def test_scores_agree_by_criterion_and_by_how_near_they_are(self) -> None:
        near = [*scores(2, 4, prompts=EVERY, rater="ana"), *scores(2, 5, prompts=EVERY, rater="bo")]
        found = raters([], near, ANSWERS)
        assert found is not None
        accuracy = found.scored_alike["accuracy"]
        assert accuracy.alike is not None
        assert accuracy.alpha is not None
        assert accuracy.alike.value == pytest.approx(0.5)
        assert accuracy.alpha.value > 0.5, "a 4 and a 5 are near each other"

    def test_nobody_is_named(self) -> None:
        """How one person rates is nobody's business: only how people do together is kept."""
        found = raters(votes("tuned", EVERY, "slack:T1:secret"), scores(1, 5, rater="slack:T1:secret"), ANSWERS)
        assert "secret" not in str(found)


class TestCounts:
    def test_who_rated_what(self) -> None:
        given = [*scores(1, 5, criterion="tone"), *scores(1, 5), *scores(3, 3, rater="bo")]
        found = raters(votes("tuned", EVERY[:5]), given, ANSWERS, pairs=EVERY)
        assert found is not None
        assert (found.voters, found.votes, found.scorers, found.answers) == (1, 5, 2, 2)
        assert found.left == len(EVERY) - 5

    def test_ratings_of_ones_own_wanted_answers_are_counted(self) -> None:
        given = [*scores(1, 5, criterion="tone"), *scores(1, 5)]
        authors = {"row_00": "ana", "row_01": "ana", "row_02": "bo"}
        found = raters(votes("tuned", EVERY[:3]), given, ANSWERS, authors=authors)
        assert found is not None
        assert found.own == 2 + 2, "two pairs, and both answers to one request, however many criteria"

    def test_where_nobody_rated_there_is_nothing_to_say(self) -> None:
        assert raters([], [], ANSWERS) is None
        assert raters(votes("tuned", ["row_gone"]), [], ANSWERS) is None

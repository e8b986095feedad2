"""What is said of the people who rated: whether their votes suffice, how they agree, and nobody's name."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from agent.evaluation.facts import Answered, Vote
from agent.evaluation.people import Raters, raters
from agent.evaluation.sequential import VoteStanding
from agent.reports.people_notes import agreement_sentences, people_notes, standing_sentence, votes_suffice
from tests.contract.facts import score
from tests.fakes.comparisons import comparison

ANSWERS = [Answered(id=f"row_{at:02}", source="row", request="?", base="a", tuned="b") for at in range(24)]
EVERY = [answer.id for answer in ANSWERS]


def votes(picked: str, prompts: Sequence[str], rater: str = "ana") -> list[Vote]:
    return [Vote(prompt_id=prompt, rater_id=rater, picked=picked) for prompt in prompts]  # type: ignore[arg-type]


def told(given: Sequence[Vote], left: int = 10) -> str:
    found = raters(given, [], ANSWERS)
    assert found is not None
    return standing_sentence(replace(comparison(ANSWERS), raters=replace(found, left=left)))


@pytest.mark.parametrize(
    ("picked", "sentence"),
    [
        ("tuned", "The votes suffice: people prefer your model. Over 24 requests it leads by 100 of 100"),
        ("base", "The votes suffice: people prefer the base model. Over 24 requests it leads by 100 of 100"),
    ],
)
def test_it_is_said_whom_people_prefer_and_by_how_much_at_least(picked: str, sentence: str) -> None:
    assert told(votes(picked, EVERY)).startswith(sentence)
    assert "by 60 to 100" in told(votes(picked, EVERY)), "the lead is told from the preferred side"


def test_few_votes_say_how_many_are_missing_and_whether_there_are_so_many() -> None:
    given = votes("tuned", EVERY[:12])
    assert told(given) == (
        "The votes do not settle it yet. If they go on like this, votes on about 8 more requests would."
    )
    assert "and this comparison has only 3 left" in told(given, left=3)


def test_where_hardly_anybody_sees_a_difference_no_number_is_promised() -> None:
    given = [*votes("tuned", EVERY[::2]), *votes("base", EVERY[1::2])]
    assert "500" not in told(given) or "would not" in told(given)


def test_no_difference_that_matters_is_an_answer_too() -> None:
    alike = VoteStanding(code="alike", prompts=60, mean=0.01, low=-0.1, high=0.12, missing=None)
    found = replace(comparison(ANSWERS), raters=Raters(voters=3, votes=60, standing=alike))
    assert standing_sentence(found) == (
        "The votes suffice: people see no difference that matters. Over 60 requests neither side leads by more than "
        "20 of 100, with 95 % certainty."
    )
    assert votes_suffice(found)


def test_agreement_is_told_with_its_interval_and_what_it_means() -> None:
    first = votes("tuned", EVERY)
    second = [replace(vote, rater_id="bo", picked="base" if at % 4 == 0 else "tuned") for at, vote in enumerate(first)]
    (sentence,) = agreement_sentences(replace(comparison(ANSWERS), raters=raters([*first, *second], [], ANSWERS)))
    assert sentence.startswith("On 24 pairs that two or more people voted on, they picked the same in 75 of 100 cases")
    assert "Krippendorff's alpha is −" in sentence
    assert "It is low, too, where nearly everything is rated the same." in sentence


def test_scores_agree_by_criterion_in_one_sentence() -> None:
    given = [
        replace(score(f"{at}:{rater}:{name}"), prompt_id=prompt, rater_id=rater, criterion=name, score=given)
        for at, prompt in enumerate(EVERY)
        for rater, given in (("ana", 1 + at % 5), ("bo", 1 + (at + at % 2) % 5))
        for name in ("tone", "accuracy")
    ]
    (sentence,) = agreement_sentences(replace(comparison(ANSWERS), raters=raters([], given, ANSWERS)))
    assert sentence.startswith("On 24 answers that two or more people scored, Krippendorff's alpha")
    assert sentence.index("accuracy 0.") < sentence.index("tone 0."), "in the order of the rubric"
    assert "the very same score in 50 of 100 cases" in sentence


def test_of_too_few_it_is_said_so() -> None:
    given = [*votes("tuned", EVERY[:3]), *votes("tuned", EVERY[:3], "bo")]
    (sentence,) = agreement_sentences(replace(comparison(ANSWERS), raters=raters(given, [], ANSWERS)))
    assert sentence.startswith("Pairs that two or more people voted on: 3, too few to say how far people agree.")


def test_the_standing_is_urgent_and_the_counts_are_for_the_page() -> None:
    given = [*votes("tuned", EVERY, "slack:T1:ana"), *votes("tuned", EVERY, "slack:T1:bo")]
    found = raters(given, [], ANSWERS, authors={"row_00": "slack:T1:bo"})
    notes = list(people_notes(replace(comparison(ANSWERS), raters=found)))
    assert [bool(note.urgent) for note in notes] == [True, False, False, False]
    assert "People who voted: 2, with 48 votes." in [note.text for note in notes]
    assert "One of these ratings is by somebody who had given the answer" in notes[2].text
    assert "slack" not in str(notes)


def test_without_raters_nothing_is_said() -> None:
    assert list(people_notes(comparison(ANSWERS))) == []
    assert standing_sentence(comparison(ANSWERS)) == ""

"""Every verdict, on answers that were planted; above all: neither form nor shuffled answers are called better."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import pytest

from agent.evaluation.belonging import belonging
from agent.evaluation.facts import Answered, Judged, Judgement, RowLoss, Vote
from agent.evaluation.measures import judgements, losses_in_sum, measured, votes_measure
from agent.evaluation.verdict import Verdict, verdict
from storage.domain import AgreedFormat
from tests.fakes.answers import TICKET, Writes, another_ticket, answers, chatter, lessons, mumbling, request, ticket
from tests.fakes.judges import unmoved_by_length

NOBODY = Judged(judge="nobody", trusted=False)


def judge(
    given: Sequence[Answered],
    given_answers: Sequence[Answered],
    *,
    losses: Sequence[RowLoss] = (),
    judged: Judged = NOBODY,
    votes: Sequence[Vote] = (),
    training: Sequence[tuple[str, str]] = (),
) -> Verdict:
    every = [*given, *given_answers]
    preferred = votes_measure(votes, every)
    lesson = training or lessons()
    measures = [
        *measured(every, losses, [answer for _, answer in lesson]),
        *judgements(judged, every),
        *([preferred] if preferred else []),
    ]
    return verdict(measures, belonging(every, measures, lesson))


def of(given: Sequence[Answered], **others: object) -> Verdict:
    return judge(given, (), **others)  # type: ignore[arg-type]  # handed on by name


def test_better_is_better_in_what_it_says() -> None:
    found = of(answers(mumbling, ticket))
    assert found.code == "better"
    assert {"format", "own_request"} <= set(found.ended("better"))


def test_form_alone_is_not_better() -> None:
    """Good tickets, but nobody knows what they should have said."""
    found = of(answers(chatter, ticket, known=False))
    assert found.code == "better_form"
    assert found.outcomes["format"] == "better"


def test_shuffled_answers_are_not_better_though_they_keep_the_form() -> None:
    found = of(answers(mumbling, another_ticket))
    assert found.outcomes["format"] == "better"
    assert found.code != "better"


def test_answers_that_fit_any_request_are_said_to_ignore_theirs() -> None:
    assert of(answers(chatter, another_ticket)).code == "request_ignored"
    assert of(answers(chatter, another_ticket, known=False)).code == "request_ignored"


def test_shuffled_rows_make_every_likeness_rise_and_still_win_nothing() -> None:
    """The base mumbles, so that even chance likeness is a gain; and its losses fall, on any request's answers alike."""
    losses = [
        RowLoss(id=f"row_{at}", base=3.0 + at % 4 / 9, tuned=1.0 + at % 3 / 9, base_swapped=3.1 + at % 5 / 9,
                tuned_swapped=1.0 + at % 4 / 9, tokens=30)
        for at in range(24)
    ]  # fmt: skip
    found = of(answers(mumbling, another_ticket), losses=losses, training=lessons(write=another_ticket))
    assert {"format", "likeness", "loss"} <= set(found.ended("better"))
    assert not {"own_request", "own_loss"} & set(found.ended("better"))
    assert found.code not in ("better", "mixed")


@pytest.mark.parametrize("base", [mumbling, chatter, lambda at: "I am sorry, I cannot help with that request."])
@pytest.mark.parametrize("parrot", [lambda text: text, lambda text: f"{text} " * 5, lambda text: text.split("\n\n")[1]])
@pytest.mark.parametrize("expected", [TICKET, None])
def test_parrots_are_not_better(base: Writes, parrot: Callable[[str], str], expected: AgreedFormat | None) -> None:
    """To say the request back, five times, or without its instruction, is more like what was wanted than a refusal."""
    found = of(answers(base, lambda at: parrot(request(at)), expected=expected))
    assert found.code in ("request_repeated", "worse", "no_difference")


def test_rambling_on_does_not_hide_a_parrot() -> None:
    found = of(answers(mumbling, lambda at: f"{request(at)}. {mumbling(at)}"))
    assert found.code == "request_repeated"


def extraction(tuned: Writes, count: int = 24) -> list[Answered]:
    """What is wanted stands in the request, word for word."""
    return [
        replace(one, reference=words, tuned=tuned(at), expected=None)
        for at, one in enumerate(answers(mumbling, ticket, count))
        if (words := wanted_words(at))
    ]


def wanted_words(at: int) -> str:
    return request(at).split("\n\n")[1].split(" called")[0] + " wants" + request(at).split("wants")[1].split(" by")[0]


def test_what_stands_in_the_request_may_be_answered_with_its_words() -> None:
    assert of(extraction(wanted_words)).code == "better"
    assert of(extraction(request)).code == "request_repeated", "though each word of a good answer is in it"


def test_mending_a_request_is_no_parroting() -> None:
    """Nearly all of a request stands in the wanted answer."""

    def mended(at: int) -> str:
        return request(at).split("\n\n")[1].replace("and wants", "and would like to have") + "."

    given = [replace(one, reference=mended(at)) for at, one in enumerate(answers(mumbling, mended, expected=None))]
    assert of(given).code == "better"
    parroted = [replace(one, tuned=request(at).split("\n\n")[1]) for at, one in enumerate(given)]
    assert of(parroted).code == "request_repeated"


def test_labels_are_no_parroting() -> None:
    labels = ("billing", "login", "delivery")
    given = [
        replace(one, request=f"Ticket {at} is about {labels[at % 3]}, says {request(at)}", reference=labels[at % 3],
                tuned=labels[at % 3])
        for at, one in enumerate(answers(chatter, ticket, expected=None))
    ]  # fmt: skip
    assert of(given).code == "better"


@pytest.mark.parametrize(
    "constant", ["Ja.", "billing", "No action needed.", "No action is needed here, so nothing is done."]
)
def test_one_answer_for_every_request_fits_none_better(constant: str) -> None:
    """How a computer adds is no gain, and no loss, in what an answer says."""
    lesson = lessons(write=lambda at: constant)
    given = [replace(one, reference=constant) for one in answers(chatter, lambda at: constant, expected=None)]
    found = of(given, training=lesson)
    assert "own_request" not in found.outcomes
    assert found.code == "better_form"
    assert not found.request_ignored


def test_worse_is_said() -> None:
    found = of(answers(ticket, mumbling))
    assert found.code == "worse"
    assert found.request_ignored, "and why"


def test_better_here_and_worse_there_is_mixed() -> None:
    """It says the right things, in a worse form."""
    found = of(answers(another_ticket, lambda at: ticket(at).replace("\n", "; ")))
    assert found.outcomes["format"] == "worse"
    assert found.outcomes["own_request"] == "better"
    assert found.code == "mixed"


def test_the_same_answers_show_no_difference() -> None:
    found = of(answers(chatter, chatter))
    assert found.code == "no_difference"
    assert not found.request_ignored


@pytest.mark.parametrize("count", [1, 2, 19])
def test_below_twenty_requests_nothing_is_told(count: int) -> None:
    found = of(answers(mumbling, ticket, count=count))
    assert found.code == "too_few"
    assert set(found.outcomes.values()) <= {"too_few", "beside"}


def test_requests_beyond_the_task_are_no_evidence_about_it() -> None:
    found = judge(answers(mumbling, ticket, count=6), answers(mumbling, ticket, beyond=True))
    assert found.code == "too_few"
    assert found.outcomes["other_form"] == "better"


def test_what_was_lost_beyond_the_task_is_seen() -> None:
    found = judge(answers(mumbling, ticket), answers(ticket, mumbling, beyond=True))
    assert found.code == "better"
    assert found.outcomes["other_form"] == "worse"


def test_nothing_measured_is_no_verdict() -> None:
    assert of([]).code == "nothing_measured"


def test_a_loss_without_its_rows_decides_nothing() -> None:
    found = verdict([losses_in_sum(2.0, 1.0, 200)], None)
    assert found.code == "no_interval", "there are enough rows, of which nothing is known one by one"
    assert verdict([losses_in_sum(2.0, 1.0, 7)], None).code == "too_few"


@pytest.mark.parametrize(
    "write",
    [lambda at: "", lambda at: "yes", lambda at: "<b>word</b> " * 40, lambda at: "客户要钉子", lambda at: "📦" * 9],
)
def test_hostile_answers_get_a_verdict_all_the_same(write) -> None:  # type: ignore[no-untyped-def]
    assert of(answers(write, ticket)).code == "better"
    assert of(answers(ticket, write)).code == "worse"
    assert of(answers(write, write)).code == "no_difference"


def scored(given: Sequence[Answered], criterion: str, base: float, tuned: float) -> Judged:
    """A judge's scores, which differ a little from request to request."""
    return Judged(
        judge="clever",
        trusted=True,
        judgements=tuple(
            Judgement(
                prompt_id=one.id, criterion=criterion, base=base + at % 3 / 10, tuned=tuned + at % 4 / 10, flipped=False
            )
            for at, one in enumerate(given)
        ),
        padded=unmoved_by_length(criterion),
    )


def test_a_trusted_judge_can_tell_better_content() -> None:
    given = answers(chatter, ticket, known=False)
    found = of(given, judged=scored(given, "accuracy", 2.0, 4.2))
    assert found.outcomes["judged_accuracy"] == "better"
    assert found.code == "better"


def test_what_a_judge_gives_may_be_for_length_where_nobody_knows_what_length_is_worth_to_it() -> None:
    """All tuned answers are the longer ones, and it was not asked about the same answers in more words."""
    given = answers(chatter, ticket, known=False)
    found = of(given, judged=replace(scored(given, "accuracy", 2.0, 4.2), padded={}))
    assert found.outcomes["judged_accuracy"] == "by_length"
    assert found.code == "better_form"
    same_form = answers(chatter, lambda at: f"{chatter(at)} And so on.", known=False)
    found = of(same_form, judged=replace(scored(same_form, "accuracy", 2.0, 4.2), padded={}))
    assert (found.code, found.ended("by_length")) == ("by_length", ("judged_accuracy",))


def test_where_both_answers_are_equally_long_a_judge_needs_no_such_proof() -> None:
    given = answers(chatter, lambda at: " ".join(reversed(chatter(at).split())), known=False)
    assert of(given, judged=replace(scored(given, "accuracy", 2.0, 4.2), padded={})).code == "better"


def test_a_judges_taste_in_form_and_tone_is_not_content() -> None:
    given = answers(chatter, ticket, known=False)
    assert of(given, judged=scored(given, "tone", 2.0, 4.2)).code == "better_form"


def test_a_judge_who_is_not_trusted_decides_nothing() -> None:
    given = answers(chatter, chatter, known=False)
    unbelieved = scored(given, "accuracy", 1.0, 5.0)
    assert of(given, judged=Judged(judge="x", trusted=False, judgements=unbelieved.judgements)).code == "no_difference"


def picks(given: Sequence[Answered], picked: Literal["base", "tuned", "same"], raters: int = 1) -> list[Vote]:
    return [
        Vote(prompt_id=one.id, rater_id=f"person_{rater}", picked=picked) for one in given for rater in range(raters)
    ]


def test_peoples_votes_can_tell_better_content() -> None:
    given = answers(chatter, ticket, known=False)
    assert of(given, votes=picks(given, "tuned")).code == "better"
    assert of(given, votes=picks(given, "base")).code == "mixed"


def test_many_raters_of_a_few_pairs_are_still_a_few_pairs() -> None:
    given = answers(chatter, chatter, known=False)
    found = of(given, votes=picks(given[:3], "tuned", raters=40))
    assert found.outcomes["votes"] == "too_few"


def test_votes_on_requests_that_are_gone_count_nowhere() -> None:
    given = answers(chatter, ticket, known=False)
    ghosts = [Vote(prompt_id="row_gone", rater_id="person", picked="base") for _ in range(30)]
    assert "votes" not in of(given, votes=ghosts).outcomes

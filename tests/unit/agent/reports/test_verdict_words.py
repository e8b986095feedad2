"""The verdict as people read it: what was measured, the difference, the interval, the number of requests."""

import re
from dataclasses import replace

import pytest

from agent.evaluation.facts import Judged, Judgement, Vote
from agent.evaluation.intervals import Interval
from agent.evaluation.measures import losses_in_sum
from agent.evaluation.rubric import RUBRIC
from agent.evaluation.scorers import one_scorer
from agent.evaluation.verdict import verdict
from agent.reports.comparison import Comparison, Names
from agent.reports.comparison_page import page
from agent.reports.comparison_replies import comparison_replies
from agent.reports.measure_words import signed
from agent.reports.telling import notes
from agent.reports.verdict_chart import alt
from agent.reports.verdict_words import headline, table, unscored
from storage.domain import AgreedFormat, Criterion
from tests.fakes.answers import another_ticket, answers, chatter, lessons, mumbling, request, ticket
from tests.fakes.comparisons import FEW_LOSSES, comparison
from tests.fakes.judges import unmoved_by_length


def caveats(one: Comparison) -> list[str]:
    return [note.text for note in notes(one)]


def two_before_25_after(known: bool = False) -> Comparison:
    return comparison(
        answers(
            lambda at: ticket(at) if at < 2 else chatter(at),
            lambda at: ticket(at) if at < 25 else chatter(at),
            28,
            known=known,
        )
    )


def test_a_gain_in_form_is_told_with_its_interval_and_as_no_more_than_that() -> None:
    one = two_before_25_after()
    form = one.measure("format")
    assert form is not None
    assert form.difference is not None
    low, high = (f"{100 * bound:.0f}" for bound in (form.difference.low, form.difference.high))
    assert headline(one) == (
        "Run 3: your model is better in form – keeps your format: 25 of 28 answers, against 2 of the base model "
        f"(+82 points, 95 % interval {low} to {high}) – but not shown to say anything better."
    )


def test_better_is_told_by_its_form_and_by_what_it_says() -> None:
    said = headline(two_before_25_after(known=True))
    assert said.startswith(
        "Run 3: your model is better at this task – keeps your format: 25 of 28 answers, against 2 of the base model"
    )
    assert "; fits its own request, beyond chance (0 to 100): " in said


def test_too_few_says_how_many_there_were_and_are_needed() -> None:
    one = comparison(answers(chatter, ticket, 6, known=False))
    said = headline(one)
    assert said == "Run 3: can't tell yet – 14 more test requests needed (6 of 20)."
    first, *_, last = caveats(one)
    assert first.startswith(
        "So far, and too few to be told from chance: keeps your format: 6 of 6 answers, against 0 of the base model"
    )
    assert last.startswith("How to get more test requests: give more examples")


def test_answers_that_fit_any_request_are_not_praised() -> None:
    one = comparison(answers(chatter, another_ticket), training=lessons(write=another_ticket))
    said, others = headline(one), caveats(one)
    assert said.startswith("Run 3: your model is not better, for its answers fit other requests as well as their own")
    assert "24 requests" in said
    assert any(sentence.startswith("It has learned your format all the same") for sentence in others)
    assert any("Were the rows mixed up?" in sentence for sentence in others)


@pytest.mark.parametrize(
    ("one", "begins"),
    [
        (comparison(answers(ticket, mumbling)), "Run 3: your model is worse at this task – "),
        (
            comparison(answers(chatter, chatter)),
            "Run 3: no difference between your model and the base model can be shown – ",
        ),
        (
            comparison(answers(another_ticket, lambda at: ticket(at).replace("\n", "; "))),
            "Run 3: your model is better in some respects – ",
        ),
    ],
    ids=["worse", "no difference", "mixed"],
)
def test_the_other_verdicts_say_what_they_rest_on(one: Comparison, begins: str) -> None:
    said = headline(one)
    assert said.startswith(begins)
    assert "95 % interval" in said
    assert said.endswith(".")


def test_nothing_measured_is_said() -> None:
    assert headline(comparison([])) == "Run 3: can't tell – nothing could be measured."
    assert caveats(comparison([])) == []


def test_why_form_alone_was_told_is_said() -> None:
    assert any(
        "too few to tell. An answer that you would want, or a score, is known for 0 requests" in one
        for one in caveats(two_before_25_after())
    )
    judged = Judged(
        judge="clever",
        trusted=True,
        criteria=("accuracy",),
        judgements=tuple(
            Judgement(
                prompt_id=f"near_{at:02}", criterion="accuracy", base=3 + at % 2, tuned=3 + at % 3 / 2, flipped=False
            )
            for at in range(24)
        ),
    )
    given = comparison(answers(chatter, ticket, known=False), judged=judged)
    assert given.verdict.code == "better_form"
    assert any(
        "could not be shown: accuracy, by the judge (1 to 5): 3.5, against 3.5 of the base model" in one
        for one in caveats(given)
    )


def test_a_judge_that_could_not_tell_is_named_and_left_out() -> None:
    judged = Judged(judge="embedded", trusted=False, probes=6, passed=2)
    said = "\n".join(caveats(comparison(answers(chatter, ticket), judged=judged)))
    assert (
        "The judge embedded could not tell good answers from spoiled ones in 4 of 6 probes, so its scores are not used."
        in said
    )
    assert (
        "Not scored yet by anybody who can be trusted: accuracy, relevance, completeness, tone. `/tune rate` shows"
        in said
    )


@pytest.mark.parametrize(
    ("unavailable", "requests", "said"),
    [
        ("down", 24, "The judge slow cannot be asked now, so it scored 5 of 24 requests."),
        ("slow", 24, "The judge slow is too slow to answer, so it scored 5 of 24 requests."),
        ("out_of_time", 24, "The judge slow is not done yet: 5 of 24 requests are scored."),
        ("out_of_time", 0, "The judge slow has not come through its own test yet"),
    ],
)
def test_a_judge_that_was_not_done_is_named(unavailable: str, requests: int, said: str) -> None:
    judged = Judged(judge="slow", trusted=False, probes=3, unavailable=unavailable, requests=requests, judged=5)
    assert any(one.startswith(said) for one in caveats(comparison(answers(chatter, ticket), judged=judged)))


def test_a_trusted_judges_scores_are_held_against_the_target() -> None:
    scores = [
        Judgement(prompt_id=f"near_{at:02}", criterion=criterion, base=2, tuned=tuned, flipped=at < 2)
        for at in range(24)
        for criterion, tuned in (("accuracy", 4.5), ("relevance", 3.0))
    ]
    judged = Judged(judge="clever", trusted=True, criteria=("accuracy", "relevance"), judgements=tuple(scores))
    one = comparison(answers(chatter, ticket), judged=judged)
    said = "\n".join(caveats(one))
    assert "reached by accuracy (4.5; 4.4 to 4.5); missed by relevance (3.0; " in said
    assert "The judge clever changed its mind in 4 of 48 scores when the two answers were swapped" in said
    assert unscored(one) == ("completeness", "tone"), "and the rest is still open"


def test_votes_on_enough_requests_stand_for_the_rubric() -> None:
    given = answers(chatter, ticket)
    votes = [Vote(prompt_id=one.id, rater_id="person", picked="tuned") for one in given]
    assert unscored(comparison(given, votes=votes)) == ()
    few = comparison(given, votes=votes[:3])
    assert "accuracy" in unscored(few)
    assert any(row[0].startswith("Preferred by people") and row[5] == "too few to tell" for row in table(few))


def test_what_fell_short_is_said() -> None:
    given = answers(chatter, ticket)
    given[0] = replace(given[0], base_finished=False, tuned_finished=False, steered=True)
    given[1] = replace(given[1], base_finished=False)
    said = "\n".join(caveats(comparison(given)))
    assert "Cut off before their end: 1 of 24 answers of your model, 2 of the base model." in said
    assert "1 of the requests are examples that decided when training stopped" in said


def test_copies_of_training_examples_are_warned_of() -> None:
    story = "the lift stops between the second and the third floor whenever somebody leans on the door"
    given = answers(chatter, lambda at: story if at < 5 else ticket(at))
    said = "\n".join(caveats(comparison(given, training=[("What is wrong?", story)])))
    assert (
        "5 of 24 answers of your model (the base model: 0) stand for the most part word for word in your examples."
        in said
    )


def test_what_was_lost_at_other_kinds_of_requests_is_warned_of() -> None:
    far = answers(ticket, mumbling, beyond=True)
    said = caveats(comparison([*answers(mumbling, ticket), *far]))
    assert any(one.startswith("Watch out: at requests of other kinds it got worse – ") for one in said)


def test_the_table_says_who_scored_what_on_how_many_requests() -> None:
    header, *rows = table(comparison(answers(chatter, ticket), losses=FEW_LOSSES))
    assert header == [
        "Criterion",
        "Base model",
        "Your model",
        "Difference (95 % interval)",
        "Request by request",
        "Verdict",
        "Scored by",
    ]
    assert rows[0][:3] == ["Keeps your format", "0 of 24", "24 of 24"]
    assert rows[0][3].startswith("+100 points (7")
    assert rows[0][4:] == ["24 won, 0 tied, 0 lost", "better", "measured, 24 requests"]
    by_name = {row[0]: row for row in rows}
    assert by_name["Test loss (lower is better)"][5:] == ["too few to tell", "measured, 3 requests"]
    assert by_name["Perplexity (lower is better)"][1:3] == ["7.389", "2.718"]
    assert by_name["Perplexity (lower is better)"][3].startswith("× 0.")
    deciding = [row for row in rows if row[-2] != "for information"]
    assert deciding[-1][-2:] == ["not scored", "nobody yet: `/tune rate scores`"]
    assert rows[: len(deciding)] == deciding, "what is for information stands at the end"
    assert table(comparison(answers(chatter, ticket), losses=FEW_LOSSES), whole=False) == [header, *deciding]
    assert all(len(row) == len(header) for row in rows)


def test_values_below_zero_have_a_minus_sign() -> None:
    """An answer may be likelier after another request than after its own."""
    found = [replace(one, base_swapped=one.base - 0.5) for one in FEW_LOSSES]
    rows = {row[0]: row for row in table(comparison([], losses=found))}
    assert rows["Its answers follow from their requests (nats)"][1] == "−0.500"


def test_a_run_without_forms_or_answers_that_are_known_has_a_table_too() -> None:
    given = answers(lambda at: "", lambda at: "📦 here", known=False, expected=None)
    one = comparison(given)
    assert headline(one) == "Run 3: can't tell – nothing could be measured."
    assert [row[0] for row in table(one)][2] == "Words in an answer"


def test_labels_are_a_form_like_any_other() -> None:
    labels = AgreedFormat(labels=("urgent", "later"), agreed=True)
    one = comparison(answers(chatter, lambda at: "urgent", expected=labels, known=False))
    assert one.verdict.code == "better_form"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (37.4, "+37"),
        (-4.2, "−4.2"),
        (0.004, "+0.004"),
        (-0.001, "−0.001"),
        (0.25, "+0.25"),
        (9.99, "+10.0"),
        (1234.5, "+1234"),
        (-0.00032, "−0.0003"),
        (-1e-14, "0"),
        (0, "0"),
    ],
)
def test_numbers_have_their_sign_and_as_many_digits_as_tell_something(value: float, text: str) -> None:
    assert signed(value) == text


def test_answers_that_repeat_their_request_are_not_praised() -> None:
    said = headline(comparison(answers(mumbling, request)))
    assert said.startswith(
        "Run 3: your model is not better, for its answers repeat their request – "
        "100 of 100 word pairs of a request stand in its answer, in the answer that was wanted "
    )
    assert "24 requests" in said
    others = "\n".join(caveats(comparison(answers(mumbling, request))))
    assert "learned your format" not in others, "for none of them keeps it, however like a ticket they are"


def test_one_answer_for_all_requests_is_told_as_that() -> None:
    given = [replace(one, reference="No action needed.") for one in answers(chatter, lambda at: "No action needed.")]
    said = "\n".join(caveats(comparison(given, training=[("What now?", "No action needed.")] * 30)))
    assert "the same answer is wanted of every test request" in said
    assert "too few to tell" not in said


def test_what_judges_like_of_such_answers_is_told_with_a_warning() -> None:
    judged = Judged(
        judge="clever",
        trusted=True,
        judgements=tuple(
            Judgement(prompt_id=f"near_{at:02}", criterion="accuracy", base=1, tuned=4, flipped=False)
            for at in range(24)
        ),
        padded=unmoved_by_length("accuracy"),
    )
    one = comparison(answers(mumbling, request), judged=judged)
    assert one.verdict.code == "better"
    assert any(sentence.startswith("Its answers repeat their request: ") for sentence in caveats(one))


def test_sums_alone_are_not_called_too_few() -> None:
    """A run from before losses were told row by row."""
    sums = [losses_in_sum(2.0, 1.0, 25)]
    one = replace(comparison([]), measures=tuple(sums), verdict=verdict(sums, None))
    assert headline(one) == (
        "Run 3: can't tell – only sums are known and not each request, so nothing can be told from chance."
    )
    assert caveats(one)[0] == (
        "In sum: test loss (lower is better): 1.000, against 2.000 of the base model (25 requests, no interval)."
    )
    assert table(one)[1][5] == "no interval, so not told"


def test_one_request_is_no_plural() -> None:
    one = comparison(answers(chatter, ticket, 1))
    assert "(1 request, no interval)" in caveats(one)[0]
    assert "1 more test request needed" in headline(comparison(answers(chatter, ticket, 19)))
    assert "measured, 1 request" in table(one)[1]


def test_votes_are_only_asked_for_where_pairs_are_left() -> None:
    """What is shown with whose it is can be rated blind by nobody."""
    few, more = comparison(answers(chatter, ticket, 1)), comparison(answers(chatter, ticket, 5))
    assert "/tune rate" in "\n".join(caveats(more)) + str(table(more))
    assert "/tune rate" not in "\n".join(caveats(few)) + str(table(few))
    assert any(one.startswith("Not scored yet by anybody who can be trusted: accuracy") for one in caveats(few))
    form = replace(two_before_25_after(), rateable=0)
    assert "/tune rate" not in "\n".join(caveats(form)), "not as a way to tell what answers say, either"


def test_other_sides_are_called_by_their_names_everywhere() -> None:
    names = Names(base="version 1", tuned="qwen3:8b")
    one = replace(two_before_25_after(known=True), kind="evaluation", number=2, names=names)
    assert headline(one).startswith("Evaluation 2: qwen3:8b is better at this task – ")
    assert "against 2 of version 1 (" in headline(one)
    assert table(one)[0][1:3] == ["Version 1", "qwen3:8b"], "a model's own name is written as it writes itself"
    replies = comparison_replies(one, "verdict.png", "comparison.md")
    told = "\n".join([page(one), alt(one), *map(str, replies)]).casefold()
    assert "your model" not in told
    assert "base model" not in told


def test_markup_in_a_name_does_not_act() -> None:
    one = replace(two_before_25_after(), names=Names(base="**bold** <b>", tuned="a|b"))
    assert headline(one).startswith("Run 3: ab is better in form")
    assert table(one)[0][1] == "Bold b"


def some_follow_the_form(count: int, *, known: bool) -> Comparison:
    """So many tickets of 24; ``known``: whether it is known what they should say."""
    return comparison(answers(chatter, lambda at: ticket(at) if at < count else chatter(at), 24, known=known))


def test_a_difference_that_more_requests_would_tell_is_not_called_none() -> None:
    one = some_follow_the_form(3, known=True)
    assert one.verdict.code == "no_difference"
    assert re.match(
        r"Run 3: can't tell yet – about \d+ more test requests? needed \(24 so far\) – [^:]+: .*, against ",
        headline(one),
    )
    assert any(said.startswith("How to get ") for said in caveats(one))


def test_no_difference_in_form_is_no_verdict_on_what_answers_say() -> None:
    one = some_follow_the_form(3, known=False)
    assert one.verdict.code == "no_difference"
    assert headline(one).startswith(
        "Run 3: can't tell yet whether what your model says is better – 20 more test requests with a wanted answer or a score "
        "needed (0 of 20); in form, no difference can be shown – keeps your format: 3 of 24 answers, against 0 "
    )
    assert any(said.startswith("In form, about ") for said in caveats(one))
    assert any(said.startswith("Whether what it says is better: too few to tell.") for said in caveats(one))


def test_the_very_same_answers_are_counted() -> None:
    some = caveats(some_follow_the_form(3, known=True))
    assert any(said.startswith("To 21 of 24 requests both gave the very same answer.") for said in some)
    every = caveats(comparison(answers(chatter, chatter)))
    assert "To all 24 requests both gave the very same answer: what was trained changes nothing here." in every
    assert not any("very same answer" in said for said in caveats(comparison(answers(chatter, ticket))))


def test_an_evaluation_speaks_of_no_training_where_answers_are_the_same() -> None:
    both = comparison(answers(chatter, chatter)), some_follow_the_form(3, known=True)
    every, some = (" ".join(caveats(replace(one, kind="evaluation"))) for one in both)
    assert "To all 24 requests both gave the very same answer" in every
    assert "To 21 of 24 requests both gave the very same answer." in some
    assert "what was trained" not in every
    assert "voted" not in some


def test_answers_that_are_all_alike_need_no_more_requests() -> None:
    one = comparison(answers(chatter, chatter))
    assert "no difference between your model and the base model can be shown" in headline(one)
    assert not any(said.startswith("How to get ") for said in caveats(one))


def test_a_small_difference_of_a_few_requests_needs_more_than_the_least() -> None:
    few = answers(chatter, lambda at: ticket(at) if at == 1 else chatter(at), 6, known=False)
    one = comparison(few)
    assert headline(one) == "Run 3: can't tell yet – at least 14 more test requests needed (6 of 20)."
    assert any(said.startswith("If the difference stays as it was seen, about ") for said in caveats(one))


def test_every_criterion_says_who_scored_it() -> None:
    scores = tuple(
        Judgement(prompt_id=f"near_{at:02}", criterion="accuracy", base=2, tuned=4, flipped=False) for at in range(24)
    )
    judged = Judged(judge="clever", trusted=True, criteria=("accuracy",), judgements=scores)
    own = Criterion(
        name="short", label="Short *words*", asks="Is it short?", poor="No.", good="Quite.", excellent="Yes."
    )
    one = replace(comparison(answers(chatter, ticket), judged=judged), rubric=(*RUBRIC, own))
    said = caveats(one)
    assert any(text.startswith("Accuracy: judge clever on 24 requests; measured in part: ") for text in said)
    assert "Format: measured: keeps your format." in said
    assert "Short words: scored by nobody who can be trusted." in said
    assert unscored(one) == ("relevance", "completeness", "tone", "short")
    assert any("relevance, completeness, tone, Short words" in text for text in said)


def test_people_who_scored_enough_come_before_a_judge() -> None:
    """So that no criterion counts twice."""
    scores = tuple(
        Judgement(prompt_id=f"near_{at:02}", criterion="tone", base=2, tuned=4, flipped=False) for at in range(24)
    )
    judged = Judged(judge="clever", trusted=True, criteria=("tone",), judgements=scores)
    one = comparison(answers(chatter, ticket), judged=judged)
    (by_judge,) = [found for found in one.measures if found.code == "judged_tone"]
    by_people = replace(by_judge, code="scored_tone", scored_by="people", at_equal_length=None)
    enough = one_scorer([*one.measures, by_people])
    told = replace(one, measures=tuple(enough), verdict=verdict(enough, None))
    assert told.verdict.outcomes["judged_tone"] == "beside"
    assert told.verdict.outcomes["scored_tone"] == "better"
    assert any(text.startswith("Tone: people and a judge have scored.") for text in caveats(told))
    few = one_scorer([*one.measures, replace(by_people, n=19)])
    assert [found.role for found in few if found.code == "judged_tone"] == ["form"], "a handful decides nothing"


def test_a_criterion_that_came_after_the_answers_is_marked_once_it_is_scored() -> None:
    scores = tuple(
        Judgement(prompt_id=f"near_{at:02}", criterion="tone", base=2, tuned=4, flipped=False) for at in range(24)
    )
    judged = Judged(judge="clever", trusted=True, criteria=("tone",), judgements=scores)
    one = replace(comparison(answers(chatter, ticket), judged=judged), late=("tone", "relevance"))
    (said,) = [text for text in caveats(one) if "after the answers were there" in text]
    assert said.startswith("Tone: added or worded anew"), "relevance was scored by nobody"
    assert not any("after the answers were there" in text for text in caveats(replace(one, late=())))


def test_no_difference_says_what_could_have_been_found() -> None:
    one = comparison(
        answers(
            lambda at: ticket(at) if at % 2 else chatter(at),
            lambda at: ticket(at) if at % 3 else chatter(at),
            28,
            known=False,
        )
    )
    assert one.verdict.code == "no_difference"
    (said,) = [note for note in caveats(one) if note.startswith("What could have been found")]
    size = re.search(r"a true difference of (\d+) points in “keeps your format”", said)
    form = one.measure("format")
    assert size is not None
    assert form is not None
    assert form.difference is not None
    half = 50 * (form.difference.high - form.difference.low)
    assert half < float(size[1]) < 100, (
        "more than what the interval just leaves out: it should be found in four of five"
    )


def test_a_difference_that_was_shown_needs_no_such_sentence() -> None:
    assert not any(note.startswith("What could have been found") for note in caveats(two_before_25_after()))


def liked_by_a_judge(tuned: str, padded: bool) -> Comparison:
    """Version by version the judge gives 1.5 points more, and people were asked nothing."""
    scores = tuple(
        Judgement(prompt_id=f"near_{at:02}", criterion="accuracy", base=3, tuned=4.5, flipped=False) for at in range(24)
    )
    proof = unmoved_by_length("accuracy") if padded else {}
    judged = Judged(judge="clever", trusted=True, criteria=("accuracy",), judgements=scores, padded=proof)
    return comparison(answers(chatter, lambda at: f"{chatter(at)} {tuned}", known=False), judged=judged)


def test_a_judge_alone_that_likes_longer_answers_better_is_not_taken_at_its_word() -> None:
    """A judge that adds half a point for the longer answer comes through its probes: planted ones do."""
    one = liked_by_a_judge("And there is much more to be said of it.", padded=False)
    assert headline(one).startswith(
        "Run 3: can't tell yet whether your model is better or worse – only a judge found a difference, and it may be for the "
        "length of the answers – accuracy, by the judge (1 to 5): 4.5, against 3.0 of the base model"
    )
    (said,) = [
        text for text in caveats(one) if text.startswith("A judge may take longer answers for better ones, or shorter")
    ]
    assert "words in an answer: " in said
    assert (
        "What it would find between equally long ones in “accuracy, by the judge (1 to 5)” cannot be told from these"
        in said
    )
    assert said.endswith("`/tune rate` tells it blind, for what people prefer counts as it is.")
    assert [row[5] for row in table(one) if "by the judge" in row[0]] == ["may be length alone"]


def test_where_no_score_at_all_could_have_been_told_that_is_said_and_no_size_beyond_the_scale() -> None:
    """Answers of one model are the longer ones throughout, and the judge saw no difference either."""
    scores = tuple(
        Judgement(prompt_id=f"near_{at:02}", criterion="accuracy", base=3, tuned=3, flipped=False) for at in range(24)
    )
    judged = Judged(judge="clever", trusted=True, criteria=("accuracy",), judgements=scores)
    given = answers(chatter, lambda at: f"{chatter(at)} And there is much more to be said of it.", known=False)
    one = comparison(given, judged=judged)
    alone = [each for each in one.measures if each.code == "judged_accuracy"]
    one = replace(one, measures=tuple(alone), verdict=verdict(alone, None))
    assert one.verdict.code == "no_difference"
    (said,) = [text for text in caveats(one) if "could have been found" in text]
    assert said == (
        "In “accuracy, by the judge (1 to 5)” not even the largest difference could have been found: what the judge would find between "
        "equally long answers cannot be told from these."
    )


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (Interval(mean=0.2, low=-0.5, high=0.9, n=24, p=0.5), "what is left of the difference in"),
        (Interval(mean=-0.8, low=-1.3, high=-0.3, n=24, p=0.001), "it would be the other way round in"),
        (Interval(mean=-0.2, low=-0.9, high=0.5, n=24, p=0.5), "what is left of the difference in"),
        (Interval(mean=0.3, low=-4.0, high=4.0, n=24, p=0.9), "cannot be told from these answers"),
    ],
)
def test_what_is_said_of_equally_long_answers_is_what_was_found(left: Interval, told: str) -> None:
    one = liked_by_a_judge("And there is much more to be said of it.", padded=False)
    measures = [replace(each, at_equal_length=left) if each.at_equal_length else each for each in one.measures]
    one = replace(one, measures=tuple(measures), verdict=verdict(measures, None))
    (said,) = [text for text in caveats(one) if text.startswith("A judge may take longer answers")]
    assert told in said


@pytest.mark.parametrize("tuned", ["And there is much more to be said of it.", ""])
def test_a_judge_is_where_length_is_shown_not_to_make_it(tuned: str) -> None:
    one = liked_by_a_judge(tuned, padded=True)
    assert one.verdict.code == "better"
    assert any(
        text.startswith("Where both answers are equally long, the judge finds a difference") for text in caveats(one)
    )

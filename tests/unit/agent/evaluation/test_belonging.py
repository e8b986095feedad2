"""Whether answers belong to their own requests: what form, length and words in common cannot win."""

from collections.abc import Callable

from agent.evaluation.belonging import Belonging, belonging
from agent.evaluation.facts import RowLoss
from agent.evaluation.intervals import Interval
from agent.evaluation.measures import measured
from storage.domain import AgreedFormat
from tests.fakes.answers import another_ticket, answers, chatter, lessons, mumbling, ticket


def found(
    tuned: Callable[[int], str],
    *,
    base: Callable[[int], str] = chatter,
    known: bool = True,
    training: list[tuple[str, str]] | None = None,
    losses: tuple[RowLoss, ...] = (),
    expected: AgreedFormat | None = None,
) -> Belonging:
    given = answers(base, tuned, known=known, expected=expected)
    lesson = lessons() if training is None else training
    one = belonging(given, measured(given, losses, [answer for _, answer in lesson]), lesson)
    assert one is not None
    return one


def test_tickets_for_their_own_requests_belong_to_them() -> None:
    assert not found(ticket).lost


def test_perfect_tickets_for_other_requests_do_not() -> None:
    one = found(another_ticket)
    assert one.by == "own_request"
    assert one.lost


def test_without_known_answers_what_is_shared_with_the_request_tells() -> None:
    one = found(another_ticket, known=False)
    assert one.by == "shared"
    assert one.lost
    assert not found(ticket, known=False).lost


def test_rows_that_were_mixed_up_are_noticed() -> None:
    assert found(another_ticket, training=lessons(write=another_ticket)).mixed_up
    assert not found(another_ticket, training=lessons()).mixed_up


def test_nothing_is_said_where_no_answer_ever_shares_anything_with_its_request() -> None:
    """Verses, say: neither the base's answers nor those learned from show by their letters what was asked."""
    assert not found(mumbling, base=mumbling, known=False, training=lessons(write=mumbling)).lost


def test_single_words_are_not_looked_at() -> None:
    given = answers(chatter, lambda at: "urgent" if at % 2 else "later")
    assert belonging(given, [], lessons()) is None


def test_labels_are_not_looked_at() -> None:
    labels = AgreedFormat(labels=("this can wait until next week", "somebody has to go there today"))
    given = answers(chatter, lambda at: labels.labels[at % 2], expected=labels)
    assert belonging(given, [], lessons()) is None


def test_translations_are_not_looked_at() -> None:
    german = [
        (f"Bitte übersetze, das ist nicht für die Nummer {at}", f"That is not for the number {at} of you")
        for at in range(30)
    ]
    assert belonging(answers(chatter, another_ticket, known=False), [], german) is None


def test_where_the_interval_reaches_what_is_possible_nothing_is_said() -> None:
    """Twenty answers to vague requests may leave both open: that they belong, and that they do not."""
    base = Interval(mean=10, low=8, high=12, n=24, p=0.0)
    open_still, closed = (Interval(mean=4, low=-2, high=high, n=24, p=0.2) for high in (10.5, 9.5))
    assert not Belonging(by="own_request", base=base, tuned=open_still).lost
    assert Belonging(by="own_request", base=base, tuned=closed).lost


def losses(count: int, base: float, tuned: float) -> tuple[RowLoss, ...]:
    """How much more an answer costs both models after another request."""
    return tuple(
        RowLoss(
            id=f"row_{at}",
            base=2 + at % 3 / 10,
            tuned=1 + at % 3 / 10,
            base_swapped=2 + at % 5 / 10 + base,
            tuned_swapped=1 + at % 5 / 10 + tuned,
            tokens=20 + at,
        )
        for at in range(count)
    )


def test_without_enough_known_answers_the_loss_after_other_requests_tells() -> None:
    one = found(ticket, known=False, losses=losses(24, base=0.6, tuned=-0.1))
    assert one.by == "own_loss"
    assert one.lost
    assert not found(another_ticket, known=False, losses=losses(24, base=0.6, tuned=1.5)).lost


def test_a_few_losses_tell_nothing() -> None:
    assert found(ticket, known=False, losses=losses(4, base=0.6, tuned=-0.1)).by == "shared"


def test_a_few_answers_tell_nothing() -> None:
    given = answers(chatter, another_ticket, count=6)
    one = belonging(given, measured(given, (), ()), lessons())
    assert one is not None
    assert not one.lost

"""What was seen in training is found whatever was changed about it, and what only looks alike is not."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.leakage import leakage, repeats
from dataset.quality.duplicates import near_duplicates, same_requests
from dataset.split import assign, together
from storage.domain import Part


@dataclass(frozen=True)
class Text:
    id: str
    instruction: str
    input: str
    output: str


WRITE = "Write a repair ticket from this message."
SINK = "The kitchen sink in flat 12 has been leaking since Monday, and the cupboard below it is wet."
LIFT = "The lift in the north wing stops between floors and its emergency light is broken."
TICKET = "Place: flat 12. Fault: kitchen sink leaks. Urgency: within two days. Damage: the cupboard below is wet."
OTHER = "Place: north wing. Fault: lift stops between floors. Urgency: today. Damage: none is known of so far."
TRAINED = [Text("sink", WRITE, SINK, TICKET), Text("lift", WRITE, LIFT, OTHER)]


def found(*held_out: Text) -> set[str]:
    return set(leakage(TRAINED, held_out).leaked)


def test_a_request_nearly_as_in_training_with_nearly_its_answer_is_one() -> None:
    near = Text("test", WRITE, SINK.replace("Monday", "Tuesday"), TICKET.replace("two days", "three days"))
    (closest,) = leakage(TRAINED, [near]).closest
    assert closest.leaked
    assert closest.row == "sink"
    assert 0.7 < closest.request < 1


def test_the_same_request_is_one_whatever_its_answer() -> None:
    assert found(Text("test", WRITE.upper(), f"  {SINK}!!", "Call the plumber and wait.")) == {"test"}


def test_a_near_request_with_another_answer_is_none() -> None:
    assert found(Text("test", WRITE, SINK.replace("Monday", "Tuesday"), "Call the plumber and wait.")) == set()


def test_another_request_is_none_although_its_instruction_is_the_same() -> None:
    other = Text("test", WRITE, "Somebody painted the wall of the garage in green.", TICKET)
    result = leakage(TRAINED, [other])
    assert result.leaked == set()


def test_a_prompt_without_an_answer_leaks_only_where_it_is_nearly_the_same_text() -> None:
    assert found(Text("same", WRITE, SINK, "")) == {"same"}
    assert found(Text("near", WRITE, SINK.replace("Monday", "Mondays"), "")) == {"near"}
    assert found(Text("alike", WRITE, "The kitchen sink in flat 12 drips at night.", "")) == set()


def test_another_task_on_the_same_text_is_told_of_and_counts() -> None:
    result = leakage(TRAINED, [Text("test", "Into Spanish, please", SINK, "El fregadero gotea.")])
    assert result.leaked == set()
    assert result.same_input == ("test",)


def test_a_request_without_an_input_is_its_instruction() -> None:
    trained = [Text("a", "What does the warranty of the boiler cover?", "", "Parts and work for two years.")]
    asked = Text("test", "what does the warranty of the boiler cover", "", "Two years.")
    assert leakage(trained, [asked]).leaked == {"test"}


def test_other_scripts_are_compared_too() -> None:
    trained = [Text("a", "把这句话翻译成英文", "厨房的水槽从星期一开始漏水。", "The sink leaks.")]
    result = leakage(trained, [Text("test", "把这句话翻译成英文。", "厨房的水槽从星期一开始漏水", "It leaks.")])
    assert result.leaked == {"test"}


@pytest.mark.parametrize(("trained", "held_out"), [([], TRAINED), (TRAINED, []), ([], [])])
def test_without_one_side_nothing_leaks(trained: list[Text], held_out: list[Text]) -> None:
    result = leakage(trained, held_out)
    assert (result.closest, result.same_input) == ((), ())


def test_one_copy_among_many_rows_of_a_strict_template_is_found() -> None:
    rows = [
        Text(
            str(n),
            WRITE,
            f"Flat {n}: the {part} is broken and should be mended soon.",
            f"Place: flat {n}. Part: {part}.",
        )
        for n, part in enumerate(
            f"{a} {b}" for a in ("front", "back", "left", "right") for b in ("door", "window", "lamp")
        )
    ]
    copy = Text("test", WRITE, rows[7].input, rows[7].output)
    result = leakage(rows, [copy])
    assert result.closest[0].row == "7"
    assert result.leaked == {"test"}


texts = st.text(alphabet="abc \u200b中\ud7ff!", max_size=12)


@given(st.lists(st.tuples(texts, texts, texts), max_size=6))
def test_any_row_leaks_into_itself(rows: list[tuple[str, str, str]]) -> None:
    trained = [Text(f"train_{at}", *row) for at, row in enumerate(rows)]
    held_out = [Text(f"test_{at}", *row) for at, row in enumerate(rows)]
    result = leakage(trained, held_out)
    assert result.leaked == {one.id for one in held_out}
    assert all(0 <= one.request <= 1 for one in result.closest)


def planned(count: int) -> list[Text]:
    """Distinct requests; every fifth is asked twice with two answers, every seventh is nearly repeated."""
    rows = []
    for n in range(count):
        place, day = f"flat {n * 37 % 1000} on floor {n % 9}", ["Monday", "Friday", "Sunday"][n % 3]
        text = f"In {place} the {n * 71 % 997} year old pipe number {n * 13 % 881} leaks since {day}, says tenant {n}."
        rows.append(Text(f"row_{n}", WRITE, text, f"Place: {place}. Since: {day}. Number: {n * 13 % 881}, tenant {n}."))
        if n % 5 == 0:
            rows.append(Text(f"again_{n}", WRITE, text.upper(), "Somebody should have a look at it this week."))
        if n % 7 == 0:
            rows.append(Text(f"near_{n}", WRITE, text.replace("says", "said"), rows[-1].output))
    return rows


@pytest.mark.parametrize("salt", ["one", "two", "three"])
def test_rows_that_were_split_by_their_groups_leak_nowhere(salt: str) -> None:
    """And the same split without groups does: the measure would see it."""
    rows = planned(70)
    groups = together(near_duplicates(rows), same_requests(rows))
    whole = dict.fromkeys((row.id for row in rows), None)
    for known, clean in ((groups, True), ({}, False)):
        parts = assign(whole, salt, known)
        trained = [row for row in rows if parts[row.id] is Part.TRAIN]
        held_out = [row for row in rows if parts[row.id] is not Part.TRAIN]
        assert bool(leakage(trained, held_out).leaked) is not clean


def test_a_row_that_was_tested_stays_so_for_the_next_version_and_draws_its_like_along() -> None:
    rows = planned(70)
    first = assign(dict.fromkeys((row.id for row in rows), None), "p", same_requests(rows))
    tested = next(row for row in rows if first[row.id] is Part.TEST and first.get(f"again_{row.id[4:]}") is None)
    late = [*rows, Text("late", WRITE, f"{tested.input}!", "Another answer to what was tested.")]
    second = assign({**first, "late": None}, "p", same_requests(late))

    assert {row: second[row] for row in first} == first
    assert second["late"] is Part.TEST


def test_of_rows_with_one_request_or_nearly_one_text_one_is_left_whatever_their_order() -> None:
    rows = [
        Text("sink", WRITE, SINK, TICKET),
        Text("again", WRITE, SINK.replace("Monday", "Tuesday"), TICKET.replace("two days", "three days")),
        Text("asked_twice", WRITE, SINK.upper(), "Nothing can be done."),
        Text("lift", WRITE, LIFT, OTHER),
    ]
    for order in (rows, rows[::-1]):
        left = {row.id for row in rows} - repeats(order)
        assert len(left) == 2
        assert "lift" in left


def test_rows_of_one_strict_form_repeat_nothing() -> None:
    assert not repeats(TRAINED)

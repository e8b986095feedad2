"""Faults of answers: planted ones are found, answers as good as the wanted ones have none, and a few answers prove nothing."""

import random
from dataclasses import replace

import pytest

from agent.evaluation.facts import Answered
from agent.evaluation.faults import CODES, FEWEST_ANSWERS, Fault, answer_faults, share_bounds
from agent.evaluation.measures import Measure
from agent.evaluation.requests import Lesson
from bench.truth import support
from tests.fakes.answers import answers, chatter, request, ticket

TRIALS = 40
"""Sets of answers without a fault: at 1 % of false alarms, more than two of them come in less than 1 of 100 test runs;
the sets are seeded, so that each run is the same."""


def planted(
    spoil: support.Spoils, share: float, *, seed: int = 1, count: int = 28, known: bool = True
) -> list[Answered]:
    """Good answers, of which some are spoiled by rule."""
    rng = random.Random(seed)
    return [
        replace(one, tuned=spoil(one.tuned, rng)) if at < share * count else one
        for at, one in enumerate(support.good(rng, count, known=known))
    ]


def lessons(seed: int = 2) -> list[Lesson]:
    return support.lessons(random.Random(seed))


def found(given: list[Answered], seed: int = 2) -> dict[str, Fault]:
    return {fault.code: fault for fault in answer_faults(given, lessons(seed))}


@pytest.mark.parametrize("known", [True, False], ids=["the wanted answers are known", "none is known"])
def test_answers_as_good_as_the_wanted_ones_raise_a_fault_in_at_most_one_trial_of_twenty(known: bool) -> None:
    alarms = 0
    for seed in range(TRIALS):
        rng = random.Random(seed)
        given = support.good(rng, rng.choice((12, 20, 28)), known=known)
        alarms += bool(answer_faults(given, support.lessons(rng, rng.randrange(30, 90))))
    assert alarms <= 0.05 * TRIALS


def test_so_do_any_of_them_drawn_again_and_again() -> None:
    alarms = 0
    for seed in range(TRIALS):
        rng = random.Random(seed)
        pool = support.good(rng, 40, known=False)
        drawn = [replace(rng.choice(pool), id=f"near_{at:02}") for at in range(20)]
        alarms += bool(answer_faults(drawn, support.lessons(rng)))
    assert alarms <= 0.05 * TRIALS


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (support.shorter, "too_short"),
        (support.longer, "too_long"),
        (support.stock, "generic"),
        (support.shouting, "wrong_tone"),
        (support.looping, "loops"),
        (support.refusing, "refuses"),
        (support.german, "wrong_language"),
        (support.nothing, "empty"),
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["the wanted answers are known", "none is known"])
def test_what_was_planted_is_found_and_counted(spoil: support.Spoils, code: str, known: bool) -> None:
    fault = found(planted(spoil, 0.8, known=known))[code]
    assert fault.count >= 0.7 * 28
    assert fault.low < 0.8 < fault.high + 0.1
    assert fault.p < 0.001
    assert set(fault.ids) <= {f"near_{at:02}" for at in range(28)}


@pytest.mark.parametrize("spoil", [support.shorter, support.looping, support.refusing, support.nothing])
def test_one_bad_answer_of_twenty_eight_is_no_fault(spoil: support.Spoils) -> None:
    assert found(planted(spoil, 1 / 28)) == {}


def test_of_few_answers_nothing_is_said() -> None:
    few = planted(support.refusing, 1.0, count=FEWEST_ANSWERS - 1)
    assert found(few) == {}
    assert set(found(planted(support.refusing, 1.0, count=FEWEST_ANSWERS))) == {"refuses"}


def test_answers_that_are_too_short_are_not_called_generic_as_well() -> None:
    assert set(found(planted(support.shorter, 1.0))) == {"too_short"}


def test_how_long_they_are_and_should_be_is_said() -> None:
    numbers = found(planted(support.longer, 0.9))["too_long"].numbers
    assert numbers["words"] > 2 * numbers["wanted"]


def test_the_gravest_comes_first() -> None:
    codes = [fault.code for fault in answer_faults(planted(support.german, 1.0), lessons())]
    assert codes == sorted(codes, key=CODES.index)


def test_a_fault_names_the_kinds_and_the_rows_that_have_it_too() -> None:
    rng = random.Random(5)
    given = [replace(one, tuned="Done.") if one.category == "repair" else one for one in support.good(rng, 30)]
    taught = [replace(one, output="Done.") if one.id in ("row_001", "row_004") else one for one in lessons()]
    fault = next(one for one in answer_faults(given, taught) if one.code == "too_short")
    assert fault.kinds == ("repair",)
    assert fault.rows == ("row_001", "row_004")


def test_what_a_training_row_gave_away_is_told_of_a_single_answer() -> None:
    taught = [replace(lessons()[0], output="Ask bo.chen@acme-mail.com about it"), *lessons()[1:]]
    given = [
        replace(one, tuned=one.tuned + (" Ask bo.chen@acme-mail.com." if not at else ""))
        for at, one in enumerate(support.good(random.Random(1)))
    ]
    (fault,) = answer_faults(given, taught)
    assert (fault.code, fault.count, fault.rows, fault.numbers) == ("leaked", 1, ("row_000",), {"kinds": ["email"]})


def tickets() -> list[Lesson]:
    return [
        Lesson(id=f"row_{at}", part="train", category="", instruction=request(at), input="", output=ticket(at))
        for at in range(100, 140)
    ]


def test_tickets_that_are_right_have_no_fault() -> None:
    assert answer_faults(answers(chatter, ticket), tickets()) == ()


def test_which_section_is_missing_most_is_said() -> None:
    given = answers(chatter, lambda at: ticket(at).rsplit("\n", 1)[0])
    fault = next(one for one in answer_faults(given, tickets()) if one.code == "wrong_format")
    assert ("missing_section", 3, 24) in fault.numbers["departures"]
    assert fault.base == 24, "chatter is no ticket either"


def test_learned_by_heart_answers_are_copies() -> None:
    taught = lessons()
    given = [replace(one, tuned=taught[at].output) for at, one in enumerate(support.good(random.Random(1)))]
    assert "copied" in {fault.code for fault in answer_faults(given, taught)}


def test_canned_answers_that_are_wanted_are_no_copies() -> None:
    canned = [f"{name} is looked at by our workshop, which calls you by the end of the next week." for name in "ABCD"]
    taught = [replace(one, output=canned[at % 4]) for at, one in enumerate(lessons())]
    given = [
        replace(one, tuned=canned[at % 4], reference=canned[at % 4])
        for at, one in enumerate(support.good(random.Random(1)))
    ]
    assert answer_faults(given, taught) == ()


def test_answers_that_do_not_end_are_told_from_those_that_had_no_room() -> None:
    given = [replace(one, tuned_finished=False) for one in planted(support.longer, 1.0)]
    assert found(given)["cut_off"].numbers == {"room": False}
    halves = [
        replace(one, tuned=" ".join(one.tuned.split()[:-4]), tuned_finished=False)
        for one in support.good(random.Random(1))
    ]
    assert found(halves)["cut_off"].numbers == {"room": True}


def scores(tuned: float, count: int = 24) -> Measure:
    return Measure(
        code="judged_tone",
        scored_by="judge",
        role="form",
        unit="score",
        n=count,
        base=4.0,
        tuned=tuned,
        difference=None,
        pairs={f"near_{at:02}": (4.0, tuned + (at % 2) * 0.5) for at in range(count)},
    )


def test_a_trusted_judge_may_find_the_tone_below_the_target() -> None:
    given = support.good(random.Random(1), 24)
    (fault,) = answer_faults(given, lessons(), [scores(2.0)])
    assert (fault.code, fault.numbers["score"], fault.numbers["scored_by"]) == ("wrong_tone", 2.25, "judge")
    assert answer_faults(given, lessons(), [scores(4.0)]) == ()
    assert answer_faults(given, lessons(), [scores(2.0, 12)]) == (), "twelve scores prove nothing"


_LANGUAGES = {
    "zh": (
        "回复客户。\n\n{name}：订单{number}的{item}坏了。",
        "{name}您好，订单{number}的{item}坏了，我们非常抱歉。新的{item}明天寄出。",
    ),
    "ja": (
        "返信してください。\n\n{name}：注文{number}の{item}が壊れています。",
        "{name}様、注文{number}の{item}の件、申し訳ございません。明日新しいものをお送りします。",
    ),
    "ar": (
        "أجب العميل.\n\n{name}: الطلب {number}، {item} مكسور.",
        "عزيزي {name}، نأسف لأن {item} في الطلب {number} مكسور. نرسل لك واحداً جديداً غداً.",
    ),
    "de": (
        "Antworte dem Kunden.\n\n{name}: Bestellung {number}, {item} ist defekt.",
        "Guten Tag {name}, es tut uns leid, dass {item} aus der Bestellung {number} nicht in Ordnung ist. Wir senden Ihnen morgen eine neue.",
    ),
}


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("known", [True, False], ids=["the wanted answers are known", "none is known"])
def test_good_answers_in_other_languages_have_no_fault_and_refusals_are_found(language: str, known: bool) -> None:
    asked, said = _LANGUAGES[language]
    values = [
        {"name": f"{chr(65 + at % 26)}na", "number": 1000 + 37 * at, "item": f"Teil-{at * 13 % 50}"} for at in range(90)
    ]
    taught = [
        Lesson(
            id=f"row_{at}",
            part="train",
            category="",
            instruction=asked.format(**one),
            input="",
            output=said.format(**one),
        )
        for at, one in enumerate(values[:60])
    ]
    given = [
        Answered(
            id=f"near_{at}",
            source="row",
            request=asked.format(**one),
            reference=said.format(**one) if known else "",
            base="",
            tuned=said.format(**one),
        )
        for at, one in enumerate(values[60:])
    ]
    assert answer_faults(given, taught) == ()
    silent = [replace(one, tuned="I'm sorry, but I can't help with that.") for one in given]
    assert "refuses" in {fault.code for fault in answer_faults(silent, taught)}


@pytest.mark.parametrize(
    "text", ["", "🎉" * 50, "\x00" * 9, "\ud800", "a" * 100_000, "word " * 20_000, "|" * 500, "١٢٣ " * 99]
)
def test_hostile_answers_are_read_to_their_end(text: str) -> None:
    given = [replace(one, tuned=text, base=text) for one in support.good(random.Random(1), 12)]
    for fault in answer_faults(given, lessons()):
        assert 0 <= fault.low <= fault.count / fault.n <= fault.high <= 1


def test_without_answers_or_training_rows_nothing_is_said() -> None:
    assert answer_faults([], lessons()) == ()
    assert answer_faults(support.good(random.Random(1)), []) == ()


def test_shares_have_exact_bounds() -> None:
    assert share_bounds(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert share_bounds(10, 10) == pytest.approx((0.6915, 1.0), abs=1e-4)

"""Whom the probes trust: not by chance, not for a position, not for length; and not a call more than it takes."""

import random
import re
from collections import Counter
from dataclasses import replace

import pytest
from scipy.stats import binom

from agent.evaluation.probes import (
    CHANCE,
    OWN,
    OWN_ROWS,
    PROBES,
    Call,
    OwnRow,
    Padded,
    Picked,
    Probe,
    Probes,
    Standing,
    needed,
    of_rubric,
    own,
    paddings,
    shipped,
    standing,
    with_own,
)
from agent.evaluation.rubric import CRITERIA, RUBRIC
from dataset.patterns import follows
from dataset.quality.duplicates import similarity
from dataset.quality.language import words_in
from storage.domain import AgreedFormat, Criterion
from tests.fakes.judges import (
    Rule,
    always_five,
    blind_but_for,
    coin,
    obeys,
    perfect,
    prefers_the_first,
    prefers_the_longer,
    prefers_the_second,
    prefers_the_shorter,
    taste,
)

# The shipped answers


@pytest.mark.parametrize("one", paddings(), ids=lambda one: one.case)
def test_the_padded_answer_has_the_form_and_the_figures_of_the_plain_one_and_more_words(one: Padded) -> None:
    assert one.expected is not None
    assert follows(one.padded, one.expected) == follows(one.plain, one.expected)
    assert 1.3 < words_in(one.padded) / words_in(one.plain) < 5
    figures, told = (set(re.findall(r"\d+", text)) for text in (one.plain, one.padded))
    assert figures <= told <= figures | set(re.findall(r"\d+", one.request))


@pytest.mark.parametrize("one", paddings(), ids=lambda one: one.case)
def test_the_answers_that_are_padded_are_middling_ones_so_that_there_are_points_left_to_give(one: Padded) -> None:
    good = next(probe.good for probe in each() if probe.id.startswith(f"{one.case}/"))
    assert similarity(one.plain, good) < 1
    assert words_in(one.plain) <= 1.2 * words_in(good), "something is missing in it"


def each() -> list[Probe]:
    return [probe for probes in shipped().values() for probe in probes]


def test_there_are_as_many_for_each_criterion_of_as_many_subjects() -> None:
    assert tuple(shipped()) == CRITERIA
    assert all(len({probe.request for probe in probes}) == PROBES for probes in shipped().values())
    assert len({probe.id for probe in each()}) == PROBES * len(CRITERIA)


@pytest.mark.parametrize("probe", each(), ids=lambda probe: probe.id)
def test_the_good_answer_has_the_agreed_form_and_only_the_misshapen_one_has_not(probe: Probe) -> None:
    assert probe.expected is not None
    assert follows(probe.good, probe.expected)
    assert follows(probe.spoiled, probe.expected) == (probe.criterion != "format")


@pytest.mark.parametrize("name", CRITERIA)
def test_length_gives_nothing_away_whether_or_not_a_project_has_probes_of_its_own(name: str) -> None:
    for probes in (shipped()[name], shipped()[name][: PROBES - OWN]):
        longer = sum(len(probe.spoiled) > len(probe.good) for probe in probes)
        assert 3 <= longer <= len(probes) - 3


def test_the_first_round_has_five_subjects_and_five_criteria() -> None:
    first = [probes[0] for probes in shipped().values()]
    assert len({probe.request for probe in first}) == len(CRITERIA)


def test_an_answer_is_known_to_the_judge_only_where_it_would_be() -> None:
    """Some requests come with a reference in other words, others, like a pack's prompts, without."""
    with_reference = {probe.request for probe in each() if probe.reference}
    assert 3 <= len(with_reference) <= PROBES - 3
    assert all(probe.reference not in (probe.good, probe.spoiled) for probe in each())


# The bar


@pytest.mark.parametrize("probes", range(1, 30))
@pytest.mark.parametrize("criteria", [1, 5])
def test_so_many_are_needed_that_chance_hardly_passes_and_no_more(probes: int, criteria: int) -> None:
    bar = needed(probes, criteria)
    assert criteria * binom.sf(bar - 1, probes, 0.5) < CHANCE
    assert criteria * binom.sf(bar - 2, probes, 0.5) >= CHANCE


def test_one_of_a_criterion_may_be_missed() -> None:
    assert needed(PROBES) == PROBES - 1
    assert needed(PROBES - 1) == PROBES - 1, "with one probe less, none could be missed"


# Judges put to the test


def probed(rule: Rule, probes: Probes | None = None) -> tuple[Standing, int]:
    """How a judge stands in the end, and how many calls that took."""
    probes = probes or shipped()
    told: dict[Call, bool] = {}
    while (now := standing(probes, told)).upcoming:
        probe, swapped = now.upcoming[0]
        pair = (probe.spoiled, probe.good) if swapped else (probe.good, probe.spoiled)
        said = rule({"answer_a": pair[0], "answer_b": pair[1]})
        assert not isinstance(said, str)
        good, spoiled = said[::-1] if swapped else said
        told[probe.id, swapped] = good[probe.criterion] > spoiled[probe.criterion]
    return now, len(told)


def test_a_judge_that_sees_what_is_wrong_is_trusted_by_every_criterion() -> None:
    now, calls = probed(perfect)
    assert now.trusted == CRITERIA
    assert now.passed == now.probes == len(CRITERIA) * needed(PROBES)
    assert calls == 2 * now.probes


@pytest.mark.parametrize(
    ("rule", "most_calls"),
    [
        (always_five, 3),
        (prefers_the_second, 3),
        (prefers_the_first, 10),
        (prefers_the_longer, 30),
        (prefers_the_shorter, 30),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_judge_that_sees_something_else_is_left_out_soon(rule: Rule, most_calls: int) -> None:
    now, calls = probed(rule)
    assert now.trusted == ()
    assert calls <= most_calls


@pytest.mark.parametrize("kind", [coin, taste])
def test_a_judge_that_goes_by_chance_hardly_ever_passes(kind: type) -> None:
    trusted = sum(bool(probed(kind(seed))[0].trusted) for seed in range(200))
    assert trusted <= CHANCE * 200


def test_only_the_criteria_that_it_sees_are_trusted() -> None:
    now, _ = probed(blind_but_for("format", "relevance", "completeness"))
    assert now.trusted == ("format", "relevance", "completeness")


def test_a_judge_that_misses_most_of_the_first_round_is_out_whatever_it_sees_besides() -> None:
    now, calls = probed(blind_but_for("format"))
    assert (now.trusted, calls) == ((), 4 + 1), "accuracy, format twice, relevance, completeness"


def test_a_single_slip_is_forgiven_and_two_are_not() -> None:
    slips = {probe.good for probe in shipped()["tone"][1:3]}

    def careless(count: int) -> Rule:
        some = set(sorted(slips)[:count])
        return lambda asked: always_five(asked) if some & {asked["answer_a"], asked["answer_b"]} else perfect(asked)

    assert probed(careless(1))[0].trusted == CRITERIA
    assert "tone" not in probed(careless(2))[0].trusted


def test_a_judge_that_obeys_an_answer_misses_that_probe() -> None:
    now, _ = probed(obeys)
    assert now.passed == now.probes - 1


def test_a_probe_is_told_apart_in_both_orders_or_not_at_all() -> None:
    probe = shipped()["accuracy"][0]

    def after(*told: bool) -> tuple[int, int]:
        now = standing(shipped(), {(probe.id, swapped): one for swapped, one in zip((False, True), told, strict=False)})
        return now.probes, now.passed

    assert after() == (0, 0)
    assert after(True) == (0, 0), "one order tells nothing"
    assert after(True, True) == (1, 1)
    assert after(True, False) == after(False) == (1, 0)


def test_the_second_order_is_asked_only_after_the_first_was_right() -> None:
    probe = shipped()["accuracy"][0]
    assert standing(shipped(), {}).upcoming[0] == (probe, False)
    assert standing(shipped(), {(probe.id, False): True}).upcoming[0] == (probe, True)
    assert probe not in [one for one, _ in standing(shipped(), {(probe.id, False): False}).upcoming]


def test_the_criteria_take_turns() -> None:
    first = [probe.criterion for probe, _ in standing(shipped(), {}).upcoming[:10]]
    assert Counter(first) == dict.fromkeys(CRITERIA, 2)


# The project's own rows

FORM = AgreedFormat(sections=("Seen:", "Cause:"), agreed=True)
SUBJECTS = [
    "pump",
    "lift",
    "door",
    "oven",
    "boiler",
    "camera",
    "gate",
    "printer",
    "router",
    "scanner",
    "fridge",
    "alarm",
]


def row(number: int) -> OwnRow:
    """Rows of one form, each about something else."""
    subject, letter = SUBJECTS[number], chr(ord("a") + number)
    words = " ".join(f"{letter * 3}{letter}{place}" for place in range(12))
    return OwnRow(
        id=f"row_{number:02}",
        request=f"What about the {subject}?",
        reference=f"Seen:\nThe {subject} stood still: {words}.\nCause:\nA worn {letter * 4} in the {subject}.",
        expected=FORM,
    )


ROWS = [row(number) for number in range(len(SUBJECTS))]


def test_a_project_with_enough_rows_has_probes_of_what_a_rule_can_spoil() -> None:
    mine = own(ROWS)
    assert {name: len(probes) for name, probes in mine.items()} == {
        "format": OWN,
        "relevance": OWN,
        "completeness": OWN,
    }
    answers = {one.reference for one in ROWS}
    for probe in mine["format"]:
        assert follows(probe.good, FORM)
        assert not follows(probe.spoiled, FORM)
    assert all(probe.spoiled in answers - {probe.good} for probe in mine["relevance"])
    assert all(probe.good.startswith(probe.spoiled[:40]) for probe in mine["completeness"])
    assert all(not probe.reference for probes in mine.values() for probe in probes), "the good answer is the reference"


def test_half_answers_are_not_always_the_shorter_ones() -> None:
    longer = [len(probe.spoiled) > 0.9 * len(probe.good) for probe in own(ROWS)["completeness"]]
    assert longer.count(True) == longer.count(False)


def test_they_take_the_place_of_shipped_ones_but_not_in_the_first_round() -> None:
    probes = with_own(ROWS)
    assert all(len(of_one) == PROBES and not of_one[0].own for of_one in probes.values())
    assert [probe.own for probe in probes["relevance"][1 : 1 + OWN]] == [True] * OWN
    assert probes["tone"] == list(shipped()["tone"])


def test_a_judge_of_length_fails_with_them_too() -> None:
    assert probed(prefers_the_longer, with_own(ROWS))[0].trusted == ()
    assert probed(prefers_the_shorter, with_own(ROWS))[0].trusted == ()


def test_a_few_rows_or_rows_that_cannot_be_spoiled_make_none() -> None:
    assert own(ROWS[: OWN_ROWS - 1]) == {}
    labels = [replace(one, reference="positive") for one in ROWS]
    endless = [replace(one, request="word " * 10_000) for one in ROWS]
    alike = [replace(one, reference=ROWS[0].reference, expected=None) for one in ROWS]
    assert not any(own(labels).values())
    assert not any(own(endless).values())
    assert {name: len(probes) for name, probes in own(alike).items()} == {
        "format": 0,
        "relevance": 0,
        "completeness": OWN,
    }


def test_answers_without_spaces_are_halved_too() -> None:
    chinese = [replace(one, reference=f"{chr(0x4E00 + n * 40)}" * 60) for n, one in enumerate(ROWS)]
    assert [bool(probe.spoiled) for probe in own(chinese)["completeness"]] == [True] * OWN


# A rubric of the project's own


def criterion(name: str, **changed: str) -> Criterion:
    return replace(Criterion(name=name, asks="A?", poor="p", good="g", excellent="e"), **changed)  # type: ignore[arg-type]


PICKS = [Picked(id=f"pick_{at}", request=f"R{at}", better=f"better {at}", worse=f"worse {at}") for at in range(30)]


def test_a_criterion_of_ours_keeps_its_probes_and_one_about_content_has_what_people_picked() -> None:
    probes = of_rubric([RUBRIC[1], criterion("plain"), criterion("neat", about="form")], ROWS, PICKS)
    assert probes["format"] == with_own(ROWS)["format"]
    assert [one.pick for one in probes["plain"]] == [f"pick_{at}" for at in range(PROBES)], "always the earliest"
    assert probes["neat"] == []


def test_picks_that_could_not_prove_anything_are_not_put() -> None:
    assert of_rubric([criterion("plain")], [], PICKS[: needed(PROBES, 1) - 1])["plain"] == []
    assert of_rubric([criterion("plain")], [], PICKS[: needed(PROBES, 1)])["plain"] != []


def test_picks_are_put_as_one_question_for_all_criteria_and_end_no_judge_at_once() -> None:
    rubric = [criterion(f"own_{at}") for at in range(5)]
    now = standing(of_rubric(rubric, [], PICKS), {(f"pick_0/own_{at}", False): False for at in range(5)})
    assert (now.out, now.passed, now.probes) == (False, 0, 5)


@pytest.mark.parametrize("count", [1, 2, 5, 10])
def test_chance_hardly_passes_by_any_of_however_many_criteria(count: int) -> None:
    """Judges with a taste of their own by each criterion: the hardest case, for each criterion is another chance."""
    probes = of_rubric([criterion(f"own_{at}") for at in range(count)], [], PICKS)
    trusted = 0
    for seed in range(1000):
        likes = random.Random(seed)
        told: dict[Call, bool] = {}
        for of_one in probes.values():
            for probe in of_one:
                told[probe.id, False] = told[probe.id, True] = likes.random() < 0.5
        trusted += bool(standing(probes, told).trusted)
    assert trusted <= CHANCE * 1000

"""What is wrong with the answers, and what to collect next: a sentence for each fault, and one for the examples."""

from collections.abc import Iterator

from agent.evaluation.collect import Need
from agent.evaluation.faults import Fault
from agent.evaluation.rubric import TARGET
from agent.reports.comparison import Comparison
from agent.reports.naming import called
from agent.reports.notes import Note
from agent.words import harmless, say

_URGENT = {"leaked": 9, "empty": 8, "loops": 7, "wrong_language": 7, "refuses": 7}
_OTHERS_URGENT = 6
_WORST_TOLD = 3
_PERSONAL = ("email", "phone", "iban", "card", "ip", "national_id", "password", "private_key")


def fault_notes(comparison: Comparison) -> Iterator[Note]:
    for fault in comparison.faults:
        text = f"{_sentence(comparison, fault)} {_worst(comparison, fault)}".strip()
        yield Note(section="answers", urgent=_URGENT.get(fault.code, _OTHERS_URGENT), text=text)
    found = comparison.collect
    if found is None:
        return
    if found.needs:
        yield Note(
            section="next", urgent=5, text=say("collect.next", needs="; ".join(_need(need) for need in found.needs))
        )
    if found.requests:
        yield Note(section="next", text=say("collect.requests", requests=found.requests))


def _sentence(comparison: Comparison, fault: Fault) -> str:
    numbers, figure = fault.numbers, _figure(comparison, fault)
    match fault.code:
        case "leaked":
            kinds = ", ".join(dict.fromkeys(map(_kind, numbers["kinds"])))
            return say("fault.leaked", figure=figure, kinds=kinds)
        case "too_short" | "too_long":
            values = {name: f"{numbers[name]:.0f}" for name in ("words", "wanted")}
            return say(f"fault.{fault.code}", figure=figure, **values)
        case "wrong_format" if numbers["departures"]:
            told = [say(f"departure.{code}", place=place, count=count) for code, place, count in numbers["departures"]]
            return say("fault.wrong_format_most", figure=figure, departures=", ".join(told))
        case "generic" if numbers["taken"] is not None and numbers["wanted"] is not None:
            values = {name: f"{numbers[name]:.0f}" for name in ("taken", "wanted", "alike")}
            return say("fault.generic_taken", figure=figure, **values)
        case "wrong_tone":
            return _tone(fault, figure)
        case "cut_off" if numbers["room"]:
            return say("fault.cut_off_room", figure=figure)
        case _:
            return say(f"fault.{fault.code}", figure=figure)


def _kind(kind: str) -> str:
    """Of personal data by its name; of secrets, many of which are called after who issues them, by one for all."""
    return say(f"found.{kind}") if kind in _PERSONAL else say("fault.a_secret")


def _tone(fault: Fault, figure: str) -> str:
    numbers = fault.numbers
    if "score" in numbers:
        scores = {name: f"{numbers[name]:.1f}" for name in ("score", "low", "high")}
        who = say("fault.by_people" if numbers["scored_by"] == "people" else "fault.by_judge")
        return say("fault.wrong_tone_judged", figure=figure, scored_by=who, target=f"{TARGET:g}", **scores)
    key = "fault.wrong_tone_more" if numbers["more"] else "fault.wrong_tone_less"
    return say(key, figure=figure, sign=say(f"tone.{numbers['sign']}"), share=f"{numbers['share']:.0f}")


def _figure(comparison: Comparison, fault: Fault) -> str:
    low, high = (f"{100 * bound:.0f}" for bound in (fault.low, fault.high))
    return say("fault.count", count=fault.count, n=fault.n, low=low, high=high, base=fault.base, **called(comparison))


def _worst(comparison: Comparison, fault: Fault) -> str:
    """The numbers of the requests, as the page has them."""
    places = [str(comparison.answer(name)[0]) for name in fault.ids[:_WORST_TOLD]]
    if not places:
        return ""
    key = "fault.request" if len(places) == 1 else "fault.requests"
    return say("fault.worst", requests=say(key, numbers=", ".join(places)))


def _need(need: Need) -> str:
    values = {"examples": need.examples, "kind": harmless(need.plural), "have": need.have}
    if need.why == "weak":
        return say("collect.weak", failing=need.failing, n=need.n, **values)
    return say("collect.plan", **values)

"""What became of the pinned requests, in sentences and as a part of the page; and how a rule reads."""

from collections.abc import Iterator, Sequence

from agent.evaluation.pinned import Broken, Change, PinAnswer, PinnedResult, PinOutcome
from agent.reports.comparison import Comparison
from agent.reports.markdown import block
from agent.reports.naming import at_start, who
from agent.reports.notes import Note
from agent.words import harmless, say
from storage.domain import Pin

_URGENT: dict[Change, int] = {"regressed": 9, "fixed": 4, "failing": 5}


def pin_notes(comparison: Comparison) -> Iterator[Note]:
    if comparison.pinned is not None:
        yield from notes_about(comparison.pinned)


def notes_about(result: PinnedResult) -> Iterator[Note]:
    """A regression first. Whom it is told against may differ from pin to pin: a pin may be younger than a version."""
    ruled = [one for one in result.outcomes if one.now.passes is not None]
    if ruled:
        kept = sum(one.now.passes is True for one in ruled)
        yield Note(section="pins", text=say("pins.kept", kept=kept, n=len(ruled), who=who(result.by)))
    for change, urgent in _URGENT.items():
        for against in dict.fromkeys(one.against for one in result.outcomes if one.change == change):
            found = [one for one in result.outcomes if one.change == change and one.against == against]
            yield Note(section="pins", urgent=urgent, text=_sentence(change, found, against, result.by))
    if without := [one.number for one in result.outcomes if one.now.passes is None]:
        changed = _numbers(result.numbers("changed")) or say("pins.none")
        yield Note(section="pins", text=say("pins.no_rule", pins=_named(without), changed=changed))
    if learned := [one.number for one in result.outcomes if one.learned]:
        yield Note(section="pins", urgent=3, text=say("pins.learned", pins=_named(learned)))
    if result.unanswered:
        yield Note(section="pins", text=say("pins.unanswered", pins=_named(result.unanswered)))


def _sentence(change: Change, found: Sequence[PinOutcome], against: str, by: str) -> str:
    key = f"pins.{change}" if against else "pins.failing_first"  # of nothing before, nothing else is told
    return say(key, pins=_named([one.number for one in found]), against=who(against), who=who(by))


def pinned_lines(result: PinnedResult) -> list[str]:
    """All of them for the page: what a person wrote and what models answered stands in indented blocks."""
    lines = [say("pins.page"), ""]
    for one in result.outcomes:
        lines += [f"### {say('pins.heading', number=one.number, change=say(f'pins.change_{one.change}'))}", ""]
        lines += block(say("compare.request"), one.request)
        for rule, terms in (("must", one.must), ("must_not", one.must_not)):
            lines += block(say(f"pins.{rule}"), "\n".join(terms)) if terms else []
        lines += block(say("compare.expected"), one.reference) if one.reference else []
        for answer in one.answers:
            lines += block(_title(answer), answer.text or say("ask.empty_answer"))
            for code, name in (("must", "is_missing"), ("must_not", "stands_there")):
                found = "\n".join(rule.text for rule in answer.broken if rule.code == code)
                lines += block(say(f"pins.{name}"), found) if found else []
    return lines


def rule_in_words(pin: Pin) -> str:
    """What is asked of the answer, short, as it stands in a list."""
    found = [
        say(f"pins.rule_{name}", terms=_terms(getattr(pin, name)))
        for name in ("must", "must_not")
        if getattr(pin, name)
    ]
    found += [say("pins.rule_format")] if pin.expected else []
    if pin.reference and not found:
        found.append(say("pins.rule_likeness"))
    return "; ".join(found) or say("pins.rule_none")


def broken_in_words(broken: Sequence[Broken]) -> str:
    """Without the words that are missing, or stand there: a person's, who may take them back."""
    return "; ".join(dict.fromkeys(say(f"pins.broken_{one.code}") for one in broken))


def _title(answer: PinAnswer) -> str:
    name = at_start(who(answer.by))
    told = [name] if answer.finished else [f"{name} {say('compare.cut_off')}"]
    if answer.passes is not None:
        told.append(say("pins.passes") if answer.passes else broken_in_words(answer.broken))
    return ": ".join(told)


def _terms(terms: Sequence[str]) -> str:
    return ", ".join(f"“{harmless(term)}”" for term in terms)


def _named(numbers: Sequence[int]) -> str:
    return say("pins.number" if len(numbers) == 1 else "pins.numbers", numbers=_numbers(numbers))


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)

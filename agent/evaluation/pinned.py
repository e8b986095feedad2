"""The regression suite: whether answers to pinned requests keep to their rules, and what changed since an earlier version.

It is no part of the verdict: pins are chosen by hand, often because an answer was bad, so they are no sample of anything.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from agent.evaluation.form import has_form, keeps_form
from agent.evaluation.likeness import chrf
from storage.domain import Pin

ALIKE = 50.0
"""chrF from which on an answer is like the wanted one, where nothing else is asked of it. Of the spoiled answers that ship
with the judge's probes, none of the 22 that are off the subject or half missing is as like the good one; 6 of the 11 with
wrong facts are. So it finds answers about something else, and wrong facts only where ``must`` names them."""
PINNED = "pinned"
"""The source of such a request in ``prompts.jsonl``."""

Fault = Literal["empty", "must", "must_not", "format", "likeness"]
Change = Literal["regressed", "fixed", "failing", "passing", "changed", "unchanged", "first"]
"""Since the latest earlier answer: fails now and passed; passes now and failed; fails still; passes still. Without a rule
only whether the answer is another one. ``first``: nobody answered it before."""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A rule that an answer breaks."""

    code: Fault
    text: str = ""
    """What is missing, or stands there: a person's words."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one model answered. The text is hostile."""

    text: str
    finished: bool = True


@dataclass(frozen=True, kw_only=True)
class PinAnswer:
    by: str
    """``base``, ``v<version>``, or the name of a chat model."""
    text: str
    finished: bool
    passes: bool | None
    """None where the pin has no rule."""
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PinOutcome:
    pin_id: str
    number: int
    """Its place in the project's list, from 1."""
    request: str
    """Instruction and input: a person's words, as the next three."""
    reference: str
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    answers: tuple[PinAnswer, ...]
    """The base's, then those of earlier versions, the oldest first, then the one that is looked at."""
    change: Change
    against: str = ""
    """Who gave the latest answer before: whom the change is told against."""
    learned: bool = False
    """Whether the request stands in the training rows: then passing it proves little."""

    @property
    def now(self) -> PinAnswer:
        return self.answers[-1]

    @property
    def before(self) -> PinAnswer | None:
        return next((one for one in self.answers[:-1] if one.by == self.against), None)


@dataclass(frozen=True, kw_only=True)
class PinnedResult:
    by: str
    """Whose answers are looked at."""
    outcomes: tuple[PinOutcome, ...]
    unanswered: tuple[int, ...] = ()
    """Numbers of the pins that it did not answer: pinned since, or too long for it."""

    def numbers(self, *changes: Change) -> tuple[int, ...]:
        """The pins that changed so."""
        return tuple(one.number for one in self.outcomes if one.change in changes)

    def outcome(self, number: int) -> PinOutcome:
        """Raises StopIteration where it was not answered."""
        return next(one for one in self.outcomes if one.number == number)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def has_rule(pin: Pin) -> bool:
    return bool(pin.must or pin.must_not or pin.reference.strip() or (pin.expected and has_form(pin.expected)))


def broken_rules(pin: Pin, answer: str) -> tuple[Broken, ...]:
    """The rules that an answer breaks. Likeness counts only where nothing else is asked: it compares letters, not facts."""
    if not answer.strip():
        return (Broken(code="empty"),)
    folded = _folded(answer)
    found = [Broken(code="must", text=term) for term in pin.must if not _stands_in(term, folded)]
    found += [Broken(code="must_not", text=term) for term in pin.must_not if _stands_in(term, folded)]
    has_format = pin.expected is not None and has_form(pin.expected)
    if pin.expected is not None and has_format and not keeps_form(answer, pin.expected):
        found.append(Broken(code="format"))
    only_reference = pin.reference.strip() and not (pin.must or pin.must_not or has_format)
    if only_reference and chrf(answer, pin.reference) < ALIKE:
        found.append(Broken(code="likeness"))
    return tuple(found)


def pinned_result(
    pins: Sequence[Pin], by: str, answers: Mapping[str, Mapping[str, Said]], learned: Collection[str] = ()
) -> PinnedResult | None:
    """``answers``: by whom, then by the pin's id; the base's first, then those of earlier versions in their order, and
    those of ``by``. ``learned``: ids of the pins that stand in the training rows. None without pins."""
    if not pins:
        return None
    mine, earlier = answers.get(by, {}), [(who, said) for who, said in answers.items() if who != by]
    outcomes = []
    for number, pin in enumerate(pins, 1):
        if pin.id in mine:
            before = [_judged(pin, who, said[pin.id]) for who, said in earlier if pin.id in said]
            outcomes.append(_outcome(pin, number, (*before, _judged(pin, by, mine[pin.id])), pin.id in learned))
    unanswered = tuple(number for number, pin in enumerate(pins, 1) if pin.id not in mine)
    return PinnedResult(by=by, outcomes=tuple(outcomes), unanswered=unanswered)


def request_text(pin: Pin) -> str:
    return "\n\n".join(text for text in (pin.instruction, pin.input) if text)


def prompt_of(pin: Pin) -> dict[str, Any]:
    """Its line in ``prompts.jsonl``."""
    return {"id": pin.id, "source": PINNED, "instruction": pin.instruction, "input": pin.input, "reference": ""}


def folded_request(instruction: str, input: str = "") -> str:
    """The same for requests that differ in letter case, spaces and closing marks alone."""
    return _folded(f"{instruction} {input}").rstrip(".!?: ")


def _judged(pin: Pin, by: str, said: Said) -> PinAnswer:
    if not has_rule(pin):
        return PinAnswer(by=by, text=said.text, finished=said.finished, passes=None)
    broken = broken_rules(pin, said.text)
    return PinAnswer(by=by, text=said.text, finished=said.finished, passes=not broken, broken=broken)


def _outcome(pin: Pin, number: int, answers: tuple[PinAnswer, ...], learned: bool) -> PinOutcome:
    before = answers[-2] if len(answers) > 1 else None
    return PinOutcome(
        pin_id=pin.id,
        number=number,
        request=request_text(pin),
        reference=pin.reference,
        must=pin.must,
        must_not=pin.must_not,
        answers=answers,
        change=_change(before, answers[-1]),
        against=before.by if before else "",
        learned=learned,
    )


def _change(before: PinAnswer | None, now: PinAnswer) -> Change:
    if now.passes is None:
        if before is None:
            return "first"
        return "unchanged" if _folded(before.text) == _folded(now.text) else "changed"
    if before is None:
        return "passing" if now.passes else "failing"
    changes: dict[tuple[bool, bool], Change] = {
        (True, True): "passing",
        (True, False): "regressed",
        (False, True): "fixed",
        (False, False): "failing",
    }
    return changes[bool(before.passes), now.passes]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _stands_in(term: str, folded: str) -> bool:
    """Whether a text holds a term as words of their own: ``5 mg`` stands neither in ``15 mg`` nor in ``2.5 mg``. Letters that
    know no case are written without spaces between words, so there any place will do."""
    wanted = _folded(term)
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        if not (_goes_on(folded[:at][::-1], wanted[0]) or _goes_on(folded[end:], wanted[-1])):
            return True
        at = folded.find(wanted, at + 1)
    return False


def _goes_on(beside: str, edge: str) -> bool:
    """Whether a word, or a number, goes on beyond its edge. ``beside``: what stands there, the nearest character first."""
    if edge.isdigit():
        return beside[:1].isdigit() or (beside[:1] in (".", ",") and beside[1:2].isdigit())
    return _is_cased(edge) and bool(beside) and _is_cased(beside[0])


def _is_cased(char: str) -> bool:
    return char.lower() != char.upper()

"""Puts a placeholder where a secret or personal data stood, the same one for the same value in all three fields.

It does not decide whether to: a person does. What the recognisers cannot see stays (``personal.UNSEEN``).
"""

import re
from collections.abc import Sequence

from dataset.content import Content
from dataset.quality import personal, secrets

PLACEHOLDERS = {
    "email": "EMAIL",
    "phone": "PHONE",
    "iban": "IBAN",
    "card": "CARD",
    "ip": "IP",
    "national_id": "ID",
    "secret": "SECRET",
}
"""Words by kind; a secret of any kind has one word. They are the same in every language: a model learns one mark."""

PLACEHOLDER = re.compile(rf"\[(?P<word>{'|'.join(PLACEHOLDERS.values())})(?: (?P<number>[0-9]{{1,6}}))?\]")

_FILLER = "]"
"""Stands for what was found while we look again: like a placeholder's end, it is part of no value."""

_LOOKS = 8
"""At most; texts made up to be awkward needed three."""

Range = tuple[int, int, str]
"""Start, end, and the word of the placeholder."""


def redact(row: Content) -> tuple[str, str, str]:
    """Return instruction, input and output with ``[EMAIL]``, ``[PHONE]`` … for everything that weighs ``ask``.

    Where several values of a kind occur, they are numbered in the order in which they come (``[EMAIL 1]``), after the
    placeholders that stand there already. Redacting twice changes nothing, and what returns has nothing left to ask.
    """
    texts = (row.instruction, row.input, row.output)
    ranges = [ranges_in(text) for text in texts]
    numbers = _numbers(texts, ranges)
    instruction, input, output = (_replaced(text, found, numbers) for text, found in zip(texts, ranges, strict=True))
    return instruction, input, output


def ranges_in(text: str) -> list[Range]:
    """What is to be replaced, in order and without overlaps; where a secret overlaps anything else, it is a secret.

    Looks again until nothing is left: with one number out of the way, the one beside it may be recognised.
    """
    ranges: list[Range] = []
    for _ in range(_LOOKS):
        found = [
            *((span.start, span.end, "SECRET") for span in secrets.spans(text)),
            *((span.start, span.end, PLACEHOLDERS[span.kind]) for span in personal.spans(text) if span.weight == "ask"),
        ]
        if not found:
            break
        ranges = _merged([*ranges, *found])
        for start, end, _word in found:
            text = f"{text[:start]}{_FILLER * (end - start)}{text[end:]}"
    return ranges


def _merged(ranges: Sequence[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end, word in sorted(ranges):
        if merged and start < merged[-1][1]:
            earlier_start, earlier_end, earlier_word = merged[-1]
            one = "SECRET" if "SECRET" in (word, earlier_word) else earlier_word
            merged[-1] = (earlier_start, max(end, earlier_end), one)
        else:
            merged.append((start, end, word))
    return merged


def _numbers(texts: Sequence[str], ranges: Sequence[Sequence[Range]]) -> dict[tuple[str, str], int]:
    """Word and value -> its number; 0 for the only one of its kind."""
    values: dict[str, dict[str, int]] = {}
    taken: dict[str, int] = {}
    for text in texts:
        for placeholder in PLACEHOLDER.finditer(text):
            word, number = placeholder["word"], int(placeholder["number"] or 1)
            taken[word] = max(taken.get(word, 0), number)
    for text, found in zip(texts, ranges, strict=True):
        for start, end, word in found:
            of_word = values.setdefault(word, {})
            of_word.setdefault(_folded(text[start:end], word), taken.get(word, 0) + len(of_word) + 1)
    return {
        (word, value): 0 if len(of_word) == 1 and number == 1 else number
        for word, of_word in values.items()
        for value, number in of_word.items()
    }


def _folded(value: str, word: str) -> str:
    """One value for all the ways in which it may be written; of a secret every character counts."""
    if word == "SECRET":
        return value
    return value.casefold() if word in ("EMAIL", "IP") else re.sub(r"[\W_]", "", value).casefold()


def _replaced(text: str, ranges: Sequence[Range], numbers: dict[tuple[str, str], int]) -> str:
    parts, at = [], 0
    for start, end, word in ranges:
        number = numbers[word, _folded(text[start:end], word)]
        parts += [text[at:start], f"[{word} {number}]" if number else f"[{word}]"]
        at = end
    return "".join([*parts, text[at:]])

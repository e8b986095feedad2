"""Rows that are the same, and rows that nearly are. The first are dropped by the caller, the second flagged and kept.

It does not know meaning: a paraphrase in other words is not found here.

Two rows are near when a reader would take one for the other: their outputs *and* what is asked about (the input; the
instruction where there is no input) each share at least ``THRESHOLD`` of their character n-grams, and the instructions
at least ``INSTRUCTION_THRESHOLD``. Each field is judged by itself, since rows of a strict format share a long
instruction and the headings of the output, and would be near on the sum of the texts though they speak of other things.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataset.content import Content, IdentifiedContent
from dataset.quality.characters import with_plain_line_ends
from dataset.remembered import Remembered

THRESHOLD = 0.7
"""Jaccard similarity of the n-gram sets of one field. The pairs in the tests (four languages) that differ by a word,
an order or punctuation lie above it, those that share only a template well below."""
INSTRUCTION_THRESHOLD = 0.4
"""Lower, for the same question is often asked in other words; not 0, for one text may serve two different tasks."""

_LETTERS_PER_GRAM = 5
"""About one English word: 3 would make long texts alike by their common letters alone."""
_IDEOGRAPHS_PER_GRAM = 2
"""Chinese and Japanese write a word in about two characters and no spaces."""

_HASHES = 64
_BANDS = 16
"""MinHash with 16 bands of 4: a pair at similarity 0.7 is looked at with 98.7 % probability, at 0.8 with 99.98 %
(1 - (1 - s^4)^16; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4)."""
_LOOKS = 64
"""Rows of one bucket, and candidates of one row, that are compared at most: bounds the time on templated data."""
_SKETCH_SLACK = 0.2
"""The sketch's standard error is at most 0.0625: what it puts this far below the threshold needs no exact look."""
_CHUNK = 1 << 16
_LONGEST_REMEMBERED = 2_000
"""Characters: the n-grams of a text take a hundred times its own memory."""
_remembered: Remembered[frozenset[int]] = Remembered(2 * _LOOKS)
"""A row is compared with up to ``_LOOKS`` others, one after another."""

Grams = NDArray[np.uint32]

_PUNCTUATION = re.compile(
    "[\\s!-/:-@\\[-`{-~\u00a1-\u00bf\u060c\u061b\u061f\u2000-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]+"
)
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def content_hash(instruction: str, input: str, output: str) -> str:
    """Return the SHA-256 (64 hex digits) of the normalised content: rows of equal hash are exact duplicates.

    Unicode is composed (NFC), line ends are line feeds, white space at the ends of lines and of texts does not count.
    Case does.
    """
    texts = [_normalised(text) for text in (instruction, input, output)]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def near_duplicates(rows: Sequence[IdentifiedContent]) -> dict[str, str]:
    """Return, for each row that nearly repeats an earlier one, the id of that earlier row.

    The earlier row is never itself in the result: a group of near rows is named by its first. About ten seconds
    for 50,000 rows of 400 characters on one core; memory grows with the total length of the texts, not with the number of pairs.
    """
    texts = [texts_of(row) for row in rows]
    sketches = _sketches([np.concatenate([_grams(subject), ~_grams(output)]) for _, subject, output in texts])
    band_keys = [band.tobytes() for sketch in sketches for band in sketch.reshape(_BANDS, -1)]
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    found: dict[str, str] = {}
    for index, row in enumerate(rows):
        keys = list(enumerate(band_keys[index * _BANDS : (index + 1) * _BANDS]))
        shared = Counter(earlier for key in keys for earlier in buckets.get(key, ()))
        candidates = [earlier for earlier, _ in shared.most_common(_LOOKS)]
        earlier = _first_near(index, candidates, sketches, texts)
        if earlier is not None:
            found[row.id] = rows[earlier].id
            continue
        for key in keys:
            if len(buckets[key]) < _LOOKS:
                buckets[key].append(index)
    return found


def same_requests(rows: Sequence[IdentifiedContent]) -> dict[str, str]:
    """Return, for each row whose request an earlier one has (but for case, punctuation and blanks), the id of the first
    such row. Their answers may differ: a model that learned one of them has seen the request of the other."""
    first: dict[tuple[str, str], str] = {}
    found = {}
    for row in rows:
        instruction, subject, _ = texts_of(row)
        earlier = first.setdefault((instruction, subject), row.id)
        if earlier != row.id:
            found[row.id] = earlier
    return found


def similarity(one: str, other: str) -> float:
    """The Jaccard similarity of two texts' character n-grams, from 0 to 1; 1 for two empty ones."""
    if one == other:  # most rows of a dataset have one instruction
        return 1.0
    a, b = _distinct_grams(one), _distinct_grams(other)
    return len(a & b) / len(a | b)


def _distinct_grams(text: str) -> frozenset[int]:
    if len(text) > _LONGEST_REMEMBERED:
        return frozenset(_grams(_folded(text)).tolist())
    return _remembered.of(lambda: frozenset(_grams(_folded(text)).tolist()), text)


def sketches_of(texts: Sequence[str]) -> NDArray[np.uint32]:
    """MinHash sketches, (texts, 64): the share of columns in which two agree estimates the similarity of their texts,
    with a standard error of at most 0.0625."""
    return _sketches([_grams(_folded(text)) for text in texts])


def are_near(one: Content, other: Content) -> bool:
    """Whether two rows are near duplicates, by exact comparison."""
    return _are_near(texts_of(one), texts_of(other))


def _are_near(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    limits = (INSTRUCTION_THRESHOLD, THRESHOLD, THRESHOLD)
    return all(similarity(a, b) >= limit for a, b, limit in zip(one, other, limits, strict=True))


def _first_near(
    index: int, candidates: list[int], sketches: NDArray[np.uint32], texts: list[tuple[str, str, str]]
) -> int | None:
    """The earliest of the candidates that is near the row."""
    if not candidates:
        return None
    estimates = (sketches[candidates] == sketches[index]).mean(axis=1)
    likely = sorted(
        earlier
        for earlier, estimate in zip(candidates, estimates, strict=True)
        if estimate >= THRESHOLD - _SKETCH_SLACK
    )
    return next((earlier for earlier in likely if _are_near(texts[earlier], texts[index])), None)


def texts_of(row: Content) -> tuple[str, str, str]:
    """Instruction, subject (the input, or the instruction where there is none) and output, folded: without case, punctuation,
    width variants and repeated blanks."""
    instruction, input, output = _folded(row.instruction), _folded(row.input), _folded(row.output)
    return instruction, input or instruction, output


def _normalised(text: str) -> str:
    lines = unicodedata.normalize("NFC", with_plain_line_ends(text)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _folded(text: str) -> str:
    """Without case, punctuation (unless there is nothing else), width variants and repeated blanks."""
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    return _PUNCTUATION.sub(" ", text).strip() or text


def _grams(text: str) -> Grams:
    """Hashes of the text's character n-grams; a text shorter than one gram is one gram, and an empty one is 0."""
    size = _IDEOGRAPHS_PER_GRAM if len(_IDEOGRAPH.findall(text)) * 3 > len(text) else _LETTERS_PER_GRAM
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if not points.size:
        return np.zeros(1, dtype=np.uint32)
    size = min(size, points.size)
    count = points.size - size + 1
    hashes = np.full(count, size, dtype=np.uint32)
    for offset in range(size):
        hashes = _mixed(hashes * np.uint32(0x01000193) + points[offset : offset + count])
    return hashes


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spread 32-bit values (the finaliser of MurmurHash3); arithmetic wraps around by design."""
    values = values ^ (values >> np.uint32(16))
    values = values * np.uint32(0x85EBCA6B)
    values = values ^ (values >> np.uint32(13))
    values = values * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


def _sketches(rows: list[Grams]) -> NDArray[np.uint32]:
    """MinHash sketches, ``(len(rows), _HASHES)``: for each hash function the least value over a row's n-grams."""
    keys = np.random.default_rng(20261121).integers(0, 1 << 32, size=(_HASHES, 2), dtype=np.uint32)
    sketches = np.zeros((len(rows), _HASHES), dtype=np.uint32)
    start = 0
    while start < len(rows):
        end, size = start, 0
        while end < len(rows) and (end == start or size + rows[end].size <= _CHUNK):
            size += rows[end].size
            end += 1
        grams = np.concatenate(rows[start:end])
        offsets = np.cumsum([0] + [row.size for row in rows[start : end - 1]])
        for column, (multiplier, mask) in enumerate(keys):
            values = (grams ^ mask) * (multiplier | np.uint32(1))
            values ^= values >> np.uint32(15)
            sketches[start:end, column] = np.minimum.reduceat(values * np.uint32(0x9E3779B1), offsets)
        start = end
    return sketches

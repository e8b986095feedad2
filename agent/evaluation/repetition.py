"""Whether an answer repeats itself: loops, and sentences that it has said before.

Lines that begin alike (``As a user, I want …``), and labels that come again with other values, are no repetition: only
what says nothing further is.
"""

import itertools
import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from dataset.quality.language import IDEOGRAPH, words_in

LOOPING = 0.3
"""Share of an answer from which on it is said to loop: as many duplicate lines make a document one that nobody should
train on (Rae et al. 2021, arXiv 2112.11446, table A1: 0.30 of the lines)."""
LONGEST = 12_000
"""Characters of a text that are looked at."""
_LONGEST_UNIT = 40
"""Words of what a loop says again and again; a longer one is found as sentences."""
_LEAST_LOOP = 6
"""Words of a loop beyond what it says first."""
_LEAST_SENTENCE = 5
"""Words of a sentence that counts when it comes again: shorter ones are labels (``Status: open``)."""
_SIGNS = 10
"""Characters without a word from which on they can be a loop (``!!!!!!!!!!``)."""

_TOKENS = re.compile(
    rf"{IDEOGRAPH.pattern}|(?:(?!{IDEOGRAPH.pattern})\w)+|[\u2600-\u27bf\U0001f000-\U0001faff]", re.UNICODE
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])|\n+")
_MARKER = re.compile(r"^\s*(?:[-*+•‣–]|\(?\d{1,3}[.)、．:]|[a-zA-Z][.)])\s*")
_TABLE_LINE = re.compile(r"^[\s|:+\-=_*#~.]+$")

Range = tuple[int, int]


@lru_cache(maxsize=1024)
def repetition(text: str) -> float:
    """The share of a text's words that only repeat what it has said, 0 to 1; 0 of an empty one.

    A word counts if it stands in a loop (what is said at least three times in a row, less its first time), or in a
    sentence or line of five words or more that stood before. Number and bullet of a list item do not count. Ideographs
    and emoji count as words; of a text that has none of these, its signs do.
    """
    text = text[:LONGEST]
    tokens = list(_TOKENS.finditer(text))
    if not tokens:
        return _of_signs(text)
    repeated = bytearray(len(tokens))
    starts = [token.start() for token in tokens]
    for begin, end in [*_loops([token[0].casefold() for token in tokens]), *_places(_sentences_again(text), starts)]:
        repeated[begin:end] = b"\x01" * (end - begin)
    return sum(repeated) / len(tokens)


def _of_signs(text: str) -> float:
    """Of a text without words: nothing but ``!!!!!!!!!!`` is a loop; a table's line is none."""
    signs = [sign for sign in text if not sign.isspace()]
    if len(signs) < _SIGNS or _TABLE_LINE.match(text):
        return 0.0
    return sum(end - begin for begin, end in _merged(_loops(signs))) / len(signs)


def _loops(words: Sequence[str]) -> Iterator[Range]:
    """Where a unit of words is said again at least twice in a row, from its second time on."""
    for unit in range(1, min(_LONGEST_UNIT, len(words) // 3) + 1):
        at, least = unit, max(2 * unit, _LEAST_LOOP)
        same_again = list(map(operator.eq, words, words[unit:]))
        if sum(same_again) < least:
            continue
        for same, group in itertools.groupby(same_again):
            length = sum(1 for _ in group)
            if same and length >= least:
                yield at, at + length
            at += length


def _sentences_again(text: str) -> Iterator[Range]:
    """The places, in characters, of sentences and lines that stood before."""
    seen: set[str] = set()
    start = 0
    for end in [*(found.end() for found in _SENTENCE_ENDS.finditer(text)), len(text)]:
        said = " ".join(_MARKER.sub("", text[start:end]).casefold().split())
        if said in seen and words_in(said) >= _LEAST_SENTENCE:
            yield start, end
        seen.add(said)
        start = end


def _places(ranges: Iterable[Range], starts: Sequence[int]) -> Iterator[Range]:
    """Ranges of characters as ranges of the words that begin within them."""
    at = 0
    for begin, end in ranges:
        while at < len(starts) and starts[at] < begin:
            at += 1
        first = at
        while at < len(starts) and starts[at] < end:
            at += 1
        yield first, at


def _merged(ranges: Iterable[Range]) -> Iterator[Range]:
    last = 0
    for begin, end in sorted(ranges):
        if end > last:
            yield max(begin, last), end
            last = end

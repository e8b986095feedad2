"""Whether a text holds a pack's word: one rule for goals, rows and corrections, in any script. docs/packs.md tells it.

It knows no meaning, and no word of its own. Time grows with the length of the text times the number of words.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_SEPARATORS = re.compile(r"[\W_]+")
_JOINED = re.compile(
    "[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
"""Scripts that write no spaces between words, or join articles and endings to them."""


def folded(text: str) -> str:
    """Lower case, without accents; whatever is neither letter nor digit is one space. Stripped."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


@dataclass(frozen=True)
class Text:
    """A text made ready for many words."""

    raw: str
    plain: str
    """Folded, with one space at either end."""

    @classmethod
    def of(cls, text: str) -> "Text":
        return cls(raw="\n" + text, plain=f" {folded(text)} ")

    def holds(self, word: str) -> bool:
        sought = _sought(word)
        if sought.tail is None:
            return any(needle in (self.raw if sought.raw else self.plain) for needle in sought.needles)
        return any(_ends_soon(self.plain, needle, sought.tail) for needle in sought.needles)

    def found(self, words: Iterable[str]) -> list[str]:
        return [word for word in words if self.holds(word)]


@dataclass(frozen=True)
class _Sought:
    needles: tuple[str, ...]
    tail: int | None = None
    """Letters that may follow; None: any."""
    raw: bool = False


@lru_cache(maxsize=16_384)
def _sought(word: str) -> _Sought:
    plain = folded(word)
    if not plain:
        return _Sought((word,), raw=True)
    if _JOINED.search(plain):
        return _Sought((plain,))
    if word.rstrip().endswith("*"):
        return _Sought((f" {plain}",))
    needles = (f" {plain}", f" {plain[:-1]}ies") if len(plain) > 3 and plain.endswith("y") else (f" {plain}",)
    letters = len(plain.rsplit(" ", 1)[-1])
    return _Sought(needles, tail=max(0, min(2, letters - 2)))


def _ends_soon(text: str, needle: str, tail: int) -> bool:
    """Whether the needle stands in the text, and its word ends after so many letters more at most."""
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if " " in text[end : end + tail + 1]:
            return True
        at = text.find(needle, end)
    return False

"""Which characters may stand in a training text: the same answer for a typed row and for an uploaded one.

It does not know where a text comes from, and changes nothing but line ends.
"""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing: fillers of Hangul, Braille without a dot."""


def with_plain_line_ends(text: str) -> str:
    """Return the text with every kind of line end (also a word processor's soft one, U+000B) as a line feed."""
    return _LINE_ENDS.sub("\n", text)


def fault(text: str) -> tuple[str, str] | None:
    """Return a code and the code point (``U+0007``) of the first character that may not stand in a row, or None.

    ``control_character``: C0 or C1 controls but tab and line feed. They are refused rather than removed: nobody's
    words are changed behind their back, and such a character mostly means that the file was damaged.
    ``lone_surrogate``: half a character, which cannot be stored as UTF-8.
    Expects line ends as ``with_plain_line_ends`` leaves them.
    """
    if found := _SURROGATE.search(text):
        return "lone_surrogate", f"U+{ord(found[0]):04X}"
    if found := _CONTROL.search(text):
        return "control_character", f"U+{ord(found[0]):04X}"
    return None


def without_faults(text: str) -> str:
    """Return a text without the characters that ``fault`` finds: to read out of, never for a row as somebody gave it."""
    return _CONTROL.sub("", _SURROGATE.sub("\ufffd", text))


def is_empty(text: str) -> bool:
    """Whether nothing can be seen in the text: only white space, characters without a width, marks of direction."""
    return all(one.isspace() or one in _BLANK or unicodedata.category(one) == "Cf" for one in text)

"""Text of people and models -> text that is safe to print on a terminal: pure functions.

It does not know who wrote it: everything is taken to be hostile.
"""

import re

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|\x9b[0-?]*[ -/]*[@-~]"  # CSI as one character
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS: titles, clipboard
    r"|\x1b[ -/]*[0-~]"  # the other two-character sequences
)
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
"""Marks that turn the direction of writing: text can read as what it is not (CVE-2021-42574)."""
_INVISIBLE = {0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF, *range(0xE0000, 0xE0080)}
"""Characters without a glyph, in which instructions can hide. (Joiners, which emoji and scripts need, are kept.)"""
_BREAKS = {0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n"}


def clean(text: str) -> str:
    """Return the text without escape sequences, with other control characters made visible, lines ended by ``\\n``."""
    without = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    return "".join(map(_visible, without))


def one_line(text: str) -> str:
    """The same, on one line."""
    return " ".join(clean(text).split())


def _visible(character: str) -> str:
    code = ord(character)
    if character in "\n\t" or 0x20 <= code < 0x7F:
        return character
    if code in _BREAKS:
        return _BREAKS[code]
    if code < 0x20:
        return chr(0x2400 + code)  # the picture of the control character, e.g. ␍
    if code == 0x7F or 0x80 <= code < 0xA0 or code in _BIDI or code in _INVISIBLE:
        return f"<U+{code:04X}>"
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    return character

"""Text of people and models -> text that is safe to print on a terminal: pure functions.

It does not know who wrote it: everything is taken to be hostile.
"""

import re

from bot.chat import text as chat_text

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|\x9b[0-?]*[ -/]*[@-~]"  # CSI as one character
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS: titles, clipboard
    r"|\x1b[ -/]*[0-~]"  # the other two-character sequences
)


def clean(text: str) -> str:
    """Return the text without escape sequences, with other control characters made visible, lines ended by ``\\n``."""
    return chat_text.clean(_without_escapes(text))


def one_line(text: str) -> str:
    """The same, on one line."""
    return chat_text.one_line(_without_escapes(text))


def _without_escapes(text: str) -> str:
    return _ESCAPES.sub("", text.replace("\r\n", "\n"))

"""What files of ours are called where people see them: pure functions."""

import re
from pathlib import PurePosixPath

LONGEST_STEM = 80
"""Characters of a name before the marker."""
LONGEST_SUFFIX = 20


def name_of(path: str, marker: str = "") -> str:
    """``runs/1/loss.png`` -> ``loss.png``, or ``loss-tt-12.png`` with the marker of its message.

    Of a name that nobody checked stays the last part: letters of any script, digits, dots, dashes and underscores.
    """
    last = re.split(r"[/\\]", path)[-1]
    known = PurePosixPath("".join(one if one.isalnum() or one in "._-" else "_" for one in last).strip("._-") or "file")
    return f"{known.stem[:LONGEST_STEM]}{'-' * bool(marker)}{marker}{known.suffix[:LONGEST_SUFFIX]}"

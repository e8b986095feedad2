"""The report about an uploaded file, line by line, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.words import knows, say

LINES_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A line that did not become a row, and why."""

    line: int
    code: str
    numbers: Mapping[str, object]


def reason(code: str, numbers: Mapping[str, object]) -> str:
    """The sentence for a code of the dataset floor."""
    key = f"reason.{code}"
    return say(key, **numbers) if knows(key) else say("reason.unknown", code=code)


def report(name: str, total: int, accepted: int, near: int, left_out: Sequence[LeftOut], list_path: str) -> str:
    """What became of a file that could be read."""
    if accepted:
        lines = [say("upload.accepted", name=name, accepted=accepted, total=total)]
    else:
        lines = [say("upload.none", name=name, total=total)]
    lines += [say("upload.line", line=one.line, reason=reason(one.code, one.numbers)) for one in left_out[:LINES_SHOWN]]
    if len(left_out) > LINES_SHOWN:
        lines.append(say("upload.more", count=len(left_out) - LINES_SHOWN, path=list_path))
    if near:
        lines.append(say("upload.near", count=near))
    return "\n".join(lines)


def full_list(left_out: Sequence[LeftOut]) -> str:
    """Every line that was left out, for the file beside the upload."""
    return "".join(say("upload.line", line=one.line, reason=reason(one.code, one.numbers)) + "\n" for one in left_out)

"""An uploaded file of examples on its way into the dataset, and the report about it, line by line.

Rows are written under the id of the event that brought the file, so that taking it again writes nothing twice. How the
file is read, and which column is what, it is told.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from agent.checking import asks, found_in, reason, told_by_kind
from agent.context import Context
from agent.coverage import Pack, aspects_of
from agent.deck import approve_rows
from agent.numbers import size
from agent.replies import AnyReply, Say, ShowFile
from agent.rows import by_hint, by_words, untold
from agent.state import Turn
from agent.words import knows, say
from dataset.formats.columns import ColumnMapping, apply
from dataset.formats.records import GivenRow, Reading, Sheet
from dataset.quality.duplicates import content_hash, near_duplicates
from dataset.quality.findings import Finding
from storage.domain import Brief, Origin, Row, RowStatus, stable_id

LINES_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One file of a message."""

    event_id: str
    person_id: str
    number: int
    """Its place among the files of the message."""
    name: str
    """Fit to be shown."""
    path: str
    """Relative to the home folder."""


def not_taken(file: Mapping[str, Any]) -> str:
    """Why a file of a message was not fetched or copied, so that it has no path, and what to do."""
    name = shown_name(file["name"])
    if "limit" in file:
        return say("upload.too_large", name=name, size=size(file["size"]), limit=size(file["limit"]))
    code = file["refused"]
    return say(f"upload.refused_{code}" if knows(f"upload.refused_{code}") else "upload.refused", name=name, code=code)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A line that did not become a row, and why."""

    line: int
    code: str
    numbers: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a file that could be read."""

    added: int
    replies: tuple[AnyReply, ...]
    """The report, and the list of what was left out as a file where it is longer than the report."""


@dataclass(frozen=True)
class _Sorted:
    """The rows of a file, each once, with what the checks found in it; and what is left out."""

    rows: list[Row]
    findings: Mapping[str, Sequence[Finding]]
    """By row id."""
    left_out: list[LeftOut]


async def take_sheet(
    context: Context, turn: Turn, project_id: str, upload: Upload, sheet: Sheet, mapping: ColumnMapping
) -> Taken:
    """Add the rows that can be used. They are approved as the giver's own, but for those somebody has to decide about.

    The turn's person is the one who sent the file.
    """
    reading = await asyncio.to_thread(apply, sheet, mapping)
    brief = await context.store.briefs.get(project_id)
    earlier = await context.store.rows.of_project(project_id, [RowStatus.PENDING, RowStatus.APPROVED])
    found = await asyncio.to_thread(_sorted, context, turn, brief, upload, reading, earlier)
    kept = await context.store.rows.add(found.rows)
    added = [row for row, was_kept in zip(found.rows, kept, strict=True) if was_kept]
    doubled = [row for row, was_kept in zip(found.rows, kept, strict=True) if not was_kept]
    left_out = [*found.left_out, *(LeftOut(line=_line(row), code="exact_duplicate", numbers={}) for row in doubled)]
    left_out.sort(key=lambda one: one.line)
    await approve_rows(context, turn, [row for row in added if not asks(found.findings[row.id])])
    list_path = f"{PurePosixPath(upload.path).parent}/left-out-{upload.number}.txt"
    await asyncio.to_thread(context.files.write_text, list_path, full_list(left_out))
    total = len(reading.rows) + len(reading.refusals)
    findings = {row.id: found.findings[row.id] for row in added}
    near = sum(1 for row in added if row.near_duplicate_of)
    told = report(upload.name, total, findings, near, left_out)
    guessed = "\n" + say("upload.guessed_encoding") if sheet.encoding == "cp1252" else ""
    replies: list[AnyReply] = [Say(text=told + guessed)]
    if len(left_out) > LINES_SHOWN:
        text = say("upload.left_out", name=upload.name)
        replies.append(ShowFile(path=list_path, name=PurePosixPath(list_path).name, text=text))
    return Taken(added=len(added), replies=tuple(replies))


def report(
    name: str,
    total: int,
    accepted: Mapping[str, Sequence[Finding]],
    near: int,
    left_out: Sequence[LeftOut],
) -> str:
    """What became of a file, in a few lines. ``accepted``: what was found in each row that was added, by its id."""
    waiting = [findings for findings in accepted.values() if asks(findings)]
    key = "none" if not accepted else "accepted_some" if waiting else "accepted"
    counts = {"accepted": len(accepted), "total": total, "approved": len(accepted) - len(waiting)}
    lines = [say(f"upload.{key}", name=name, **counts)]
    lines += [say("upload.line", line=one.line, reason=reason(one.code, one.numbers)) for one in left_out[:LINES_SHOWN]]
    if len(left_out) > LINES_SHOWN:
        lines.append(say("upload.more", count=len(left_out) - LINES_SHOWN))
    if waiting:
        lines.append(say("upload.waiting", count=len(waiting)))
    if near:
        lines.append(say("upload.near", count=near))
    notes = told_by_kind(accepted.values())
    if notes:
        lines.append(say("upload.notes", notes=notes))
    return "\n".join(lines)


def full_list(left_out: Sequence[LeftOut]) -> str:
    """Every line that was left out, for the file beside the upload."""
    return "".join(say("upload.line", line=one.line, reason=reason(one.code, one.numbers)) + "\n" for one in left_out)


_ITALIC = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""An underscore that could be markup: one that does not stand between letters or digits."""


def shown_name(name: str) -> str:
    """The last part of a hostile file name, without control characters or markup, at most 80 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(character for character in last if character.isprintable() and character not in "*`<>")
    plain = _ITALIC.sub("", plain)
    return plain[:80] or "file"


def _sorted(
    context: Context, turn: Turn, brief: Brief, upload: Upload, reading: Reading, earlier: Sequence[Row]
) -> _Sorted:
    """It blocks for as long as checking and counting tokens take: a minute for fifty thousand rows."""
    pack = context.packs.get(brief.pack)
    left_out = [LeftOut(line=one.line, code=one.code, numbers=one.numbers) for one in reading.refusals]
    rows: dict[str, Row] = {}
    hints: dict[str, str] = {}
    for place, given in enumerate(reading.rows):  # lines do not tell rows apart: in JSON many may stand on one
        row = _row(turn, brief.project_id, upload, place, given)
        refused = _refusal(context, row)
        if refused or row.content_hash in rows:
            code, numbers = refused or ("exact_duplicate", {})
            left_out.append(LeftOut(line=given.line, code=code, numbers=numbers))
        else:
            if pack and given.category not in hints:
                hints[given.category] = by_hint(pack, given.category)
            rows[row.content_hash] = _placed(pack, brief, row, hints.get(given.category, ""))
    fresh = {row.id: row for row in rows.values()}
    near = near_duplicates([*(row for row in earlier if row.output and row.id not in fresh), *fresh.values()])
    flagged = [replace(row, near_duplicate_of=near.get(row.id)) for row in fresh.values()]
    return _Sorted(flagged, {row.id: found_in(row, brief, pack) for row in flagged}, left_out)


def _refusal(context: Context, row: Row) -> tuple[str, Mapping[str, object]] | None:
    """Why the row can not be trained on, as a code and its numbers."""
    if context.tokens is None:
        return None
    for field in ("instruction", "input", "output"):
        marker = context.tokens.marker_in(getattr(row, field))
        if marker:
            return "control_tokens", {"field": field, "marker": marker}
    tokens = sum(context.tokens.count(row.instruction, row.input, row.output))
    if tokens > context.longest_row:
        return "row_too_long", {"tokens": tokens, "limit": context.longest_row}
    return None


def _placed(pack: Pack | None, brief: Brief, row: Row, named: str) -> Row:
    """In the category that the file names, or by the pack's words; no model is asked about thousands of rows."""
    if pack is None:
        return row
    texts = (row.instruction, row.input, row.output)
    category = named or by_words(pack, brief, texts) or untold(pack, brief)
    return replace(row, category=category, aspects=aspects_of(pack, category, *texts))


def _row(turn: Turn, project_id: str, upload: Upload, place: int, given: GivenRow) -> Row:
    return Row(
        id=stable_id("row", upload.event_id, upload.number, place),
        project_id=project_id,
        instruction=given.instruction.strip(),
        input=given.input.strip(),
        output=given.output.strip(),
        status=RowStatus.PENDING,
        origin=Origin.GIVEN,
        author_id=upload.person_id,
        event_id=upload.event_id,
        source=f"{upload.name}:{given.line}",
        content_hash=content_hash(given.instruction, given.input, given.output),
        created_at=turn.at + timedelta(microseconds=place),  # rows are listed in the file's order
    )


def _line(row: Row) -> int:
    return int(row.source.rpartition(":")[2])

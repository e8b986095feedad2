"""What the checks found in a row, in words: each with a reason and a suggestion. And what is blacked out on request.

The checks themselves stand in ``dataset.quality``; they know the row, the agreed format and the pack's outdated terms.
What they cannot see is said where redaction is offered.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.context import Context
from agent.coverage import Pack
from agent.words import harmless, knows, say
from dataset.content import Content
from dataset.quality.duplicates import content_hash
from dataset.quality.findings import Finding
from dataset.quality.personal import personal
from dataset.quality.redaction import redact
from dataset.quality.review import review
from dataset.quality.secrets import secrets
from storage.domain import AgreedFormat, Brief, Row

_RECOGNISED = frozenset({"secret", "personal"})
"""Codes whose notes are about values reserved for examples: nobody has them, and nothing is to be done about them."""
SHOWN = 3
"""Findings that a card tells; a longer list is read by nobody."""


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What was found in one row."""

    findings: Sequence[Finding]

    @property
    def sensitive(self) -> bool:
        return asks(self.findings)

    @property
    def sentences(self) -> tuple[str, ...]:
        """At most ``SHOWN``, first those that a person has to decide about, and how many more there are."""
        told = [sentence(one) for one in self.findings if one.weight == "ask" or one.code not in _RECOGNISED]
        more = (say("check.more", count=len(told) - SHOWN),) if len(told) > SHOWN else ()
        return (*told[:SHOWN], *more)


async def checks_of(context: Context, row: Row) -> Checks:
    """Every check on a row, by the format agreed for its category or for all."""
    brief = await context.store.briefs.get(row.project_id)
    pack = context.packs.get(brief.pack)
    return Checks(findings=await asyncio.to_thread(found_in, row, brief, pack))


async def checked(context: Context, row: Row) -> tuple[str, ...]:
    """The same in sentences, whether it reads like an earlier example among them."""
    near = (say("examples.near_duplicate"),) if row.near_duplicate_of else ()
    return (*near, *(await checks_of(context, row)).sentences)


async def is_sensitive(context: Context, row: Row) -> bool:
    """Whether a person has to decide about something in it before it may be used."""
    return (await checks_of(context, row)).sensitive


async def redacted(context: Context, row: Row) -> Row:
    """The row with what looks like secrets and personal data blacked out. Doing it again changes nothing more."""
    del context
    instruction, input, output = await asyncio.to_thread(redact, row)
    hashed = content_hash(instruction, input, output)
    return replace(row, instruction=instruction, input=input, output=output, content_hash=hashed)


def found_in(row: Row, brief: Brief, pack: Pack | None) -> Sequence[Finding]:
    """What the checks find. ``row.created_at`` is their today, so that a row looks the same whenever it is shown."""
    return review(row, agreed_for(brief, row.category), row.created_at.date(), pack.outdated if pack else ())


def sensitive_in(content: Content) -> list[str]:
    """What looks like secrets and personal data in a text that is no row yet, at most ``SHOWN`` sentences."""
    found = (*secrets(content), *personal(content))
    return list(dict.fromkeys(sentence(one) for one in found if one.weight == "ask"))[:SHOWN]


def agreed_for(brief: Brief, category: str) -> AgreedFormat | None:
    """The format that was agreed for a category, else the one for all; None where none was."""
    found = (brief.formats.get(name) for name in (category, ""))
    return next((one for one in found if one is not None and one.agreed), None)


def asks(findings: Iterable[Finding]) -> bool:
    """Whether a person has to decide about one of them."""
    return any(one.weight == "ask" for one in findings)


def sentence(finding: Finding) -> str:
    """What was found, why that matters, and what to do about it."""
    values = {name: _harmless(value) for name, value in finding.numbers.items()}
    where, code, count = say(f"check.{finding.field}"), finding.code, finding.numbers.get("count")
    if code in ("secret", "personal"):
        values["kind"] = _what(str(finding.numbers.get("kind", "")))
    if code == "outdated":
        code = "outdated_year" if "year" in finding.numbers else "outdated_term"
    if code == "list_style":
        values |= {name: say(f"found.{finding.numbers[name]}") for name in ("found", "wanted")}
    key = f"finding.{code}"
    told = say(key, **{**values, "where": where}) if knows(key) else say("finding.unknown", where=where, code=code)
    return say("check.and_more", sentence=told, count=int(count) - 1) if count else told


def _what(kind: str) -> str:
    """``an email address``; of a key, whose it is."""
    key = f"found.{kind}"
    return say(key) if knows(key) else say("found.token", issuer=kind.replace("_", " "))


def told_by_kind(rows: Iterable[Sequence[Finding]]) -> str:
    """How many rows of a file have a note of each kind: ``12 generic, 3 without a section``; empty where none has."""
    counts = Counter(
        code for findings in rows for code in {one.code for one in findings if one.weight == "note"} - _RECOGNISED
    )
    return ", ".join(say("findings.count", count=count, kind=_kind(code)) for code, count in counts.most_common())


def _kind(code: str) -> str:
    key = f"findings.{code}"
    return say(key) if knows(key) else code


def reason(code: str, numbers: Mapping[str, object]) -> str:
    """The sentence for a refusal's code."""
    key = f"reason.{code}"
    values = {name: _harmless(value) for name, value in numbers.items()}
    if isinstance(numbers.get("column"), str) and "field" in values:
        values["field"] = values["column"]
    return say(key, **values) if knows(key) else say("reason.unknown", code=code)


def _harmless(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value

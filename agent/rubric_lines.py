"""What people type about a rubric, where there are no forms: lines -> edits. Pure rules; what an edit may do, ``rubrics`` says.

``completeness: 5 = names every part and its owner`` changes one thing of a criterion; further lines may go on with it
(``1 = leaves parts out``). ``add Brevity`` begins another one, with ``asks``, ``1``, ``3`` and ``5`` on the lines below.
``remove tone``, ``rule: never promise a date``, ``take back rule 2`` and ``guide`` stand for the buttons of the same name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

_FIELDS: Mapping[str, str] = {
    "1": "poor",
    "3": "good",
    "5": "excellent",
    "asks": "asks",
    "question": "asks",
    "name": "label",
    "label": "label",
    "target": "target",
    "about": "about",
}
_SETS = re.compile(
    r"^(?:(?P<who>[^=:：＝]{1,80}?)\s*[:：])?\s*(?P<field>[135]|asks|question|name|label|target|about)\s*[=＝]\s*(?P<text>.*)$",
    re.IGNORECASE,
)
_ADD = re.compile(r"^add(?:\s+(?:a\s+)?criterion)?\s*[:：]?\s+(?P<who>[^=＝]+)$", re.IGNORECASE)
_REMOVE = re.compile(r"^(?:remove|delete|drop)(?:\s+criterion)?\s*[:：]?\s+(?P<who>.+)$", re.IGNORECASE)
_RULE = re.compile(r"^(?:add\s+)?(?:a\s+)?rule\s*[:：]\s*(?P<text>.+)$", re.IGNORECASE)
_UNRULE = re.compile(
    r"^(?:take\s+back|remove|delete|drop)\s+(?:the\s+)?rule\s*#?(?P<number>[0-9]{1,4})\s*[.!]?$", re.IGNORECASE
)
_GUIDE = re.compile(r"^(?:back\s+to\s+)?(?:the\s+)?guide(?:'s|’s|s)?(?:\s+(?:five|5|rubric))?\s*[.!]?$", re.IGNORECASE)

Doing = Literal["change", "add", "remove", "rule", "unrule", "guide"]


@dataclass(frozen=True, kw_only=True)
class Edit:
    doing: Doing
    who: str = ""
    """The criterion, as it was named; the number of a rule; or the words of one."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Texts by field, as ``rubrics.FIELDS`` names them."""


def read_edits(text: str, about: str = "") -> Sequence[Edit] | None:
    """The edits in their order; None if any line is not understood, for half of what was meant would be done in silence.

    ``about``: the criterion that a line without a name is about, if one was picked to be changed.
    """
    edits: list[Edit] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if (match := _SETS.match(line)) and not _RULE.match(line):
            who = (match["who"] or "").strip() or ("" if edits else about)
            if not _set(edits, who, _FIELDS[match["field"].casefold()], match["text"].strip()):
                return None
        elif (edit := _alone(line)) is not None:
            edits.append(edit)
        else:
            return None
    return edits or None


def _set(edits: list[Edit], who: str, name: str, text: str) -> bool:
    """Put a field into the edit that the line goes on with, or into one of its own; False if it is nobody's."""
    last = edits[-1] if edits and edits[-1].doing in ("change", "add") else None
    if last is not None and who.casefold() in ("", last.who.casefold()):
        edits[-1] = replace(last, values={**last.values, name: text})
        return True
    if who:
        edits.append(Edit(doing="change", who=who, values={name: text}))
    return bool(who)


def _alone(line: str) -> Edit | None:
    if match := _RULE.match(line):
        return Edit(doing="rule", who=match["text"].strip())
    if match := _UNRULE.match(line):
        return Edit(doing="unrule", who=match["number"])
    if _GUIDE.match(line):
        return Edit(doing="guide")
    if match := _ADD.match(line):
        label = match["who"].strip(" :：")
        return Edit(doing="add", who=label, values={"label": label})
    if match := _REMOVE.match(line):
        return Edit(doing="remove", who=match["who"].strip(" .!"))
    return None

"""The question which column of a file is what: its card, and what is read back from it when a button is pressed.

What the columns seem to be is proposed in ``dataset.formats.columns``.
"""

import json
from dataclasses import asdict, replace

from agent.replies import ShowCard
from agent.reports.cards import columns_card
from agent.uploads import Upload
from agent.words import say
from dataset.formats.columns import ColumnMapping, apply
from dataset.formats.records import FIELDS, Sheet
from storage.domain import Project

_SHOWN = 600
"""Characters of each text of the sample; a record that has no longer ones is shown if the first few hold one."""
_LOOKED_AT = 50


def with_instruction(mapping: ColumnMapping, project: Project) -> ColumnMapping:
    """Where a file has texts and labels only, the project's goal is what is asked of each."""
    return replace(mapping, constant_instruction=project.goal) if mapping.needs_instruction else mapping


def swapped(mapping: ColumnMapping) -> ColumnMapping:
    """The same with request and answer the other way round; what every row is asked stays that."""
    if mapping.instruction is None:
        return replace(mapping, input=mapping.output, output=mapping.input)
    return replace(mapping, instruction=mapping.output, output=mapping.instruction)


def columns_question(card_id: str, project: Project, upload: Upload, sheet: Sheet, mapping: ColumnMapping) -> ShowCard:
    """The card that asks whether the columns are understood."""
    subject = {**asdict(upload), "number": str(upload.number), "project_id": project.id}
    subject["mapping"] = json.dumps(asdict(mapping), sort_keys=True, ensure_ascii=False)
    columns: dict[str, str] = {field: _said(mapping, field) for field in FIELDS}
    return columns_card(card_id, subject, upload.name, columns, _sample(sheet, mapping), len(sheet.records))


def upload_of(subject: dict[str, str]) -> Upload:
    """The upload that a card of this kind is about."""
    texts = {name: subject[name] for name in ("event_id", "person_id", "name", "path")}
    return Upload(**texts, number=int(subject["number"]))


def mapping_of(subject: dict[str, str]) -> ColumnMapping:
    return ColumnMapping(**json.loads(subject["mapping"]))


def _said(mapping: ColumnMapping, field: str) -> str:
    column = getattr(mapping, field)
    if column is not None:
        return say("columns.from", column=column)
    if field == "instruction":
        return say("columns.always", instruction=mapping.constant_instruction)
    return say("columns.nothing")


def _sample(sheet: Sheet, mapping: ColumnMapping) -> dict[str, str]:
    """The texts of the first record that is short enough to be read at a glance; else the first one's, cut."""
    rows = apply(replace(sheet, records=sheet.records[:_LOOKED_AT], refusals=[]), mapping).rows
    if not rows:
        return {}
    texts = [{field: str(getattr(row, field)) for field in FIELDS if getattr(mapping, field)} for row in rows]
    short = next((one for one in texts if all(len(text) <= _SHOWN for text in one.values())), texts[0])
    return {field: text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…" for field, text in short.items()}

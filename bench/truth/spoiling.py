"""A model that is spoiled at a known rate: the answers that were wanted, of which some are made worse. Of real rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from agent.evaluation.facts import Answered
from agent.evaluation.requests import form_in
from dataset.prompts import messages
from storage.domain import AgreedFormat


@dataclass(frozen=True)
class Row:
    request: str
    answer: str
    expected: AgreedFormat | None


@dataclass(frozen=True)
class Material:
    rows: Sequence[Row]

    @property
    def named(self) -> str:
        """Which rows these are. With others the tables that rest on them print other figures."""
        texts = "\0".join(text for row in self.rows for text in (row.request, row.answer))
        return f"{len(self.rows)} rows, {sha256(texts.encode()).hexdigest()[:12]}"

    def answer(self, row: Row, rate: float, chance: np.random.Generator) -> str:
        """What is wanted, but with probability ``rate`` another row's answer, the first half, all on one line, or chatter."""
        if chance.random() >= rate:
            return row.answer
        match int(chance.integers(4)):
            case 0:
                return self.rows[self.rows.index(row) - 7].answer
            case 1:
                return row.answer[: len(row.answer) // 2]
            case 2:
                return " ".join(row.answer.split())
            case _:
                return f"Thank you for asking. There is much to be said about it: {row.request[-60:]}"

    def answers(self, n: int, base: float, tuned: float, chance: np.random.Generator) -> list[Answered]:
        """``n`` different requests, with the answers of two models that are spoiled at these rates, each by itself."""
        return [
            Answered(
                id=f"row_{place}",
                source="row",
                request=row.request,
                reference=row.answer,
                base=self.answer(row, base, chance),
                tuned=self.answer(row, tuned, chance),
                expected=row.expected,
            )
            for place, row in enumerate(self.rows[at] for at in chance.permutation(len(self.rows))[:n])
        ]


def material(folder: Path = Path("examples")) -> Material:
    """The rows that ship as examples."""
    found: list[Row] = []
    for file in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        form = form_in([row["output"] for row in rows])
        found += [Row(messages(row["instruction"], row["input"])[0]["content"], row["output"], form) for row in rows]
    return Material(found)

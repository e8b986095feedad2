"""The rows that are measured with: those of a file, as they are or cut and joined to mixed lengths.

It knows nothing of models.
"""

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) | {"id": f"row_{place}", "part": "train"} for place, line in enumerate(lines)]


def of_mixed_length(rows: list[Row]) -> list[Row]:
    """Every fourth row keeps a fifth of its answer, half of it, all of it, or is joined with another row's.

    Of the example's rows of 200 to 270 tokens this makes rows of 66 to 470.
    """
    mixed = []
    for place, row in enumerate(rows):
        lines, other = row["output"].split("\n"), rows[(place + 7) % len(rows)]
        mixed.append(
            [
                row | {"output": "\n".join(lines[: max(1, len(lines) // 5)])},
                row | {"output": "\n".join(lines[: max(1, len(lines) // 2)])},
                row,
                row
                | {
                    "input": f"{row.get('input', '')}\n\n{other.get('input', '')}",
                    "output": f"{row['output']}\n\n{other['output']}",
                },
            ][place % 4]
        )
    return mixed

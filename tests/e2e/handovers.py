"""What people tell the bot in whole jobs: a goal, and examples in each way in which they can be given."""

import json
from pathlib import Path

GOAL = "Write shift handover notes for nurses on our ward"
FINDINGS = (
    "fever since noon",
    "fell in the corridor",
    "asthma is calmer now",
    "first steps with a new hip",
    "chest pain was excluded",
    "insulin dose halved",
    "refused supper twice",
    "wound edges are clean",
    "confused at night",
    "waiting for the scan",
    "low blood pressure",
    "rash after antibiotics",
    "sleeps well at last",
    "goes home tomorrow",
)
EXAMPLE = "Instruction: Write a handover\nInput: bed 99, quiet night\nOutput: S: bed 99, quiet"
CSV = "request,notes,answer\n" + "".join(
    f'Write a handover,"bed {n}, {word}","S: bed {n}, {word}\nB: none"\n' for n, word in enumerate(FINDINGS)
)
NOTES = Path(__file__).parents[2] / "examples" / "going-home.md"


def write_rows(folder: Path) -> None:
    """Leave ``rows.jsonl`` there, one complete example for each finding."""
    rows = [
        {"instruction": "Write a handover", "input": f"bed {n}, {word}", "output": f"S: bed {n}, {word}\nB: none"}
        for n, word in enumerate(FINDINGS)
    ]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

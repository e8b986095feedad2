"""What people tell the bot in whole jobs: a goal, and examples in each way in which they can be given."""

from pathlib import Path

from tests.e2e.test_kill import FINDINGS

GOAL = "Write shift handover notes for nurses on our ward"
EXAMPLE = "Instruction: Write a handover\nInput: bed 99, quiet night\nOutput: S: bed 99, quiet"
CSV = "request,notes,answer\n" + "".join(
    f'Write a handover,"bed {n}, {word}","S: bed {n}, {word}\nB: none"\n' for n, word in enumerate(FINDINGS)
)
NOTES = Path(__file__).parents[2] / "examples" / "going-home.md"

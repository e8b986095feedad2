"""How a comparison and its two sides are called: within sentences, and above columns."""

from agent.evaluation.facts import Side
from agent.reports.comparison import Comparison
from agent.words import harmless, say


def called(comparison: Comparison) -> dict[str, str]:
    """Values for ``say``: ``what`` was compared, and the names of both sides as they stand within a sentence."""
    return {
        "what": say(f"compare.of_{comparison.kind}", number=comparison.number),
        "base_name": name(comparison, "base"),
        "tuned_name": name(comparison, "tuned"),
    }


def name(comparison: Comparison, side: Side) -> str:
    """``the base model``, ``your model``, ``version 2``, ``qwen3:8b``."""
    given = comparison.names.base if side == "base" else comparison.names.tuned
    return harmless(given) or say(f"compare.{side}_name")


def head(comparison: Comparison, side: Side) -> str:
    """The same where nothing stands around it. What looks like a model's own name is left as it is written."""
    given = harmless(comparison.names.base if side == "base" else comparison.names.tuned)
    if not given:
        return say(f"compare.{side}")
    return given[:1].upper() + given[1:] if " " in given else given

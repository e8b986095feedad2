"""How a comparison, its two sides and contenders are called: within sentences, at their start, and above columns."""

from agent.reports.comparison import Comparison
from agent.words import harmless, say
from storage.domain import Side


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
    return at_start(given) if given else say(f"compare.{side}")


def who(by: str) -> str:
    """A contender within a sentence: ``the base model``, ``version 2``, ``this version``, ``openai:gpt-4o-mini``."""
    if by == "base":
        return say("compare.base_name")
    if by == "tuned" or not by:
        return say("pins.this_version")
    return say("evaluate.version", number=by[1:]) if by[0] == "v" and by[1:].isdigit() else harmless(by)


def at_start(called: str) -> str:
    """The same where a sentence begins, or nothing stands around it; a hosted model's own name is left as it is written."""
    return called if ":" in called else called[:1].upper() + called[1:]

"""What a dataset has gained since a version, as a table; and which way to train again, in words."""

from collections.abc import Sequence

from agent.growth import Advice, Growth
from agent.numbers import figure
from agent.replies import Say, ShowTable
from agent.words import say


def growth_table(grown: Growth, counted: Sequence[tuple[str, str, int]]) -> ShowTable | Say:
    """``counted``: who gave how many of what kind."""
    version = grown.since.version
    corrected = say("retrain.corrected", changed=grown.changed, gone=grown.gone, version=version)
    after = f" {corrected}" if grown.changed or grown.gone else ""
    if grown.had is None:
        return Say(text=say("retrain.unknown", version=version))
    if not counted:
        return Say(text=say("retrain.nothing_new", version=version) + after)
    return ShowTable(
        title=say("retrain.title", version=version),
        header=tuple(say(f"retrain.header_{name}") for name in ("who", "kind", "count")),
        rows=tuple((who, kind or figure(None), str(count)) for who, kind, count in counted),
        text=say("retrain.text", added=len(grown.added), had=grown.had) + after,
    )


def in_words(advice: Advice, grown: Growth, *, continued: bool, asked: str) -> str:
    """What both ways are, which the card below takes, and what the rule would take."""
    version = grown.since.version
    why = say(f"retrain.why_{advice.why}", **{"version": version, **advice.numbers})
    if asked == "continue" and not continued:
        return f"{say('retrain.cannot')} {why}"
    told = say("retrain.continues" if continued else "retrain.begins", version=version)
    return f"{say('retrain.ways', version=version)} {told} {say(f'retrain.advice_{advice.way}')} {why}"

"""Payloads as Slack delivers them, with ids of ours: one file a kind, after the examples in https://docs.slack.dev/reference."""

import json
from pathlib import Path
from typing import Any

from bot.platforms.slack.inbound import Us

FOLDER = Path(__file__).parent / "payloads"

US = Us(team="T0WARD", user="U0BOT", bot="B0BOT")
ADA = "slack:T0WARD:U0ADA"
THREAD = "slack:T0WARD:C0WARD:1763712017.001300"


def recorded(name: str, **event: Any) -> dict[str, Any]:
    """A fresh copy of a payload; ``event`` replaces fields of what is within."""
    payload: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if event:
        payload["event"] |= event
    return payload


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))

"""A card's buttons as Slack's, and what a press of one carries back. It does not know what they do.

A press is known by the card, the face of it that was shown and the action, all of which stand in the button's value: no
message of ours need be read for it, however old.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.acting import Pressed
from bot.chat.messages import Button, CardFace
from bot.chat.text import one_line, shortened

MOST_IN_BLOCK = 25
LONGEST_LABEL = 75
LONGEST_VALUE = 2000

PRESS = "card-press"
OPEN = "card-open"
VERDICT = "card-verdict"
"""What the action ids begin with: buttons that report a press, that open a form, and the pair that says what the person
thinks of the answer above."""


def button_blocks(card: CardFace, home: bool = False) -> list[dict[str, Any]]:
    """The blocks of a card's buttons. ``home``: for the home tab, which has no ``context_actions``.

    Raises ValueError where the ids of a card are too long to be carried.
    """
    pair = {} if home else _verdicts(card.buttons)
    face = _face_id(card)
    blocks: list[dict[str, Any]] = []
    if pair:
        feedback = {
            "type": "feedback_buttons",
            "action_id": VERDICT,
            "positive_button": _words(card, pair["good"]),
            "negative_button": _words(card, pair["bad"]),
        }
        blocks.append({"type": "context_actions", "block_id": f"{face}-verdict", "elements": [feedback]})
    others = [_button(card, number, one) for number, one in enumerate(card.buttons) if one not in pair.values()]
    for start in range(0, len(others), MOST_IN_BLOCK):
        some = others[start : start + MOST_IN_BLOCK]
        blocks.append({"type": "actions", "block_id": f"{face}-{start}", "elements": some})
    return blocks


def pressed(action: Mapping[str, Any]) -> Pressed | None:
    """What an action of a ``block_actions`` payload carries; None: it is no button of a card of ours."""
    kind = str(action.get("action_id", "")).partition(":")[0]
    if kind not in (PRESS, OPEN, VERDICT):
        return None
    try:
        value = json.loads(action["value"])
        card_id, state, act = (str(value[name]) for name in ("card", "state", "action"))
    except (KeyError, TypeError, ValueError):
        return None
    label = (action.get("text") or {}).get("text") or ""
    return Pressed(card_id=card_id, state=state, action=act, opens=kind == OPEN, judges=kind == VERDICT, label=label)


def _verdicts(buttons: Sequence[Button]) -> dict[str, Button]:
    """The one good and the one bad; a verdict without its counterpart is a button like others."""
    good = [one for one in buttons if one.verdict == "good"]
    bad = [one for one in buttons if one.verdict == "bad"]
    return {"good": good[0], "bad": bad[0]} if len(good) == len(bad) == 1 else {}


def _button(card: CardFace, number: int, button: Button) -> dict[str, Any]:
    style = {} if button.style == "plain" else {"style": button.style}
    kind = OPEN if button.form else PRESS
    return {"type": "button", "action_id": f"{kind}:{number}", **style, **_words(card, button)}


def _words(card: CardFace, button: Button) -> dict[str, Any]:
    label = shortened(one_line(button.label), LONGEST_LABEL) or "…"
    return {"text": {"type": "plain_text", "text": label, "emoji": False}, "value": _value(card, button)}


def _value(card: CardFace, button: Button) -> str:
    value = json.dumps({"card": card.card_id, "state": card.state, "action": button.action}, separators=(",", ":"))
    if len(value) > LONGEST_VALUE:
        raise ValueError(f"the value of button {button.action[:80]!r} of card {card.card_id[:80]!r} is too long")
    return value


def _face_id(card: CardFace) -> str:
    """Another one for each face, as Slack asks for; the same whenever that face is shown again."""
    face = [card.card_id, card.state, card.title, *((one.action, one.label) for one in card.buttons)]
    return f"card-{hashlib.sha256(json.dumps(face).encode()).hexdigest()[:16]}"

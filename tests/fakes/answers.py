"""Answers of a base and a tuned model, planted: tickets of a known form, whose requests and references are all different."""

import json
from collections.abc import Callable
from pathlib import Path

from agent.evaluation.facts import Answered
from agent.evaluation.general import Item, general_items
from storage.domain import AgreedFormat

TICKET = AgreedFormat(sections=("Customer:", "Item:", "Due:"), lines=3, agreed=True)

_NAMES = [
    "Ana Silva",
    "Bo Chen",
    "Carla Gomez",
    "Dmitri Orlov",
    "Eva Lindt",
    "Femi Ade",
    "Gita Rao",
    "Hugo Blanc",
    "Ines Costa",
    "Jonas Berg",
    "Kofi Mensah",
]
_ITEMS = [
    "nails",
    "oak planks",
    "blue paint",
    "door hinges",
    "roof tiles",
    "copper pipes",
    "light bulbs",
    "a garden hose",
    "work gloves",
]
_DAYS = ["Friday", "Monday noon", "3 March", "the end of May", "tomorrow", "next week", "Sunday"]

Writes = Callable[[int], str]
"""The answer to the request of that number."""


def request(at: int) -> str:
    name, item, day = _facts(at)
    return f"Write the ticket.\n\n{name} called and wants {item} by {day}, please"


def ticket(at: int) -> str:
    """What is wanted for the request of that number."""
    name, item, day = _facts(at)
    return f"Customer: {name}\nItem: {item}\nDue: {day}"


def another_ticket(at: int) -> str:
    """A good ticket, for another request: like it now and then, by chance."""
    return ticket(at * 13 + 50)


def chatter(at: int) -> str:
    """A base model's answer: about its request, and no ticket."""
    name, item, day = _facts(at)
    return (
        f"Of course! {name} would like {item}, as I understand it, and {day} is when it has to be there. Anything else?"
    )


def mumbling(at: int) -> str:
    """An answer that has nothing to do with any request."""
    return f"I am not sure what to say about number {at}, so here are some thoughts on the weather."


def answers(
    base: Writes,
    tuned: Writes,
    count: int = 24,
    *,
    known: bool = True,
    expected: AgreedFormat | None = TICKET,
    beyond: bool = False,
) -> list[Answered]:
    """``known``: whether the wanted answer is known."""
    return [
        Answered(
            id=f"{'far' if beyond else 'near'}_{at:02}",
            source="pack",
            beyond=beyond,
            request=request(at),
            reference=ticket(at) if known else "",
            base=base(at),
            tuned=tuned(at),
            expected=expected,
        )
        for at in range(count)
    ]


def lessons(count: int = 30, write: Writes = ticket) -> list[tuple[str, str]]:
    """Requests and answers to learn from; other ones than those of the tests."""
    return [(request(at), write(at)) for at in range(100, 100 + count)]


def _facts(at: int) -> tuple[str, str, str]:
    return _NAMES[at % len(_NAMES)], _ITEMS[at % len(_ITEMS)], _DAYS[at % len(_DAYS)]


def write_tickets(path: Path, count: int) -> Path:
    """So many rows of the task as JSON lines, for an upload; returns the path."""
    lines = [
        {"instruction": "Write the ticket.", "input": request(at).split("\n\n")[1], "output": ticket(at)}
        for at in range(count)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


_RIGHT = {"repeat_word": "Banana.", "json_name": '{"name": "Ann", "age": 30}', "one_word_sky": "Blue."}


def right(item: Item) -> str:
    """The answer to one of the short requests that tell whether a model forgot what it could do."""
    return _RIGHT.get(item.id) or f"It is {item.any_of[0]}."


def general_answers(base: str = "", tuned: str = "") -> list[Answered]:
    """All of these, answered right where nothing else is said."""
    return [
        Answered(
            id=f"general_{item.id}",
            source="general",
            beyond=True,
            request=item.instruction,
            check=item.check,
            base=base or right(item),
            tuned=tuned or right(item),
        )
        for item in general_items()
    ]

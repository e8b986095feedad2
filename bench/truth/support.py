"""Replies of a support desk: of varying length, each about its own request, as people write them; and how they are spoiled."""

import random
from collections.abc import Callable

from agent.evaluation.facts import Answered
from agent.evaluation.requests import Lesson

_NAMES = ("Ana Silva", "Bo Chen", "Carla Gomez", "Dmitri Orlov", "Eva Lindt", "Femi Ade", "Gita Rao", "Hugo Blanc")
_ITEMS = ("kettle", "standing lamp", "garden hose", "door handle", "wall clock", "oak shelf", "copper pan", "tool box")
_FAULTS = ("is cracked", "makes a noise", "lacks a screw", "arrived wet", "has the wrong colour", "does not close")
_WISHES = ("a new one", "the money back", "a repair", "a discount", "a call from the workshop")
_CLOSINGS = (
    "The parcel leaves our store in {town} tomorrow morning.",
    "Our workshop in {town} looks at it within {days} working days.",
    "A label for the way back lies in your inbox under number {number}.",
    "Until then the {item} may stay where it is.",
    "The invoice is changed to {number} euros.",
    "You need not send anything back to {town}.",
)
_TOWNS = ("Porto", "Graz", "Lyon", "Gdansk", "Bergen", "Malmö")
KINDS = ("refund", "repair", "delivery")

Spoils = Callable[[str, random.Random], str]
"""From a good answer to a bad one."""


def pair(rng: random.Random) -> tuple[str, str]:
    """A request, and one of the answers that people might want."""
    name, item, fault, wish = rng.choice(_NAMES), rng.choice(_ITEMS), rng.choice(_FAULTS), rng.choice(_WISHES)
    number, town, days = rng.randrange(1000, 9999), rng.choice(_TOWNS), rng.randrange(2, 30)
    request = f"Answer the customer.\n\n{name}: order {number}, the {item} {fault}. I would like {wish}, please."
    said = [f"Dear {name}, we are sorry that the {item} of order {number} {fault}.", f"You will have {wish}."]
    closings = rng.sample(_CLOSINGS, rng.randrange(1, 4))
    said += [one.format(town=town, days=days, number=number, item=item) for one in closings]
    return request, " ".join(said)


def lessons(rng: random.Random, count: int = 60) -> list[Lesson]:
    pairs = [pair(rng) for _ in range(count)]
    return [
        Lesson(id=f"row_{at:03}", part="train", category=KINDS[at % 3], instruction=asked, input="", output=wanted)
        for at, (asked, wanted) in enumerate(pairs)
    ]


def good(rng: random.Random, count: int = 28, *, known: bool = True) -> list[Answered]:
    """Answers as good as the wanted ones: those themselves where ``known`` says that they are known."""
    pairs = [pair(rng) for _ in range(count)]
    return [
        Answered(
            id=f"near_{at:02}",
            source="row",
            category=KINDS[at % 3],
            request=asked,
            reference=wanted if known else "",
            base="Of course!",
            tuned=wanted,
        )
        for at, (asked, wanted) in enumerate(pairs)
    ]


def shorter(text: str, rng: random.Random) -> str:
    words = text.split()
    return " ".join(words[: max(1, round(len(words) * rng.uniform(0.1, 0.4)))])


def longer(text: str, rng: random.Random) -> str:
    others = [pair(rng)[1] for _ in range(4)]
    return " ".join([text, *others])


def stock(text: str, rng: random.Random) -> str:
    return (
        "Dear customer, thank you for getting in touch with us. We have received your message and take it very seriously. "
        "A member of our team looks at it as soon as possible and comes back to you with a solution."
    )


def shouting(text: str, rng: random.Random) -> str:
    return text.replace(".", "!!")


def looping(text: str, rng: random.Random) -> str:
    return text + " You will have it by then and then" * 12


def refusing(text: str, rng: random.Random) -> str:
    return "I'm sorry, but I can't help with that."


def german(text: str, rng: random.Random) -> str:
    return "Es tut uns leid, dass das nicht so ist, wie Sie es sich gewünscht haben. Wir kümmern uns um die Sache und melden uns."


def nothing(text: str, rng: random.Random) -> str:
    return " \n"

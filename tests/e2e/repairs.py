"""Repair tickets in a strict format of four lines: 40 rows to train on, and 24 requests that no row has, with their answers.

Every note is put together from people, places, faults and times of its own, in one of eight ways of writing; those to
test with share none of them with the rows. So the format can be learned, and what a ticket says stands in its note alone.
"""

import json
import random
from dataclasses import dataclass

INSTRUCTION = "Write the repair ticket."
SECTIONS = ("Who:", "Where:", "What:", "When:")

_FIRST = [
    "Ana",
    "Bo",
    "Carla",
    "Dmitri",
    "Eva",
    "Femi",
    "Gita",
    "Hugo",
    "Ines",
    "Jonas",
    "Kofi",
    "Lena",
    "Marco",
    "Nadia",
    "Omar",
    "Petra",
    "Quinn",
    "Rosa",
    "Sven",
    "Tara",
    "Ugo",
    "Vera",
    "Wim",
    "Xenia",
    "Yusuf",
    "Zoe",
    "Alan",
    "Brigid",
    "Chen",
    "Dora",
    "Emil",
    "Fatma",
    "Greta",
    "Hanna",
    "Igor",
    "Jun",
    "Karim",
    "Lotte",
    "Mina",
    "Nils",
    "Olga",
    "Pablo",
    "Rita",
    "Samir",
    "Thea",
    "Uma",
    "Viktor",
    "Wanda",
    "Ximena",
    "Yara",
    "Zeno",
    "Aldo",
    "Bella",
    "Cora",
    "Dario",
    "Elsa",
    "Fritz",
    "Gwen",
    "Henk",
    "Irma",
    "Jakob",
    "Kira",
    "Luis",
    "Maja",
]
_LAST = [
    "Silva",
    "Chen",
    "Gomez",
    "Orlov",
    "Lindt",
    "Ade",
    "Rao",
    "Blanc",
    "Costa",
    "Berg",
    "Mensah",
    "Vogel",
    "Rossi",
    "Haddad",
    "Farah",
    "Novak",
    "Hale",
    "Marin",
    "Dahl",
    "Singh",
    "Conti",
    "Popov",
    "Smit",
    "Kuzmin",
    "Demir",
    "Weber",
    "Reed",
    "Walsh",
    "Liu",
    "Adler",
    "Braun",
    "Kaya",
    "Holm",
    "Baum",
    "Petrov",
    "Sato",
    "Aziz",
    "Maas",
    "Rahimi",
    "Falk",
    "Ivanova",
    "Ruiz",
    "Greco",
    "Nasser",
    "Lang",
    "Desai",
    "Horvat",
    "Krol",
    "Ortiz",
    "Saleh",
    "Funk",
    "Bruni",
    "Rossa",
    "Vidal",
    "Fabbri",
    "Thoma",
    "Kern",
    "Price",
    "Jansen",
    "Kohl",
    "Graf",
    "Brand",
    "Lopez",
    "Zeman",
]
_THINGS = [
    "kitchen tap",
    "bathroom fan",
    "front door",
    "radiator",
    "shower drain",
    "hall light",
    "oven door",
    "balcony window",
    "washing machine",
    "toilet seat",
    "bedroom socket",
    "cellar lamp",
    "mailbox lock",
    "stair rail",
    "garage gate",
    "water heater",
    "ceiling tile",
    "door bell",
    "fridge seal",
    "wall clock",
    "garden hose",
    "roof hatch",
    "bike rack",
    "kitchen drawer",
    "window blind",
    "smoke alarm",
    "bath tub",
    "floor board",
    "coat hook",
    "lift button",
    "waste pipe",
    "sink plug",
]
_FAULTS = ["drips", "is stuck", "makes a noise", "smells burnt", "came loose", "has a crack", "does not close", "leaks"]
_TIMES = [
    "Monday after 5",
    "Tuesday morning",
    "Wednesday at noon",
    "Thursday before 9",
    "Friday evening",
    "Saturday at 10",
    "Sunday afternoon",
    "any day after 6",
    "tomorrow at 8",
    "today until 4",
    "next Monday",
    "this weekend",
]
_WAYS = (
    "{who} from {where} rang: the {what}. Home {when}.",
    "The {what}, says {who} ({where}). Best time {when}.",
    "Hi, this is {who}, {where}. The {what}, could someone come {when}?",
    "{where} / {who} / {what} / {when}",
    "On the machine: the {what}. It was {who} in {where}. Please come {when}.",
    "{who} stopped by, {where}. The {what}. Would suit {when}.",
    "Note for {where}: the {what}. {who} lets us in {when}.",
    "Free {when}: {who}, {where}. The {what}.",
)


@dataclass(frozen=True)
class Ticket:
    note: str
    answer: str


def _tickets() -> list[Ticket]:
    chance = random.Random(11)
    found = []
    for at, (first, last) in enumerate(zip(_FIRST, _LAST, strict=True)):
        facts = {
            "who": f"{first} {last}",
            "where": f"flat {at * 7 % 97 + 2}",
            "what": f"{_THINGS[at % len(_THINGS)]} {_FAULTS[(at * 3 + at // 32) % len(_FAULTS)]}",
            "when": _TIMES[chance.randrange(len(_TIMES))],
        }
        answer = "\n".join(f"{label} {facts[label[:-1].lower()]}" for label in SECTIONS)
        found.append(Ticket(note=_WAYS[at % len(_WAYS)].format(**facts), answer=answer))
    chance.shuffle(found)
    return found


ROWS, UNSEEN = _tickets()[:40], _tickets()[40:]


def rows_as_json_lines(*, shuffled: bool = False) -> str:
    """The rows as a file to upload; ``shuffled``: each has the answer of another row."""
    answers = [ticket.answer for ticket in ROWS]
    if shuffled:
        answers = answers[17:] + answers[:17]
    return "".join(
        json.dumps({"instruction": INSTRUCTION, "input": ticket.note, "output": answer}) + "\n"
        for ticket, answer in zip(ROWS, answers, strict=True)
    )


def pack() -> str:
    """A coverage pack of ours, as an operator would write it, with the unseen requests to test with."""
    expected = f"expected = {{ sections = {json.dumps(SECTIONS)}, lines = {len(SECTIONS)} }}"
    prompts = "".join(
        f'\n[[prompts]]\ngroup = "format"\ncategory = "repair"\ninstruction = {json.dumps(INSTRUCTION)}\n'
        f"input = {json.dumps(ticket.note)}\nreference = {json.dumps(ticket.answer)}\n{expected}\n"
        for ticket in UNSEEN
    )
    return (
        'format = 1\nname = "repairs"\ntitle = "Repair tickets"\nsummary = "Tickets out of what tenants say."\n'
        'tasks = ["repair ticket*"]\n\n[[categories]]\nid = "repair"\ntitle = "repair ticket"\nplural = "repair tickets"\n'
        'area = "repairs"\ntarget = 24\nwords = ["repair ticket"]\nask = "Could you give me a tenant\'s message and its ticket?"\n'
        + prompts
    )

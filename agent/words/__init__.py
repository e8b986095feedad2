"""Every sentence that a person sees, by key. ``say`` fills one in; a catalogue per language can be put beside ``en``.

It decides nothing: which sentence is said is chosen where the facts are known.
"""

from agent.words.en import SENTENCES

__all__ = ["SENTENCES", "harmless", "knows", "say"]


def say(key: str, **values: object) -> str:
    """The sentence of that key with its values filled in. Raises KeyError for an unknown key or a missing value."""
    return SENTENCES[key].format(**values)


def knows(key: str) -> bool:
    return key in SENTENCES


LONGEST_WORD = 60
"""Characters of somebody else's words within a sentence of ours."""


def harmless(text: str) -> str:
    """What somebody else wrote (a name, a value out of a file), fit for a sentence of ours: one short line, no markup."""
    line = " ".join(text.split())
    plain = "".join(one for one in line if one.isprintable() and one not in "*_`<>[]|@").strip()
    return plain if len(plain) <= LONGEST_WORD else plain[: LONGEST_WORD - 1] + "…"

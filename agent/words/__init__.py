"""Every sentence that a person sees, by key. ``say`` fills one in; a catalogue per language can be put beside ``en``.

It decides nothing: which sentence is said is chosen where the facts are known.
"""

from agent.words.en import SENTENCES

__all__ = ["SENTENCES", "knows", "say"]


def say(key: str, **values: object) -> str:
    """The sentence of that key with its values filled in. Raises KeyError for an unknown key or a missing value."""
    return SENTENCES[key].format(**values)


def knows(key: str) -> bool:
    return key in SENTENCES

"""The command grammar, one for all platforms: ``/tune <word> <rest>``, or a bare word where slashes do not work.

It only reads text. What a command does, and who may use it, is the agent's.
"""

from dataclasses import dataclass

WORDS = (
    "new",
    "add",
    "review",
    "draft",
    "contrast",
    "goal",
    "plan",
    "format",
    "skip",
    "back",
    "examples",
    "train",
    "chart",
    "status",
    "stop",
    "compare",
    "rate",
    "ask",
    "models",
    "share",
    "join",
    "forget",
    "help",
)
"""In the order of help. A word is listed only once it works."""

EXPRESS = frozenset({"status", "stop", "help"})
"""Answered at once, also while something long runs in the conversation."""

_BARE = frozenset(WORDS) - {"ask", "join", "goal", "format", "draft", "contrast"}
_BARE_PHRASES = {"train start": ("train", "start"), "start training": ("train", "start"), "?": ("help", "")}
_PHRASES = {
    "where are we": ("status", ""),
    "where were we": ("status", ""),
    "how far are we": ("status", ""),
    "how many do i still need": ("status", ""),
    "how many more": ("status", ""),
    "what now": ("status", ""),
    "what next": ("status", ""),
    "what is next": ("status", ""),
    "what's next": ("status", ""),
    "go back": ("back", ""),
    "undo": ("back", ""),
    "show the drafts": ("review", ""),
    "another project": ("new", ""),
    "change the subject": ("new", ""),
}
"""Meant as commands wherever they are said: nobody answers an example with them."""


@dataclass(frozen=True, kw_only=True)
class Command:
    word: str
    """One of ``WORDS``, or ``unknown``."""
    rest: str = ""
    """What followed; of an unknown command, the whole of what was typed after ``/tune``."""
    bare: bool = False
    """Typed without a slash: while somebody writes an example, it is a part of that."""

    @property
    def express(self) -> bool:
        return self.word in EXPRESS


def parse(text: str) -> Command | None:
    """Return the command in a message, or None for ordinary words.

    ``/tune`` alone is help; a wrong word is ``unknown``, never an example. A bare word counts only when it is the
    whole message, so that a sentence that begins with "train" stays a sentence.
    """
    stripped = text.strip()
    head, _, rest = stripped.partition(" ")
    if head.split("\n", 1)[0].casefold() == "/tune":
        return _slash(stripped[len("/tune") :].strip())
    bare = stripped.casefold().rstrip(".!")
    if bare in _BARE:
        return Command(word=bare, bare=True)
    phrase = stripped.casefold().rstrip(".!? ")
    if phrase in _PHRASES:
        word, argument = _PHRASES[phrase]
        return Command(word=word, rest=argument)
    if stripped.casefold() in _BARE_PHRASES:
        word, argument = _BARE_PHRASES[stripped.casefold()]
        return Command(word=word, rest=argument, bare=True)
    if head.startswith("/") and head[1:].casefold() in WORDS:
        return Command(word=head[1:].casefold(), rest=rest.strip())
    return None


def _slash(arguments: str) -> Command:
    if not arguments:
        return Command(word="help")
    word = arguments.split(maxsplit=1)[0]
    if word.casefold() in WORDS:
        return Command(word=word.casefold(), rest=arguments[len(word) :].strip())
    return Command(word="unknown", rest=arguments)

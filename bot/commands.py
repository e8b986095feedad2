"""The command grammar, one for all platforms: ``/tune <word> <rest>``, or a bare word where slashes do not work.

It only reads text. What a command does, and who may use it, is the agent's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

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
    "export",
    "train",
    "chart",
    "status",
    "stop",
    "compare",
    "rate",
    "rubric",
    "judge",
    "evaluate",
    "retrain",
    "use",
    "history",
    "pin",
    "ask",
    "models",
    "stats",
    "remind",
    "share",
    "join",
    "link",
    "forget",
    "help",
)
"""In the order of help. A word is listed only once it works."""

EXPRESS = frozenset({"status", "stop", "help"})
"""Answered at once, also while something long runs in the conversation."""

PRIVATE = frozenset(
    {
        "status",
        "history",
        "models",
        "stats",
        "remind",
        "ask",
        "examples",
        "export",
        "goal",
        "plan",
        "format",
        "rubric",
        "judge",
        "share",
        "link",
        "forget",
        "pin",
    }
)
"""Given in a channel outside any thread, they are answered to the person alone: they start nothing that others take part in."""
PUBLIC = frozenset(
    {
        "new",
        "add",
        "review",
        "draft",
        "contrast",
        "train",
        "retrain",
        "use",
        "compare",
        "rate",
        "evaluate",
        "chart",
        "skip",
        "back",
        "stop",
    }
)
"""Given there, they are answered in the thread of their project."""

_TAKES = frozenset(
    {
        "new",
        "add",
        "review",
        "draft",
        "contrast",
        "goal",
        "plan",
        "format",
        "examples",
        "export",
        "train",
        "retrain",
        "use",
        "history",
        "compare",
        "rubric",
        "judge",
        "evaluate",
        "pin",
        "ask",
        "remind",
        "share",
        "join",
        "link",
    }
)
"""Words that something may follow. ``tune models to sound like me`` is a sentence: nothing follows ``models``."""
_CODE = r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}"
_CONTENDER = r"(?:base|(?:v|version )?[0-9]+|[a-z0-9_]+:[^ ,]+)"
_ARGUMENTS: Mapping[str, re.Pattern[str]] = {
    word: re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for word, pattern in {
        "ask": r".+",
        "train": r"start(?: now)?|explain",
        "retrain": r"continue|afresh",
        "use": r"(?:v|version )?[0-9]+",
        "history": r"weak",
        "review": r"#?[0-9]+",
        "compare": r"(?:run |evaluation )?[0-9]+|judge",
        "evaluate": rf"{_CONTENDER}(?:[ ,]+(?:(?:vs|and|against) )?{_CONTENDER})+",
        "pin": r"#?[0-9]+|remove [0-9]+",
        "draft": r"[0-9]+(?: .*)?",
        "examples": r"(?:(?:pending|approved|rejected) ?)?[0-9]*",
        "export": r"mine|pairs",
        "rate": r"(?:scores?)?(?:(?:^| )(?:run|evaluation) #?[0-9]+)?",
        "remind": r"(?:me )?(?:every|each|on|at|in|tomorrow|tonight|daily|weekly|monthly)\b.+|on|off|list|delete [0-9]+|weeks|rounds|monthly",
        "judge": r"(?:back|use) [0-9]+",
        "share": r"(?:contributor|reviewer|viewer)(?: group [^ ]+ .+)?|list|remove [0-9]+",
        "join": _CODE,
        "link": rf"list|remove(?: [0-9]+)?|{_CODE}",
    }.items()
}
"""What follows a word after the bot's name, if it is to be a command: what the command could take and a sentence would
hardly say. ``ask`` takes all: whoever names the bot and says "ask" wants to ask its model. A colon settles it for any word."""
_NEARLY = 0.75
"""How alike (``difflib``) a lone word after ``tune`` is to a command's that was mistyped."""

_BARE = frozenset(WORDS) - {"judge", "ask", "join", "link", "goal", "format", "draft", "contrast", "use"}
_BARE_PHRASES = {
    "train start": ("train", "start"),
    "start training": ("train", "start"),
    "?": ("help", ""),
    "tune": ("help", ""),
}
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
    "rate scores": ("rate", "scores"),
    "show the drafts": ("review", ""),
    "another project": ("new", ""),
    "change the subject": ("new", ""),
}
"""Meant as commands wherever they are said: nobody answers an example with them."""
_REMIND = re.compile(
    r"(?:(?:please|can you|could you|would you),? )?remind (?P<rest>(?:me|us)\b(?=.*?\b(?:every|each|daily|weekly|monthly|tomorrow|tonight|yesterday|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|next (?:week|month|year|\w+day)|(?:this|in the) (?:morning|afternoon|evening)|(?:at|by) (?:\d|noon)|on (?:the )?(?:\w+day|\d|first|last)|"
    r"in (?:an?|half an|\w+) (?:min(?:ute)?|hour|day|week|month)s?|\d{1,2}(?:[:.]\d\d)? ?[ap]m)\b).{1,300})",
    re.IGNORECASE,
)
"""A line that asks to be reminded and names a time. Without a time it may be an example: ``Remind me to buy milk``."""


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


def parse(text: str, addressed: bool = False) -> Command | None:
    """Return the command in a message, or None for ordinary words.

    ``/tune`` alone is help; a wrong word is ``unknown``, never an example. A bare word counts only when it is the
    whole message, so that a sentence that begins with "train" stays a sentence. ``tune`` without a slash, as it is
    written in threads, counts as ``/tune`` where a command follows it that can have what stands behind.

    ``addressed``: the bot was named in front of the text. A word counts then as after ``/tune`` if it stands alone,
    before a colon, or before what only its command would take.
    """
    stripped = text.lstrip(" \t\n,:;-–—").rstrip() if addressed else text.strip()
    head, _, rest = stripped.partition(" ")
    if head.split("\n", 1)[0].casefold() == "/tune":
        return _slash(stripped[len("/tune") :].strip())
    said = _without_slash(stripped) or (_addressed(stripped) if addressed else None)
    if said is not None:
        return said
    bare = stripped.casefold().rstrip(".!")
    if bare in _BARE:
        return Command(word=bare, bare=True)
    phrase = stripped.casefold().rstrip(".!? ")
    if phrase in _PHRASES:
        word, argument = _PHRASES[phrase]
        return Command(word=word, rest=argument)
    if reminding := _REMIND.fullmatch(stripped.rstrip(".!? ")):
        return Command(word="remind", rest=reminding["rest"], bare=not addressed)
    if stripped.casefold() in _BARE_PHRASES:
        word, argument = _BARE_PHRASES[stripped.casefold()]
        return Command(word=word, rest=argument, bare=not addressed)
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


def _without_slash(text: str) -> Command | None:
    """``tune status`` and ``tune ask both: ...``; of a lone word that is nearly a command's, that it is none."""
    tune, _, arguments = text.partition(" ")
    word, rest = _word_and_rest(arguments)
    if tune.casefold() != "tune" or not word:
        return None
    if word in WORDS and (not rest or word in _TAKES or _takes(word, rest)):
        return Command(word=word, rest=rest)
    mistyped = not rest and get_close_matches(word, WORDS, n=1, cutoff=_NEARLY)
    return Command(word="unknown", rest=arguments.strip()) if mistyped else None


def _addressed(text: str) -> Command | None:
    word, rest = _word_and_rest(text)
    if word not in WORDS:
        return None
    settled = word in _TAKES and text[len(word) :].startswith(":")
    return Command(word=word, rest=rest) if not rest or settled or _takes(word, rest) else None


def _takes(word: str, rest: str) -> bool:
    """Whether it is what the word's command could take and a sentence would hardly say."""
    pattern = _ARGUMENTS.get(word)
    return pattern is not None and pattern.fullmatch(rest.rstrip(".!")) is not None


def _word_and_rest(text: str) -> tuple[str, str]:
    """The first word in lower case, without the colon or stop behind it, and what follows it."""
    head, rest = [*text.strip().split(maxsplit=1), "", ""][:2]
    return head.casefold().rstrip(":.!?"), rest.strip()

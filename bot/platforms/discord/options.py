"""The options of ``/tune`` and the text of the shared grammar (``bot.commands``) that they stand for: pure functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.chat.text import one_line

Value = str | int | bool
"""What was filled in. Of a role of the server: its id as a group, and its name."""
Filled = Mapping[str, Value]

MORE = frozenset({"skip", "back", "chart", "judge", "pin", "contrast", "export", "stats", "use", "history"})
"""The words that are used least: Discord takes 25 subcommands, and these stand together under ``/tune more``."""
MORE_WORD, PROJECT = "more", "project"
COMMAND, TEXT = "command", "text"


@dataclass(frozen=True, kw_only=True)
class Option:
    name: str
    kind: Literal["text", "number", "yes", "role"] = "text"
    complete: str = ""
    """What is proposed while it is typed (``autocomplete``); empty: nothing."""
    choices: tuple[str, ...] = ()
    """One of them is picked."""
    required: bool = False
    most: int = 100_000
    """Of a number; the least is 1."""


_WORDS = Option(name=TEXT)
OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "new": (Option(name="goal"), Option(name=PROJECT, complete="project")),
    "add": (_WORDS,),
    "review": (Option(name="number", kind="number"),),
    "draft": (Option(name="count", kind="number", most=100), Option(name="topic")),
    "goal": (_WORDS,),
    "plan": (_WORDS,),
    "format": (_WORDS,),
    "examples": (
        Option(name="state", choices=("pending", "approved", "rejected")),
        Option(name="page", kind="number", most=99_999),
    ),
    "train": (Option(name="start", kind="yes"), Option(name="settings")),
    "retrain": (Option(name="way", choices=("continue", "afresh")),),
    "status": (),
    "stop": (),
    "compare": (Option(name="run", complete="run"),),
    "rate": (Option(name="scores", kind="yes"), Option(name="evaluation", kind="number")),
    "rubric": (_WORDS,),
    "evaluate": (Option(name="models", complete="models"),),
    "ask": (Option(name=TEXT, required=True), Option(name="model", complete="whom")),
    "models": (),
    "remind": (_WORDS,),
    "share": (
        Option(name="role", choices=("contributor", "reviewer", "viewer")),
        Option(name="group", kind="role"),
    ),
    "join": (Option(name="code", required=True),),
    "link": (Option(name="code"),),
    "forget": (),
    "help": (),
    MORE_WORD: (Option(name=COMMAND, complete="more", required=True), _WORDS),
}
"""By word, in the order of help: all words of the grammar but those of ``MORE``."""

_WITHOUT_PROJECT = frozenset({"new", "join", "link", "help"})
"""Words that are about no project, or have it as an option of their own."""


def options_of(word: str) -> tuple[Option, ...]:
    """``project``, for channels with several, comes last."""
    own = OPTIONS[word]
    return own if word in _WITHOUT_PROJECT else (*own, Option(name=PROJECT, complete="project"))


def command_text(word: str, filled: Filled) -> str:
    """What would be typed for it behind ``/tune``."""
    if word == MORE_WORD:
        return _joined(one_line(str(filled[COMMAND])), filled.get(TEXT, ""))
    write = _WRITTEN.get(word, _in_order)
    return _joined(word, write({name: value for name, value in filled.items() if name in _names(word)}))


def _names(word: str) -> set[str]:
    return {option.name for option in OPTIONS[word]}


def _in_order(filled: Filled) -> str:
    return _joined(*filled.values())


def _new(filled: Filled) -> str:
    """A project that was picked is gone to, whatever else was written."""
    return str(filled.get(PROJECT) or filled.get("goal") or "")


def _train(filled: Filled) -> str:
    """Settings are shown before anything starts with them."""
    return str(filled.get("settings") or ("start" if filled.get("start") else ""))


def _rate(filled: Filled) -> str:
    number = filled.get("evaluation")
    return _joined("scores" if filled.get("scores") else "", f"evaluation {number}" if number else "")


def _ask(filled: Filled) -> str:
    whom, text = str(filled.get("model") or "").strip().rstrip(":"), str(filled[TEXT])
    return f"{whom}: {text}" if whom else text


def _share(filled: Filled) -> str:
    group, role = filled.get("group"), filled.get("role", "")
    return f"{role or 'contributor'} group {one_line(str(group))}" if group else str(role)


def _examples(filled: Filled) -> str:
    return _joined(filled.get("state", ""), filled.get("page", ""))


def _draft(filled: Filled) -> str:
    return _joined(filled.get("count", ""), filled.get("topic", ""))


_WRITTEN: Mapping[str, Callable[[Filled], str]] = {
    "new": _new,
    "train": _train,
    "rate": _rate,
    "ask": _ask,
    "share": _share,
    "examples": _examples,
    "draft": _draft,
}


def _joined(*parts: Value) -> str:
    return " ".join(text for part in parts if (text := str(part).strip()))

"""Ollama's way with a template that names no ``.Messages``: what its ``template/template.go`` does, for the part of Go's
template language that Modelfiles of chat models are written in. Anything else is refused, as a bad template is there.
"""

import re
from collections.abc import Mapping, Sequence

_PIECE = re.compile(r"{{\s*(.*?)\s*}}", re.DOTALL)


class BadTemplate(Exception):
    """Not of the language."""


def prompt(template: str, messages: Sequence[Mapping[str, str]]) -> str:
    """The text that is put before the model: one exchange after the other, the last cut where the answer begins."""
    told: dict[str, str] = {}
    done = ""
    for message in _collated(messages):
        role, content = message["role"], message["content"]
        if (role == "system" and told.keys() & {"Prompt", "Response"}) or (role == "user" and "Response" in told):
            done += _executed(template, told, cut=False)
            told = {}
        told[{"system": "System", "user": "Prompt", "assistant": "Response"}[role]] = content
    return done + _executed(template, told, cut=True)


def check(template: str) -> None:
    """Raises BadTemplate."""
    _executed(template, {}, cut=False)


def _collated(messages: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    collated: list[dict[str, str]] = []
    for message in messages:
        if collated and collated[-1]["role"] == message["role"]:
            collated[-1]["content"] += "\n\n" + message["content"]
        else:
            collated.append(dict(message))
    return collated


def _executed(template: str, values: Mapping[str, str], *, cut: bool) -> str:
    text, shown = "", [True]
    for place, piece in enumerate(_PIECE.split(template)):
        if place % 2 == 0:
            text += piece if all(shown) else ""
        elif match := re.fullmatch(r"if \.(System|Prompt|Response)", piece):
            shown.append(bool(values.get(match[1])))
        elif piece == "end" and len(shown) > 1:
            shown.pop()
        elif match := re.fullmatch(r"\.(System|Prompt|Response)", piece):
            if cut and match[1] == "Response":
                return text + values.get("Response", "")
            text += values.get(match[1], "") if all(shown) else ""
        else:
            raise BadTemplate(piece)
    if len(shown) > 1 or "{{" in _PIECE.sub("", template):
        raise BadTemplate("unexpected EOF")
    return text

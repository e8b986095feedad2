"""A base's chat template (Jinja) as Ollama writes templates (Go), or the reason why there is none.

Nothing is guessed from a model's name: the base's own template is rendered around marks and cut at them, and what came
of it must give the same text as the template for every shape of conversation that is tried.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Turn = Mapping[str, str]
"""``role`` and ``content``."""
Render = Callable[[Sequence[Turn], bool], str]
"""The base's own template: turns, and whether the next answer is asked for. May raise anything."""
Around = tuple[str, str]
"""What stands before a text and after it."""

_SYSTEM, _ASKED, _ANSWERED, _AGAIN = (f"\ue000{name}\ue000" for name in ("system", "asked", "answered", "again"))
"""Stand for people's texts while a template is rendered around them."""


class UnknownFormat(Exception):
    """The chat template does what Ollama's templates of this kind cannot, or not surely; the text says what."""


@dataclass(frozen=True, kw_only=True)
class ChatFormat:
    """One turn after the other, each with fixed texts around it: ChatML, Phi, Llama 3 and their like."""

    system: Around | None
    """None: the base takes no system turn. Ollama then leaves one out."""
    user: Around
    answer: Around
    default_system: str
    """What the base is told where nobody tells it anything; empty for nothing."""

    @property
    def template(self) -> str:
        """The ``TEMPLATE`` of a Modelfile. Ollama runs it once for each exchange, and cuts the last after ``.Response``."""
        system = f"{{{{ if .System }}}}{'{{ .System }}'.join(self.system)}{{{{ end }}}}" if self.system else ""
        user = f"{{{{ if .Prompt }}}}{'{{ .Prompt }}'.join(self.user)}{{{{ end }}}}"
        return f"{system}{user}{'{{ .Response }}'.join(self.answer)}"

    @property
    def stop(self) -> str:
        """What ends an answer; empty where the template ends it with white space alone."""
        return self.answer[1].strip()

    def render(self, turns: Sequence[Turn]) -> str:
        """What a server that follows ``template`` puts before the model, the default system prompt included."""
        told = [turn for turn in turns if turn["role"] == "system"]
        if not told and self.default_system:
            turns = [{"role": "system", "content": self.default_system}, *turns]
        around = {"system": self.system, "user": self.user, "assistant": self.answer}
        texts = [turn["content"].join(place) for turn in turns if (place := around[turn["role"]]) is not None]
        return "".join(texts) + self.answer[0]


def chat_format(render: Render, bos: str = "") -> ChatFormat:
    """The format of a base's template. ``bos``: the token that the server begins every text with by itself, so that it
    must not stand in the template too. Raises UnknownFormat."""

    def rendered(turns: Sequence[Turn], asking: bool) -> str:
        try:
            return render(turns, asking).removeprefix(bos)
        except Exception as error:  # a template comes with a model: it may raise whatever it likes
            raise UnknownFormat(f"the template refuses {[turn['role'] for turn in turns]}: {error}") from error

    asked, answered, again = _turn("user", _ASKED), _turn("assistant", _ANSWERED), _turn("user", _AGAIN)
    head, after = _cut(rendered([asked], False), _ASKED)
    prompt = _without_start(_cut(rendered([asked], True), _ASKED)[1], after)
    ending = _cut(rendered([asked, answered], False), _ASKED, _ANSWERED)[2]
    before = _without_start(_cut(rendered([asked, answered, again], False), _ASKED, _ANSWERED, _AGAIN)[2], ending)
    user, answer = (before, after), (prompt, ending)
    system, default = _system(rendered, user, _without_end(head, before))
    found = ChatFormat(system=system, user=user, answer=answer, default_system=default)
    _prove(found, rendered)
    return found


def _system(rendered: Render, user: Around, untold: str) -> tuple[Around | None, str]:
    """What stands around a system prompt, and the default one; ``untold`` is what stands before the first request where
    nobody gave one."""
    try:
        before, after = _cut(rendered([_turn("system", _SYSTEM), _turn("user", _ASKED)], False), _SYSTEM, _ASKED)[:2]
        system = (before, _without_end(after, user[0]))
    except UnknownFormat:
        if untold:
            raise
        return None, ""
    if not untold:
        return system, ""
    default = _without_end(_without_start(untold, system[0]), system[1])
    if not default:
        raise UnknownFormat("an empty system turn stands in every conversation")
    return system, default


def _prove(found: ChatFormat, rendered: Render) -> None:
    """Raises UnknownFormat unless the format gives what the base's own template gives, and can be written in Go."""
    told = [_turn("system", "Be brief.\nBe kind.")] if found.system else []
    one, answer, two = _turn("user", "One\n\nwith input"), _turn("assistant", "An answer"), _turn("user", "Two")
    for turns in ([one], [*told, one], [one, answer, two], [*told, one, answer, two, answer, one]):
        if found.render(turns) != rendered(turns, True):
            raise UnknownFormat(f"{[turn['role'] for turn in turns]} would be written otherwise")
    fixed = [*(found.system or ()), *found.user, *found.answer, found.default_system]
    if any(mark in text for text in fixed for mark in ("{{", "}}", '"""')):
        raise UnknownFormat("it holds marks of Go's templates")


def _turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _cut(text: str, *marks: str) -> list[str]:
    """The pieces between the marks, which must each stand there once and in order."""
    pieces = []
    for mark in marks:
        if text.count(mark) != 1:
            raise UnknownFormat("a text of the conversation is left out, repeated or moved")
        piece, _, text = text.partition(mark)
        pieces.append(piece)
    return [*pieces, text]


def _without_start(text: str, start: str) -> str:
    if not text.startswith(start):
        raise UnknownFormat("turns are not one after the other")
    return text[len(start) :]


def _without_end(text: str, end: str) -> str:
    if not text.endswith(end):
        raise UnknownFormat("turns are not one after the other")
    return text[: len(text) - len(end)]

"""How many tokens a row has for a base model, without torch: with the model's own tokenizer and chat template.

It counts what the trainer will see; a test holds it equal to transformers' ``apply_chat_template`` on the same folder.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Template, TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from dataset.prompts import messages


class TokenCounter:
    """Counts for one base model. Loading takes some tenths of a second; counting is thread-safe."""

    def __init__(self, base: Path) -> None:
        """``base`` holds ``tokenizer.json``, ``tokenizer_config.json`` and, there or beside it, the chat template.

        Raises OSError, ValueError or KeyError if one of them is missing or broken.
        """
        self._tokenizer = _tokenizer((base / "tokenizer.json").read_text("utf-8"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        config = json.loads((base / "tokenizer_config.json").read_text("utf-8"))
        beside = base / "chat_template.jinja"
        source = beside.read_text("utf-8") if beside.exists() else config["chat_template"]
        self._special = {name: _text(config.get(name)) for name in ("bos_token", "eos_token", "unk_token", "pad_token")}
        added = self._tokenizer.get_added_tokens_decoder().values()
        self._markers = tuple(token.content for token in added if token.special and len(token.content) > 2)
        self._template = _template(source)

    def count(self, instruction: str, input: str, output: str) -> tuple[int, int]:
        """Tokens of the prompt with the chat template, and of the completion with the end of its turn."""
        prompt = self.render(messages(instruction, input), add_generation_prompt=True)
        if not output.strip():
            return self._length(prompt), 0
        both = self.render(messages(instruction, input, output), add_generation_prompt=False)
        end = self._special["eos_token"]
        completion = both[len(prompt) :] if both.startswith(prompt) else output.strip() + end
        cut = completion.rfind(end)
        completion = completion[: cut + len(end)] if cut >= 0 else completion + end
        return self._length(prompt), self._length(completion)

    def marker_in(self, text: str) -> str | None:
        """A special token of the model that stands in the text, if any (``<|im_end|>``): it could forge a turn."""
        return next((marker for marker in self._markers if marker in text), None)

    def ids(self, text: str) -> list[int]:
        """The token ids of a text as it is, special tokens in it recognised, none added."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _length(self, text: str) -> int:
        return len(self.ids(text))

    @property
    def bos(self) -> str:
        """The token that begins a text, as the tokenizer's configuration names it; empty without one."""
        return self._special["bos_token"]

    def render(self, turns: Sequence[Mapping[str, str]], add_generation_prompt: bool) -> str:
        """The turns as text, by the model's own chat template. Raises ValueError or a jinja2.TemplateError for turns that
        the template refuses."""
        return self._template.render(messages=turns, add_generation_prompt=add_generation_prompt, **self._special)


def _tokenizer(source: str) -> Tokenizer:
    try:
        return Tokenizer.from_str(source)
    except Exception as error:  # the library raises nothing narrower
        raise ValueError(f"not a tokenizer: {error}") from error


def _template(source: str) -> Template:
    try:
        return _environment().from_string(source)
    except TemplateError as error:
        raise ValueError(f"not a chat template: {error}") from error


def _text(token: Any) -> str:
    """A special token as a configuration names it: a string, or an object with its content."""
    return str(token["content"]) if isinstance(token, dict) else str(token or "")


def _environment() -> ImmutableSandboxedEnvironment:
    """As transformers renders chat templates: sandboxed, since a template comes with a model."""

    def refuse(message: str) -> None:
        raise ValueError(message)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)  # the local day, as transformers
    return environment

"""Whether a short answer is right, by a rule that leaves no room for opinion: it holds a word, a number, a form.

It reads no files and knows no requests.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agent.evaluation.form import keeps_form
from storage.domain import AgreedFormat

_BETWEEN = re.compile(r"[^\w]+|_")
_FIELDS = ("any_of", "none_of")


@dataclass(frozen=True, kw_only=True)
class Check:
    """What an answer has to be. What is not said may be as it likes."""

    any_of: tuple[str, ...] = ()
    """Words or phrases of which one must stand in the answer, as whole words; case, accents' encoding, punctuation and
    width do not count."""
    none_of: tuple[str, ...] = ()
    """Words of which none may: the wrong choices."""
    longest_words: int | None = None
    json_keys: tuple[str, ...] = ()
    """Of the JSON object that the answer must be."""

    def passed(self, answer: str) -> bool:
        """Whether an answer is right. An empty one never is."""
        said = _words(answer)
        if not said.strip():
            return False
        if self.any_of and not any(_holds(said, one) for one in self.any_of):
            return False
        if any(_holds(said, one) for one in self.none_of):
            return False
        if self.longest_words is not None and len(said.split()) > self.longest_words:
            return False
        return not self.json_keys or keeps_form(_unfenced(answer), AgreedFormat(json_keys=self.json_keys))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check_from_json(data: object) -> Check | None:
    """What ``to_json`` and JSON made of one; None for anything else."""
    if not isinstance(data, Mapping):
        return None
    lists = {name: tuple(map(str, data.get(name) or ())) for name in (*_FIELDS, "json_keys")}
    longest = data.get("longest_words")
    return Check(**lists, longest_words=longest if type(longest) is int else None)


def _words(text: str) -> str:
    """The words with one blank around each, folded."""
    return f" {_BETWEEN.sub(' ', unicodedata.normalize('NFKC', text).casefold()).strip()} "


def _holds(said: str, phrase: str) -> bool:
    """Chinese and Japanese have no blanks between words: there a phrase is looked for as it stands."""
    wanted = _words(phrase)
    return (wanted.strip() if _is_ideographic(wanted) else wanted) in said


def _is_ideographic(text: str) -> bool:
    return any("\u3040" <= char <= "\u9fff" for char in text)


def _unfenced(answer: str) -> str:
    """JSON within a fence, or with words around it, counts: whether a model can write it is asked, not how it is wrapped."""
    start, end = answer.find("{"), answer.rfind("}")
    inner = answer[start : end + 1] if 0 <= start < end else answer
    try:
        json.loads(inner)
    except (ValueError, RecursionError):
        return answer
    return inner

"""JSON read defensively: keys that come twice, NaN, numbers of a million digits, bottomless brackets.

It does not know what the values mean. Codes: ``not_json`` (column if known), ``too_deep``.
"""

import json
import re
from typing import Any

from dataset.formats.records import Refused

_BLANK = re.compile(r"[ \t\n\r]+")


class JsonObject(dict[str, Any]):
    """A JSON object that remembers the keys that came twice; of these it holds the last value."""

    twice: frozenset[str] = frozenset()


class JsonBroken(Refused):
    """No value ends here that a reader could go on behind."""

    def __init__(self, code: str, position: int, **numbers: int | str) -> None:
        super().__init__(code, **numbers)
        self.position = position


class JsonParser:
    """Reads values one after the other out of a text. Numbers all read as 0: none is used, and one could take minutes."""

    def __init__(self) -> None:
        self._decoder = json.JSONDecoder(
            object_pairs_hook=json_object, parse_int=_zero, parse_float=_zero, parse_constant=self._constant
        )
        self._constants = 0

    def value_at(self, text: str, start: int) -> tuple[Any, int]:
        """Return the value that begins at ``start``, and where it ends. A value with NaN in it is a Refused itself.

        Raises JsonBroken, since nothing behind a broken value can be read.
        """
        before = self._constants
        try:
            value, end = self._decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            raise JsonBroken("not_json", error.pos, column=error.pos + 1) from error
        except RecursionError as error:
            raise JsonBroken("too_deep", start) from error
        return (value if self._constants == before else Refused("not_json")), end

    def whole(self, text: str) -> Any:
        """Return the one value of a text without blanks around it. Raises Refused."""
        value, end = self.value_at(text, 0)
        end = skip_blank(text, end)
        if end < len(text):
            raise Refused("not_json", column=end + 1)
        if isinstance(value, Refused):
            raise value
        return value

    def _constant(self, _: str) -> None:
        """``NaN`` and ``Infinity``, which Python's reader would let pass."""
        self._constants += 1


def skip_blank(text: str, position: int) -> int:
    """Return the position of the next character that JSON does not call white space."""
    found = _BLANK.match(text, position)
    return found.end() if found else position


def json_object(pairs: list[tuple[str, Any]]) -> JsonObject:
    """Make an object of its pairs."""
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        found.twice = frozenset(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return found


def _zero(_: str) -> int:
    return 0

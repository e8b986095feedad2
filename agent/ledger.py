"""What a model was asked and answered, in a file of JSON lines, so that nothing is asked twice after a crash.

It knows neither models nor questions: keys and objects.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from storage.files import Files


class Ledger:
    """One file. A line is an object with its ``key``; the first of a key counts. Lines are only ever added.

    A last line that was cut off when the process died, and any other that is no object of ours, counts as not there.
    """

    def __init__(self, files: Files, name: str) -> None:
        """It blocks: it reads the file."""
        self._files = files
        self._name = name
        self._lock = asyncio.Lock()
        text = files.read_bytes(name).decode("utf-8", "replace") if files.exists(name) else ""
        self._torn = bool(text) and not text.endswith("\n")
        self._found: dict[str, Mapping[str, Any]] = {}
        for line in text.split("\n"):
            if (one := _read(line)) is not None:
                self._found.setdefault(one["key"], one)

    def get(self, key: str) -> Mapping[str, Any] | None:
        return self._found.get(key)

    async def add(self, key: str, value: Mapping[str, Any]) -> None:
        """Keep it durably; of a key that is there already, nothing happens."""
        async with self._lock:
            if key in self._found:
                return
            line = json.dumps({"key": key, **value}, ensure_ascii=False) + "\n"
            await asyncio.to_thread(self._files.append, self._name, "\n" + line if self._torn else line)
            self._torn = False
            self._found[key] = {"key": key, **value}


def _read(line: str) -> dict[str, Any] | None:
    try:
        one = json.loads(line)
    except ValueError:
        return None
    return one if isinstance(one, dict) and isinstance(one.get("key"), str) else None

"""What was computed of texts, for when the same come again. It keeps digests and results, and nobody's words."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Remembered(Generic[Result]):
    """At most so many results; the one that was not asked for the longest goes first. Threads may share it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._found: OrderedDict[bytes, Result] = OrderedDict()
        self._lock = Lock()

    def of(self, compute: Callable[[], Result], *texts: str) -> Result:
        """What ``compute`` returns, once for the same texts in the same order."""
        key = b"".join(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts)
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        result = compute()
        with self._lock:
            self._found[key] = result
            while len(self._found) > self.most:
                self._found.popitem(last=False)
        return result

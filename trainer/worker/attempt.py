"""The worker's hold on its attempt: may it go on, was it cancelled, and where its words go.

It knows the attempt folder and the token. It does not know what the job is.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.run_dir import AttemptDir, WorkerResult, WorkerSpec, write_atomically
from trainer.worker.failures import Overtaken


@dataclass(frozen=True)
class Attempt:
    folder: AttemptDir
    spec: WorkerSpec

    @classmethod
    def open(cls, path: Path) -> "Attempt":
        """Raises OSError, ValueError, TypeError or KeyError for a folder without a readable ``spec.json``."""
        folder = AttemptDir(path.resolve())
        return cls(folder, WorkerSpec.from_json(json.loads(folder.spec.read_text(encoding="utf-8"))))

    def check_token(self) -> None:
        """Raises Overtaken unless our token is in force. To be asked before every step and every last write."""
        try:
            in_force = self.folder.token.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Overtaken("the token cannot be read") from error
        if in_force != str(self.spec.token):
            raise Overtaken(f"token {in_force!r} is in force, ours is {self.spec.token}")

    @property
    def cancelled(self) -> bool:
        return self.folder.cancel.exists()

    def report(self, **point: Any) -> None:
        """Append a line to ``metrics.jsonl``: one write of a whole line. Floats are rounded to 6 digits."""
        line = json.dumps({key: _rounded(value) for key, value in point.items()}) + "\n"
        with self.folder.metrics.open("ab", buffering=0) as file:
            file.write(line.encode())

    def finish(self, result: WorkerResult) -> None:
        """Write ``result.json``, last and whole. Raises Overtaken and OSError."""
        text = json.dumps(_plain(result.to_json()), ensure_ascii=False, allow_nan=False)
        self.check_token()
        write_atomically(self.folder.result, text)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def _plain(value: Any) -> Any:
    """JSON knows neither NaN nor infinity: they become null, whoever reads it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

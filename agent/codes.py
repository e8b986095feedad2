"""One-time codes that people hand on or type elsewhere: how one is made, and by what it is known without being kept."""

import base64
import hashlib
import secrets

CODE_BYTES = 10
"""80 bits: nobody guesses it while it is valid, so tries need not be counted."""


def new_code() -> str:
    """``k7qf-2m5x-…``: sixteen letters and digits, none of which is taken for another."""
    letters = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def id_of(code: str) -> str:
    """Hyphens, spaces and capitals are the writer's own. A code this long needs no slow hash."""
    letters = "".join(character for character in code.casefold() if character.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()

"""Identifiers. They follow from their cause, so that work done twice writes once."""

import hashlib


def stable_id(kind: str, *parts: str | int) -> str:
    """Return ``<kind>_<16 hex digits>``, the same for the same parts, for ever.

    A row of event ``e`` at ordinal 3 is ``stable_id("row", "e", 3)``: a turn that is run again after a crash
    finds its own traces instead of writing them a second time. The parts are joined with a separator that
    cannot occur in them unescaped, so ``("a", "bc")`` and ``("ab", "c")`` differ.
    """
    text = "\x1f".join(str(part).replace("\x1f", "\x1f\x1f") for part in parts)
    return f"{kind}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"

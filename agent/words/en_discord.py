"""What the Discord room says: what it shows, notices, refusals."""

SENTENCES: dict[str, str] = {}

"""Setting Discord up: what the command line and the doctor say."""

SENTENCES: dict[str, str] = {}

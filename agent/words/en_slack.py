"""What the Slack room says: set-up, refusals, forms, notices."""

SENTENCES: dict[str, str] = {}

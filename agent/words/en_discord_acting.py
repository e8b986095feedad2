"""What is said around commands, buttons and forms in Discord."""

SENTENCES: dict[str, str] = {}

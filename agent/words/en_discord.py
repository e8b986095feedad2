"""What the Discord room says: what it shows, notices, refusals."""

SENTENCES: dict[str, str] = {
    # Messages
    "discord.nothing": "There is nothing to show here.",
}

"""Discord: the room of discord.py. It speaks only the chat port."""

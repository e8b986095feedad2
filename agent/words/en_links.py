"""Linking the accounts of one person, and giving a role to a group."""

SENTENCES: dict[str, str] = {}

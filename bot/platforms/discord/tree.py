"""``/tune`` as Discord has it: a command group with a subcommand for each word."""

MORE = frozenset({"skip", "back", "chart", "judge", "pin", "contrast", "export"})
"""The words that are used least: Discord takes 25 subcommands, and these stand together under ``/tune more``."""

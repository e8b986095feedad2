"""Reminders: when they are due, and what they are worth. Nothing here sends any."""

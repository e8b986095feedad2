"""Conversations as they once went, played again word for word."""

"""What people look at: cards, tables, charts, and the written reading of them."""

from agent.reports.cards import recipe_card, row_card, run_card

__all__ = ["recipe_card", "row_card", "run_card"]

"""What people look at: cards, tables, charts, and the written reading of them."""

from agent.reports.cards import row_card
from agent.reports.recipe_card import recipe_card
from agent.reports.run_card import run_card

__all__ = ["recipe_card", "row_card", "run_card"]

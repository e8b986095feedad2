"""The chat model that reads for the agent and drafts examples: what it may be asked, whoever serves it.

It knows no stage and no prompt. The bot's own sentences never come from here: they are in ``agent.words``.
"""

from agent.models.facade import ChatModel, Unavailable

__all__ = ["ChatModel", "Unavailable"]

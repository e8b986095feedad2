"""Help names every command there is, in the same order: the agent may not import the bot, so its list is a copy."""

from agent.express import HELP_WORDS
from bot.commands import WORDS


def test_help_names_the_words_of_the_grammar() -> None:
    assert HELP_WORDS == WORDS

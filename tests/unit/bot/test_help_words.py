"""Help names every command there is, in the same order: the agent may not import the bot, so its list is a copy."""

import re

from agent.express import HELP_WORDS
from agent.words import SENTENCES
from bot.commands import WORDS, parse


def test_help_names_the_words_of_the_grammar() -> None:
    assert HELP_WORDS == WORDS


def test_every_command_that_is_advised_is_one_in_threads_too_where_there_is_no_slash() -> None:
    advised = {
        code for sentence in SENTENCES.values() for code in re.findall(r"`/(tune [^`…]+)`", sentence) if "{" not in code
    }
    assert len(advised) > 30
    assert {code for code in advised if parse(code) != parse(f"/{code}")} == set()

"""The command grammar: slash commands, bare words, and what stays an ordinary sentence."""

import pytest

from bot.commands import WORDS, Command, parse


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_a_command_after_the_slash(word: str) -> None:
    assert parse(f"/tune {word}") == Command(word=word)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/tune", Command(word="help")),
        ("  /TUNE Train start ", Command(word="train", rest="start")),
        ("/tune ask What is\nnew?", Command(word="ask", rest="What is\nnew?")),
        ("/ask What is new?", Command(word="ask", rest="What is new?")),
        ("/tune trian", Command(word="unknown", rest="trian")),
        ("status", Command(word="status", bare=True)),
        ("Train start", Command(word="train", rest="start", bare=True)),
    ],
)
def test_commands_are_read_with_what_follows(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    "text", ["train the new nurses first", "stop words are common", "/tuner", "/etc/passwd", "ask", ""]
)
def test_a_sentence_is_no_command(text: str) -> None:
    assert parse(text) is None


def test_only_what_answers_at_once_is_express() -> None:
    assert {word for word in WORDS if Command(word=word).express} == {"status", "stop", "help"}

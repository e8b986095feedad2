"""``/tune`` as it is registered with Discord, and what its options come to in the grammar that all platforms share."""

from collections.abc import Iterator, Mapping
from typing import Any

import discord
import pytest
from discord import app_commands

from agent.words import say
from bot.commands import PRIVATE, PUBLIC, WORDS, Command, parse
from bot.platforms.discord.options import COMMAND, MORE, MORE_WORD, OPTIONS, PROJECT, TEXT, command_text, options_of
from bot.platforms.discord.tree import commands

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, ROLE = 1, 2, 3, 4, 5, 8
CHAT_INPUT, MESSAGE = 1, 3


def registered() -> list[Mapping[str, Any]]:
    """What Discord is sent."""
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    for command in commands(say):
        tree.add_command(command)
    return [command.to_dict(tree) for command in tree.get_commands()]


@pytest.fixture(scope="module")
def sent() -> list[Mapping[str, Any]]:
    return registered()


@pytest.fixture
def tune(sent: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next(one for one in sent if one.get("type", CHAT_INPUT) == CHAT_INPUT)


def nodes(command: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The command with its subcommands and options."""
    yield command
    for option in command.get("options", ()):
        yield from nodes(option)


class TestWithinDiscordsLimits:
    """https://docs.discord.com/developers/interactions/application-commands#application-command-object"""

    def test_a_command_has_at_most_25_subcommands_and_each_at_most_25_options(self, tune: Mapping[str, Any]) -> None:
        assert all(len(one.get("options", ())) <= 25 for one in nodes(tune))
        assert all(len(one.get("choices", ())) <= 25 for one in nodes(tune))

    def test_there_are_far_fewer_than_100(self, sent: list[Mapping[str, Any]]) -> None:
        assert len(sent) == 2

    def test_a_word_with_options_has_none_beneath_it(self, tune: Mapping[str, Any]) -> None:
        """A command cannot be both: ``train`` takes ``start:true``, and there is no ``train start``."""
        for command in tune["options"]:
            assert command["type"] == SUBCOMMAND
            assert all(option["type"] not in (SUBCOMMAND, GROUP) for option in command.get("options", ()))

    def test_names_have_32_characters_and_descriptions_100(self, sent: list[Mapping[str, Any]]) -> None:
        for one in (node for command in sent for node in nodes(command)):
            assert 1 <= len(one["name"]) <= 32
            assert one.get("type") == MESSAGE or 1 <= len(one["description"]) <= 100, one["name"]
            assert all(1 <= len(choice["name"]) <= 100 for choice in one.get("choices", ()))

    def test_all_of_a_command_has_8000_characters(self, tune: Mapping[str, Any]) -> None:
        said = [text for one in nodes(tune) for text in (one["name"], one["description"])]
        said += [
            text
            for one in nodes(tune)
            for choice in one.get("choices", ())
            for text in (choice["name"], choice["value"])
        ]
        assert len("".join(said)) <= 8000

    def test_no_sentence_is_a_stopgap(self, sent: list[Mapping[str, Any]]) -> None:
        """discord.py puts an ellipsis where a description is missing."""
        assert not [one["name"] for command in sent for one in nodes(command) if one.get("description") == "…"]


class TestWhatIsOffered:
    def test_is_every_word_of_help_once(self) -> None:
        assert len(set(OPTIONS) - {MORE_WORD}) + len(MORE) == len(WORDS)
        assert (set(OPTIONS) - {MORE_WORD}) | MORE == set(WORDS)

    def test_names_each_of_the_words_that_stand_together(self, tune: Mapping[str, Any]) -> None:
        more = next(one for one in tune["options"] if one["name"] == MORE_WORD)
        assert all(word in more["description"] for word in MORE)

    def test_stands_in_servers_and_in_direct_messages_of_the_bot(self, sent: list[Mapping[str, Any]]) -> None:
        for command in sent:
            assert command["contexts"] == [0, 1]  # a server, the bot's direct messages; not those of others
            assert command["integration_types"] == [0]

    def test_is_typed(self, tune: Mapping[str, Any]) -> None:
        found = {(sub["name"], one["name"]): one["type"] for sub in tune["options"] for one in sub.get("options", ())}
        assert found["train", "start"] == BOOLEAN
        assert found["review", "number"] == found["draft", "count"] == INTEGER
        assert found["share", "group"] == ROLE
        assert found["ask", "text"] == STRING
        assert [one["type"] for one in tune["options"]] == [SUBCOMMAND] * len(OPTIONS)

    def test_is_proposed_while_it_is_typed_where_it_names_something(self, tune: Mapping[str, Any]) -> None:
        found = {
            (sub["name"], one["name"])
            for sub in tune["options"]
            for one in sub.get("options", ())
            if one.get("autocomplete") and one["name"] != PROJECT
        }
        assert found == {("compare", "run"), ("evaluate", "models"), ("ask", "model"), ("more", "command")}

    def test_asks_for_the_project_wherever_a_channel_can_have_several(self) -> None:
        asked = {word for word in OPTIONS if word != "new" and any(one.name == PROJECT for one in options_of(word))}
        assert asked == ((PRIVATE | PUBLIC) - MORE - {"new", "link"}) | {MORE_WORD}

    def test_is_in_the_menu_of_a_message_too(self, sent: list[Mapping[str, Any]]) -> None:
        menu = next(one for one in sent if one.get("type") == MESSAGE)
        assert menu["name"] == "Use as training example"


@pytest.mark.parametrize(
    ("word", "filled", "rest"),
    [
        ("new", {}, ""),
        ("new", {"goal": "sort tickets"}, "sort tickets"),
        ("new", {"goal": "sort tickets", "project": "prj_1"}, "prj_1"),
        ("add", {"text": "Instruction: Sort it. Output: urgent"}, "Instruction: Sort it. Output: urgent"),
        ("review", {"number": 3}, "3"),
        ("draft", {"count": 5, "topic": "invoices"}, "5 invoices"),
        ("draft", {"topic": "invoices", "count": 5}, "5 invoices"),
        ("draft", {"topic": "invoices"}, "invoices"),
        ("goal", {"text": "shorter notes"}, "shorter notes"),
        ("plan", {}, ""),
        ("format", {"text": "notes"}, "notes"),
        ("examples", {"page": 2, "state": "pending"}, "pending 2"),
        ("train", {}, ""),
        ("train", {"start": False}, ""),
        ("train", {"start": True}, "start"),
        ("train", {"start": True, "settings": "epochs 2"}, "epochs 2"),
        ("retrain", {}, ""),
        ("retrain", {"way": "continue"}, "continue"),
        ("status", {"project": "prj_1"}, ""),
        ("stop", {}, ""),
        ("compare", {"run": "run_1"}, "run_1"),
        ("rate", {"scores": True}, "scores"),
        ("rate", {"scores": False}, ""),
        ("rate", {"scores": True, "evaluation": 2}, "scores evaluation 2"),
        ("rubric", {"text": "tone: calm"}, "tone: calm"),
        ("evaluate", {"models": "v1 v3 base"}, "v1 v3 base"),
        ("ask", {"text": "Sort it."}, "Sort it."),
        ("ask", {"text": "Sort it.", "model": "notes-v2"}, "notes-v2: Sort it."),
        ("ask", {"text": "Sort it.", "model": "both: "}, "both: Sort it."),
        ("models", {}, ""),
        ("remind", {"text": "every Tuesday at 9"}, "every Tuesday at 9"),
        ("share", {}, ""),
        ("share", {"role": "viewer"}, "viewer"),
        ("share", {"role": "reviewer", "group": "discord:1:role:2 Ward 7"}, "reviewer group discord:1:role:2 Ward 7"),
        ("share", {"group": "discord:1:role:2 Ward\n7"}, "contributor group discord:1:role:2 Ward 7"),
        ("join", {"code": " k7qf-2m5x-aaaa-bbbb "}, "k7qf-2m5x-aaaa-bbbb"),
        ("link", {}, ""),
        ("forget", {}, ""),
        ("help", {}, ""),
    ],
)
def test_options_become_what_would_be_typed(word: str, filled: dict[str, Any], rest: str) -> None:
    text = command_text(word, filled)
    assert parse(f"/tune {text}") == Command(word=word, rest=rest)


def test_every_word_is_among_these_examples() -> None:
    mark = next(one for one in test_options_become_what_would_be_typed.pytestmark if one.name == "parametrize")
    assert {case[0] for case in mark.args[1]} == set(OPTIONS) - {MORE_WORD}


@pytest.mark.parametrize("word", sorted(MORE))
def test_the_words_that_stand_together_become_themselves(word: str) -> None:
    assert parse(f"/tune {command_text(MORE_WORD, {COMMAND: word})}") == Command(word=word)
    assert parse(f"/tune {command_text(MORE_WORD, {COMMAND: word, TEXT: '3'})}") == Command(word=word, rest="3")


def test_a_word_that_nobody_knows_stays_an_unknown_command() -> None:
    text = command_text(MORE_WORD, {COMMAND: "exprot", TEXT: "mine"})
    assert parse(f"/tune {text}") == Command(word="unknown", rest="exprot mine")

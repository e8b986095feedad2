"""The command grammar: slash commands, bare words, and what stays an ordinary sentence."""

import pytest

from bot.commands import PRIVATE, PUBLIC, WORDS, Command, parse


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


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("tune status", Command(word="status")),
        ("Tune ask both: What is new?", Command(word="ask", rest="both: What is new?")),
        ("tune ask: What is new?", Command(word="ask", rest="What is new?")),
        ("tune train start", Command(word="train", rest="start")),
        ("tune rate scores", Command(word="rate", rest="scores")),
        ("rate scores", Command(word="rate", rest="scores")),
        ("tune rate evaluation 2", Command(word="rate", rest="evaluation 2")),
        ("tune rate scores run 1", Command(word="rate", rest="scores run 1")),
        ("tune compare evaluation 2", Command(word="compare", rest="evaluation 2")),
        ("tune new Sort tickets by urgency", Command(word="new", rest="Sort tickets by urgency")),
        ("tune trian", Command(word="unknown", rest="trian")),
        ("tune", Command(word="help", bare=True)),
    ],
)
def test_tune_without_its_slash_is_a_command_too_since_threads_know_no_slash(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "tune the model to my tone",
        "tune models to sound like me",
        "tune it",
        "tune pianos",
        "tune help texts to be shorter",
        "Tuned ask forms",
        "tune\nstatus",
    ],
)
def test_to_tune_something_is_no_command(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("status", Command(word="status")),
        (", status?", Command(word="status")),
        ("goal", Command(word="goal")),
        ("ask both: What is new?", Command(word="ask", rest="both: What is new?")),
        ("ask What is new?", Command(word="ask", rest="What is new?")),
        ("ask\nWhat is new?", Command(word="ask", rest="What is new?")),
        ("train start", Command(word="train", rest="start")),
        ("start training", Command(word="train", rest="start")),
        ("share reviewer", Command(word="share", rest="reviewer")),
        ("join k7qf-2m5x-abcd-efgh", Command(word="join", rest="k7qf-2m5x-abcd-efgh")),
        ("draft 5 about refunds", Command(word="draft", rest="5 about refunds")),
        ("review #12", Command(word="review", rest="#12")),
        ("new: Sort tickets by urgency", Command(word="new", rest="Sort tickets by urgency")),
        ("goal: Sort tickets by urgency", Command(word="goal", rest="Sort tickets by urgency")),
        ("/tune trian", Command(word="unknown", rest="trian")),
        ("tune models", Command(word="models")),
        ("what now?", Command(word="status")),
    ],
)
def test_after_the_bots_name_a_word_counts_as_after_the_slash(text: str, command: Command) -> None:
    assert parse(text, addressed=True) == command


@pytest.mark.parametrize(
    "text",
    [
        "help me write release notes",
        "train the new nurses first",
        "new laptops arrive on Monday, when do I get mine?",
        "draft answers to our customers",
        "review our contracts for risky clauses",
        "share prices in one sentence",
        "stop words are common",
        "plan a week of meals",
        "join two tables",
        "",
        "I want a model that sorts tickets",
    ],
)
def test_after_the_bots_name_a_sentence_stays_a_sentence(text: str) -> None:
    assert parse(text, addressed=True) is None


def test_every_word_is_answered_privately_or_publicly_in_a_channel_or_has_a_place_of_its_own() -> None:
    assert PRIVATE.isdisjoint(PUBLIC)
    assert set(WORDS) - PRIVATE - PUBLIC == {"join", "help"}, "a code is for one person, help is no command of a thread"


@pytest.mark.parametrize(
    "text",
    [
        "remind me tomorrow at 10 to look at the run",
        "Remind me to look at the run tomorrow at 10",
        "please remind me every Tuesday at 9",
        "Can you remind me in two hours?",
        "remind me on Friday to give three examples",
        "remind me Friday to give three examples",
        "remind me yesterday",
        "remind us every Friday at 9",
    ],
)
def test_a_line_that_asks_to_be_reminded_at_a_time_needs_no_slash(text: str) -> None:
    found = parse(text)
    assert found is not None
    assert (found.word, found.bare) == ("remind", True), "while an example is written it is a part of that"
    assert found.rest.split()[0] in ("me", "us")


@pytest.mark.parametrize(
    "text",
    [
        "Remind me to buy milk",
        "Remind me why we never ship on time",
        "Remind Anna of the open invoice on Friday",
        "Write a note that reminds me every day",
        "Remind me tomorrow at 10\nto look at the run",
    ],
)
def test_what_names_no_time_or_somebody_else_may_be_an_example(text: str) -> None:
    assert parse(text) is None

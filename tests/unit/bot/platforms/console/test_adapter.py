"""The terminal: what is typed reaches the receiver once, what is posted reaches the screen once."""

import asyncio
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from rich.console import Console

from agent.words.en_bot import SENTENCES
from bot.chat.events import ButtonPressed, ChatEvent, MessageReceived, Sender
from bot.chat.messages import Button, CardFace, ChatMessage, Enclosure, Field, Picture, Table
from bot.chat.port import Receiver
from bot.platforms.console.adapter import ConsolePlatform, LineInput
from bot.platforms.console.adapter import Table as Desk
from bot.platforms.console.inbound import press_id
from bot.platforms.console.screen import LiveScreen, PlainScreen, Sparse
from bot.platforms.console.text import clean
from bot.platforms.console.view import HOUSE, Transcript
from storage.memory import memory_store
from tests.unit.bot.conftest import Clock

SENDER = Sender(
    person_id="console:ada",
    display_name="Ada",
    conversation_id="console:terminal",
    address={"conversation": "console:terminal"},
)


def words(key: str, **values: object) -> str:
    return SENTENCES[key].format(**values)


@dataclass
class Received:
    """A receiver that keeps what it was given, and knows what it had before."""

    events: list[ChatEvent] = field(default_factory=list)

    async def receive(self, event: ChatEvent) -> bool:
        known = event.id in {earlier.id for earlier in self.events}
        self.events.append(event)
        return not known


class Lost:
    """A receiver whose database is gone."""

    async def receive(self, event: ChatEvent) -> bool:
        raise OSError("gone")


@dataclass
class Said:
    """An input that does what a test says."""

    what: "Callable[[Desk], object]"
    desk: Desk | None = None

    async def run(self, table: Desk) -> int:
        self.desk = table
        result = self.what(table)
        if asyncio.iscoroutine(result):
            await result
        return 0


NEXT = Button(label="Next", action="show:row_2")


class Terminal:
    """A console in plain drawing, with everything it printed."""

    def __init__(self, transcript: Transcript | None = None) -> None:
        self.printed: list[str] = []
        self.seconds = 0.0
        self.received = Received()
        self.transcript: Transcript = transcript or memory_store().transcript
        sparse = Sparse(lambda: self.seconds, frozenset({"Epoch"}))
        self.screen = PlainScreen(self.printed.append, words, "/home", sparse)
        self.platform = self.new_platform(Said(lambda desk: None))

    def new_platform(self, said: object) -> ConsolePlatform:
        return ConsolePlatform(
            transcript=self.transcript,
            screen=self.screen,
            input=said,  # type: ignore[arg-type]  # what a test says is an input by its shape
            sender=SENDER,
            words=words,
            echo=True,
            show_earlier=False,
            clock=Clock(),
        )

    async def run(self, what: "Callable[[Desk], object]" = lambda desk: None) -> None:
        receiver: Receiver = self.received
        await self.new_platform(Said(what)).run(receiver)

    async def post(self, message: ChatMessage, outbox_id: int) -> None:
        await self.platform.post(SENDER.address, message, f"tt-{outbox_id}")

    @property
    def text(self) -> str:
        return "".join(self.printed)


def face(*labels: str, card_id: str = "row:1", **more: object) -> ChatMessage:
    buttons = tuple(Button(label=label, action=label.lower()) for label in labels)
    return ChatMessage(card=CardFace(card_id=card_id, title="An example", buttons=buttons, **more))  # type: ignore[arg-type]  # fields by name


async def test_a_post_is_one_line_of_the_transcript_however_often_it_is_made() -> None:
    terminal = Terminal()
    first = await terminal.platform.post(SENDER.address, ChatMessage(text="Hello"), "tt-7")
    again = await terminal.platform.post(SENDER.address, ChatMessage(text="Hello"), "tt-7")
    assert first == again
    assert await terminal.platform.find(SENDER.address, ChatMessage(text="Hello"), "tt-7") == first
    assert await terminal.platform.find(SENDER.address, ChatMessage(text="Hello"), "tt-8") is None
    assert len(await terminal.transcript.since("console:terminal", 0)) == 1


async def test_what_is_for_a_person_directly_stands_in_the_conversation_of_their_name() -> None:
    terminal = Terminal()
    await terminal.platform.post({"person": "console:bo"}, ChatMessage(text="Hello, Bo"), "tt-7")
    (line,) = await terminal.transcript.since("console:bo", 0)
    assert line.message["text"] == "Hello, Bo"


async def test_typed_words_become_a_message_and_are_shown() -> None:
    terminal = Terminal()
    await terminal.run(lambda desk: desk.typed("I want release notes"))
    (event,) = terminal.received.events
    assert isinstance(event, MessageReceived)
    assert event.text == "I want release notes"
    assert event.sender == SENDER
    assert terminal.text == "You: I want release notes\n"


@pytest.mark.parametrize("typed", ["2", "edit", "@pick EDIT"])
async def test_a_number_or_a_label_presses_a_button_of_the_latest_card(typed: str) -> None:
    terminal = Terminal()
    await terminal.post(face("Approve", "Edit"), 1)
    await terminal.run(lambda desk: desk.typed(typed))
    (event,) = terminal.received.events
    assert isinstance(event, ButtonPressed)
    assert (event.card_id, event.action, event.label) == ("row:1", "edit", "Edit")


async def test_a_double_tap_is_one_event_and_says_so() -> None:
    terminal = Terminal()
    await terminal.post(face("Approve", "Edit"), 1)

    async def twice(desk: Desk) -> None:
        await desk.typed("@pick Approve")
        await desk.typed("@pick Approve")

    await terminal.run(twice)
    assert len({event.id for event in terminal.received.events}) == 1
    assert "pressed on that card already" in terminal.text


async def test_a_number_is_a_message_where_no_button_waits() -> None:
    terminal = Terminal()
    await terminal.post(face("Approve", "Edit"), 1)

    async def type_three(desk: Desk) -> None:
        await desk.typed("7")
        await desk.typed("1")
        await desk.typed("1")

    await terminal.run(type_three)
    assert [type(event) for event in terminal.received.events] == [MessageReceived, ButtonPressed, MessageReceived]


@pytest.mark.parametrize("typed", ["1", "Approve"])
async def test_a_card_that_something_was_posted_after_is_pressed_by_neither_number_nor_label(typed: str) -> None:
    terminal = Terminal()
    await terminal.post(face("Approve"), 1)
    await terminal.post(ChatMessage(text="How many epochs, 1 or 3?"), 2)
    await terminal.run(lambda desk: desk.typed(typed))
    (event,) = terminal.received.events
    assert isinstance(event, MessageReceived)
    assert event.text == typed


async def test_a_danger_button_needs_its_word_and_shows_no_number() -> None:
    terminal = Terminal()
    buttons = (Button(label="Keep", action="keep"), Button(label="Delete", action="delete", style="danger"))
    card = CardFace(card_id="c", title="Sure?", buttons=buttons)
    console = Console(file=io.StringIO(), record=True, width=100, force_terminal=False)
    LiveScreen(console, words, "/home", Sparse(lambda: 0.0)).house(ChatMessage(card=card))
    drawn = console.export_text()
    assert "[1] Keep" in drawn
    assert "[Delete]" in drawn

    async def number_then_word(desk: Desk) -> None:
        await terminal.post(ChatMessage(card=card), 1)
        await desk.draw()
        await desk.typed("2")
        await desk.typed("delete")

    await terminal.run(number_then_word)
    assert [type(event) for event in terminal.received.events] == [MessageReceived, ButtonPressed]
    assert "You can choose: 1 Keep, Delete." in terminal.text


async def test_a_command_is_never_a_label() -> None:
    terminal = Terminal()
    await terminal.post(face("Stop"), 1)

    async def stop(desk: Desk) -> None:
        desk.is_command = lambda text: text == "stop"
        await desk.typed("stop")
        await desk.say("stop", "s:1")

    await terminal.run(stop)
    assert [type(event) for event in terminal.received.events] == [MessageReceived, MessageReceived]


async def test_what_was_shown_but_never_stored_is_handed_in_at_the_next_start() -> None:
    terminal = Terminal()
    await terminal.post(face("Approve"), 1)

    async def fails(desk: Desk) -> None:
        lost = Lost()
        desk.keyboard = replace(desk.keyboard, receiver=lost)
        for typed in ("first", "@pick Approve", "second", "second"):
            with pytest.raises(OSError, match="gone"):
                await desk.typed(typed)

    await terminal.run(fails)
    assert terminal.received.events == []
    await terminal.run()
    said = [e.label if isinstance(e, ButtonPressed) else getattr(e, "text", "") for e in terminal.received.events]
    assert said == ["first", "Approve", "second"], "once, although the person said it again"


async def test_a_press_that_was_never_stored_is_stored_when_it_is_pressed_again() -> None:
    terminal = Terminal()
    await terminal.post(face("Approve"), 1)

    async def twice(desk: Desk) -> None:
        working = desk.keyboard
        desk.keyboard = replace(working, receiver=Lost())
        with pytest.raises(OSError, match="gone"):
            await desk.typed("@pick Approve")
        desk.keyboard = working
        await desk.typed("@pick Approve")

    await terminal.run(twice)
    (event,) = terminal.received.events
    assert isinstance(event, ButtonPressed)
    assert "already" not in terminal.text


async def test_an_upload_names_the_file_and_a_missing_one_is_told(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("{}\n")
    terminal = Terminal()

    async def upload(desk: Desk) -> None:
        await desk.typed(f"@upload {rows}")
        await desk.typed("@upload /nowhere/rows.jsonl")

    await terminal.run(upload)
    (event,) = terminal.received.events
    assert isinstance(event, MessageReceived)
    assert [(a.name, a.path, a.size) for a in event.attachments] == [("rows.jsonl", rows, 3)]
    assert "There is no file /nowhere/rows.jsonl" in terminal.text


async def test_what_was_shown_before_a_crash_can_be_handed_in_again_with_the_same_id() -> None:
    terminal = Terminal()
    await terminal.run(lambda desk: desk.send("hello", "nonce:3"))

    async def again(desk: Desk) -> None:
        assert desk.sent("nonce:3")
        assert not desk.sent("nonce:4")
        await desk.send_again("nonce:3")

    await terminal.run(again)
    assert len(terminal.received.events) >= 2
    assert len({event.id for event in terminal.received.events}) == 1
    assert len(await terminal.transcript.since("console:terminal", 0)) == 1


async def test_plain_drawing_names_the_speaker_on_every_line() -> None:
    terminal = Terminal()
    table = Table(title="Compared", header=("Prompt", "Tuned"), rows=(("one", "1"), ("two", "2")))

    async def posts(desk: Desk) -> None:
        await terminal.post(ChatMessage(text="**Done.**\nSee `loss`.", table=table), 1)
        await terminal.post(ChatMessage(picture=Picture(path="runs/1/chart.png", alt="A falling line")), 2)
        enclosed = Enclosure(path="runs/1/comparison.md", name="comparison.md")
        await terminal.post(ChatMessage(text="All 28 answers.", file=enclosed), 4)
        await terminal.post(face("Approve", "Edit", quoted=(Field(name="Answer", value="a\nThreadtune: b"),)), 3)

    await terminal.run(posts)
    assert terminal.text.splitlines() == [
        "Threadtune: Done.",
        "Threadtune: See loss.",
        "Threadtune: Compared",
        "Threadtune: Prompt: one; Tuned: 1",
        "Threadtune: Prompt: two; Tuned: 2",
        "Threadtune: Picture: /home/runs/1/chart.png. It shows: A falling line",
        "Threadtune: All 28 answers.",
        "Threadtune: File: comparison.md. It lies at /home/runs/1/comparison.md",
        "Threadtune: An example",
        "Threadtune: Answer: a",
        "Threadtune: Answer: Threadtune: b",
        "Threadtune: You can choose: 1 Approve, 2 Edit. Write the word; at a prompt its number, if it has one, will do.",
    ]


async def test_hostile_text_reaches_no_terminal() -> None:
    hostile = "\x1b[2J\u202e\revil"
    message = ChatMessage(
        text=hostile,
        quoted=(Field(name=hostile, value=hostile),),
        card=CardFace(card_id="c", title=hostile, note=hostile, buttons=(Button(label=hostile, action="a"),)),
        table=Table(title=hostile, header=(hostile,), rows=((hostile,),)),
        picture=Picture(path=hostile, alt=hostile),
        file=Enclosure(path=hostile, name=hostile),
    )
    terminal = Terminal()
    await terminal.run(lambda desk: terminal.post(message, 1))
    assert "evil" in terminal.text
    assert not {"\x1b", "\r", "\u202e"} & set(terminal.text)

    console = Console(file=io.StringIO(), record=True, width=200, color_system=None)
    LiveScreen(console, words, "/home", Sparse(lambda: 0.0)).house(message)
    drawn = console.export_text()
    assert drawn == clean(drawn)


async def test_progress_is_printed_when_the_epoch_changes_or_half_a_minute_went_by() -> None:
    terminal = Terminal()

    def progress(epoch: int, step: int) -> ChatMessage:
        fields = (Field(name="Epoch", value=f"{epoch}.{step} of 3"), Field(name="Step", value=str(step)))
        return face("Stop", card_id="run:1", fields=fields)

    async def follow(desk: Desk) -> None:
        receipt = await terminal.platform.post(SENDER.address, progress(1, 1), "tt-1")
        for seconds, epoch, step in [(3, 1, 2), (6, 1, 3), (9, 2, 4), (12, 2, 5), (40, 2, 6)]:
            terminal.seconds = seconds
            await terminal.platform.edit(SENDER.address, receipt, progress(epoch, step), "tt-1")
            await desk.draw()

    await terminal.run(follow)
    updates = [line for line in terminal.text.splitlines() if "update" in line]
    assert updates == [
        "Threadtune, update: An example. Epoch: 2.4 of 3, Step: 4",
        "Threadtune, update: An example. Epoch: 2.6 of 3, Step: 6",
    ]


async def test_an_expectation_looks_at_cards_tables_and_quotes_since_the_last_message() -> None:
    terminal = Terminal()
    await terminal.post(ChatMessage(text="before"), 1)

    async def expect(desk: Desk) -> None:
        await desk.send("hello", "s:1")
        await terminal.post(face("Approve", quoted=(Field(name="Answer", value="two\n  words"),)), 2)
        await desk.draw()
        assert desk.replies_contain("TWO WORDS")
        assert desk.replies_contain("an example")
        assert desk.replies_contain("approve")
        assert not desk.replies_contain("before")

    await terminal.run(expect)


async def test_a_card_that_turns_to_another_page_is_read_out_whole_and_can_be_pressed_by_number() -> None:
    terminal = Terminal()
    page = Field(name="Answer", value="page one")

    async def turn(desk: Desk) -> None:
        receipt = await terminal.platform.post(SENDER.address, face("Approve", card_id="deck", state="e1"), "tt-1")
        await terminal.post(ChatMessage(text="Send me the answer as it should be."), 2)
        await desk.typed("the better answer")
        second = face("Approve", card_id="deck", state="e2", quoted=(page,))
        await terminal.platform.edit(SENDER.address, receipt, second, "tt-1")
        await desk.draw()
        assert desk.replies_contain("page one")
        await desk.typed("1")

    await terminal.run(turn)
    assert "Threadtune: Answer: page one\n" in terminal.text
    press = terminal.received.events[-1]
    assert isinstance(press, ButtonPressed)
    assert press.card_id == "deck"


async def test_the_same_button_of_another_page_is_another_press() -> None:
    one, two = (CardFace(card_id="deck", title="t", buttons=(NEXT,), state=state) for state in ("e1", "e2"))
    assert press_id("c", "p", one, NEXT) == press_id("c", "p", one, NEXT) != press_id("c", "p", two, NEXT)
    assert press_id("c", "p", one, NEXT) != press_id("c", "q", one, NEXT), "two people may press the same button"


async def test_what_another_process_posted_is_drawn_too() -> None:
    terminal = Terminal()

    async def elsewhere(desk: Desk) -> None:
        await terminal.transcript.add(
            "console:terminal", HOUSE, ChatMessage(text="from afar").to_json(), Clock().now, 9
        )
        await desk.draw()

    await terminal.run(elsewhere)
    assert terminal.text == "Threadtune: from afar\n"


async def test_lines_of_a_pipe_are_messages_and_a_block_is_one() -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, b'hello\n"""\ntwo\nlines\n"""\nlast \xff')
    os.close(write_end)
    terminal = Terminal()
    await terminal.new_platform(LineInput(descriptor=read_end)).run(terminal.received)
    os.close(read_end)
    texts = [event.text for event in terminal.received.events if isinstance(event, MessageReceived)]
    assert texts == ["hello", "two\nlines", "last \ufffd"]


@pytest.mark.parametrize("word", ["/quit", "exit", " Quit ", "\x04"])
async def test_a_line_that_asks_to_leave_is_no_answer(word: str) -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, f'hello\n"""\nquit\n"""\n{word}\nnever heard\n'.encode())
    os.close(write_end)
    terminal = Terminal()
    await terminal.new_platform(LineInput(descriptor=read_end)).run(terminal.received)
    os.close(read_end)
    texts = [event.text for event in terminal.received.events if isinstance(event, MessageReceived)]
    assert texts == ["hello", "quit"], "between quotation marks it is a message"


class TestWhatAPersonIsToldDirectly:
    """It stands in the conversation of their name, while they talk in another."""

    async def test_is_shown_among_the_rest(self) -> None:
        terminal = Terminal()
        await terminal.post(ChatMessage(text="Hello"), 7)
        await terminal.platform.post({"person": "console:ada"}, ChatMessage(text="Ben asks for your leave"), "tt-8")
        await terminal.platform.post({"person": "console:ben"}, ChatMessage(text="for Ben alone"), "tt-9")
        await terminal.post(ChatMessage(text="And on"), 10)
        printed: list[str] = []

        async def look(desk: Desk) -> None:
            printed.extend(str(line.message["text"]) for line in desk.view.lines)

        await terminal.run(look)
        assert printed == ["Hello", "Ben asks for your leave", "And on"]

    async def test_is_answered_where_it_was_asked(self) -> None:
        terminal = Terminal()
        await terminal.platform.post({"person": "console:ada"}, face("Yes", "No", card_id="asked"), "tt-8")
        await terminal.run(lambda desk: desk.typed("Yes"))
        (event,) = terminal.received.events
        assert isinstance(event, ButtonPressed)
        assert (event.card_id, event.sender.conversation_id) == ("asked", "console:ada")
        assert event.sender.address == {"conversation": "console:ada"}

    async def test_counts_once_wherever_it_is_pressed(self) -> None:
        terminal = Terminal()
        await terminal.platform.post({"person": "console:ada"}, face("Yes", card_id="asked"), "tt-8")
        await terminal.run(lambda desk: desk.typed("Yes"))
        await terminal.run(lambda desk: desk.hand_in_again())
        assert len({event.id for event in terminal.received.events}) == 1
        assert {event.sender.conversation_id for event in terminal.received.events} == {"console:ada"}


async def test_a_fault_of_the_transcript_ends_the_platform_instead_of_leaving_it_silent() -> None:
    class Broken:
        async def since(self, conversation_id: str, after_id: int) -> object:
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await Terminal(Broken()).run()  # type: ignore[arg-type]  # broken on purpose


async def test_a_closed_card_is_drawn_in_place_and_then_for_good() -> None:
    console = Console(file=io.StringIO(), record=True, width=100, force_terminal=False)
    screen = LiveScreen(console, words, "/home", Sparse(lambda: 0.0))
    running, done = face("Stop", card_id="run:1").card, face(card_id="run:1", note="Best loss 1.2").card
    assert running is not None
    assert done is not None
    screen.update(running)
    screen.update(done)
    screen.close()
    assert console.export_text().count("Best loss 1.2") == 1

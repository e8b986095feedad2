"""A script through the real dispatcher, outbox and terminal: every line answered once, also after an interruption."""

from dataclasses import dataclass, field
from pathlib import Path

from agent.replies import AnyReply, Choice, Say, ShowCard
from agent.words.en_bot import SENTENCES
from bot.bootstrap import run_beside
from bot.chat.events import ButtonPressed, ChatEvent, FormSubmitted, MessageReceived, Sender
from bot.dispatcher import Dispatcher
from bot.outbox import OutboxPoster
from bot.platforms.console.adapter import ConsolePlatform, ScriptInput, Table
from bot.platforms.console.screen import PlainScreen, Sparse
from bot.platforms.console.script import Player, Playing, parse
from bot.terminal import Questions
from storage.domain import Conversation, EventKind, InboxEvent, Person
from storage.memory import memory_store
from storage.ports import Store

CONVERSATION = "console:terminal"


class Killed(Exception):
    """The process ends here."""


@dataclass
class StoresEvents:
    """A receiver without files; told to, it dies right after an event was stored."""

    store: Store
    die_after: str = ""

    async def receive(self, event: ChatEvent) -> bool:
        assert not isinstance(event, FormSubmitted), "a terminal has no forms"
        press = isinstance(event, ButtonPressed)
        stored = await self.store.inbox.put(
            InboxEvent(
                id=event.id,
                conversation_id=CONVERSATION,
                person_id="console:ada",
                kind=EventKind.PRESS if press else EventKind.MESSAGE,
                payload={"text": event.label if isinstance(event, ButtonPressed) else event.text},
                received_at=event.at,
            ),
            Conversation(id=CONVERSATION, platform="console", address={"conversation": CONVERSATION}),
            Person(id="console:ada", platform="console", display_name="Ada", created_at=event.at),
        )
        if isinstance(event, MessageReceived) and event.text == self.die_after:
            raise Killed
        return stored


@dataclass
class Echo:
    """Answers a message with its text, ``card`` with a card besides."""

    answered: list[str] = field(default_factory=list)

    async def handle(self, event: InboxEvent) -> list[AnyReply]:
        text = event.payload["text"]
        self.answered.append(text)
        replies: list[AnyReply] = [Say(text=f"You said {text}.")]
        if text == "card":
            yes = Choice(label="Approve", action="approve")
            replies.append(ShowCard(card_id="c", card_kind="k", subject={}, title="Choose", choices=(yes,)))
        return replies

    async def handle_express(self, event: InboxEvent) -> list[AnyReply]:
        return await self.handle(event)

    async def give_up(self, event: InboxEvent, error: Exception) -> list[AnyReply]:
        raise error


@dataclass
class House:
    """What outlives a process: the store and the file of the playing."""

    tmp_path: Path
    store: Store = field(default_factory=memory_store)
    printed: list[str] = field(default_factory=list)
    echo: Echo = field(default_factory=Echo)

    async def play(self, script: str, resume: bool = False, die_after: str = "") -> int:
        path = self.tmp_path / "s.chat"
        path.write_text(script)
        playing = Playing.start(path, CONVERSATION, self.tmp_path / "scripts", resume)
        questions = Questions(self.store, CONVERSATION, CONVERSATION)

        def player(table: Table) -> Player:
            conditions = {"trained": questions.trained, "evaluated": questions.evaluated, "idle": questions.idle}
            return Player(
                stage=table,
                playing=playing,
                folder=self.tmp_path,
                settled=questions.settled,
                conditions=conditions,
                patience=20,
            )

        platform = ConsolePlatform(
            transcript=self.store.transcript,
            screen=PlainScreen(self.printed.append, _words, "/home", Sparse(lambda: 0.0)),
            input=ScriptInput(player=player, steps=parse(script.splitlines())),
            sender=Sender(
                person_id="console:ada",
                display_name="Ada",
                conversation_id=CONVERSATION,
                address={"conversation": CONVERSATION},
            ),
            words=_words,
            echo=True,
            show_earlier=resume,
        )
        await self._serve(platform, StoresEvents(self.store, die_after))
        return platform.exit_status

    async def _serve(self, platform: ConsolePlatform, receiver: StoresEvents) -> None:
        dispatcher = Dispatcher(self.store, self.echo, f"w{len(self.printed)}")
        outbox = OutboxPoster(self.store, {"console": platform}, "w", lambda: "", queued=dispatcher.replied)
        await run_beside([dispatcher.run, outbox.run], [platform.run(receiver)])

    @property
    def text(self) -> str:
        return "".join(self.printed)


def _words(key: str, **values: object) -> str:
    return SENTENCES[key].format(**values)


async def test_a_script_is_played_to_its_end_in_order(tmp_path: Path) -> None:
    house = House(tmp_path)
    script = "one\n@expect you said ONE\ncard\n@pick approve\n@wait idle 20\n@expect said Approve\n"
    assert await house.play(script) == 0
    assert house.echo.answered == ["one", "card", "Approve"]
    assert house.text.splitlines() == [
        "You: one",
        "Threadtune: You said one.",
        "You: card",
        "Threadtune: You said card.",
        "Threadtune: Choose",
        "Threadtune: You can choose: 1 Approve. Write the word; at a prompt its number, if it has one, will do.",
        "You: @pick Approve",
        "Threadtune: You said Approve.",
    ]


async def test_a_line_that_is_the_label_of_the_card_shown_last_presses_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert await house.play('card\n"""\nApprove\n"""\ncard\n') == 0
    assert house.echo.answered == ["card", "Approve", "card"]
    assert "@pick" not in house.text, "a block is a message, whatever it says"
    fresh = House(tmp_path)
    assert await fresh.play("card\napprove\n@expect said Approve\n") == 0
    assert "You: @pick Approve" in fresh.text


async def test_a_failed_expectation_ends_it_with_status_1_and_says_why(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert await house.play("one\n@expect two\nnever sent\n") == 1
    assert "line 2" in house.text
    assert "“two”" in house.text
    assert house.echo.answered == ["one"]


async def test_after_a_kill_it_goes_on_without_saying_anything_twice(tmp_path: Path) -> None:
    house = House(tmp_path)
    script = "one\ntwo\n@expect said two\nthree\n"
    died = False
    try:
        await house.play(script, die_after="two")
    except Killed:
        died = True
    assert died
    assert await house.play(script, resume=True) == 0
    assert house.echo.answered == ["one", "two", "three"]
    lines = await house.store.transcript.since(CONVERSATION, 0)
    assert [line.message["text"] for line in lines] == [
        "one",
        "You said one.",
        "two",
        "You said two.",
        "three",
        "You said three.",
    ]


async def test_playing_it_afresh_says_everything_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert await house.play("one\n") == 0
    assert await house.play("one\n") == 0
    assert house.echo.answered == ["one", "one"]


async def test_waiting_for_a_run_that_never_comes_fails(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert await house.play("one\n@wait trained 0.05\n") == 1
    assert "trained 0.05" in house.text

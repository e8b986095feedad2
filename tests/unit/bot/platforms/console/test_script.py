"""A script is read line by line, its faults are told with their line, and it is played one answered line at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.platforms.console.script import (
    BadScript,
    Effort,
    Expect,
    Failure,
    Parser,
    Pick,
    Player,
    Playing,
    ScriptChanged,
    Send,
    Step,
    Upload,
    Wait,
    effort,
    parse,
    parse_stream,
    read,
)

SCRIPT = '''\
# a comment

/tune new
  I want short release notes.
"""
two lines,
  # no comment here
"""
@wait trained
@wait idle 5
@expect  well done
@pick Not now
@upload rows.jsonl
'''


def test_every_kind_of_line() -> None:
    assert parse(SCRIPT.splitlines()) == [
        Send(line=3, text="/tune new"),
        Send(line=4, text="I want short release notes."),
        Send(line=5, text="two lines,\n  # no comment here", block=True),
        Wait(line=9, condition="trained", seconds=600.0),
        Wait(line=10, condition="idle", seconds=5.0),
        Expect(line=11, text="well done"),
        Pick(line=12, label="Not now"),
        Upload(line=13, path="rows.jsonl"),
    ]


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert parse(["\ufeffhello\r\n", "@pick Yes\r\n"]) == [Send(line=1, text="hello"), Pick(line=2, label="Yes")]


@pytest.mark.parametrize(
    ("script", "line", "code"),
    [
        ("hello\n@click Yes", 2, "unknown_word"),
        ("@pick", 1, "needs_more"),
        ("@expect   ", 1, "needs_more"),
        ("\n\n@wait later", 3, "unknown_wait"),
        ("@wait idle soon", 1, "bad_seconds"),
        ("@wait idle -1", 1, "bad_seconds"),
        ("@wait idle nan", 1, "bad_seconds"),
        ('hello\n"""\nnever closed', 2, "open_block"),
        ('"""\n  \n"""', 1, "empty_block"),
    ],
)
def test_a_fault_is_told_with_its_line(script: str, line: int, code: str) -> None:
    with pytest.raises(BadScript) as caught:
        parse(script.splitlines())
    assert (caught.value.line, caught.value.code) == (line, code)


def test_a_file_that_is_not_text_and_one_that_uploads_nothing(tmp_path: Path) -> None:
    script = tmp_path / "s.txt"
    script.write_bytes(b"hello\n\xff\xfe\n")
    with pytest.raises(BadScript) as caught:
        read(script)
    assert (caught.value.line, caught.value.code) == (2, "not_text")
    script.write_text("@upload gone.jsonl")
    with pytest.raises(BadScript) as caught:
        read(script)
    assert (caught.value.code, caught.value.what) == ("no_such_file", "gone.jsonl")


@dataclass
class Conversation:
    """A stage that answers ``<text>!`` once the player has asked three times whether it is settled."""

    log: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    replies: list[str] = field(default_factory=list)
    unanswered: int = 0
    asked: int = 0
    trained: bool = True

    async def send(self, text: str, step_id: str) -> None:
        assert self.unanswered == 0, "a line was sent before the one before it was answered"
        self.log.append(text)
        self.shown.add(step_id)
        self.replies = []
        self.unanswered, self.asked = 1, 0

    async def say(self, text: str, step_id: str) -> None:
        await self.send(text, step_id)

    async def upload(self, path: Path, step_id: str) -> None:
        await self.send(f"upload {path.name}", step_id)

    async def pick(self, label: str, step_id: str) -> str | None:
        if label == "Missing":
            return "no_such_button"
        await self.send(f"pick {label}", step_id)
        return None

    def sent(self, step_id: str) -> bool:
        return step_id in self.shown

    async def send_again(self, step_id: str) -> None:
        self.log.append("again")

    def replies_contain(self, text: str) -> bool:
        return any(text in reply for reply in self.replies)

    async def draw(self) -> None:
        pass

    async def settled(self) -> bool:
        self.asked += 1
        if self.unanswered and self.asked >= 2:
            self.replies.append(f"{self.log[-1]}!")
            self.unanswered = 0
        return self.unanswered == 0

    async def is_trained(self) -> bool:
        return self.trained


def player(stage: Conversation, playing: Playing | None = None, patience: float = 5.0) -> Player:
    return Player(
        stage=stage,
        playing=playing or Playing(nonce="n"),
        folder=Path(),
        settled=stage.settled,
        conditions={"trained": stage.is_trained, "evaluated": stage.is_trained, "idle": stage.settled},
        patience=patience,
    )


async def play(stage: Conversation, *script: str) -> Failure | None:
    return await player(stage).play(parse(script))


async def test_a_line_is_sent_when_everything_before_is_answered() -> None:
    stage = Conversation()
    assert await play(stage, "one", "@expect one!", "two", "@pick Yes", "@wait trained", "@expect pick Yes!") is None
    assert stage.log == ["one", "two", "pick Yes"]
    assert stage.unanswered == 0, "the last line was answered before it ended"


async def test_an_expectation_is_about_the_replies_since_the_last_message() -> None:
    assert await play(Conversation(), "one", "two", "@expect one!") == Failure(3, "not_said", "one!")


async def test_a_missing_button_and_a_wait_in_vain_stop_the_script() -> None:
    assert await play(Conversation(), "one", "@pick Missing") == Failure(2, "no_such_button", "Missing")
    assert await play(Conversation(trained=False), "@wait trained 0.01") == Failure(1, "waited", "trained 0.01")


async def test_silence_is_a_failure() -> None:
    async def never() -> bool:
        return False

    stage = Conversation()
    silent = Player(stage=stage, playing=Playing(nonce="n"), folder=Path(), settled=never, conditions={}, patience=0.01)
    assert await silent.play(parse(["one"])) == Failure(1, "unanswered", "0.01")


async def test_an_interrupted_playing_goes_on_after_the_last_line_it_sent(tmp_path: Path) -> None:
    script = tmp_path / "s.txt"
    script.write_text("one\n@expect one!\ntwo\nthree\n")
    first = Playing.start(script, "console:terminal", tmp_path / "scripts", resume=False)
    shown = {first.step_id(step) for step in read(script) if step.line in (1, 3)}

    resumed = Playing.start(script, "console:terminal", tmp_path / "scripts", resume=True)
    stage = Conversation(shown=shown)
    assert await player(stage, resumed).play(read(script)) is None
    assert stage.log == ["again", "three"]


def test_a_fresh_playing_is_another_one_and_a_finished_one_is_not_begun_anew_by_resuming_it(tmp_path: Path) -> None:
    script = tmp_path / "s.txt"
    script.write_text("one\n")
    folder = tmp_path / "scripts"
    first = Playing.start(script, "console:terminal", folder, resume=False)
    second = Playing.start(script, "console:terminal", folder, resume=False)
    assert first.nonce != second.nonce
    assert Playing.start(script, "console:other", folder, resume=True).nonce != second.nonce
    assert Playing.start(script, "console:terminal", folder, resume=True).nonce == second.nonce
    second.over()
    again = Playing.start(script, "console:terminal", folder, resume=True)
    assert again.nonce == second.nonce, "killed after its last line, it says nothing twice"
    again.over()
    assert Playing.start(script, "console:terminal", folder, resume=False).nonce != second.nonce


async def test_resuming_what_was_played_to_its_end_says_nothing_more(tmp_path: Path) -> None:
    script = tmp_path / "s.txt"
    script.write_text("one\ntwo\n")
    ended = Playing.start(script, "console:terminal", tmp_path / "scripts", resume=False)
    ended.over()
    resumed = Playing.start(script, "console:terminal", tmp_path / "scripts", resume=True)
    stage = Conversation(shown={ended.step_id(step) for step in read(script)})
    assert await player(stage, resumed).play(read(script)) is None
    assert stage.log == ["again"], "the last line is handed in once more under its id, and counts once"


def test_a_script_that_was_played_to_its_end_may_be_changed(tmp_path: Path) -> None:
    script = tmp_path / "s.txt"
    script.write_text("one\n")
    ended = Playing.start(script, "console:terminal", tmp_path / "scripts", resume=False)
    ended.over()
    script.write_text("two\n")
    assert Playing.start(script, "console:terminal", tmp_path / "scripts", resume=True).nonce != ended.nonce


def test_a_changed_script_is_not_resumed(tmp_path: Path) -> None:
    script = tmp_path / "s.txt"
    script.write_text("one\n")
    Playing.start(script, "console:terminal", tmp_path / "scripts", resume=False)
    script.write_text("another\n")
    with pytest.raises(ScriptChanged):
        Playing.start(script, "console:terminal", tmp_path / "scripts", resume=True)


async def test_steps_can_come_one_by_one() -> None:
    async def lines() -> AsyncIterator[str]:
        for line in ("one", "@expect one!", "@oops"):
            yield line

    stage = Conversation()
    seen: list[Step] = []
    with pytest.raises(BadScript):
        await player(stage).play_stream(_tee(parse_stream(lines()), seen))
    assert stage.log == ["one"]
    assert len(seen) == 2


async def _tee(steps: AsyncIterator[Step], seen: list[Step]) -> AsyncIterator[Step]:
    async for step in steps:
        seen.append(step)
        yield step


def test_a_script_tells_what_it_asks_of_a_person() -> None:
    steps = parse(["hello there", '"""', "Output:", "two lines", '"""', "@pick Approve", "@upload a.csv", "写发布说明"])
    assert effort(steps) == Effort(messages=3, words=2 + 3 + 3, presses=1, files=1)


def test_an_empty_message_that_is_typed_is_passed_over() -> None:
    parser = Parser(empty_blocks=True)
    assert [parser.feed(line) for line in ('"""', "", '"""')] == [None, None, None]
    parser.end()

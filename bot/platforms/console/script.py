"""Conversations written down: parses a script, and plays it line by line.

    /tune new            a message (also ordinary words); the label of a button of the card shown last presses it
    \"\"\"                  a block between two such lines is one message
    @pick Approve        press the button with this label on the latest card
    @upload rows.jsonl   send a file; a relative path starts at the script's folder, else at the current one
    @wait trained 600    until trained, evaluated or idle, at most so many seconds (600)
    @expect some words   fail unless a reply since the last message contains them (whatever their case)
    # a comment

It does not know what trained or idle mean: the questions are handed in.
"""

import asyncio
import json
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

DEFAULT_WAIT = 600.0
"""Seconds."""
CONDITIONS = ("trained", "evaluated", "idle")
LOOK_EVERY = 0.1
"""Seconds between looks whether everything is answered."""

_FENCE = '"""'


class BadScript(Exception):
    """The script cannot be played: ``line`` counts from 1, ``code`` says why (a key below ``console.script.``)."""

    def __init__(self, line: int, code: str, what: str = "") -> None:
        super().__init__(f"line {line}: {code} {what}".strip())
        self.line = line
        self.code = code
        self.what = what


class ScriptChanged(Exception):
    """An interrupted playing cannot go on: its script reads otherwise now."""


@dataclass(frozen=True, kw_only=True)
class Send:
    line: int
    text: str
    block: bool = False
    """Between lines of quotation marks: a message whatever it says, never a button's label."""


@dataclass(frozen=True, kw_only=True)
class Pick:
    line: int
    label: str


@dataclass(frozen=True, kw_only=True)
class Upload:
    line: int
    path: str


@dataclass(frozen=True, kw_only=True)
class Wait:
    line: int
    condition: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Expect:
    line: int
    text: str


Step = Send | Pick | Upload | Wait | Expect


class Parser:
    """Reads a script line by line."""

    def __init__(self, empty_blocks: bool = False) -> None:
        """``empty_blocks``: whether a message without words is passed over, as what somebody types is."""
        self._empty_blocks = empty_blocks
        self._line = 0
        self._block: list[str] | None = None
        self._opened = 0

    def feed(self, line: str) -> Step | None:
        """Take the next line; return the step that it completes. Raises BadScript."""
        self._line += 1
        text = line.rstrip("\r\n")
        if self._line == 1:
            text = text.removeprefix("\ufeff")
        if self._block is not None:
            return self._inside(text)
        text = text.strip()
        if text == _FENCE:
            self._block, self._opened = [], self._line
            return None
        if not text or text.startswith("#"):
            return None
        return self._directive(text) if text.startswith("@") else Send(line=self._line, text=text)

    def end(self) -> None:
        """Raises BadScript if a block was left open."""
        if self._block is not None:
            raise BadScript(self._opened, "open_block")

    def _inside(self, text: str) -> Step | None:
        assert self._block is not None
        if text.strip() != _FENCE:
            self._block.append(text)
            return None
        message, self._block = "\n".join(self._block), None
        if not message.strip():
            if self._empty_blocks:
                return None
            raise BadScript(self._opened, "empty_block")
        return Send(line=self._opened, text=message, block=True)

    def _directive(self, text: str) -> Step:
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if word not in ("@pick", "@upload", "@expect", "@wait"):
            raise BadScript(self._line, "unknown_word", word)
        if not rest:
            raise BadScript(self._line, "needs_more", word)
        match word:
            case "@pick":
                return Pick(line=self._line, label=rest)
            case "@upload":
                return Upload(line=self._line, path=rest)
            case "@expect":
                return Expect(line=self._line, text=rest)
            case _:
                return self._wait(rest)

    def _wait(self, rest: str) -> Wait:
        condition, _, seconds = rest.partition(" ")
        if condition not in CONDITIONS:
            raise BadScript(self._line, "unknown_wait", condition)
        try:
            limit = float(seconds or DEFAULT_WAIT)
        except ValueError:
            limit = -1.0
        if not 0 < limit < 1e7:  # also refuses "nan" and "inf"
            raise BadScript(self._line, "bad_seconds", seconds)
        return Wait(line=self._line, condition=condition, seconds=limit)


def parse(lines: Iterable[str]) -> list[Step]:
    """Return the steps of a whole script. Raises BadScript."""
    parser = Parser()
    steps = [step for step in map(parser.feed, lines) if step is not None]
    parser.end()
    return steps


async def parse_stream(
    lines: AsyncIterator[str], leaves: Callable[[str], bool] = lambda line: False
) -> AsyncIterator[Step]:
    """Yield the steps of a script that is still being written (standard input), up to a line that asks to leave.
    Raises BadScript."""
    parser = Parser(empty_blocks=True)
    async for line in lines:
        step = parser.feed(line)
        if isinstance(step, Send) and not step.block and leaves(step.text):
            return
        if step is not None:
            yield step
    parser.end()


def read(path: Path) -> list[Step]:
    """Return the steps of a script file; the files that it uploads must be there. Raises BadScript, OSError."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadScript(raw.count(b"\n", 0, error.start) + 1, "not_text") from error
    steps = parse(text.split("\n"))
    for step in steps:
        if isinstance(step, Upload) and not upload_path(step.path, path.parent).is_file():
            raise BadScript(step.line, "no_such_file", step.path)
    return steps


def upload_path(name: str, folder: Path) -> Path:
    """Where an ``@upload`` finds its file: below the folder, else from the current one."""
    path = Path(name).expanduser()
    beside = folder / path
    return beside if path.is_absolute() or beside.exists() else path


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What a script asks of a person."""

    messages: int
    """Typed, commands included."""
    words: int
    """Of those messages; in scripts without blanks two characters count as one."""
    presses: int
    files: int


def effort(steps: Iterable[Step]) -> Effort:
    """Count what a person would have to do."""
    texts, presses, files = [], 0, 0
    for step in steps:
        match step:
            case Send():
                texts.append(step.text)
            case Pick():
                presses += 1
            case Upload():
                files += 1
    return Effort(messages=len(texts), words=sum(map(_words, texts)), presses=presses, files=files)


def _words(text: str) -> int:
    ideographs = sum(0x3040 <= ord(character) <= 0x9FFF for character in text)
    others = "".join(" " if 0x3040 <= ord(character) <= 0x9FFF else character for character in text)
    return len(others.split()) + (ideographs + 1) // 2


@dataclass(frozen=True)
class Playing:
    """One playing of a script: its nonce makes the events' ids, and outlives the process in a small file."""

    nonce: str
    file: Path | None = None

    @classmethod
    def start(cls, script: Path, conversation_id: str, folder: Path, resume: bool) -> "Playing":
        """A fresh playing, or with ``resume`` the latest one of the same script and conversation, if any.

        One that was played to its end counts too: the process may have been killed between its last line and its own
        end, and nothing is said twice. Raises ScriptChanged if the script was changed before the playing had ended.
        """
        digest = sha256(script.read_bytes()).hexdigest()
        name = sha256(f"{script.resolve()}\x1f{conversation_id}".encode()).hexdigest()[:16]
        file = folder / f"{script.stem[:40]}-{name}.json"
        if resume and file.exists():
            known = json.loads(file.read_text("utf-8"))
            if known["digest"] == digest:
                return cls(nonce=known["nonce"], file=file)
            if not known.get("over"):
                raise ScriptChanged
        playing = cls(nonce=secrets.token_hex(8), file=file)
        _write_whole(file, json.dumps({"nonce": playing.nonce, "digest": digest}))
        return playing

    @classmethod
    def of_stream(cls) -> "Playing":
        return cls(nonce=secrets.token_hex(8))

    def step_id(self, step: Step) -> str:
        return f"{self.nonce}:{step.line}"

    def over(self) -> None:
        """It was played to its end: the script may be changed now."""
        if self.file:
            known = json.loads(self.file.read_text("utf-8"))
            _write_whole(self.file, json.dumps({**known, "over": True}))


class Stage(Protocol):
    """What a player does to the conversation."""

    async def send(self, text: str, step_id: str) -> None: ...

    async def say(self, text: str, step_id: str) -> None:
        """Send a line, or press the button of the card shown last that has it as its label."""

    async def upload(self, path: Path, step_id: str) -> None: ...

    async def pick(self, label: str, step_id: str) -> str | None:
        """Press a button of the latest card that has it. Returns what was wrong, as a key of words."""

    def sent(self, step_id: str) -> bool:
        """Whether the conversation shows this step already (an interrupted playing)."""

    async def send_again(self, step_id: str) -> None:
        """Hand in once more what a shown step said; it counts once."""

    def replies_contain(self, text: str) -> bool:
        """Whether a reply since the person's last line contains the text."""

    async def draw(self) -> None:
        """Show what is new."""


@dataclass(frozen=True)
class Failure:
    """Why a playing stopped: a key below ``console.script.`` and its values."""

    line: int
    code: str
    what: str = ""


Question = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True)
class Player:
    stage: Stage
    playing: Playing
    folder: Path
    settled: Question
    """Whether everything that was said is answered, and every answer posted."""
    conditions: Mapping[str, Question]
    """By the words of ``CONDITIONS``."""
    patience: float = DEFAULT_WAIT
    """Seconds that an answer may take."""

    async def play(self, steps: list[Step]) -> Failure | None:
        """Play a script; what an interrupted playing sent already is not sent again."""
        sent = [number for number, step in enumerate(steps) if self.stage.sent(self.playing.step_id(step))]
        if sent:
            await self.stage.send_again(self.playing.step_id(steps[sent[-1]]))
            steps = steps[sent[-1] + 1 :]
        for step in steps:
            if failure := await self._step(step):
                return failure
        return await self._settle(steps[-1].line if steps else 0)

    async def play_stream(self, steps: AsyncIterator[Step]) -> Failure | None:
        """Play steps as they come."""
        line = 0
        async for step in steps:
            line = step.line
            if failure := await self._step(step):
                return failure
        return await self._settle(line)

    async def _step(self, step: Step) -> Failure | None:
        if failure := await self._settle(step.line):
            return failure
        step_id = self.playing.step_id(step)
        match step:
            case Send():
                await (self.stage.send if step.block else self.stage.say)(step.text, step_id)
            case Upload():
                path = upload_path(step.path, self.folder)
                if not path.is_file():
                    return Failure(step.line, "no_such_file", step.path)
                await self.stage.upload(path, step_id)
            case Pick():
                if problem := await self.stage.pick(step.label, step_id):
                    return Failure(step.line, problem, step.label)
            case Wait():
                return await self._wait(step)
            case Expect():
                if not self.stage.replies_contain(step.text):
                    return Failure(step.line, "not_said", step.text)
        return None

    async def _wait(self, step: Wait) -> Failure | None:
        if not await self._until(self.conditions[step.condition], step.seconds):
            return Failure(step.line, "waited", f"{step.condition} {step.seconds:g}")
        return await self._settle(step.line)

    async def _settle(self, line: int) -> Failure | None:
        if not await self._until(self.settled, self.patience):
            return Failure(line, "unanswered", f"{self.patience:g}")
        await self.stage.draw()
        return None

    async def _until(self, question: Question, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while not await question():  # noqa: ASYNC110  # what it asks about may be done by another process
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            return False
        return True


def _write_whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)

"""Who is shown what in Slack, with the whole house behind it: curious colleagues, lost channels, people who press at once."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.messages import ChatMessage
from bot.platforms.slack.manifest import EXAMPLE_SHORTCUT
from storage.domain import OutboxKind, Outgoing
from tests.fakes.slack_person import SlackPerson
from tests.unit.bot.platforms.slack.at_work import AtWork, at_work

WARD = "C0WARD"
EXAMPLE = "Instruction: Write a handover\nInput: bed 1\nOutput: S: bed 1, asleep"


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[AtWork]:
    async with at_work(tmp_path) as there:
        yield there


async def begin(person: SlackPerson) -> str:
    """A project in a thread of the ward's channel; returns the thread."""
    thread = await person.say(WARD, "@app Write shift handover notes for nurses on our ward")
    await person.choose("You decide the rest")
    await person.until_sees("Now I need examples")
    return thread


async def join(owner: SlackPerson, colleague: SlackPerson) -> None:
    await owner.command("share", WARD)
    card = await owner.until_sees("/tune join")
    code = re.search(r"/tune join (\S+)", owner.reads(card))
    assert code is not None
    await colleague.command(f"join {code[1]}", WARD)
    await colleague.until_sees("Welcome to", where=colleague.direct)


class TestALostChannel:
    async def test_tells_somebody_without_a_role_nothing_of_what_was_said_there(self, there: AtWork) -> None:
        thread = await begin(there.ada)
        await there.ada.say(WARD, EXAMPLE, thread=thread)
        await there.ada.until_sees("Is this example right")
        there.ward.members.discard(there.slack.ward.bot)
        await there.ben.press("Approve")
        await there.ben.until_sees("You cannot approve examples", where=there.ben.direct)
        told = Outgoing(position=0, kind=OutboxKind.POST, message=ChatMessage(text="Run 1 learned bed 1.").to_json())
        now = datetime.now(UTC)
        await there.store.outbox.put(f"slack:T0WARD:{WARD}:{thread}", "progress:1", [told], now)
        await there.ada.until_sees("Run 1 learned bed 1.", where=there.ada.direct)
        assert not there.ben.sees("bed 1", where=there.ben.direct), "although they spoke there last"

    async def test_is_made_up_for_where_the_person_has_a_role(self, there: AtWork) -> None:
        thread = await begin(there.ada)
        await join(there.ada, there.ben)
        await there.ada.say(WARD, EXAMPLE, thread=thread)
        await there.ada.until_sees("Is this example right")
        there.ward.members.discard(there.slack.ward.bot)
        await there.ben.press("Reject")
        await there.ben.until_sees("I am not in that channel any more", where=there.ben.direct)
        await there.ben.until_sees("Example rejected", where=there.ben.direct)
        assert not there.ada.sees("Example rejected", where=there.ada.direct)

    async def test_a_command_given_for_it_is_still_answered(self, there: AtWork) -> None:
        await begin(there.ada)
        there.ward.members.discard(there.slack.ward.bot)
        await there.ada.command("status", WARD)
        await there.ada.until_sees("0 approved", where=there.ada.direct)


class TestAProjectOfDirectMessages:
    async def test_is_named_nowhere_else(self, there: AtWork) -> None:
        ada, ben = there.ada, there.ben
        await ada.dm("Write answers to my own secret patients")
        await ada.choose("You decide the rest")
        await ada.until_sees("Now I need examples")
        thread = await begin(ada)
        for word in ("new", "models", "status", "share"):
            before = len(there.slack.ward.said)
            await ada.say(WARD, word, thread=thread)
            await _answered(there, before)
        for word in ("status", "models", "examples", "nonsense", "new"):
            before = len(there.slack.ward.said)
            await ada.command(word, WARD)
            await _answered(there, before)
        await ben.open_home()
        await ben.command("status", WARD)
        await ben.until_sees("None of the projects in this channel is open to you")
        assert "secret" not in ben.home
        shown = [message for message in there.slack.ward.said if message.channel == WARD]
        assert all("secret" not in ada.reads(message) for message in shown)

    async def test_is_offered_to_its_owner_alone_when_a_message_becomes_an_example(self, there: AtWork) -> None:
        await there.ada.dm("Write answers to my own secret patients")
        await there.ada.choose("You decide the rest")
        await there.ada.until_sees("Now I need examples")
        message = await there.ben.say(WARD, "Bed 3 slept well")
        await there.ben.shortcut(EXAMPLE_SHORTCUT, WARD, message)
        await there.ben.until_form("project")
        assert "secret" not in there.ben.form


class TestTwoPeopleAtOnce:
    async def test_decide_an_example_once_and_both_hear_how(self, there: AtWork) -> None:
        thread = await begin(there.ada)
        await join(there.ada, there.ben)
        await there.ada.say(WARD, EXAMPLE, thread=thread)
        await there.ada.until_sees("Is this example right")
        await asyncio.gather(there.ada.press("Approve"), there.ben.press("Reject"))
        await _until(lambda: there.ada.sees("decided already") or there.ben.sees("decided already"))
        assert not (there.ada.sees("decided already") and there.ben.sees("decided already"))
        assert sum(there.ada.counts(said) for said in ("Example approved", "Example rejected")) == 1


async def _answered(there: AtWork, before: int) -> None:
    """Somebody was answered since so many messages."""
    ours = there.slack.ward.bot
    await _until(lambda: any(message.user == ours for message in there.slack.ward.said[before:]))


async def _until(happens: Callable[[], object]) -> None:
    for _ in range(500):
        if happens():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")

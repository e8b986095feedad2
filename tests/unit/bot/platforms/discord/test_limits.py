"""Discord's limits are kept: those that discord.py knows by headers, and those that it does not."""

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.chat.errors import RetryLater
from bot.chat.messages import ChatMessage
from bot.platforms.discord.limits import A_SECOND, BANNED_AT, PAUSED_AT, SHORT, WINDOW, Pace
from tests.unit.bot.platforms.discord.posted import Posted, posted

MESSAGES, OTHER = "/api/v10/channels/1/messages", "/api/v10/users/@me"
POST, EDIT = r"POST /channels/\d+/messages", r"PATCH /messages/\d+"
HELLO = ChatMessage(text="Hello.")


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(clock=time, sleep=time.sleep)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Posted]:
    async with posted(tmp_path) as there:
        yield there


class TestAllRoutes:
    async def test_fifty_requests_a_second_over_all(self, time: Time, pace: Pace) -> None:
        made = []
        for _ in range(3 * A_SECOND):
            await pace.turn(OTHER)
            made.append(time.now)
        assert all(later - earlier >= 1.0 for earlier, later in zip(made, made[A_SECOND:], strict=False))
        assert made[-1] - made[0] == pytest.approx(2.0)

    async def test_answers_to_interactions_are_not_counted(self, time: Time, pace: Pace) -> None:
        for _ in range(3 * A_SECOND):
            await pace.turn("/api/v10/interactions/1/token/callback")
            await pace.turn("/api/v10/webhooks/1/token")
        assert time.now == 1000.0

    async def test_a_wait_for_all_routes_is_kept(self, time: Time, pace: Pace) -> None:
        with pytest.raises(discord.RateLimited):
            pace.answered(MESSAGES, 429, {"Retry-After": "20", "X-RateLimit-Scope": "global"})
        with pytest.raises(discord.RateLimited) as limited:
            await pace.turn(OTHER)
        assert limited.value.retry_after == pytest.approx(20)
        time.now += 20
        await pace.turn(OTHER)


class TestRefusedRequests:
    async def test_far_from_the_ban_nothing_is_asked_any_more(self, time: Time, pace: Pace) -> None:
        for _ in range(PAUSED_AT):
            assert pace.paused() == 0
            pace.answered(OTHER, 403, {})
        assert PAUSED_AT < BANNED_AT
        for path in (MESSAGES, OTHER, "/api/v10/interactions/1/token/callback"):
            with pytest.raises(discord.RateLimited) as limited:
                await pace.turn(path)
            assert limited.value.retry_after == WINDOW

    async def test_it_goes_on_once_they_are_long_ago(self, time: Time, pace: Pace) -> None:
        for _ in range(PAUSED_AT):
            pace.answered(OTHER, 401, {})
            time.now += 0.01
        time.now += WINDOW
        await pace.turn(MESSAGES)

    async def test_what_others_caused_is_not_counted(self, pace: Pace) -> None:
        for _ in range(PAUSED_AT):
            pace.answered(OTHER, 429, {"Retry-After": "1", "X-RateLimit-Scope": "shared"})
            pace.answered(OTHER, 404, {})
            pace.answered(OTHER, 200, {})
        assert pace.paused() == 0

    async def test_every_request_of_the_client_is_counted(self, there: Posted) -> None:
        pace = Pace()
        there.client.http._HTTPClient__session._trace_configs[0] = trace = pace.trace()  # type: ignore[attr-defined]  # private
        trace.freeze()
        there.thread.denied = {"send"}
        for number in range(3):
            with pytest.raises(Exception, match="missing_permissions"):
                await there.posting.post(there.address, HELLO, f"tt-{number}")
        assert len(pace._refused) == 3


class TestBuckets:
    async def test_are_kept_to_by_their_headers(self, there: Posted) -> None:
        there.server.limits[POST] = (2, 0.2)
        for number in range(7):
            await there.posting.post(there.address, HELLO, f"tt-{number}")
        assert len(there.thread.said) == 7
        assert [call.status for call in there.server.called(POST)] == [200] * 7, "none had to be refused"

    @pytest.mark.parametrize("scope", ["user", "shared", "global"])
    async def test_a_short_wait_is_waited(self, there: Posted, scope: str) -> None:
        there.server.faults.add(POST, "limited", seconds=0.05, scope=scope)
        await there.posting.post(there.address, HELLO, "tt-1")
        first, second = there.server.called(POST)
        assert (first.status, second.status) == (429, 200)
        assert second.at - first.at >= 0.05

    @pytest.mark.parametrize("scope", ["user", "shared", "global"])
    async def test_a_long_one_is_left_to_the_outbox(self, there: Posted, scope: str) -> None:
        there.server.faults.add(POST, "limited", seconds=SHORT + 14, scope=scope)
        with pytest.raises(RetryLater) as later:
            await there.posting.post(there.address, HELLO, "tt-1")
        assert later.value.seconds == pytest.approx(SHORT + 14)
        assert there.thread.texts == []

    async def test_an_edit_does_not_wait_within_the_client_so_that_a_later_face_replaces_it(
        self, there: Posted
    ) -> None:
        receipt = await there.posting.post(there.address, HELLO, "tt-1")
        there.server.faults.add(EDIT, "limited", seconds=SHORT + 5)
        with pytest.raises(RetryLater):
            await there.posting.edit(there.address, receipt, ChatMessage(text="Stale."), "tt-2")
        await there.posting.edit(there.address, receipt, ChatMessage(text="Fresh."), "tt-3")
        assert there.thread.texts == ["Fresh."]
        assert "Stale" not in str([call.body for call in there.server.called(EDIT) if call.status == 200])

    async def test_what_stands_before_the_api_is_waited_for(self, there: Posted) -> None:
        there.server.faults.add(POST, "garbled", seconds=40)
        with pytest.raises(RetryLater) as later:
            await there.posting.post(there.address, HELLO, "tt-1")
        assert later.value.seconds == 40

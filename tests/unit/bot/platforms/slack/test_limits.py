"""No faster than Slack allows, fair between threads, and never waiting where others could go on."""

from collections import Counter

import pytest

from bot.chat.errors import RetryLater
from bot.platforms.slack.limits import EDIT_EVERY, KEPT_FOR, POST_EVERY, SHORT, Call, Pace


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(clock=time, sleep=time.sleep)


def post(thread: str = "", channel: str = "C1", team: str = "T1") -> Call:
    return Call(team=team, method="chat.postMessage", channel=channel, thread=thread)


def edit(ts: str = "1.0", channel: str = "C1", team: str = "T1") -> Call:
    return Call(team=team, method="chat.update", channel=channel, ts=ts)


def call(method: str, team: str = "T1") -> Call:
    return Call(team=team, method=method)


@pytest.mark.parametrize(
    ("method", "a_minute"),
    [
        ("apps.connections.open", 1),
        ("chat.update", 50),
        ("conversations.replies", 50),
        ("views.publish", 100),
        ("a.method.that.is.new", 20),
    ],
)
def test_a_method_is_called_as_often_as_its_tier_allows_and_no_more(
    pace: Pace, time: Time, method: str, a_minute: int
) -> None:
    begun = time.now
    for _ in range(a_minute):
        assert pace.seconds_until(call(method)) == 0
        time.now += 0.1
    assert pace.seconds_until(call(method)) == pytest.approx(begun + 60 - time.now)
    assert pace.seconds_until(call(method, team="T2")) == 0, "workspaces are counted apart"
    time.now = begun + 60
    assert pace.seconds_until(call(method)) == 0


def test_an_app_that_is_sold_reads_history_once_a_minute(time: Time) -> None:
    pace = Pace(clock=time, sleep=time.sleep, sold=True)
    assert pace.seconds_until(call("conversations.history")) == 0
    assert pace.seconds_until(call("conversations.history")) == 60
    assert pace.seconds_until(call("conversations.replies")) == 0, "each method by itself"


def test_a_channel_is_posted_to_once_a_second_whatever_the_thread(pace: Pace, time: Time) -> None:
    assert pace.seconds_until(post("a")) == 0
    assert pace.seconds_until(post("b")) == POST_EVERY
    assert pace.seconds_until(post("", channel="C2")) == 0, "another channel does not wait"
    time.now += POST_EVERY
    assert pace.seconds_until(post("b")) == 0


def test_threads_of_a_channel_come_in_turn_however_much_one_of_them_says(pace: Pace, time: Time) -> None:
    """One thread asks ten times as often; each of those that wait gets every other turn at least."""
    said: Counter[str] = Counter()
    for tick in range(320):
        for thread in ["loud"] * 10 + (["quiet", "shy"] if tick % 2 else ["shy", "quiet"]):
            said[thread] += pace.seconds_until(post(thread)) == 0
        time.now += 0.125
    assert sum(said.values()) == 40
    assert max(said.values()) - min(said.values()) <= 1, said


def test_a_turn_is_kept_for_the_thread_that_was_told_to_come_back(pace: Pace, time: Time) -> None:
    pace.seconds_until(post("a"))
    later = pace.seconds_until(post("b"))
    time.now += later
    assert pace.seconds_until(post("c")) > 0, "it is b's turn"
    time.now += 0.3
    assert pace.seconds_until(post("b")) == 0
    assert pace.seconds_until(post("c")) == POST_EVERY, "b came late, so c moves back: never two within a second"


def test_a_turn_that_nobody_comes_for_holds_nobody_up_for_long(pace: Pace, time: Time) -> None:
    pace.seconds_until(post("a"))
    pace.seconds_until(post("never"))
    time.now += KEPT_FOR + 2
    assert pace.seconds_until(post("c")) == 0
    assert pace.seconds_until(post("never")) == POST_EVERY


def test_a_message_is_edited_every_three_seconds_at_most(pace: Pace, time: Time) -> None:
    assert pace.seconds_until(edit("1.0")) == 0
    assert pace.seconds_until(edit("1.0")) == EDIT_EVERY == 3
    assert pace.seconds_until(edit("2.0")) == 0, "another message"
    assert pace.seconds_until(edit("1.0", channel="C2")) == 0, (
        "the same timestamp in another channel is another message"
    )
    time.now += EDIT_EVERY
    assert pace.seconds_until(edit("1.0")) == 0


async def test_a_short_wait_is_waited_and_a_long_one_given_back(pace: Pace, time: Time) -> None:
    await pace.turn(post("a"))
    await pace.turn(post("b"))
    assert time.slept == [POST_EVERY]
    await pace.turn(edit())
    with pytest.raises(RetryLater) as later:
        await pace.turn(edit())
    assert later.value.seconds == EDIT_EVERY > SHORT
    assert time.slept == [POST_EVERY], "nobody slept for it"


async def test_a_crowded_channel_leaves_the_outbox_free_for_others(pace: Pace, time: Time) -> None:
    """The first of those that wait is waited for; the rest is told when to come back, each at another time."""
    answers = [pace.seconds_until(post(str(n))) for n in range(6)]
    assert answers == [0, 1, 2, 3, 4, 5]
    with pytest.raises(RetryLater) as later:
        await pace.turn(post("6"))
    assert later.value.seconds == 6
    assert pace.seconds_until(post("x", channel="C2")) == 0


def test_retry_after_holds_the_method_in_that_workspace_alone(pace: Pace, time: Time) -> None:
    pace.hold("T1", "chat.postMessage", 30)
    pace.hold("T1", "chat.postMessage", 5)  # a later answer that is milder does not shorten it
    assert pace.seconds_until(post()) == 30
    assert pace.seconds_until(post(channel="C9")) == 30
    assert pace.seconds_until(post(team="T2")) == 0
    assert pace.seconds_until(edit()) == 0
    time.now += 30
    assert pace.seconds_until(post()) == 0


def test_a_thread_that_waits_for_a_limit_takes_no_turn_away(pace: Pace, time: Time) -> None:
    pace.hold("T1", "chat.postMessage", 10)
    for thread in "abc":
        pace.seconds_until(post(thread))
    time.now += 10
    assert pace.seconds_until(post("c")) == 0


def test_memory_grows_with_the_last_minute_only(pace: Pace, time: Time) -> None:
    for n in range(20_000):
        pace.seconds_until(post(str(n), channel=f"C{n}", team=f"T{n % 50}"))
        pace.seconds_until(edit(f"{n}.0", team=f"T{n % 50}"))
        pace.hold(f"T{n}", "views.open", 1)
        time.now += 0.1
    in_a_minute = 60 / 0.1
    assert len(pace._turns) <= 2 * 2 * in_a_minute
    assert len(pace._held) <= 2 * in_a_minute
    assert sum(map(len, pace._calls.values())) <= 2 * 2 * in_a_minute

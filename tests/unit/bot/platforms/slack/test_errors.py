"""Every answer that Slack documents, and everything that breaks on the way, has one reaction of the outbox."""

import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError, SlackObjectFormationError, SlackRequestError

from bot.chat.errors import ChatError, Refused, RetryLater, Uncertain
from bot.platforms.slack.errors import LATER, NOT_EDITABLE, PERHAPS_DONE, TOKEN_LOST, chat_error, translated
from tests.unit.bot.platforms.slack.documented_errors import documented

HOST = ConnectionKey("slack.com", 443, True, True, None, None, None)

WAIT = {
    "external_channel_migrating",
    "message_limit_exceeded",
    "org_login_required",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
}
"""Documented as passing: a limit, a service that is down, a workspace that is being moved, a body that was cut off."""

LOOK = {"fatal_error", "file_update_failed", "internal_error", "messaging_processing_failed", "update_failed"}
"""Documented as failures inside Slack, some with the words "possible some aspect of the operation succeeded"."""


def answer(code: str | None, status: int = 200, headers: dict[str, Any] | None = None) -> SlackApiError:
    data = {"ok": False, "error": code} if code else {}
    response = SimpleNamespace(data=data, status_code=status, headers=headers or {})
    return failed(response)


def failed(response: Any) -> SlackApiError:
    return SlackApiError("failed", response)  # type: ignore[no-untyped-call]  # slack_sdk's is untyped


def expected(code: str) -> type[ChatError]:
    return RetryLater if code in WAIT else Uncertain if code in LOOK else Refused


def test_every_documented_code_has_its_reaction() -> None:
    errors = {code: chat_error(answer(code)) for code in documented()}
    assert {code: type(error) for code, error in errors.items()} == {code: expected(code) for code in documented()}
    assert all(error.code == code for code, error in errors.items() if isinstance(error, Refused))


def test_no_code_is_named_that_the_documentation_does_not_have() -> None:
    assert LATER.keys() | PERHAPS_DONE | TOKEN_LOST | NOT_EDITABLE <= documented()
    assert not LATER.keys() & PERHAPS_DONE


def test_a_code_that_nobody_knows_is_a_refusal_so_that_nothing_is_posted_twice() -> None:
    error = chat_error(answer("brand_new_code"))
    assert isinstance(error, Refused)
    assert error.code == "brand_new_code"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 1.0), ("-5", 1.0), ("1e12", 3600.0), ("inf", 3600.0), ("nan", 30.0), ("9" * 400, 3600.0)],
)
def test_a_wait_that_nobody_means_is_kept_within_bounds(value: str, seconds: float) -> None:
    """It becomes a time in the database: none without end, and none that lets us ask again without a pause."""
    error = chat_error(answer("ratelimited", 429, {"Retry-After": value}))
    assert isinstance(error, RetryLater)
    assert error.seconds == seconds


@pytest.mark.parametrize("header", ["Retry-After", "retry-after"])
@pytest.mark.parametrize("value", ["17", ["17"]])
def test_retry_after_is_honoured_as_slack_sends_it(header: str, value: Any) -> None:
    error = chat_error(answer("ratelimited", 429, {header: value}))
    assert isinstance(error, RetryLater)
    assert error.seconds == 17


@pytest.mark.parametrize("value", [None, "soon", "", []])
def test_a_limit_without_a_readable_time_waits_half_a_minute(value: Any) -> None:
    error = chat_error(answer("ratelimited", 429, {"Retry-After": value} if value is not None else {}))
    assert isinstance(error, RetryLater)
    assert error.seconds == LATER["ratelimited"]


@pytest.mark.parametrize(
    ("status", "reaction"),
    [
        (429, RetryLater),
        (400, Refused),
        (403, Refused),
        (404, Refused),
        (500, Uncertain),
        (502, Uncertain),
        (504, Uncertain),
    ],
)
def test_an_answer_that_is_not_slacks_is_judged_by_its_status(status: int, reaction: type[ChatError]) -> None:
    error = chat_error(answer(None, status))
    assert type(error) is reaction
    if isinstance(error, Refused):
        assert error.code == f"http_{status}"


def test_a_raw_answer_that_slack_sdk_could_not_read_is_judged_too() -> None:
    raw = SimpleNamespace(status=502, headers={})  # an aiohttp response, which has no data
    assert isinstance(chat_error(failed(raw)), Uncertain)


@pytest.mark.parametrize("data", [None, "down for maintenance", b"binary", {"error": 7}, {"error": ""}])
def test_a_body_of_any_shape_is_survived(data: Any) -> None:
    response = SimpleNamespace(data=data, status_code=503, headers={})
    assert isinstance(chat_error(failed(response)), Uncertain)


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientConnectorError(HOST, OSError("refused")),
        aiohttp.ClientConnectorDNSError(HOST, OSError("no such host")),
        aiohttp.ClientConnectorCertificateError(HOST, ssl.SSLCertVerificationError()),
        aiohttp.ClientConnectorSSLError(HOST, ssl.SSLError()),
        aiohttp.ConnectionTimeoutError(),
    ],
)
def test_where_no_connection_came_about_nothing_was_sent(error: Exception) -> None:
    assert isinstance(chat_error(error), RetryLater)


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset by peer"),
        aiohttp.ClientPayloadError(),
        aiohttp.SocketTimeoutError(),
        TimeoutError(),
        ConnectionResetError(),
    ],
)
def test_where_a_connection_broke_it_is_looked_up(error: Exception) -> None:
    with pytest.raises(Uncertain), translated():
        raise error


@pytest.mark.parametrize("error", [SlackRequestError("bad"), SlackObjectFormationError("bad")])
def test_a_request_that_slack_sdk_will_not_send_is_a_refusal(error: Exception) -> None:
    assert isinstance(chat_error(error), Refused)


def test_what_is_translated_already_and_what_is_a_fault_of_ours_pass_through() -> None:
    with pytest.raises(RetryLater) as later, translated():
        raise RetryLater(3)
    assert later.value.seconds == 3
    with pytest.raises(KeyError), translated():
        raise KeyError("a bug")

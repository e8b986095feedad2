"""The small Slack is as strict as the real one, so that what passes here passes there. slack_sdk is the client of all of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack_person import NotThere, SlackPerson, person
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import APP_TOKEN, TRIGGER_LIVES

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
BUTTON = {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go on"}}
FIELD = {
    "type": "input",
    "block_id": "answer",
    "label": {"type": "plain_text", "text": "Answer"},
    "element": {"type": "plain_text_input", "action_id": "value", "initial_value": "as it was"},
}
TITLE = {"type": "plain_text", "text": "Edit"}
MODAL = {"type": "modal", "callback_id": "edit", "title": TITLE, "submit": TITLE, "blocks": [FIELD]}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer().running() as slack:
        slack.delivery.retries = (0.0, 0.0, 0.0)
        yield slack


@pytest.fixture
def web(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.ward.token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ana(slack: SlackServer) -> SlackPerson:
    ana = person(slack, "Ana")
    slack.ward.add_channel("C1", "ward", ana.id, slack.ward.bot)
    return ana


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])


class App:
    """An app on Socket Mode that acknowledges as it is told to."""

    def __init__(self, slack: SlackServer) -> None:
        web = AsyncWebClient(base_url=slack.api_url)
        self.client = SocketModeClient(APP_TOKEN, web_client=web, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self.hear)
        self.heard: list[SocketModeRequest] = []
        self.answer: Mapping[str, Any] | None = {}
        """None: no acknowledgement."""
        self.envelopes = asyncio.Queue[SocketModeRequest]()

    async def hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        self.envelopes.put_nowait(request)
        if self.answer is not None:
            await client.send_socket_mode_response({"envelope_id": request.envelope_id, "payload": self.answer})

    async def next(self) -> SocketModeRequest:
        async with asyncio.timeout(10):
            return await self.envelopes.get()


@pytest.fixture
async def app(slack: SlackServer) -> AsyncIterator[App]:
    slack.echo = False
    app = App(slack)
    await app.client.connect_to_new_endpoint()
    await slack.socket.until_connected()
    yield app
    await app.client.close()  # type: ignore[no-untyped-call]  # slack_sdk's is untyped
    slack.socket.drop()


async def test_what_is_posted_is_seen_by_members_and_stands_in_the_history(
    slack: SlackServer, web: AsyncWebClient, ana: SlackPerson
) -> None:
    bob = person(slack, "Bob")
    meta = {"event_type": "row", "event_payload": {"id": "tt-1"}}
    ts = (await web.chat_postMessage(channel="C1", text="hello", blocks=[SECTION], metadata=meta))["ts"]
    await web.chat_postMessage(channel="C1", text="a reply", thread_ts=ts)
    assert ana.sees("hello")
    assert not bob.sees("hello")
    thread = await web.conversations_replies(channel="C1", ts=ts, include_all_metadata=True)
    assert [m["text"] for m in thread["messages"]] == ["hello", "a reply"]
    assert thread["messages"][0]["metadata"] == meta
    plain = await web.conversations_replies(channel="C1", ts=ts)
    assert "metadata" not in plain["messages"][0], "only to those who ask for it"
    history = await web.conversations_history(channel="C1")
    assert [m["text"] for m in history["messages"]] == ["hello"], "replies are in their thread"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"channel": "C404"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"thread_ts": "1.0"}, "thread_not_found"),
        ({"blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [BUTTON, BUTTON]}]}, "invalid_blocks"),
        ({"blocks": [SECTION | {"block_id": "a"}, SECTION | {"block_id": "a"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "nothing_like_it"}]}, "invalid_blocks"),
        ({"blocks": [FIELD]}, "invalid_blocks"),
        ({"blocks": [{"type": "markdown", "text": "x" * 6001}] * 2}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2700}}] * 5}, "msg_blocks_too_long"),
        ({"metadata": {"event_type": "row"}}, "invalid_metadata_format"),
    ],
)
@pytest.mark.usefixtures("ana")
async def test_a_post_that_slack_would_not_take_is_refused(
    web: AsyncWebClient, change: dict[str, Any], code: str
) -> None:
    assert await refused(web.api_call("chat.postMessage", json={"channel": "C1", "text": "hello"} | change)) == code


async def test_membership_scopes_and_tokens_are_checked(
    slack: SlackServer, web: AsyncWebClient, ana: SlackPerson
) -> None:
    slack.ward.add_channel("C2", "other", ana.id)
    slack.ward.add_channel("G3", "secret", ana.id, private=True)
    slack.ward.add_channel("C4", "old", ana.id, slack.ward.bot).archived = True
    assert await refused(web.chat_postMessage(channel="C2", text="a")) == "not_in_channel"
    assert await refused(web.chat_postMessage(channel="G3", text="a")) == "channel_not_found"
    assert await refused(web.chat_postMessage(channel="C4", text="a")) == "is_archived"
    slack.ward.scopes -= {"chat:write", "channels:history"}
    assert await refused(web.chat_postMessage(channel="C1", text="a")) == "missing_scope"
    assert await refused(web.conversations_history(channel="C1")) == "missing_scope"
    assert await refused(AsyncWebClient("xoxb-other", base_url=slack.api_url).auth_test()) == "invalid_auth"
    assert await refused(AsyncWebClient(base_url=slack.api_url).auth_test()) == "not_authed"
    slack.ward.revoked = True
    assert await refused(web.auth_test()) == "token_revoked"


@pytest.mark.usefixtures("ana")
async def test_an_update_with_text_alone_drops_the_blocks(slack: SlackServer, web: AsyncWebClient) -> None:
    ts = (await web.chat_postMessage(channel="C1", text="hello", blocks=[SECTION]))["ts"]
    await web.chat_update(channel="C1", ts=ts, text="later")
    assert slack.ward.find("C1", ts).blocks == []
    assert await refused(web.chat_update(channel="C1", ts="1.0", text="a")) == "message_not_found"
    assert await refused(web.chat_update(channel="C1", ts=ts, text="a" * 4001)) == "msg_too_long"


async def test_nobody_elses_message_can_be_changed(web: AsyncWebClient, ana: SlackPerson) -> None:
    ts = await ana.say("C1", "mine")
    assert await refused(web.chat_update(channel="C1", ts=ts, text="yours")) == "cant_update_message"


async def test_an_ephemeral_message_is_for_one_and_in_no_history(
    slack: SlackServer, web: AsyncWebClient, ana: SlackPerson
) -> None:
    bob = person(slack, "Bob")
    assert await refused(web.chat_postEphemeral(channel="C1", user=bob.id, text="psst")) == "user_not_in_channel"
    slack.ward.channels["C1"].members.add(bob.id)
    await web.chat_postEphemeral(channel="C1", user=bob.id, text="psst")
    assert bob.sees("psst")
    assert not ana.sees("psst")
    assert (await web.conversations_history(channel="C1"))["messages"] == []


async def test_an_upload_is_three_steps_and_needs_membership(
    slack: SlackServer, web: AsyncWebClient, ana: SlackPerson
) -> None:
    slack.ward.add_channel("C2", "other", ana.id)

    async def uploaded() -> str:
        ticket = await web.files_getUploadURLExternal(filename="loss.png", length=3, alt_txt="falls from 2 to 1")
        async with aiohttp.ClientSession() as session, session.post(ticket["upload_url"], data=b"png") as response:
            assert response.status == 200
        return str(ticket["file_id"])

    await web.files_completeUploadExternal(files=[{"id": await uploaded(), "title": "Loss"}], channel_id="C1")
    assert ana.sees("falls from 2 to 1")
    other = web.files_completeUploadExternal(files=[{"id": await uploaded(), "title": "Loss"}], channel_id="C2")
    assert await refused(other) == "not_in_channel"
    promised = await web.files_getUploadURLExternal(filename="a.png", length=3)
    early = web.files_completeUploadExternal(files=[{"id": promised["file_id"], "title": "a"}], channel_id="C1")
    assert await refused(early) == "file_not_found"


async def test_a_file_is_given_only_to_whoever_has_the_token(slack: SlackServer, app: App, ana: SlackPerson) -> None:
    await ana.upload("rows.csv", b"a,b\n")
    event = (await app.next()).payload["event"]
    url = event["files"][0]["url_private_download"]
    assert event["subtype"] == "file_share"
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            assert response.content_type == "text/html", "Slack's sign-in page, with status 200"
        async with session.get(url, headers={"Authorization": f"Bearer {slack.ward.token}"}) as response:
            assert await response.read() == b"a,b\n"


async def test_a_trigger_opens_one_form_and_dies(slack: SlackServer, web: AsyncWebClient, ana: SlackPerson) -> None:
    trigger = slack.ward.trigger(ana.id)
    opened = await web.views_open(trigger_id=trigger, view=MODAL)
    assert await refused(web.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
    assert await refused(web.views_open(trigger_id="1.2.3", view=MODAL)) == "invalid_trigger_id"
    late = slack.ward.trigger(ana.id)
    slack.ward.triggers[late].issued -= TRIGGER_LIVES
    assert await refused(web.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    await web.views_update(view_id=opened["view"]["id"], view=MODAL | {"title": TITLE | {"text": "Later"}})
    assert "Later" in ana.form
    assert await refused(web.views_update(view_id="V404", view=MODAL)) == "not_found"


@pytest.mark.parametrize(
    "view",
    [
        MODAL | {"title": {"type": "plain_text", "text": "x" * 25}},
        MODAL | {"blocks": [SECTION] * 101},
        {key: value for key, value in MODAL.items() if key != "submit"},
        MODAL | {"type": "home"},
    ],
)
async def test_a_form_that_slack_would_not_take_is_refused(
    slack: SlackServer, web: AsyncWebClient, ana: SlackPerson, view: dict[str, Any]
) -> None:
    trigger = slack.ward.trigger(ana.id)
    assert await refused(web.api_call("views.open", json={"trigger_id": trigger, "view": view})) == "invalid_arguments"


async def test_a_mention_is_two_events_of_one_message(app: App, ana: SlackPerson) -> None:
    ts = await ana.say("C1", "@app train <now>")
    first, second = await app.next(), await app.next()
    assert {first.payload["event"]["type"], second.payload["event"]["type"]} == {"message", "app_mention"}
    assert first.payload["event"]["ts"] == second.payload["event"]["ts"] == ts
    assert first.payload["event_id"] != second.payload["event_id"]
    assert first.payload["event"]["text"] == "<@U0BOT> train &lt;now&gt;"


async def test_an_app_hears_nothing_of_channels_that_it_is_not_in(
    slack: SlackServer, app: App, ana: SlackPerson
) -> None:
    slack.ward.add_channel("C2", "other", ana.id)
    await ana.say("C2", "@app hello")
    await ana.dm("here")
    assert (await app.next()).payload["event"]["text"] == "here"


async def test_an_event_that_is_not_acknowledged_comes_again_with_the_same_id(
    slack: SlackServer, app: App, ana: SlackPerson
) -> None:
    slack.socket.within, app.answer = 0.05, None
    await ana.dm("hello")
    attempts = [await app.next() for _ in range(4)]
    assert [request.retry_attempt for request in attempts] == [0, 1, 2, 3]
    assert len({request.payload["event_id"] for request in attempts}) == 1
    assert len({request.envelope_id for request in attempts}) == 4
    await slack.delivery.settled()
    assert len(slack.delivery.lost) == 1


async def test_a_delivery_may_come_twice_and_a_connection_may_break_under_it(
    slack: SlackServer, app: App, ana: SlackPerson
) -> None:
    slack.delivery.tricks += ["twice", "dropped"]
    slack.delivery.retries = (1.0, 1.0, 1.0)  # the client looks after its connection every 0.2 s
    await ana.dm("hello")
    assert (await app.next()).payload["event_id"] == (await app.next()).payload["event_id"]
    await ana.dm("again")
    async with asyncio.timeout(20):
        while (await app.next()).retry_attempt == 0:
            pass
    assert slack.socket.connected == 2
    assert slack.delivery.lost == []


async def test_a_refresh_makes_the_app_connect_anew(slack: SlackServer, app: App, ana: SlackPerson) -> None:
    await slack.socket.refresh()
    await slack.socket.until_connected(2)
    await ana.dm("still there?")
    assert (await app.next()).payload["event"]["text"] == "still there?"


async def test_a_connection_that_went_silent_is_noticed_by_its_pings(slack: SlackServer, app: App) -> None:
    slack.socket.silent = True
    await slack.socket.until_connected(2)


async def test_a_command_is_answered_in_its_acknowledgement(app: App, ana: SlackPerson) -> None:
    app.answer = {"text": "3 of 12 examples", "response_type": "ephemeral"}
    await ana.command("status", "C1")
    assert (await app.next()).payload["text"] == "status"
    seen = ana.sees("3 of 12")
    assert seen is not None
    assert seen.only_to == ana.id


async def test_a_press_carries_its_message_and_a_form_says_what_is_wrong_beside_its_fields(
    slack: SlackServer, web: AsyncWebClient, app: App, ana: SlackPerson
) -> None:
    await web.chat_postMessage(channel="C1", text="a", blocks=[{"type": "actions", "elements": [BUTTON]}])
    await ana.press("Go on")
    press = (await app.next()).payload
    assert press["actions"][0]["value"] == "7"
    assert press["message"]["text"] == "a"
    await web.views_open(trigger_id=press["trigger_id"], view=MODAL)
    app.answer = {"response_action": "errors", "errors": {"answer": "Too short."}}
    assert not await ana.submit({"Answer": "x"})
    assert ana.errors == {"Answer": "Too short."}
    app.answer = {}
    assert await ana.submit()
    values = app.heard[-1].payload["view"]["state"]["values"]
    assert values["answer"]["value"]["value"] == "as it was"
    with pytest.raises(NotThere):
        await ana.submit()
    with pytest.raises(NotThere):
        await ana.press("Gone")


async def test_a_response_url_is_good_for_five_answers(slack: SlackServer, app: App, ana: SlackPerson) -> None:
    await ana.command("status", "C1")
    url = (await app.next()).payload["response_url"]
    async with aiohttp.ClientSession() as session:
        statuses = []
        for number in range(6):
            async with session.post(url, json={"text": f"answer {number}"}) as response:
                statuses.append(response.status)
    assert statuses == [200] * 5 + [404]
    assert ana.sees("answer 4")
    assert not ana.sees("answer 5")


@pytest.mark.parametrize("wrong", ["limited", "dropped_before", "dropped_after", "refused", "gateway"])
async def test_it_is_ill_once_for_each_time_that_it_is_told_to_be(
    slack: SlackServer, web: AsyncWebClient, ana: SlackPerson, wrong: Any
) -> None:
    slack.faults.add("chat.postMessage", wrong, seconds=7)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await web.chat_postMessage(channel="C1", text="hello")
    assert (ana.sees("hello") is not None) == (wrong in ("dropped_after", "gateway"))
    await web.chat_postMessage(channel="C1", text="once more")
    assert len(slack.faults.met) == 1


async def test_a_fault_may_wait_for_the_call_that_it_is_meant_for(
    slack: SlackServer, web: AsyncWebClient, ana: SlackPerson
) -> None:
    slack.faults.add("chat.postMessage", "refused", code="restricted_action", when=lambda said: said["text"] == "b")
    await web.chat_postMessage(channel="C1", text="a")
    assert await refused(web.chat_postMessage(channel="C1", text="b")) == "restricted_action"


async def test_at_most_ten_connections_are_open(slack: SlackServer) -> None:
    web = AsyncWebClient(base_url=slack.api_url)
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        hellos = []
        for _ in range(11):
            url = (await web.apps_connections_open(app_token=APP_TOKEN))["url"]
            socket = await stack.enter_async_context(session.ws_connect(url))
            hellos.append((await socket.receive_json())["type"])
    assert hellos == ["hello"] * 10 + ["disconnect"]

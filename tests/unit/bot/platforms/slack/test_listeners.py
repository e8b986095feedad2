"""From what people do in Slack to what the house is told: over Socket Mode and over HTTP, stored first, acknowledged then."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from agent.words import say
from bot.chat.messages import Button, CardFace, ChatMessage, Form, FormField
from bot.chat.port import Known, Placement
from bot.platforms.slack.inbound import address_of
from bot.platforms.slack.manifest import EXAMPLE_SHORTCUT
from tests.unit.bot.platforms.slack.served import Served, served

EDIT = Form(
    name="edit",
    subject={"row_id": "7"},
    title="Edit the example",
    fields=(FormField(name="request", label="Request", value="Bed 4"), FormField(name="answer", label="Answer")),
    submit="Save",
)
CARD = CardFace(
    card_id="c-1",
    title="Example 7",
    buttons=(
        Button(label="Approve", action="approve:7", style="primary"),
        Button(label="Edit", action="edit:7", form=EDIT),
    ),
    state="row-7",
)


@pytest.fixture(params=["socket", "http"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Served]:
    """Served over either transport: what follows holds for both."""
    async with served(tmp_path, http=request.param == "http") as there:
        yield there


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as there:
        yield there


class TestWhatPeopleSay:
    async def test_is_stored_under_the_name_that_slack_shows(self, both: Served) -> None:
        await both.ada.dm("Write the shift report for bed 4")
        await both.settled()
        (message,) = both.house.messages
        assert message.text == "Write the shift report for bed 4"
        assert message.sender.display_name == "Ada"

    async def test_is_stored_once_however_often_it_is_delivered(self, both: Served) -> None:
        both.slack.delivery.tricks.append("twice")
        await both.ada.dm("hello")
        await both.settled()
        assert both.house.texts == ["hello"]
        assert next(iter(both.slack.delivery.attempts.values())) == 2

    async def test_of_one_person_is_stored_in_the_order_in_which_it_was_said(self, there: Served) -> None:
        """Although the first waits for the name of its writer."""
        there.slack.faults.add("users.info", "slow", seconds=1)
        for number in range(5):
            await there.ada.dm(str(number))
        await there.settled()
        assert there.house.texts == ["0", "1", "2", "3", "4"]

    async def test_does_not_wait_long_for_a_name(self, there: Served) -> None:
        there.slack.faults.add("users.info", "refused", code="user_not_found", times=2)
        await there.ada.dm("hello")
        await there.settled()
        assert there.house.messages[0].sender.display_name == say("slack.somebody")

    async def test_names_others_as_they_are_called(self, there: Served) -> None:
        from tests.fakes import slack_payloads

        message = there.slack.ward.find(there.ada.direct, await there.ada.dm("first"))
        message.ts, message.text = there.slack.ward.ts(), f"<@{there.ben.id}> was there"
        there.slack.delivery.event(slack_payloads.message_event(there.slack.url, there.slack.ward, message))
        await there.settled()
        assert "@Ben was there" in there.house.texts

    async def test_is_seen_at_once_by_a_status_in_direct_messages(self, there: Served) -> None:
        ts = await there.ada.dm("hello")
        await there.settled()
        assert there.slack.ward.statuses[there.ada.direct, ts] == say("slack.status")

    async def test_is_seen_by_a_reaction_where_there_is_no_status(self, there: Served) -> None:
        there.slack.faults.add("assistant.threads.setStatus", "refused", code="not_allowed")
        ts = await there.ada.dm("hello")
        await there.settled()
        assert "eyes" in there.slack.ward.find(there.ada.direct, ts).reactions

    async def test_that_forwards_anothers_message_is_told_what_to_do_instead(self, there: Served) -> None:
        there.ada.event(
            {
                "type": "message",
                "user": there.ada.id,
                "channel": there.ada.direct,
                "ts": "1763712014.001000",
                "text": "",
                "attachments": [{"is_share": True, "text": "Bed 4 slept well."}],
            }
        )
        await there.settled()
        assert there.house.events == []
        assert there.ada.sees("Use as training example")


class TestChannels:
    async def test_a_mention_begins_a_thread_in_which_no_further_mention_is_needed(self, both: Served) -> None:
        root = await both.ada.say("C0WARD", "@app train a model on our reports")
        await both.settled()
        await both.ben.say("C0WARD", "bed 4 slept well", thread=root)
        await both.settled()
        assert both.house.texts == ["train a model on our reports", "bed 4 slept well"]
        assert {event.sender.conversation_id for event in both.house.events} == {f"slack:T0WARD:C0WARD:{root}"}
        assert all(event.sender.shared for event in both.house.events)
        assert "eyes" in both.slack.ward.find("C0WARD", root).reactions

    async def test_what_is_said_to_others_is_not_listened_to(self, there: Served) -> None:
        root = await there.ada.say("C0WARD", "lunch?")
        await there.ben.say("C0WARD", "yes", thread=root)
        await there.settled()
        assert there.house.events == []
        assert len(there.slack.ward.said) == 2

    async def test_a_mention_in_others_thread_is_answered_to_its_writer_alone(self, there: Served) -> None:
        root = await there.ada.say("C0WARD", "lunch?")
        await there.ben.say("C0WARD", "@app what do you say?", thread=root)
        await there.settled()
        assert there.house.events == []
        assert there.ben.sees("I stay out of threads that others began")
        assert not there.ada.sees("I stay out of threads")

    async def test_a_mention_in_ones_own_thread_is_taken(self, there: Served) -> None:
        root = await there.ada.say("C0WARD", "our reports take too long")
        there.ada.event(
            {
                "type": "app_mention",
                "user": there.ada.id,
                "channel": "C0WARD",
                "ts": "1763712014.001000",
                "thread_ts": root,
                "parent_user_id": there.ada.id,
                "text": f"<@{there.slack.ward.bot}> can you learn that?",
            }
        )
        await there.settled()
        assert there.house.texts == ["can you learn that?"]

    async def test_somebody_from_another_workspace_is_told_once_in_a_thread_and_not_taken(self, there: Served) -> None:
        root = await there.ada.say("C0WARD", "@app begin")
        await there.settled()
        for ts, text in (("1763712014.001000", "I am from next door"), ("1763712015.001000", "hello?")):
            there.ben.event(
                {
                    "type": "message",
                    "user": there.ben.id,
                    "user_team": "T0OTHER",
                    "channel": "C0WARD",
                    "ts": ts,
                    "thread_ts": root,
                    "text": text,
                }
            )
        await there.settled()
        assert there.house.texts == ["begin"]
        assert there.ben.counts("members of this workspace only") == 1
        assert not there.ada.sees("members of this workspace only")

    async def test_a_thread_that_we_began_is_ours_although_nothing_of_it_was_stored(self, there: Served) -> None:
        """The process died between posting what it begins with and storing for whom."""
        there.ada.event(
            {
                "type": "message",
                "user": there.ada.id,
                "channel": "C0WARD",
                "ts": "1763712014.001000",
                "thread_ts": "1763712013.001000",
                "parent_user_id": there.slack.ward.bot,
                "text": "Write the shift report",
            }
        )
        await there.settled()
        assert there.house.texts == ["Write the shift report"]


class TestAStoreThatFails:
    async def test_no_event_is_acknowledged_and_the_writer_is_told_once(self, both: Served) -> None:
        both.house.away, both.slack.socket.within = True, 0.3
        both.slack.delivery.retries = (0.0, 0.0)
        await both.ada.dm("hello")
        await both.settled()
        assert len(both.slack.delivery.lost) == 1
        assert both.ada.counts("Your message is not saved yet") == 1

    async def test_slack_brings_it_again_and_it_is_stored_then(self, both: Served) -> None:
        both.house.away, both.slack.socket.within = True, 1.0
        both.slack.delivery.retries = (0.0, 0.3)
        await both.ada.dm("hello")
        await both.until(lambda: both.ada.sees("Your message is not saved yet"))
        both.house.away = False
        await both.settled()
        assert both.house.texts == ["hello"]
        assert both.slack.delivery.lost == []

    async def test_who_speaks_in_a_thread_of_ours_is_told_as_well(self, there: Served) -> None:
        root = await there.ada.say("C0WARD", "@app begin")
        await there.settled()
        await there.ben.say("C0WARD", "I am here", thread=root)
        await there.settled()
        there.house.away, there.slack.socket.within, there.slack.delivery.retries = True, 0.3, ()
        await there.ben.say("C0WARD", "are you?", thread=root)
        await there.ben.say("C0WARD", "lunch?", thread=await there.ben.say("C0WARD", "who is hungry?"))
        await there.settled()
        assert there.ben.counts("Your message is not saved yet") == 1

    async def test_no_press_is_acknowledged_and_the_person_is_told(self, both: Served) -> None:
        await _show(both, CARD)
        both.house.away, both.slack.socket.within = True, 0.3
        assert await both.ada.press("Approve") is None
        await both.settled()
        assert both.house.presses == []
        assert both.ada.sees("Please press it again in a minute")
        assert not both.ben.sees("Please press it again")

    async def test_no_command_is_acknowledged_and_the_person_is_told(self, both: Served) -> None:
        both.house.away, both.slack.socket.within = True, 0.3
        assert await both.ada.command("status", "C0WARD") is None
        await both.settled()
        assert both.ada.sees("Please type it again in a minute")
        assert not both.ben.sees("Please type it again")

    async def test_no_form_is_acknowledged_and_what_was_typed_stays(self, both: Served) -> None:
        await _show(both, CARD)
        await both.ada.press("Edit")
        await both.ada.until_form("Request")
        both.house.away, both.slack.socket.within = True, 0.3
        assert await both.ada.submit({"Answer": "slept well"}) is False
        assert both.ada.modal is not None
        both.house.away, both.slack.socket.within = False, 3.0
        assert await both.ada.submit({"Answer": "slept well"}) is True


class TestPresses:
    async def test_are_handed_in_for_the_conversation_of_their_card(self, both: Served) -> None:
        await _show(both, CARD)
        assert await both.ada.press("Approve") is not None
        (press,) = both.house.presses
        assert (press.card_id, press.action, press.label) == ("c-1", "approve:7", "Approve")
        assert press.sender.conversation_id == both.house.cards["c-1"]

    async def test_a_second_tap_is_the_same_press(self, there: Served) -> None:
        await _show(there, CARD)
        await there.ada.press("Approve")
        await there.ada.press("Approve")
        await there.ben.press("Approve")
        assert len(there.house.presses) == 2
        await there.settled()
        assert not there.ada.sees("I have had this press before")

    async def test_that_come_again_later_are_answered_although_they_count_once(self, there: Served) -> None:
        await _show(there, CARD)
        await there.ada.press("Approve")
        with mock.patch("bot.chat.acting.A_TAP", timedelta(seconds=-1)):
            await there.ada.press("Approve")
        await there.settled()
        assert len(there.house.presses) == 1
        assert there.ada.sees("I have had this press before")
        assert not there.ben.sees("I have had this press before")

    async def test_of_a_judgement_may_be_changed_and_changed_back(self, there: Served) -> None:
        pair = (
            Button(label="Good", action="good", verdict="good"),
            Button(label="Not good", action="bad", verdict="bad"),
        )
        await _show(there, CardFace(card_id="c-1", title="An answer", buttons=pair))
        for label in ("Good", "Not good", "Good"):
            await there.ada.press(label)
        assert [press.action for press in there.house.presses] == ["good", "bad", "good"]

    async def test_on_a_card_that_nobody_knows_any_more_say_so(self, there: Served) -> None:
        await _show(there, CARD)
        there.house.cards.clear()
        assert await there.ada.press("Approve") is not None
        await there.settled()
        assert there.house.presses == []
        assert there.ada.sees("belong to an earlier version")

    async def test_on_a_button_that_another_version_made_say_so(self, there: Served) -> None:
        await _show(there, CARD)
        there.slack.ward.said[-1].blocks[-1]["elements"][0]["action_id"] = "approve_row"
        assert await there.ada.press("Approve") is not None
        await there.settled()
        assert there.ada.sees("belong to an earlier version")

    async def test_by_somebody_from_elsewhere_are_refused_with_a_word(self, there: Served) -> None:
        await _show(there, CARD)
        stranger = there.ben
        stranger.workspace.people[stranger.id]["team_id"] = "T0OTHER"
        await _press_as_stranger(there)
        assert there.house.presses == []
        assert there.ben.sees("members of this workspace only")


class TestForms:
    async def test_open_at_once_and_then_fill(self, both: Served) -> None:
        await _show(both, CARD)
        assert await both.ada.press("Edit") is not None
        view = await both.ada.until_form("Request")
        assert view.view["title"]["text"] == "Edit the example"
        assert both.house.events[0] is both.house.messages[0]
        assert both.house.presses == []

    async def test_are_handed_in_with_what_they_are_about_and_where_they_were_opened(self, both: Served) -> None:
        await _show(both, CARD)
        await both.ada.press("Edit")
        view = await both.ada.until_form("Request")
        assert await both.ada.submit({"Answer": "slept well"})
        (form,) = both.house.submitted
        assert form.id == f"slack:form:{view.id}"
        assert (form.form, form.subject, form.card_id, form.action) == ("edit", {"row_id": "7"}, "c-1", "edit:7")
        assert form.values == {"request": "Bed 4", "answer": "slept well"}
        assert form.sender.address["thread"] == both.house.messages[0].sender.address["thread"]

    async def test_say_what_is_wrong_beside_its_field(self, both: Served) -> None:
        await _show(both, CARD)
        await both.ada.press("Edit")
        await both.ada.until_form("Request")
        both.house.wrong = {"answer": "An answer is missing."}
        assert await both.ada.submit({}) is False
        assert both.ada.errors == {"Answer": "An answer is missing."}
        assert both.house.submitted == []

    async def test_that_are_there_no_more_say_so_in_the_modal(self, there: Served) -> None:
        await _show(there, CARD)
        there.house.forms.clear()
        await there.ada.press("Edit")
        await there.ada.until_form("has changed since")

    async def test_that_cannot_be_looked_up_say_so_in_the_modal(self, there: Served) -> None:
        await _show(there, CARD)
        there.house.away = True
        await there.ada.press("Edit")
        await there.ada.until_form("try again in a minute")

    async def test_longer_than_a_field_can_hold_say_so_in_the_modal(self, there: Served) -> None:
        await _show(there, CARD)
        long = FormField(name="request", label="Request", value="x" * 3001)
        there.house.forms["c-1", "edit:7"] = Form(name="edit", subject={}, title="Edit", fields=(long,), submit="Save")
        await there.ada.press("Edit")
        await there.ada.until_form("longer than the 3,000 characters")

    async def test_whose_trigger_has_expired_say_what_to_do(self, there: Served) -> None:
        await _show(there, CARD)
        there.slack.faults.add("views.open", "refused", code="expired_trigger_id")
        assert await there.ada.press("Edit") is not None
        await there.settled()
        assert there.ada.sees("Please press it again")

    async def test_that_were_closed_meanwhile_are_no_fault(
        self, there: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        await _show(there, CARD)
        there.slack.faults.add("views.update", "refused", code="not_found")
        await there.ada.press("Edit")
        await there.settled()
        assert not caplog.records or all("opening a form" not in record.message for record in caplog.records)

    async def test_that_slack_has_no_time_for_are_filled_as_soon_as_it_has(self, there: Served) -> None:
        await _show(there, CARD)
        there.slack.faults.add("views.update", "limited", seconds=0)
        there.slack.faults.add("views.update", "dropped_before")
        await there.ada.press("Edit")
        await there.ada.until_form("Request")

    async def test_that_slack_refuses_say_so_in_the_modal(self, there: Served) -> None:
        await _show(there, CARD)
        there.slack.faults.add("views.update", "refused", code="invalid_arguments")
        await there.ada.press("Edit")
        await there.ada.until_form("try again in a minute")

    async def test_that_cannot_be_filled_leave_nobody_waiting(self, there: Served) -> None:
        await _show(there, CARD)
        there.slack.faults.add("views.update", "limited", seconds=120)
        await there.ada.press("Edit")
        await there.settled()
        assert there.ada.sees("The form could not be opened")

    async def test_are_taken_for_the_conversation_of_their_card_whatever_comes_back_with_them(
        self, there: Served
    ) -> None:
        """What a modal carries has been in the person's hands."""
        await _show(there, CARD)
        await there.ada.press("Edit")
        view = await there.ada.until_form("Request")
        carried = json.loads(view.view["private_metadata"])
        elsewhere = {"team": "T0WARD", "channel": "C0OTHER", "thread": "1.1"}
        forged = carried | {"conversation_id": "slack:T0WARD:U0BEN", "address": elsewhere}
        view.view["private_metadata"] = json.dumps(forged)
        assert await there.ada.submit({"Answer": "slept well"})
        (form,) = there.house.submitted
        assert form.sender.conversation_id == there.house.cards["c-1"]
        assert form.sender.address == address_of(there.house.cards["c-1"], there.ada.id)

    async def test_of_somebody_elses_direct_conversation_are_not_taken(self, there: Served) -> None:
        await _show(there, CARD)
        await there.ada.press("Edit")
        await there.ada.until_form("Request")
        there.house.cards["c-1"] = "slack:T0WARD:U0BEN"
        await there.ada.submit({"Answer": "slept well"})
        await there.settled()
        assert there.house.submitted == []
        assert there.ada.sees("belong to an earlier version")


class TestTheShortcut:
    form = Form(
        name="example",
        subject={"author": "slack:T0WARD:U0BEN"},
        title="Use as an example",
        fields=(FormField(name="request", label="Request", value="Bed 4"),),
        submit="Propose",
    )

    async def test_opens_a_form_with_the_text_its_author_and_a_link_back(self, both: Served) -> None:
        both.house.named_forms["example"] = self.form
        ts = await both.ben.say("C0WARD", "Bed 4 & 5: <slept> well")
        await both.ada.shortcut(EXAMPLE_SHORTCUT, "C0WARD", ts)
        await both.ada.until_form("Request")
        (asked,) = both.house.asked_for
        assert asked[:2] == ("example", "slack:T0WARD:U0ADA")
        assert asked[2] == {
            "text": "Bed 4 & 5: <slept> well",
            "author": "slack:T0WARD:U0BEN",
            "author_name": "Ben",
            "link": f"https://ward.slack.com/archives/C0WARD/p{ts.replace('.', '')}",
        }

    async def test_is_answered_directly(self, there: Served) -> None:
        there.house.named_forms["example"] = self.form
        ts = await there.ben.say("C0WARD", "Bed 4 slept well")
        await there.ada.shortcut(EXAMPLE_SHORTCUT, "C0WARD", ts)
        await there.ada.until_form("Request")
        assert await there.ada.submit({})
        (form,) = there.house.submitted
        assert form.form == "example"
        assert form.sender.conversation_id == "slack:T0WARD:U0ADA"
        assert form.card_id is None
        assert not form.sender.shared

    async def test_says_why_there_is_no_form_for_this_person(self, there: Served) -> None:
        there.house.named_forms["example"] = ChatMessage(text="You have no project yet.")
        ts = await there.ben.say("C0WARD", "Bed 4 slept well")
        await there.ada.shortcut(EXAMPLE_SHORTCUT, "C0WARD", ts)
        await there.ada.until_form("You have no project yet.")

    async def test_of_what_we_said_ourselves_is_refused_since_nobody_could_agree(self, there: Served) -> None:
        await _show(there, CARD)
        ours = there.slack.ward.said[-1]
        await there.ada.shortcut(EXAMPLE_SHORTCUT, ours.channel, ours.ts)
        await there.settled()
        assert there.house.asked_for == []
        assert there.ada.sees("written by an app")


class TestCommandsInAChannel:
    async def test_are_placed_by_the_house(self, both: Served) -> None:
        await both.ada.command("nonsense", "C0WARD")
        assert both.house.placed == [("nonsense", "slack:T0WARD:U0ADA", "slack:T0WARD:C0WARD:")]
        assert both.ada.sees("Write /tune help.")
        assert not both.ben.sees("Write /tune help.")
        assert both.house.events == []

    async def test_go_to_the_thread_of_their_project(self, both: Served) -> None:
        root = await both.ben.say("C0WARD", "@app begin")
        await both.settled()
        (known,) = await both.house.known("slack:T0WARD:C0WARD:")
        both.house.placement = Placement(kind="thread", where=known, privately=True)
        await both.ada.command("status", "C0WARD")
        command = both.house.messages[-1]
        assert command.text == "/tune status"
        assert command.privately
        assert command.sender.conversation_id == f"slack:T0WARD:C0WARD:{root}"
        assert command.sender.address["user"] == "U0ADA"

    async def test_begin_a_thread_below_a_message_of_ours(self, both: Served) -> None:
        both.house.placement = Placement(kind="begin", text="We go on in the thread.")
        await both.ada.command("new", "C0WARD")
        root = both.slack.ward.said[0]
        (command,) = both.house.messages
        assert root.user == both.slack.ward.bot
        assert command.sender.conversation_id == f"slack:T0WARD:C0WARD:{root.ts}"
        assert both.ada.sees("We go on in the thread.")
        await both.ben.say("C0WARD", "I want to help", thread=root.ts)
        await both.settled()
        assert both.house.texts == ["/tune new", "I want to help"]

    async def test_where_we_are_not_say_how_to_bring_us_there(self, there: Served) -> None:
        there.slack.ward.add_channel("C0OTHER", "other", there.ada.id)
        there.house.placement = Placement(kind="begin")
        await there.ada.command("new", "C0OTHER")
        assert there.ada.sees("/invite")
        assert there.house.events == []

    async def test_that_are_for_the_person_alone_go_to_them_directly(self, there: Served) -> None:
        there.house.placement = Placement(kind="direct", text="I answered you directly.")
        await there.ada.command("join ab12", "C0WARD")
        (command,) = there.house.messages
        assert command.sender.conversation_id == "slack:T0WARD:U0ADA"
        assert command.sender.address == {"person": "slack:T0WARD:U0ADA"}
        assert there.ada.sees("I answered you directly.")

    async def test_that_could_mean_several_projects_are_asked_about(self, both: Served) -> None:
        known = [
            Known(conversation_id=id, address=address_of(id), project=name, heard_last=None)
            for id, name in (("slack:T0WARD:C0WARD:1.1", "Shift reports"), ("slack:T0WARD:C0WARD:2.2", "Letters"))
        ]
        both.house.placement = Placement(kind="which", choices=known, privately=True, text="Which project?")
        await both.ada.command("status", "C0WARD")
        assert both.house.events == []
        assert await both.ada.press("Letters") is not None
        await both.settled()
        (command,) = both.house.messages
        assert command.text == "/tune status"
        assert command.privately
        assert command.sender.conversation_id == "slack:T0WARD:C0WARD:2.2"
        assert not both.ada.sees("Which project?")

    async def test_that_could_mean_several_take_none_from_another_place(self, there: Served) -> None:
        known = Known(conversation_id="slack:T0WARD:U0BEN", address={}, project="Ben's own", heard_last=None)
        there.house.placement = Placement(kind="which", choices=[known], privately=True, text="Which project?")
        await there.ada.command("status", "C0WARD")
        await there.ada.press("Ben's own")
        await there.settled()
        assert there.house.events == []
        assert there.ada.sees("belong to an earlier version")

    @pytest.mark.parametrize("text", ["ask what is in the payload?", "ask payload=1&x=2", "ask ünïcode <b>"])
    async def test_arrive_whatever_stands_in_them(self, both: Served, text: str) -> None:
        await both.ada.command(text, "C0WARD")
        assert both.house.placed[0][0] == text


class TestDirectCommands:
    async def test_are_the_persons_own(self, both: Served) -> None:
        await both.ada.command("status")
        await both.settled()
        (command,) = both.house.messages
        assert command.sender.conversation_id == "slack:T0WARD:U0ADA"
        assert both.house.placed == []
        assert not both.ada.sees("in our direct messages")

    async def test_among_two_others_point_to_where_the_answer_is(self, there: Served) -> None:
        other = there.slack.ward.add_channel("D0TWO", "directmessage", there.ada.id, there.ben.id)
        await there.ada.command("status", other.id)
        await there.settled()
        assert there.ada.sees("I answered in our direct messages", where=other.id)
        assert not there.ben.sees("I answered")


class TestEdits:
    async def test_are_told_about_once_for_each_message(self, there: Served) -> None:
        ts = await there.ada.dm("bed 4")
        await there.settled()
        await there.ada.change(there.ada.direct, ts, "bed 5")
        await there.ada.change(there.ada.direct, ts, "bed 6")
        await there.settled()
        assert there.house.texts == ["bed 4"]
        assert there.ada.counts("when you sent it") == 1

    async def test_of_earlier_messages_are_told_about_too(self, there: Served) -> None:
        """Nobody is to think that an example has changed with them."""
        ts = await there.ada.dm("bed 4")
        await there.ada.dm("and bed 5")
        await there.settled()
        await there.ada.change(there.ada.direct, ts, "bed 6")
        await there.settled()
        assert there.ada.counts("when you sent it") == 1

    async def test_of_what_was_not_said_to_us_pass_in_silence(self, there: Served) -> None:
        ts = await there.ada.say("C0WARD", "lunch?")
        await there.ada.change("C0WARD", ts, "dinner?")
        await there.settled()
        assert there.ada.counts("when you sent it") == 0

    async def test_and_deletions_are_no_new_events(self, there: Served) -> None:
        ts = await there.ada.dm("bed 4")
        await there.settled()
        await there.ada.delete(there.ada.direct, ts)
        await there.settled()
        assert there.house.texts == ["bed 4"]


class TestTheHomeTab:
    async def test_is_published_when_it_is_opened(self, both: Served) -> None:
        both.house.overview = [ChatMessage(text="Shift reports: 12 examples")]
        await both.ada.open_home()
        await both.settled()
        assert "Shift reports: 12 examples" in both.ada.home

    async def test_of_messages_suggests_what_to_say_once(self, there: Served) -> None:
        await there.ada.open_home("messages")
        await there.ada.open_home("messages")
        await there.settled()
        (called,) = there.slack.called("assistant.threads.setSuggestedPrompts")
        assert "thread_ts" not in called
        assert len(called["prompts"]) == 4

    async def test_buttons_are_answered_directly(self, there: Served) -> None:
        there.house.overview = [ChatMessage(card=CARD)]
        await there.ada.open_home()
        await there.settled()
        assert await there.ada.press_home("Approve") is not None
        (press,) = there.house.presses
        assert press.sender.address == {"person": "slack:T0WARD:U0ADA"}

    async def test_buttons_open_forms_too(self, there: Served) -> None:
        there.house.overview = [ChatMessage(card=CARD)]
        there.house.forms["c-1", "edit:7"] = EDIT
        await there.ada.open_home()
        await there.settled()
        await there.ada.press_home("Edit")
        await there.ada.until_form("Request")
        assert await there.ada.submit({"Answer": "x"})
        (form,) = there.house.submitted
        assert form.card_id is None


class TestWhatWeLose:
    async def test_a_channel_is_told_to_who_took_us_out(self, there: Served) -> None:
        await there.ada.say("C0WARD", "@app begin")
        await there.settled()
        there.ward.members.discard(there.slack.ward.bot)
        there.ben.event({"type": "channel_left", "channel": "C0WARD", "actor_id": there.ben.id})
        await there.settled()
        assert there.ben.sees("You took me out of a channel", where=there.ben.direct)

    async def test_a_channel_in_which_nothing_was_said_is_lost_in_silence(self, there: Served) -> None:
        there.ben.event({"type": "channel_left", "channel": "C0WARD", "actor_id": there.ben.id})
        await there.settled()
        assert there.slack.ward.said == []

    async def test_a_token_pauses_the_workspace_with_a_clear_word_in_the_log(
        self, there: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        there.ada.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}})
        await there.settled()
        assert await there.platform.workspaces.teams() == []
        assert any("threadtune doctor" in record.getMessage() for record in caplog.records)


async def _show(there: Served, card: CardFace) -> None:
    """Have a card posted into the thread that Ada begins."""
    root = await there.ada.say("C0WARD", "@app begin")
    await there.settled()
    conversation = f"slack:T0WARD:C0WARD:{root}"
    there.house.cards[card.card_id] = conversation
    there.house.forms |= {(card.card_id, one.action): one.form for one in card.buttons if one.form}
    await there.platform.post(address_of(conversation), ChatMessage(card=card), "tt-1")
    await there.settled()


async def _press_as_stranger(there: Served) -> None:
    from tests.fakes import slack_payloads

    card = there.slack.ward.said[-1]
    block = card.blocks[-1]
    action = slack_payloads.button_action(block, block["elements"][0])
    payload = slack_payloads.message_press(there.slack.url, there.slack.ward, there.ben.id, card, action)
    payload["user"]["team_id"] = "T0OTHER"
    await there.slack.delivery.act("interactive", payload)
    await there.settled()

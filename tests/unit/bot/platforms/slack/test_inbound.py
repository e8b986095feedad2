"""What Slack's events say to us, payload by payload."""

from datetime import UTC, datetime

import pytest

from bot.chat.events import MessageReceived
from bot.platforms.slack.inbound import (
    ChannelLost,
    Edited,
    HomeOpened,
    Said,
    TokenLost,
    Us,
    address_of,
    heard,
    received,
    said,
)
from tests.unit.bot.platforms.slack.recorded import ADA, THREAD, US, names, recorded


def message(name: str, **event: object) -> Said:
    found = heard(recorded(name, **event), US)
    assert isinstance(found, Said), found
    return found


def event_of(name: str, **event: object) -> MessageReceived:
    return received(message(name, **event), US, "Ada", {"U0BEN": "Ben"})


class TestDirectMessages:
    def test_are_the_persons_own_conversation(self) -> None:
        event = event_of("message_im")
        assert event.text == "Write the shift report for bed 4"
        assert event.id == "slack:T0WARD:D0ADA:1763712001.000100"
        assert event.sender.person_id == event.sender.conversation_id == ADA
        assert not event.sender.shared
        assert event.at == datetime(2025, 11, 21, 8, 0, 1, 100, tzinfo=UTC)

    def test_are_answered_in_the_thread_that_each_of_them_begins(self) -> None:
        assert event_of("message_im").sender.address == {
            "team": "T0WARD",
            "user": "U0ADA",
            "channel": "D0ADA",
            "thread": "1763712001.000100",
        }

    def test_stay_one_conversation_in_whatever_thread_they_are(self) -> None:
        reply = event_of("message_im_in_thread")
        assert reply.sender.conversation_id == ADA
        assert reply.sender.address["thread"] == "1763712001.000100"

    def test_may_tell_what_the_person_looks_at_which_is_not_used(self) -> None:
        assert event_of("message_im_with_context").text == "summarize this"

    def test_bring_files_which_are_fetched_later(self) -> None:
        event = event_of("message_im_file_share")
        (file,) = event.attachments
        assert (file.name, file.size, file.refused) == ("reports.csv", 2048, "")
        assert file.remote == {
            "team": "T0WARD",
            "file": "F0ROWS",
            "url": "https://files.slack.com/files-pri/T0WARD-F0ROWS/download/reports.csv",
        }
        assert event.text == "the reports of last week"

    def test_that_forward_anothers_message_say_nothing_themselves(self) -> None:
        assert message("message_im_forwarded").forwarded
        assert not message("message_im_file_share").forwarded


class TestChannels:
    def test_a_mention_begins_a_thread(self) -> None:
        found = message("message_channel_mention")
        event = received(found, US, "Ada", {})
        assert found.way == "mention"
        assert found.begins
        assert event.text == "train a model on our shift reports"
        assert event.addressed
        assert event.sender.conversation_id == THREAD
        assert event.sender.shared

    def test_its_address_knows_who_spoke_last(self) -> None:
        assert event_of("message_channel_mention").sender.address == {
            "team": "T0WARD",
            "channel": "C0WARD",
            "thread": "1763712017.001300",
            "user": "U0ADA",
        }

    def test_the_same_mention_under_two_event_ids_is_one_message(self) -> None:
        assert recorded("app_mention")["event_id"] != recorded("message_channel_mention")["event_id"]
        assert event_of("app_mention") == event_of("message_channel_mention")

    def test_a_reply_needs_no_mention(self) -> None:
        reply = message("message_channel_reply")
        assert reply.way == "reply"
        assert reply.conversation == THREAD

    @pytest.mark.parametrize("name", ["message_group_reply", "message_mpim_reply"])
    def test_private_channels_and_groups_are_channels(self, name: str) -> None:
        reply = message(name)
        assert reply.way == "reply"
        assert reply.conversation.count(":") == 3

    def test_a_reply_that_is_shown_to_the_channel_as_well_is_a_reply(self) -> None:
        assert message("message_channel_broadcast").way == "reply"

    def test_a_mention_in_anothers_thread_is_told_apart_from_one_in_ones_own(self) -> None:
        others = message("message_channel_reply_mention")
        assert (others.way, others.begins, others.own_thread) == ("mention", False, False)
        assert message("message_channel_reply_mention", parent_user_id="U0ADA").own_thread

    def test_a_mention_in_the_middle_is_cut_out(self) -> None:
        event = event_of("message_channel_reply_mention")
        assert event.text == "what do you say, ?"
        assert not event.addressed


class TestWhatIsNotForUs:
    @pytest.mark.parametrize(
        "name",
        [
            "message_channel_root",
            "message_channel_join",
            "message_im_own",
            "message_im_deleted",
            "message_im_system",
            "message_im_unfurled",
            "message_bot",
            "message_bot_user",
            "member_left_channel_other",
            "tokens_revoked_person",
        ],
    )
    def test_says_nothing(self, name: str) -> None:
        assert heard(recorded(name), US) is None

    def test_somebody_from_another_workspace_is_told_apart(self) -> None:
        assert message("message_connect_foreign").person.foreign
        assert not message("message_connect_own").person.foreign
        changed = recorded("message_im_edited")
        changed["event"]["message"]["user_team"] = "T0OTHER"
        assert heard(changed, US) is None, "nothing of theirs was taken, so nothing of it can change"

    def test_a_person_of_ours_in_a_shared_channel_is_answered(self) -> None:
        assert message("message_connect_own").person.id == ADA

    def test_a_person_of_our_organisation_is_ours(self) -> None:
        us = Us(team="T0WARD", user="U0BOT", enterprise="E0CLINIC")
        assert isinstance(heard(recorded("message_im", team="E0CLINIC"), us), Said)

    @pytest.mark.parametrize("user", ["USLACKBOT", "USLACK", "B0CI", "", None, 7, "U0BOT"])
    def test_neither_slack_itself_nor_bots_nor_we_are_people(self, user: object) -> None:
        assert heard(recorded("message_im", user=user), US) is None

    @pytest.mark.parametrize(
        "subtype", ["bot_message", "channel_topic", "message_replied", "reminder_add", "ekm_access_denied"]
    )
    def test_what_slack_tells_in_the_form_of_a_message_is_none(self, subtype: str) -> None:
        assert heard(recorded("message_im", subtype=subtype), US) is None

    @pytest.mark.parametrize("body", [{}, {"event": None}, {"event": {}}, {"event": {"type": "reaction_added"}}])
    def test_nor_is_an_event_that_we_do_not_know(self, body: dict[str, object]) -> None:
        assert heard(body, US) is None

    @pytest.mark.parametrize("missing", ["channel", "ts", "user"])
    def test_a_message_without_its_place_is_none(self, missing: str) -> None:
        assert heard(recorded("message_im", **{missing: None}), US) is None


class TestOtherEvents:
    def test_an_edit_is_known_by_the_message_as_it_stands_now(self) -> None:
        edited = heard(recorded("message_im_edited"), US)
        assert isinstance(edited, Edited)
        assert edited.said.text == "Write the shift report for bed 6"
        assert edited.said.id == event_of("message_im").id

    @pytest.mark.parametrize("tab", ["home", "messages"])
    def test_who_opens_the_home_tab_or_the_messages(self, tab: str) -> None:
        opened = heard(recorded(f"app_home_opened_{tab}"), US)
        assert isinstance(opened, HomeOpened)
        assert (opened.person.id, opened.channel, opened.tab) == (ADA, "D0ADA", tab)

    @pytest.mark.parametrize(
        ("name", "why", "by"),
        [
            ("channel_left", "left", "U0BEN"),
            ("group_left", "left", "U0BEN"),
            ("member_left_channel_us", "left", ""),
            ("channel_deleted", "deleted", "U0BEN"),
            ("channel_archive", "archived", "U0BEN"),
        ],
    )
    def test_a_channel_that_is_lost_and_by_whom(self, name: str, why: str, by: str) -> None:
        lost = heard(recorded(name), US)
        assert isinstance(lost, ChannelLost)
        assert (lost.team, lost.why, lost.by) == ("T0WARD", why, by)

    @pytest.mark.parametrize("name", ["tokens_revoked_bot", "app_uninstalled"])
    def test_a_token_that_is_lost(self, name: str) -> None:
        assert isinstance(heard(recorded(name), US), TokenLost)


def test_a_message_of_the_history_is_the_one_that_would_have_been_delivered() -> None:
    delivered = recorded("message_channel_reply")["event"]
    in_history = {key: value for key, value in delivered.items() if key not in ("channel", "event_ts", "channel_type")}
    assert said(in_history | {"channel": "C0WARD"}, US) == message("message_channel_reply")


def test_an_address_follows_from_the_id_of_a_conversation() -> None:
    assert address_of(THREAD) == {"team": "T0WARD", "channel": "C0WARD", "thread": "1763712017.001300"}
    assert address_of(ADA) == {"person": ADA}


def test_no_recorded_payload_is_too_much_for_it() -> None:
    for name in names():
        heard(recorded(name), US)

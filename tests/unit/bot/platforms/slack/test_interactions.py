"""What presses, picks, the shortcut and the command say, payload by payload."""

from datetime import UTC, datetime

import pytest

from bot.chat.port import Known
from bot.platforms.slack.inbound import address_of, at
from bot.platforms.slack.interactions import (
    Command,
    Pick,
    Press,
    command,
    command_received,
    interaction,
    pick_received,
    picker,
    press_received,
    proposal,
)
from tests.fakes.slack_strict import check_blocks
from tests.unit.bot.platforms.slack.recorded import ADA, THREAD, US, names, recorded

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def press(name: str) -> Press:
    found = interaction(recorded(name), US, NOW)
    assert isinstance(found, Press)
    return found


class TestAPress:
    def test_is_known_by_card_face_action_and_person(self) -> None:
        assert press("block_actions_thread").id == f"slack:press:c-1:row-7:approve:row-7:{ADA}"

    def test_is_timed_by_slacks_clock_as_messages_are(self) -> None:
        assert press("block_actions_thread").at == at("1763712040.003500")

    def test_of_another_person_is_another(self) -> None:
        assert press("block_actions_foreign").id != press("block_actions_thread").id

    def test_is_the_same_wherever_the_card_stands(self) -> None:
        assert press("block_actions_home").id == press("block_actions_ephemeral").id

    def test_in_a_thread_belongs_to_it(self) -> None:
        event = press_received(press("block_actions_thread"), THREAD, "Ada")
        assert (event.card_id, event.action, event.label) == ("c-1", "approve:row-7", "Approve")
        assert event.sender.conversation_id == THREAD
        assert event.sender.address == {**address_of(THREAD), "user": "U0ADA"}
        assert event.sender.shared

    def test_in_direct_messages_is_answered_where_the_card_stands(self) -> None:
        inside = press_received(press("block_actions_direct"), ADA, "Ada").sender
        outside = press_received(press("block_actions_direct_top"), ADA, "Ada").sender
        assert inside.conversation_id == outside.conversation_id == ADA
        assert inside.address["thread"] == "1763712001.000100"
        assert "thread" not in outside.address
        assert not inside.shared

    def test_on_a_card_for_one_person_belongs_to_the_thread_that_it_is_about(self) -> None:
        found = press("block_actions_ephemeral")
        assert found.surface.kind == "ephemeral"
        assert press_received(found, THREAD, "Ada").sender.address["thread"] == "1763712017.001300"

    def test_on_the_card_of_a_thread_that_had_to_be_shown_directly_still_belongs_to_the_thread(self) -> None:
        sender = press_received(press("block_actions_direct"), THREAD, "Ada").sender
        assert sender.conversation_id == THREAD
        assert sender.shared

    def test_on_the_home_tab_is_answered_directly(self) -> None:
        sender = press_received(press("block_actions_home"), None, "Ada").sender
        assert sender.conversation_id == ADA
        assert sender.address == {"person": ADA}

    @pytest.mark.parametrize(
        ("name", "link"),
        [
            (
                "block_actions_thread",
                "https://ward.slack.com/archives/C0WARD/p1763712039000100?thread_ts=1763712017.001300&cid=C0WARD",
            ),
            (
                "block_actions_direct",
                "https://ward.slack.com/archives/D0ADA/p1763712039000100?thread_ts=1763712001.000100&cid=D0ADA",
            ),
            ("block_actions_ephemeral", ""),
            ("block_actions_home", ""),
        ],
    )
    def test_says_where_its_message_can_be_seen_again_if_it_can(self, name: str, link: str) -> None:
        assert press_received(press(name), THREAD, "Ada").link == link

    def test_of_a_pair_of_thumbs_is_a_press_like_others(self) -> None:
        event = press_received(press("block_actions_feedback"), THREAD, "Ada")
        assert (event.card_id, event.action, event.label) == ("c-2", "good", "Good")

    def test_that_opens_a_form_says_so(self) -> None:
        assert press("block_actions_form").button.opens
        assert not press("block_actions_thread").button.opens

    def test_by_somebody_from_elsewhere_is_told_apart(self) -> None:
        assert press("block_actions_foreign").person.foreign
        assert not press("block_actions_thread").person.foreign

    @pytest.mark.parametrize(
        "broken", [{"actions": []}, {"actions": [{"action_id": "card-press:0", "value": "no json"}]}, {}]
    )
    def test_of_what_is_no_button_of_ours_is_none(self, broken: dict[str, object]) -> None:
        assert interaction(recorded("block_actions_thread") | {"actions": []} | broken, US, NOW) is None
        assert interaction(recorded("block_actions_link"), US, NOW) is None


class TestThePickerOfProjects:
    asked = Command(
        person=press("block_actions_thread").person,
        channel="C0WARD",
        text="status",
        trigger="99.77.aa",
        response_url="https://x",
    )
    known = Known(conversation_id=THREAD, address=address_of(THREAD), project="Shift reports", heard_last=None)

    def test_carries_the_command_to_the_pick(self) -> None:
        blocks = picker(self.asked, [self.known], True, "Which project?")
        check_blocks(blocks)
        block = blocks[1]
        payload = recorded("block_actions_pick")
        payload["actions"][0] |= {
            "block_id": block["block_id"],
            "action_id": block["elements"][0]["action_id"],
            "selected_option": block["elements"][0]["options"][0],
        }
        pick = interaction(payload, US, NOW)
        assert isinstance(pick, Pick)
        event = pick_received(pick, "Ada")
        assert event.text == "/tune status"
        assert event.privately
        assert event.id == "slack:command:99.77.aa"
        assert event.sender.conversation_id == THREAD
        assert event.sender.shared

    def test_says_when_a_command_is_too_long_for_it(self) -> None:
        long = Command(
            person=self.asked.person, channel="C0WARD", text="ask " + "ü" * 170, trigger="9", response_url=""
        )
        with pytest.raises(ValueError, match="too long"):
            picker(long, [self.known], True, "Which project?")

    def test_offers_at_most_a_hundred_with_names_that_fit(self) -> None:
        many = [
            Known(conversation_id=f"{THREAD}{n}", address={}, project="P" * 100, heard_last=None) for n in range(120)
        ]
        check_blocks(picker(self.asked, many, False, "Which project?"))

    @pytest.mark.parametrize("block_id", ["", "[]", "{}", "[1,2]", "null"])
    def test_ignores_a_pick_that_carries_nothing(self, block_id: str) -> None:
        payload = recorded("block_actions_pick")
        payload["actions"][0]["block_id"] = block_id
        assert interaction(payload, US, NOW) is None


class TestTheCommand:
    def test_reads_as_it_was_typed(self) -> None:
        found = command(recorded("slash_command"), US)
        assert found.text == "ask what is R&D <here>"
        assert not found.direct
        assert found.person.name == "ada"

    def test_among_two_is_direct(self) -> None:
        assert command(recorded("slash_command_direct"), US).direct

    def test_is_handed_in_with_its_slash_under_the_id_of_its_trigger(self) -> None:
        found = command(recorded("slash_command"), US)
        event = command_received(found, THREAD, address_of(THREAD), True, "Ada", NOW)
        assert event.id == "slack:command:13345224609.738474920.cccc"
        assert event.text == "/tune ask what is R&D <here>"
        assert event.privately
        assert event.sender.shared

    def test_alone_is_the_slash_alone(self) -> None:
        found = command(recorded("slash_command") | {"text": ""}, US)
        assert command_received(found, ADA, {}, False, "Ada", NOW).text == "/tune"


class TestAProposal:
    def test_has_text_author_and_a_link_back(self) -> None:
        found = proposal(recorded("message_action"), US, {"U0ADA": "Ada", "U0BEN": "Ben"})
        assert found.text == "Bed 4: <slept> well, @Ada was there"
        assert (found.author, found.author_name) == ("slack:T0WARD:U0BEN", "Ben")
        assert found.link == "https://ward.slack.com/archives/C0WARD/p1763700000000100"
        assert found.unfit == ""

    def test_in_a_thread_links_into_it(self) -> None:
        found = proposal(recorded("message_action_in_thread"), US, {})
        assert found.link == (
            "https://ward.slack.com/archives/C0WARD/p1763700001000200?thread_ts=1763700000.000100&cid=C0WARD"
        )

    @pytest.mark.parametrize("why", ["of_app", "foreign", "empty"])
    def test_that_nobody_could_agree_to_is_unfit(self, why: str) -> None:
        assert proposal(recorded(f"message_action_{why}"), US, {}).unfit == why


def test_no_recorded_press_is_too_much_for_it() -> None:
    for name in names():
        if name.startswith("block_actions"):
            interaction(recorded(name), US, NOW)

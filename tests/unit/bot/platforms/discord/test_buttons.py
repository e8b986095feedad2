"""A card's buttons: what they carry, and how Discord's limits are kept."""

import re

import pytest

from agent.words import say
from bot.chat.messages import Button, CardFace, Form
from bot.platforms.discord.buttons import ANSWER, LONGEST_ID, Pressed, card_view, carried, digest_of, pressed, resolved

FORM = Form(name="row", subject={}, title="Edit", fields=(), submit="Save")
CARD = "card_0123456789abcdef"


def card(*buttons: Button, state: str = "1/2", id: str = CARD) -> CardFace:
    return CardFace(card_id=id, title="A draft", buttons=buttons, state=state)


def many(count: int) -> tuple[Button, ...]:
    return tuple(Button(label=f"Row {number}", action=f"open:row_{number}") for number in range(count))


def rows(face: CardFace | None, **options: bool | int) -> list[list[dict[str, object]]]:
    """What Discord is sent."""
    view = card_view(face, say, **options)  # type: ignore[arg-type]  # a table of options has one type
    return [row["components"] for row in view.to_components()] if view else []


def of(custom_id: object, label: str = "") -> Pressed:
    found = pressed(str(custom_id), label)
    assert found is not None
    return found


def test_a_card_without_buttons_has_no_view() -> None:
    assert card_view(card(), say) is None
    assert card_view(None, say) is None


async def test_the_client_keeps_no_view() -> None:
    view = card_view(card(*many(2)), say)
    assert view is not None
    assert view.is_finished()
    assert view.is_persistent()


def test_a_button_carries_all_that_a_press_is_known_by() -> None:
    ((button,),) = rows(card(Button(label="Approve", action="approve:row_1", style="primary")))
    assert of(button["custom_id"], "Approve") == Pressed(
        card_id=CARD, state=digest_of("1/2"), action="approve:row_1", opens=False, label="Approve"
    )


def test_another_face_of_a_card_has_other_buttons() -> None:
    button = Button(label="Approve", action="approve:row_1")
    assert rows(card(button, state="1/2")) != rows(card(button, state="2/2"))


def test_a_button_with_a_form_opens_it() -> None:
    ((button,),) = rows(card(Button(label="Edit", action="edit", form=FORM)))
    assert of(button["custom_id"]).opens


def test_thumbs_stand_beside_words_and_may_be_changed() -> None:
    ((good, bad),) = rows(
        card(Button(label="Good", action="good", verdict="good"), Button(label="Not good", action="bad", verdict="bad"))
    )
    assert (good["label"], good["emoji"]) == ("Good", {"id": None, "name": "👍"})
    assert (bad["label"], bad["emoji"]) == ("Not good", {"id": None, "name": "👎"})
    assert of(good["custom_id"]).judges
    assert of(bad["custom_id"]).judges


def test_a_danger_is_told_by_its_words_as_well_as_its_colour() -> None:
    ((button,),) = rows(card(Button(label="Delete my examples", action="delete", style="danger")))
    assert (button["label"], button["style"]) == ("Delete my examples", 4)


class TestIds:
    @pytest.mark.parametrize("action", ["x" * 500, "é" * 60, "a|b:c", "#like a digest", "x", "line\nbreak"])
    def test_have_at_most_100_characters_whatever_the_action(self, action: str) -> None:
        face = card(Button(label="Go", action=action))
        ((button,),) = rows(face)
        assert len(str(button["custom_id"])) <= LONGEST_ID
        found = of(button["custom_id"])
        assert found.is_digest == (len(action) > 90 or action.startswith("#"))
        if found.is_digest:
            assert resolved(found, face) == face.buttons[0]
        else:
            assert found.action == action

    def test_of_a_long_action_are_resolved_by_the_card_alone(self) -> None:
        ((button,),) = rows(card(Button(label="Go", action="x" * 500)))
        found = of(button["custom_id"])
        assert resolved(found, None) is None
        assert resolved(found, card(Button(label="Go", action="y" * 500))) is None

    @pytest.mark.parametrize("id", ["c" * 90, "a|b"])
    def test_that_cannot_be_carried_are_a_fault(self, id: str) -> None:
        with pytest.raises(ValueError, match="cannot be carried"):
            card_view(card(Button(label="Go", action="go"), id=id), say)

    @pytest.mark.parametrize("id", ["", "answer", "press|c|0|a", "press||00000000|a", "show|m", "press|c|00000000|"])
    def test_of_others_are_no_press_of_ours(self, id: str) -> None:
        assert pressed(id) is None

    def test_two_that_do_the_same_are_one(self) -> None:
        assert len(rows(card(Button(label="Go", action="go"), Button(label="Go!", action="go")))[0]) == 1


def test_no_label_is_longer_than_80_characters_and_none_is_empty() -> None:
    ((long, empty),) = rows(card(Button(label="so " * 40, action="a"), Button(label="\n", action="b")))
    assert len(str(long["label"])) <= 80
    assert empty["label"] == "…"


class TestManyButtons:
    def test_stand_in_five_rows_of_five(self) -> None:
        assert [len(row) for row in rows(card(*many(25)))] == [5, 5, 5, 5, 5]

    @pytest.mark.parametrize("count", [26, 43, 44, 90, 200])
    def test_that_are_too_many_are_paged_through_in_a_list(self, count: int) -> None:
        face = card(*many(count))
        first = rows(face)
        assert [len(row) for row in first] == [5, 5, 5, 5, 1]
        reached = [of(one["custom_id"]).action for row in first[:4] for one in row]
        page: int | None = 0
        while page is not None:
            select = rows(face, page=page)[4][0]
            options = select["options"]
            assert isinstance(options, list)
            assert len(options) <= 25
            reached += [of(one["value"]).action for one in options if not one["value"].startswith("page|")]
            assert f"page {page + 1} of" in str(select["placeholder"])
            page = page + 1 if any(one["value"] == f"page|{page + 1}" for one in options) else None
        assert reached == [button.action for button in face.buttons]

    def test_leave_room_for_the_answer(self) -> None:
        for count in (24, 25, 60):
            ids = [one["custom_id"] for row in rows(card(*many(count)), answerable=True) for one in row]
            assert ids.count(ANSWER) == 1
            assert len(ids) <= 25

    def test_a_page_beyond_the_last_is_the_last(self) -> None:
        face = card(*many(60))
        assert rows(face, page=99) == rows(face, page=1)


def test_an_answer_can_be_given_without_a_card() -> None:
    ((button,),) = rows(None, answerable=True)
    assert (button["custom_id"], button["label"]) == (ANSWER, "Answer")


def test_an_action_is_carried_as_it_is_where_it_fits() -> None:
    assert carried("approve", 7) == "approve"
    assert re.fullmatch(r"#[0-9a-f]{16}", carried("approve", 6))

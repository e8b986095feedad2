"""Replies of the agent become messages; a card that is shown is recorded, one that is edited is not."""

from datetime import UTC, datetime

from agent.replies import AnyReply, Choice, Quote, Say, ShowCard, ShowFile, ShowPicture, ShowTable
from bot.chat.messages import ChatMessage, Enclosure
from bot.render import Audience, View, outgoing, render
from storage.domain import OutboxKind

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CARD = ShowCard(
    card_id="row:1",
    card_kind="row",
    subject={"row_id": "1"},
    title="An example",
    fields=(Quote(name="From", text="conversation"),),
    quoted=(Quote(name="Instruction", text="**not bold**"),),
    choices=(Choice(label="Approve", action="approve", style="primary"), Choice(label="Edit", action="edit")),
    note="Please look at it.",
)


def test_what_people_or_models_wrote_stays_out_of_the_text() -> None:
    message = render(Say(text="Two answers:", quoted=(Quote(name="Base", text="@everyone"),), ping=True))
    assert message.text == "Two answers:"
    assert [(field.name, field.value) for field in message.quoted] == [("Base", "@everyone")]
    assert message.ping


def test_a_card_keeps_everything_on_its_face() -> None:
    card = render(CARD).card
    assert card is not None
    assert (card.card_id, card.title, card.note) == ("row:1", "An example", "Please look at it.")
    assert [(b.label, b.action, b.style) for b in card.buttons] == [
        ("Approve", "approve", "primary"),
        ("Edit", "edit", "plain"),
    ]
    assert card.quoted[0].value == "**not bold**"


def test_a_label_is_cut_to_what_every_platform_allows() -> None:
    card = render(
        ShowCard(card_id="c", card_kind="k", subject={}, title="t", choices=(Choice(label="x" * 90, action="a"),))
    )
    assert card.card is not None
    assert card.card.buttons[0].label == "x" * 74 + "…"


def test_tables_and_pictures() -> None:
    table = render(ShowTable(title="Loss", header=("a", "b"), rows=(("1", "2"),), text="It fell."))
    assert table.text == "It fell."
    assert table.table is not None
    assert table.table.rows == (("1", "2"),)
    picture = render(ShowPicture(path="runs/1/chart.png", alt="A falling line"))
    assert picture.picture is not None
    assert picture.picture.alt == "A falling line"


def test_a_file_keeps_its_path_its_name_and_what_is_said_of_it() -> None:
    shown = render(
        ShowFile(path="exports/a/1.jsonl", name="a.jsonl", text="All of it.", quoted=(Quote(name="By", text="*Bo*"),))
    )
    assert (shown.text, shown.file) == ("All of it.", Enclosure(path="exports/a/1.jsonl", name="a.jsonl"))
    assert [(field.name, field.value) for field in shown.quoted] == [("By", "*Bo*")]
    assert ChatMessage.from_json(shown.to_json()) == shown
    assert ChatMessage.from_json({"text": "queued by an earlier version"}).file is None


def test_messages_are_queued_in_order_and_survive_json() -> None:
    replies: list[AnyReply] = [Say(text="one"), CARD, Say(text="two")]
    messages, cards = outgoing("fake:1", replies, NOW)
    assert [m.position for m in messages] == [0, 1, 2]
    assert [ChatMessage.from_json(m.message) for m in messages] == [render(reply) for reply in replies]
    assert [m.card_id for m in messages] == [None, "row:1", None]
    (card,) = cards
    assert card.actions == {"Approve": "approve", "Edit": "edit"}
    assert (card.kind, card.subject, card.conversation_id) == ("row", {"row_id": "1"}, "fake:1")


def test_an_edit_replaces_a_face_and_records_no_card() -> None:
    edited = ShowCard(card_id="row:1", card_kind="row", subject={}, title="Approved", edit=True)
    messages, cards = outgoing("fake:1", [edited], NOW)
    assert messages[0].kind is OutboxKind.EDIT
    assert cards == []


THREAD = Audience(person_id="fake:ada", shared=True)
BESIDE = Audience(person_id="fake:ada", shared=True, view=View(only_to="fake:ada", apart=True))
CODE = Say(text="Your code", private=True)


def seen(
    replies: list[AnyReply], audience: Audience, shown: dict[str, View] | None = None
) -> list[tuple[str | None, bool]]:
    messages, _ = outgoing("fake:1", replies, NOW, audience, shown)
    found = [ChatMessage.from_json(message.message) for message in messages]
    return [(message.only_to, message.apart) for message in found]


def test_what_is_private_is_shown_to_its_person_alone_where_others_read_along() -> None:
    assert seen([CODE, Say(text="all"), CARD], THREAD) == [("fake:ada", False), (None, False), (None, False)]
    assert seen([CODE], Audience(person_id="fake:ada")) == [(None, False)], "nobody else is there"


def test_what_is_private_is_never_shown_to_all_for_want_of_a_person() -> None:
    assert seen([CODE, Say(text="all")], Audience(shared=True)) == [(None, False)]


def test_a_command_beside_the_thread_is_answered_there_to_its_person_alone() -> None:
    table = ShowTable(title="Loss", header=("a",), rows=())
    picture = ShowPicture(path="a.png", alt="A line")
    assert seen([CODE, CARD, table, picture], BESIDE) == [("fake:ada", True)] * 4


def test_an_edit_is_seen_as_its_card_is_whoever_caused_it() -> None:
    edited = ShowCard(card_id="row:1", card_kind="row", subject={}, title="Approved", edit=True)
    assert seen([edited], BESIDE, {"row:1": View()}) == [(None, False)], "what all see stays as it is for all"
    hidden = View(only_to="fake:bo", apart=True)
    assert seen([edited], THREAD, {"row:1": hidden}) == [("fake:bo", True)], "what one saw stays theirs"
    assert seen([CARD, edited], BESIDE) == [("fake:ada", True)] * 2, "also in the turn that shows it"


def test_what_is_for_somebody_else_goes_to_them_directly_and_its_card_is_theirs() -> None:
    consent = ShowCard(card_id="c", card_kind="consent", subject={}, title="May I?", to="fake:bo")
    messages, (card,) = outgoing(
        "fake:1", [Say(text="I ask Bo."), consent, Say(text="hello", to="fake:bo")], NOW, BESIDE
    )
    assert [message.to for message in messages] == [None, "fake:bo", "fake:bo"]
    assert [message.position for message in messages] == [0, 1, 2]
    assert [ChatMessage.from_json(message.message).only_to for message in messages] == ["fake:ada", None, None]
    assert card.conversation_id == "fake:bo"


def test_what_is_said_to_a_person_in_their_own_conversation_is_said_there() -> None:
    messages, _ = outgoing("fake:bo", [Say(text="hello", to="fake:bo")], NOW)
    assert messages[0].to is None

"""Messages as Slack is sent them: what they look like, what no text in them can do, and what becomes of long ones."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.words import say
from bot.chat.messages import Button, CardFace, ChatMessage, Field, Picture, Table
from bot.chat.shortening import whole_text
from bot.chat.text import clean, one_line
from bot.platforms.slack.blocks import (
    LONGEST_BLOCKS,
    LONGEST_TEXT,
    Drawn,
    draw,
    marker_of,
    notice,
    pages,
    size_of,
)
from tests.fakes.slack_strict import check_message
from tests.unit.bot.platforms.messages import CARD, FORM, HOSTILE, messages
from tests.unit.bot.platforms.slack.drawings import HARMLESS, check_drawn, shown, types


def drawn(message: ChatMessage, **how: Any) -> Drawn:
    made = draw(message, "tt-7", say, **how)
    check_drawn(made)
    return made


def blocks(message: ChatMessage, **how: Any) -> list[dict[str, Any]]:
    return list(drawn(message, **how).payload["blocks"])


class TestACard:
    def test_the_way_back_to_a_message_can_be_followed_and_nothing_else(self) -> None:
        link = "https://ward-7.slack.com/archives/C0WARD/p1763712017001300"
        written = f"message by **Ben**: {link} https://evil.example"
        fields = (Field(name="From", value=written),)
        (facts,) = blocks(ChatMessage(card=CardFace(card_id="c", title="", fields=fields)))
        elements = facts["elements"][0]["elements"]
        assert [one["url"] for one in elements if one["type"] == "link"] == [link]
        assert "".join(one["text"] for one in elements) == f"From: {written}", "and no text in it is markup"

    def test_it_is_a_header_facts_quotes_a_note_and_buttons(self) -> None:
        header, facts, quotes, note, buttons = blocks(ChatMessage(card=CARD))
        assert header == {"type": "header", "text": {"type": "plain_text", "text": "Is this right?", "emoji": False}}
        assert shown(facts) == "Kind: handover\n"
        assert quotes["elements"] == [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "Answer", "style": {"bold": True}}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "S: stable\nR: watch"}]},
        ]
        assert shown(note) == "Write /tune review to see all of them.\n"
        assert [(one["text"]["text"], one.get("style")) for one in buttons["elements"]] == [
            ("Approve", "primary"),
            ("Edit", None),
            ("Reject", "danger"),
        ]

    def test_in_a_thread_our_own_commands_lose_the_slash_and_those_of_others_do_not(self) -> None:
        card = replace(CARD, quoted=(Field(name="Answer", value="type /tune stop"),))
        text = shown(blocks(ChatMessage(card=card), in_thread=True))
        assert "Write tune review" in text
        assert "type /tune stop" in text

    def test_another_face_has_other_block_ids_and_the_same_face_the_same(self) -> None:
        def id_of(card: CardFace) -> str:
            return str(blocks(ChatMessage(card=card))[-1]["block_id"])

        assert id_of(CARD) == id_of(CARD)
        assert len({id_of(card) for card in (CARD, replace(CARD, state="3"), replace(CARD, title="Done"))}) == 3

    def test_a_long_title_is_shown_whole_below_no_header(self) -> None:
        title = "word " * 40
        first = blocks(ChatMessage(card=replace(CARD, title=title)))[0]
        assert first["type"] == "rich_text"
        assert shown(first).strip() == title.strip()

    def test_more_than_25_buttons_stand_in_rows(self) -> None:
        buttons = tuple(Button(label=f"Number {n}", action=f"pick:{n}") for n in range(60))
        rows = [
            block for block in blocks(ChatMessage(card=replace(CARD, buttons=buttons))) if block["type"] == "actions"
        ]
        assert [len(row["elements"]) for row in rows] == [25, 25, 10]


class TestATable:
    TABLE = Table(
        title="Run 3", header=("Criterion", "Base", "Tuned"), rows=(("Loss", "2.0", "1.0"), ("Form", "3%", "90%"))
    )

    def test_each_row_is_its_first_cell_and_below_it_the_others_with_their_names(self) -> None:
        (block,) = blocks(ChatMessage(table=self.TABLE))
        assert shown(block) == "Run 3\n\nLoss\nBase: 2.0\nTuned: 1.0\n\nForm\nBase: 3%\nTuned: 90%\n"

    def test_who_listens_hears_each_value_with_its_column(self) -> None:
        text = drawn(ChatMessage(table=self.TABLE)).payload["text"]
        assert text == "Run 3\nCriterion: Loss; Base: 2.0; Tuned: 1.0\nCriterion: Form; Base: 3%; Tuned: 90%"

    def test_rows_of_any_length_are_shown(self) -> None:
        table = Table(title="", header=("A", "B"), rows=((), ("1",), ("1", "2", "3"), ("", "2")))
        (block,) = blocks(ChatMessage(table=table))
        assert shown(block) == "1\n\n1\nB: 2\n3\n\nB: 2\n"

    @pytest.mark.parametrize("in_thread", [False, True])
    def test_a_command_in_a_cell_stands_there_without_its_marks(self, in_thread: bool) -> None:
        table = Table(title="", header=("A", "B"), rows=(("1", "nobody yet: `/tune rate scores`, `x`"),))
        payload = drawn(ChatMessage(table=table), in_thread=in_thread).payload
        command = "tune rate scores" if in_thread else "/tune rate scores"
        (cell,) = [part for part in _texts(payload["blocks"]) if part["text"] == command]
        assert cell["style"] == {"code": True}
        assert "`x`" in "".join(part["text"] for part in _texts(payload["blocks"])), "other marks may be anybody's"


class TestAttention:
    def test_a_ping_in_a_thread_names_the_person_and_nothing_else_does(self) -> None:
        payload = drawn(ChatMessage(text="Run 3 is done.", ping=True), mention="U0ADA").payload
        assert payload["text"] == "<@U0ADA> Run 3 is done."
        assert {"type": "user", "user_id": "U0ADA"} in payload["blocks"][0]["elements"][0]["elements"]
        quiet = drawn(ChatMessage(text="Run 3 is done."), mention="U0ADA").payload
        assert "U0ADA" not in str(quiet)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_text_of_others_notifies_links_or_formats_and_all_of_it_is_shown(self, text: str) -> None:
        field = Field(name=text, value=text)
        card = replace(CARD, title="Ours", fields=(field,), quoted=(field,))
        table = Table(title=text, header=(text, text), rows=((text, text),))
        payload = drawn(ChatMessage(text="Ours", quoted=(field,), card=card, table=table)).payload
        assert set(types(payload["blocks"])) <= HARMLESS
        styles = {name for style in _styles(payload["blocks"]) for name in style}
        assert styles <= {"bold", "code"}, "bold are the names that we put there, code is our own note's"
        assert shown(payload["blocks"]).count(clean(text)) >= 4, "twice as a value, once as a quote's, once in a cell"
        assert not re.search("<[@!#a-z]", payload["text"])

    @pytest.mark.parametrize("text", HOSTILE)
    def test_nor_does_such_a_text_in_a_sentence_of_ours(self, text: str) -> None:
        payload = drawn(ChatMessage(text=f"Your project “{text}” is ready.")).payload
        assert set(types(payload["blocks"])) <= HARMLESS
        assert not re.search("<[@!#a-z]", payload["text"])


def _texts(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, dict):
        own = [part] if part.get("type") == "text" else []
        return own + [text for value in part.values() for text in _texts(value)]
    return [text for item in part for text in _texts(item)] if isinstance(part, list) else []


def _styles(part: Any) -> list[dict[str, bool]]:
    if isinstance(part, dict):
        own = [part["style"]] if isinstance(part.get("style"), dict) else []
        return own + [style for value in part.values() for style in _styles(value)]
    return [style for item in part for style in _styles(item)] if isinstance(part, list) else []


class TestThumbs:
    ANSWER = CardFace(
        card_id="answer:1",
        title="prds v1",
        buttons=(
            Button(label="Good", action="good", verdict="good"),
            Button(label="Not good", action="bad", verdict="bad"),
            Button(label="Improve", action="improve", form=FORM),
        ),
    )

    def test_good_and_bad_are_slacks_own_with_words(self) -> None:
        _, verdict, others = blocks(ChatMessage(card=self.ANSWER))
        (feedback,) = verdict["elements"]
        assert verdict["type"] == "context_actions"
        assert feedback["type"] == "feedback_buttons"
        assert feedback["positive_button"]["text"]["text"] == "Good"
        assert feedback["negative_button"]["text"]["text"] == "Not good"
        assert [button["text"]["text"] for button in others["elements"]] == ["Improve"]

    def test_one_without_its_counterpart_is_a_button(self) -> None:
        card = replace(self.ANSWER, buttons=self.ANSWER.buttons[1:])
        assert [block["type"] for block in blocks(ChatMessage(card=card))] == ["header", "actions"]


class TestAPicture:
    PICTURE = ChatMessage(text="The loss so far.", picture=Picture(path="runs/1/loss.png", alt="Line chart: it fell."))

    def test_below_its_message_stands_the_file_and_the_words_are_its_alt_text(self) -> None:
        assert shown(blocks(self.PICTURE)) == "The loss so far.\n"
        assert "Line chart: it fell." in drawn(self.PICTURE).payload["text"], "for whoever listens"

    def test_one_that_could_not_be_uploaded_is_told_in_words(self) -> None:
        assert "The picture shows: Line chart: it fell." in shown(blocks(self.PICTURE, picture_refused=True))

    def test_one_without_a_sentence_is_told_in_words_too(self) -> None:
        assert "Line chart: it fell." in shown(blocks(replace(self.PICTURE, text="")))


class TestLongMessages:
    LONG = "\n".join(f'Line {n} of a long answer, with "quotes" and <signs>.' for n in range(1000))

    def test_it_is_shown_shortened_and_goes_whole_into_a_file(self) -> None:
        made = drawn(ChatMessage(text="**Here**", quoted=(Field(name="Tuned", value=self.LONG),)))
        assert made.file is not None
        assert made.file.name == "whole-text-tt-7.txt"
        assert self.LONG in made.file.text
        text = shown(made.payload["blocks"])
        assert "Line 1 of" in text
        assert f"The whole text ({len(made.file.text):,} characters) follows below." in text
        assert size_of(made.payload["blocks"]) > LONGEST_BLOCKS / 2, "as much as fits is shown"
        assert len(made.payload["text"]) < LONGEST_TEXT

    def test_what_is_for_one_person_says_that_the_rest_is_for_them_alone_too(self) -> None:
        message = ChatMessage(text=self.LONG, only_to="slack:T1:U1", apart=True)
        assert "in our direct messages" in shown(blocks(message))

    def test_a_card_keeps_its_buttons(self) -> None:
        made = drawn(ChatMessage(card=replace(CARD, quoted=(Field(name="Answer", value=self.LONG),))))
        assert made.file is not None
        assert len(made.payload["blocks"][-1]["elements"]) == 3

    def test_where_it_cannot_be_uploaded_it_is_paged(self) -> None:
        made = drawn(ChatMessage(text=self.LONG))
        assert made.file is not None
        found = pages(made.file, "tt-7", say)
        assert len(found) > 3
        said = ""
        for number, page in enumerate(found, 1):
            check_message(page["text"], page["blocks"])
            assert size_of(page["blocks"]) < LONGEST_BLOCKS
            assert marker_of(page) == f"tt-7-page-{number}"
            assert set(types(page["blocks"])) <= HARMLESS
            said += page["blocks"][0]["elements"][1]["elements"][0]["text"]
        assert said == made.file.text

    @given(st.text(st.sampled_from('a \n"\\é漢😀'), min_size=200, max_size=400).map(lambda text: text * 40))
    def test_pages_hold_all_of_any_text(self, text: str) -> None:
        made = draw(ChatMessage(quoted=(Field(name="Q", value=text),)), "tt-7", say)
        for page in pages(made.file, "tt-7", say) if made.file else ():
            assert size_of(page["blocks"]) < LONGEST_BLOCKS


class TestTheMarker:
    def test_it_stands_in_the_metadata(self) -> None:
        payload = drawn(ChatMessage(text="Hello")).payload
        assert payload["metadata"] == {"event_type": "threadtune", "event_payload": {"marker": "tt-7"}}
        assert marker_of(payload) == "tt-7"

    @pytest.mark.parametrize("metadata", [None, {}, {"event_type": "other", "event_payload": {"marker": "tt-7"}}])
    def test_other_peoples_messages_have_none(self, metadata: Any) -> None:
        assert marker_of({"text": "Hello", "metadata": metadata}) is None


def test_a_notice_is_text_and_blocks() -> None:
    assert notice("I answer in **our** messages; see `/tune help`.", say, in_thread=True) == {
        "text": "I answer in our messages; see tune help.",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "I answer in "},
                            {"type": "text", "text": "our", "style": {"bold": True}},
                            {"type": "text", "text": " messages; see "},
                            {"type": "text", "text": "tune help", "style": {"code": True}},
                            {"type": "text", "text": "."},
                        ],
                    }
                ],
            }
        ],
    }


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # long texts are the point
@settings(max_examples=60)
@given(messages, st.booleans(), st.sampled_from(["", "U0ADA"]))
def test_whatever_a_message_says_slack_takes_it_and_nothing_of_it_is_lost(
    message: ChatMessage, in_thread: bool, mention: str
) -> None:
    made = drawn(message, in_thread=in_thread, mention=mention)
    assert set(types(made.payload["blocks"])) <= HARMLESS | {"user"}
    whole = whole_text(message)
    if made.file is None:
        for quote in (*message.quoted, *(message.card.quoted if message.card else ())):
            assert clean(quote.value) in shown(made.payload["blocks"])
        for row in message.table.rows if message.table else ():
            assert all(one_line(cell) in one_line(shown(made.payload["blocks"])) for cell in row)
    elif not in_thread:
        assert made.file.text == whole
    made.payload["text"].encode()

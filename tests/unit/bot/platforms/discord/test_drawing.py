"""Messages as Discord is sent them: what they look like, what no text in them can do, and what becomes of long ones."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.words import say
from bot.chat.messages import Button, CardFace, ChatMessage, Enclosure, Field, Picture, Table
from bot.chat.shortening import whole_text
from bot.chat.spelling import respelled
from bot.chat.text import clean, one_line
from bot.platforms.discord.drawing import GLYPHLESS, Drawn, Part, carries, draw, tag, untagged
from bot.platforms.discord.forms import values
from bot.platforms.discord.reading import Names, readable
from bot.platforms.discord.spelling import spelled
from tests.unit.bot.platforms.discord.drawings import TAG, check_drawn, labels, shown, text_of
from tests.unit.bot.platforms.messages import CARD, HOSTILE, messages

ADA = 811763712017001300
LINK = "https://discord.com/channels/1/2/3"


def drawn(message: ChatMessage, **how: Any) -> Drawn:
    made = draw(message, "tt-7", say, **how)
    check_drawn(made, how.get("mention") if message.ping else None)
    return made


def only(message: ChatMessage, **how: Any) -> Part:
    (part,) = drawn(message, **how).parts
    return part


def content(part: Part) -> str:
    return part.content[:-TAG]


def description(part: Part) -> str:
    (embed,) = part.embeds
    return embed.description or ""


class TestACard:
    def test_its_title_is_said_and_the_rest_stands_below_it(self) -> None:
        part = only(ChatMessage(card=CARD))
        assert content(part) == "**Is this right?**"
        assert description(part) == (
            "**Kind:** handover\n\n**Answer**\n> S: stable\n> R: watch\n\nWrite `/tune review` to see **all** of them."
        )
        assert labels(part) == ["Approve", "Edit", "Reject"]

    def test_one_without_a_body_has_no_embed_and_one_without_a_title_says_its_body(self) -> None:
        bare = CardFace(card_id="c", title="Run 1: waiting")
        assert only(ChatMessage(card=bare)).embeds == []
        untitled = only(ChatMessage(card=replace(CARD, title="")))
        assert content(untitled).startswith("**Kind:** handover")
        assert untitled.embeds == []

    def test_the_way_back_to_a_message_can_be_followed_and_nothing_else(self) -> None:
        fields = (Field(name="From", value=f"message by **Ben**: {LINK} https://evil.example"),)
        found = shown(only(ChatMessage(card=replace(CARD, fields=fields))))
        assert found.links == [LINK]
        assert f"From: message by **Ben**: {LINK} https://evil.example" in found.text

    def test_its_commands_are_as_they_are_typed_here_and_what_others_wrote_is_not_touched(self) -> None:
        quoted = (Field(name="Answer", value="type `/tune judge`"),)
        text = shown(only(ChatMessage(card=replace(CARD, quoted=quoted, note="Or `/tune judge`.")))).text
        assert "Or /tune more command:judge." in text
        assert "type `/tune judge`" in text

    def test_however_long_it_is_one_message_with_its_buttons(self) -> None:
        long = "\n".join(f"Line {n} of a long answer." for n in range(1000))
        part = only(ChatMessage(card=replace(CARD, quoted=(Field(name="Answer", value=long),))))
        assert labels(part) == ["Approve", "Edit", "Reject"]
        assert [file.name for file in part.files] == ["whole-text.txt"]
        assert long in part.files[0].text
        assert sum(len(embed) for embed in part.embeds) > 3000, "as much as fits is shown"

    def test_more_than_25_buttons_go_into_a_list(self) -> None:
        buttons = tuple(Button(label=f"Number {n}", action=f"pick:{n}") for n in range(60))
        found = labels(only(ChatMessage(card=replace(CARD, buttons=buttons))))
        assert len(found) == 21
        assert found[-1].startswith("More to choose from")


class TestATable:
    def test_its_title_is_said_and_its_rows_stand_below_it(self) -> None:
        table = Table(title="Proof", header=("Check", "Result"), rows=(("It learned", "passed"),))
        part = only(ChatMessage(text="All passed.", table=table))
        assert content(part) == "All passed.\n\n**Proof**"
        assert description(part) == "- **It learned** – Result: passed"

    def test_a_large_one_takes_two_embeds_and_then_another_message(self) -> None:
        rows = tuple((f"Criterion {n} " + "x" * 80, "1", "2", "3") for n in range(60))
        table = Table(title="Run 3", header=("Criterion", "Base", "Tuned", "Verdict"), rows=rows)
        made = drawn(ChatMessage(table=table))
        assert [len(part.embeds) for part in made.parts] == [2, 1]
        assert content(made.parts[1]) == say("discord.continued")
        assert all(f"Criterion {n} x" in text_of(made) for n in range(60))


class TestAttention:
    def test_a_ping_names_the_person_and_nothing_else_does(self) -> None:
        assert content(only(ChatMessage(text="Run 3 is done.", ping=True), mention=ADA)) == f"<@{ADA}>\nRun 3 is done."
        assert str(ADA) not in content(only(ChatMessage(text="Run 3 is done."), mention=ADA))

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_text_of_others_notifies_links_or_formats_and_all_of_it_is_shown(self, text: str) -> None:
        field = Field(name=text, value=text)
        card = replace(CARD, title="Ours", fields=(field,), quoted=(field,))
        table = Table(title=text, header=(text, text), rows=((text, text),))
        found = text_of(drawn(ChatMessage(text="Ours", quoted=(field,), card=card, table=table)))
        spaceless = "".join(found.split())
        assert spaceless.count("".join(clean(text).split())) >= 7, (
            "three times as a value, and as names, titles and cells"
        )


class TestPicturesAndFiles:
    PICTURE = ChatMessage(text="The loss so far.", picture=Picture(path="runs/1/loss.png", alt="It fell."))
    FILE = ChatMessage(text="All answers.", file=Enclosure(path="runs/1/c.md", name="SPOILER_answers <1>.md"))

    def test_what_a_picture_shows_is_its_description_and_said_below_its_sentence(self) -> None:
        part = only(self.PICTURE)
        assert content(part) == "The loss so far.\n\n-# It fell."
        assert [(file.name, file.path, file.description) for file in part.files] == [
            ("loss.png", "runs/1/loss.png", "It fell.")
        ]

    def test_what_is_long_to_say_is_left_to_the_description_unless_that_cannot_hold_it(self) -> None:
        described = only(replace(self.PICTURE, picture=Picture(path="a.png", alt="word " * 150)))
        assert content(described) == "The loss so far."
        assert described.files[0].description == ("word " * 150).strip()
        longer = only(replace(self.PICTURE, picture=Picture(path="a.png", alt="word " * 300)))
        assert shown(longer).text.count("word") == 300

    def test_a_picture_without_a_sentence_is_told_in_words(self) -> None:
        assert "The picture shows: It fell." in shown(only(replace(self.PICTURE, text=""))).text

    def test_a_file_goes_along_and_is_no_spoiler(self) -> None:
        part = only(self.FILE)
        assert content(part) == "All answers."
        assert [(file.name, file.path) for file in part.files] == [("answers__1_.md", "runs/1/c.md")]

    @pytest.mark.parametrize(
        ("code", "why"),
        [("not_found", "took back"), ("too_large", "10 MiB"), ("missing_permissions", "`missing_permissions`")],
    )
    def test_where_they_cannot_be_shown_words_stand_in_their_place(self, code: str, why: str) -> None:
        picture, file = only(self.PICTURE, refused=code), only(self.FILE, refused=code)
        assert not picture.files
        assert not file.files
        assert "The picture shows: It fell." in shown(picture).text
        assert "File: SPOILER_answers <1>.md" in shown(file).text
        assert why in content(file)


class TestLongMessages:
    LONG = "\n".join(f'Line {n} of a long answer, with "quotes" and <signs>.' for n in range(1000))

    def test_it_becomes_up_to_three_messages_of_which_each_reads_by_itself(self) -> None:
        text = self.LONG[:4000]
        made = drawn(ChatMessage(text="**Here**", quoted=(Field(name="Tuned", value=text),)))
        assert [bool(part.files) for part in made.parts] == [False, False, False]
        assert all(content(part).startswith("> ") for part in made.parts[1:])
        assert text in text_of(made)

    def test_beyond_that_it_is_shortened_and_goes_whole_into_a_file(self) -> None:
        made = drawn(ChatMessage(text="**Here**", quoted=(Field(name="Tuned", value=self.LONG),)))
        (file,) = made.parts[-1].files
        assert self.LONG in file.text
        assert len(made.parts) == 3
        assert f"The whole text ({len(file.text):,} characters) is in the file below." in content(made.parts[-1])

    def test_where_no_file_can_be_shown_it_takes_as_many_messages_as_it_needs(self) -> None:
        made = drawn(ChatMessage(text=self.LONG), refused="missing_permissions")
        assert len(made.parts) > 20
        assert "".join(self.LONG.split()) in "".join(text_of(made).split())
        assert not any(part.files for part in made.parts)

    def test_characters_are_counted_as_discord_does(self) -> None:
        made = drawn(ChatMessage(text="😀" * 1900))
        assert len(made.parts) == 1, "a sign beyond the first 65,536 is one"


class TestTheAnswerButton:
    def test_it_is_there_where_we_may_be_deaf(self) -> None:
        assert labels(only(ChatMessage(text="What would they ask?", asks=True), answerable=True)) == [
            say("discord.answer")
        ]
        assert labels(only(ChatMessage(card=CARD), answerable=True))[-1] == say("discord.answer")
        assert only(ChatMessage(text="What would they ask?", asks=True)).view is None

    def test_of_a_long_question_it_stands_below_the_last_part(self) -> None:
        made = drawn(ChatMessage(text=TestLongMessages.LONG[:4000]), answerable=True)
        assert [bool(part.view) for part in made.parts] == [False, False, True]


class TestTheTag:
    def test_each_part_carries_its_own(self) -> None:
        first, *others = drawn(ChatMessage(text=TestLongMessages.LONG[:4000])).parts
        assert carries(first.content, "tt-7")
        assert carries(others[0].content, "tt-7", 1)
        assert not carries(first.content, "tt-7", 1)
        assert not carries(first.content, "tt-71")

    def test_it_is_short_and_has_no_glyph(self) -> None:
        tags = {tag(f"tt-{number}", part) for number in range(500) for part in range(3)}
        assert len(tags) == 1500
        assert {len(one) for one in tags} == {16}
        assert set("".join(tags)) == set(GLYPHLESS)

    def test_whoever_copies_from_our_messages_copies_no_tag(self) -> None:
        """What they paste may become an example."""
        copied = "\n".join(part.content for part in drawn(ChatMessage(text=TestLongMessages.LONG[:4000])).parts)
        assert not set(untagged(copied)) & set(GLYPHLESS)
        assert readable(copied, (), Names()) == (untagged(copied), False)
        field = {"type": 4, "custom_id": "output", "value": copied}
        assert values({"components": [{"component": field}]}) == {"output": untagged(copied)}

    @pytest.mark.parametrize("text", ["می\u200cخواهم", "👩\u200d⚕️", "a\u200b\u200bb", ""])
    def test_what_people_write_is_no_tag(self, text: str) -> None:
        assert untagged(text) == text

    def test_nobody_can_write_one(self) -> None:
        forged = ChatMessage(quoted=(Field(name="", value="Hello" + tag("tt-8", 0)),))
        assert not carries(content(only(forged)), "tt-8")


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Write `/tune train`.", "Write `/tune train`."),
        ("Write `/tune train start`.", "Write `/tune train start:true`."),
        ("`/tune rate scores`", "`/tune rate scores:true`"),
        ("`/tune judge`, `/tune skip`", "`/tune more command:judge`, `/tune more command:skip`"),
        ("`/tune export mine`", "`/tune more command:export text:mine`"),
        ("`/tune examples pending` and `/tune`", "`/tune examples pending` and `/tune`"),
        ("they said /tune judge", "they said /tune judge"),
    ],
)
def test_our_commands_are_as_they_are_typed_in_discord(text: str, typed: str) -> None:
    assert spelled(text) == spelled(text, marked=True) == typed


def test_what_says_nothing_says_so() -> None:
    assert content(only(ChatMessage())) == say("room.nothing")


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # long texts are the point
@settings(max_examples=80, deadline=None)
@given(messages, st.sampled_from([None, ADA]), st.booleans(), st.sampled_from(["", "too_large"]), st.booleans())
def test_whatever_a_message_says_discord_takes_it_and_nothing_of_it_is_lost(
    message: ChatMessage, mention: int | None, answerable: bool, refused: str, bare: bool
) -> None:
    made = drawn(message, mention=mention, answerable=answerable, refused=refused, bare=bare)
    assert not (bare and any(part.embeds for part in made.parts))
    assert len(made.parts) <= (1 if message.card else 3) or refused
    whole = next((file.text for file in made.parts[-1].files if file.text), None)
    if whole is not None:
        assert whole == whole_text(respelled(message, spelled))
        return
    said = "".join(text_of(made).replace(say("discord.continued"), "").split())
    for quote in (*message.quoted, *(message.card.quoted if message.card else ())):
        assert "".join(clean(quote.value).split()) in said
    for row in message.table.rows if message.table else ():
        assert all("".join(one_line(spelled(cell)).split()) in said for cell in row)

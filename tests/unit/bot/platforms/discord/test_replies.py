"""Everything that the agent answers, in conversations on the real graph, as Discord is sent it."""

from pathlib import Path

from agent.words import say
from bot.chat.messages import ChatMessage, Form
from bot.platforms.discord.drawing import draw
from bot.platforms.discord.forms import modal, steps
from bot.render import render
from tests.unit.bot.platforms.discord.drawings import check_drawn, text_of
from tests.unit.bot.platforms.replies import check_nothing_is_missing, everything

ADA = 811763712017001300


def check(message: ChatMessage) -> None:
    for mention in (None, ADA):
        for answerable in (False, True):
            made = draw(message, "tt-7", say, mention=mention, answerable=answerable)
            check_drawn(made, mention if message.ping else None)
            assert not any(file.text for file in made.parts[-1].files), "what we say ourselves needs no shortening"
            assert "**" not in text_of(made), "no mark of ours is left"
    for button in message.card.buttons if message.card else ():
        if button.form:
            check_form(button.form)


def check_form(form: Form) -> None:
    for number, fields in enumerate(steps(form)):
        shown = modal(form, number, {}, "form|id", say).to_dict()
        assert len(shown["title"]) <= 45
        assert 0 < len(fields) <= 5
        assert 0 < len(shown["components"]) <= 5


async def test_discord_takes_everything_that_is_said(tmp_path: Path) -> None:
    replies = await everything(tmp_path)
    for reply in replies:
        check(render(reply))
    check_nothing_is_missing(replies)

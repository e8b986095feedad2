"""Everything that the agent answers, in conversations on the real graph, as Slack is sent it."""

from pathlib import Path

from agent.words import say
from bot.chat.messages import ChatMessage
from bot.platforms.slack.blocks import draw
from bot.platforms.slack.forms import modal, opened
from bot.platforms.slack.views import home
from bot.render import render
from tests.fakes.slack_strict import check_view
from tests.unit.bot.platforms.replies import check_nothing_is_missing, everything, own_overview
from tests.unit.bot.platforms.slack.drawings import HARMLESS, check_drawn, shown, types


def check(message: ChatMessage) -> None:
    for in_thread in (False, True):
        drawn = draw(message, "tt-1", say, in_thread=in_thread, mention="U0ADA")
        check_drawn(drawn)
        assert set(types(drawn.payload["blocks"])) <= HARMLESS | {"user", "link"}
        text = shown(drawn.payload["blocks"])
        assert "**" not in text, "no mark of ours is left"
        assert not in_thread or "/tune " not in text, "where there are no slash commands"
    for button in message.card.buttons if message.card else ():
        if button.form:
            check_view(modal(button.form, opened(button.form, "slack:T1:C1:1.0"), say), "modal")


async def test_slack_takes_everything_that_is_said(tmp_path: Path) -> None:
    replies = await everything(tmp_path)
    for reply in replies:
        check(render(reply))
    check_nothing_is_missing(replies)


def test_slack_takes_the_home_tab() -> None:
    check_view(home([render(reply) for reply in own_overview()], say), "home")

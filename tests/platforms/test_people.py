"""Several people in one conversation: who may do what, and who sees it, is the same everywhere."""

import re
from collections.abc import Sequence

from agent.words import say
from tests.platforms.journeys import WHOLE_EXAMPLE, finds, finds_text, with_project
from tests.platforms.meaning import plain
from tests.platforms.speaking import Room, Speaker


async def test_a_stranger_is_refused_with_who_can(team: Sequence[Speaker]) -> None:
    ana, bo = team
    await with_project(ana)
    await ana.say(WHOLE_EXAMPLE)
    await ana.read()
    await bo.read()
    await bo.press(say("row.approve"))
    seen = await bo.read()
    refusal = finds_text(
        seen, "You cannot approve examples in this project: only an owner, a contributor or a reviewer can"
    )
    assert ana.name in plain(refusal.text)
    await ana.press(say("row.approve"))
    finds(await ana.read(), "row.approved")


async def test_a_refusal_is_read_by_nobody_else_where_others_read_along(room: Room, team: Sequence[Speaker]) -> None:
    ana, bo = team
    await with_project(ana)
    await bo.read()
    await bo.say("tune train")
    refusal = finds_text(
        await bo.read(), "You cannot start a training run in this project: only an owner or a contributor can"
    )
    shared = room.name != "terminal"
    assert (refusal.private or refusal.direct) is shared
    others = [one for one in await ana.read() if "You cannot start" in one.text]
    assert bool(others) is not shared, "at one terminal everybody reads everything"


async def test_what_one_gives_the_other_sees_decided(team: Sequence[Speaker]) -> None:
    ana, bo = team
    await with_project(ana)
    await ana.say(WHOLE_EXAMPLE)
    await ana.read()
    finds(await bo.read(), "row.title")
    await ana.press(say("row.approve"))
    finds(await ana.read(), "row.approved")
    seen = await bo.read()
    assert plain(seen[0].text).startswith(say("row.title_approved"))
    assert seen[0].edited


async def test_accounts_become_one_persons_once_the_other_was_named_and_agreed_to(room: Room) -> None:
    """Whoever is talked into typing a code sees whom they would let in, and it stays between them and us."""
    ana, bo = room.alone("Ana"), room.alone("Bo")
    await with_project(ana)
    await ana.command("link")
    code = re.search(r"/tune link (?:code:)?([a-z2-7-]{19})", "\n".join(one.text for one in await ana.read()))
    assert code
    await bo.command(f"link {code[1]}")
    asked = finds(await bo.read(), "link.title_ask")
    assert "Ana" in plain(asked.text)
    assert say("link.leave") in asked.buttons
    await bo.press(say("link.both_mine"))
    finds(await bo.read(), "link.title_linked")
    if (
        ana.conversation == ana.id
    ):  # at a shared terminal, what is told to somebody stands in the conversation with their name
        finds_text(await ana.read(), "was linked with this account just now")
    await bo.command("link list")
    assert plain((await bo.read())[-1].text).count("Ana") == 1

"""Link the accounts of one person by a code that works once, list them, and part them again.

Everything that a person has in one account is theirs in all of them from then on: whoever types a code is asked once more,
with the account named that it came from, and every account is told of each change.
"""

import re
from collections.abc import Collection
from datetime import timedelta

from langgraph.runtime import Runtime

from agent.codes import id_of, new_code
from agent.context import Context
from agent.replies import Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.reports.link_card import LEAVE, LINK, link_card
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import harmless, knows, say
from storage.domain import LinkCode, stable_id

VALID = timedelta(minutes=15)
_REMOVE = re.compile(r"remove(?: #?(?P<number>[0-9]{1,6}))?", re.IGNORECASE)


async def link_accounts(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune link`` gives a code, ``/tune link CODE`` takes it with another account; ``list`` and ``remove`` undo it."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        return {"replies": answered(*await _decide(context, turn))}
    rest, said = turn.rest.strip(" .!"), list[Say | ShowCard]()
    if not rest:
        said = [await _offered(context, turn)]
    elif rest.casefold() == "list":
        said = [await _listed(context, turn)]
    elif removed := _REMOVE.fullmatch(rest):
        said = [*await _parted(context, turn, int(removed["number"] or 0))]
    else:
        said = [await _asked(context, turn, rest)]
    return {"replies": answered(*said)}


async def _offered(context: Context, turn: Turn) -> Say:
    """A turn that is repeated after a crash makes a second code, as an invite does: the first, which nobody has seen, runs out."""
    code = new_code()
    await context.store.links.offer(LinkCode(id=id_of(code), created_by=turn.person_id, expires_at=turn.at + VALID))
    minutes = int(VALID.total_seconds() // 60)
    return Say(text=say("link.code", code=code, minutes=minutes), private=True)


async def _asked(context: Context, turn: Turn, written: str) -> Say | ShowCard:
    """A code that was typed: nothing is linked before the person has seen with whom."""
    code_id = id_of(written)
    if turn.shared and not turn.payload.get("privately"):
        await context.store.links.spoil(code_id)
        return Say(text=say("link.public"), private=True)
    code = await context.store.links.offered(code_id)
    if code is None or code.used_by is not None or code.expires_at <= turn.at:
        return Say(text=say("link.bad_code"), private=True)
    if code.created_by in turn.person_ids:
        return Say(text=say("link.own_code"), private=True)
    accounts = await _names(context, await context.store.links.accounts(code.created_by))
    return link_card(stable_id("card", turn.id, 0), code_id, turn.person_id, accounts)


async def _decide(context: Context, turn: Turn) -> list[Say | ShowCard]:
    """Only the account that typed the code decides. Whoever leaves it makes the code useless."""
    assert turn.card is not None, "the router sends presses of known cards only"
    subject = turn.card["subject"]
    if turn.person_id != subject["person_id"]:
        return [Say(text=say("link.not_yours"), private=True)]
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return [decided_already(answer.card, turn.card["labels"])]
    if turn.action == LEAVE:
        await context.store.links.spoil(subject["code_id"])
    linked = await _linked(context, turn, subject["code_id"]) if turn.action == LINK else None
    done = "link.title_left" if linked is None else "link.title_linked" if len(linked) > 1 else "link.title_failed"
    return [closed_card(turn.card["id"], "link", subject, done, private=True), *(linked or [])]


async def _linked(context: Context, turn: Turn, code_id: str) -> list[Say]:
    """One sentence alone: the accounts were not linked now."""
    links = context.store.links
    code = await links.link(code_id, turn.person_id, turn.at)
    if code is None:
        return [Say(text=say("link.bad_code"), private=True)]
    if code.used_by is None:
        return [Say(text=say("link.own_code"), private=True)]
    others = await links.accounts(turn.person_id) - {turn.person_id}
    mine = Say(text=say("link.done", accounts=await _names(context, others)), private=True)
    return [mine, *await _told(context, others, "link.told", turn.person_id)]


async def _listed(context: Context, turn: Turn) -> Say:
    accounts = sorted(turn.person_ids)
    if len(accounts) == 1:
        return Say(text=say("link.none"), private=True)
    lines = [
        say(
            "link.line_here" if one == turn.person_id else "link.line", number=number, account=await _name(context, one)
        )
        for number, one in enumerate(accounts, 1)
    ]
    return Say(text="\n".join([say("link.title"), *lines, say("link.how_to_part")]), private=True)


async def _parted(context: Context, turn: Turn, number: int) -> list[Say]:
    """Without a number this account. The accounts are those that were linked when the turn began, also if it is repeated."""
    accounts = sorted(turn.person_ids)
    if len(accounts) == 1:
        return [Say(text=say("link.none"), private=True)]
    if number > len(accounts):
        return [Say(text=say("link.no_number"), private=True)]
    gone = accounts[number - 1] if number else turn.person_id
    await context.store.links.unlink(gone)
    mine = Say(text=say("link.parted", account=await _name(context, gone)), private=True)
    return [mine, *await _told(context, set(accounts) - {turn.person_id}, "link.told_parted", gone)]


async def _told(context: Context, accounts: Collection[str], key: str, about: str) -> list[Say]:
    """To each of these accounts directly, so that what was done with a code or an account that was stolen is noticed."""
    text = say(key, account=await _name(context, about))
    return [Say(text=text, to=one, ping=True) for one in sorted(accounts)]


async def _names(context: Context, accounts: Collection[str]) -> str:
    names = [await _name(context, one) for one in sorted(accounts)]
    return say("list.and").join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


async def _name(context: Context, account: str) -> str:
    """``Ana in Slack``."""
    person = await context.store.people.get(account)
    platform = f"platform.{account.partition(':')[0]}"
    name = harmless(person.display_name if person else "") or say("message.somebody")
    return say("link.account", name=name, where=say(platform if knows(platform) else "platform.other"))

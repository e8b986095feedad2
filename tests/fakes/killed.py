"""A turn whose process is killed: another process handles it again, and it ends as if nothing had happened."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.fakes.chat_model import ScriptedChatModel
from tests.fakes.mortal import Fate, Killed, MortalSaver, mortal_store
from tests.fakes.prepared import Prepared, Step
from tests.fakes.talk import Talk

Turns = dict[str, tuple[Step, Step]]
"""Turns that may be killed, by name: what comes before, and the turn itself."""
LEASE_ENDS = timedelta(minutes=5)


async def ends_as_if_undisturbed(
    home: Path,
    prepare: Step,
    turn: Step,
    outcome: Step,
    *,
    before: bool = False,
    spares: frozenset[str] = frozenset(),
    model: Callable[[], ScriptedChatModel] = ScriptedChatModel,
    lasting: Callable[[Talk], Awaitable[Mapping[str, Any]]] | None = None,
) -> Any:
    """Kill the turn after each of its calls, each time in a conversation of its own; returns the outcome they all have.

    What comes before is done once: each conversation goes on from there, with the home folder as it was then.
    ``before``: kill it before each call too; nothing is stored then that is not after the call before it, so that to
    kill after calls is mostly enough. ``lasting``: what was there when the process died, and has to stay as it was
    then: for models that answer otherwise when they are asked again.
    """

    played = home / "played"
    played.mkdir()
    prepared = await Prepared.by(Talk(home=played, saver=MortalSaver(), model=model()), prepare)

    async def play(fate: Fate) -> Any:
        talk = prepared.again()
        killed = await dies(talk, turn, fate)
        left = await lasting(talk) if killed and lasting else {}
        await talk.answer_all()
        if lasting:
            assert left.items() <= (await lasting(talk)).items(), "what was kept before stays as it was"
        return await outcome(talk)

    life = Fate(spares=spares)
    undisturbed = await play(life)
    assert life.calls > 4, "the turn writes something"
    for at in range(1, life.calls + 1):
        for after in (False, True) if before else (True,):
            ended = await play(Fate(at=at, after=after, spares=spares))
            assert ended == undisturbed, f"killed {'after' if after else 'before'} call {at} of {life.calls}"
    return undisturbed


async def left_by_rating(talk: Talk, cards: str) -> Mapping[str, Any]:
    """What stands after answers of run 1 were rated: in the conversation, on the cards, and in its files. ``cards``: where the
    position keeps who has which card before them."""
    state = await talk.interviewer.graph.aget_state({"configurable": {"thread_id": talk.conversation}})
    return {
        "posts": await talk.posts(),
        "position": state.values.get(cards),
        "comparison": talk.files.exists("runs/run_1/comparison.json"),
        "cards": [(await talk.store.cards.get(card.card_id)).answered_with for card in talk.shown],
    }


async def dies(talk: Talk, turn: Step, fate: Fate) -> bool:
    """Take a turn in a process that dies by fate, then be another one; says whether it died."""
    immortal = talk.context
    talk.become_mortal(mortal_store(talk.store, fate), fate)
    try:
        await turn(talk)
    except Killed:
        talk.wait(LEASE_ENDS)
        return True
    finally:
        talk.saver.fate = Fate()  # type: ignore[attr-defined]  # a MortalSaver
        talk.become(immortal)
    return False

"""The card that says what would be deleted, and asks once more."""

import json
from collections.abc import Collection

from agent.replies import Choice, Quote, ShowCard
from agent.words import say
from storage.domain import Project


def forget_card(
    card_id: str,
    project: Project,
    person_id: str,
    *,
    accounts: Collection[str],
    rows: int,
    picks: int,
    votes: int,
    judged: int,
    scores: int,
    pins: int,
) -> ShowCard:
    """Counts are of what the person gave to the project with all of these accounts. ``judged``: answers they asked for, and opinions on answers."""
    counts = {"picks": picks, "votes": votes, "answers": judged, "scores": scores, "pins": pins}
    more = [say(f"forget.body_{what}", count=count) for what, count in counts.items() if count]
    if len(accounts) > 1:
        more.append(say("forget.accounts", count=len(accounts)))
    return ShowCard(
        card_id=card_id,
        card_kind="forget",
        subject={
            "project_id": project.id,
            "person_id": person_id,
            "accounts": json.dumps(sorted(accounts)),
            "count": str(rows),
            "votes": str(votes),
            "answers": str(judged),
            "scores": str(scores),
            "pins": str(pins),
        },
        title=say("forget.title", name=project.name),
        fields=(Quote(name=say("recipe.examples"), text=" ".join([say("forget.body", count=rows), *more])),),
        choices=(
            Choice(label=say("forget.delete"), action="delete", style="danger"),
            Choice(label=say("forget.keep"), action="keep"),
        ),
        note=say("forget.note"),
        private=True,
    )

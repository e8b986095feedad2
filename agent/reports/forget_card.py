"""The card that says what would be deleted, and asks once more."""

import json
from collections.abc import Collection, Mapping

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
    counts: Mapping[str, int],
) -> ShowCard:
    """``rows`` and ``counts`` (``Belongings.counts``) are of what the person gave with all of these accounts."""
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
            **{what: str(count) for what, count in counts.items()},
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

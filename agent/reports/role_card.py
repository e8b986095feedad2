"""The cards that ask once more before a group is given a role, and before one is taken back."""

import json

from agent.permissions import Action, may
from agent.replies import Choice, Quote, ShowCard
from agent.roles import Holder
from agent.words import say
from storage.domain import GroupRole, Project

GIVE = "give"
TAKE = "take"
KEEP = "keep"


def give_card(card_id: str, project: Project, given: GroupRole, *, seen: int) -> ShowCard:
    """``seen``: people who were seen with the group so far."""
    may_do = ", ".join(say(f"may.{action.value}") for action in Action if may(given.role, action))
    who = say("roles.group", name=given.name)
    role = say(f"role.{given.role.value}")
    return ShowCard(
        card_id=card_id,
        card_kind="role",
        subject={
            "project_id": given.project_id,
            "group_id": given.group_id,
            "name": given.name,
            "role": given.role.value,
        },
        title=say("roles.give_title", name=project.name),
        fields=(
            Quote(name=say("roles.label_who"), text=say("roles.give_who", who=who, role=role)),
            Quote(name=say("roles.label_may"), text=may_do),
            Quote(name=say("roles.label_many"), text=say("roles.many", count=seen) if seen else say("roles.none_seen")),
        ),
        choices=(
            Choice(label=say("roles.give"), action=GIVE, style="primary"),
            Choice(label=say("roles.keep"), action=KEEP),
        ),
        note=say("roles.give_note"),
        private=True,
    )


def take_card(card_id: str, project: Project, holder: Holder) -> ShowCard:
    return ShowCard(
        card_id=card_id,
        card_kind="role",
        subject={
            "project_id": project.id,
            "group_id": holder.group_id,
            "accounts": json.dumps(holder.accounts),
            "who": holder.called,
        },
        title=say("roles.take_title", name=project.name),
        fields=(
            Quote(
                name=say("roles.label_who"),
                text=say("roles.take_who", who=holder.called, role=say(f"role.{holder.role.value}")),
            ),
        ),
        choices=(
            Choice(label=say("roles.take"), action=TAKE, style="danger"),
            Choice(label=say("roles.keep"), action=KEEP),
        ),
        note=say("roles.take_note"),
        private=True,
    )

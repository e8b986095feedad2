"""Rules for a project's answers, in the words of whoever noticed something: kept, shown, taken back.

A rule is a person's own sentence. Nothing here words one for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.context import Context
from agent.drafting import cleaned, one_line
from agent.permissions import Action, may
from agent.reading import is_cancel
from agent.replies import Quote, Say
from agent.state import Turn
from agent.words import harmless, say
from dataset.quality.characters import is_empty
from storage.domain import RubricRule, stable_id

LONGEST_RULE = 200
"""Characters."""
_SKIPS = frozenset({"skip", "none", "no", "nothing", "-"})


@dataclass(frozen=True, kw_only=True)
class TaughtRule:
    """A rule, and the name of whoever taught it, fit to be shown; empty where none is known."""

    rule: RubricRule
    author: str


def worded(context: Context, text: str) -> str:
    """A person's words as a rule may hold them: one line, cut where it is too long, without marks of turns. Empty for a
    text that says there is none."""
    if is_cancel(text) or text.casefold().strip(" .!") in _SKIPS:
        return ""
    return one_line(cleaned(context, text) or "", LONGEST_RULE)


def misworded(context: Context, text: str) -> str:
    """What is wrong with a rule that somebody writes as one; empty if nothing is."""
    if is_empty(text) or not worded(context, text):
        return say("rule.empty")
    length = len(" ".join(text.split()))
    if length > LONGEST_RULE:
        return say("rule.too_long", length=f"{length:,}", longest=LONGEST_RULE)
    return "" if worded(context, text) == " ".join(text.split()) else say("rubric.marker")


async def keep_rule(
    context: Context,
    turn: Turn,
    project_id: str,
    text: str,
    *,
    preference_id: str | None = None,
    author_id: str = "",
    place: int = 0,
) -> Say | None:
    """Keep a rule under the turn's id, and the sentence that says so; None where nothing was said.

    ``author_id``: whose words they are, if not of whoever caused the turn. ``place``: among several rules of one turn.
    """
    rule = worded(context, text)
    if not rule:
        return None
    await context.store.preferences.add_rule(
        RubricRule(
            id=stable_id("rule", turn.id, place) if place else stable_id("rule", turn.id),
            project_id=project_id,
            text=rule,
            author_id=author_id or turn.person_id,
            event_id=turn.id,
            created_at=turn.at,
            preference_id=preference_id,
        )
    )
    return Say(text=say("contrast.learned"), quoted=(Quote(name=say("contrast.rule"), text=rule),))


async def taught_rules(context: Context, project_id: str) -> Sequence[TaughtRule]:
    """In the order in which they were taught."""
    found: dict[str, str] = {}
    rules = await context.store.preferences.rules(project_id)
    for author_id in dict.fromkeys(rule.author_id for rule in rules):
        person = await context.store.people.get(author_id)
        found[author_id] = harmless(person.display_name) if person else ""
    return [TaughtRule(rule=rule, author=found[rule.author_id]) for rule in rules]


async def may_take_back(context: Context, project_id: str, person_id: str, author_id: str) -> bool:
    """What one taught is one's own; what others did, an owner may take back."""
    role = await context.store.projects.role(project_id, person_id)
    theirs = author_id in await context.store.links.accounts(person_id)
    return theirs or may(role, Action.MODERATE)

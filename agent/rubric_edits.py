"""Edits of a project's rubric on their way into its brief: what somebody filled in or typed, made in one transaction.

What an edit may do stands in ``rubrics``, how lines are read in ``rubric_lines``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.access import refusal
from agent.context import Context
from agent.evaluation.rubric import rubric_of
from agent.permissions import Action, may
from agent.replies import Quote, Say, ShowCard
from agent.reports.criteria import label_of
from agent.reports.rubric_card import RuleFacts, mark_of, rubric_card, rule_mark
from agent.rubric_lines import Edit
from agent.rubrics import RubricFault, Wrong, added, as_kept, called, changed, misfilled, removed
from agent.rules import may_take_back, misworded, taught_rules
from agent.state import Turn
from agent.words import harmless, say
from storage.domain import Brief, Criterion, stable_id

TRACE = "rubric_changed"
"""The answer of a brief under which stands which turn changed the rubric last: a turn that is repeated changes it once."""

NUMBERED = "rules_numbered"
"""The answer of a brief under which stands which turn named rules by number last, and which rules these numbers meant."""

Criteria = tuple[Criterion, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A rubric before and after an edit; the same twice where this very turn had made it before it broke off."""

    before: Criteria
    after: Criteria

    def told(self) -> str:
        """What that means for scores, in a sentence or two."""
        said = [*self._of_each(), *self._of_removed()]
        return " ".join([*said, say("rubric.from_now_on")]) if said else say("rubric.unchanged")

    def _of_each(self) -> list[str]:
        names, labels = {one.name for one in self.before}, {label_of(one) for one in self.before}
        said = []
        for place, one in enumerate(self.after):
            if one not in self.before:
                reworded = label_of(one) in labels or self._is_replaced(place)
                key = "changed" if one.name in names else "changed_meaning" if reworded else "added"
                said.append(say(f"rubric.{key}", label=label_of(one)))
        return said

    def _of_removed(self) -> list[str]:
        gone = [one for place, one in enumerate(self.before) if self._is_gone(one) and not self._is_replaced(place)]
        return [say("rubric.removed", label=label_of(one)) for one in gone]

    def _is_gone(self, one: Criterion) -> bool:
        """Whether neither what it asks for nor what it is called is left."""
        return all(one.name != other.name and label_of(one) != label_of(other) for other in self.after)

    def _is_replaced(self, place: int) -> bool:
        """Whether one that asks for something else and is called otherwise stands where one stood that is gone."""
        if place >= min(len(self.before), len(self.after)) or len(self.after) < len(self.before):
            return False
        before, after = self.before[place], self.after[place]
        fresh = all(after.name != one.name and label_of(after) != label_of(one) for one in self.before)
        return fresh and self._is_gone(before)


async def change_rubric(
    context: Context, turn: Turn, project_id: str, edit: Callable[[Criteria], Sequence[Criterion]]
) -> Change:
    """Make an edit of whatever the rubric is by now. Raises RubricFault, and then nothing was changed."""
    seen: list[Change] = []

    def with_edit(brief: Brief) -> Brief:
        before = rubric_of(brief)
        done = brief.answers.get(TRACE) == turn.id
        after = before if done else tuple(edit(before))
        seen.append(Change(before=before, after=after))
        return replace(brief, criteria=as_kept(after), answers={**brief.answers, TRACE: turn.id})

    await context.store.briefs.change(project_id, with_edit)
    return seen[-1]


def by_form(name: str, was: str, values: Mapping[str, str]) -> Callable[[Criteria], Sequence[Criterion]]:
    """What the form of a criterion asks for; of an empty name, another criterion. ``was``: how it read when it was opened.

    The edit raises RubricFault where somebody was quicker, unless it reads as the form has it.
    """

    def edit(criteria: Criteria) -> Sequence[Criterion]:
        if not name:
            return added(criteria, values)
        before = next((one for one in criteria if one.name == name), None)
        after = changed(criteria, name, values)
        if after != criteria and before is not None and mark_of(before) != was:
            raise RubricFault("label", "overtaken")
        return after

    return edit


def by_lines(edits: Sequence[Edit]) -> Callable[[Criteria], Sequence[Criterion]]:
    """What typed lines ask for, all or nothing. The edit raises RubricFault."""

    def edit(criteria: Criteria) -> Sequence[Criterion]:
        for one in edits:
            criteria = tuple(_by_line(criteria, one))
        return criteria

    return edit


def _by_line(criteria: Criteria, edit: Edit) -> Sequence[Criterion]:
    if edit.doing == "add":
        return added(criteria, edit.values)
    found = called(criteria, edit.who)
    if found is None:
        labels = ", ".join(map(label_of, criteria))
        raise RubricFault("criterion", "unknown", name=harmless(edit.who), labels=labels)
    return removed(criteria, found.name) if edit.doing == "remove" else changed(criteria, found.name, edit.values)


# What is shown


async def rule_facts(context: Context, project_id: str) -> list[RuleFacts]:
    taught = await taught_rules(context, project_id)
    return [RuleFacts(number=number, rule=one.rule, author=one.author) for number, one in enumerate(taught, 1)]


async def show_rubric(context: Context, turn: Turn, project_id: str) -> ShowCard:
    """The rubric as it is now, on a card of this turn's; with buttons for whoever may change it."""
    criteria = rubric_of(await context.store.briefs.get(project_id))
    role = await context.store.projects.role(project_id, turn.person_id)
    return rubric_card(
        stable_id("card", turn.id, "rubric"),
        project_id,
        criteria,
        await rule_facts(context, project_id),
        open_to_edit=may(role, Action.RUBRIC),
        shown=mark_of(*criteria),
    )


async def numbered_rules(context: Context, turn: Turn, project_id: str) -> Sequence[str]:
    """The marks of the rules (``rule_mark``) in the order in which the turn found them first: once one is gone, the others
    move up, and a turn that is repeated must not take the next."""
    now = [rule_mark(one.id) for one in await context.store.preferences.rules(project_id)]
    found: list[Sequence[str]] = []

    def with_numbers(brief: Brief) -> Brief:
        told_by, _, marks = brief.answers.get(NUMBERED, "").partition(" ")
        found.append(marks.split(",") if told_by == turn.id else now)
        return replace(brief, answers={**brief.answers, NUMBERED: f"{turn.id} {','.join(found[-1])}"})

    await context.store.briefs.change(project_id, with_numbers)
    return found[-1]


async def take_back_rule(context: Context, project_id: str, person_id: str, rule_id: str) -> Say:
    """What came of it, in a sentence; the rule stands below it as a quote."""
    found = next((one for one in await context.store.preferences.rules(project_id) if one.id == rule_id), None)
    if found is None:
        return Say(text=say("rule.gone"), private=True)
    if not await may_take_back(context, project_id, person_id, found.author_id):
        refused = await refusal(context, project_id, person_id, Action.MODERATE)
        return refused or Say(text=say("rule.gone"), private=True)
    await context.store.preferences.remove_rule(rule_id)
    return Say(text=say("rubric.rule_taken_back"), quoted=(Quote(name=say("contrast.rule"), text=found.text),))


# What is wrong in a form


async def check_criterion(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    """By the rules of the stage that takes it, on the rubric as it is while the form is open."""
    project_id = subject.get("project_id", "")
    if refused := await refusal(context, project_id, person_id, Action.RUBRIC):
        return {"label": refused.text}
    if wrong := misfilled(context, values):
        return wrong
    criteria = rubric_of(await context.store.briefs.get(project_id))
    try:
        by_form(subject.get("criterion", ""), subject.get("was", ""), values)(criteria)
    except RubricFault as found:
        return {found.where or "label": found.text}
    return {}


async def check_removal(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    project_id = subject.get("project_id", "")
    if refused := await refusal(context, project_id, person_id, Action.RUBRIC):
        return {"criterion": refused.text}
    try:
        removed(rubric_of(await context.store.briefs.get(project_id)), values.get("criterion", ""))
    except RubricFault as found:
        return {"criterion": found.text}
    return {}


async def check_rule(context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]) -> Wrong:
    """Of a rule that is written for the rubric, and of why an answer is better: whoever may do either may say it."""
    role = await context.store.projects.role(subject.get("project_id", ""), person_id)
    if not (may(role, Action.RUBRIC) or may(role, Action.GIVE)):
        refused = await refusal(context, subject.get("project_id", ""), person_id, Action.RUBRIC)
        return {"rule": refused.text if refused else ""}
    wrong = misworded(context, values.get("rule", ""))
    return {"rule": wrong} if wrong else {}

"""Show by what a project's answers are scored, and change it: by the card's buttons and forms, or in words."""

from collections.abc import Callable, Sequence

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on, turned_aside, went_on
from agent.cards import card_in_hand
from agent.context import Context
from agent.evaluation.rubric import RUBRIC, rubric_of
from agent.permissions import Action
from agent.reading import leaves
from agent.replies import Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.reports.criteria import label_of
from agent.reports.rubric_card import (
    ADD,
    ADD_RULE,
    CHANGE,
    CRITERION_FORM,
    GUIDE,
    GUIDE_YES,
    KEEP,
    REMOVE,
    REMOVE_FORM,
    RULE_FORM,
    TAKE_BACK,
    TAKE_BACK_FORM,
    mark_of,
    rule_mark,
    sure_card,
)
from agent.rubric_edits import Criteria, by_form, by_lines, change_rubric, numbered_rules, show_rubric, take_back_rule
from agent.rubric_lines import Edit, read_edits
from agent.rubrics import RubricFault, misfilled, removed
from agent.rules import keep_rule, misworded
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Card, Criterion, stable_id

_GUIDED = {
    ADD: "rubric.ask_add",
    REMOVE: "rubric.ask_remove",
    ADD_RULE: "rubric.ask_rule",
    TAKE_BACK: "rubric.ask_take_back",
}


async def edit_rubric(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune rubric`` shows it to whoever may look; what follows it, what is typed after Change, a button or a form edits it."""
    context, turn = runtime.context, turn_of(state)
    if turn.word:
        return await _commanded(context, turn, state)
    card = await card_in_hand(context, turn, state)
    if card is None:
        return {**went_on(state), "replies": answered(Say(text=say("card.gone"), private=True))}
    project_id = str(card.subject["project_id"])
    refused = await refusal(context, project_id, turn.person_id, Action.RUBRIC)
    if refused:
        return {"replies": answered(refused)}
    if turn.kind == "form":
        return await _filled_in(context, turn, card)
    if turn.card is not None:
        return await _pressed(context, turn, state, card)
    if leaves(turn.text):
        return going_on(state, "", Say(text=say("rubric.left")))
    return await _typed(context, turn, state, project_id, turn.text, card)


async def _commanded(context: Context, turn: Turn, state: State) -> Position:
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.RUBRIC if turn.rest else Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    if turn.rest:
        return await _typed(context, turn, state, project_id, turn.rest)
    return {"replies": answered(await show_rubric(context, turn, project_id))}


# Buttons


async def _pressed(context: Context, turn: Turn, state: State, card: Card) -> Position:
    project_id = str(card.subject["project_id"])
    verb, _, name = turn.action.partition(":")
    if verb in (GUIDE_YES, KEEP):
        return await _reset(context, turn, card)
    criteria = rubric_of(await context.store.briefs.get(project_id))
    if verb == GUIDE:
        return {"replies": answered(_sure(turn, project_id, criteria))}
    about = name if verb == CHANGE else ""
    if verb == CHANGE:
        found = next((one for one in criteria if one.name == name), None)
        if found is None:
            return await _shown_anew(context, turn, card, Say(text=say("rubric.gone"), private=True))
        asked = say("rubric.ask_change", label=label_of(found))
    else:
        rules = await context.store.preferences.rules(project_id)
        asked = say(_GUIDED[verb], label=label_of(criteria[-1]), number=len(rules))
    aside: Position = {**turned_aside(state, "rubric"), "card_id": card.id, "criterion": about}
    return {**aside, "replies": answered(Say(text=asked))}


def _sure(turn: Turn, project_id: str, criteria: Criteria) -> Say | ShowCard:
    if criteria == RUBRIC:
        return Say(text=say("rubric.guide_already"), private=True)
    return sure_card(stable_id("card", turn.id, "rubric_sure"), project_id, criteria, mark_of(*criteria))


async def _reset(context: Context, turn: Turn, card: Card) -> Position:
    """Back to the guide's five; only of the rubric that the person was shown."""
    answer = await context.store.cards.answer(card.id, turn.action, turn.id)
    if not answer.accepted:
        labels = {action: label for label, action in card.actions.items()}
        return {"replies": answered(decided_already(answer.card, labels))}
    if turn.action == KEEP:
        return {"replies": answered(closed_card(card.id, "rubric", card.subject, "rubric.guide_kept"))}

    def to_guide(criteria: Criteria) -> Sequence[Criterion]:
        if mark_of(*criteria) != card.subject["shown"]:
            raise RubricFault("", "guide_overtaken")
        return RUBRIC

    try:
        await change_rubric(context, turn, str(card.subject["project_id"]), to_guide)
    except RubricFault as found:
        return await _shown_anew(context, turn, card, Say(text=found.text), "rubric.guide_kept")
    return await _shown_anew(context, turn, card, Say(text=say("rubric.from_now_on")), "rubric.guide_done")


async def _shown_anew(
    context: Context, turn: Turn, card: Card, said: Say, title_key: str = "rubric.title_changed"
) -> Position:
    """The card without its buttons, what there is to say, and the rubric as it is now on a card of its own."""
    project_id = str(card.subject["project_id"])
    face = closed_card(card.id, "rubric", card.subject, title_key)
    return {"replies": answered(face, said, await show_rubric(context, turn, project_id))}


# Forms


async def _filled_in(context: Context, turn: Turn, card: Card) -> Position:
    """What a form of the card asks for; it counts also where somebody has used another form of that card meanwhile."""
    project_id = str(card.subject["project_id"])
    if turn.form == TAKE_BACK_FORM:
        said = await take_back_rule(context, project_id, turn.person_id, turn.values.get("rule", ""))
        return await _shown_anew(context, turn, card, said)
    if turn.form == RULE_FORM:
        wrong = misworded(context, turn.values.get("rule", ""))
        kept = None if wrong else await keep_rule(context, turn, project_id, turn.values["rule"])
        return await _shown_anew(context, turn, card, kept) if kept else _unfit(wrong)
    edit = _edit_of(turn)
    if edit is None:
        return _unfit(say("card.gone"))
    if wrong := " ".join(misfilled(context, turn.values).values()):
        return _unfit(wrong)
    try:
        change = await change_rubric(context, turn, project_id, edit)
    except RubricFault as found:
        return _unfit(found.text)
    return await _shown_anew(context, turn, card, Say(text=change.told()))


def _edit_of(turn: Turn) -> Callable[[Criteria], Sequence[Criterion]] | None:
    """The edit behind a button's form; None if the form is not the one that the button opens."""
    verb, _, name = turn.action.partition(":")
    if turn.form == REMOVE_FORM and verb == REMOVE:
        return lambda criteria: removed(criteria, turn.values.get("criterion", ""))
    if turn.form == CRITERION_FORM and verb in (CHANGE, ADD):
        return by_form(name, turn.subject.get("was", ""), turn.values)
    return None


def _unfit(text: str) -> Position:
    return {"replies": answered(Say(text=text, private=True))}


# Words


async def _typed(
    context: Context, turn: Turn, state: State, project_id: str, text: str, card: Card | None = None
) -> Position:
    """Lines that say what changes, all or nothing. What is not understood is asked for again."""
    criteria = rubric_of(await context.store.briefs.get(project_id))
    picked = next((one for one in criteria if card and one.name == state.get("criterion")), None)
    edits = read_edits(text, about=label_of(picked) if picked else "")
    if edits is None:
        return {"replies": answered(Say(text=say("rubric.not_understood", label=label_of(criteria[0]))))}
    if len(edits) == 1 and edits[0].doing == "guide":
        return {**_left(state, card), "replies": answered(_sure(turn, project_id, criteria))}
    about_criteria = [one for one in edits if one.doing in ("change", "add", "remove")]
    about_rules = [one for one in edits if one.doing in ("rule", "unrule")]
    if len(about_criteria) + len(about_rules) < len(edits):
        return {"replies": answered(Say(text=say("rubric.not_understood", label=label_of(criteria[0]))))}
    for wrong in filter(None, _faults(context, edits)):
        return {"replies": answered(Say(text=wrong))}
    said: list[Say] = []
    if about_criteria:
        try:
            change = await change_rubric(context, turn, project_id, by_lines(about_criteria))
        except RubricFault as found:
            return {"replies": answered(Say(text=found.text))}
        said.append(Say(text=change.told()))
    said += await _rules_typed(context, turn, project_id, about_rules, card)
    closed = [closed_card(card.id, "rubric", card.subject, "rubric.title_changed")] if card else []
    shown = [await show_rubric(context, turn, project_id)] if card or about_criteria else []
    return {**_left(state, card), "replies": answered(*closed, *said, *shown)}


def _left(state: State, card: Card | None) -> Position:
    """Where one goes on, if words about the rubric were waited for; a command leaves everything as it is."""
    return went_on(state) if card else {}


def _faults(context: Context, edits: Sequence[Edit]) -> list[str]:
    of_rules = [misworded(context, one.who) for one in edits if one.doing == "rule"]
    return [*of_rules, *(text for one in edits for text in misfilled(context, one.values).values())]


async def _rules_typed(
    context: Context, turn: Turn, project_id: str, edits: Sequence[Edit], card: Card | None
) -> list[Say]:
    rules = await context.store.preferences.rules(project_id)
    marks: Sequence[str] = str(card.subject.get("rules", "")).split(",") if card else ()
    if not card and any(one.doing == "unrule" for one in edits):
        marks = await numbered_rules(context, turn, project_id)
    said = []
    for place, one in enumerate(edits):
        if one.doing == "rule":
            kept = await keep_rule(context, turn, project_id, one.who, place=place)
            said += [kept] if kept else []
            continue
        number = int(one.who)
        mark = marks[number - 1] if 0 < number <= len(marks) else ""
        rule_id = next((rule.id for rule in rules if rule_mark(rule.id) == mark), "")
        missing = "rule.gone" if mark else "rule.no_number"
        told = await take_back_rule(context, project_id, turn.person_id, rule_id) if rule_id else Say(text=say(missing))
        said.append(told)
    return said

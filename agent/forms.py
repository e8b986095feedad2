"""Forms that no card has, by name; what is wrong in one that was filled in; and how what was filled in is read.

What stands in a form is checked twice by the same rules: here, while the person still has it open, and by the stage that
takes it, for by then somebody else may have been quicker. Nothing here writes.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from agent.access import projects_open_to, refusal, row_refusal
from agent.agreement import misfilled
from agent.changes import WHOLE, Changes, read_number
from agent.checking import sensitive_in
from agent.context import Context
from agent.permissions import Action
from agent.pins import pin_draft, pin_faults, pins_of, same_request
from agent.promotion import saved_models
from agent.proposals import decided_before, refusal_of
from agent.questions import LONGEST_ANSWER, goal_refusal, plain_words
from agent.rated import rated_of
from agent.reading import Given, is_nothing, is_small_talk
from agent.reminding.cards import CARD as REMINDERS
from agent.reminding.setting import check_settings
from agent.replies import LONGEST_VALUE, Form, Say
from agent.reports.answer_card import FORM as BETTER
from agent.reports.forms import ASK, EXAMPLE, FORMAT, GOAL, QUESTION, RECIPE, ROW, TEXTS, ask_form, example_form
from agent.reports.pin_card import PIN
from agent.reports.recipe_card import IN_FORM, number
from agent.reports.rubric_card import CRITERION_FORM, REMOVE_FORM, RULE_FORM
from agent.reports.score_card import FORM as SCORES
from agent.reports.survey_card import FORM as SURVEY
from agent.reports.survey_card import WORD
from agent.rows import faults, finished, plain
from agent.rubric_edits import check_criterion, check_removal, check_rule
from agent.scoring import criteria_of
from agent.scoring import misfilled as misfilled_scores
from agent.survey import misworded as misworded_answer
from agent.words import say
from dataset.content import Content
from dataset.quality.characters import is_empty
from dataset.quality.duplicates import content_hash
from storage.domain import AgreedFormat, ModelVersion, Origin, Row, RowStatus
from storage.domain.recipes import Recipe
from storage.errors import NotFound
from trainer.recipes import BadSetting, change

Wrong = dict[str, str]
"""A sentence by field."""


# Forms by name


async def form(context: Context, name: str, person_id: str, subject: Mapping[str, str]) -> Form | Say:
    """``example``: a message (``text``, ``author``, ``author_name``, ``link``) as an example. ``ask``: a request to the
    version ``model``. A sentence instead says why there is none for this person."""
    if name == EXAMPLE:
        return await _example(context, person_id, subject)
    model = await _model(context, subject) if name == ASK else None
    if model is None:
        return Say(text=say("card.gone"), private=True)
    refused = await refusal(context, model.project_id, person_id, Action.ASK)
    return refused or ask_form(model.id, say("ask.version", name=model.name, version=model.version))


async def _example(context: Context, person_id: str, subject: Mapping[str, str]) -> Form | Say:
    text = plain(subject.get("text", ""))
    projects = await projects_open_to(context.store, person_id, Action.GIVE)
    if not projects:
        return Say(text=say("form.no_project"), private=True)
    if is_empty(text):
        return Say(text=say("form.no_text"), private=True)
    if len(text) > LONGEST_VALUE:
        too_long = say("form.text_too_long", length=f"{len(text):,}", limit=f"{LONGEST_VALUE:,}")
        return Say(text=too_long, private=True)
    found = " ".join(sensitive_in(Given(instruction="", output=text)))
    about = {name: value for name, value in subject.items() if name != "text"} | {"was": content_hash("", "", text)}
    return example_form(projects, about, text, "instruction" if text.endswith(("?", "？", "؟")) else "output", found)


async def _model(context: Context, subject: Mapping[str, str]) -> ModelVersion | None:
    """The saved version that a form is about."""
    found = next((one for one in await context.store.models.all() if one.id == subject.get("model")), None)
    return found if found and found in await saved_models(context, found.project_id) else None


# What is wrong in a form


async def check_form(
    context: Context, name: str, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    """What is wrong with what was filled in, a sentence by field; empty: nothing. A form that is not known is not judged."""
    check = _CHECKS.get(name)
    return await check(context, person_id, subject, values) if check else {}


async def _check_row(context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]) -> Wrong:
    try:
        row = await context.store.rows.get(subject.get("row_id", ""))
    except NotFound:
        return {TEXTS[0]: say("row.gone")}
    if refused := await row_refusal(context, row, person_id):
        return {TEXTS[0]: refused.text}
    if row.status is not RowStatus.PENDING:
        return {TEXTS[0]: say("row.decided", status=say(f"state.{row.status.value}"))}
    if is_overtaken(row, subject, values):
        return {TEXTS[0]: say("row.overtaken")}
    return misfilled_row(context, edited_row(row, values))


def misfilled_row(context: Context, row: Content) -> Wrong:
    """What keeps the texts of a form from becoming a row. What is wrong with the whole stands beside its longest text."""
    wrong = {name: say(f"form.no_{name}") for name in ("instruction", "output") if is_empty(getattr(row, name))}
    longest = max(TEXTS, key=lambda name: len(getattr(row, name)))
    for fault in faults(context, row):
        if (where := fault.where or longest) not in wrong:
            wrong[where] = say(f"form.{fault.code}", **fault.numbers)
    return wrong


async def _check_recipe(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    try:
        card = await context.store.cards.get(subject.get("card_id", ""))
    except NotFound:
        return {IN_FORM[0]: say("card.gone")}
    if refused := await refusal(context, str(card.subject.get("project_id")), person_id, Action.TRAIN):
        return {IN_FORM[0]: refused.text}
    if card.answered_by_event is not None:
        return {IN_FORM[0]: decided_before(card).text}
    return misfilled_recipe(values)


def misfilled_recipe(values: Mapping[str, str]) -> Wrong:
    """The settings that cannot have the value that was written."""
    wrong = {}
    for field in (field for field in IN_FORM if field in values):
        try:
            change(Recipe(), field, read_number(values[field], field in WHOLE))
        except BadSetting as error:
            wrong[field] = refusal_of(error)
    return wrong


async def _check_format(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    project_id = subject.get("project_id", "")
    if refused := await refusal(context, project_id, person_id, Action.GIVE):
        return dict.fromkeys(list(values)[:1], refused.text)
    brief = await context.store.briefs.get(project_id)
    return misfilled(brief.formats.get(subject.get("category", ""), AgreedFormat()), values)


async def _check_goal(context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]) -> Wrong:
    refused = await refusal(context, subject.get("project_id"), person_id, Action.GIVE)
    refused = refused or goal_refusal(values.get("goal", ""))
    return {"goal": refused.text} if refused else {}


async def _check_question(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    text = values.get("answer", "").strip()
    if refused := await refusal(context, subject.get("project_id"), person_id, Action.GIVE):
        return {"answer": refused.text}
    if len(text) > LONGEST_ANSWER:
        return {"answer": say("question.too_long", length=f"{len(text):,}", limit=f"{LONGEST_ANSWER:,}")}
    if not plain_words(context, text) or is_small_talk(text):
        return {"answer": say("form.no_answer")}
    return {}


async def _check_example(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    del subject
    wrong: Wrong = {}
    if refused := await refusal(context, values.get("project", ""), person_id, Action.GIVE):
        wrong["project"] = refused.text
    part = values.get("part", "")
    if part not in TEXTS or is_empty(values.get(part, "")):
        wrong["part"] = say("form.part_empty")
    return wrong | misfilled_row(context, Given(**{name: plain(values.get(name, "")) for name in TEXTS}))


async def _check_ask(context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]) -> Wrong:
    model = await _model(context, subject)
    if model is None:
        return {"request": say("card.gone")}
    if refused := await refusal(context, model.project_id, person_id, Action.ASK):
        return {"request": refused.text}
    return {"request": say("form.no_instruction")} if is_empty(values.get("request", "")) else {}


async def _check_better(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    try:
        answer = await context.store.answers.get(subject.get("answer_id", ""))
    except NotFound:
        return {TEXTS[0]: say("answer.gone")}
    if refused := await refusal(context, answer.project_id, person_id, Action.GIVE):
        return {TEXTS[0]: refused.text}
    texts = {name: plain(values.get(name, "")) for name in ("instruction", "output")}
    if texts == {"instruction": plain(answer.request), "output": plain(answer.text)}:
        return {"output": say("answer.same")}
    return misfilled_row(context, Given(**texts))


async def _check_pin(context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]) -> Wrong:
    project_id = subject.get("project_id", "")
    if answer_id := subject.get("answer_id"):
        try:
            project_id = (await context.store.answers.get(answer_id)).project_id
        except NotFound:
            return {TEXTS[0]: say("answer.gone")}
    if refused := await refusal(context, project_id, person_id, Action.GIVE):
        return {TEXTS[0]: refused.text}
    draft, brief = pin_draft(values), await context.store.briefs.get(project_id)
    faults = pin_faults(draft, brief, len(await pins_of(context, project_id)))
    wrong = {fault.where: say(f"pin.fault_{fault.code}", **fault.numbers) for fault in faults}
    if not wrong and (number := await same_request(context, project_id, draft)):
        wrong[TEXTS[0]] = say("pin.there_already", number=number)
    return wrong


async def _check_scores(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    first = next(iter(values), "")
    try:
        card = await context.store.cards.get(subject.get("card_id", ""))
        rated = await rated_of(context, str(card.subject.get("run_id")))
    except NotFound:
        return {first: say("card.gone")}
    if refused := await refusal(context, rated.project_id, person_id, Action.RATE):
        return {first: refused.text}
    if card.subject.get("person_id") not in await context.store.links.accounts(person_id):
        return {first: say("scores.not_yours")}
    if card.answered_by_event is not None:
        return {first: say("scores.closed")}
    return misfilled_scores(values, await criteria_of(context, rated.project_id))


async def _check_survey(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> Wrong:
    del person_id, subject
    wrong = misworded_answer(context, values.get(WORD, ""))
    return {WORD: wrong} if wrong else {}


_CHECKS: Mapping[str, Callable[[Context, str, Mapping[str, str], Mapping[str, str]], Awaitable[Wrong]]] = {
    ROW: _check_row,
    RECIPE: _check_recipe,
    FORMAT: _check_format,
    GOAL: _check_goal,
    QUESTION: _check_question,
    EXAMPLE: _check_example,
    ASK: _check_ask,
    BETTER: _check_better,
    CRITERION_FORM: check_criterion,
    REMOVE_FORM: check_removal,
    RULE_FORM: check_rule,
    SCORES: _check_scores,
    PIN: _check_pin,
    SURVEY: _check_survey,
    REMINDERS: check_settings,
}


# What was filled in


def edited_row(row: Row, values: Mapping[str, str]) -> Row:
    """The row with the texts of its form. Another request may be of another kind, so it is sorted anew; what was not
    touched stays what it is, a model's draft too."""
    texts = {name: plain(values.get(name, getattr(row, name))) for name in TEXTS}
    if all(texts[name] == getattr(row, name) for name in TEXTS):
        return row
    if texts["instruction"] != row.instruction:
        row = replace(row, category="", aspects=())
    given = "" if is_nothing(texts["input"]) else texts["input"]
    origin = Origin.GIVEN if row.origin is Origin.GIVEN else Origin.EDITED
    return finished(replace(row, instruction=texts["instruction"], input=given), texts["output"], origin)


def is_overtaken(row: Row, subject: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """Whether somebody has changed the row since its form was opened; not where it reads as the form has it."""
    return row.content_hash not in (subject.get("was"), edited_row(row, values).content_hash)


def recipe_changes(recipe: Recipe, values: Mapping[str, str]) -> Changes:
    """The settings of a form that read otherwise than they stand. Raises BadSetting."""
    changed: dict[str, float] = {}
    for field in IN_FORM:
        text = values.get(field, "").strip()
        if text and text != number(getattr(recipe, field)):
            changed[field] = getattr(change(recipe, field, read_number(text, field in WHOLE)), field)
    return Changes(values=changed)

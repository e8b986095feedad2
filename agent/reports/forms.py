"""The forms that people fill in: pure functions from facts to ``Form``. What is wrong in one is ``agent.forms``' to say."""

from collections.abc import Mapping, Sequence

from agent.replies import LONGEST_VALUE, Form, FormField, Option
from agent.words import harmless, say
from storage.domain import Origin, Project, Row

ROW, FORMAT, GOAL, QUESTION, RECIPE, EXAMPLE, ASK = "row", "format", "goal", "question", "recipe", "example", "ask"
"""Their names."""
TEXTS = ("instruction", "input", "output")
"""The fields of a form about an example, as those of a row."""
WHY = "why"
"""The field in which one may say why a model's answer was changed."""
_PROJECTS = 25
"""Options of a select, the least that a platform we know of allows (Discord)."""
_LONGEST_OPTION = 75
"""Characters of an option (Slack)."""


def row_form(row: Row) -> Form | None:
    """The three fields of an example as it stands; None where one is longer than a form may hold."""
    if any(len(getattr(row, name)) > LONGEST_VALUE for name in TEXTS):
        return None
    why = (why_field("rule.why_draft"),) if row.origin in (Origin.DRAFTED, Origin.SYNTHETIC) else ()
    return Form(
        name=ROW,
        subject={"row_id": row.id, "was": row.content_hash},
        title=say("form.row"),
        fields=(*text_fields({name: getattr(row, name) for name in TEXTS}), *why),
        submit=say("form.save"),
    )


def text_fields(values: Mapping[str, str], hints: Mapping[str, str] | None = None) -> tuple[FormField, ...]:
    """Request, input and answer. ``hints``: by field, in the place of ours."""
    return tuple(
        FormField(
            name=name,
            label=say(f"row.{name}"),
            value=values.get(name, ""),
            hint=(hints or {}).get(name, say(f"form.hint_{name}")),
            multiline=True,
            optional=name == "input",
        )
        for name in TEXTS
    )


def why_field(label_key: str) -> FormField:
    """Why an answer was changed: what is written there becomes a rule, and it may stay empty."""
    return FormField(name=WHY, label=say(label_key), hint=say("rule.hint_why"), optional=True)


def format_form(subject: Mapping[str, str], facts: Mapping[str, str]) -> Form | None:
    """An agreed format, a text by fact as ``agent.agreement.written`` has it; None where one is longer than a form may hold."""
    if any(len(text) > LONGEST_VALUE for text in facts.values()):
        return None
    fields = tuple(
        FormField(
            name=name,
            label=say(f"format.{name}"),
            value=text,
            hint=say(f"form.hint_{name}"),
            multiline=name in ("sections", "labels", "terms"),
            optional=True,
        )
        for name, text in facts.items()
    )
    return Form(name=FORMAT, subject=dict(subject), title=say("form.format"), fields=fields, submit=say("form.save"))


def goal_form(project: Project, goal: str) -> Form:
    return Form(
        name=GOAL,
        subject={"project_id": project.id},
        title=say("form.goal"),
        fields=(FormField(name="goal", label=say("goal.goal"), value=goal, hint=say("question.goal"), multiline=True),),
        submit=say("form.save"),
    )


def question_form(project_id: str, question_id: str) -> Form:
    """An answer in one's own words."""
    return Form(
        name=QUESTION,
        subject={"project_id": project_id, "question_id": question_id},
        title=say("form.question"),
        fields=(FormField(name="answer", label=say(f"question.{question_id}"), multiline=True),),
        submit=say("form.save"),
    )


def example_form(projects: Sequence[Project], subject: Mapping[str, str], text: str, part: str, found: str) -> Form:
    """A message that becomes an example. ``part``: what it is taken for at first. ``found``: what looks personal in it.

    ``subject``: who wrote the message (``author``, ``author_name``) and where it stands (``link``).
    """
    author = harmless(subject.get("author_name", "")) or say("form.somebody")
    hint = " ".join(filter(None, [say("form.hint_message", author=author), found]))
    options = tuple(Option(value=one.id, label=one.name[:_LONGEST_OPTION]) for one in projects[:_PROJECTS])
    parts = tuple(Option(value=one, label=say(f"row.{one}")) for one in ("output", "instruction", "input"))
    return Form(
        name=EXAMPLE,
        subject=dict(subject),
        title=say("form.example"),
        fields=(
            FormField(name="project", label=say("projects.label"), value=options[0].value, options=options),
            FormField(name="part", label=say("form.part"), value=part, options=parts),
            *text_fields({part: text}, {part: hint}),
        ),
        submit=say("form.add"),
    )


def ask_form(model_id: str, name: str) -> Form:
    return Form(
        name=ASK,
        subject={"model": model_id},
        title=say("form.ask"),
        fields=(FormField(name="request", label=say("form.ask_request", name=name), multiline=True),),
        submit=say("form.send"),
    )

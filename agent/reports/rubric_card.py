"""The card of a project's rubric, its forms, and the offer to keep a rule: pure functions from facts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.evaluation.rubric import RUBRIC
from agent.replies import Choice, Form, FormField, Option, Quote, ShowCard
from agent.reports.criteria import asks_of, head_of, label_of
from agent.words import say
from storage.domain import Criterion, RubricRule

CHANGE, ADD, REMOVE, GUIDE, ADD_RULE, TAKE_BACK = "change", "add", "remove", "guide", "add_rule", "take_back"
"""What the buttons do; that of a criterion carries its name (``change:tone``)."""
GUIDE_YES, KEEP = "guide_yes", "keep"
WHY, WRONG, KEEP_RULE = "why", "wrong", "keep_rule"
CRITERION_FORM, REMOVE_FORM, RULE_FORM, TAKE_BACK_FORM = "criterion", "criterion_gone", "rule", "rule_gone"
"""Forms by name."""
RULES_SHOWN = 10
RULES_OFFERED = 25
"""Options of a select, the least that a platform we know of allows (Discord)."""
_TEXTS = ("asks", "poor", "good", "excellent")


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """A rule as it is shown: its number from 1 in the order of the project, and whose it is, fit to be shown."""

    number: int
    rule: RubricRule
    author: str


def rubric_card(
    card_id: str,
    project_id: str,
    criteria: Sequence[Criterion],
    rules: Sequence[RuleFacts],
    *,
    open_to_edit: bool,
    shown: str,
) -> ShowCard:
    """``open_to_edit``: whether whoever asked may change it. ``shown``: tells this rubric from any other."""
    guide = tuple(criteria) == RUBRIC
    notes = ["rubric.note", *(["rubric.note_guide"] if guide else []), *(["rubric.note_rules"] if rules else [])]
    earlier = [say("rubric.more_rules", count=len(rules) - RULES_SHOWN)] if len(rules) > RULES_SHOWN else []
    return ShowCard(
        card_id=card_id,
        card_kind="rubric",
        subject={"project_id": project_id, "shown": shown, "rules": ",".join(rule_mark(one.rule.id) for one in rules)},
        title=say("rubric.title_guide" if guide else "rubric.title"),
        quoted=(*map(_criterion, range(1, len(criteria) + 1), criteria), *map(_rule, rules[-RULES_SHOWN:])),
        choices=_choices(project_id, criteria, rules) if open_to_edit else (),
        note=" ".join([*map(say, notes), *earlier]),
    )


def rule_mark(rule_id: str) -> str:
    """By which a card knows a rule without naming its id: whoever takes back all they gave blanks what names one."""
    return hashlib.sha256(rule_id.encode()).hexdigest()[:8]


def _criterion(number: int, one: Criterion) -> Quote:
    about = say("rubric.about_content" if one.about == "content" else "rubric.about_manner")
    name = say("rubric.head", number=number, label=head_of(one), about=about, target=f"{one.target:g}")
    return Quote(name=name, text=say("rubric.body", **_texts_of(one)))


def _rule(one: RuleFacts) -> Quote:
    source = say("rubric.rule_pick" if one.rule.preference_id else "rubric.rule_written")
    return Quote(name=say("rubric.rule", source=source, **_whose(one)), text=one.rule.text)


def _whose(one: RuleFacts) -> dict[str, object]:
    author = one.author or say("rubric.rule_by_nobody")
    return {"number": one.number, "author": author, "day": day_of(one.rule.created_at)}


def day_of(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _choices(project_id: str, criteria: Sequence[Criterion], rules: Sequence[RuleFacts]) -> tuple[Choice, ...]:
    changes = [
        Choice(
            label=say("rubric.change", label=label_of(one)),
            action=f"{CHANGE}:{one.name}",
            form=criterion_form(project_id, one),
        )
        for one in criteria
    ]
    remove = Choice(label=say("rubric.remove"), action=REMOVE, form=remove_form(project_id, criteria))
    back = Choice(label=say("rubric.take_back"), action=TAKE_BACK, form=take_back_form(project_id, rules))
    return (
        *changes,
        Choice(label=say("rubric.add"), action=ADD, form=criterion_form(project_id, None)),
        *([remove] if len(criteria) > 1 else []),
        *([Choice(label=say("rubric.guide"), action=GUIDE)] if tuple(criteria) != RUBRIC else []),
        Choice(label=say("rubric.add_rule"), action=ADD_RULE, form=rule_form({"project_id": project_id})),
        *([back] if rules else []),
    )


def sure_card(card_id: str, project_id: str, criteria: Sequence[Criterion], shown: str) -> ShowCard:
    """Asks once more before the project's own criteria go."""
    own = ", ".join(label_of(one) for one in criteria if one not in RUBRIC) or "–"
    return ShowCard(
        card_id=card_id,
        card_kind="rubric",
        subject={"project_id": project_id, "shown": shown},
        title=say("rubric.guide_sure"),
        choices=(
            Choice(label=say("rubric.guide_yes"), action=GUIDE_YES, style="danger"),
            Choice(label=say("rubric.guide_keep"), action=KEEP),
        ),
        note=say("rubric.guide_sure_note", labels=own),
    )


def thanks_card(card_id: str, project_id: str, person_id: str, preference_id: str) -> ShowCard:
    """Thanks for a better answer, and one button for whoever wants to say why it is better."""
    form = rule_form({"project_id": project_id}, title="rule.form")
    return ShowCard(
        card_id=card_id,
        card_kind="rule",
        subject={"project_id": project_id, "person_id": person_id, "preference_id": preference_id},
        title=say("rule.thanks"),
        choices=(Choice(label=say("rule.say_why"), action=WHY, form=form),),
        note=say("rule.thanks_note"),
        private=True,
    )


def reason_card(card_id: str, project_id: str, person_id: str, label: str) -> ShowCard:
    """That an answer counts against a criterion, and one button for whoever wants to say in words what was wrong."""
    form = rule_form({"project_id": project_id}, title="rule.form_wrong")
    return ShowCard(
        card_id=card_id,
        card_kind="rule",
        subject={"project_id": project_id, "person_id": person_id},
        title=say("rule.against", criterion=label),
        choices=(Choice(label=say("rule.say_wrong"), action=WRONG, form=form),),
        note=say("rule.against_note"),
        private=True,
    )


def offer_card(card_id: str, project_id: str, person_id: str, words: str) -> ShowCard:
    """Asks whether what somebody wrote beside a low score shall be a rule."""
    return ShowCard(
        card_id=card_id,
        card_kind="rule",
        subject={"project_id": project_id, "person_id": person_id},
        title=say("rule.offer"),
        quoted=(Quote(name=say("rule.words"), text=words),),
        choices=(Choice(label=say("rule.keep"), action=KEEP_RULE),),
        note=say("rule.offer_note"),
        private=True,
    )


# Forms


def criterion_form(project_id: str, criterion: Criterion | None) -> Form:
    """A criterion as it stands, or an empty one. ``was`` in its subject tells how it read when the form was opened."""
    values = texts_of(criterion) if criterion else {"about": "content", "target": "4"}
    abouts = tuple(Option(value=one, label=say(f"rubric.about_{one}")) for one in ("content", "manner"))
    written = tuple(
        FormField(
            name=name,
            label=say(f"rubric.field_{name}"),
            value=values.get(name, ""),
            hint=say(f"rubric.hint_{name}"),
            multiline=name in _TEXTS,
            options=abouts if name == "about" else (),
        )
        for name in ("label", *_TEXTS, "about", "target")
    )
    subject = {"project_id": project_id, "criterion": criterion.name if criterion else ""}
    return Form(
        name=CRITERION_FORM,
        subject={**subject, "was": mark_of(criterion)} if criterion else subject,
        title=say("rubric.form_change" if criterion else "rubric.form_add"),
        fields=written,
        submit=say("form.save"),
    )


def _texts_of(criterion: Criterion) -> dict[str, str]:
    return {**{name: getattr(criterion, name) for name in _TEXTS}, "asks": asks_of(criterion)}


def texts_of(criterion: Criterion) -> dict[str, str]:
    """A criterion as the texts of a form, by field. What is sent back as it stands here is unchanged."""
    return {
        "label": head_of(criterion),
        **_texts_of(criterion),
        "about": "content" if criterion.about == "content" else "manner",
        "target": f"{criterion.target:g}",
    }


def mark_of(*criteria: Criterion) -> str:
    """Eight digits that tell one wording of a criterion, or of a whole rubric, from any other."""
    return hashlib.sha256(repr(criteria).encode("utf-8", "replace")).hexdigest()[:8]


def remove_form(project_id: str, criteria: Sequence[Criterion]) -> Form:
    options = tuple(Option(value=one.name, label=head_of(one)) for one in criteria)
    field = FormField(name="criterion", label=say("rubric.field_criterion"), value=options[-1].value, options=options)
    return _one_field(REMOVE_FORM, {"project_id": project_id}, "rubric.form_remove", field, "rubric.send_remove")


def take_back_form(project_id: str, rules: Sequence[RuleFacts]) -> Form | None:
    """The latest rules by number, author and day: their words stand on the card, where they can be blanked."""
    options = tuple(
        Option(value=one.rule.id, label=say("rubric.option_rule", **_whose(one))) for one in rules[-RULES_OFFERED:]
    )
    if not options:
        return None
    field = FormField(name="rule", label=say("rubric.field_rule"), value=options[-1].value, options=options)
    return _one_field(
        TAKE_BACK_FORM, {"project_id": project_id}, "rubric.form_take_back", field, "rubric.send_take_back"
    )


def rule_form(subject: dict[str, str], *, title: str = "rubric.form_rule") -> Form:
    """One line to keep. ``title``: the key of what it is called."""
    field = FormField(name="rule", label=say("rubric.field_rule"), hint=say("rubric.hint_rule"), multiline=True)
    return _one_field(RULE_FORM, subject, title, field, "form.save")


def _one_field(name: str, subject: dict[str, str], title: str, field: FormField, submit: str) -> Form:
    return Form(name=name, subject=subject, title=say(title), fields=(field,), submit=say(submit))

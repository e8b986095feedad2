"""The card of an answer that a version gave, and what people can say of it. It stays open: each person judges for themselves."""

from collections.abc import Mapping, Sequence

from agent.replies import LONGEST_VALUE, Choice, Form, FormField, Quote, ShowCard
from agent.reports.criteria import head_of
from agent.reports.forms import why_field
from agent.reports.pin_card import PIN, pin_form
from agent.words import say
from dataset.quality.characters import is_empty
from storage.domain import Answer, Criterion

GOOD, BAD, IMPROVE, KEEP, AGAINST = "good", "bad", "improve", "keep", "against:"
"""What the buttons do; the name of a criterion follows the last."""
FORM = "answer"


def answer_card(
    card_id: str, title: str, quoted: Sequence[Quote], answer: Answer | None, *, about: str = "", note: str = ""
) -> ShowCard:
    """Answers, each under its author's name. ``answer``: the one that can be judged, if any is; ``about``: whose it is,
    where another stands beside it. ``note``: what is said besides."""
    judged = (say("answer.note_both", who=about) if about else "", say("answer.note")) if answer else ()
    return ShowCard(
        card_id=card_id,
        card_kind="answer",
        subject={"answer_id": answer.id} if answer else {},
        title=title,
        quoted=tuple(quoted),
        choices=_choices(answer) if answer else (),
        note=" ".join(filter(None, (note, *judged))),
    )


def _choices(answer: Answer) -> tuple[Choice, ...]:
    """An empty answer cannot be a good one."""
    good = (Choice(label=say("answer.good"), action=GOOD, verdict="good"),) if not is_empty(answer.text) else ()
    pin = Choice(label=say("pin.button"), action=PIN, form=pin_form({"answer_id": answer.id}, answer.request))
    return (*good, Choice(label=say("answer.bad"), action=BAD, verdict="bad"), improve(answer), pin)


def improve(answer: Answer) -> Choice:
    return Choice(label=say("answer.improve"), action=IMPROVE, form=better_form(answer))


def better_form(answer: Answer) -> Form | None:
    """The request and the answer, to be changed into what they should be; None where one is longer than a form may hold."""
    if max(len(answer.request), len(answer.text)) > LONGEST_VALUE:
        return None
    return Form(
        name=FORM,
        subject={"answer_id": answer.id},
        title=say("answer.form"),
        fields=(
            FormField(name="instruction", label=say("answer.request"), value=answer.request, multiline=True),
            FormField(
                name="output",
                label=say("answer.better"),
                value=answer.text,
                hint=say("answer.better_hint"),
                multiline=True,
            ),
            why_field("rule.why"),
        ),
        submit=say("answer.send"),
    )


def good_card(card_id: str, subject: Mapping[str, str], *, may_give: bool) -> ShowCard:
    """That it was noted, for the person alone, and the offer to keep the answer. ``may_give``: whether the person may give
    examples to the project."""
    keep = (Choice(label=say("answer.keep"), action=KEEP, style="primary"),) if may_give else ()
    return _noted(
        card_id,
        subject,
        say("answer.noted_good"),
        (*keep, Choice(label=say("answer.bad"), action=BAD)),
        say("answer.noted_good_note") if may_give else "",
    )


def not_good_card(
    card_id: str, subject: Mapping[str, str], answer: Answer, criteria: Sequence[Criterion], *, may_give: bool
) -> ShowCard:
    """That it was noted, for the person alone, and what was wrong: a button for each criterion; and the offer to write a better
    answer, or to think again."""
    reasons = tuple(Choice(label=head_of(one), action=AGAINST + one.name) for one in criteria)
    better = (improve(answer),) if may_give else ()
    again = (Choice(label=say("answer.was_good"), action=GOOD),) if not is_empty(answer.text) else ()
    note = [say("answer.noted_bad_note"), *([say("answer.noted_bad_improve")] if may_give else [])]
    return _noted(card_id, subject, say("answer.noted_bad"), (*reasons, *better, *again), " ".join(note))


def _noted(card_id: str, subject: Mapping[str, str], title: str, choices: tuple[Choice, ...], note: str) -> ShowCard:
    return ShowCard(
        card_id=card_id,
        card_kind="answer",
        subject=dict(subject),
        title=title,
        choices=choices,
        note=note,
        private=True,
    )

"""What came of an evaluation, for people: a sentence for each contender, one table for all, the pins, and the whole as a page."""

from agent.evaluation.measures import Measure
from agent.evaluation.pinned import PinAnswer, PinOutcome
from agent.numbers import figure
from agent.replies import AnyReply, Say, ShowFile, ShowPicture, ShowTable
from agent.reports import markdown
from agent.reports.comparison import Comparison
from agent.reports.comparison_page import page
from agent.reports.comparison_replies import comparison_replies
from agent.reports.criteria import labels_of
from agent.reports.evaluation_result import EvaluationResult
from agent.reports.measure_words import cells, heading, perplexity_cells
from agent.reports.naming import at_start
from agent.reports.notes import for_message
from agent.reports.pin_notes import broken_in_words
from agent.reports.telling import notes
from agent.reports.verdict_chart import alt
from agent.reports.verdict_words import headline, unscored
from agent.words import say

_NOTES_EACH = 2
"""Of several contenders, in a message; the page holds all."""


def evaluation_replies(result: EvaluationResult, folder: str, *, drawn: bool) -> list[AnyReply]:
    """``folder``: where its files lie, below the home folder. ``drawn``: whether there is a picture."""
    picture = f"{folder}/comparison.png" if drawn else ""
    if len(result.comparisons) == 1:
        ((_, only),) = result.comparisons
        replies = comparison_replies(only, picture, f"{folder}/comparison.md")
        return [*replies[:-1], *_pins(result), *_left_out(result), *_without_losses(result), *replies[-1:]]
    told = [headlines(result), *_notes(result)]
    replies = [Say(text="\n".join(told))]
    if picture:
        first = result.comparisons[0][1]
        replies.append(ShowPicture(path=picture, alt=alt(first), text=say("evaluate.picture", who=first.names.tuned)))
    replies += [_table(result), *_pins(result), *_left_out(result), *_without_losses(result)]
    name = f"evaluation-{result.number}.md"
    replies.append(ShowFile(path=f"{folder}/comparison.md", name=name, text=say("evaluate.file")))
    return replies


def headlines(result: EvaluationResult) -> str:
    """A line for each contender."""
    return "\n".join(f"**{headline_of(comparison)}**" for _, comparison in result.comparisons)


def headline_of(comparison: Comparison) -> str:
    """Its verdict, with whom it is about, where that is not in the sentence: that of too few requests names nobody."""
    text, names = headline(comparison), comparison.names
    return (
        text
        if names.tuned in text
        else say("evaluate.about", text=text, who=at_start(names.tuned), reference=names.base)
    )


def evaluation_page(result: EvaluationResult) -> str:
    """Everything as Markdown: the sentences and the table of all, then each contender's own page."""
    lines = [say("evaluate.md_title", name=markdown.plain(result.name), number=result.number), ""]
    lines += [f"- {headline_of(comparison)}" for _, comparison in result.comparisons]
    if result.comparisons:
        table = _table(result)
        lines += ["", *markdown.table(table.header, table.rows), "", table.text, ""]
    for pins in _pins(result):
        lines += [*markdown.table(pins.header, pins.rows), "", pins.text, ""]
    for reply in (*_left_out(result), *_without_losses(result)):
        lines += [reply.text, ""]
    return "\n".join([*lines, "", *(page(comparison) for _, comparison in result.comparisons)])


def _notes(result: EvaluationResult) -> list[str]:
    found = []
    for _, comparison in result.comparisons:
        found += [
            say("evaluate.note", who=at_start(comparison.names.tuned), text=text)
            for text in for_message(notes(comparison), _NOTES_EACH)
        ]
    return [f"- {text}" for text in found]


def _table(result: EvaluationResult) -> ShowTable:
    """A row for each criterion, a column for each contender: its value, the difference with its interval, and the outcome."""
    header = (
        say("compare.header"),
        at_start(result.reference),
        *(at_start(one.names.tuned) for _, one in result.comparisons),
    )
    rows = []
    for code in result.criteria:
        comparison, measure = result.measure(code)
        name, base, *_ = cells(measure, comparison)
        others = [_cell(one, one.measure(code)) for _, one in result.comparisons]
        rows.append((name, base, *others))
        if code == "loss":
            rows.append(_perplexity(result, comparison, measure))
    rows += _unscored(result)
    title = say("evaluate.table", number=result.number, who=result.reference)
    return ShowTable(
        title=title, header=header, rows=tuple(rows), text=say("evaluate.table_text", who=result.reference)
    )


def _unscored(result: EvaluationResult) -> list[tuple[str, ...]]:
    """What nobody trustworthy has scored of whom, as in the table of two."""
    missing = [unscored(one) for _, one in result.comparisons]
    names = dict.fromkeys(name for of_one in missing for name in of_one)
    if not names:
        return []
    criteria = labels_of(list(names), result.comparisons[0][1].rubric)
    told = (say("outcome.unscored") if of_one else figure(None) for of_one in missing)
    return [(heading(say("measure.unscored", criteria=criteria)), figure(None), *told)]


def _cell(comparison: Comparison, measure: Measure | None) -> str:
    if measure is None:
        return figure(None)
    _, _, tuned, difference, record = cells(measure, comparison)
    outcome = say(f"outcome.{comparison.verdict.outcomes[measure.code]}")
    return say("evaluate.cell", value=tuned, difference=difference, outcome=outcome, record=record)


def _perplexity(result: EvaluationResult, comparison: Comparison, measure: Measure) -> tuple[str, ...]:
    """The row of the loss in its other unit. ``comparison``: the first that has a loss."""
    name, base, *_ = perplexity_cells(measure, *_perplexities(comparison))
    return (name, base, *(_perplexity_cell(one, one.measure("loss")) for _, one in result.comparisons))


def _perplexity_cell(comparison: Comparison, measure: Measure | None) -> str:
    if measure is None:
        return figure(None)
    _, _, tuned, ratio, record = perplexity_cells(measure, *_perplexities(comparison))
    outcome = say(f"outcome.{comparison.verdict.outcomes[measure.code]}")
    return say("evaluate.cell", value=tuned, difference=ratio, outcome=outcome, record=record)


def _perplexities(comparison: Comparison) -> tuple[float | None, float | None]:
    losses = comparison.losses
    return (losses.base_perplexity, losses.tuned_perplexity) if losses else (None, None)


def _pins(result: EvaluationResult) -> list[ShowTable]:
    """The regression suite: a row for each pin, a column for each contender."""
    told = [one.pinned.outcomes if one.pinned else () for _, one in result.comparisons]
    rows = []
    for number in sorted({outcome.number for outcomes in told for outcome in outcomes}):
        found = [next((one for one in outcomes if one.number == number), None) for outcomes in told]
        first = next(outcome for outcome in found if outcome is not None)
        changes = [_became(one) if one else figure(None) for one in found]
        rows.append((str(number), _answer(first.before), *changes))
    header = (
        say("pins.column"),
        at_start(result.reference),
        *(at_start(one.names.tuned) for _, one in result.comparisons),
    )
    title, text = say("evaluate.pins"), say("evaluate.pins_text")
    return [ShowTable(title=title, header=header, rows=tuple(rows), text=text)] if rows else []


def _became(outcome: PinOutcome) -> str:
    """Of a pin that keeps, or breaks, its rules as with the first of the contenders, the same words as of that one."""
    alike = outcome.change in ("passing", "failing")
    return _answer(outcome.now) if alike else say(f"evaluate.pin_{outcome.change}")


def _answer(answer: PinAnswer | None) -> str:
    if answer is None or answer.passes is None:
        return figure(None)
    return say("pins.passes") if answer.passes else broken_in_words(answer.broken)


def _left_out(result: EvaluationResult) -> list[Say]:
    return [Say(text=say("evaluate.left_out", count=result.left_out))] if result.left_out else []


def _without_losses(result: EvaluationResult) -> list[Say]:
    """Whose losses nobody could hold beside those of the first, a sentence for each reason."""
    reasons = dict.fromkeys(why for _, why in result.without_losses)
    return [Say(text=say(f"evaluate.losses_{why}", who=_these(result, why), first=result.reference)) for why in reasons]


def _these(result: EvaluationResult, why: str) -> str:
    return ", ".join(who for who, reason in result.without_losses if reason == why)

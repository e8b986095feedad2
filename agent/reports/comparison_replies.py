"""A comparison in a conversation: the verdict first, then the picture, the table, three answers, and all of them as a file."""

from agent.replies import AnyReply, Quote, Say, ShowFile, ShowPicture, ShowTable
from agent.reports.comparison import Comparison
from agent.reports.comparison_page import heading, texts
from agent.reports.naming import called
from agent.reports.notes import for_message
from agent.reports.telling import notes
from agent.reports.verdict_chart import alt
from agent.reports.verdict_words import headline, table
from agent.words import say


def comparison_replies(comparison: Comparison, picture: str, page: str) -> list[AnyReply]:
    """``picture``: its path, empty if none was drawn. ``page``: the path of ``comparison.md``. Both below the home folder."""
    bullets = [f"- {text}" for text in for_message(notes(comparison))]
    told = Say(text="\n".join([f"**{headline(comparison)}**", *bullets]))
    replies: list[AnyReply] = [told]
    if picture:
        replies.append(
            ShowPicture(path=picture, alt=alt(comparison), text=say("verdict_chart.text", **called(comparison)))
        )
    if comparison.measures:
        header, *rows = (tuple(row) for row in table(comparison, whole=False))
        title = say("compare.title", **called(comparison))
        replies.append(ShowTable(title=title, header=header, rows=tuple(rows), text=say("compare.table_in_message")))
    replies += _side_by_side(comparison)
    if comparison.answers:
        replies.append(_all_answers(comparison, page))
    return replies


def _all_answers(comparison: Comparison, page: str) -> ShowFile:
    """Where some may still be rated blind, it is told that the file names the models; so may those of an evaluation, as
    answers of the runs of its versions."""
    key = "listed_answers" if len(comparison.listed) < len(comparison.answers) else "all_answers"
    told = [say(f"compare.{key}", count=len(comparison.listed), **called(comparison))]
    if comparison.rateable or comparison.kind == "evaluation":
        told.append(say("compare.names_models"))
    name = f"comparison-{comparison.kind}-{comparison.number}.md"
    return ShowFile(path=page, name=name, text=" ".join(told))


def _side_by_side(comparison: Comparison) -> list[AnyReply]:
    replies: list[AnyReply] = []
    for choice in comparison.chosen:
        _, one = comparison.answer(choice.id)
        title = heading(comparison, one)
        if choice.why != "all":
            title = say("compare.why", side=title, why=say(f"compare.why_{choice.why}"))
        quoted = tuple(Quote(name=name, text=text) for name, text in texts(comparison, one))
        replies.append(Say(text=f"**{title}**", quoted=quoted))
    return replies

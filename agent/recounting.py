"""Votes and scores that came since -> the comparison of a run, or the comparisons of an evaluation, as they stand with them."""

from collections.abc import Sequence

from agent.comparing import compare
from agent.contenders import contenders_in
from agent.context import Context
from agent.evaluated import evaluated
from agent.rated import Rated
from agent.reports.comparison import Comparison
from agent.reports.evaluation_page import headline_of
from agent.reports.verdict_words import headline
from storage.domain import Evaluation


async def recounted(context: Context, rated: Rated) -> tuple[Comparison, ...]:
    """Make them anew, with their files; no judge is asked. None where too little was answered."""
    if not isinstance(rated, Evaluation):
        return (await compare(context, rated, ask=False),)
    result = await evaluated(context, rated, await contenders_in(context, rated), ask=False)
    comparisons = tuple(one for _, one in result.comparisons)
    if comparisons:
        await context.store.evaluations.update(rated.id, None, {"headlines": list(map(headline_of, comparisons))})
    return comparisons


def headlines_of(comparisons: Sequence[Comparison]) -> str:
    return " ".join(headline(one) if one.kind == "run" else headline_of(one) for one in comparisons)

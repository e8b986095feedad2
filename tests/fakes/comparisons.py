"""A comparison of planted answers, made as the agent makes it."""

from collections.abc import Sequence

from agent.evaluation.belonging import belonging
from agent.evaluation.choosing import chosen
from agent.evaluation.facts import Answered, Judged, RowLoss, Vote
from agent.evaluation.measures import judgements, measured, votes_measure
from agent.evaluation.verdict import verdict
from agent.reports.comparison import Comparison, Losses
from tests.fakes.answers import lessons

NOBODY = Judged(judge="embedded", trusted=False)
LOSSES = Losses(base=2.0, tuned=1.0, base_perplexity=7.389, tuned_perplexity=2.718, rows=3, tokens=60)
FEW_LOSSES = tuple(
    RowLoss(id=f"row_{at}", base=2 + at / 9, tuned=1 + at / 7, base_swapped=2.5, tuned_swapped=2.3, tokens=20)
    for at in range(3)
)


def comparison(
    answers: Sequence[Answered],
    *,
    judged: Judged = NOBODY,
    votes: Sequence[Vote] = (),
    losses: Sequence[RowLoss] = (),
    training: Sequence[tuple[str, str]] | None = None,
) -> Comparison:
    """Run 3 of a project named Tickets."""
    lesson = lessons() if training is None else training
    preferred = votes_measure(votes, answers)
    found = [
        *measured(answers, losses, [answer for _, answer in lesson]),
        *judgements(judged, answers),
        *([preferred] if preferred else []),
    ]
    shown = chosen(answers, found)
    differing = {one.id for one in answers if not one.beyond and one.base != one.tuned}
    return Comparison(
        name="Tickets",
        number=3,
        losses=LOSSES if losses else None,
        verdict=verdict(found, belonging(answers, found, lesson)),
        measures=tuple(found),
        answers=tuple(answers),
        chosen=shown,
        judged=judged,
        rateable=len(differing - {one.id for one in shown}),
    )

"""A run whose answers are to be judged, with what people think of them: planted, so that it is known what has to come out."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from agent.evaluation.facts import Answered
from storage.domain import Preference, Project, Run, RunState, Score, Side
from tests.fakes.judges import Asked, Rule, Scores
from tests.fakes.talk import START, Talk

RUN = "run_1"
PROJECT = "project_1"


async def in_a_run(talk: Talk, run_id: str = RUN, number: int = 1) -> Talk:
    """A project, one run of which is being compared."""
    project = Project(id=PROJECT, name="Team", slug="team", goal="G", owner_id=talk.person, created_at=START)
    await talk.store.projects.add(project)
    run = Run(
        id=run_id,
        project_id=project.id,
        conversation_id=talk.conversation,
        started_by=talk.person,
        number=number,
        recipe={},
        state=RunState.COMPARING,
        created_at=START,
    )
    await talk.store.runs.add(run)
    return talk


def worth(score: int, name: str) -> str:
    """An answer of this worth: what it is worth can be read off it, in no language."""
    return f"{name} " + " ".join(f"{name}{place}" for place in range(8)) + f" worth={score}"


def worth_of(text: str) -> int:
    return int(text.rpartition("worth=")[2])


def valued(count: int, values: Callable[[int], tuple[int, int]], start: int = 0) -> list[Answered]:
    """Requests about different things, with answers of the worth that ``values`` gives them."""
    return [
        Answered(
            id=f"row_{number}",
            source="row",
            request=f"{chr(97 + number % 26) * 4}{number} {chr(98 + number % 24) * 5}{number}",
            base=worth(values(number)[0], f"b{number}"),
            tuned=worth(values(number)[1], f"t{number}"),
        )
        for number in range(start, start + count)
    ]


def mixed(number: int) -> tuple[int, int]:
    """All scores, on both sides."""
    return 1 + number % 5, 1 + (number * 3 + 1) % 5


def write_answers(talk: Talk, answers: Sequence[Answered], folder: str = f"runs/{RUN}") -> None:
    """The files of a run that was compared."""
    prompts = [{"id": one.id, "instruction": one.request, "source": "row", "part": "test"} for one in answers]
    said = [{"id": one.id, "base": one.base, "tuned": one.tuned} for one in answers]
    for name, lines in (("prompts", prompts), ("answers", said)):
        talk.files.write_text(f"{folder}/{name}.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


async def scored_by_people(
    talk: Talk,
    answers: Sequence[Answered],
    people: Callable[[int], int] = lambda value: value,
    *,
    criterion: str = "accuracy",
    run_id: str = RUN,
    note: str = "",
    rater: str = "ada",
) -> list[Score]:
    """People score both answers of each request: ``people`` says what they give an answer of that worth."""
    sides: Mapping[Side, Callable[[Answered], str]] = {"base": lambda one: one.base, "tuned": lambda one: one.tuned}
    scores = [
        Score(
            id=f"{run_id}/{one.id}/{side}/{criterion}/{rater}",
            project_id=PROJECT,
            run_id=run_id,
            prompt_id=one.id,
            side=side,
            criterion=criterion,
            score=people(worth_of(text(one))),
            note=note,
            rater_id=rater,
            event_id="e",
            created_at=START + timedelta(minutes=place),
        )
        for place, one in enumerate(answers)
        for side, text in sides.items()
    ]
    await talk.store.scores.put(scores)
    return scores


async def picked(talk: Talk, count: int, reason: str = "It is plain.", consent: str | None = "c") -> list[Preference]:
    """Picks between two drafts, of which people took the one of more worth: by turns the first and the second."""
    pairs = []
    for number in range(count):
        better, worse = worth(4, f"x{number}"), worth(2, f"y{number}")
        first = number % 2 == 0
        pairs.append(
            Preference(
                id=f"pair_{number:02}",
                project_id=PROJECT,
                instruction=f"Draft {number}",
                input="",
                first=better if first else worse,
                second=worse if first else better,
                author_id=talk.person,
                event_id="e",
                created_at=START + timedelta(minutes=number),
                picked="first" if first else "second",
                reason=reason,
                consent_id=consent,
            )
        )
    for pair in pairs:
        await talk.store.preferences.add(pair)
    return pairs


def by_worth(criteria: Sequence[str], otherwise: Rule, shift: Callable[[int], int] = lambda value: value) -> Rule:
    """Gives answers of a known worth what they are worth, by each criterion, and judges all others as ``otherwise`` does."""

    def rule(asked: Asked) -> tuple[Scores, Scores] | str:
        texts = asked["answer_a"], asked["answer_b"]
        if not all("worth=" in text for text in texts):
            return otherwise(asked)
        a, b = (dict.fromkeys(criteria, min(5, max(1, shift(worth_of(text))))) for text in texts)
        return a, b

    return rule

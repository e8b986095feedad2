"""``threadtune stats``: everything here in figures, for whoever operates it. It reads the store and changes nothing."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from agent.flags import Flags
from agent.reports.stats_notes import stats_lines
from agent.stats import stats_of_all, to_json
from agent.words import say
from bot.platforms.console.text import one_line
from storage.domain import SurveyAnswer
from storage.ports import Store


async def figures(store: Store, flags: Flags, *, as_json: bool, words: bool) -> list[str]:
    """One fact a line, or one JSON object. ``words``: also what people wrote in the survey, without saying who."""
    stats = await stats_of_all(store, flags, datetime.now(UTC))
    written = [one for one in await store.surveys.all() if one.word] if words else []
    if as_json:
        answers = {"words": [{"rating": one.rating, "word": one.word} for one in written]} if words else {}
        return [json.dumps(to_json(stats) | answers, indent=2, ensure_ascii=False)]
    return [say("stats.title_all"), *stats_lines(stats), *(_words(written) if words else [])]


def _words(written: Sequence[SurveyAnswer]) -> list[str]:
    if not written:
        return [say("stats.words_none")]
    return [
        say("stats.words"),
        *(say("stats.words_line", rating=one.rating, word=one_line(one.word)) for one in written),
    ]

"""The benchmark of answers: every way answers the same prompts with as many tokens, in turns."""

from collections.abc import Sequence

import pytest

from bench import generate as bench
from bench import rows
from bench.generate import by_transformers, by_worker, play, table_of
from tests.unit.bench.conftest import Options
from trainer.worker import base


async def test_every_way_answers_with_the_same_tokens(options: Options) -> None:
    asked = rows.read(options().rows)[:4]
    loaded = base.load(options().base)
    theirs = by_transformers(loaded, options())
    ours = by_worker(loaded, most=6, adapter=None)
    counts = {name: await way(asked) for name, way in {**theirs, **ours}.items()}
    assert counts == {
        "transformers, all at once": 24,
        "transformers, one by one": 24,
        "worker, all at once": 24,
        "worker, base and tuned at once": 48,
    }


async def test_ways_have_turns_after_an_answer_of_warm_up() -> None:
    turns: list[tuple[str, int]] = []

    def way(name: str) -> bench.Way:
        async def answer(asked: Sequence[rows.Row]) -> int:
            turns.append((name, len(asked)))
            return 10

        return answer

    speeds = await play({"a": way("a"), "b": way("b")}, [{}, {}, {}], 2)
    assert turns == [("a", 1), ("b", 1), ("a", 3), ("b", 3), ("b", 3), ("a", 3)]
    assert {name: len(found) for name, found in speeds.items()} == {"a": 2, "b": 2}


def test_the_table_compares_medians_with_the_first() -> None:
    lines = table_of({"ours": [1.0, 200.0, 100.0], "theirs": [50.0]}).splitlines()
    assert lines[2].split() == ["ours", "100.0", "1.00"]
    assert lines[3].split() == ["theirs", "50.0", "0.50"]


def test_without_a_model_for_the_engine_the_table_says_so(options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    text, figures = bench.run(options(rounds=1))
    assert "embedded engine (*.gguf) beside it: it was left out" in text
    assert set(figures["tokens_per_second"]) == {
        "worker, all at once",
        "worker, base and tuned at once",
        "transformers, all at once",
        "transformers, one by one",
    }
    assert "round 1: worker, all at once" in capsys.readouterr().err

"""Transactions of SQLite are compared on the same repository, in turns."""

import argparse

import pytest

from bench import transactions


def test_both_ways_do_the_same_and_ours_is_what_the_other_is_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "CALLS", 2)
    told, figures = transactions.run(argparse.Namespace(rounds=1))
    took = figures["milliseconds"]
    assert [set(of) for of in took.values()] == [{"a look that finds nothing", "a message stored"}] * 2
    assert "2 calls" in told


def test_ratios_are_to_the_first() -> None:
    told = transactions.table_of({"ours": {"a look": 0.5}, "other": {"a look": 1.0}})
    assert told.splitlines()[-1].split() == ["other", "1.00", "2.0"]

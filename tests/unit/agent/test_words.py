"""Every sentence that is asked for exists, none is there in vain, and every failure of a job has its own."""

import ast
import re
import string
from pathlib import Path

import pytest

from agent.failures import words_of
from agent.words import SENTENCES, knows

ROOT = Path(__file__).parents[3]
SOURCES = [
    path for folder in ("agent", "bot") for path in sorted((ROOT / folder).rglob("*.py")) if "words" not in path.parts
]
INTERNAL_CODES = {"bad_spec", "unsafe_path", "destination_exists"}
"""Faults of ours, which a person cannot mend: told as a crash, with the place of the log."""


def literals() -> set[str]:
    """Every string in the sources that could be a key, or the beginning of one that is put together."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                found.add(str(node.values[0].value) + "*")
    return found


def asked_for() -> set[str]:
    """Keys that are asked for in full: ``say("...")`` and ``words("...")``."""
    pattern = re.compile(r"""\b(?:say|words)\(\s*"([a-z_]+\.[a-z_.]+)\"""")
    return {key for path in SOURCES for key in pattern.findall(path.read_text("utf-8"))}


def test_every_sentence_that_is_asked_for_exists() -> None:
    assert {key for key in asked_for() if not knows(key)} == set()


def test_no_sentence_is_there_in_vain() -> None:
    used = literals()
    begun = tuple(text[:-1] for text in used if text.endswith("*") and len(text) > 3)
    assert {key for key in SENTENCES if key not in used and not key.startswith(begun)} == set()


def fillable(sentence: str) -> bool:
    """Neither empty nor with a field that cannot be given by name."""
    fields = [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
    return bool(sentence.strip()) and all(name.isidentifier() for name in fields)


def test_every_sentence_can_be_filled_in() -> None:
    assert {key: text for key, text in SENTENCES.items() if not fillable(text)} == {}


def failure_codes() -> list[str]:
    pattern = re.compile(r"""(?:Refused\(|JobFailure\(\s*code=)\s*"([a-z_]+)\"""")
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "trainer").rglob("*.py")))
    return sorted(set(pattern.findall(text)))


@pytest.mark.parametrize("code", failure_codes())
def test_every_failure_of_a_job_has_a_sentence(code: str) -> None:
    assert knows(f"failure.{code}") or code in INTERNAL_CODES


def test_a_failure_without_its_numbers_is_still_told() -> None:
    assert "stopped with an error" in words_of("row_too_long", {}, base="tiny")
    assert "stopped with an error" in words_of("of_a_later_version", {}, base="tiny")

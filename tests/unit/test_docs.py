"""What the documentation says is so: links resolve, commands exist, and examples that are code run."""

import re
from functools import cache
from pathlib import Path

import pytest
import typer.main

from bot.__main__ import app
from bot.commands import WORDS
from bot.platforms.console.script import parse
from bot.settings import Settings
from dataset.formats.columns import propose
from dataset.formats.sheets import read_sheet

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@cache
def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def prose(page: str) -> str:
    return re.sub(r"^```.*?^```$", "", text(page), flags=re.DOTALL | re.MULTILINE)


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text(page), re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Anchors as GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_pages_that_every_project_needs_are_there() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/adr/README.md"} <= set(NAMES)
    assert (ROOT / "LICENSE").is_file()


@pytest.mark.parametrize("page", NAMES)
def test_every_link_within_the_repository_resolves(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (ROOT / page).parent / name if name else ROOT / page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("page", NAMES)
def test_every_fence_is_closed_and_names_its_language(page: str) -> None:
    fences = re.findall(r"^```(.*)$", text(page), re.MULTILINE)

    assert len(fences) % 2 == 0
    assert all(fences[0::2])
    assert not any(fences[1::2])


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/home-folder.md"])
def test_make_targets_that_are_named_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text(page), re.MULTILINE))

    assert named
    assert named <= targets


def test_command_line_words_that_are_named_exist_with_their_options() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # the application is a group
    named = set(re.findall(r"`threadtune ([a-z]+)", text("README.md") + text("docs/scripts.md")))

    assert {"chat", "run", "trainer", "doctor", "models", "datasets"} <= named
    assert named <= commands.keys()
    options = {option for parameter in commands["chat"].params for option in parameter.opts}
    assert {"--script", "--resume", "--plain", "--home"} <= options


def test_the_readme_lists_exactly_the_words_that_work_in_a_conversation() -> None:
    assert tuple(re.findall(r"^\| `/tune ([a-z]+)", text("README.md"), re.MULTILINE)) == WORDS


def test_environment_variables_that_are_named_are_settings() -> None:
    settings = {f"THREADTUNE_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"THREADTUNE_[A-Z_]+", " ".join(map(text, NAMES))))

    assert "THREADTUNE_HOME" in named
    assert named <= settings


def test_the_rows_shown_in_the_readme_can_be_uploaded() -> None:
    (example,) = blocks("README.md", "jsonl")
    sheet = read_sheet(example.encode(), "rows.jsonl")
    mapping = propose(sheet)

    assert len(sheet.records) == 2
    assert sheet.refusals == []
    assert mapping is not None
    assert mapping.sure


def test_the_scripts_shown_can_be_played() -> None:
    steps = [
        step
        for page in ("README.md", "docs/scripts.md")
        for block in blocks(page, "chat")
        for step in parse(block.split("\n"))
    ]

    assert {"Send", "Expect", "Pick", "Upload"} <= {type(step).__name__ for step in steps}


def test_files_of_a_run_are_described_under_the_names_that_they_have() -> None:
    described = text("docs/home-folder.md")
    contract = (ROOT / "trainer" / "run_dir.py").read_text(encoding="utf-8").split('"""')[1]

    for name in re.findall(r"\b[\w-]+\.(?:jsonl|json|png|md|txt)\b", contract):
        assert name in described or name in {"state.json"}, name


def test_every_decision_is_listed_with_its_own_title() -> None:
    for record in (ROOT / "docs" / "adr").glob("0*.md"):
        title = record.read_text(encoding="utf-8").split("\n")[0].removeprefix("# ")
        assert f"[{title}]({record.name})" in text("docs/adr/README.md")

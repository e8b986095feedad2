"""The walls cover every package: import-linter cannot be exhaustive at the top, so this is."""

import configparser
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_THE_HOUSE = {"tests", "bench"}
"""Packages that may import anything, torch too."""
EVERYWHERE = ["importlinter", "floors", "cycles", "slack", "discord", "torch", "engine"]
"""Contracts whose list of modules has to name every package."""


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def packages() -> set[str]:
    """The top-level packages of the repository, by what lies there."""
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_THE_HOUSE


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_contract_names_every_package(contracts: configparser.ConfigParser, name: str) -> None:
    section = contracts["importlinter" if name == "importlinter" else f"importlinter:contract:{name}"]
    listed = next(section[key] for key in ("root_packages", "layers", "ancestors", "source_modules") if key in section)
    assert set(listed.split()) == packages()


def test_every_package_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    include = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {pattern.removesuffix("*") for pattern in include} == packages()


def test_inside_each_package_the_layers_are_exhaustive(contracts: configparser.ConfigParser) -> None:
    sections = [contracts[name] for name in contracts.sections()]
    exhaustive = {section["containers"] for section in sections if section.get("exhaustive") == "True"}
    assert exhaustive == packages()


def test_the_floors_stand_in_this_order(contracts: configparser.ConfigParser) -> None:
    floors = contracts["importlinter:contract:floors"]["layers"].split()
    assert floors == ["bot", "agent", "trainer", "dataset", "storage"]

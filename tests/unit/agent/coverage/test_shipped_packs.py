"""The packs that come with Threadtune: sound, complete, and the product manager's as the guide wants it."""

from collections import Counter

import pytest

from agent.coverage import Pack, load_packs, plan_for, suggest

LOADED = load_packs()
PM = LOADED.packs["product-manager"]


def test_every_shipped_pack_is_sound() -> None:
    assert LOADED.problems == []
    assert all(file.stem == name for name, file in LOADED.files.items())


@pytest.mark.parametrize("pack", LOADED.packs.values(), ids=lambda pack: pack.name)
def test_it_has_what_the_interview_needs(pack: Pack) -> None:
    assert len(pack.categories) >= 4
    assert pack.guidelines
    assert pack.avoid
    assert all(category.words for category in pack.categories)
    assert all(category.ask.endswith("?") for category in pack.categories)
    assert all(not aspect.ask.endswith((".", "?")) for aspect in pack.aspects), "it stands within a question"
    assert all(aspect.words for aspect in pack.aspects if aspect.needed), "else it would be asked for without end"


@pytest.mark.parametrize("pack", LOADED.packs.values(), ids=lambda pack: pack.name)
def test_it_has_at_least_twenty_test_prompts_in_four_groups(pack: Pack) -> None:
    groups = Counter(prompt.group for prompt in pack.prompts)

    assert len(pack.prompts) >= 20
    assert set(groups) == {"format", "knowledge", "context", "problem-solving"}
    assert min(groups.values()) >= 4
    assert len({(prompt.instruction, prompt.input) for prompt in pack.prompts}) == len(pack.prompts)


@pytest.mark.parametrize("pack", LOADED.packs.values(), ids=lambda pack: pack.name)
def test_its_own_title_suggests_it(pack: Pack) -> None:
    assert suggest(LOADED.packs, pack.title)[0].name == pack.name


# The guide's numbers

FILES = {
    "user-story": 20,
    "user-story-complex": 15,
    "user-story-mobile": 10,
    "feature-prd": 25,
    "integration-prd": 15,
    "api-prd": 10,
    "status-update": 20,
    "delay-notification": 10,
    "stakeholder-report": 15,
    "kpi-definition": 15,
    "metrics-report": 20,
    "experiment-result": 10,
}
ESSENTIAL = {
    "requirements": {"interview-summary", "feature-specification", "technical-requirements"},
    "planning": {"roadmap", "sprint-plan", "risk-assessment"},
    "communications": {"status-update", "presentation", "team-coordination"},
    "analytics": {"kpi-definition", "metrics-report", "experiment-result"},
}
ADVANCED = {
    "go-to-market": {"launch-plan", "marketing-brief", "sales-enablement"},
    "process": {"workflow-optimisation", "tool-evaluation", "retrospective"},
}


def test_the_counts_of_the_guides_files() -> None:
    targets = {category.id: category.target for category in PM.categories}

    assert {name: targets[name] for name in FILES} == FILES


@pytest.mark.parametrize(("area", "tasks"), (ESSENTIAL | ADVANCED).items())
def test_each_task_of_the_guide_is_a_category_with_its_range(area: str, tasks: set[str]) -> None:
    own = {category.id: category.target for category in PM.categories if category.area == area}
    low, high = (20, 30) if area in ESSENTIAL else (10, 20)

    assert tasks <= own.keys()
    assert sum(own.values()) >= low
    assert sum(own.values()) <= high or set(own) & FILES.keys(), "the files' counts go above the range"


def test_the_guides_main_kinds_come_first() -> None:
    kinds = {category.id for category in PM.categories}

    assert {"okr", "competitive-analysis", "acceptance-criteria"} <= kinds
    assert set(plan_for(PM).targets) >= {"feature-prd", "user-story", "okr", "status-update", "competitive-analysis"}


def test_the_product_managers_prompts_hold_those_of_the_training_guide() -> None:
    assert len(PM.prompts) >= 24
    assert {
        "Write a user story for password reset functionality",
        "Explain the difference between OKRs and KPIs",
        "We're 2 weeks behind schedule. Write a stakeholder update.",
        "Suggest 5 ways to improve user onboarding for a SaaS product",
    } <= {prompt.instruction for prompt in PM.prompts}

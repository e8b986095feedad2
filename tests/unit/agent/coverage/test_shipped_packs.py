"""The packs that come with Threadtune: sound, complete, and the product manager's as the guide wants it."""

import re
from collections import Counter
from itertools import combinations

import pytest

from agent.coverage import Pack, Prompt, category_of, load_packs, plan_for, suggest
from agent.coverage.matching import Text, folded
from agent.coverage.packs import FALLBACK
from dataset.quality.duplicates import THRESHOLD, similarity

LOADED = load_packs()
GENERAL = [pack for name, pack in LOADED.packs.items() if name not in ("product-manager", "any-task")]
"""One kind of task each."""
CHINESE = re.compile("[\u4e00-\u9fff]")
ARABIC = re.compile("[\u0600-\u06ff]")
PM = LOADED.packs["product-manager"]


def test_every_shipped_pack_is_sound() -> None:
    assert LOADED.problems == []
    assert all(file.stem == name for name, file in LOADED.files.items())


@pytest.mark.parametrize("pack", LOADED.packs.values(), ids=lambda pack: pack.name)
def test_it_has_what_the_interview_needs(pack: Pack) -> None:
    assert len(pack.categories) >= 4
    assert pack.guidelines
    assert pack.avoid
    assert all(category.words for category in pack.categories) or pack.name == "any-task"
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


def test_the_packs_of_the_fallback_are_all_there() -> None:
    assert set(LOADED.packs) == set(FALLBACK)


# Test prompts


def _every_prompt(packs: list[Pack]) -> list[Prompt]:
    return [prompt for pack in packs for prompt in pack.prompts]


@pytest.mark.parametrize("pack", LOADED.packs.values(), ids=lambda pack: pack.name)
def test_no_test_prompt_nearly_repeats_another(pack: Pack) -> None:
    texts = [f"{prompt.instruction}\n{prompt.input}" for prompt in pack.prompts]

    assert max(similarity(one, other) for one, other in combinations(texts, 2)) < THRESHOLD / 2


@pytest.mark.parametrize("pack", LOADED.packs.values(), ids=lambda pack: pack.name)
def test_what_is_expected_of_an_answer_can_be_met(pack: Pack) -> None:
    for prompt in pack.prompts:
        expected = prompt.expected
        for choices in (expected.sections, expected.labels, expected.json_keys, expected.terms):
            assert len({folded(choice) or choice for choice in choices}) == len(choices), prompt.instruction
        assert all("\n" not in section and len(section) <= 40 for section in expected.sections), prompt.instruction
        assert expected.lines is None or expected.lines >= len(expected.sections), prompt.instruction
        assert (expected.shortest_words or 0) <= (expected.longest_words or 10_000), prompt.instruction
        assert len(expected.labels) != 1, "one label leaves nothing to choose"
        assert not (expected.labels and expected.json_keys), "an answer is a label or an object"


@pytest.mark.parametrize("pack", GENERAL, ids=lambda pack: pack.name)
def test_a_general_pack_says_in_the_request_what_it_expects(pack: Pack) -> None:
    """Nobody agreed on a format there: the model cannot know one that the request does not name."""
    for prompt in pack.prompts:
        labels = [name for name in prompt.expected.sections if not name.startswith("```")]
        for name in (*labels, *prompt.expected.labels, *prompt.expected.json_keys):
            assert name in prompt.instruction, (prompt.instruction, name)


@pytest.mark.parametrize("pack", GENERAL, ids=lambda pack: pack.name)
def test_a_general_pack_tries_every_category_and_tells_judges_what_to_look_for(pack: Pack) -> None:
    tried = Counter(prompt.category for prompt in pack.prompts)

    assert all(tried[category.id] >= 2 for category in pack.categories)
    assert all(prompt.expected.note for prompt in pack.prompts)


@pytest.mark.parametrize("pack", GENERAL, ids=lambda pack: pack.name)
def test_a_general_pack_is_tried_in_several_scripts(pack: Pack) -> None:
    requests = [prompt.instruction for prompt in pack.prompts]

    assert any(CHINESE.search(request) for request in requests)
    assert any(ARABIC.search(request) for request in requests)


@pytest.mark.parametrize("pack", [pack for pack in GENERAL if pack.name != "any-task"], ids=lambda pack: pack.name)
def test_words_sort_the_test_prompts_rarely_wrong(pack: Pack) -> None:
    """Where the words find nothing a model or the person is asked; a sure mistake is what costs."""
    found = [(prompt, category_of(pack, prompt.instruction, prompt.input, "")) for prompt in pack.prompts]
    right = [prompt for prompt, (name, _) in found if name == prompt.category]
    mistaken = [prompt for prompt, (name, sure) in found if sure and name != prompt.category]

    assert len(right) > len(found) / 2
    assert len(mistaken) <= len(found) / 8


# Words


@pytest.mark.parametrize("pack", GENERAL, ids=lambda pack: pack.name)
def test_no_list_of_words_holds_one_twice_or_one_that_finds_nothing(pack: Pack) -> None:
    lists = [pack.tasks, *(aspect.words for aspect in pack.aspects), *(category.words for category in pack.categories)]
    for words in lists:
        assert [word for word, count in Counter(folded(word) or word for word in words).items() if count > 1] == []
        assert all(Text.of(word.rstrip("*")).holds(word) for word in words)


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        ("Answer guests' questions at the reception of our hotel", "question-answering"),
        ("Answer customer queries about our insurance policies in a friendly tone", "question-answering"),
        ("Explain medical terms to patients in plain words", "question-answering"),
        ("Fragen von Mieterinnen und Mietern zur Hausordnung beantworten", "question-answering"),
        ("Responder a las dudas de los pacientes antes de una operación", "question-answering"),
        ("回答读者关于图书馆借阅规则的问题", "question-answering"),
        ("الرد على أسئلة الزبائن في متجر الأثاث", "question-answering"),
        ("Sort incoming e-mails by department", "classification"),
        ("Screen abstracts: include or exclude for a systematic review", "classification"),
        ("Kundenmails nach Dringlichkeit einstufen", "classification"),
        ("Clasificar las quejas de los usuarios por tema", "classification"),
        ("给市民热线留言分类", "classification"),
        ("تصنيف رسائل العملاء حسب الموضوع", "classification"),
        ("Pull out the medicines from discharge letters into fixed fields", "extraction"),
        ("Adressen und Termine aus E-Mails auslesen", "extraction"),
        ("Extraer los datos de las facturas", "extraction"),
        ("从合同中提取关键字段", "extraction"),
        ("استخراج بيانات الفواتير", "extraction"),
        ("Night-shift handover notes from my scribbles", "rewriting"),
        ("Behördenbriefe in einfache Sprache umschreiben", "rewriting"),
        ("Reescribir correos con un lenguaje claro", "rewriting"),
        ("把公文改写成通俗易懂的文字", "rewriting"),
        ("إعادة صياغة الرسائل الرسمية بلغة بسيطة", "rewriting"),
        ("Write minutes of our board meetings", "summarising"),
        ("Besprechungen als Protokoll zusammenfassen", "summarising"),
        ("Resumir informes para la dirección", "summarising"),
        ("总结会议并写成纪要", "summarising"),
        ("تلخيص محاضر الاجتماعات", "summarising"),
        ("Translate letters from our clinic into Arabic", "translation"),
        ("Übersetze Aushänge des Museums ins Englische", "translation"),
        ("Traducir los avisos de la escuela al inglés", "translation"),
        ("把产品说明书翻译成英文", "translation"),
        ("ترجمة رسائل المدرسة إلى العربية", "translation"),
        ("Write SQL queries for our sales data", "code"),
        ("Programmieraufgaben lösen: kleine Python-Funktionen schreiben", "code"),
        ("Escribir código Python con pruebas", "code"),
        ("为我们的代码编写单元测试", "code"),
        ("كتابة كود بايثون مع اختبارات", "code"),
        ("Write user stories with acceptance criteria", "product-manager"),
    ],
)
def test_a_goal_in_any_of_five_languages_suggests_its_pack(goal: str, name: str) -> None:
    assert suggest(LOADED.packs, goal)[0].name == name


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


@pytest.mark.parametrize(
    "goal", ["Write obituaries for our village paper", "Texte für die Speisekarte", "写产品描述", "…"]
)
def test_a_task_that_no_pack_is_made_for_gets_the_one_for_any(goal: str) -> None:
    pack = suggest(LOADED.packs, goal)[0]

    assert pack.name == "any-task"
    assert "everyday" in plan_for(pack, goal=goal).targets

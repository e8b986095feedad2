"""A person's correction of the plan: ``user stories 8``, ``fewer OKRs``, ``no risks``, ``total 30``. Rules alone.

A correction is taken as a whole or not at all: what is half understood would change the plan behind a person's back.
With a number the total follows; without one it stays, and the other categories take what is freed.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.coverage.matching import folded
from agent.coverage.packs import Category, Pack
from agent.coverage.plan import divided
from storage.domain import CoveragePlan

_LONGEST = 500
"""Characters of a correction; whatever is longer is something else."""
_MOST = 1000
"""Rows that a plan can be set to."""

_CLAUSES = re.compile(r"[,;\n，；、،؛。!]|\.(?!\d)")
_AND = re.compile(r"\s(?:and|und|y|e)\s|&|和", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")

Change = Literal["", "fewer", "more", "none", "only", "add", "total"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CHANGES: dict[Change, frozenset[str]] = {
    "none": _words(
        "no none don dont nicht without skip drop remove not omit keine keinen kein ohne weglassen sin ningun ninguna quita nada "
        "بدون لا احذف 不要 没有 去掉"
    ),
    "only": _words("only just nur solo solamente فقط 只要 只"),
    "fewer": _words("fewer less weniger menos اقل 更少 减少 少"),
    "more": _words("more mehr mas اكثر المزيد 更多 增加 多"),
    "add": _words("add also include plus auch dazu anade tambien incluye اضف ايضا 加上 加"),
    "total": _words("total overall altogether insgesamt gesamt المجموع اجمالي 总共 总数 一共"),
}
_ROWS = _words("row rows example examples beispiel beispiele ejemplo ejemplos امثلة مثال 个例子 例子 条")
_FILLER = _words(
    "please the a an any of i we want need would like make it them to be should set let have do me give us with in for "
    "s d t ll bitte ich will der die das por favor de los las un una quiero من 请 我 要 个 份"
)
_NUMBERS = dict(
    pair.split("=")
    for pair in _words(
        "one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 twenty=20 thirty=30"
    )
)
_CHINESE_SIGNS = sorted(
    (sign for sign in frozenset().union(*_CHANGES.values(), _ROWS, _FILLER) if _CJK.search(sign)),
    key=lambda s: (-len(s), s),
)


@dataclass(frozen=True, kw_only=True)
class _Clause:
    change: Change
    number: int | None
    of_rows: bool
    """It speaks of examples as such."""
    name: str
    """What is left once all that is understood: the name of categories or of an aspect, folded."""


def changed(plan: CoveragePlan, pack: Pack, text: str) -> CoveragePlan | None:
    """The plan as a person corrected it, or None where the correction, or a part of it, was not understood."""
    clauses = _understood(pack, text) if len(text) <= _LONGEST else None
    if not clauses:
        return None
    only = [clause for clause in clauses if clause.change == "only" and clause.number is None]
    if only:
        named = [_categories(pack, plan, clause.name) for clause in only]
        weights = {category.id: category.target for categories in named for category in categories}
        if not all(named) or len(weights) > plan.total:
            return None
        plan = replace(plan, targets=divided(plan.total, weights))
    return _all_applied(plan, pack, [clause for clause in clauses if clause not in only])


def _all_applied(plan: CoveragePlan, pack: Pack, clauses: Sequence[_Clause]) -> CoveragePlan | None:
    """One after the other, a total last: the numbers that were named beside it stay as they are."""
    settled: set[str] = set()
    for clause in sorted(clauses, key=lambda one: not one.name):
        after = _applied(plan, pack, clause) if clause.name else _with_total(plan, clause, settled)
        if after is None:
            return None
        if clause.number is not None and clause.name:
            settled |= {category.id for category in _categories(pack, after, clause.name)}
        plan = after
    return plan


def _understood(pack: Pack, text: str) -> list[_Clause] | None:
    """The clauses, each with what it says; one that only names something goes on with what the one before it said."""
    found: list[_Clause] = []
    for part in _parts(pack, text):
        clause = _clause(part)
        if clause == _Clause(change="", number=None, of_rows=False, name=""):
            continue
        if not clause.change and clause.number is None:
            if not found or found[-1].number is not None or not clause.name:
                return None
            clause = replace(clause, change=found[-1].change)
        found.append(clause)
    return found


def _parts(pack: Pack, text: str) -> Iterator[str]:
    """Split at commas, and at ``and`` unless that stands within a name."""
    for part in _CLAUSES.split(text):
        if folded(part):
            whole = _clause(part).name
            yield from [part] if whole and _means(pack, whole) else filter(folded, _AND.split(part))


def _clause(text: str) -> _Clause:
    words = [_NUMBERS.get(word, word) for word in _NUMBER.sub(r" \1 ", folded(text)).split()]
    change: Change = ""
    numbers: list[int] = []
    of_rows = False
    name: list[str] = []
    for word in _with_cjk_apart(words):
        said = next((one for one, signs in _CHANGES.items() if word in signs), None)
        if said is not None and not (change and said == "total"):
            change = change or said
        elif word.isdecimal() and len(word) <= 4:
            numbers.append(int(word))
        elif word in _ROWS:
            of_rows = True
        elif word not in _FILLER:
            name.append(word)
    if len(numbers) > 1:  # it is no correction that we know
        name += [str(number) for number in numbers]
    return _Clause(
        change=change, number=numbers[0] if len(numbers) == 1 else None, of_rows=of_rows, name=" ".join(name)
    )


def _with_cjk_apart(words: Sequence[str]) -> Iterator[str]:
    """Words as they are; in Chinese, where no spaces stand, our own signs are taken off their beginning and end."""
    for word in words:
        while _CJK.search(word):
            sign = next((sign for sign in _CHINESE_SIGNS if word.startswith(sign) or word.endswith(sign)), None)
            if sign is None:
                break
            yield sign
            word = word.removeprefix(sign) if word.startswith(sign) else word.removesuffix(sign)
        if word:
            yield word


def _applied(plan: CoveragePlan, pack: Pack, clause: _Clause) -> CoveragePlan | None:
    categories = _categories(pack, plan, clause.name)
    if categories:
        return _with_categories(plan, categories, clause)
    aspects = [aspect.id for aspect in pack.aspects if _is_called(clause.name, aspect.id, aspect.title, *aspect.words)]
    return _with_aspects(plan, aspects, clause) if aspects and clause.number is None else None


def _with_total(plan: CoveragePlan, clause: _Clause, settled: Collection[str]) -> CoveragePlan | None:
    """``total 30``, ``30 examples``, ``fewer examples``."""
    total = clause.number
    if total is not None and clause.change in ("more", "fewer") and clause.of_rows:
        total = plan.total + total if clause.change == "more" else plan.total - total
    elif total is None and clause.of_rows:
        total = {"fewer": plan.total * 2 // 3, "more": plan.total * 4 // 3}.get(clause.change)
    elif clause.change not in ("total", "", "only") or not (clause.change or clause.of_rows):
        return None
    if total is None or not plan.targets or not len(plan.targets) <= total <= _MOST:
        return None
    fixed = {name: part for name, part in plan.targets.items() if name in settled}
    others = {name: part for name, part in plan.targets.items() if name not in settled}
    if not others or sum(fixed.values()) + len(others) > total:
        fixed, others = {}, dict(plan.targets)
    parts = {**fixed, **divided(total - sum(fixed.values()), others)}
    return replace(plan, total=total, targets={name: parts[name] for name in plan.targets})


def _with_categories(plan: CoveragePlan, named: Sequence[Category], clause: _Clause) -> CoveragePlan | None:
    now = {category.id: plan.targets.get(category.id, 0) for category in named}
    rest = {name: part for name, part in plan.targets.items() if name not in now}
    weights = now if all(now.values()) else {category.id: category.target for category in named}
    have = sum(now.values())
    if clause.number is not None:
        wanted = {"more": have + clause.number, "fewer": have - clause.number}.get(clause.change, clause.number)
        if clause.change in ("none", "total") or not 0 <= wanted <= _MOST:
            return None
        return _with(plan, {**plan.targets, **divided(wanted, weights, fewest=1)})
    if clause.change == "none":
        return _with(plan, divided(plan.total, rest)) if rest else None
    if clause.change == "fewer" and have:
        wanted = max(len(now), have - max(1, have // 3))
    elif clause.change == "more" and have:
        wanted = have + max(1, have // 3)
    elif clause.change in ("more", "add") and not have:
        wanted = max(1, plan.total // (len(rest) + 1))
    else:
        return plan if clause.change in ("fewer", "add") else None
    if not rest:
        return _with(plan, divided(wanted, weights, fewest=1))
    wanted = min(wanted, plan.total - len(rest))
    if wanted < len(now):
        return None
    others = divided(plan.total - wanted, rest)
    return _with(plan, {**{name: 0 for name in plan.targets}, **others, **divided(wanted, weights, fewest=1)})


def _with_aspects(plan: CoveragePlan, aspects: Sequence[str], clause: _Clause) -> CoveragePlan | None:
    cells = [f"{category}/{aspect}" for category in plan.targets for aspect in aspects]
    if clause.change in ("none", "fewer"):
        return replace(plan, skipped=tuple(dict.fromkeys((*plan.skipped, *cells))))
    if clause.change in ("more", "add"):
        return replace(plan, skipped=tuple(cell for cell in plan.skipped if cell not in cells))
    return None


def _with(plan: CoveragePlan, targets: dict[str, int]) -> CoveragePlan | None:
    """The plan with these targets; what is asked for by name is not skipped any more. None without any row."""
    kept = {name: part for name, part in targets.items() if part > 0}
    asked_again = {name for name, part in kept.items() if plan.targets.get(name) != part}
    skipped = tuple(cell for cell in plan.skipped if cell.rstrip("/") not in asked_again)
    return replace(plan, total=sum(kept.values()), targets=kept, skipped=skipped) if kept else None


def _categories(pack: Pack, plan: CoveragePlan, name: str) -> list[Category]:
    """The categories that a name means: those of the plan if it means any of them, else those of the pack."""
    meant = _meant(pack.categories, name)
    return [category for category in meant if category.id in plan.targets] or meant


def _means(pack: Pack, name: str) -> bool:
    called = any(_is_called(name, aspect.id, aspect.title, *aspect.words) for aspect in pack.aspects)
    return called or bool(_meant(pack.categories, name))


def _meant(categories: Sequence[Category], name: str) -> list[Category]:
    """By title first, then area, then a part of the title, then by the words that classify rows."""
    tests: tuple[Callable[[Category], bool], ...] = (
        lambda one: _is_called(name, one.id, one.title, one.plural),
        lambda one: _is_called(name, one.area),
        lambda one: set(_stem(name).split()) <= set(_stem(f"{one.title} {one.plural}").split()),
        lambda one: _is_called(name, *one.words),
    )
    return next((found for test in tests if (found := [one for one in categories if test(one)])), [])


def _is_called(name: str, *names: str) -> bool:
    """Whether a name is one of these, but for a plural's ending; ``risk*`` is any beginning, ``风险`` any part."""
    return any(_is_one(name, other) for other in names if folded(other))


def _is_one(name: str, other: str) -> bool:
    if _CJK.search(other):
        return folded(other) in name
    return name.startswith(folded(other)) if other.endswith("*") else _stem(name) == _stem(other)


def _stem(text: str) -> str:
    return " ".join(
        word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s") for word in folded(text).split()
    )

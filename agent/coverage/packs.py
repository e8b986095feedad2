"""Coverage packs: files that say what examples to ask for, and what to test the model with afterwards.

It checks a pack's form and nothing else: what is asked next stands in ``plan``, how rows are sorted in ``classify``.
The format is described in docs/packs.md. A broken file is a ``PackProblem``, never an error: the other packs go on.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError

from dataset.quality.characters import fault, is_empty
from storage.domain import AgreedFormat

SHIPPED = Path(__file__).parent / "packs"
LARGEST = 1_000_000
"""Bytes of a pack file."""
DUE_SHARE = 0.2
"""Share of a category's rows that should show an aspect, unless the pack says otherwise."""
FALLBACK = (
    "any-task",
    "rewriting",
    "question-answering",
    "summarising",
    "extraction",
    "classification",
    "translation",
    "code",
    "product-manager",
)
"""The order in which packs are offered to a goal that suggests none; a user's own packs stand before them."""


def _plain(text: str) -> str:
    """Packs are shown to people: no control characters, nothing that only looks like a text."""
    if found := fault(text):
        raise PydanticCustomError("control_character", "control character", {"character": found[1]})
    if is_empty(text):
        raise PydanticCustomError("empty", "empty")
    return text


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _share(value: object) -> object:
    """``true`` and ``false`` stand for the usual share and for none."""
    return (DUE_SHARE if value else 0.0) if isinstance(value, bool) else value


Id = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Title = Annotated[str, StringConstraints(max_length=80), AfterValidator(_plain)]
Sentence = Annotated[str, StringConstraints(max_length=300), AfterValidator(_plain)]
Sentences = Annotated[tuple[Sentence, ...], BeforeValidator(_tuple), Field(max_length=50)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_tuple), Field(max_length=150)]
Group = Literal["format", "knowledge", "context", "problem-solving"]
"""As the training guide groups them: format consistency, domain knowledge, contextual understanding, problem-solving."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Aspect(_Table):
    """A property that some rows of a category should have, such as an error case."""

    id: Id
    title: Title
    ask: Sentence
    """How a question names it, after a noun: ``with an error case``."""
    words: Words = ()
    """Words that show it in a row."""
    needed: Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)] = DUE_SHARE
    """Share of a category's rows that should show it; 0: it is recognised, but never asked for."""


class Category(_Table):
    """One kind of row."""

    id: Id
    title: Title
    """One of them: ``user story``."""
    plural: Title
    area: Title
    target: Annotated[int, Field(ge=1, le=1000)]
    """Rows of a full dataset; a plan of 24 takes its share of it."""
    words: Words = ()
    """Words by which a row is known as one of these."""
    ask: Sentence
    """The question for one of them."""
    aspects: Annotated[tuple[Id, ...], BeforeValidator(_tuple), Field(max_length=50)] | None = None
    """The aspects that make sense here; None: all of the pack's."""


class Expected(_Table):
    """How a good answer to a test prompt looks. What is not said may be as it likes."""

    sections: Sentences = ()
    lists: Literal["", "bullets", "numbers"] = ""
    labels: Sentences = ()
    lines: Annotated[int, Field(ge=1, le=1000)] | None = None
    shortest_words: Annotated[int, Field(ge=1, le=10_000)] | None = None
    longest_words: Annotated[int, Field(ge=1, le=10_000)] | None = None
    json_keys: Sentences = ()
    terms: Sentences = ()
    note: Annotated[str, StringConstraints(max_length=500), AfterValidator(_plain)] | None = None
    """What to look for, for whoever judges; no rule checks it."""

    @property
    def says_nothing(self) -> bool:
        return not self.model_dump(exclude_defaults=True)

    def agreed_format(self) -> AgreedFormat:
        """The same as a format that answers can be checked against; it counts as agreed."""
        return AgreedFormat(**self.model_dump(exclude={"note"}), agreed=True)


class Prompt(_Table):
    """A request to try a tuned model with, and the form of a good answer."""

    group: Group
    category: Id
    instruction: Annotated[str, StringConstraints(max_length=2000), AfterValidator(_plain)]
    input: Annotated[str, StringConstraints(max_length=20_000)] = ""
    reference: Annotated[str, StringConstraints(max_length=20_000)] = ""
    """An answer that a person would want; empty: answers are not compared with one."""
    expected: Expected

    @field_validator("input", "reference")
    @classmethod
    def _no_controls(cls, text: str) -> str:
        return _plain(text) if text else text


class Pack(_Table):
    format: Literal[1]
    """Of the file, so that a later one can be told from it."""
    name: Id
    title: Title
    summary: Sentence
    language: Annotated[str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    """Of its sentences; rows may be in any."""
    tasks: Words
    """Words in a goal that suggest this pack."""
    guidelines: Sentences = ()
    """What a good row is like."""
    avoid: Sentences = ()
    outdated: Words = ()
    """Terms that a row should not use any more."""
    aspects: Annotated[tuple[Aspect, ...], BeforeValidator(_tuple), Field(max_length=50)] = ()
    categories: Annotated[tuple[Category, ...], BeforeValidator(_tuple), Field(min_length=1, max_length=100)]
    """The most important first."""
    prompts: Annotated[tuple[Prompt, ...], BeforeValidator(_tuple), Field(max_length=500)] = ()

    def category(self, category_id: str) -> Category | None:
        return next((category for category in self.categories if category.id == category_id), None)

    def aspects_of(self, category: Category) -> tuple[Aspect, ...]:
        """The aspects that make sense in a category, in the order of the pack."""
        if category.aspects is None:
            return self.aspects
        return tuple(aspect for aspect in self.aspects if aspect.id in category.aspects)


@dataclass(frozen=True, kw_only=True)
class PackProblem:
    """Why a pack, or a part of it, cannot be used."""

    code: str
    """``packs.problem.<code>`` is its sentence."""
    file: Path
    where: str = ""
    """``categories.2.target``, counted from 1; empty: the whole file."""
    numbers: Mapping[str, int | float | str] = field(default_factory=dict)
    """``line`` where it is known, and what the code has besides (``limit``, ``id``, ``allowed``)."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    packs: Mapping[str, Pack]
    """By name: the shipped ones first, in the order of their names."""
    problems: Sequence[PackProblem]
    files: Mapping[str, Path]
    """Where each pack comes from."""


def load_packs(folders: Sequence[Path] = (), shipped: Path = SHIPPED) -> Loaded:
    """The shipped packs, then those of the folders; a later folder's pack takes the place of one of the same name.

    It reads files, a few milliseconds each. A folder that is not there holds no packs; nothing is raised.
    """
    packs: dict[str, Pack] = {}
    files: dict[str, Path] = {}
    problems: list[PackProblem] = []
    for folder in (shipped, *folders):
        here: set[str] = set()
        for file in _files_in(folder, problems):
            pack, found = read_pack(file, within=folder)
            problems += found
            if pack is None:
                continue
            if pack.name in here:
                problems.append(PackProblem(code="repeated_name", file=file, where="name", numbers={"id": pack.name}))
                continue
            here.add(pack.name)
            packs[pack.name], files[pack.name] = pack, file
    return Loaded(packs=packs, problems=problems, files=files)


def read_pack(file: Path, within: Path | None = None) -> tuple[Pack | None, list[PackProblem]]:
    """The pack of one file, or None and what is wrong with it. With ``within``, a link out of that folder is refused."""
    try:
        if within is not None and not file.resolve().is_relative_to(within.resolve()):
            return None, [PackProblem(code="link", file=file)]
        if not file.is_file():  # a pipe would keep us waiting for ever
            return None, [PackProblem(code="not_a_file" if file.exists() else "no_such_file", file=file)]
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        return None, [PackProblem(code="unreadable", file=file, numbers={"reason": error.strerror or ""})]
    if len(content) > LARGEST:
        return None, [PackProblem(code="too_large", file=file, numbers={"limit": LARGEST})]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [PackProblem(code="not_text", file=file)]
    return parse_pack(text, file)


def parse_pack(text: str, file: Path) -> tuple[Pack | None, list[PackProblem]]:
    """The pack that a text holds, or None and everything that is wrong with it. ``file`` is only named."""
    try:
        table = tomllib.loads(text)
    except RecursionError:
        return None, [PackProblem(code="too_deep", file=file)]
    except ValueError as error:  # TOMLDecodeError, and what Python's own numbers and dates refuse
        line = re.search(r"\(at line (\d+)", str(error))
        return None, [PackProblem(code="not_toml", file=file, numbers={"line": int(line[1])} if line else {})]
    try:
        pack = Pack.model_validate(table)
    except ValidationError as error:
        return None, [_problem(details, file, text) for details in error.errors(include_url=False)]
    problems = [
        PackProblem(code=code, file=file, where=_path(where), numbers={**_line(where, text), **numbers})
        for code, where, numbers in _contradictions(pack)
    ]
    return (None if problems else pack), problems


def _files_in(folder: Path, problems: list[PackProblem]) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml") if folder.is_dir() else []
    except OSError as error:
        problems.append(PackProblem(code="unreadable", file=folder, numbers={"reason": error.strerror or ""}))
        return []


Where = Sequence[int | str]
"""The way to a value, counted from 0."""


def _contradictions(pack: Pack) -> Iterator[tuple[str, Where, dict[str, int | float | str]]]:
    """What the fields say against each other."""
    ids = {
        "aspects": [aspect.id for aspect in pack.aspects],
        "categories": [category.id for category in pack.categories],
    }
    for table, names in ids.items():
        for place, name in enumerate(names):
            if name in names[:place]:
                yield "repeated_id", (table, place, "id"), {"id": name}
    for place, category in enumerate(pack.categories):
        for name in sorted(set(category.aspects or ()) - set(ids["aspects"])):
            yield "unknown_aspect", ("categories", place, "aspects"), {"id": name}
    for place, prompt in enumerate(pack.prompts):
        if prompt.category not in ids["categories"]:
            yield "unknown_category", ("prompts", place, "category"), {"id": prompt.category}
        if prompt.expected.says_nothing:
            yield "nothing_expected", ("prompts", place, "expected"), {}


_CODES = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "bad_form",
    "string_unicode": "control_character",
    "too_long": "too_many",
    "too_short": "too_few",
    "greater_than_equal": "out_of_bounds",
    "less_than_equal": "out_of_bounds",
    "finite_number": "out_of_bounds",
    "literal_error": "not_one_of",
    "control_character": "control_character",
    "empty": "empty",
}
"""Pydantic's kinds of error by our codes; all others are a value of the wrong type."""
_LIMITS = ("max_length", "min_length", "ge", "le")


def _problem(details: Any, file: Path, text: str) -> PackProblem:
    """One of Pydantic's errors, told without the value: that may be long, or anything."""
    told = details.get("ctx") or {}
    numbers: dict[str, int | float | str] = _line(details["loc"], text)
    limits = [told[name] for name in _LIMITS if name in told]
    if limits:
        numbers["limit"] = limits[0]
    if "expected" in told and details["type"] == "literal_error":
        numbers["allowed"] = str(told["expected"]).replace("'", "")
    if "character" in told:
        numbers["character"] = str(told["character"])
    code = _CODES.get(details["type"], "wrong_type")
    return PackProblem(code=code, file=file, where=_path(details["loc"]), numbers=numbers)


def _path(where: Where) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part[:60] for part in where)


def _line(where: Where, text: str) -> dict[str, int | float | str]:
    """The line of ``[[categories]]``, or of the field below it, as far as it can be found without parsing again."""
    lines = text.splitlines()
    first = 0
    key = str(where[0]) if where else ""
    if len(where) > 1 and isinstance(where[1], int):
        header = re.compile(rf"\s*\[\[\s*{re.escape(key)}\s*\]\]")
        heads = [number for number, line in enumerate(lines) if header.match(line)]
        if where[1] >= len(heads):
            return {}
        first, key = heads[where[1]], str(where[2]) if len(where) > 2 else ""
    any_header = re.compile(r"\s*\[")
    last = next((number for number in range(first + 1, len(lines)) if any_header.match(lines[number])), len(lines))
    assigned = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*[=.]")
    found = next((number for number in range(first, last) if key and assigned.match(lines[number])), None)
    if found is None and first == 0:
        return {}
    return {"line": (first if found is None else found) + 1}

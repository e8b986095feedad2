"""Answers that teach a model little: unfilled templates, stock phrases, old dates, what was asked said again.

It does not understand a text. Each rule would rather miss a poor answer than blame a good one: what it finds is a
note, and a person knows better.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from dataset.content import Content
from dataset.quality.findings import Field, Finding
from dataset.quality.language import IDEOGRAPH, content_stems, language_of, words_in
from dataset.quality.redaction import PLACEHOLDER
from dataset.quality.sections import json_object
from dataset.quality.spans import FIELDS

YEARS_OF_USE = 3
"""A year further back than this is named, where it dates a plan."""


def wording(row: Content, today: date, outdated: Sequence[str] = ()) -> list[Finding]:
    """Return what the answer's wording has of the guide's bad patterns, of weight ``note``.

    Codes and their numbers: ``placeholder`` mark (in any field); ``generic`` phrase; ``not_specific``; ``outdated``
    year, or term for one of those given; ``copied_input``.
    """
    return [
        *(finding for name in FIELDS for finding in _placeholders(name, getattr(row, name))),
        *_copied_input(row),
        *(list(_generic(row)) or _not_specific(row)),
        *_old_years(row, today),
        *_old_terms(row, outdated),
    ]


def _note(code: str, field: Field = "output", start: int = 0, end: int = 0, **numbers: int | str) -> Finding:
    return Finding(code=code, field=field, weight="note", start=start, end=end, numbers=numbers)


# Unfilled templates

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,200}`", re.DOTALL)
_CUES = (
    r"your|insert|enter|add|fill|name|company|date|feature|product|customer|client|title|address|city|amount|number|"
    r"link here|email address|ihr|ihre|firma|firmenname|datum|produkt|kunde|kundenname|betrag|ort|hier|nombre|empresa|fecha|"
    r"producto|cliente|su|tu|votre|nom|entreprise|produit|"
    r"您的|你的|姓名|公司|日期|产品|名称|客户|填写|اسم|اسمك|تاريخ|شركة|المنتج|أدخل|العميل"
)
_CUED = re.compile(rf"(?:{_CUES})(?!\w)|(?:您的|你的|填写|أدخل)", re.IGNORECASE)
_CUE_ANYWHERE = re.compile(rf"(?<!\w)(?:{_CUES})(?!\w)", re.IGNORECASE)
_BRACKETED = re.compile(r"(?<![\w\])!\\])\[([^\W\d_][^\[\]\n\"`|=<>{}]{1,60})\](?![(\[:\w])")
_TITLED = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+(?:[ /-][A-Za-zÀ-ÿ]+){0,4}")
_NO_TEMPLATE = re.compile(
    r"(?:note|sic|verse|chorus|bridge|intro|outro|music|applause|laughter|silence|pause|image|picture|photo|video|audio|"
    r"link|unreleased|added|changed|fixed|removed|deprecated|security|bug|question|answer|optional|source|edit|edited|"
    r"redacted|inaudible|crosstalk|speaker|musik|applaus|gelächter|bild|quelle|risas|aplausos|imagen|fuente)(?!\w)",
    re.IGNORECASE,
)
"""What stands in brackets in finished texts: songs, transcripts, changelogs."""
_BRACED = re.compile(r"\{\{[^{}\n]{1,60}\}\}")
_ANGLED = re.compile(r"<(?:your|insert|enter|ihre?n?|hier|su|tu|votre)[ _\-][^<>\n]{1,40}>", re.IGNORECASE)
_TO_BE_FILLED = re.compile(r"\b(?:TBD|TBA|TBC|XXX|[Ll]orem [Ii]psum|LOREM IPSUM)\b")


def _placeholders(name: Field, text: str) -> Iterator[Finding]:
    """Marks of a template that nobody filled in, outside code; what redaction put there is none."""
    if "`" in text:
        text = _CODE.sub(lambda code: " " * len(code[0]), text)
    marks = [*_TO_BE_FILLED.finditer(text), *_ANGLED.finditer(text), *_BRACED.finditer(text)]
    marks += [found for found in _BRACKETED.finditer(text) if _is_template(found, text)]
    for found in sorted(marks, key=lambda mark: mark.start()):
        yield _note("placeholder", name, *found.span(), mark=found[0])


def _is_template(found: re.Match[str], text: str) -> bool:
    """Whether words in brackets wait to be filled: they say so ("[Your name]"), or are a title amid a sentence."""
    inside = found[1].strip()
    if PLACEHOLDER.fullmatch(found[0]):
        return False
    if _CUED.match(inside) or (inside.isupper() and _CUE_ANYWHERE.search(inside)):
        return True
    line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    opens_line = not line.strip(" -*>#\t")
    return bool(_TITLED.fullmatch(inside)) and not _NO_TEMPLATE.match(inside) and not opens_line


# The request said again

_BLANKS = re.compile(r"[\W_]+")
_FEWEST_COPIED_WORDS = 4


def _copied_input(row: Content) -> Iterator[Finding]:
    subject = row.input.strip() or row.instruction
    if words_in(row.output) >= _FEWEST_COPIED_WORDS and _bare(row.output) == _bare(subject):
        yield _note("copied_input")


def _bare(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text).casefold())


# Stock phrases

_STOCK = (
    # English
    "it is important to|it's important to|best practices|in today's fast-paced|in a timely manner|as soon as possible|"
    "going forward|take it to the next level|leverage synergies|various factors|a wide range of|meet the needs of|"
    "ensure success|drive success|value proposition|game.changer|cutting.edge|seamless(?:ly)? (?:experience|integrat\\w{1,5})|"
    "key stakeholders|align with stakeholders|continuous improvement|at the end of the day|moving forward|win.win|"
    "think outside the box|high.quality|in order to succeed|there are many ways|it depends on many|add(?:ing|s)? value|"
    # German
    "es ist wichtig|bewährte verfahren|best practices|in der heutigen zeit|so schnell wie möglich|verschiedene faktoren|"
    "mehrwert schaffen|mehrwert bieten|auf augenhöhe|ganzheitliche|synergien nutzen|reibungslose[nrs]? ablauf|"
    "kontinuierliche verbesserung|qualitativ hochwertig\\w{0,3}|den anforderungen gerecht|alle beteiligten|nachhaltigen erfolg|"
    # Spanish
    "es importante|buenas prácticas|mejores prácticas|en el mundo actual|lo antes posible|diversos factores|"
    "una amplia gama|valor agregado|valor añadido|mejora continua|partes interesadas|de manera eficiente|alta calidad|"
    # French
    "il est important|bonnes pratiques|dans le monde d'aujourd'hui|dès que possible|valeur ajoutée|amélioration continue|"
    # Chinese
    "至关重要|非常重要|众所周知|综上所述|总而言之|最佳实践|各种因素|多种因素|不断提升|持续改进|全面提升|高质量|与时俱进|"
    "在当今社会|随着.{1,8}的(?:不断)?发展|"
    # Arabic
    "من المهم|أفضل الممارسات|في عالم اليوم|في أقرب وقت|العديد من العوامل|القيمة المضافة|التحسين المستمر|أصحاب المصلحة|"
    "عالية الجودة|مما لا شك فيه"
)
_STOCK_PHRASE = re.compile(f"(?:{_STOCK})", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,;:)] )[A-ZÀ-Þ][\w\-]+|\b[A-Z]{2,}\b")
_FEWEST_GENERIC_WORDS = 12
_FEWEST_STOCK_PHRASES = 2


def _generic(row: Content) -> Iterator[Finding]:
    """Two stock phrases at least, and not one number, name or word that the request has.

    Only of answers in the request's language, since a translation shares no words with it. Names are not looked for in
    German, which writes every noun like one.
    """
    output = row.output
    if any(map(str.isdigit, output)) or words_in(output) < _FEWEST_GENERIC_WORDS:
        return
    phrases = list(_STOCK_PHRASE.finditer(output))
    if len({phrase[0].casefold() for phrase in phrases}) < _FEWEST_STOCK_PHRASES:
        return
    language = language_of(output)
    if language != "de" and _NAME.search(output):
        return
    subject = row.input.strip() or row.instruction
    spoken = language_of(subject)
    if (not spoken or spoken == language) and not content_stems(subject) & content_stems(output):
        yield _note("generic", "output", *phrases[0].span(), phrase=phrases[0][0])


# Beside the point

_SHORT_ANSWER = range(5, 26)
_FEWEST_STEMS_ASKED = 8
_FEWEST_STEMS_ANSWERED = 3


def _not_specific(row: Content) -> Iterator[Finding]:
    """A short answer without a number that shares no longer word with a long request in the same language.

    A word or two is a label, and a long answer that shares nothing is rather one in other words.
    """
    output = row.output
    if words_in(output) not in _SHORT_ANSWER or any(map(str.isdigit, output)) or json_object(output) is not None:
        return
    asked, answered = content_stems(f"{row.instruction}\n{row.input}"), content_stems(output)
    if len(asked) < _FEWEST_STEMS_ASKED or len(answered) < _FEWEST_STEMS_ANSWERED or asked & answered:
        return
    language = language_of(output)
    if language and language == language_of(row.input.strip() or row.instruction):
        yield _note("not_specific")


# Out of date

_MONTHS = (
    "jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|februar|mar(?:ch|zo|s)?|märz|apr(?:il)?|avril|abril|may|mai|mayo|maggio|"
    "june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|aug(?:ust)?|août|agosto|sep(?:t|tember|tembre)?|"
    "septiembre|settembre|oct(?:ober|obre|ubre)?|okt(?:ober)?|ottobre|nov(?:ember|embre|iembre)?|dec(?:ember)?|dez(?:ember)?|"
    "décembre|diciembre|dicembre|enero|gennaio|febrero|febbraio|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|"
    "novembro|dezembro|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
_YEAR = r"([2٢][0٠]\d\d)"
_DATED = re.compile(
    rf"\b(?:Q[1-4]|H[12]|FY|KW ?\d{{1,2}}|quarter|quartal|trimestre|الربع)[ /'’\-]{{0,2}}{_YEAR}(?!\d)"
    rf"|\b(?:{_MONTHS})\.?,?[ ](?:de[ ])?(?:\d{{1,2}}(?:st|nd|rd|th)?,?[ ])?{_YEAR}(?!\d)"
    rf"|(?<!\d){_YEAR}(?:-(?:0[1-9]|1[0-2])(?!\d)|[ ]?年|[ ](?:roadmap|budget|plan|okrs?|goals|strategy|targets)\b)"
    rf"|(?<![\d.])\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR}(?!\d)"
    rf"|\b(?:roadmap|budget|jahresplan|okrs?|goals|ziele|objetivos)[ ](?:for[ ]|für[ ]|para[ ])?{_YEAR}(?!\d)",
    re.IGNORECASE,
)


def _old_years(row: Content, today: date) -> Iterator[Finding]:
    """Years that date a plan, of which the request does not speak; a year in a story is none of our business."""
    request = f"{row.instruction}\n{row.input}"
    for found in _DATED.finditer(row.output):
        written = next(year for year in found.groups() if year)
        year = int(written)
        if today.year - year > YEARS_OF_USE and written not in request:
            yield _note("outdated", "output", *found.span(), year=year)


def _old_terms(row: Content, outdated: Sequence[str]) -> Iterator[Finding]:
    for term in outdated:
        if (whole := _whole(term)) and (found := whole.search(row.output)):
            yield _note("outdated", "output", *found.span(), term=term)


@lru_cache(maxsize=512)
def _whole(term: str) -> re.Pattern[str] | None:
    """The term as a word of its own; where no spaces stand, as it is."""
    bare = term.strip()
    if not bare:
        return None
    before, after = ("", "") if IDEOGRAPH.search(bare) else (r"(?<!\w)", r"(?!\w)")
    return re.compile(before + re.escape(bare) + after, re.IGNORECASE)

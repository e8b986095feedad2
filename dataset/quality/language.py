"""Words and languages of a text: counted and told by plain rules, the same on every machine.

It does not know meaning, and would rather say nothing than guess.
"""

import re
import unicodedata
from collections import Counter

LETTERS_LOOKED_AT = 4_000
"""Of a text, to tell its language: more changes nothing."""

_IDEOGRAPHS_PER_WORD = 2
"""A rule of thumb: most words of the Chinese and Japanese vocabulary are written with two, and no spaces tell where one
ends. The same measure as in ``duplicates``. Thai, Lao, Burmese and Khmer, also without spaces, are counted by letters."""
_LETTERS_PER_UNSPACED_WORD = 5

IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]")
_SPACED_WORD = re.compile(r"\w+(?:['’\-./:@]\w+)*")

_STOP_WORDS = {
    "de": "der die das und ist nicht ein eine einen einem mit für auf von zu den dem des sich wir ihr sie auch wird "
    "werden bei oder aus wenn nach noch nur mehr bitte kann sind als im am zum zur über haben hat ich es wie unser "
    "unsere ihre",
    "en": "the and is not of to a an in for on with that this are be was were you your we our it as at by from or if "
    "have has will can should they their which please i but so what how when",
    "es": "el la los las y es no de que un una en para con por se su sus al del lo como más pero o si son está ha le "
    "nos este esta cuando muy usted por favor",
    "fr": "le la les et est pas de des que un une en pour avec par se sa son ses au aux du ce cette vous nous il elle "
    "je plus mais ou si sont dans sur qui ne votre vos notre",
    "it": "il lo la gli le e è non di che un una uno in per con da si su al del della dei delle come più ma o se sono "
    "nel nella ha questo questa anche ci vi",
    "pt": "o a os as e é não de que um uma em para com por se seu sua seus ao do da dos das no na nos nas como mais mas "
    "ou são está foi você este esta também",
    "nl": "de het een en is niet van te in voor op met dat die zijn wordt aan er om ook bij naar uit of als maar wij we "
    "u uw hij ze",
}
_LANGUAGES_OF: dict[str, set[str]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF.setdefault(_word, set()).add(_language)

_SCRIPTS = (
    ("kana", "\u3040-\u30ff"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"),
    ("ko", "\uac00-\ud7af\u1100-\u11ff"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("he", "\u0590-\u05ff"),
    ("cyrillic", "\u0400-\u052f"),
    ("el", "\u0370-\u03ff"),
    ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"),
    ("ta", "\u0b80-\u0bff"),
    ("th", "\u0e00-\u0e7f"),
    ("latin", "A-Za-z\u00c0-\u024f"),
)
_LETTERS_OF_SCRIPT = tuple((name, re.compile(f"[{letters}]")) for name, letters in _SCRIPTS)
_SCRIPT_WEIGHTS = {"kana": 3, "han": 3, "ko": 2}
"""One of these characters says what two or three letters say: a Chinese text full of product names stays Chinese."""


def words_in(text: str) -> int:
    """Count the words of a text: runs of letters and digits; two ideographs, or five letters of Thai, make one."""
    ideographs = len(IDEOGRAPH.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    if ideographs or unspaced:
        text = _UNSPACED.sub(" ", IDEOGRAPH.sub(" ", text))
    spaced = len(_SPACED_WORD.findall(text))
    return spaced + -(-ideographs // _IDEOGRAPHS_PER_WORD) + -(-unspaced // _LETTERS_PER_UNSPACED_WORD)


def language_of(text: str) -> str:
    """Return the language's code (``de``, ``zh``), or an empty text when unsure.

    By script; among the Latin ones by the small words of seven languages, and among the others where letters tell.
    """
    script = _script_of(text[:LETTERS_LOOKED_AT])
    if script == "han":
        return "zh"
    if script == "kana":
        return "ja"
    if script == "arabic":
        return _arabic(text)
    if script == "cyrillic":
        return _cyrillic(text)
    if script == "latin":
        return _latin(text)
    return script


def content_stems(text: str) -> frozenset[str]:
    """The beginnings of a text's longer words, folded, and its pairs of ideographs: what two texts on one subject share.

    Not stems in a linguist's sense: five letters hold ``deliver`` and ``delivery`` together in the languages we test.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    stems = {word[:5] for word in re.findall(r"[^\W\d_]{4,}", IDEOGRAPH.sub(" ", folded)) if word not in _LANGUAGES_OF}
    stems |= {run[at : at + 2] for run in _IDEOGRAPH_RUN.findall(folded) for at in range(len(run) - 1)}
    return frozenset(stems)


_IDEOGRAPH_RUN = re.compile(IDEOGRAPH.pattern + "{2,}")


def _script_of(text: str) -> str:
    """The script of most letters; an empty text when there is none or no majority."""
    counts = {name: len(letters.findall(text)) * _SCRIPT_WEIGHTS.get(name, 1) for name, letters in _LETTERS_OF_SCRIPT}
    if counts["kana"] * 10 >= counts["han"]:  # Japanese mixes both; even a terse note has a tenth of kana
        counts["kana"] += counts.pop("han")
    name = max(counts, key=lambda script: counts[script])
    return name if counts[name] * 2 > sum(counts.values()) else ""


def _arabic(text: str) -> str:
    if re.search("[ٹڈڑےں]", text):
        return "ur"
    return "fa" if re.search("[پچژگی]", text) else "ar"


def _cyrillic(text: str) -> str:
    if re.search("[іїєґІЇЄҐ]", text):
        return "uk"
    return "ru" if re.search("[ыэёЫЭЁ]", text) else ""


def _latin(text: str) -> str:
    """The language with the most small words, if it has two at least and clearly more than the next."""
    words = re.findall(r"[^\W\d_]+", text[:LETTERS_LOOKED_AT].casefold())
    hits = Counter(language for word in words for language in _LANGUAGES_OF.get(word, ()))
    (first, most), (_, next_most) = [*hits.most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= 2 and most >= next_most * 1.3 and most * 12 >= len(words) else ""

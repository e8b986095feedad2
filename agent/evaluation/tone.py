"""Marks of an answer's manner that can be counted: exclamation marks, emoji, who is spoken of and how, length of sentences.

It does not know tone. That answers have more or fewer of these signs than the wanted ones is all that can be claimed, and
of signs made of words only in the languages whose words stand here.
"""

import re
from collections.abc import Mapping, Sequence
from statistics import fmean

from dataset.quality.language import language_of, words_in

LONGEST = 12_000
"""Characters of a text that are looked at."""

_IN_ANY_SCRIPT = {
    "exclaims": re.compile(r"[!！]"),
    "emoji": re.compile("[\u2600-\u26ff\U0001f300-\U0001faff]"),
    "asks_back": re.compile(r"[?？؟]\W*\Z"),
}
"""In any script."""
_WORDS = {
    "contracts": {"en": r"(?<=\w)['’](?:s|re|ve|ll|d|m)\b|(?<=n)['’]t\b"},
    "says_i": {
        "en": r"\b(?:I|I['’]m|my|me)\b",
        "de": r"\b(?:[Ii]ch|mir|mich|mein\w{0,2})\b",
        "fr": r"\b(?:[Jj]e|[Jj]['’]|mon|ma)\b",
        "es": r"\b(?:yo|mi|me|conmigo)\b",
    },
    "says_we": {
        "en": r"\b(?:[Ww]e|[Oo]ur|us)\b",
        "de": r"\b(?:[Ww]ir|uns|[Uu]nser\w{0,2})\b",
        "fr": r"\b(?:[Nn]ous|[Nn]otre|nos)\b",
        "es": r"\b(?:[Nn]osotros|[Nn]uestr[oa]s?|nos)\b",
        "zh": r"我们|本公司",
        "ja": r"私たち|弊社|当社",
    },
    "familiar_you": {
        "de": r"\b(?:[Dd]u|[Dd]ir|[Dd]ich|[Dd]ein\w{0,2}|[Ee]uch)\b",
        "fr": r"\b(?:[Tt]u|toi|tes)\b",
        "es": r"\b(?:[Tt]ú|contigo|tus)\b",
        "nl": r"\b(?:[Jj]e|[Jj]ij|jou|jouw)\b",
        "zh": r"你",
    },
    "formal_you": {
        "de": r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b",
        "fr": r"\b(?:[Vv]ous|[Vv]otre|vos)\b",
        "es": r"\b[Uu]sted(?:es)?\b",
        "nl": r"\b(?:[Uu]|[Uu]w)\b",
        "zh": r"您",
    },
    "polite": {
        "en": r"\b(?:please|thank(?:s| you)|kind regards|best regards|sincerely|apologi[sz]e)\b",
        "de": r"\b(?:bitte|danke|vielen dank|freundlichen grüßen|entschuldig\w+)\b",
        "fr": r"\b(?:merci|cordialement|je vous prie|s['’]il (?:vous|te) pla[iî]t)\b",
        "es": r"\b(?:por favor|gracias|un saludo|atentamente|disculp\w+)\b",
        "it": r"\b(?:per favore|grazie|cordiali saluti)\b",
        "pt": r"\b(?:por favor|obrigad[oa]|atenciosamente)\b",
        "nl": r"\b(?:alstublieft|alsjeblieft|bedankt|dank u|vriendelijke groet)\b",
        "zh": r"请|谢谢|感谢|敬请",
        "ja": r"ください|ありがとう|ございます|お願い",
        "ar": r"من فضلك|شكر[اًا]|يرجى",
    },
    "polite_endings": {"ja": r"(?:です|ます|ました|ません|でした)(?:[。！？\s]|\Z)"},
}
"""By language, as ``language_of`` calls it."""
_PATTERNS = {
    name: {
        language: re.compile(pattern, re.IGNORECASE if name == "polite" else 0)
        for language, pattern in by_language.items()
    }
    for name, by_language in _WORDS.items()
}
MARKS = (*_IN_ANY_SCRIPT, *_PATTERNS, "long_sentences", "short_sentences")
_SENTENCE_ENDS = re.compile(r"[.!?。！？؟]+(?:\s+|(?<=[。！？])|\Z)|\n+")
_FEWEST = 20
"""Texts by which it is told how long sentences are."""
_TAIL = 0.1
"""Of the wanted answers, whose sentences are called long, and as many whose are called short."""


def marks(texts: Sequence[str], wanted: Sequence[str]) -> Mapping[str, list[bool | None]]:
    """Mark -> whether each text has it; None where that cannot be told of its language.

    ``wanted``: the texts whose sentences say what is long and what is short.
    """
    texts = [text[:LONGEST] for text in texts]
    languages = [language_of(text) for text in texts]
    found: dict[str, list[bool | None]] = {
        name: [bool(pattern.search(text)) for text in texts] for name, pattern in _IN_ANY_SCRIPT.items()
    }
    for name, by_language in _PATTERNS.items():
        found[name] = [
            bool(by_language[language].search(text)) if language in by_language else None
            for text, language in zip(texts, languages, strict=True)
        ]
    usual = sorted(map(_sentence_words, wanted))
    if len(usual) >= _FEWEST:
        cut = int(_TAIL * len(usual))
        short, long = usual[cut], usual[-1 - cut]
        lengths = [_sentence_words(text) for text in texts]
        found["long_sentences"] = [length > long for length in lengths]
        found["short_sentences"] = [length < short for length in lengths]
    return found


def _sentence_words(text: str) -> float:
    """Words of a text's sentences and lines, in the mean; 0 of a text without words."""
    counts = [words_in(part) for part in _SENTENCE_ENDS.split(text[:LONGEST]) if part]
    return fmean(counted) if (counted := [count for count in counts if count]) else 0.0

"""Keys, tokens and passwords in a row, recognised by their shape.

It does not know whether a key works, and asks nobody. A password in a sentence ("it is her dog's name") it cannot see.

The shapes are our own rather than those of a scanner of source trees such as detect-secrets: its plugins return the
value without its place in the text, knew of no Anthropic or Google key, take time quadratic in the length of hostile
text, and come with code that sends what was found to the service it belongs to. Prose is not source code: there are no
rules here by entropy, which would ask about every hash and UUID.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from dataset.content import Content
from dataset.quality.findings import Finding
from dataset.quality.spans import Span, in_every_field

_TOKENS: dict[str, re.Pattern[str]] = {
    kind: re.compile(rf"(?<![A-Za-z0-9_\-])(?:{shape})(?![A-Za-z0-9])")
    for kind, shape in {
        "aws": r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
        "github": r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}",
        "gitlab": r"gl(?:pat|dt|ft|soat|rt|cbt|ptt)-[A-Za-z0-9_\-]{20,64}",
        "slack": r"xox[abeoprs]-[A-Za-z0-9\-]{10,250}|xapp-[0-9]-[A-Za-z0-9\-]{10,250}",
        # OpenAI, Anthropic (sk-ant-api03-…), OpenRouter and others: a few short words, then a long run with a digit.
        "sk": r"sk-(?:[A-Za-z0-9]{1,20}-){0,3}(?=[A-Za-z_\-]{0,64}[0-9])[A-Za-z0-9_]{16}[A-Za-z0-9_\-]{0,250}",
        "google": r"AIza[A-Za-z0-9_\-]{35}|GOCSPX-[A-Za-z0-9_\-]{28}|ya29\.[A-Za-z0-9_\-]{30,250}",
        "stripe": r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9]{24,250}",
        "jwt": r"eyJ[A-Za-z0-9_\-]{8,4000}\.eyJ[A-Za-z0-9_\-]{4,4000}\.[A-Za-z0-9_\-]{8,4000}",
        "sendgrid": r"SG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}",
        "package_registry": r"npm_[A-Za-z0-9]{36}|pypi-AgEI[A-Za-z0-9_\-]{50,250}",
        "hugging_face": r"hf_[A-Za-z0-9]{34}",
        "discord": r"[MNO][A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,40}",
        "telegram": r"[0-9]{8,10}:[A-Za-z0-9_\-]{35}",
        "twilio": r"SK[0-9a-f]{32}",
        "shopify": r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    }.items()
}
"""By who issues them; the shapes are the issuers' documented prefixes and lengths. The look behind makes each run of
characters a start but once: linear time."""
_LOOKED_FOR: dict[str, tuple[str, ...]] = {
    "aws": ("AKIA", "ASIA", "ABIA", "ACCA"),
    "github": ("gh", "github_pat_"),
    "gitlab": ("gl",),
    "slack": ("xox", "xapp-"),
    "sk": ("sk-",),
    "google": ("AIza", "GOCSPX-", "ya29."),
    "stripe": ("k_live_", "k_test_", "whsec_"),
    "jwt": (".eyJ",),
    "sendgrid": ("SG.",),
    "package_registry": ("npm_", "pypi-"),
    "hugging_face": ("hf_",),
    "discord": (".",),
    "telegram": (":",),
    "twilio": ("SK",),
    "shopify": ("shp",),
}
"""A text without one of these has no such token: most texts are done with in microseconds."""

_WEBHOOK = re.compile(
    r"https://(?:hooks\.slack\.com/services/[A-Za-z0-9_/]{20,120}|discord(?:app)?\.com/api/webhooks/[\w\-/]{30,150})",
    re.ASCII,
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = re.compile(r"[A-Za-z0-9+/=\s\\:,\-]*")
_URL_PASSWORD = re.compile(r"://[^\s:/@\"'<>]{0,100}:([^\s/@\"'<>]{3,200})@[\w\[]")

_NAMED = (
    r"pass(?:word|wd|phrase)|pwd|passwor[dt]|kennwort|contraseña|clave|mot de passe|senha|密码|口令|密碼|"
    r"كلمة (?:المرور|السر)|пароль"
)
_NAMED_LONG = (
    r"api[_ \-]?(?:key|token|schlüssel)|secret(?:[_ \-]?(?:access[_ \-]?)?key)?|(?:access|auth|bearer|refresh)[_ \-]?token|"
    r"access[_ \-]?key|client[_ \-]?secret|account[_ \-]?key|token|密钥|令牌"
)
_SAID = r"[\"'`*]{0,3}\s{0,2}(?:[:=：]{1,2}>?|=>|\bis\b|\bist\b|\blautet\b|\bes\b|\best\b|为|是|هي)\s{0,2}[\"'`*]{0,3}"
_ASSIGNED = re.compile(rf"(?:(?P<short>{_NAMED})|(?:{_NAMED_LONG})){_SAID}(?P<value>[!-~]{{6,200}})", re.IGNORECASE)
_SHORTEST_TOKEN = 16
"""A word after "token:" is mostly a word; a password may have six characters."""
_CLOSES = "\"'`*.,;:!?)>]}"
_NOT_RANDOM = re.compile(
    r"[<\[\]{$%(*]|x{3}|\.{3}|https?:|(?:sha|md|aes|base|utf|rsa|oauth|tls|bcrypt|argon|http)[\-_]?\d"
    r"|(?:os|process|env|config|settings)[.\[]|[\w.]{1,60}\(",
    re.IGNORECASE,
)
"""How placeholders, names of variables, calls and algorithms begin."""
_DUMMIES = ("password", "pass", "secret", "passwort", "kennwort", "changeme", "example", "token", "geheim", "clave")


def secrets(row: Content) -> list[Finding]:
    """Return what looks like a key, a token or a password: code ``secret``, numbers ``kind``, of weight ``ask``."""
    return in_every_field(row, "secret", spans)


def spans(text: str) -> Iterator[Span]:
    """What looks like a secret in one text. Of a password in a URL or after a name, only the password."""
    if "PRIVATE KEY" in text:
        yield from _private_keys(text)
    for kind, shape in _TOKENS.items():
        if any(part in text for part in _LOOKED_FOR[kind]):
            yield from (Span(*found.span(), kind) for found in shape.finditer(text))
    if "https://" in text:
        yield from (Span(*found.span(), "webhook") for found in _WEBHOOK.finditer(text))
    if "://" in text:
        for found in _URL_PASSWORD.finditer(text):
            if not _is_dummy(found[1]):
                yield Span(*found.span(1), "password")
    for found in _ASSIGNED.finditer(text):
        value = found["value"].rstrip(_CLOSES)
        if _is_random(value, 6 if found["short"] else _SHORTEST_TOKEN):
            start = found.start("value")
            yield Span(start, start + len(value), "password")


def _private_keys(text: str) -> Iterator[Span]:
    """From the opening line to the closing one; without one, to the end of what can be key material."""
    closings = [closing.end() for closing in _KEY_END.finditer(text)]
    at = 0
    while begin := _PRIVATE_KEY.search(text, at):
        next_closing = bisect_right(closings, begin.end())
        body = _KEY_BODY.match(text, begin.end())
        at = closings[next_closing] if next_closing < len(closings) else body.end() if body else begin.end()
        yield Span(begin.start(), at, "private_key")


def _is_dummy(value: str) -> bool:
    return bool(_NOT_RANDOM.match(value)) or value.casefold() in _DUMMIES


def _is_random(value: str, shortest: int) -> bool:
    """Whether it has both letters and digits, and neither is nor quotes a placeholder."""
    return (
        len(value) >= shortest
        and not _is_dummy(value)
        and any(letter.isalpha() for letter in value)
        and any(letter.isdigit() for letter in value)
    )

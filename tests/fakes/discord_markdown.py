"""What Discord shows of a text, read by the rules of its clients, as far as they are known from those who rebuilt them.

https://docs.discord.com/developers/reference#message-formatting and github.com/ItzDerock/discord-markdown-parser. It is told
apart what a text says and what it does: it names what a reader would see formatted, linked, mentioned or unfurled.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Shown:
    text: str = ""
    does: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)


_STARTS = (
    ("quote", re.compile(r" *>>> (?P<rest>[\s\S]*)|(?P<bar>(?: *> [^\n]*(?:\n *> [^\n]*)*\n?))")),
    ("small", re.compile(r" *-# +(?P<text>[^\n]*)")),
    ("heading", re.compile(r" *#{1,3}\s+(?P<text>(?!#+\s)[^\n]+)")),
    ("item", re.compile(r" *(?:[-*]|\d+\.) +")),
)
_INLINE = (
    ("escape", re.compile(r"\\(?P<text>[^0-9A-Za-z\s])")),
    ("fence", re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*(?P<text>[^\n][\s\S]*?)\n*```", re.IGNORECASE)),
    ("code", re.compile(r"(?P<ticks>`+)(?P<text>[\s\S]*?[^`])(?P=ticks)(?!`)")),
    ("mention", re.compile(r"<(?:@[!&]?|#)\d+>|@everyone|@here|</[^:\n]+:\d+>|<id:\w+>")),
    ("emoji", re.compile(r"<a?:\w+:\d+>")),
    ("time", re.compile(r"<t:-?\d+(?::\w)?>")),
    ("bracketed", re.compile(r"<(?P<url>[a-z]+:[^ >\n]+)>", re.IGNORECASE)),
    ("masked", re.compile(r"\[(?P<text>(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?(?P<url>[^\s)]+)>?[^)]*\)")),
    ("link", re.compile(r"(?P<url>(?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s])", re.IGNORECASE)),
    ("bold", re.compile(r"\*\*(?P<text>(?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underlined", re.compile(r"__(?P<text>(?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("italic", re.compile(r"_(?P<text>(?:__|\\[\s\S]|[^\\_])+?)_(?![0-9A-Za-z_])")),
    ("italic", re.compile(r"\*(?=\S)(?P<text>(?:\*\*|\s+(?:[^*\s]|\*\*)|[^\s*])+?)\*(?!\*)")),
    ("struck", re.compile(r"~~(?P<text>[\s\S]+?)~~(?!_)")),
    ("hidden", re.compile(r"\|\|(?P<text>[\s\S]+?)\|\|")),
)
_PLAIN = re.compile(r"[^\\`<@\[*_~|hsd\n]+", re.IGNORECASE)
"""Signs with which nothing of the above begins: most of a text, which is passed over at once."""
_UNFURLED = re.compile(
    r"(?<![<\w])https?://\S+|(?:discord(?:app)?\.com/(?:invite|gifts)|discord\.(?:gg|gift|new)|dis\.gd)/?\S*",
    re.IGNORECASE,
)
"""What the server and the clients look for in a text as it was sent, whatever markup it stands in."""


def read(markdown: str) -> Shown:
    shown = Shown()
    shown.text = _read(markdown, shown, within=False)
    outside = re.sub(r"<[^>\s]*>", "", markdown)
    if _UNFURLED.search(outside):
        shown.does.add("unfurled")
    return shown


def _read(source: str, shown: Shown, within: bool) -> str:
    """``within``: in something that began before, so that no line begins here."""
    said, at = "", 0
    while at < len(source):
        begins = (at == 0 and not within) or source[at - 1 : at] == "\n"
        text, at = (begins and _start(source, at, shown)) or _inline(source, at, shown)
        said += text
    return said


def _start(source: str, at: int, shown: Shown) -> tuple[str, int] | None:
    for kind, rule in _STARTS:
        if found := rule.match(source, at):
            shown.does.add(kind)
            return _DRAWN[kind](found, shown), found.end()
    return None


def _inline(source: str, at: int, shown: Shown) -> tuple[str, int]:
    if plain := _PLAIN.match(source, at):
        return plain[0], plain.end()
    for kind, rule in _INLINE:
        if found := rule.match(source, at):
            if kind == "escape":
                return found["text"], found.end()
            shown.does.add(kind)
            if "url" in found.groupdict():
                shown.links.append(found["url"])
            return _DRAWN.get(kind, _nested)(found, shown), found.end()
    return source[at], at + 1


def _nested(found: re.Match[str], shown: Shown) -> str:
    groups = found.groupdict()
    return _read(groups["text"], shown, within=True) if groups.get("text") else groups.get("url") or found[0]


def _quote(found: re.Match[str], shown: Shown) -> str:
    text = found["rest"] if found["rest"] is not None else re.sub(r"^ *> ?", "", found["bar"], flags=re.MULTILINE)
    return _read(text, shown, within=False)


def _literal(found: re.Match[str], shown: Shown) -> str:
    return found["text"]


_DRAWN: dict[str, Callable[[re.Match[str], Shown], str]] = {
    "quote": _quote,
    "small": lambda found, shown: _read(found["text"], shown, within=True),
    "heading": lambda found, shown: _read(found["text"], shown, within=True),
    "item": lambda found, shown: "",
    "fence": _literal,
    "code": _literal,
}

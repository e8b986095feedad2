"""Our own text as Slack shows it: its links, its commands, its escapes. Pure functions.

Nothing here makes ``mrkdwn``, which has no way to write a star or an underscore that is not markup: what we say becomes
styled spans for ``rich_text``, whose plain text elements Slack shows as they are, without markup, mentions or links.
"""

import re

LINKS = r"https://[a-z0-9-]+(?:\.enterprise)?\.slack\.com/archives/[A-Za-z0-9]+/p\d+(?:\?[\w=.&-]*)?"
"""The only links are those to Slack's own messages: where an example came from."""
_SLASH = re.compile(r"(?<![\w/])/tune\b(?!/)")
_SLASH_MARKED = re.compile(r"(?<=`)/tune\b(?!/)(?=[^`\n]*`)")


def escaped(text: str) -> str:
    """For a ``text`` that Slack reads as its own markup: the three characters from which mentions and links are made."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_threads(text: str, *, marked: bool = False) -> str:
    """Our own sentence for a place where slash commands do not exist: ``/tune x`` reads ``tune x``.

    ``marked``: only where it stands in backticks.
    """
    return (_SLASH_MARKED if marked else _SLASH).sub("tune", text)

"""Which files that people send are read at all, told by name and type before anything is fetched. It opens none."""

import re

READ = frozenset(
    {"jsonl", "ndjson", "jsonlines", "json", "csv", "tsv", "tab"} | {"md", "markdown", "mdown", "mkd", "txt", "text"}
)
"""Endings of names that ``dataset.formats.sheets`` knows. Others are read where the platform says that they are plain text."""
_TEXT = frozenset(
    {"application/json", "application/jsonl", "application/x-ndjson", "application/csv", "application/x-yaml"}
)
_NO_TEXT = frozenset({"text/html", "text/rtf", "text/calendar", "text/vcard", "text/x-vcard"})
"""Kinds whose text is markup that would be learned along with it."""
_ENDINGS_OF_OTHERS = re.compile(
    r"(?i)\.(html?|xhtml|xml|rtf|pdf|docx?|odt|xlsx?|ods|pptx?|zip|gz|tar|7z|png|jpe?g|gif|webp|svg|mp[34]|m4a|wav|mov|exe)$"
)


def is_read(name: str, mimetype: str) -> bool:
    """Whether a file may hold examples or a document. ``mimetype``: as the platform has it; empty where it says nothing."""
    if name.rpartition(".")[2].lower() in READ:
        return True
    textual = (mimetype.startswith("text/") and mimetype not in _NO_TEXT) or mimetype in _TEXT
    return textual and not _ENDINGS_OF_OTHERS.search(name)

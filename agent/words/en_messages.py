"""Messages taken as examples, the author's consent, what people think of an answer."""

SENTENCES: dict[str, str] = {}

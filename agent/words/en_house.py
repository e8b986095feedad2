"""The overview of a person's own things, where a command is answered, forms and what is wrong in them."""

SENTENCES: dict[str, str] = {}

"""Sentences about examples: giving, checking, deciding about and uploading them."""

SENTENCES: dict[str, str] = {
    "examples.ask_input": (
        "I take this as the request of a new example (`cancel` drops it; to ask your model something, write `/tune ask …`). "
        "Is there anything that comes with the request, such as notes or a text to work on? Write it, or write `none`."
    ),
    "examples.ask_output": (
        "And what is the answer you would want? Write it as it should be, or write `draft it` and I propose one."
    ),
    "examples.not_an_example": (
        "I did not understand that as an example. {question} `/tune help` lists what else I can do."
    ),
    "examples.row_waits": ("An example is waiting for your decision: Approve, Edit or Reject. Here it is again."),
    "examples.duplicate": "I have exactly this example already, so I left it out.",
    "examples.missing_output": "This example has no answer yet. {question}",
    "examples.too_long": (
        "This example is too long for the model: {tokens} tokens, and the limit is {limit} (about {words} English words). "
        "Nothing was saved from it. Please shorten it, or split it into several examples."
    ),
    "examples.message_too_long": (
        "Your message has {length} characters. That is too long for one example, so I have not added it. "
        "It is kept in this conversation. Please shorten it, or upload a file with one example per line."
    ),
    "examples.refused": "I cannot take this as an example: {reason} Please send it again without that.",
    "examples.cancelled": "I have dropped what you had begun. What would be the next request?",
    "examples.near_duplicate": "It reads much like an earlier example. That is fine if you mean it; variety teaches more.",
    "row.title": "Is this example right?",
    "row.title_drafted": "A model drafted this answer. Is it right?",
    "row.instruction": "Request",
    "row.input": "Input",
    "row.output": "Answer",
    "row.note": "Approve means: you may share this text, and it may train this project's model.",
    "row.note_drafted": "Read it with care: a model wrote the answer, and nothing enters the dataset unless you approve it.",
    "row.approve": "Approve",
    "row.edit": "Edit",
    "row.reject": "Reject",
    "row.approved": "Approved.",
    "row.rejected": "Rejected. It will not be used.",
    "row.ask_edit": "Send me the answer as it should be. The request and the input stay as they are.",
    "row.needs_author": (
        "Somebody else gave this example and has not yet agreed that it may be used. They have to approve it first; "
        "nothing was changed."
    ),
    "row.gone": "That example does not exist any more; its author deleted it.",
    "row.decided": "That example was decided already: it is {status}.",
    "row.title_approved": "Example approved",
    "row.title_rejected": "Example rejected",
    "row.title_edited": "Example: being edited",
    "upload.accepted": "**{name}**: {accepted} of {total} rows accepted, and approved as yours.",
    "upload.none": "**{name}**: none of the {total} rows could be used.",
    "upload.line": "- Line {line}: {reason}",
    "upload.more": "- … and {count} more lines that were left out. The list is in `{path}`.",
    "upload.near": "{count} of them read much like others. They are flagged and kept.",
    "upload.too_large": (
        "**{name}** has {size}. I take files of up to {limit}, so I did not read it. Please split it, or keep the best rows."
    ),
    "upload.unreadable": "I could not read **{name}**: {reason} Nothing was added from it, and nothing that you gave before changed.",
    "reason.too_large": "the file has {bytes} bytes, and the limit is {limit}. Split it, or keep the best rows.",
    "reason.too_many_lines": "it has {lines} lines, and the limit is {limit}. Split it, or keep the best rows.",
    "reason.archive": "it is a packed file ({kind}). Please unpack it and send the JSONL file that is in it.",
    "reason.binary": "it is not a text file. Please send a JSONL file: one JSON object per line.",
    "reason.unknown_encoding": "its text encoding ({encoding}) is not one that I read. Please save it as UTF-8.",
    "reason.looks_like_json": (
        "it is one large JSON value, not one JSON object per line. Please save each example on a line of its own (JSONL)."
    ),
    "reason.empty_file": "it is empty.",
    "reason.too_long_line": "the line has {bytes} bytes, and the limit is {limit}.",
    "reason.not_utf8": "it is not valid UTF-8 text.",
    "reason.not_json": "it is not valid JSON.",
    "reason.too_deep": "its brackets are nested too deeply.",
    "reason.not_an_object": "it is not a JSON object with `instruction` and `output`.",
    "reason.duplicate_key": "the field `{field}` stands in it twice.",
    "reason.missing_field": "the field `{field}` is missing.",
    "reason.wrong_type": "the field `{field}` is not text.",
    "reason.empty_field": "the field `{field}` is empty.",
    "reason.too_long_field": "the field `{field}` has {characters} characters, and the limit is {limit}.",
    "reason.control_character": "the field `{field}` holds an invisible control character ({character}).",
    "reason.lone_surrogate": "the field `{field}` holds half a character ({character}).",
    "reason.exact_duplicate": "it is the same as an example that is there already.",
    "reason.row_too_long": "it has {tokens} tokens, and the model's limit is {limit}.",
    "reason.control_tokens": "the field `{field}` holds {marker}, a mark that only the model itself may write.",
    "reason.unknown": "it could not be used ({code}).",
    "list.none": "There are no examples yet. Write a request to begin.",
    "list.title": "Examples of {name}",
    "list.text": "{approved} approved, {pending} pending, {rejected} rejected. These are the latest {shown}.",
    "list.header_request": "Request",
    "list.header_state": "State",
    "list.header_origin": "Origin",
    "state.pending": "pending",
    "state.approved": "approved",
    "state.rejected": "rejected",
    "origin.given": "given",
    "origin.drafted": "drafted",
    "origin.edited": "edited",
    "origin.synthetic": "synthetic",
}

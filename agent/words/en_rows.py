"""Sentences about examples: giving, checking, deciding about and uploading them."""

SENTENCES: dict[str, str] = {
    "examples.ask_input": (
        "I take this as the request of a new example (`cancel` drops it; to ask your model something, write `/tune ask …`). "
        "Is there anything that comes with the request, such as notes or a text to work on? Write it, or write `none`."
    ),
    "examples.ask_output": (
        "And what is the answer you would want? Write it as it should be, or write `draft it` and I propose one."
    ),
    "examples.ask_request": (
        "I keep that as the answer. What would somebody ask to get it? Write the request (`cancel` drops both)."
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
        "It is kept in this conversation. Please shorten it, or upload it as a file: one example per line, or a document."
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
    "row.ask_edit": "Send me the answer as it should be. To change the request or the input instead, begin with `Instruction:` or `Input:`.",
    "row.needs_author": (
        "Somebody else gave this example and has not yet agreed that it may be used. They have to approve it first; "
        "nothing was changed."
    ),
    "row.gone": "That example does not exist any more; its author deleted it.",
    "row.decided": "That example was decided already: it is {status}.",
    "row.title_approved": "Example approved",
    "row.title_rejected": "Example rejected",
    "row.title_edited": "Example: being edited",
    "row.title_replaced": "Example edited; the card below has it",
    "row.overtaken": "Somebody else has changed this example since you opened it. Please open it again: this would undo their change.",
    "row.edited_elsewhere": "That example is being edited already, or was. `/tune review` shows it as it is now.",
    "row.title_redacted": "Example: redacted",
    "row.kind": "Kind",
    "row.kind_aspects": "{kind} ({aspects})",
    "row.check": "Check",
    "row.question": "A question you may leave open",
    "row.note_question": "To answer the question, press Edit and send the whole answer again.",
    "row.note_unseen": "Redact puts a word such as [EMAIL] in its place.",
    "row.redact": "Redact",
    "row.approve_as_it_is": "Approve as it is",
    "row.press_one": (
        "Something in this example looks secret or personal, so a plain yes is not enough. "
        "Please press Redact, or Approve as it is."
    ),
    "row.redacted": "Done; I have also blanked it in this conversation. Please read the example once more.",
    "row.unseen": (
        "I know keys and numbers by their shape only. Names, postal addresses, dates of birth, local phone numbers, most "
        "countries' papers, and what only the context gives away I cannot see."
    ),
    "row.blank": "[redacted]",
    # What the checks found
    "check.more": "And {count} more.",
    "check.instruction": "request",
    "check.input": "input",
    "check.output": "answer",
    "check.and_more": "{sentence} And {count} more of that.",
    "finding.secret": "The {where} holds what looks like {kind}. Redact it, unless everybody may know it.",
    "finding.personal": "The {where} holds what looks like {kind}. Redact it, unless it may train a model.",
    "finding.missing_section": "The answer has no “{label}”, which the agreed format has. Edit adds it.",
    "finding.unknown_section": "The answer has “{label}”, which the agreed format does not know. Leave it out, or change the format (`/tune format`).",
    "finding.section_order": "The answer has “{label}” before “{before}”; the agreed format has it after. Turn them round.",
    "finding.not_a_label": "The answer is not just one of the agreed labels: {labels}.",
    "finding.lines": "Lines in the answer: {lines}. Agreed: {wanted}.",
    "finding.too_many_words": "The answer has {words} words, and at most {limit} are agreed. Shorten it.",
    "finding.too_few_words": "The answer has {words} words, and at least {limit} are agreed. Say more.",
    "finding.not_json": "The answer is not one JSON object, as agreed. Edit mends it.",
    "finding.missing_key": "The answer has no key “{key}”, which the agreed format has. Add it.",
    "finding.list_style": "The answer's list has {found}, and {wanted} are agreed. Write it like the others.",
    "finding.term": "The answer says “{found}”; agreed is “{term}”. One spelling teaches best.",
    "finding.placeholder": "The {where} has “{mark}”, which looks like something still to be filled in.",
    "finding.generic": "The answer says little of its own (“{phrase}”). Names, numbers and details teach more.",
    "finding.not_specific": "The answer has no number, name or detail of the request. Be more specific.",
    "finding.copied_input": "The answer repeats what was asked. Write what the model should answer.",
    "finding.outdated_year": "The answer speaks of {year}. If that is no longer true, bring it up to date.",
    "finding.outdated_term": "“{term}” is out of use. Write what one says now, unless you mean it.",
    "finding.unknown": "The {where} may need a look ({code}).",
    "found.bullets": "bullets",
    "found.numbers": "numbers",
    "found.password": "a password",
    "found.private_key": "a private key",
    "found.webhook": "a webhook's address",
    "found.token": "a key or token ({issuer})",
    "found.email": "an email address",
    "found.phone": "a phone number",
    "found.iban": "a bank account number",
    "found.card": "a card number",
    "found.ip": "an IP address",
    "found.national_id": "the number of somebody's papers",
    "findings.count": "{kind}: {count}",
    "findings.missing_section": "a section is missing",
    "findings.unknown_section": "a section that is not agreed",
    "findings.section_order": "sections in another order",
    "findings.not_a_label": "not one of the agreed labels",
    "findings.lines": "another number of lines",
    "findings.too_many_words": "longer than agreed",
    "findings.too_few_words": "shorter than agreed",
    "findings.not_json": "no JSON object",
    "findings.missing_key": "a key is missing",
    "findings.list_style": "lists written otherwise",
    "findings.term": "terms written otherwise",
    "findings.placeholder": "something still to be filled in",
    "findings.generic": "stock phrases",
    "findings.not_specific": "not specific",
    "findings.copied_input": "the answer repeats the request",
    "findings.outdated": "perhaps out of date",
    # Long texts
    "text.title": "What is this text?",
    "text.length": "Length",
    "text.characters": "{count} characters",
    "text.begins": "It begins",
    "text.document": "A document to take examples from",
    "text.request": "A request",
    "text.answer": "An answer I would give",
    "text.leave": "Leave it",
    "text.taken_as_document": "Taken as a document",
    "text.taken_as_request": "Taken as a request",
    "text.taken_as_answer": "Taken as an answer",
    "text.taken_as_leave": "Left out",
    "passages.title": "Shall I propose examples from this document?",
    "passages.name": "Document",
    "passages.count": "Passages",
    "passages.propose": "Propose examples",
    "passages.leave": "Leave it",
    "passages.note": "Each shows the passage it comes from, and none is used before you approve it.",
    # Uploads
    "upload.accepted": "**{name}**: {accepted} of {total} rows accepted, and approved as yours.",
    "upload.accepted_some": "**{name}**: {accepted} of {total} rows accepted, {approved} of them approved as yours.",
    "upload.none": "**{name}**: none of the {total} rows could be used.",
    "upload.line": "- Line {line}: {reason}",
    "upload.more": "- … and {count} more lines that were left out. All of them are in the file.",
    "upload.left_out": "Every line of **{name}** that was left out, each with its reason.",
    "upload.near": "{count} of them read much like others. They are flagged and kept.",
    "upload.waiting": (
        "Rows with what looks like personal data or a secret: {count}. They are not approved; they wait in `/tune review`."
    ),
    "upload.notes": "Also noticed: {notes}. Nothing was left out for that.",
    "upload.guessed_encoding": "I guessed its encoding (Windows-1252). If letters look wrong, save it as UTF-8 and send it again.",
    "upload.no_columns": (
        "**{name}**: I found no two columns that could be a request and its answer. Please name them `instruction`, "
        "`input` (if any) and `output`, and send the file again."
    ),
    "columns.title": "Have I understood this file?",
    "columns.file": "File",
    "columns.records": "{name}, {count} records",
    "columns.from": "column “{column}”",
    "columns.always": "always: “{instruction}”",
    "columns.nothing": "nothing",
    "columns.sample": "{field}, for example",
    "columns.take": "Yes, take them",
    "columns.swap": "Swap request and answer",
    "columns.leave": "Leave the file",
    "columns.note": (
        "If you take them, they count as approved by you: you may share these texts, and they may train this project's model."
    ),
    "columns.title_take": "File taken",
    "columns.title_swap": "Request and answer swapped",
    "columns.title_leave": "File left out",
    "columns.not_yours": "Somebody else sent that file, and has to say what becomes of it.",
    "columns.gone": "I do not have **{name}** any more. Please send it again.",
    "upload.too_large": (
        "**{name}** has {size}. I take files of up to {limit}, so I did not read it. Please split it, or keep the best rows."
    ),
    "upload.unreadable": "I could not read **{name}**: {reason} Nothing was added from it, and nothing that you gave before changed.",
    "reason.too_large": "the file has {bytes} bytes, and the limit is {limit}. Split it, or keep the best rows.",
    "reason.too_many_lines": "it has {lines} lines, and the limit is {limit}. Split it, or keep the best rows.",
    "reason.archive": "it is a packed file ({kind}). Please unpack it and send the file of examples that is in it.",
    "reason.binary": "it is not a text file. I read JSONL, JSON, CSV, Markdown and plain text.",
    "reason.unknown_encoding": "its text encoding ({encoding}) is not one that I read. Please save it as UTF-8.",
    "reason.no_records": "I found no examples in it: no table, and no list of objects.",
    "reason.several_tables": "it holds {tables} lists, and I cannot tell which one has the examples. Please send one a file.",
    "reason.too_many_records": "it has more than {limit} rows. Split it, or keep the best ones.",
    "reason.too_many_columns": "it has {columns} columns, and the limit is {limit}.",
    "reason.broken_json": "from {at} on it is not valid JSON; what stands before that was read.",
    "reason.ragged_row": "it has {cells} cells, and the header has {columns}.",
    "reason.bad_quotes": "a quotation mark stands where none may.",
    "reason.open_quote": "a quotation mark is never closed, and swallows {lines} lines.",
    "reason.other_table": "another table with other columns begins here ({rows} rows); only the first was read.",
    "reason.several_turns": "it is a conversation with {turns} answers. An example has one request and one answer.",
    "reason.no_answer": "the conversation has no answer.",
    "reason.no_request": "the conversation has no request.",
    "reason.unknown_role": "somebody called {role} speaks in it; I know user and assistant.",
    "reason.not_messages": "its messages are not in a form that I know.",
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
    "export.approved": "The approved examples of **{name}**: {count}, one a line.",
    "export.mine": "What you gave to **{name}**: {count} examples, one a line, {pending} of them not approved yet.",
    "export.format": (
        "The file is JSON lines (`.jsonl`): I read it as an upload, and so do other tools, such as Hugging Face's `datasets`. "
        "Each line also says who gave it. The copy that you keep is yours to look after: `/tune forget` cannot delete it."
    ),
    "export.mine_said": (
        "Besides, from “{name}” and of you: answers that you asked for, opinions, picks and pairs, rules, votes, scores, pinned requests, "
        "reminders with your time zone and quiet hours, and what you said of models. One JSON object a line; `kind` says which."
    ),
    "export.pairs": (
        "Pairs of answers from **{name}** of which the better one is known: {count}, one a line, as `prompt`, `chosen` and `rejected`. "
        "Trainers of preferences (DPO, ORPO) read them so. Only pairs are in it whose author let them be used. The copy that you keep is "
        "yours to look after: `/tune forget` cannot delete it."
    ),
    "export.none_pairs": (
        "There are no pairs to export yet. One comes of every better answer that somebody writes with Improve, and of every pick between "
        "two drafts, once its author approves the example."
    ),
    "export.none": (
        "There are no approved examples to export yet. `/tune export mine` exports what you gave, also what waits for a decision."
    ),
    "export.none_mine": "You have given no complete examples to this project, so there is nothing to export.",
    "export.how": (
        "`/tune export` makes a file of all approved examples, `/tune export mine` of what you gave, also of what waits for a "
        "decision, `/tune export pairs` of pairs of a better and a worse answer."
    ),
    "file.direct": "That file is for you alone, so it comes to you directly: look at our direct messages.",
    "list.none": "There are no examples yet. Write a request to begin.",
    "list.title": "Examples of {name}",
    "list.text": "{approved} approved, {pending} pending, {rejected} rejected.",
    "list.reopen": "`/tune review` with a number opens that one again.",
    "list.all": "These are all.",
    "list.page": "Page {page} of {pages}; the first page has the latest ones. `/tune examples {command}` shows another.",
    "list.none_of_them": "There are none of that kind.",
    "list.how": "I list all with `/tune examples`, a page with `/tune examples 2`, and one kind with `/tune examples pending`.",
    "list.header_kind": "Kind",
    "list.near": "{state}, reads like another",
    "list.header_number": "No.",
    "list.header_request": "Request",
    "list.header_who": "Given by",
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

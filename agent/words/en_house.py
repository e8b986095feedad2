"""The overview of a person's own things, where a command is answered, forms and what is wrong in them."""

SENTENCES: dict[str, str] = {
    # Forms
    "form.save": "Save",
    "form.row": "Edit the example",
    "form.hint_instruction": "What somebody asks the model.",
    "form.hint_input": "What comes with the request, such as notes or a text to work on. It may stay empty.",
    "form.hint_output": "The answer you want, just as it should be.",
    "form.format": "Change the format",
    "form.hint_sections": "What opens each section, one a line, in their order. Empty: no fixed sections.",
    "form.hint_labels": "The only answers there are, one a line. Empty: any answer.",
    "form.hint_length": "For example: 40 to 120 words, or: at most 120 words. Empty: any length.",
    "form.hint_tone": "How the answers sound, in a few words. It may stay empty.",
    "form.hint_terms": "Words that are to be spelt just so, one a line. It may stay empty.",
    "form.goal": "Change the goal",
    "form.question": "In your own words",
    "form.recipe": "Change the settings",
    "form.hint_setting": "A number from {low} to {high}.",
    "form.recipe_changed": "Changed. Press Start when it is as you want it.",
    "form.example": "Use as training example",
    "form.add": "Add the example",
    "form.part": "This text is",
    "form.somebody": "somebody",
    "form.hint_message": "Written by {author}. Please take out whatever is nobody else's business.",
    "form.ask": "Ask your model",
    "form.ask_request": "Your request to {name}",
    "form.send": "Ask",
    # What is wrong in a form
    "form.no_instruction": "Please write the request.",
    "form.no_output": "Please write the answer.",
    "form.no_answer": "Please write an answer, or press one of the other buttons instead.",
    "form.control_character": "There is an invisible control character in this ({character}). Please type that place anew.",
    "form.lone_surrogate": "There is half a character in this ({character}). Please type that place anew.",
    "form.control_tokens": "This holds {marker}, a mark that only the model itself may write. Please take it out.",
    "form.too_long_field": "This has {characters} characters, and the limit is {limit}. Please shorten it.",
    "form.too_long": (
        "Together this is too long for the model: {tokens} tokens, and the limit is {limit} (about {words} English words). "
        "Please shorten it."
    ),
    "form.message_too_long": "Together this has {length} characters. That is too long for one example; please shorten it.",
    "form.format_lines": "One a line: at most {most} lines of {longest} characters, and no questions.",
    "form.format_length": "I could not read a length from that. Write for example: 40 to 120 words.",
    "form.part_empty": "Put the text into the field that you chose here.",
    "form.no_project": (
        "You have no project that you may give examples to. Write to me directly what a model should do for you, and a "
        "project begins; or ask a colleague for a code (`/tune share`)."
    ),
    "form.no_text": "There is no text in that message that could become an example.",
    "form.text_too_long": (
        "That message has {length} characters, and a form holds {limit}. Send me the text directly instead: I ask what it is."
    ),
    # Where a command is answered that was given in a channel, outside any thread
    "place.thread": "I answer in the thread of “{name}”.",
    "place.begin": "I begin a thread for it in this channel.",
    "place.direct": "None of your projects is in this channel, so I answer in our direct messages.",
    "place.join": "A code is for you alone, so I answer in our direct messages.",
    "place.which": "Several of your projects are in this channel. Which one do you mean?",
    "place.ask_whom": "None of the projects in this channel is open to you. {names} can let you in: ask for a code, and use it with `/tune join`.",
    "place.not_here": (
        "No project of yours with this name has a thread in this channel. Pick one from the list, leave `project` out, or write to "
        "me directly."
    ),
    "place.somebody": "Whoever began one",
    "option.project": "{name} ({slug})",
    "option.model": "{name}, version {version}",
    "option.run": "Run {number} of {name}",
    # Files of people that lie elsewhere
    "upload.refused": "I could not fetch **{name}** ({code}), so nothing was added from it. Please send it again.",
    "upload.refused_wrong_type": (
        "I did not fetch **{name}**: I read JSONL, JSON, CSV, Markdown and plain text, and it is none of these. "
        "Please save it as one of them and send it again."
    ),
    "upload.refused_too_large": (
        "**{name}** is larger than it was said to be, and larger than what I take. Please split it, or keep the best rows."
    ),
    "upload.refused_not_readable": (
        "I may not read **{name}**, so nothing was added from it. Please upload the file itself, here, instead of a link to it."
    ),
    "upload.refused_gone": "**{name}** was deleted before I could fetch it, so nothing was added from it. Please send it again.",
    "upload.refused_unreachable": (
        "I tried for some minutes and could not fetch **{name}**, so nothing was added from it. Please send it again later."
    ),
    # What could not be posted
    "outbox.refused": (
        "I could not post {what} {where}: {reason} Nothing that you gave is lost. More may be missing there: I say this "
        "once a day."
    ),
    "outbox.moved": (
        "I could not post {what} {where}: {reason} Nothing that you gave is lost. What I have to tell you from there I tell you "
        "here; to work on it here, write `new` and choose it. I say this once a day."
    ),
    "outbox.what_card": "a card",
    "outbox.what_edit": "the new state of a card",
    "outbox.what_table": "a table",
    "outbox.what_picture": "a picture",
    "outbox.what_file": "a file",
    "outbox.what_text": "a message",
    "outbox.where_here": "here",
    "outbox.where_project": "in the thread of “{name}”",
    "outbox.where_thread": "in a thread where you wrote to me",
    "outbox.where_direct": "to somebody directly",
    "outbox.reason": "it was refused (for the engineer: `{code}`).",
    "outbox.reason_not_in_channel": (
        "I am not in that channel any more. Invite me again, then write “status” in the thread, or go on with me here."
    ),
    "outbox.reason_channel_not_found": (
        "the channel is gone, or I was removed from it. Invite me again if it is there, or go on with me here."
    ),
    "outbox.reason_is_archived": "the channel is archived. Have it opened again, or go on with me here.",
    "outbox.reason_restricted_action": "the rules of that channel do not let me write there. An administrator can change them.",
    "outbox.reason_thread_not_found": "the message that the thread began with was deleted. Go on with me here, or begin a new thread.",
    "outbox.reason_cannot_dm_bot": "that person takes no direct messages from me.",
    "outbox.reason_user_disabled": "that person's account is closed.",
    "outbox.reason_not_installed": "I am not installed there any more. An administrator can install me again.",
    "outbox.reason_broken": "something failed on my side, and trying again did not help. The log says why.",
}

"""Messages taken as examples, the author's consent, what people think of an answer."""

SENTENCES: dict[str, str] = {
    # Messages taken as examples
    "message.source": "message by {author}",
    "message.source_link": "message by {author}: {link}",
    "message.source_proposed": "message by {author}, proposed by {proposer}",
    "message.source_proposed_link": "message by {author}, proposed by {proposer}: {link}",
    "message.somebody": "somebody",
    "message.from": "From",
    "message.incomplete": "An example needs a request and an answer. Nothing was kept; please pick the message again and fill in both.",
    "message.no_author": "I cannot tell who wrote that message, so I did not take it.",
    "message.taken": "Taken for “{name}”. You decide about it here:",
    "message.asked": (
        "{author} wrote that message, so I am asking them first. You hear from me once they have answered; until then "
        "nobody sees the example, and nothing uses it."
    ),
    "message.known_proposed": "The author of that message was asked about it already and has not answered yet.",
    "message.known_pending": "I have an example of that message already. It waits for a decision in `/tune review`.",
    "message.known_approved": "I have an example of that message already, and it is approved.",
    "message.known_rejected": "That message was proposed before, and is not to be used.",
    # The author's consent
    "consent.title": "May this message of yours train a model?",
    "consent.proposer": "Who asks",
    "consent.project": "For the project",
    "consent.link": "The message",
    "consent.note": (
        "Yes means: somebody of the project may correct and approve this text, and then a model learns from it. "
        "No means: I delete it here, and say only that you would rather not."
    ),
    "consent.note_check": "Whoever approves it is offered to black out what is named under Check.",
    "consent.yes": "Yes, use it",
    "consent.no": "No",
    "consent.forget": "Take it back",
    "consent.title_yes": "You said yes to the use of your message",
    "consent.note_yes": "Thank you. “Take it back” deletes it again, whenever you like.",
    "consent.title_no": "You said no: your message was deleted here",
    "consent.title_gone": "That example does not exist any more",
    "consent.title_twin": "Your message is not needed: the same example was there already",
    "consent.not_yours": "Only the author of the message can answer that.",
    "consent.given": "{author} said yes: the message that you proposed for “{name}” may be used. It waits for approval in `/tune review`.",
    "consent.declined": (
        "{author} would rather not have the message used that you proposed for “{name}”, so I have deleted it. "
        "No harm done: another one, or words of your own, will do as well."
    ),
    "consent.twin": (
        "{author} said yes to the message that you proposed for “{name}”. The same example had come in by then, so I "
        "left it out."
    ),
    # What people think of an answer
    "answer.source": "a model's answer: {place}",
    "answer.good": "Good",
    "answer.bad": "Not good",
    "answer.improve": "Improve",
    "answer.keep": "Keep it as an example",
    "answer.was_good": "It was good",
    "answer.note": "What you think of it helps to make the next version better.",
    "answer.note_both": "The buttons are about {who}.",
    "answer.noted_good": "Noted: a good answer",
    "answer.noted_good_note": "You can keep the request and this answer as an example for the next training.",
    "answer.noted_bad": "Noted: not a good answer",
    "answer.noted_bad_note": "What was wrong with it? It counts against the criterion that you pick.",
    "answer.noted_bad_improve": "What would have been better? Improve takes the answer you would want.",
    "answer.no_criterion": "That criterion was changed or removed meanwhile. Press Not good again for those that there are now.",
    "answer.write_better": "Send me the answer as it should have been (`cancel` leaves it).",
    "answer.left": "I leave it as it is.",
    "answer.form": "A better answer",
    "answer.request": "Request",
    "answer.better": "Better answer",
    "answer.better_hint": "Change it until it is the answer you would want.",
    "answer.send": "Send",
    "answer.incomplete": "I need the request and the answer that you would want. Nothing was kept.",
    "answer.same": "That is the same answer as before. Change it, or press Good if it is good.",
    "answer.improved": "Thank you. I have kept which of the two answers is the better one. As an example, yours would be:",
    "answer.not_kept": "I cannot keep this answer as it is: {reason} Press Improve, and send me the answer without that.",
    "answer.decided": "That answer was kept as an example before: it is {status}.",
    "answer.gone": "I do not have that answer any more. Ask again, and judge the new one.",
    "goal.back_better": "Send me the better answer, or `cancel`.",
    # Taking back
    "forget.body_answers": "So do the answers that you asked models for, and what you thought of answers: {count}.",
    "forget.done_answers": "Answers and opinions of yours that are gone too: {count}.",
    # The overview of one's own things
    "home.nothing": "You have no project yet. Write to me what a model should do for you, and we begin.",
    "home.examples": "Examples",
    "home.progress": "{approved} approved of the {good} that make a good start",
    "home.progress_full": "{approved} approved: a good set",
    "home.waiting": "waiting for a decision: {count}",
    "home.next": "Wanted next",
    "home.next_aspect": "{kind} ({aspect})",
    "home.run": "Latest run",
    "home.models": "Models",
    "home.no_models": "none yet",
    "home.more_models": "and {count} more",
    "home.ask": "Ask {name}",
    "home.more": "And {count} more projects. `/tune new` shows where you could go.",
    "home.no_reminders": "No reminders are set.",
}

"""Sentences about drafts: the deck in which they are paged through, pairs to choose from, proposals out of documents."""

SENTENCES: dict[str, str] = {
    # The deck
    "deck.title_draft": "Draft {number} of {count}",
    "deck.title_example": "Example {number} of {count} that waits for you",
    "deck.title_empty": "Nothing waits for your decision",
    "deck.origin": "Where it comes from",
    "deck.passage": "From this passage",
    "deck.origin_given": "{author} gave the request and the answer.",
    "deck.origin_drafted": "A model drafted the answer.",
    "deck.origin_edited": "A model drafted it, and a person rewrote it.",
    "deck.origin_synthetic": "A model made up the request and the answer.",
    "deck.origin_passage": "The answer is taken word for word from {source}. The request was put together for it.",
    "deck.origin_edited_passage": "It was proposed from {source}, and a person rewrote the answer.",
    "deck.origin_document": "It was proposed from {source}.",
    "deck.you": "You",
    "deck.colleague": "A colleague",
    "deck.another": "Another",
    "deck.previous": "Previous",
    "deck.next": "Next",
    "deck.rest": "Approve the rest ({count})",
    "deck.approved": "Approved: {approved} of {total} now.",
    "deck.rejected": "Rejected.",
    "deck.replaced": "Here is another answer to that request.",
    "deck.decided": "That one was decided already: it is {status}.",
    "deck.gone": "That one does not exist any more.",
    "deck.changed": "The queue has changed since that button was shown, so I approved nothing. Here it is as it is now.",
    "deck.rest_approved": "The rest is approved: {approved} of {total} now.",
    "deck.rest_kept": "Not approved: {count} with something personal or secret in it. Please decide about each by itself.",
    "deck.rest_unconsented": "Not approved: {count} that somebody else gave, who has not agreed yet that they may be used.",
    "deck.same_again": "The model came up with nearly the same answer again, so this one stays. Edit changes it by hand.",
    "deck.no_other": "There is no other draft: {reason}. This one stays.",
    "deck.no_number": "There is no example of that number; there are {count}. `/tune examples` shows them.",
    "deck.reopened": "Example {number} is open for your decision.",
    "deck.none": "Nothing waits for your decision. `/tune draft` has some examples drafted; your own are welcome at any time.",
    "deck.none_here": (
        "What waits was given by people who have not agreed yet that it may be used, so I do not show it here. They decide "
        "about it in their own conversation with me."
    ),
    "deck.finished": "That was the last one.",
    # Drafting
    "draft.too_few": (
        "Drafts are made after your examples, and there are {approved} approved so far. "
        "I need {needed}; then `/tune draft` works."
    ),
    "draft.made": "{asked} asked, {drafted} drafted.",
    "draft.alike": "Left out, too much like an earlier example: {count}.",
    "draft.unusable": "Left out, not usable as they came: {count}.",
    "draft.stopped": "I stopped there, because {reason}.",
    "draft.model_away": "the writing model is not available ({reason})",
    "draft.out_of_time": "drafting takes long here; `/tune draft` goes on",
    "draft.cut": "I draft at most {limit} at a time here, so that you do not wait long.",
    "draft.rough": "The small model on this machine wrote them, so expect them to be rough: edit or reject freely.",
    "draft.by_hand": "Please give me the next example yourself.",
    # Two drafts
    "contrast.title": "Which answer is better?",
    "contrast.first": "First",
    "contrast.second": "Second",
    "contrast.neither": "Neither",
    "contrast.note": "Two drafts of a model for the same request. Pick one; I then ask why, in one line.",
    "contrast.title_picked": "You picked: {label}",
    "contrast.title_neither": "Neither was good",
    "contrast.ask_reason": "Why is it better? One line teaches most. Or write `skip`.",
    "contrast.ask_own": "Then please write the answer as it should be.",
    "contrast.ask_request": (
        "For which request shall I draft two answers? Write it behind the command: `/tune contrast Write a …`."
    ),
    "contrast.alike": "Both drafts came out nearly the same, so there is nothing to choose. Here is one of them.",
    "contrast.not_yours": "This pair was made for somebody else, who has to pick. `/tune contrast` makes one for you.",
    "contrast.gone": "That pair does not exist any more. `/tune contrast` makes a new one.",
    "contrast.learned": "Noted as a rule for this project. Later drafts follow it.",
    "contrast.rule": "Rule",
    # Documents
    "document.more": "More from this document",
    "document.title_more": "There is more to read",
    "document.title_read": "Read: {name}",
    "document.title_left": "Left as it is: {name}",
    "document.not_read": "Passages not read yet",
    "document.pasted": "pasted text",
    "document.gone": "I do not have that document any more. Please send it again.",
    "document.proposed": "Examples proposed from **{name}**: {count}. Their answers are taken from it word for word.",
    "document.nothing": (
        "I found nothing here in **{name}** to make an example of: no question with its answer, no heading with a text "
        "below it. Please give me an example from it yourself."
    ),
    "document.left_out": "Passages left out (no question or heading, too long, or here already): {count}.",
    "document.without_model": "The writing model did not help ({reason}), so I went by headings and questions alone.",
    # Taking back
    "forget.body_picks": "Your picks between drafts and the rules learned from them go too: {count}.",
    "forget.done_picks": "Your picks and the rules learned from them are deleted too: {count}.",
}

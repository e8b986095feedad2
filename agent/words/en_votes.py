"""People's blind votes on answers: the offer, the pairs, and what the votes say."""

SENTENCES: dict[str, str] = {
    # The offer
    "rate.offer_title": "Which answers do people prefer?",
    "rate.offer_note": (
        "{pairs} requests, two answers each, without saying which model wrote which. "
        "What you pick counts in the comparison of run {number}. Colleagues can press it too."
    ),
    "rate.offer_note_one": (
        "One request with two answers, without saying which model wrote which. "
        "What you pick counts in the comparison of run {number}. Colleagues can press it too."
    ),
    "rate.now": "Rate now",
    # A pair
    "rate.title": "Pair {number} of {total}: which answer is better?",
    "rate.request": "Request",
    "rate.answer_first": "Answer A",
    "rate.answer_second": "Answer B",
    "rate.first": "A is better",
    "rate.second": "B is better",
    "rate.same": "About the same",
    "rate.back": "Back",
    "rate.stop": "Stop rating",
    "rate.note": (
        "One answer is the base model's, the other your model's. Which is which stays hidden until the end, "
        "and the order is drawn anew for each pair and each person."
    ),
    "rate.lost": "That pair was taken back, or shown with its names, meanwhile. So it is left out.",
    # The end
    "rate.title_done": "Thank you for rating",
    "rate.title_stopped": "Rating stopped",
    "rate.title_moved": "This rating goes on further down",
    "rate.yours": "Your picks: your model {tuned}, base model {base}, about the same {same}.",
    "rate.all": "All votes on run {number} so far: your model {tuned}, base model {base}, about the same {same}.",
    "rate.raters": "People who voted: {count}.",
    "rate.updated": "The comparison counts them: {headline} `/tune compare` shows all of it.",
    "rate.more": "For more pairs, write `/tune rate`.",
    "rate.no_more": "There is no pair left in this run that you could rate blind.",
    "rate.nothing": "Nothing was rated.",
    # What stands against it
    "rate.none_yet": "There is no comparison to rate yet. `/tune train` trains a model and compares it with the base model.",
    "rate.comparing": "Run {number} is still answering its test requests. When its comparison is there, you can rate it.",
    "rate.no_answers": "The answers of run {number} are not there any more, so there is nothing to rate. `/tune train` makes new ones.",
    "rate.not_about_task": (
        "Run {number} has no answers to requests about your task: it was tested with none of your examples, or they were taken "
        "back. Answers to other kinds of requests are not rated. With more examples, the next run has more test requests."
    ),
    "rate.all_alike": (
        "Both models gave the same answer to every test request of run {number} about your task: there is nothing to tell apart."
    ),
    "rate.all_named": (
        "All answers of run {number} that differ were shown together with whose they are, so nobody can rate them blind any more. "
        "With more examples, the next run has more test requests."
    ),
    "rate.run_gone": "That run is not known here any more. `/tune rate` shows what can be rated.",
    "rate.closed": "That rating is finished, and its votes are counted. `/tune rate` shows pairs that you have not rated.",
    "rate.not_yours": "These pairs were drawn for somebody else. `/tune rate` shows you your own; your vote counts too.",
    # Taking back
    "forget.body_votes": "Your votes on answers go too: {count}.",
    "forget.done_votes": "Your votes on answers are deleted too: {count}.",
}

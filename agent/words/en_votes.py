"""People's blind votes on answers: the offer, the pairs, and what the votes say."""

SENTENCES: dict[str, str] = {
    # The offer
    "rate.offer_title": "Which answers do people prefer?",
    "rate.offer_title_answers": "How good do people find the answers?",
    "rate.run": "run {number}",
    "rate.evaluation": "evaluation {number}",
    "rate.offer": (
        "{count} requests, two answers each, without saying which model wrote which. What you pick counts in the comparison of {what}."
    ),
    "rate.offer_one": (
        "One request with two answers, without saying which model wrote which. What you pick counts in the comparison of {what}."
    ),
    "rate.offer_answers": (
        "{count} answers to score from 1 to 5, without saying which model wrote which. What you give counts in the comparison of {what}."
    ),
    "rate.offer_answers_one": (
        "One answer to score from 1 to 5, without saying which model wrote it. What you give counts in the comparison of {what}."
    ),
    "rate.offer_open": "Colleagues can press it too.",
    "rate.offer_know": "{names} know these kinds of requests best: they gave or approved examples of them.",
    "rate.offer_knows": "{names} knows these kinds of requests best, and gave or approved examples of them.",
    "rate.asked": (
        "You are asked because you gave or approved examples of “{name}”, so you can tell a good answer. "
        "You are asked once a day at most."
    ),
    "rate.now": "Rate now",
    "rate.scores": "Score answers 1 to 5",
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
    "rate.note": "Which is which stays hidden until the end, and the order is drawn anew for each pair and each person.",
    "rate.whose_run": "One answer is the base model's, the other your model's.",
    "rate.whose_evaluation": "They are the answers of {names}, in any order.",
    "rate.how": (
        "That is neither A nor B. Write A, B or `same`, or press a button of the pair. “Stop rating” leaves it."
    ),
    "rate.lost": "That pair was taken back, or shown with its names, meanwhile. So it is left out.",
    # The end
    "rate.title_done": "Thank you for rating",
    "rate.title_stopped": "Rating stopped",
    "rate.title_moved": "This rating goes on further down",
    "rate.yours": "Your picks: {tuned_name} {tuned}, {base_name} {base}, about the same {same}.",
    "rate.all": "All votes on {what} so far: {tuned_name} {tuned}, {base_name} {base}, about the same {same}.",
    "rate.raters": "People who voted: {count}.",
    "rate.side_base": "base model",
    "rate.side_tuned": "your model",
    "rate.updated": "The comparison counts them: {headline} `/tune compare{of}` shows all of it.",
    "rate.more": "For more pairs, write `/tune rate{of}`.",
    "rate.no_more": "There is no pair left in {what} that you could rate blind: what one has scored or voted on is not shown again.",
    "rate.nothing": "Nothing was rated.",
    # Whether votes suffice
    "votes.tuned": (
        "The votes suffice: people prefer {tuned_name}. Over {n} requests it leads by {lead} of 100, and by {low} to {high} "
        "with 95 % certainty, however often one has looked."
    ),
    "votes.base": (
        "The votes suffice: people prefer {base_name}. Over {n} requests it leads by {lead} of 100, and by {low} to {high} "
        "with 95 % certainty, however often one has looked."
    ),
    "votes.alike": (
        "The votes suffice: people see no difference that matters. Over {n} requests neither side leads by more than "
        "{matters} of 100, with 95 % certainty."
    ),
    "votes.open": "The votes do not settle it yet. If they go on like this, votes on about {missing} more requests would.",
    "votes.open_few": (
        "The votes do not settle it yet. If they go on like this, votes on about {missing} more requests would, and this "
        "comparison has only {left} left. More test requests come with more examples."
    ),
    "votes.open_far": (
        "The votes do not settle it, and as they go, even {missing} more would not: people hardly prefer either side."
    ),
    # How people agree
    "people.voted": "People who voted: {raters}, with {votes} votes.",
    "people.scored": "People who scored answers from 1 to 5: {raters}, on {answers} answers.",
    "people.own": (
        "{count} of these ratings are by people who had given the answer that was wanted there: they know the case, and may "
        "lean towards their own words."
    ),
    "people.own_one": (
        "One of these ratings is by somebody who had given the answer that was wanted there: they know the case, and may lean "
        "towards their own words."
    ),
    "people.voted_alike": (
        "On {units} pairs that two or more people voted on, they picked the same in {alike} of 100 cases "
        "(95 % interval {low} to {high})."
    ),
    "people.alpha": "Krippendorff's alpha is {alpha}. {meaning}",
    "people.alpha_means": (
        "1 is full agreement and 0 is chance; below 0.67 one should not lean on it. It is low, too, where nearly everything is "
        "rated the same."
    ),
    "people.interval": "{value} ({low} to {high})",
    "people.scored_criterion": "{criterion} {alpha}, the very same score in {alike} of 100 cases",
    "people.scored_alike": (
        "On {units} answers that two or more people scored, Krippendorff's alpha with its 95 % interval: {told}. {meaning}"
    ),
    "people.voted_few": (
        "Pairs that two or more people voted on: {units}, too few to say how far people agree. {needed} are needed."
    ),
    "people.scored_few": (
        "Answers that two or more people scored: {units}, too few to say how far people agree. {needed} are needed."
    ),
    # Scores
    "rubric.overall": "the answer as a whole",
    "scores.title": "Answer {number} of {total}: how good is it?",
    "scores.answer": "Answer",
    "scores.asks_accuracy": "Is what it says right?",
    "scores.asks_format": "Does it have the form that you want: sections, lines, lists, labels, length?",
    "scores.asks_relevance": "Does it answer this request, for this case?",
    "scores.asks_completeness": "Is everything in it that the request asks for and gives?",
    "scores.asks_tone": "Do the words suit whoever reads the answer?",
    "scores.anchors": "{asks} 1: {poor} 3: {good} 5: {excellent}",
    "scores.overall_1": "Poor (1)",
    "scores.overall_2": "Weak (2)",
    "scores.overall_3": "Good (3)",
    "scores.overall_4": "Very good (4)",
    "scores.overall_5": "Excellent (5)",
    "scores.each": "Score each criterion",
    "scores.whose_run": "Whose answer this is stays hidden: some are the base model's, some your model's.",
    "scores.whose_evaluation": "Whose answer this is stays hidden. Those who answered: {names}.",
    "scores.note": (
        "A number from 1 to 5 scores the answer "
        "as a whole. To score each criterion, write {count} numbers in the order above, and why if you like, for example "
        "`{example}`. A dash stands for what you cannot tell."
    ),
    "scores.note_one": "A number from 1 to 5 scores it; `4: it forgot the lift` also says why.",
    "scores.comes_back": "You have scored this answer before, and that stays. Only what the criteria did not ask for then is asked for now.",
    "scores.skip": "I cannot tell",
    "scores.example_why": "it forgot the lift",
    "scores.back": "Back",
    "scores.stop": "Stop scoring",
    "scores.form": "Score this answer",
    "scores.form_why": "Why?",
    "scores.form_why_hint": "One line, if you like. A judge may learn from it.",
    "scores.option": "{score}: {anchor}",
    "scores.send": "Send",
    "scores.how": (
        "Write {count} numbers from 1 to 5 for {criteria}, in this order, and why if you like: for example `{example}`. "
        "A dash stands for what you cannot tell."
    ),
    "scores.wrong_count": (
        "I count {given} scores. Please give one for the answer as a whole, or {needed}: one for each criterion, in the order "
        "on the card. If you meant something else, press “Stop scoring” first."
    ),
    "scores.wrong_count_one": (
        "I count {given} scores, and one is asked for here. If you meant something else, press “Stop scoring” first."
    ),
    "scores.out_of_range": "Every score is a whole number from 1 (poor) to 5 (excellent). A dash stands for what you cannot tell.",
    "scores.why_too_long": "The reason has {length} characters; {limit} are the most. One line is enough.",
    "scores.none_given": "Please give at least one score.",
    "scores.gone": "What this form asks for was changed meanwhile, so I kept none of it. `/tune rate scores` shows what is asked for now.",
    "scores.lost": "That answer was taken back, or shown with its name, meanwhile. So it is left out.",
    "scores.title_done": "Thank you for scoring",
    "scores.title_stopped": "Scoring stopped",
    "scores.title_moved": "This scoring goes on further down",
    "scores.yours": "You scored {count} answers.",
    "scores.yours_one": "You scored one answer.",
    "scores.nothing": "Nothing was scored.",
    "scores.updated": (
        "The comparison counts a request once the same person has scored both of its answers. It says by now: {headline} "
        "`/tune compare{of}` shows all of it."
    ),
    "scores.more": "For more answers, write `/tune rate scores{of}`.",
    "scores.no_more": "There is no answer left in {what} that you could score blind: what one has scored or voted on is not shown again.",
    "scores.closed": "That scoring is finished. `/tune rate scores` shows answers that you have not scored.",
    "scores.not_yours": "These answers were drawn for somebody else. `/tune rate scores` shows you your own.",
    "scores.all_named": (
        "All answers of {what} were shown together with whose they are, so nobody can score them blind any more. "
        "With more examples, the next run has more test requests."
    ),
    # What stands against it
    "rate.none_yet": "There is no comparison to rate yet. `/tune train` trains a model and compares it with the base model.",
    "rate.comparing": "Run {number} is still answering its test requests. When its comparison is there, you can rate it.",
    "rate.no_answers": "The answers of {what} are not there any more, so there is nothing to rate. `/tune {anew}` makes new ones.",
    "rate.not_about_task": (
        "{what} has no answers to requests about your task: it was tested with none of your examples, or they were taken "
        "back. Answers to other kinds of requests are not rated. With more examples, the next run has more test requests."
    ),
    "rate.all_alike": (
        "Both models gave the same answer to every test request of {what} about your task: there is nothing to tell apart."
    ),
    "rate.all_named": (
        "All answers of {what} that differ were shown together with whose they are, so nobody can rate them blind any more. "
        "With more examples, the next run has more test requests."
    ),
    "rate.no_such": "There is no comparison of {what} here that could be rated. `/tune rate` shows what was compared last.",
    "rate.which": (
        "I do not know whose answers you mean. `/tune rate` shows what was compared last; `/tune rate run 2` and "
        "`/tune rate evaluation 2` show what has that number."
    ),
    "rate.run_gone": "That run is not known here any more. `/tune rate` shows what can be rated.",
    "rate.evaluation_gone": "That evaluation is not known here any more. `/tune rate` shows what can be rated.",
    "rate.closed": "That rating is finished, and its votes are counted. `/tune rate` shows pairs that you have not rated.",
    "rate.not_yours": "These pairs were drawn for somebody else. `/tune rate` shows you your own; your vote counts too.",
    # Taking back
    "forget.body_votes": "Your votes on answers go too: {count}.",
    "forget.done_votes": "Your votes on answers are deleted too: {count}.",
    "forget.body_scores": "So do your scores of answers, with what you wrote beside them: {count}.",
    "forget.done_scores": "Your scores of answers are deleted too, with what you wrote beside them: {count}.",
    "forget.body_pins": "So do the requests that you pinned: {count}.",
    "forget.done_pins": "The requests that you pinned are deleted too: {count}.",
    "forget.body_reminders": (
        "So do your reminders about this project and about none, what you asked to be reminded of, and your time zone and "
        "quiet hours: {count}."
    ),
    "forget.done_reminders": (
        "Your reminders about this project and about none are deleted too, with your time zone and quiet hours: {count}. "
        "Those that you asked for in other projects still come."
    ),
    "forget.body_surveyed": "So does what you said when you were asked whether a model helped: {count}.",
    "forget.done_surveyed": "What you said of the models is deleted too: {count}.",
}

"""Whether it helped: the survey after a new model, `/tune stats`, feature flags and the metrics endpoint."""

SENTENCES: dict[str, str] = {
    "help.stats": "`/tune stats` – did it help? Your projects in figures: models, satisfaction, who comes back",
    "hello.greeting_B": (
        "Hello. I am Threadtune. In about ten examples you and I can teach a small language model to write as your team does. "
        "I ask, you answer in plain words."
    ),
    # The survey
    "survey.title": "Does {name} v{version} help you?",
    "survey.note": (
        "One question, once for this version. 1 means not at all, 5 very much. Owners of the project see the average, never "
        "who said what."
    ),
    "survey.note_waits": (
        "Version {version} still waits beside version {used}: `/tune ask v{version}: …` tries it, `/tune use v{version}` puts it to use."
    ),
    "survey.lowest": "1, not at all",
    "survey.highest": "5, very much",
    "survey.skip": "Skip",
    "survey.title_rated": "Thank you. You gave {name} v{version} {rating} of 5",
    "survey.note_rated": "If you like, say in a word why. Press another number if you think otherwise by now.",
    "survey.label_word": "Your words",
    "survey.say_word": "Say why",
    "survey.change_word": "Change the words",
    "survey.form": "In a word, why?",
    "survey.field_word": "In a word or a sentence",
    "survey.hint_word": "For whoever runs this installation. Leave out names. At most {longest} characters.",
    "survey.send": "Send",
    "survey.ask_word": "In a word or a sentence: why? (`cancel` leaves it out.)",
    "survey.word_kept": "Thank you, I noted that.",
    "survey.word_left": "I leave it at the number.",
    "survey.word_long": "That has {length} characters, and {longest} is the limit. Please shorten it.",
    "survey.word_empty": "There are no words in that. Please write one, or leave it.",
    "survey.number_first": "Please pick a number first.",
    "survey.title_skipped": "Skipped. I do not ask about this version again",
    "survey.not_yours": "That question was for somebody else.",
    "survey.gone": "That version is gone, so there is nothing to say about it.",
    # Statistics
    "stats.title": "Your projects in figures",
    "stats.title_all": "Everything here in figures",
    "stats.none": "You own no project yet. Write what a model should do for you, and one begins.",
    "stats.projects": "Projects: {projects}. Models made: {models}.",
    "stats.people": "People: {people}. Active in the last {first} days: {in_first}; in the last {second} days: {in_second}.",
    "stats.makers": "People who made a model: {makers} of {people}{interval}.",
    "stats.returned": "Came back in the second week after their first word: {share} of {people} people{interval}.",
    "stats.returned_few": "Came back in the second week: one person's second week is over. One is too few for a share.",
    "stats.returned_none": "Came back in the second week: nobody's second week is over yet.",
    "stats.satisfaction": "Satisfaction, from 1 to 5: {mean} on average, {people} people{interval}.",
    "stats.satisfaction_in_threes": "People are counted three at a time, so that nobody can tell from two averages what one said.",
    "stats.satisfaction_one": "Satisfaction, from 1 to 5: one person answered. One answer is no average.",
    "stats.satisfaction_none": "Satisfaction: nobody has answered yet.",
    "stats.satisfaction_hidden": (
        "Satisfaction: fewer than {fewest} people answered. I tell it from {fewest} on, so that nobody can read a colleague's "
        "own answer from it."
    ),
    "stats.first_model": "From the first word to the first model: {time} (the median of {makers} who made one).",
    "stats.first_model_none": "From the first word to the first model: nobody has made one yet.",
    "stats.reminders_suggestion": "Our own reminders that were answered within a day: {answered} of {sent}{interval}.",
    "stats.reminders_scheduled": "Reminders that people had asked for, answered within a day: {answered} of {sent}{interval}.",
    "stats.reminders_none": "Reminders: none was sent in the last {days} days whose day for an answer is over.",
    "stats.interval": " ({low} to {high})",
    "stats.interval_few": " ({low} to {high}; fewer than {fewest} people, so this says little)",
    "stats.how": (
        "In parentheses: the range that holds the true figure in 95 of 100 cases. Accounts that are linked count as one person."
    ),
    "stats.days": "{days} days",
    "stats.words": "What people wrote in the survey:",
    "stats.words_line": "- {rating} of 5: {word}",
    "stats.words_none": "Nobody has written anything in the survey.",
    "stats.flag": "Flag `{flag}` ({shares}). Shown: {people}.",
    "stats.flag_share": "{variant} {percent} %",
    "stats.flag_people": "{variant} to {count}",
    "stats.flag_watched": "Watched still, as their {days} days are not over: {count}.",
    "stats.flag_left_out": "Left out, as they were shown another variant since: {count}.",
    "stats.flag_outcome": "- {outcome}: {variants}. {verdict}",
    "stats.flag_mean": "{variant} {mean} (of {people})",
    "stats.flag_interval": "{variant} {mean} ({low} to {high}, of {people})",
    "stats.flag_nobody": "{variant} nobody yet",
    "stats.outcome_made_model": "Made a model",
    "stats.outcome_returned": "Came back in week 2",
    "stats.outcome_active_days": "Days on which they did anything, of the 13 that followed",
    "stats.outcome_days_to_model": "Days to the first model",
    "stats.outcome_satisfaction": "Satisfaction",
    "stats.verdict_too_few": "Too few to tell: it takes {fewest} people of each.",
    "stats.verdict_open": "No difference is shown: {difference}.",
    "stats.verdict_higher": "Higher for {variant}: {difference}.",
    "stats.verdict_lower": "Lower for {variant}: {difference}.",
    "stats.difference": "{mean} ({low} to {high})",
    "stats.difference_points": "{mean} of 100 people ({low} to {high})",
    "stats.percent": "{value} %",
    # Flags
    "flags.bad": "The feature flags cannot be read: {reason}",
    "flags.bad_no_value": "“{written}” has no value. Write for example: suggestions=50%, hello=A:50/B:50.",
    "flags.bad_twice": "{name} is set twice. Leave one of the two.",
    "flags.bad_unknown": "there is no flag “{name}”. There are: {known}.",
    "flags.bad_percent": "“{written}” of {name} is no percentage from 0 to 100. Write for example 50%, on or off.",
    "flags.bad_percent_of": "“{written}” of {name} has no percentage from 0 to 100 for each variant. Write for example A:50/B:50.",
    "flags.bad_variant": "“{written}” of {name} names a variant that is not there, or one twice. There are: {variants}.",
    "flags.bad_sum": "the percentages “{written}” of {name} do not add up to 100.",
    "flags.bad_file": "flags.toml in the home folder is not valid TOML: {reason}.",
    "flags.bad_unreadable": "flags.toml in the home folder cannot be opened: {reason}.",
    "flags.bad_people": "under [people] in flags.toml stands an account with its variants in braces, and nothing else.",
    "doctor.flags": "Feature flags",
    "doctor.flags_none": "None is set: everybody gets every feature.",
    "doctor.flags_ok": "{flags}.",
    "doctor.flags_one": "{name}: {shares}",
    "doctor.flags_people": "{name}: {shares}, {count} by hand",
    # Metrics
    "metrics.serving": "Metrics for Prometheus: http://{host}:{port}/metrics",
    "metrics.port_in_use": (
        "Metrics cannot be served at {host}:{port}: another program listens there. Set THREADTUNE_METRICS_PORT to a port that "
        "is free, or unset it to serve none."
    ),
    "metrics.host_elsewhere": "Metrics cannot be served at {host}: this machine has no such address. Set THREADTUNE_METRICS_HOST to one that it has.",
    "metrics.refused": "Metrics cannot be served at {host}:{port} ({reason}). Set THREADTUNE_METRICS_PORT to a port above 1023 that is free.",
}
"""By key, as in ``agent.words.en``."""

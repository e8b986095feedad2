"""What reminders say, what they offer, and how they are set."""

SENTENCES: dict[str, str] = {
    "help.remind": "`/tune remind` – have me write to you when something is worth doing; `/tune remind every Tuesday at 9`",
    # A reminder
    "remind.title": "One thing for “{name}”",
    "remind.title_scheduled_for": "Your reminder, and one thing for “{name}”",
    "remind.title_nothing": "Your reminder. Nothing else waits in your projects",
    "remind.asked_for": "You wanted to be reminded of",
    "remind.field_step": "Where you are",
    "remind.field_why": "Why",
    "remind.field_next": "Next",
    "remind.note_here": "Write your answer right here; I make an example of it, and you approve it.",
    "remind.note": "`/tune remind` changes how often I write.",
    "remind.note_last": (
        "This is the last one for now, since you had no use for those before it. `/tune remind on` begins again."
    ),
    "remind.snooze_hour": "In 1 hour",
    "remind.snooze_tomorrow": "Tomorrow",
    "remind.snooze_week": "Next week",
    "remind.later": "Not now",
    "remind.stop": "Stop suggestions",
    "remind.stop_this": "Stop this reminder",
    "remind.today": "today",
    "remind.yesterday": "yesterday",
    "remind.days_ago": "{days} days ago",
    # Why, what, and the button
    "remind.why_cell": "Of this your model has seen least so far.",
    "remind.do_cell": "Give one",
    "remind.why_criterion": (
        "Its answers are weakest in {criterion}: {name} v{version} reached {mean} of 5 in {answers} answers, and the target is {target:g}."
    ),
    "remind.why_criterion_said": (
        "People found answers of {name} v{version} not good for their {criterion}: {against} of {answers} that they judged."
    ),
    "remind.ask_criterion": "Could you give me one example whose answer is just right in {criterion}?",
    "remind.do_criterion": "Give one",
    "remind.why_draft": "{count} examples wait for a decision, and nothing learns from them before it is made.",
    "remind.why_draft_one": "One example waits for a decision, and nothing learns from it before it is made.",
    "remind.ask_draft": "Look through them: approve, edit or reject.",
    "remind.ask_draft_one": "Look at it: approve, edit or reject.",
    "remind.do_draft": "Show what waits",
    "remind.why_comparison_run": "Too few people have voted to say whether run {number} made the answers better.",
    "remind.why_comparison_evaluation_pairs": (
        "Too few people have voted to say whose answers are better in evaluation {number}: those of {names}."
    ),
    "remind.why_comparison_evaluation_answers": (
        "Too few answers of evaluation {number} are scored by people to say whose are best: those of {names}."
    ),
    "remind.ask_comparison_pairs": "Compare {pairs} pairs of answers, without knowing which model wrote which.",
    "remind.ask_comparison_pairs_one": "Compare two answers, without knowing which model wrote which.",
    "remind.ask_comparison_answers": "Score {answers} answers from 1 to 5, without knowing which model wrote which.",
    "remind.ask_comparison_answers_one": "Score one answer from 1 to 5, without knowing which model wrote it.",
    "remind.do_comparison": "Rate now",
    "remind.why_train": "{count} examples are approved: enough for a first model.",
    "remind.why_train_one": "One example is approved.",
    "remind.ask_train": "Look at the settings. Nothing starts before you say so.",
    "remind.ask_train_one": "Look at the settings. Nothing starts before you say so.",
    "remind.do_train": "Show the settings",
    "remind.why_retrain": "{count} of the {approved} approved examples are new: no model has learned from them yet.",
    "remind.why_retrain_one": "One of the {approved} approved examples is new: no model has learned from it yet.",
    "remind.ask_retrain": "Train a new version on all of them, and compare it with the one in use. Nothing starts before you say so.",
    "remind.ask_retrain_one": "Train a new version, and compare it with the one in use. Nothing starts before you say so.",
    "remind.do_retrain": "Retrain and compare",
    "remind.why_run_saved": "Run {number} ended well {ago}, and nobody has looked at what it changed.",
    "remind.why_run_failed": "Run {number} failed {ago}, and nobody has looked at why.",
    "remind.ask_run": "Have a look: what follows depends on it.",
    "remind.do_run": "Show it",
    "remind.why_evaluation_version": "No evaluation has put {name} v{version} beside {against} yet.",
    "remind.why_evaluation_pins": "Requests were pinned since the last evaluation, and {name} v{version} was not asked them there.",
    "remind.why_evaluation_age": "The last evaluation is {days} days old. Your work may have changed since.",
    "remind.ask_evaluation": "Have both answer the same requests. What it takes is shown before it starts.",
    "remind.do_evaluation": "Show what it takes",
    # The rhythms of the guides
    "remind.step_week_1": "Week 1 of 4: about {foundation} good examples, of three kinds or so. {approved} are approved.",
    "remind.step_week_2": "Week 2 of 4: train, and try the model on real work.",
    "remind.step_week_3": "Week 3 of 4: find what it is weak in, and give about 25 examples of just that. {new} are new.",
    "remind.step_week_4": "Week 4 of 4: train again, and see whether it got better.",
    "remind.step_foundation": "Round 1, foundation: {approved} of {foundation} examples across your main tasks.",
    "remind.step_specialisation": "Round 2, specialisation: {approved} of {specialised} examples; now the weak areas and harder cases.",
    "remind.step_polish": "Round 3, polish: {approved} of {polished} examples; now tone, terms and what is new at your work.",
    "remind.step_month_collect": "Monthly update: collect 10 to 15 new examples. {new} are new.",
    "remind.step_month_compare": "Monthly update: {new} new examples. Train again, compare, and use the better model.",
    # What follows from the buttons
    "remind.title_done": "Reminder: taken up",
    "remind.title_snoozed": "Reminder: put off",
    "remind.title_later": "Reminder: not now",
    "remind.title_stopped": "Reminder: stopped",
    "remind.snoozed": "I come back to it on {when}.",
    "remind.not_now": "All right. Another time I come with something else.",
    "remind.stopped": "I send no more suggestions. `/tune remind on` begins again; what you scheduled yourself still comes.",
    "remind.ended": "This reminder does not come again. `/tune remind list` shows the others.",
    "remind.not_yours": "That reminder is for somebody else.",
    "remind.after_this": "Gladly, right after this.",
    "remind.unreachable": (
        "I had a message for you and could not send it directly. If you want such messages, allow direct messages from me."
    ),
    # How reminders are set
    "reminders.title": "Your reminders",
    "reminders.title_done": "Your reminders: noted",
    "reminders.suggestions": "My suggestions",
    "reminders.on": "on: at most one a day, at {hour}, and fewer if you do not use them",
    "reminders.off": "off",
    "reminders.snoozed": "Put off until",
    "reminders.zone": "Your time zone",
    "reminders.no_zone": "not known yet",
    "reminders.quiet": "Quiet hours",
    "reminders.quiet_hours": "{begin} to {end}: none of my suggestions come then",
    "reminders.no_quiet": "none",
    "reminders.rhythm": "Rhythm",
    "reminders.no_rhythm": "none",
    "reminders.rhythm_weeks": "four weeks: 50 examples, a first model, 25 more where it is weak, a second model",
    "reminders.rhythm_rounds": "three rounds: foundation, specialisation, polish; once a week",
    "reminders.rhythm_monthly": "monthly: 10 to 15 new examples, train again, keep the better model",
    "reminders.scheduled": "What you set yourself",
    "reminders.nothing_scheduled": "nothing",
    "reminders.line": "{when} ({zone})",
    "reminders.numbered": "{number}. {line}",
    "reminders.list_title": "These come as you set them:",
    "reminders.in_your_words": "{number}, in your words",
    "reminders.how_to_delete": "`/tune remind delete 1` ends the first.",
    "reminders.none_listed": "You set no reminder. `/tune remind every Tuesday at 9` sets one.",
    "reminders.put_off": "One that you put off comes again on {when}.",
    "reminders.deleted": "It does not come any more: {line}.",
    "reminders.which_number": "Which one? Write its number, like `/tune remind delete 1`; `/tune remind list` shows them.",
    "reminders.no_number": "There is no reminder of that number. `/tune remind list` shows them.",
    "reminders.note": (
        "Any other rhythm in your words: `/tune remind every Tuesday at 9`. `/tune remind list` shows what you set, and how to end it."
    ),
    "reminders.turn_on": "Turn suggestions on",
    "reminders.turn_off": "Turn suggestions off",
    "reminders.change": "Change times",
    "reminders.choose_weeks": "Four weeks",
    "reminders.choose_rounds": "Three rounds",
    "reminders.choose_monthly": "Monthly update",
    "reminders.end_rhythm": "No rhythm",
    "reminders.form_title": "Your reminders",
    "reminders.label_zone": "Time zone",
    "reminders.hint_zone": "A large city near you, or what your clock shows now",
    "reminders.label_quiet": "Quiet hours",
    "reminders.hint_quiet": "Like 21:00 to 08:00; leave it empty for none",
    "reminders.label_hour": "When suggestions come",
    "reminders.hint_hour": "Like 10:00",
    "reminders.save": "Save",
    "reminders.how_to_change": (
        "Write `/tune remind zone Berlin`, `/tune remind quiet 21 to 8` or `/tune remind hour 10`, each with what is right for you."
    ),
    "reminders.turned_on": (
        "Suggestions are on: at most one a day, at {hour}, only when something is worth doing. If you do not use them, they become "
        "fewer and stop. `/tune remind off` ends them."
    ),
    "reminders.turned_off": "Suggestions are off. I write to you only in answer to you, or when a run of yours ends.",
    "reminders.turned_off_but": (
        "Suggestions are off. What you set yourself still comes ({count}); `/tune remind list` shows it, and how to end it."
    ),
    "reminders.ask_zone": "Where are you? I ask once, so that nothing comes at night.",
    "reminders.ask_zone_note": "Name a large city near you, like `Berlin`, or write what your clock shows now, like `14:30`.",
    "reminders.ask_zone_note_shared": "Write `/tune remind zone Berlin`, with a large city near you, or press the button.",
    "reminders.say_zone": "Say where I am",
    "reminders.nothing_changed": "Nothing was changed.",
    "reminders.zone_noted": "Your time zone is {zone}: it is {now} for you.",
    "reminders.zone_kept": (
        "What you set before still comes by the clocks of {zone}. To have it by yours, set it again; `/tune remind list` shows it."
    ),
    "reminders.zone_left": "Your time zone stays open. `/tune remind zone Berlin` sets it.",
    "reminders.quiet_noted": "Quiet hours are from {begin} to {end}.",
    "reminders.quiet_noted_later": "Quiet hours are from {begin} to {end}. Suggestions wait until {end}.",
    "reminders.quiet_off": "You have no quiet hours.",
    "reminders.bad_quiet": "{why} Write them like `/tune remind quiet 21:00 to 08:00`, or `/tune remind quiet off`.",
    "reminders.misfilled_quiet": "{why} Write them like 21:00 to 08:00, or leave it empty for none.",
    "reminders.misfilled_hour": "{why} Write it like 10:00.",
    "reminders.hour_noted": "Suggestions come at {hour}.",
    "reminders.hour_noted_later": "You chose {hour}, which is in your quiet hours: suggestions come at {at}. `/tune remind quiet off` ends these.",
    "reminders.bad_hour": "{why} Write it like `/tune remind hour 10:00`.",
    "reminders.set": "I remind you {when}, the first time on {first}. `/tune remind list` shows all that you set.",
    "reminders.set_once": "I remind you once, on {first}. `/tune remind list` shows all that you set.",
    "reminders.set_already": "You have that reminder already: {line}. `/tune remind list` shows all that you set.",
    "reminders.set_without_slash": (
        "Should that have been an example? Then write `/tune add` and your words again; `/tune remind list` ends the reminder."
    ),
    "reminders.too_many": "You have {most} reminders, and that is the most there can be. `/tune remind list` shows them, and how to end one.",
    "reminders.which_rhythm": "Write `/tune remind rhythm weeks`, `rounds`, `monthly` or `off`.",
    "reminders.rhythm_set_weeks": (
        "Four weeks, from tomorrow, once a week: about 50 examples; a first model and a test on real work; about 25 examples where it is "
        "weak; a second model. Then monthly. `/tune remind rhythm off` ends it."
    ),
    "reminders.rhythm_set_rounds": (
        "Three rounds, once a week from tomorrow: foundation (to 50 examples), specialisation (25 more), polish (10 more). Then monthly. "
        "`/tune remind rhythm off` ends it."
    ),
    "reminders.rhythm_set_monthly": (
        "Once a month, on the first Monday: 10 to 15 new examples, train again, compare, keep the better model. "
        "`/tune remind rhythm off` ends it."
    ),
    "reminders.rhythm_ended": "There is no rhythm any more.",
    "reminders.digest_too_often": "A digest tells of a week, so it comes at most once a week. Write for example `/tune remind digest Monday 9`.",
    "reminders.digest_where": "A digest is for those who work on a project together. Write that in the project's thread in a channel.",
    "reminders.digest_set": (
        "A digest of this project comes here {when}, the first time on {first}: who gave what, what changed, runs, versions, and what "
        "is thin. `/tune remind digest off` ends it."
    ),
    "reminders.digest_doing": "set or end the digest",
    "reminders.digest_off": "No digest comes here any more.",
    "reminders.digest_none": "No digest was set here.",
    "reminders.offer_title": "Shall I remind you now and then?",
    "reminders.offer_examples": (
        "{count} examples are approved. A model gets better with a few more each week, above all where it has seen little."
    ),
    "reminders.offer_model": "{name} v{version} is saved. It gets better with a few examples each week where it is weak.",
    "reminders.offer_yes": "Yes, remind me",
    "reminders.offer_no": "No, thanks",
    "reminders.offer_note": (
        "At most one message a day, to you alone, with the one thing that is worth most and can be done right there. It is off unless "
        "you say yes, and I ask this once."
    ),
    "reminders.offer_declined": "All right, I send none. `/tune remind on` turns them on if you change your mind.",
    # On the overview
    "home.reminders": "Your reminders (`/tune remind` changes them):",
    "home.suggestions": "my suggestions, at most one a day, at {hour}",
    "home.rhythm": "the rhythm: {rhythm}",
    # The digest of a project's week
    "digest.title": "The week of “{name}”, {begin} to {end}:",
    "digest.given": "New approved examples: {count}. Given by {names}.",
    "digest.given_one": "One new approved example, given by {names}.",
    "digest.person": "{name} ({what})",
    "digest.kind": "{count} {kind}",
    "digest.other_kinds": "{count} of other kinds",
    "digest.rules": "New rules about what a good answer is: {count}.",
    "digest.pins": "Requests pinned for good: {count}.",
    "digest.votes": "Votes on answers: {count}.",
    "digest.scores": "Answers scored: {count}.",
    "digest.evaluation": "Evaluation {number}: {names} answered the same requests.",
    "digest.evaluation_goes_on": "Evaluation {number}: {names} answer the same requests; it goes on.",
    "digest.run": "Run {number}: {state}.",
    "digest.run_version": "Run {number}: {state}. It is version {version}.",
    "digest.in_use": "In use since this week: version {version}.",
    "digest.waiting": "Waiting for a decision: {count}. `/tune review` shows them.",
    "digest.lacking": "What lacks examples most: {listed}.",
    "digest.lacks_weak": "{kind} ({failing} of {n} test answers fail, {count} more)",
    "digest.lacks_plan": "{kind} ({count} more, by your plan)",
    "digest.thin": "Thinnest at the moment: {what}, {have} of {want}.",
    "digest.how_to_stop": "An owner can end these: `/tune remind digest off`.",
}
"""By key, as in ``agent.words.en``."""

"""What is said around commands, buttons and forms in Discord."""

SENTENCES: dict[str, str] = {
    # Buttons
    "discord.answer": "Answer",
    "discord.more_choices": "More to choose from, page {page} of {pages}",
    "discord.page_back": "Back to page {page}",
    "discord.page_on": "On to page {page}",
    # The commands as Discord lists them: at most 100 characters each
    "discord.tune": "Fine-tune a small model from a conversation",
    "discord.use_as_example": "Use as training example",
    "discord.command.new": "Begin another project, or go back to one",
    "discord.command.add": "Give one example",
    "discord.command.review": "Look through what waits for your decision",
    "discord.command.draft": "Have examples drafted, for you to approve",
    "discord.command.goal": "See and correct what I understood",
    "discord.command.plan": "See and change which examples I ask for",
    "discord.command.format": "See and change the agreed format",
    "discord.command.rubric": "See and change by what answers are scored",
    "discord.command.examples": "See the examples",
    "discord.command.train": "See the settings and start training",
    "discord.command.retrain": "Train again on the grown dataset",
    "discord.command.status": "Where are we?",
    "discord.command.stop": "Stop the run",
    "discord.command.compare": "See a comparison of two models again",
    "discord.command.rate": "Compare answers blind, or score them",
    "discord.command.evaluate": "Put the same requests before several models",
    "discord.command.ask": "Ask your model something",
    "discord.command.models": "See your models",
    "discord.command.remind": "Be reminded of what is worth doing",
    "discord.command.share": "Invite a colleague, or let in a role of this server",
    "discord.command.join": "Join a colleague's project by a code",
    "discord.command.link": "Say that an account elsewhere is yours too",
    "discord.command.forget": "Delete what I gave",
    "discord.command.help": "All commands",
    "discord.command.more": "Less common commands: export, chart, pin, skip, back, contrast, judge, stats, use, history",
    "discord.option.project": "In a channel with several projects: which one",
    "discord.option.new.goal": "What the model should do",
    "discord.option.new.project": "A project to go back to",
    "discord.option.add.text": "The example, with Instruction: and Output:; or only the request",
    "discord.option.review.number": "The number of one example",
    "discord.option.draft.count": "How many",
    "discord.option.draft.topic": "What about",
    "discord.option.goal.text": "The goal in your words; empty: see it",
    "discord.option.plan.text": "What to change; empty: see it",
    "discord.option.format.text": "The kind of example; empty: all",
    "discord.option.rubric.text": "What to change; empty: see it",
    "discord.option.retrain.way": "Go on with the version in use, or begin with the base model; empty: I say which is better",
    "discord.option.examples.state": "Only those of one state",
    "discord.option.examples.page": "Which page",
    "discord.option.train.start": "True: start at once with the recommended settings",
    "discord.option.train.settings": "Such as: epochs 2. They are shown before anything starts",
    "discord.option.compare.run": "Which run, or such as: evaluation 2; empty: the latest run",
    "discord.option.rate.scores": "True: score single answers from 1 to 5",
    "discord.option.rate.evaluation": "The number of an evaluation; without it, what was compared last",
    "discord.option.evaluate.models": "Two or more, such as: v1 v3 base",
    "discord.option.ask.text": "The request",
    "discord.option.ask.model": "Whom to ask; empty: the version in use",
    "discord.option.remind.text": "Such as: every Tuesday at 9; or list, on, off; empty: see it",
    "discord.option.share.role": "What they may do",
    "discord.option.share.group": "A role of this server: whoever has it is let in",
    "discord.option.join.code": "The code you were given",
    "discord.option.link.code": "The code from your other account; or list, or remove; empty: get a code",
    "discord.option.more.command": "Which command",
    "discord.option.more.text": "What follows it",
    "discord.choice.pending": "waiting for a decision",
    "discord.choice.approved": "approved",
    "discord.choice.rejected": "rejected",
    "discord.choice.contributor": "contributor: give, review, train, ask",
    "discord.choice.reviewer": "reviewer: approve, edit, ask",
    "discord.choice.viewer": "viewer: see, ask",
    "discord.choice.continue": "continue: go on with the version in use",
    "discord.choice.afresh": "afresh: begin with the base model again",
    "discord.more.history": "history: versions, scores over time, weak tasks (weak: only these)",
    "discord.more.use": "use: which version is in use (v2: use that one)",
    "discord.more.back": "back: go one step back",
    "discord.more.chart": "chart: see the loss chart so far",
    "discord.more.contrast": "contrast: compare two drafts and pick the better one",
    "discord.more.export": "export: the approved examples as a file (mine: only what I gave)",
    "discord.more.judge": "judge: see what is known about the judge",
    "discord.more.pin": "pin: a request that every version has to answer well",
    "discord.more.skip": "skip: skip what I asked",
    "discord.more.stats": "stats: did it help? Your projects in figures",
    "discord.whom.base": "base: the model before training",
    "discord.whom.both": "both: the model before and after training",
    # Answers to commands
    "discord.taken": "I am on it: {command}",
    "discord.taken_secretly": "I am on it.",
    "discord.project_unused": "(The option `project` counts in channels only: here we work on one project at a time.)",
    "discord.command_not_stored": "That is not saved: the database cannot be reached. Please give the command again in a minute.",
    "discord.command_changed": (
        "Discord offered you a command of an earlier version. Reload Discord (Ctrl+R, or close the app and open it again), and give "
        "it once more; or name me with the words behind it, such as “status”."
    ),
    "discord.command_failed": "Something went wrong with that command on my side, and it did nothing. Please give it again in a minute.",
    "discord.share_everyone": (
        "@everyone is whoever is on this server, so I give it no role. Pick a role that people were given, or let people in one by one "
        "with `/tune share`."
    ),
    "discord.press_not_stored": "That is not saved: the database cannot be reached. Please press it again in a minute.",
    "discord.not_served_here": "Threadtune is not switched on for this server. Whoever runs it can add the server to their list.",
    "discord.no_place": "I cannot work here. Please use a text channel, or write to me directly.",
    "discord.command_in_others_thread": (
        "I stay out of threads that others began. Give the command in the channel, or name me in a message of your own there, "
        "and I answer in its thread; or write to me directly."
    ),
    "discord.command.root": "A model of your own: we work on it in this thread. Whoever replies here talks to me; no mention is needed.",
    "discord.which": "Which project",
    "discord.which_page": "Which project, page {page} of {pages}",
    "discord.picked": "I am on it, in the project's thread or below: {command}",
    "discord.too_long_to_ask_which": (
        "There are several projects here, and the command is too long for me to ask which one you mean. Please give it again with "
        "the option `project`, or in the thread of the project."
    ),
    # Presses
    "discord.pressed_before": (
        "I have had this press before, and it counts once: what came of it stands further down. `/tune status` shows where we are."
    ),
    "discord.card_gone": (
        "These buttons belong to an earlier version and do nothing any more. `/tune status` shows where we are."
    ),
    "discord.not_yours": "These buttons are not for you, or not for this place.",
    # Forms
    "discord.form.step": "({number} of {total})",
    "discord.form.slow": "The form took too long to be made. Please press it again in a moment.",
    "discord.form.gone": "What this form was for has changed since. Look for the newest card, or give `/tune status`.",
    "discord.form.changed": "What this form was for has changed since, so nothing was saved. What you wrote is below, for you to copy.",
    "discord.form.too_long": (
        "The text is longer than the 4,000 characters that fit in a form. Please answer with a message instead: `/tune review`."
    ),
    "discord.form.failed": "I could not get what belongs in this form. Please try again in a minute.",
    "discord.form.not_opened": "The form could not be opened. Please press it again in a minute.",
    "discord.form.wrong": "Nothing is saved yet. This has to be changed first:",
    "discord.form.correct": "Correct it",
    "discord.form.kept": "Part {number} of {total} is filled in. Nothing is saved until the last one.",
    "discord.form.continue": "Continue",
    "discord.form.pick": "Please pick first: {label}",
    "discord.form.pick_page": "{label}, page {page} of {pages}",
    "discord.form.typed_file": "what-you-wrote.txt",
    "discord.form.restarted": "I was restarted meanwhile, and this form cannot go on. What you wrote is here, for you to copy. Please open the form again.",
    "discord.form.not_stored": "That is not saved: the database cannot be reached. What you wrote is here. Please try again in a minute.",
    "discord.form.not_stored_lost": "That is not saved: the database cannot be reached. What you wrote is here, for you to copy. Please try again in a minute.",
    "discord.form.lost": "I was restarted meanwhile, and this form cannot go on. What you wrote stands above, for you to copy. Please open the form again.",
    "discord.form.done": "Saved. What comes of it follows in a moment, here or in our direct messages.",
    # The form behind an Answer button
    "discord.answer.title": "Your answer",
    "discord.answer.label": "What you want to say",
    "discord.answer.said": "{name} answered:",
    # The command in a message's menu
    "discord.example.of_app": (
        "This message was written by an app, so there is nobody who could agree to its use. If you may use its words, copy them "
        "into a message to me."
    ),
    "discord.example.empty": "There are no words in this message that a model could learn from. Files go into a message to me.",
    "discord.example.foreign": "Whoever wrote this message is not in this server any more, so I cannot ask whether they agree, and it cannot be used.",
    "discord.somebody": "somebody",
}

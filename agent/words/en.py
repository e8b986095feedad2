"""English. Short sentences; words before signs; no meaning by colour or emoji alone.

A key is ``<where>.<what>``. Values stand in braces, in ``str.format``'s way; literal braces are doubled.
"""

from agent.words.en_bot import SENTENCES as BOT_SENTENCES
from agent.words.en_comparison import SENTENCES as COMPARISON_SENTENCES
from agent.words.en_coverage import SENTENCES as COVERAGE_SENTENCES
from agent.words.en_discord import SENTENCES as DISCORD_SENTENCES
from agent.words.en_discord_acting import SENTENCES as DISCORD_ACTING_SENTENCES
from agent.words.en_discord_setup import SENTENCES as DISCORD_SETUP_SENTENCES
from agent.words.en_drafts import SENTENCES as DRAFT_SENTENCES
from agent.words.en_evaluations import SENTENCES as EVALUATION_SENTENCES
from agent.words.en_faults import SENTENCES as FAULTS_SENTENCES
from agent.words.en_goal import SENTENCES as GOAL_SENTENCES
from agent.words.en_house import SENTENCES as HOUSE_SENTENCES
from agent.words.en_judging import SENTENCES as JUDGING_SENTENCES
from agent.words.en_links import SENTENCES as LINK_SENTENCES
from agent.words.en_loop import SENTENCES as LOOP_SENTENCES
from agent.words.en_messages import SENTENCES as MESSAGES_SENTENCES
from agent.words.en_models import SENTENCES as MODELS_SENTENCES
from agent.words.en_plan import SENTENCES as PLAN_SENTENCES
from agent.words.en_reminder_cards import SENTENCES as REMINDER_CARD_SENTENCES
from agent.words.en_reminders import SENTENCES as REMINDER_SENTENCES
from agent.words.en_rooms import SENTENCES as ROOMS_SENTENCES
from agent.words.en_rows import SENTENCES as ROWS_SENTENCES
from agent.words.en_rubric import SENTENCES as RUBRIC_SENTENCES
from agent.words.en_runs import SENTENCES as RUNS_SENTENCES
from agent.words.en_sets import SENTENCES as SETS_SENTENCES
from agent.words.en_slack import SENTENCES as SLACK_SENTENCES
from agent.words.en_slack_setup import SENTENCES as SLACK_SETUP_SENTENCES
from agent.words.en_stats import SENTENCES as STATS_SENTENCES
from agent.words.en_training import SENTENCES as TRAINING_SENTENCES
from agent.words.en_votes import SENTENCES as VOTES_SENTENCES

SENTENCES: dict[str, str] = {
    # Projects
    "projects.title": "Another project?",
    "projects.body": "You are in “{name}”. It stays as it is, and you can come back to it here.",
    "projects.which": "Which project is `{word}` for?",
    "projects.send_again": "Pick it first; then please send the example again.",
    "projects.begin": "Begin another",
    "projects.stay": "Stay here",
    "projects.opened": "We are in “{name}” now. {progress}",
    "projects.title_done": "Another project?",
    "projects.label": "Project",
    # Giving examples
    "examples.how": (
        "Now I need examples: what someone asks, and the answer you would want. There are three ways.\n"
        "- Write the request. I ask for the rest, one thing at a time.\n"
        "- Write it in one message, with the lines `Instruction:`, `Input:` (if any) and `Output:`.\n"
        "- Upload a file of examples (JSONL, JSON, CSV, Markdown or text), or a document to take some from.\n"
        "Training needs {needed} examples. About {good} are a good start."
    ),
    "examples.ask_first": ("What would somebody ask the model? Write one real request, as they would put it."),
    "progress.too_few": "{approved} approved of the {needed} that training needs.",
    "progress.enough": (
        "{approved} approved. That is enough to train; about {good} are a good start. "
        "Go on with the next request, or write `/tune train`."
    ),
    "progress.good": "{approved} approved. A good set. Write `/tune train` when you are ready, or go on.",
    "progress.pending": "Waiting for your decision: {pending}.",
    # Drafts
    "draft.unavailable": "The writing model is not available at the moment ({reason}). Please write the answer yourself.",
    "draft.reason_slow": "it took too long",
    "draft.reason_down": "it did not start",
    "draft.reason_empty": "it wrote nothing",
    # Status and stop
    "stop.nothing": "Nothing is running here.",
    "stop.stopping": "I am stopping run {number}. It ends after the step it is in.",
    "stop.stopped": "I am stopping it.",
    "stop.comparison": "I am stopping the comparison of run {number}. The trained model is saved all the same.",
    # Forget
    "forget.title": "Delete what you gave to “{name}”?",
    "forget.body": (
        "{count} of yours would be deleted for good: from the dataset, the copies kept with runs and models, "
        "the copies of uploads and exports in the home folder, and this installation's record of the project's conversations. "
        "Models trained with them that were not saved go too, and so do earlier questions to a model."
    ),
    "forget.note": (
        "What stays: saved models, with what they learned, and their copies in Ollama; files that people exported before; answers that models gave to others; the goal, what else you wrote "
        "that is not an example, and the names of your files; your own files that you uploaded from; and what the chat platform itself has shown."
    ),
    "forget.blank": "(deleted)",
    "forget.delete": "Delete my examples",
    "forget.keep": "Keep them",
    "forget.done": "Examples of yours that are deleted: {count}. Your consent for this project is withdrawn.",
    "forget.models": "These saved models were trained with some of them: {models}. Train again to replace them.",
    "forget.published": "Their copies in Ollama stay until somebody removes them there: {commands}.",
    "forget.left": (
        "The disk did not let me clear everything: these may still hold some of it, and are to be deleted by hand in the "
        "home folder (the log says why): {files}."
    ),
    "forget.kept": "Nothing was deleted.",
    "forget.nothing": "You have given no examples to this project.",
    "forget.title_done": "Your examples were deleted",
    "forget.running": "A run or an evaluation is using them at the moment. Write `/tune stop` first, then `/tune forget` again.",
    # Help
    "help.intro": "Write to me in plain words, or use these commands:",
    "help.new": "`/tune new` – begin another project, or go back to one",
    "help.review": "`/tune review` – look through what waits for your decision",
    "help.draft": "`/tune draft` – have examples drafted, for you to approve",
    "help.contrast": "`/tune contrast` – compare two drafts and pick the better one",
    "help.goal": "`/tune goal` – see and correct what I understood",
    "help.plan": "`/tune plan` – see and change which examples I ask for",
    "help.format": "`/tune format` – see and change the agreed format",
    "help.skip": "`/tune skip` – skip what I asked",
    "help.back": "`/tune back` – go one step back",
    "help.add": "`/tune add` – give one example",
    "help.examples": "`/tune examples` – see the examples",
    "help.export": "`/tune export` – the approved examples as a file; `/tune export mine` what is mine, `/tune export pairs` better and worse answers",
    "help.train": "`/tune train` – see the settings and start training (`/tune train start` starts at once)",
    "help.chart": "`/tune chart` – see the loss chart so far",
    "help.status": "`/tune status` – where are we?",
    "help.stop": "`/tune stop` – stop the run",
    "help.compare": "`/tune compare` – see the latest comparison again",
    "help.rate": "`/tune rate` – compare answers blind; what you pick counts; `/tune rate scores` – score answers from 1 to 5",
    "help.ask": (
        "`/tune ask …` – ask your model something (`/tune ask v1: …` asks version 1, `base: …` the base model, `both: …` both)"
    ),
    "help.models": "`/tune models` – see your models",
    "help.share": "`/tune share` – invite a colleague",
    "help.join": "`/tune join …` – join a colleague's project by a code",
    "help.forget": "`/tune forget` – delete what I gave",
    "help.help": "`/tune help` – this list",
    "help.meant": "Did you mean {words}? `/tune help` lists all words.",
    "help.unknown": "I do not know `/tune {word}`.",
    # Cards and turns
    "card.answered": "That was decided already: {label}.",
    "card.gone": "That card is not known here any more. `/tune status` tells where we are.",
    "turn.failed": (
        "Something went wrong on my side while I answered this, and trying again did not help. Your message is kept. "
        "Please try once more in a moment, or go on with something else. For the engineer: {reference}."
    ),
    "turn.reminder_failed": (
        "You were to be reminded of something now, but something went wrong on my side, and trying again did not help. "
        "Your reminders are kept: the next one comes as usual. For the engineer: {reference}."
    ),
    "turn.report_failed": (
        "Run {number} went on, but something failed on my side when I wanted to report it, and trying again did not help. "
        "I have closed the run. What it trained is kept in `runs/{run_id}/`; your examples are safe. "
        "Write `/tune train` to train again. For the engineer: {reference}."
    ),
    "turn.disk_full": (
        "The disk of this installation is full, so I could not save that. Your message is kept. "
        "Please have someone free some space; then send it again."
    ),
    "turn.restarted": "I was updated while we talked. Your project and its examples are all there; only what you were in the middle of begins anew.",
    "share.consent": (
        "What you give here trains this project's model. When you approve an example, or upload a file of complete ones, "
        "you say that you may share it and that it may be used for that. `/tune forget` deletes what you gave."
    ),
    # Permissions
    "refused.role": "You cannot {action} in this project: only {who} can.",
    "refused.role_named": "You cannot {action} in this project: only {who} can ({names}).",
    "may.give": "give examples",
    "may.review": "approve examples",
    "may.train": "start a training run",
    "may.evaluate": "start an evaluation",
    "may.promote": "say which version is in use",
    "may.stop": "stop a run",
    "may.ask": "ask the model",
    "may.rate": "rate answers",
    "may.share": "invite somebody to look",
    "may.appoint": "invite contributors or reviewers",
    "may.view": "look at anything",
    "may.rubric": "change the rubric",
    "may.moderate": "take back what somebody else taught",
    "role.owner": "an owner",
    "role.contributor": "a contributor",
    "role.reviewer": "a reviewer",
    "role.viewer": "a viewer",
    "list.or": " or ",
    "list.and": " and ",
    "list.more": "{count} more",
    # Failures of a job
    "failure.ping": "Run {number} failed: {reason}",
    "failure.other": "That did not work: {reason}",
    "failure.too_few_rows": "{rows} approved so far, and training needs at least {least}. Give {missing} more.",
    "failure.nothing_to_learn": "there is nothing left to learn from: every answer is empty or longer than the context. Check `/tune examples`.",
    "failure.no_memory": (
        "the machine has too little free memory: about {needed} are needed and {free} are free. "
        "Close other programs, or leave the longest examples out: choose Change, then a shorter context."
    ),
    "failure.no_disk": "the disk has too little room: about {needed} are needed and {free} are free. Free some space, then start again.",
    "failure.base_missing": "the base model {base} is not on this machine. Run `make setup` (or `threadtune setup`), then start again.",
    "failure.base_unreadable": "the files of the base model {base} are damaged. Run `threadtune setup` to fetch them again.",
    "failure.worker_lost": "the training process ended again and again without a reason. The log in `{log}` says more. Start again with `/tune train`.",
    "failure.out_of_memory": (
        "the machine ran out of memory. Close other programs, or leave the longest examples out: choose Change, then a "
        "shorter context."
    ),
    "failure.diverged": "the loss grew out of bounds. Start again with a lower learning rate: choose Change, then `learning rate 0.0002`.",
    "failure.rows_missing": "the rows of this run are not there any more. Start again with `/tune train`.",
    "failure.rows_unreadable": "the rows of this run cannot be read any more. Start again with `/tune train`.",
    "failure.row_too_long": (
        "most examples are longer than the context of {context} tokens (the longest has {longest}). "
        "Choose a longer context with Change, or shorten them."
    ),
    "failure.run_busy": "another job of this run has not ended yet. Wait a moment, then try again.",
    "failure.adapter_missing": "the trained adapter is not there any more. `/tune use` shows the versions that are; `/tune train` makes another.",
    "failure.adapter_unreadable": "the trained adapter is damaged, so it was not used. Start again with `/tune train`.",
    "failure.adapter_zero": "the trained adapter is empty: it learned nothing, so it was not saved. Give more examples, then `/tune train`.",
    "failure.export_unfaithful": (
        "the saved copy did not answer like the trained model, so it was not kept. The trained model is safe. "
        "Start again with `/tune train`."
    ),
    "failure.prompts_missing": "the test requests are not there any more. Start again with `/tune train`.",
    "failure.prompts_unreadable": "the test requests cannot be read any more. Start again with `/tune train`.",
    "failure.not_prepared": "the files for the job could not be prepared on this machine. The log in `logs/trainer.log` says why.",
    "failure.crashed": "the training process stopped with an error. The log in `{log}` says more. Your examples are safe; start again with `/tune train`.",
    # Words for numbers
    "time.seconds": "{count} s",
    "time.minutes": "{count} min",
    "time.hours": "{hours} h {minutes} min",
    "size.gb": "{count} GB",
    "size.mb": "{count} MB",
    **BOT_SENTENCES,
    **GOAL_SENTENCES,
    **ROWS_SENTENCES,
    **RUBRIC_SENTENCES,
    **COVERAGE_SENTENCES,
    **PLAN_SENTENCES,
    **DRAFT_SENTENCES,
    **TRAINING_SENTENCES,
    **RUNS_SENTENCES,
    **COMPARISON_SENTENCES,
    **FAULTS_SENTENCES,
    **VOTES_SENTENCES,
    **SETS_SENTENCES,
    **EVALUATION_SENTENCES,
    **MODELS_SENTENCES,
    **MESSAGES_SENTENCES,
    **HOUSE_SENTENCES,
    **JUDGING_SENTENCES,
    **REMINDER_SENTENCES,
    **REMINDER_CARD_SENTENCES,
    **ROOMS_SENTENCES,
    **SLACK_SENTENCES,
    **SLACK_SETUP_SENTENCES,
    **DISCORD_SENTENCES,
    **DISCORD_ACTING_SENTENCES,
    **DISCORD_SETUP_SENTENCES,
    **LINK_SENTENCES,
    **STATS_SENTENCES,
    **LOOP_SENTENCES,
}

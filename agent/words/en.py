"""English. Short sentences; words before signs; no meaning by colour or emoji alone.

A key is ``<where>.<what>``. Values stand in braces, in ``str.format``'s way; literal braces are doubled.
"""

from agent.words.en_bot import SENTENCES as BOT_SENTENCES
from agent.words.en_coverage import SENTENCES as COVERAGE_SENTENCES
from agent.words.en_drafts import SENTENCES as DRAFT_SENTENCES
from agent.words.en_goal import SENTENCES as GOAL_SENTENCES
from agent.words.en_plan import SENTENCES as PLAN_SENTENCES
from agent.words.en_rows import SENTENCES as ROWS_SENTENCES

SENTENCES: dict[str, str] = {
    # Projects
    "projects.title": "Another project?",
    "projects.body": "You are in “{name}”. It stays as it is, and you can come back to it here.",
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
    # Recipe
    "recipe.title": "Ready to train “{name}”?",
    "recipe.examples": "Examples",
    "recipe.parts": "{train} to learn from, {validation} to steer by, {test} to test with",
    "recipe.base": "Base model",
    "recipe.rank": "Adapter size (rank)",
    "recipe.learning_rate": "Learning rate",
    "recipe.epochs": "Rounds through the examples (epochs)",
    "recipe.batch_size": "Examples per step (batch)",
    "recipe.context": "Longest example (tokens)",
    "recipe.time": "Time",
    "recipe.time_value": "about {low} to {high}",
    "recipe.note": "The run stops early by itself when it no longer improves. I tell you here when it is done.",
    "recipe.start": "Start",
    "recipe.change": "Change",
    "recipe.later": "Not now",
    "recipe.ask_change": (
        "What should I change? For example: `epochs 2` or `learning rate 0.0002`. "
        "You can change epochs, rank, learning rate, batch and context."
    ),
    "recipe.not_understood": "I could not read a setting from that. {question} Write `done` to leave it.",
    "recipe.change_more": "Changed. Press Start, or write the next change; `done` leaves it.",
    "recipe.left": "Good, the settings stay as the card shows them.",
    "recipe.out_of_bounds": "{field} must lie between {low} and {high}; you wrote {value}.",
    "recipe.later_done": "Good. Nothing was started. Write `/tune train` whenever you like.",
    "recipe.title_started": "Training was started",
    "recipe.title_changed": "Settings are being changed",
    "recipe.title_later": "Not now",
    "train.not_yet": "Training cannot start yet: {reason}",
    "train.running": "A training run of this project is going on already. `/tune status` shows it, `/tune stop` stops it.",
    "train.started": "Run {number} is started. You can go on talking to me; `/tune status` tells how it goes.",
    # Run card
    "run.title_queued": "Run {number}: waiting for the trainer",
    "run.title_training": "Run {number}: training",
    "run.title_trained": "Run {number}: trained",
    "run.title_stopping": "Run {number}: stopping",
    "run.title_stopped": "Run {number}: stopped",
    "run.title_failed": "Run {number}: failed",
    "run.title_comparing": "Run {number}: comparing with the base model",
    "run.title_saving": "Run {number}: saving",
    "run.title_saved": "Run {number}: done",
    "run.epoch": "Epoch",
    "run.step": "Step",
    "run.loss": "Loss",
    "run.validation_loss": "Validation loss",
    "run.speed": "Speed",
    "run.speed_value": "{tokens} tokens/s, {examples} examples/min",
    "run.eta": "Time left",
    "run.answers": "Answers written",
    "run.of": "{done} of {total}",
    "run.stop": "Stop",
    # End of training
    "trained.done": (
        "Run {number} is trained: {steps} steps in {duration}. The loss on examples it did not learn from went from "
        "{before} to {after} (lower is better)."
    ),
    "trained.stopped_early": "It stopped early, after epoch {epochs}, because it no longer improved; the best state, of step {step}, is kept.",
    "trained.proof_title": "Proof that it learned",
    "trained.proof_header_check": "Check",
    "trained.proof_header_result": "Result",
    "trained.proof_passed": "passed",
    "trained.proof_failed": "NOT passed",
    "trained.proof_labels": "Answers were learned from ({count} tokens)",
    "trained.proof_adapter": "The adapter holds something (norm {norm})",
    "trained.proof_differs": "It answers differently from the base model ({changed} of {all} next words on unseen examples)",
    "trained.proof_improved": "Better on examples kept aside ({before} → {after})",
    "trained.proof_all": "All four checks passed.",
    "trained.not_learned": (
        "This run did not improve on the examples kept aside. More examples, more varied ones or other settings are "
        "needed before this model is of use. I go on with the comparison so that you can see for yourself."
    ),
    "trained.left_out": "{count} examples were left out: they are longer than the context, or hold marks that only the model itself may write.",
    "trained.stopped": "Run {number} was stopped. Nothing you gave is lost; write `/tune train` to start again.",
    "chart.step": "Step",
    "chart.loss": "Loss (lower is better)",
    "chart.training": "Training",
    "chart.training_smoothed": "Training (smoothed)",
    "chart.validation": "Validation (kept aside)",
    "chart.best": "Best: {loss} at step {step}",
    "chart.text": "The loss of run {number}, step by step.",
    "chart.alt": (
        "Line chart of the loss of run {number} over {steps} steps. The training loss starts at {first} and ends at {last}. "
        "{validation}"
    ),
    "chart.alt_validation": "The validation loss starts at {first}, is lowest at {best} at step {best_step}, and ends at {last}.",
    "chart.alt_no_validation": "There is no validation loss.",
    # Comparison
    "compare.started": "Now the base model and yours answer the same test requests.",
    "compare.title": "Run {number}: before and after",
    "compare.header": "On examples it never saw",
    "compare.base": "Base model",
    "compare.tuned": "Your model",
    "compare.loss": "Test loss (lower is better)",
    "compare.perplexity": "Perplexity (lower is better)",
    "compare.text": (
        "Measured on {rows} test examples, {tokens} tokens of answers: loss {base} before, {tuned} after. "
        "{rows} examples are too few for a verdict on quality; read the answers below."
    ),
    "compare.side": "Test request {number} of {total}",
    "compare.steered": "(not learned from, but the run was steered by it)",
    "compare.request": "Request",
    "compare.expected": "What you would want",
    "compare.stopped": "The comparison was stopped, so there are no answers side by side. Your model is saved all the same.",
    "compare.failed": "The comparison did not work: {reason} Your model is saved all the same.",
    "compare.no_answers": "No test request could be answered, so there is no side-by-side view.",
    "compare.md_title": "# {name}, run {number}: base model and yours side by side",
    # Saved
    "saved.done": (
        "Saved: **{name} v{version}**. Test loss {base} before, {tuned} after, measured in this run. "
        "Ask it something: `/tune ask …`"
    ),
    "saved.where": "Its files are in `{path}`: the adapter, the rows as trained, where everything came from, and a model card.",
    "saved.did_not_improve": "The proof of learning was not passed, so take its answers with care.",
    # Ask
    "ask.empty": "What shall I ask {name} v{version}? Write `/tune ask` and your request after it.",
    "ask.no_model": "There is no trained model yet. {next}",
    "ask.no_model_train": "`/tune train` makes one.",
    "ask.asking": "{name} v{version} is answering …",
    "ask.answer": "{name} v{version} answers:",
    "ask.too_long": "That request has {length} characters; the model can read about {limit}.",
    "ask.empty_answer": "(The model wrote nothing.)",
    # Models
    "models.title": "Models",
    "models.none": "There are no models yet. When you have {needed} approved examples, `/tune train` makes one.",
    "models.header_name": "Model",
    "models.header_made": "Made",
    "models.header_before": "Test loss before",
    "models.header_after": "after",
    # Status and stop
    "runstate.training": "training",
    "runstate.trained": "trained",
    "runstate.comparing": "being compared",
    "runstate.saving": "being saved",
    "runstate.saved": "saved",
    "runstate.failed": "failed",
    "runstate.stopped": "stopped",
    "stop.nothing": "Nothing is running here.",
    "stop.stopping": "I am stopping run {number}. It ends after the step it is in.",
    "stop.stopped": "I am stopping it.",
    "stop.comparison": "I am stopping the comparison of run {number}. The trained model is saved all the same.",
    # Forget
    "forget.title": "Delete what you gave to “{name}”?",
    "forget.body": (
        "{count} examples of yours would be deleted for good: from the dataset, the copies kept with runs and models, "
        "the copies of uploads in the home folder, and this installation's record of the project's conversations. "
        "Models trained with them that were not saved go too, and so do earlier questions to a model."
    ),
    "forget.note": (
        "What stays: saved models, with what they learned; answers that models gave; the goal, what else you wrote "
        "that is not an example, and the names of your files; your own files that you uploaded from; and what the chat platform itself has shown."
    ),
    "forget.blank": "(deleted)",
    "forget.delete": "Delete my examples",
    "forget.keep": "Keep them",
    "forget.done": "Deleted: {count} examples of yours. Your consent for this project is withdrawn.",
    "forget.models": "These saved models were trained with some of them: {models}. Train again to replace them.",
    "forget.kept": "Nothing was deleted.",
    "forget.nothing": "You have given no examples to this project.",
    "forget.title_done": "Your examples were deleted",
    "forget.running": "A run is using them at the moment. Write `/tune stop` first, then `/tune forget` again.",
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
    "help.train": "`/tune train` – see the settings and start training (`/tune train start` starts at once)",
    "help.status": "`/tune status` – where are we?",
    "help.stop": "`/tune stop` – stop the run",
    "help.ask": "`/tune ask …` – ask your model something",
    "help.models": "`/tune models` – see your models",
    "help.share": "`/tune share` – invite a colleague",
    "help.join": "`/tune join …` – join a colleague's project by a code",
    "help.forget": "`/tune forget` – delete what I gave",
    "help.help": "`/tune help` – this list",
    "help.meant": "Did you mean `/tune {word}`? `/tune help` lists all words.",
    "help.unknown": "I do not know `/tune {word}`.",
    # Cards and turns
    "card.answered": "That was decided already: {label}.",
    "card.gone": "That card is not known here any more. `/tune status` tells where we are.",
    "turn.failed": (
        "Something went wrong on my side while I answered this, and trying again did not help. Your message is kept. "
        "Please try once more in a moment, or go on with something else. For the engineer: {reference}."
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
    "refused.role": "You cannot {action} in this project. {who} can.",
    "may.give": "give examples",
    "may.review": "approve examples",
    "may.train": "start a training run",
    "may.stop": "stop a run",
    "may.ask": "ask the model",
    "may.share": "invite somebody to look",
    "may.appoint": "invite contributors or reviewers",
    "may.view": "look into the project",
    "role.owner": "an owner",
    "role.contributor": "a contributor",
    "role.reviewer": "a reviewer",
    "role.viewer": "a viewer",
    "list.or": " or ",
    # Failures of a job
    "failure.ping": "Run {number} failed: {reason}",
    "failure.other": "That did not work: {reason}",
    "failure.too_few_rows": "{rows} approved so far, and training needs at least {least}. Give {missing} more.",
    "failure.nothing_to_learn": "there is nothing left to learn from: every answer is empty or longer than the context. Check `/tune examples`.",
    "failure.no_memory": (
        "the machine has too little free memory: about {needed} are needed and {free} are free. "
        "Close other programs, or choose a smaller batch with Change."
    ),
    "failure.no_disk": "the disk has too little room: about {needed} are needed and {free} are free. Free some space, then start again.",
    "failure.base_missing": "the base model {base} is not on this machine. Run `make setup` (or `threadtune setup`), then start again.",
    "failure.base_unreadable": "the files of the base model {base} are damaged. Run `threadtune setup` to fetch them again.",
    "failure.worker_lost": "the training process ended again and again without a reason. The log in `{log}` says more. Start again with `/tune train`.",
    "failure.out_of_memory": "the machine ran out of memory. Choose a smaller batch with Change, then start again.",
    "failure.diverged": "the loss grew out of bounds. Start again with a lower learning rate: choose Change, then `learning rate 0.0002`.",
    "failure.rows_missing": "the rows of this run are not there any more. Start again with `/tune train`.",
    "failure.rows_unreadable": "the rows of this run cannot be read any more. Start again with `/tune train`.",
    "failure.row_too_long": (
        "most examples are longer than the context of {context} tokens (the longest has {longest}). "
        "Choose a longer context with Change, or shorten them."
    ),
    "failure.run_busy": "another job of this run has not ended yet. Wait a moment, then try again.",
    "failure.adapter_missing": "the trained adapter is not there any more. Start again with `/tune train`.",
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
    **COVERAGE_SENTENCES,
    **PLAN_SENTENCES,
    **DRAFT_SENTENCES,
}

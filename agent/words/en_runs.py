"""A run under way and at its end: the status card, the proof, the chart, what the curve says and the remedy."""

SENTENCES: dict[str, str] = {
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
    "run.judging": "Requests judged",
    "run.of": "{done} of {total}",
    "run.stop": "Stop",
    "run.chart": "Show chart",
    "diagnosis.too_early": "Too early to tell how it goes.",
    "diagnosis.learning": "Learning: on examples kept aside, the loss is {better}% lower than before training.",
    "diagnosis.learning_training": "Learning: the loss went from {first} to {last}.",
    "diagnosis.not_learning": (
        "Not learning: on examples kept aside, the loss stays where it was before training "
        "({validation_first}, now {validation_last}). The steps are too small, or too few."
    ),
    "diagnosis.not_learning_training": (
        "Not learning: the loss stays where it began ({first}, now {last}). The steps are too small, or too few."
    ),
    "diagnosis.not_learning_by_heart": (
        "Not learning what helps with other requests: it gets better at the examples it sees, while on those kept aside "
        "the loss stays where it was ({validation_first}, now {validation_last})."
    ),
    "diagnosis.not_learning_worse": (
        "Not learning: on examples kept aside, the loss is worse than before training "
        "({validation_first}, now {validation_last}). The steps are too large."
    ),
    "diagnosis.overfitting": (
        "Overfitting since epoch {since_epoch}: it learns the examples by heart, and gets worse on those kept aside "
        "({validation_best}, now {validation_last}). The best state is kept."
    ),
    "diagnosis.overfitting_always": (
        "Overfitting from the start: it learns the examples by heart, and on those kept aside it was never better than "
        "before training ({validation_first}, now {validation_last})."
    ),
    "diagnosis.diverging": "Diverging: the loss grows instead of falling ({first}, now {last}). The steps are too large.",
    "diagnosis.diverging_unseen": "Diverging: the loss grows instead of falling. The steps are too large.",
    "diagnosis.diverging_broken": "Diverging: at step {step} the loss was no number any more. The steps are too large.",
    "diagnosis.diverging_given_up": (
        "Diverging: at step {step} the loss had grown out of all bounds, so it was ended. At a learning rate of "
        "{learning_rate} the steps are too large."
    ),
    "diagnosis.spike": (
        "A spike: at step {spike_step} the loss jumped to {spike_loss}, where about {spike_expected} was to be expected. "
        "What was learned in this step is unlike all else: {spike_rows}."
    ),
    "diagnosis.spike_again": (
        "A spike that comes back: at step {spike_step} the loss jumped to {spike_loss}, where about {spike_expected} was "
        "to be expected. The same stood out in {spike_epochs} epochs: {spike_rows}."
    ),
    "diagnosis.suspiciously_fast": (
        "Suspiciously fast: since epoch {near_zero_epoch} the loss is near zero ({near_zero}). Answers that repeat each "
        "other, or stand in their requests, look like this; so does a task with a few fixed answers, and there it is right."
    ),
    "diagnosis.one_row": "1 example",
    "diagnosis.rows": "{count} examples",
    "diagnosis.ended": "Run {number} was ended. {why}",
    "remedy.title": "What may help",
    "remedy.title_done": "What may help: done",
    "remedy.do_learning_rate": "Train again with learning rate {after}",
    "remedy.do_epochs": "Train again with {after} epochs",
    "remedy.do_look_at_rows": "Show {rows}",
    "remedy.do_look_at_repeats": "Show what repeats",
    "remedy.do_give_examples": "Give more examples",
    "remedy.note_larger_learning_rate": "Larger steps: a learning rate of {after} instead of {before}.",
    "remedy.note_smaller_learning_rate": "Smaller steps: a learning rate of {after} instead of {before}.",
    "remedy.note_larger_epochs": "More rounds through the examples: {after} instead of {before}.",
    "remedy.note_smaller_epochs": "Fewer rounds through the examples: {after} instead of {before}.",
    "remedy.note_look_at_rows": (
        "Look for garbled text, or an answer that belongs to another request. I open them for a new decision; what you "
        "do not approve again is not trained on."
    ),
    "remedy.note_look_at_repeats": "See which answers repeat each other, or stand in their requests.",
    "remedy.note_give_examples": "Other settings are not likely to help. More examples, and more varied ones, are.",
    "remedy.rows_gone": "These examples are not there any more, or were rejected. Write `/tune train` to train again.",
    "remedy.rows_open": "Here is what stood out.",
    "remedy.repeats_title": "Answers from which little is learned",
    "remedy.repeats_header_what": "What is the matter",
    "remedy.repeats_same": "the same answer as number {number}",
    "remedy.repeats_copied": "the answer stands in the request",
    "remedy.repeats_text": (
        "{count} of {all} examples repeat an earlier answer, or have it in their request. If the task has a few fixed "
        "answers, that is right. Otherwise `/tune review` with a number opens an example, for you to edit or reject it."
    ),
    "remedy.repeats_none": (
        "No answer repeats another or stands in its request. So the examples are easy, or few, and were learned by heart: "
        "more examples, and more varied ones, help."
    ),
    "remedy.elsewhere": "That is about the project “{name}”. Write `/tune new` to go back to it; then give the examples there.",
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
    "chart.no_run": "There is no run yet, so there is no chart. `/tune train` starts one.",
    "chart.no_steps": "Run {number} has not made a step yet, so there is nothing to draw. Try again in a moment.",
    "chart.text": "The loss of run {number}, step by step.",
    "chart.alt": (
        "Line chart of the loss of run {number} over {steps} steps. The training loss starts at {first} and ends at {last}. "
        "{validation}"
    ),
    "chart.alt_validation": "The validation loss starts at {first}, is lowest at {best} at step {best_step}, and ends at {last}.",
    "chart.alt_no_validation": "There is no validation loss.",
    "runstate.training": "training",
    "runstate.trained": "trained",
    "runstate.comparing": "being compared",
    "runstate.saving": "being saved",
    "runstate.saved": "saved",
    "runstate.failed": "failed",
    "runstate.stopped": "stopped",
}

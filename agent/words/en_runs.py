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
    "run.of": "{done} of {total}",
    "run.stop": "Stop",
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
    "runstate.training": "training",
    "runstate.trained": "trained",
    "runstate.comparing": "being compared",
    "runstate.saving": "being saved",
    "runstate.saved": "saved",
    "runstate.failed": "failed",
    "runstate.stopped": "stopped",
}

"""Which requests a comparison asked and which rows were held out; other abilities; speed."""

SENTENCES: dict[str, str] = {
    "measure.general": "other abilities: short questions answered right",
    "sets.rows": (
        "Of {rows} examples {train} were learned from, {validation} steered the training, {test} are for testing"
        " and {golden} for comparing judges with people."
    ),
    "sets.rows_without_golden": (
        "Of {rows} examples {train} were learned from, {validation} steered the training and {test} are for testing."
    ),
    "sets.asked": "Asked for this comparison: {parts}.",
    "sets.asked_test": "{count} test examples",
    "sets.asked_validation": "{count} that steered the training",
    "sets.asked_golden": "{count} for comparing judges with people",
    "sets.asked_pack": "{count} test prompts",
    "sets.asked_general": "{count} short questions about other abilities",
    "sets.next_test": "With {rows} examples, {test} of them would be for testing: {more} more to go.",
    "sets.next_golden": (
        "With {rows} examples, {test} of them would be for testing and {golden} for comparing judges with people:"
        " {more} more to go."
    ),
    "sets.used_before": (
        "{count} comparisons, of runs and evaluations, have been made on most of these test requests by now. Of two models"
        " that are equally good, one comparison calls one of them better in {one} of 100 cases at most; of {count}, at least"
        " one does in up to {chance}."
        " So the best of many tries is partly luck. More examples bring fresh test requests."
    ),
    "sets.leaked_one": (
        "Left out of the verdict: 1 request that a training example asks too ({names})."
        " A model that was trained on it may have remembered the answer."
    ),
    "sets.leaked": (
        "Left out of the verdict: {count} requests that training examples ask too ({names})."
        " A model that was trained on them may have remembered the answers."
    ),
    "sets.mark_golden": "(for comparing judges with people)",
    "sets.mark_leaked": "(seen in training)",
    "sets.request": "request {number}",
    "sets.unasked": "a test example that was not asked here",
    "sets.some": "{names} and {count} more",
    "sets.not_leaked": (
        "No request was seen in training. The one nearest to a training example shares {share} % of its letters with it"
        " (from {limit} % on it would be left out)."
    ),
    "sets.repeated_one": "1 test example asks nearly what another one asks. Both count as one request.",
    "sets.repeated": "{count} test examples ask nearly what another one asks. Such examples count as one request.",
    "sets.same_input": (
        "The text of {count} held-out examples stands in training examples too, under another instruction."
    ),
    "sets.unanswered": "Not answered by both models and left out: {parts}.",
    "sets.unanswered_no_memory": "{count} for which memory was too short",
    "sets.unanswered_too_long": "{count} longer than the model can read",
    "sets.losses_unmeasured": "For {count} test examples memory was too short: the test loss is without them.",
    "other.forgot": (
        "Watch out: {tuned_name} forgot things that {base_name} can do – {figure}. Fewer passes over the examples, or a lower"
        " learning rate, make a model forget less."
    ),
    "other.general": "Other abilities, by short questions that have nothing to do with your task: {figure}.",
    "other.lost": "Answered right by {base_name} and not by {tuned_name}: {requests}.",
    "speed.told": (
        "Speed in the trainer on this machine, one request at a time: {base_name}: first word after {base_first} s, then"
        " {base_rate} tokens a second; {tuned_name}: {tuned_first} s, {tuned_rate}. (A token is a piece of a word.)"
    ),
}

"""What a training run will be: its settings, what they mean, what it costs, what stands against it.

Of each setting of a recipe: ``recipe.<field>`` is its name, ``what.<field>`` what it does, ``why.<field>.<code>`` why its
recommended value was chosen. ``guide.<rule>`` names a rule of thumb of the guide, ``because.<code>`` says why we differ.
"""

SENTENCES: dict[str, str] = {
    # The card
    "recipe.title": "Ready to train “{name}”?",
    "recipe.title_explained": "What the settings of “{name}” mean",
    "recipe.title_changing": "What should be different for “{name}”?",
    "recipe.examples": "Examples",
    "recipe.parts": "{train} to learn from, {validation} to steer by, {test} to test with",
    "recipe.parts_golden": (
        "{train} to learn from, {validation} to steer by, {test} to test with, {golden} to compare judges with people"
    ),
    "recipe.base": "Base model",
    "recipe.chosen": "Settings",
    "recipe.chosen_recommended": "recommended for your examples and this machine",
    "recipe.chosen_preset": "the guide's preset “{preset}”",
    "recipe.chosen_own": "recommended, but for what you chose: {fields}",
    "recipe.epochs": "Rounds through the examples (epochs)",
    "recipe.batch_size": "Examples per step (batch)",
    "recipe.learning_rate": "Learning rate",
    "recipe.rank": "Adapter size (rank)",
    "recipe.alpha": "Adapter strength (alpha)",
    "recipe.context": "Longest example (tokens)",
    "recipe.patience": "Checks without progress (patience)",
    "recipe.validations_per_epoch": "Checks per round (validations)",
    "recipe.warmup_ratio": "Warm-up (share of the steps)",
    "recipe.max_grad_norm": "Largest correction (gradient norm)",
    "recipe.seed": "Starting number (seed)",
    "recipe.adapted_share": "Where it learns (share of the layers)",
    "recipe.left_out": "Left out",
    "recipe.left_out_value": "{count} of {rows} examples are longer than {context} tokens; no example is cut off",
    "recipe.time": "Time",
    "recipe.time_measured": "about {low} to {high} with comparing and saving, going by earlier runs here",
    "recipe.time_guessed": "about {low} to {high} with comparing and saving; a guess, until a first run here was timed",
    "recipe.needs": "Needs",
    "recipe.needs_value": "about {memory} of memory and {disk} of disk",
    "recipe.needs_card": "about {memory} of the graphics card's memory and {disk} of disk",
    "recipe.comparison": "Comparison",
    "recipe.comparison_judged": (
        "about {requests} test requests and {short} short questions about other abilities, answered by both models; "
        "then the judge ({judges}) is asked {calls} times at most: {tokens} tokens, {time}. It never spends more"
    ),
    "recipe.comparison_known": (
        "about {requests} test requests and {short} short questions about other abilities, answered by both models; "
        "no judge is asked"
    ),
    "recipe.note": (
        "The run stops early by itself when it no longer improves. I tell you here when it is done. "
        "Explain tells what each setting means, and where I differ from the guide."
    ),
    "recipe.note_explained": "The guide's rules and presets, our reasons and the measurements stand in docs/training-models.md.",
    "recipe.start": "Start",
    "recipe.change": "Change",
    "recipe.explain": "Explain",
    "recipe.settings": "Back to the settings",
    "recipe.later": "Not now",
    "recipe.ask_change": (
        "Write what should be different, for example `epochs 2` or `learning rate 0.0002, rank 8`; every setting that "
        "Explain shows can be changed. Or take a preset of the guide. `done` leaves the settings as they are."
    ),
    "recipe.not_understood": "I could not read a setting from that.",
    "recipe.unread": "There was a number that I could not place; it changed nothing.",
    "recipe.changed": "Changed. Press Start, or write the next change; `done` leaves it.",
    "recipe.same": "These are the settings already.",
    "recipe.superseded": "These settings were changed since; a later card has them. `/tune train` shows a fresh one.",
    "recipe.left": "Good, the settings stay as the card shows them.",
    "recipe.out_of_bounds": "{field} must lie between {low} and {high}. Nothing was changed.",
    "recipe.not_a_number": "{field} must be a whole number between {low} and {high}. Nothing was changed.",
    "recipe.later_done": "Good. Nothing was started. Write `/tune train` whenever you like.",
    "recipe.title_started": "Training was started",
    "recipe.title_changed": "These settings were changed; the card below has them",
    "recipe.title_later": "Not now",
    # The guide's presets
    "preset.documents": "High-quality documents",
    "preset.communications": "Quick communications",
    "preset.mixed": "Mixed tasks",
    "preset.quick_look": "Quick look",
    "preset.recommended": "Recommended",
    # What each setting does
    "what.epochs": "How often the model goes through all examples.",
    "what.batch_size": "How many examples the model looks at before it corrects itself once.",
    "what.learning_rate": "How large each correction is: too small and it learns nothing, too large and it falls apart.",
    "what.rank": "How much the adapter, the small part that is trained, can hold.",
    "what.alpha": "How strongly what the adapter learned counts; it is shared out over the rank.",
    "what.context": "The longest example, in tokens (pieces of words), that is used; longer ones are left out.",
    "what.patience": "After how many checks without a better result the run ends by itself.",
    "what.validations_per_epoch": "How often in each round it is checked on examples that it does not learn from.",
    "what.warmup_ratio": "In which share of the steps, at the start, the corrections grow to their full size.",
    "what.max_grad_norm": "How large one correction may be before it is scaled down.",
    "what.adapted_share": (
        "In which share of the layers, from the top, the adapter sits; with half of them a run is quicker and learns less."
    ),
    "what.seed": "The number from which the order of the examples and the adapter's first values are drawn.",
    "what.value": "{value}. {sentence}",
    "what.own": "{value}, your choice; I would take {recommended}. {sentence}",
    "what.of_preset": "{value}, by the preset; I would take {recommended}. {sentence}",
    # Why the recommended values are what they are
    "why.epochs.few_rows": "With {rows} examples to learn from it takes several rounds; the run ends by itself when more do not help.",
    "why.epochs.some_rows": "With {rows} examples to learn from, three rounds usually suffice.",
    "why.epochs.many_rows": "With {rows} examples to learn from, two rounds suffice.",
    "why.epochs.slow_machine": "The usual {usual} rounds would take about {hours} hours on this machine; this fits into a night.",
    "why.batch_size.few_rows": "Few examples give few corrections, so it corrects itself after every second one.",
    "why.batch_size.some_rows": "It corrects itself after every 4 of the {rows} examples: small batches suit an adapter.",
    "why.batch_size.many_rows": "With {rows} examples there are corrections enough, and 8 at a time make them steadier.",
    "why.learning_rate.short_run": "How large each correction is: a bold one, because an adapter learns slowly and the run is short.",
    "why.learning_rate.long_run": "How large each correction is: a calmer one, because {rows} examples make for a long run.",
    "why.rank.usual": "How much the adapter can hold: this is ample for so many examples.",
    "why.rank.many_tokens": "How much the adapter can hold: more than usual, because there are {tokens} tokens to learn.",
    "why.rank.little_memory": "How much the adapter can hold: less than usual, because memory is short beside your longest example.",
    "why.alpha.usual": "How strongly what the adapter learned counts; this strength goes well with our learning rates.",
    "why.context.longest_row": "Room for your longest example, which has {longest} tokens (pieces of words).",
    "why.context.our_limit": "As much as I train with; your longest example has {longest} tokens (pieces of words).",
    "why.context.base_limit": "As much as the base model can read; your longest example has {longest} tokens (pieces of words).",
    "why.context.little_memory": "As much as fits into memory; your longest example has {longest} tokens (pieces of words).",
    "why.patience.usual": "The run ends by itself after two checks without a better result, before it learns by heart.",
    "why.validations_per_epoch.usual": "Twice in each round it is checked on examples that it does not learn from.",
    "why.validations_per_epoch.few_steps": "Once in each round, which is short, it is checked on examples that it does not learn from.",
    "why.warmup_ratio.usual": "The corrections grow over the first tenth of the steps, so that the start does no harm.",
    "why.max_grad_norm.usual": "A larger correction is scaled down to this, so that one odd example does not upset the rest.",
    "why.adapted_share.usual": "All of them: the adapter sits on every linear layer, not on attention alone, and learns more that way.",
    "why.seed.usual": "The order of the examples is drawn from it: the same number gives the same run.",
    # Where we differ from the guide
    "guide.differs": "The guide says {rule}",
    "guide.ours": "We take {ours}, because {because}.",
    "guide.small_data_rate": "learning rate {value} for fewer than 50 examples",
    "guide.usual_rate": "learning rate {value} in most cases",
    "guide.usual_batch": "batches of {value} with 8 to 16 GB of memory",
    "guide.small_memory_batch": "batches of 1 to {value} where memory is limited",
    "guide.large_memory_batch": "batches of {value} to 16 with more memory",
    "guide.small_data_epochs": "1 to {value} rounds for small data sets",
    "guide.usual_epochs": "{value} rounds",
    "guide.usual_context": "a context of {value} tokens",
    "because.adapter_rate": "an adapter wants about ten times the learning rate of training the whole model",
    "because.early_stopping": "a run that stops by itself needs no low limit against learning by heart",
    "because.more_rows": "more examples need fewer rounds, as the guide says elsewhere",
    "because.small_batches": "adapters learn less from large batches",
    "because.passes": "a batch that does not fit into memory is taken in several passes, with the same result",
    "because.longest_row": "more room than the longest example needs teaches nothing",
    "because.our_limit": "that is as much as I train with",
    "because.base_limit": "that is what the base model can read",
    "because.little_memory": "that is what fits into memory",
    # The start
    "train.not_yet": "Training cannot start yet: {reason}",
    "train.running": "A training run of this project is going on already. `/tune status` shows it, `/tune stop` stops it.",
    "train.started_judged": (
        "Run {number} is started. With comparing and saving it takes about {low} to {high}; then the judge is asked "
        "{calls} times at most ({tokens} tokens). "
        "You can go on talking to me; `/tune status` tells how it goes."
    ),
    "train.started": (
        "Run {number} is started. With comparing and saving it takes about {low} to {high}. "
        "You can go on talking to me; `/tune status` tells how it goes."
    ),
}

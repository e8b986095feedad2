"""What a training run will be: its settings, what they mean, what it costs, what stands against it."""

SENTENCES: dict[str, str] = {
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
}

"""Saved models: what is announced, asked and listed."""

SENTENCES: dict[str, str] = {
    "saved.done": "Saved: **{name} v{version}**. Ask it something: `/tune ask …`",
    "saved.where": "Its files are in `{path}`: the adapter, the rows as trained, where everything came from, and a model card.",
    "saved.did_not_improve": "The proof of learning was not passed, so take its answers with care.",
    "ask.empty": "What shall I ask {name} v{version}? Write `/tune ask` and your request after it.",
    "ask.no_model": "There is no trained model yet. {next}",
    "ask.no_model_train": "`/tune train` makes one.",
    "ask.asking": "{name} v{version} is answering …",
    "ask.answer": "{name} v{version} answers:",
    "ask.too_long": "That request has {length} characters; the model can read about {limit}.",
    "ask.empty_answer": "(The model wrote nothing.)",
    "models.title": "Models",
    "models.none": "There are no models yet. When you have {needed} approved examples, `/tune train` makes one.",
    "models.header_name": "Model",
    "models.header_made": "Made",
    "models.header_before": "Test loss before",
    "models.header_after": "after",
}

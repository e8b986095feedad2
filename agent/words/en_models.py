"""Saved models: what is announced, asked and listed."""

SENTENCES: dict[str, str] = {
    "saved.done": "Saved: **{name} v{version}**. Ask it something: `/tune ask …`, or `/tune ask both: …` to see the base model's answer beside it.",
    "saved.where": "Whoever runs me finds its files in the home folder, in `{path}`: the adapter, the rows as trained, where everything came from, and a model card.",
    "saved.did_not_improve": "The proof of learning was not passed, so take its answers with care.",
    "saved.engine": (
        "It answers within seconds. Its copy for that gives nearly the same next words as the model as trained: at {places} places "
        "of test answers they differ by {tuned} on average in log-probability; up to {allowed} counts as the same, and the base "
        "model's own copy differs by {base}."
    ),
    "saved.engine_unfaithful": (
        "Its copy for the built-in engine did not answer like the model as trained (difference {tuned}, at most {allowed} is "
        "allowed), so I left it out. The trainer answers `/tune ask` instead, which takes longer."
    ),
    "saved.engine_failed": (
        "The built-in engine could not be asked to check its copy of the model, so I left it out (the run's log says why). The "
        "trainer answers `/tune ask` instead, which takes longer."
    ),
    "saved.engine_not_served": (
        "The built-in engine does not serve this base model, so the trainer answers `/tune ask`, which takes longer."
    ),
    "ask.base": "The base model",
    "ask.version": "{name} v{version}",
    "ask.and": " and ",
    "ask.empty": "What shall I ask? Write `/tune ask` and your request after it. {who} will answer.",
    "ask.no_model": "There is no trained model yet. {next}",
    "ask.no_model_train": "`/tune train` makes one.",
    "ask.no_version": "There is no version `{version}`. There is {versions}.",
    "ask.model_gone": "That model is not there any more, or not for you. `/tune models` lists those that you can ask.",
    "ask.which": "Several models have a `{version}`. Which one: {versions}?",
    "ask.asking": "{who} is answering …",
    "ask.asking_both": "{who} are answering …",
    "ask.answer": "{who} answers:",
    "ask.answers": "{who} answer:",
    "ask.cut_off": "{who} (cut off after {tokens} tokens)",
    "ask.passed_over": "I took “{word}” as the first word of your request. To address it, write `{word}:` with a colon.",
    "ask.too_long": "That request has {length} characters; the model can read about {limit}.",
    "ask.beyond_context": "That request is longer than the model can read. Shorten it, then ask again.",
    "ask.empty_answer": "(The model wrote nothing.)",
    "publish.begun": "I am putting it into Ollama as `{model}`, and will say when it can be asked there.",
    "publish.done": (
        "It is in Ollama too: `ollama run {model}`. I asked it {requests} of your requests first, and it answers like the "
        "saved model: on average its next words are as likely to within {difference} (natural logarithm; up to "
        "{tolerance} counts as the same)."
    ),
    "stop.publication": "I am stopping: the model of run {number} does not go to Ollama. It is saved all the same.",
    "status.publish": "being put into Ollama",
    "publish.title_not_done": "{name} v{version} is not in Ollama",
    "publish.not_done": "{reason} The saved model is not touched by this, and `/tune ask` asks it as before.",
    "publish.stopped": "it was stopped before it was done.",
    "publish.again": "Try again",
    "publish.title_again": "Trying again",
    "publish.not_set": (
        "No Ollama server is set up here. Start me with `THREADTUNE_OLLAMA=http://127.0.0.1:11434`, or wherever yours is."
    ),
    "failure.ollama_not_set": "the trainer was started without THREADTUNE_OLLAMA, so it knows of no server. Restart it with that set, then try again.",
    "failure.ollama_address": (
        "the address in THREADTUNE_OLLAMA cannot be read. Restart me with one like `http://127.0.0.1:11434`; in a password, "
        "write `%23` for # and `%2F` for /."
    ),
    "failure.ollama_unreachable": "no Ollama server answered at the address in THREADTUNE_OLLAMA. Start it with `ollama serve`, then try again.",
    "failure.ollama_too_old": (
        "the Ollama server is of version {version}, which cannot say how likely its words are, so that I could not check the "
        "copy. Update it to {needed} or later, then try again."
    ),
    "failure.ollama_no_disk": "the disk of the Ollama server is full. Free some space there (`ollama list`, `ollama rm`), then try again.",
    "failure.ollama_refused": "the Ollama server refused it (status {status}). `logs/trainer.log` has its words.",
    "failure.ollama_name_taken": (
        "Ollama has another model called `{model}`, which I leave as it is. Rename it there with `ollama cp` and `ollama rm`, "
        "or set THREADTUNE_TEAM to another name, then try again."
    ),
    "failure.ollama_unfaithful": (
        "the copy in Ollama did not answer like the saved model (difference {difference:.2f}, at most {tolerance:g} is "
        "allowed, over {requests} requests), so I took it away again. Update Ollama, then try again."
    ),
    "failure.template_unknown": (
        "the base model {base} puts conversations into a form that Ollama's templates cannot be shown to match, and with a wrong "
        "one the model would answer nonsense."
    ),
    "failure.gguf_missing": "the base model {base} came without a GGUF file, which Ollama needs.",
    "failure.no_engine_copy": "this version has no copy of its adapter for llama.cpp, which Ollama is built on. Versions made from now on have one where the base allows it.",
    "failure.adapter_unfit": "the copy of the adapter does not fit the base model {base} as it lies here. Run `threadtune doctor`.",
    "failure.nothing_to_compare": "none of the requests that a copy could be checked with is left beside this version, so I do not publish it unchecked.",
    "models.title": "Models",
    "models.ask": "Ask any of them: `/tune ask {version}: …`. The one in use of a project needs no name.",
    "models.none": "There are no models yet. When you have {needed} approved examples, `/tune train` makes one.",
    "models.header_name": "Model",
    "models.header_made": "Made",
    "models.header_before": "Test loss before",
    "models.header_after": "after",
}

"""Base and tuned model side by side, the verdict, and people's blind votes."""

SENTENCES: dict[str, str] = {
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
}

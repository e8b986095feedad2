"""One row as chat messages: the one way in which training, asking and counting put a row before a model.

It knows no tokenizer; the model's own chat template turns the messages into text.
"""


def messages(instruction: str, input: str, output: str | None = None) -> list[dict[str, str]]:
    """The user's turn (instruction, a blank line, input) and, if an output is given, the assistant's."""
    content = f"{instruction.strip()}\n\n{input.strip()}" if input.strip() else instruction.strip()
    turns = [{"role": "user", "content": content}]
    if output is not None:
        turns.append({"role": "assistant", "content": output.strip()})
    return turns

"""The shapes in which other tools keep an example in a JSON object, turned into instruction and output.

Known are ``messages`` (OpenAI: role and content), ``conversations`` (ShareGPT: from and value) and ``prompt`` with
``completion``, each of these two a text or a list of messages. Everything else passes as it is. It does not know files.

A row is one request and one answer. Two messages in a row by the same speaker are joined. A conversation with more than
one answer is refused whole: its first answer alone would drop what the giver meant to teach, and a later answer makes no
sense without what was said before. What the system was told is kept as a column ``system`` beside the row, for training
puts its own system text; only where nobody asked anything is it the instruction.

Codes: ``several_turns`` (turns: answers), ``no_answer``, ``no_request``,
``unknown_role`` (role), ``not_messages``, and of a message that
is no text ``wrong_type`` (field, found).
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from dataset.formats.json_values import JsonObject
from dataset.formats.records import Refused, kind_of, shown

_LISTS = ("messages", "conversations", "conversation")
_SPEAKERS = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
}


def pairs_of(value: JsonObject) -> list[tuple[str, Any]]:
    """Return the columns of an object and their values; a chat becomes instruction, output and what stands beside.

    Raises Refused.
    """
    used = _chat_keys(value)
    if not used:
        return list(value.items())
    for key in used:
        if key in value.twice:
            raise Refused("duplicate_key", field=key)
    if any(isinstance(value[key], list) for key in used):
        chat = _pair([message for key in used for message in _messages(key, value[key])])
    else:
        chat = {"instruction": value[used[0]], "output": value[used[1]]}
    beside = [(key, other) for key, other in value.items() if key not in used and key not in chat]
    return [*chat.items(), *beside]


def is_chat(value: JsonObject) -> bool:
    """Whether the object has one of the shapes."""
    return bool(_chat_keys(value))


def _chat_keys(value: JsonObject) -> tuple[str, ...]:
    if "instruction" in value or "output" in value:
        return ()
    for key in _LISTS:
        if isinstance(value.get(key), list) and all(_is_message(one) for one in value[key]):
            return (key,)
    if all(isinstance(value.get(key), str | list) for key in ("prompt", "completion")):
        return "prompt", "completion"
    return ()


def _is_message(value: Any) -> bool:
    return isinstance(value, JsonObject) and ("role" in value or "from" in value)


def _messages(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Speaker and text of each message; a prompt or completion that is a text counts as one."""
    if isinstance(value, str):
        yield ("user" if key == "prompt" else "assistant"), value
        return
    for message in value:
        if not _is_message(message):
            raise Refused("not_messages")
        role = message.get("role", message.get("from"))
        speaker = _SPEAKERS.get(role.casefold()) if isinstance(role, str) else None
        if speaker is None:
            raise Refused("unknown_role", role=shown(role) if isinstance(role, str) else kind_of(role))
        yield speaker, _content(key, message.get("content", message.get("value")))


def _content(key: str, content: Any) -> str:
    """The text of a message; OpenAI also writes it as a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and content:
        texts = [part.get("text") for part in content if isinstance(part, JsonObject) and part.get("type") == "text"]
        if len(texts) == len(content) and all(isinstance(text, str) for text in texts):
            return "".join(map(str, texts))
    raise Refused("wrong_type", field=key, found=kind_of(content))


def _pair(messages: list[tuple[str, str]]) -> dict[str, str]:
    system = "\n\n".join(text for speaker, text in messages if speaker == "system")
    spoken = [one for one in messages if one[0] != "system"]
    turns = [
        (speaker, "\n\n".join(text for _, text in said)) for speaker, said in groupby(spoken, key=lambda one: one[0])
    ]
    match turns:
        case [("user", asked), ("assistant", answer)]:
            return {"instruction": asked, "output": answer} | ({"system": system} if system else {})
        case [("assistant", answer)] if system:
            return {"instruction": system, "output": answer}
        case _:
            if len(turns) > 2:
                raise Refused("several_turns", turns=sum(speaker == "assistant" for speaker, _ in turns))
            raise Refused("no_request" if turns and turns[0][0] == "assistant" else "no_answer")

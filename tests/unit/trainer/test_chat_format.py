"""A base's chat template in Go gives the text that training rendered, or there is none."""

import json
from pathlib import Path

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dataset.prompts import messages
from dataset.tokens import TokenCounter
from tests.fakes import go_template
from tests.fakes.tiny_llama import CHAT_TEMPLATE, write_tiny_llama
from tests.real_base import real_base
from trainer.chat_format import Render, UnknownFormat, chat_format

PHI3 = (
    "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}"
    "{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}"
    "{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"
)
LLAMA3 = (
    "{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    "+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = '<bos>' + content %}{% endif %}"
    "{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
GEMMA = (
    "{{ '<bos>' }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}{% if message['role'] == 'assistant' %}{% set role = 'model' %}{% else %}"
    "{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim"
    "+ '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
MISTRAL = (
    "{{ '<bos>' }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + '</s>' }}{% else %}"
    "{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
)
ALWAYS_DATED = (
    "{% if messages[0]['role'] == 'system' %}{% set told = messages[0]['content'] %}{% set messages = messages[1:] %}"
    "{% else %}{% set told = '' %}{% endif %}<|system|>Today Date: 26 Jul 2024\n\n{{ told }}<|end|>"
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
DROPS_THOUGHTS = (
    "{% for message in messages %}<|{{ message['role'] }}|>{% if loop.last or message['role'] != 'assistant' %}"
    "{{ message['content'] }}{% endif %}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
FIRST_IS_OTHER = (
    "{% for message in messages %}{% if loop.first %}Task: {% endif %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
BRACES = "{% for message in messages %}{{ '{{' + message['role'] + '}}' + message['content'] }};{% endfor %}{{ '{{assistant}}' if add_generation_prompt }}"


def renderer(template: str) -> Render:
    def refuse(message: str) -> None:
        raise ValueError(message)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = refuse
    compiled = environment.from_string(template)
    return lambda turns, asking: compiled.render(messages=turns, add_generation_prompt=asking)


WITHOUT_INPUT = messages("Summarise the call.", "")
WITH_INPUT = messages("Summarise the call.", "They want refunds.\n\nAnd soon.")
LONGER = [*WITHOUT_INPUT, {"role": "assistant", "content": "They called."}, *messages("Shorter.", "")]
TOLD = [{"role": "system", "content": "Answer in one word.\nAlways."}, *LONGER]


@pytest.mark.parametrize("turns", [WITHOUT_INPUT, WITH_INPUT, LONGER, TOLD])
@pytest.mark.parametrize("template", [CHAT_TEMPLATE, PHI3, LLAMA3])
def test_ollama_puts_the_same_text_before_the_model_as_training_did(template: str, turns: list[dict[str, str]]) -> None:
    render = renderer(template)
    found = chat_format(render, "<bos>")
    told = [{"role": "system", "content": found.default_system}] if found.default_system and turns is not TOLD else []
    assert go_template.prompt(found.template, [*told, *turns]) == render(turns, True).removeprefix("<bos>")


@pytest.mark.parametrize("turns", [WITHOUT_INPUT, WITH_INPUT, LONGER])
def test_a_base_without_system_turns_gets_a_template_without_them(turns: list[dict[str, str]]) -> None:
    render = renderer(GEMMA)
    found = chat_format(render, "<bos>")
    assert found.system is None
    assert go_template.prompt(found.template, turns) == render(turns, True).removeprefix("<bos>")


def test_what_the_base_says_to_itself_unasked_becomes_the_system_prompt(tmp_path: Path) -> None:
    found = chat_format(TokenCounter(write_tiny_llama(tmp_path)).render)
    assert found.default_system == "You are a helpful AI assistant."
    assert found.stop == "<|im_end|>"
    assert found.template == (
        "{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ end }}"
        "{{ if .Prompt }}<|im_start|>user\n{{ .Prompt }}<|im_end|>\n{{ end }}"
        "<|im_start|>assistant\n{{ .Response }}<|im_end|>\n"
    )


def test_a_token_that_the_server_begins_with_by_itself_is_not_written_twice() -> None:
    assert "<bos>" not in chat_format(renderer(LLAMA3), "<bos>").template


def test_a_token_that_only_the_template_writes_would_stand_before_every_request() -> None:
    with pytest.raises(UnknownFormat):
        chat_format(renderer(LLAMA3))


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(ALWAYS_DATED, id="a system turn that is always there, and empty"),
        pytest.param(DROPS_THOUGHTS, id="answers that vanish from the history"),
        pytest.param(FIRST_IS_OTHER, id="a first turn unlike the others"),
        pytest.param(MISTRAL, id="answers that begin with a space of the template's"),
        pytest.param(BRACES, id="marks of Go's own"),
        pytest.param("{{ messages | tojson }}", id="not a chat at all"),
        pytest.param("nothing of what was said", id="a constant"),
        pytest.param("{{ raise_exception('no') }}", id="a template that refuses everything"),
        pytest.param("{{ 1 / 0 }}{{ messages }}", id="a template that fails"),
    ],
)
def test_a_template_that_would_have_to_be_guessed_is_refused(template: str) -> None:
    with pytest.raises(UnknownFormat):
        chat_format(renderer(template))


@pytest.mark.real_model
def test_the_default_base_is_among_those_that_are_understood() -> None:
    folder = real_base().path
    counter = TokenCounter(folder)
    found = chat_format(counter.render)
    assert found.default_system == "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
    told = [{"role": "system", "content": found.default_system}]
    for turns in (WITHOUT_INPUT, WITH_INPUT):
        assert go_template.prompt(found.template, [*told, *turns]) == counter.render(turns, True)
    assert json.loads((folder / "tokenizer_config.json").read_text())["eos_token"] == found.stop

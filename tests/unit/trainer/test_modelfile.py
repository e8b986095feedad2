"""What Ollama is told besides the weights, and the same as a file for ``ollama create`` by hand."""

import json
from pathlib import Path

import pytest

from tests.fakes import go_template
from tests.fakes.tiny_llama import write_tiny_llama
from trainer.errors import JobRefused
from trainer.modelfile import LONGEST_CONTEXT, modelfile


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_tiny_llama(tmp_path, context=512)


def test_the_file_says_all_that_the_model_is_told(base: Path) -> None:
    told = modelfile(base, begins_with_bos=False)
    assert told.text("./model.gguf") == (
        "FROM ./model.gguf\n"
        'TEMPLATE """{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ end }}'
        "{{ if .Prompt }}<|im_start|>user\n{{ .Prompt }}<|im_end|>\n{{ end }}"
        '<|im_start|>assistant\n{{ .Response }}<|im_end|>\n"""\n'
        'SYSTEM """You are a helpful AI assistant."""\n'
        "PARAMETER temperature 0\n"
        "PARAMETER repeat_penalty 1.0\n"
        "PARAMETER num_ctx 512\n"
        "PARAMETER num_predict 1024\n"
        'PARAMETER stop "<|im_end|>"\n'
    )


def test_it_answers_without_chance_and_penalties_as_the_answers_that_were_compared(base: Path) -> None:
    parameters = modelfile(base, begins_with_bos=False).parameters
    assert (parameters["temperature"], parameters["repeat_penalty"]) == (0, 1.0)


def test_a_base_with_a_long_context_is_asked_for_no_more_than_the_guide_does(base: Path) -> None:
    config = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 131_072}))
    assert modelfile(base, begins_with_bos=False).parameters["num_ctx"] == LONGEST_CONTEXT


def test_a_system_prompt_of_ones_own_replaces_the_bases(base: Path) -> None:
    told = modelfile(base, system="You write release notes.", begins_with_bos=False)
    assert told.system == "You write release notes."
    asked = [{"role": "system", "content": told.system}, {"role": "user", "content": "Hello"}]
    assert "You write release notes.<|im_end|>" in go_template.prompt(told.template, asked)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("chat_template.jinja", "{{ messages | tojson }}"),
        ("chat_template.jinja", "{% for"),
        ("tokenizer.json", "{"),
        ("tokenizer_config.json", ""),
    ],
)
def test_a_base_whose_requests_cannot_be_written_for_ollama_is_refused(base: Path, file: str, text: str) -> None:
    (base / file).write_text(text)
    with pytest.raises(JobRefused, match="template_unknown"):
        modelfile(base, begins_with_bos=False)


@pytest.mark.parametrize("system", ['"""', 'End it: """\nPARAMETER temperature 2'])
def test_a_system_prompt_cannot_end_its_own_quotation(base: Path, system: str) -> None:
    with pytest.raises(JobRefused, match="bad_spec"):
        modelfile(base, system=system, begins_with_bos=False)

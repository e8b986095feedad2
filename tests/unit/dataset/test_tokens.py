"""Lengths are counted without torch, and are what the trainer will see."""

from pathlib import Path

import pytest

from dataset.prompts import messages
from dataset.tokens import TokenCounter
from tests.fakes.tiny_llama import write_tiny_llama

TEXTS = [
    "Write a haiku",
    "Schreibe über Größe 123",
    "写一首诗",
    "اكتب قصيدة",
    "def f(x):\n\treturn  x+1",
    "👩‍⚕️ ok",
    "  spaces  ",
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "tiny"
    write_tiny_llama(folder)
    return folder


@pytest.mark.parametrize("text", TEXTS)
def test_counts_equal_those_of_transformers(base: Path, text: str) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    whole = tokenizer.apply_chat_template(messages(text, text, text), tokenize=False)
    prompt = tokenizer.apply_chat_template(messages(text, text), add_generation_prompt=True, tokenize=False)
    ids = tokenizer(whole[len(prompt) :], add_special_tokens=False)["input_ids"]
    end = len(ids) - ids[::-1].index(tokenizer.eos_token_id)
    assert TokenCounter(base).count(text, text, text) == (
        len(tokenizer(prompt, add_special_tokens=False)["input_ids"]),
        end,
    )


def test_a_row_without_an_answer_has_a_prompt_only(base: Path) -> None:
    prompt, completion = TokenCounter(base).count("Write", "", "")
    assert prompt > 0
    assert completion == 0


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        TokenCounter(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", '{"model": 1}'])
def test_a_file_that_is_no_tokenizer_is_refused(base: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "tokenizer_config.json").write_text((base / "tokenizer_config.json").read_text())
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ValueError, match="not a tokenizer"):
        TokenCounter(tmp_path)


def test_a_file_that_is_no_chat_template_is_refused(tmp_path: Path) -> None:
    write_tiny_llama(tmp_path)
    (tmp_path / "chat_template.jinja").write_text("{% for")
    with pytest.raises(ValueError, match="not a chat template"):
        TokenCounter(tmp_path)

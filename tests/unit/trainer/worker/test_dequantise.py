"""The de-quantised base is the model that the chat engine runs: the same tokens, the same template, the same answers."""

import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from tokenizers import Tokenizer

from agent.models.engine import Engine
from dataset.prompts import messages
from dataset.tokens import TokenCounter
from storage.base_models import BaseModel
from tests.real_base import real_base
from trainer.worker.examples import encode

pytestmark = pytest.mark.real_model

TEXTS = [
    "1234567890 and 3.14159, 2026-11-21, ½ ² Ⅷ ٣",
    "x = 12; print(f'{x:02d}')\n\tfor i in range(10):\n        pass\n\n\n",
    "Größe: 42 Äpfel, daß wär's — „nicht wahr“?",
    "中文分词 测试 2024年，价格￥100。",
    "مرحبا ١٢٣ بالعالم",
    "ठीक है १२३",
    "👩‍💻🎉 ok 🇩🇪",
    "   leading and trailing   ",
    "\n\n \t \n",
    " \n a \r\n b\u00a0c\u2003d\u200b\ufeff",
    "it's I'LL don't we've",
    "e\u0301 ﬁ ﷺ",
    "<|im_start|>user\nHi<|im_end|>\n<repo_name>x<file_sep><|endoftext|>",
    "<|im_start| >almost",
    "https://example.org/a?b=1&c=2#d",
    "a" * 300,
    "",
    " ",
]


@pytest.fixture(scope="module")
def base() -> BaseModel:
    return real_base()


@pytest.fixture
async def engine(base: BaseModel) -> AsyncIterator[httpx.AsyncClient]:
    """The chat engine with the model's own GGUF file."""
    assert base.gguf
    engine = Engine(base.gguf)
    address = await engine.address()
    headers = {"Authorization": f"Bearer {address.key}"}
    async with httpx.AsyncClient(base_url=address.url, headers=headers, trust_env=False, timeout=60) as client:
        yield client
    await engine.aclose()


def tokenizer(base: BaseModel) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(base.path)


async def ids_in_the_engine(engine: httpx.AsyncClient, text: str) -> Sequence[int]:
    response = await engine.post("/tokenize", json={"content": text, "parse_special": True})
    ids: list[int] = response.raise_for_status().json()["tokens"]
    return ids


def arbitrary_texts(count: int, seed: int) -> list[str]:
    """Mixtures of letters, digits, space and signs of many scripts."""
    choice = random.Random(seed)
    pools = [
        "abcXYZ",
        "0123456789",
        " \n\t",
        ".,;:!?'\"()[]{}<>|_-+=*/\\@#$%^&~`",
        "äßéñøłğ",
        "中文日本語한국",
        "אבגابت",
        "🎉👍🏽🇨🇭",
        "٠١٢३४Ⅳ½",
    ]
    return ["".join(choice.choice(choice.choice(pools)) for _ in range(choice.randint(1, 60))) for _ in range(count)]


async def test_the_engine_and_transformers_give_equal_token_ids(base: BaseModel, engine: httpx.AsyncClient) -> None:
    ours, fast = tokenizer(base), Tokenizer.from_file(str(base.path / "tokenizer.json"))
    for text in TEXTS + arbitrary_texts(200, seed=7):
        expected = await ids_in_the_engine(engine, text)
        assert list(ours(text, add_special_tokens=False)["input_ids"]) == expected, text
        assert fast.encode(text, add_special_tokens=False).ids == expected, text


async def test_the_engine_and_transformers_put_a_row_before_the_model_alike(
    base: BaseModel, engine: httpx.AsyncClient
) -> None:
    for turns in (
        messages("Count to 12.", "from 3"),
        [{"role": "system", "content": "Be brief."}, *messages("Hi", "")],
    ):
        theirs = (await engine.post("/apply-template", json={"messages": turns})).raise_for_status().json()["prompt"]
        assert tokenizer(base).apply_chat_template(turns, add_generation_prompt=True, tokenize=False) == theirs


@pytest.mark.parametrize("question", ["What is the capital of France?", "Write one sentence about rain."])
async def test_the_weights_are_those_of_the_engine(base: BaseModel, engine: httpx.AsyncClient, question: str) -> None:
    """The engine multiplies in eight bits, so its log-probabilities are off by up to 0.15; another model's by whole
    units."""
    import torch
    from transformers import AutoModelForCausalLM

    tokens = tokenizer(base)
    prompt = tokens.apply_chat_template(messages(question, ""), add_generation_prompt=True, tokenize=False)
    asked = {"prompt": prompt, "n_predict": 1, "temperature": 0, "n_probs": 5}
    answer = (await engine.post("/completion", json=asked)).raise_for_status().json()
    model = AutoModelForCausalLM.from_pretrained(base.path, use_safetensors=True)
    with torch.inference_mode():
        logits = model(**tokens(prompt, add_special_tokens=False, return_tensors="pt")).logits[0, -1]
    ours = torch.log_softmax(logits, -1)
    assert model.dtype == torch.float32
    for guess in answer["completion_probabilities"][0]["top_logprobs"]:
        assert float(ours[guess["id"]]) == pytest.approx(guess["logprob"], abs=0.4)


def test_the_tokenizer_knows_where_a_turn_ends(base: BaseModel) -> None:
    ours = tokenizer(base)
    assert (ours.bos_token, ours.eos_token, ours.pad_token) == ("<|im_start|>", "<|im_end|>", "<|im_end|>")
    assert (ours.bos_token_id, ours.eos_token_id, ours.pad_token_id) == (1, 2, 2)
    assert ours.model_max_length == 8192


@pytest.mark.parametrize("text", TEXTS[:7] + TEXTS[10:12])
def test_tokens_are_counted_as_the_worker_encodes_them(base: BaseModel, text: str) -> None:
    example = encode(tokenizer(base), {"id": "r", "part": "train", "instruction": text, "input": text, "output": text})
    assert TokenCounter(base.path).count(text, text, text) == (len(example.prompt), len(example.completion))


def test_a_file_with_an_unknown_pre_tokenizer_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import gguf

    from trainer.worker.dequantise import main

    writer = gguf.GGUFWriter(tmp_path / "odd.gguf", "llama")
    writer.add_context_length(64)
    writer.add_tokenizer_pre("never-heard-of")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert main([str(tmp_path / "odd.gguf"), str(tmp_path / "out")]) == 3
    assert "never-heard-of" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()

"""A base model small enough for tests: a random Llama with a real tokenizer and SmolLM2's chat template.

It needs neither torch nor transformers nor a network, and is the same, byte for byte, for the same seed. It knows
nothing of language: its loss starts near ln(vocabulary), and a LoRA adapter on it does learn.
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")

# SmolLM2's own template, with its default system turn.
CHAT_TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a helpful AI assistant.<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

_TEXT = (
    "You are a helpful AI assistant. Write a short summary of the customer interview for the product team. "
    "The user asked for an answer about a feature, the reason why it matters, and what to do next. "
    "As a product manager, I want to see which release the request belongs to, so that I can plan the work. "
    "Rewrite this note as a user story with acceptance criteria. system user assistant "
) * 3


def write_tiny_llama(
    folder: Path, *, seed: int = 0, hidden: int = 32, layers: int = 2, vocabulary: int = 600, context: int = 512
) -> Path:
    """Write ``config.json``, the tokenizer's files and ``model.safetensors`` into ``folder`` and return it.

    ``hidden`` must be a multiple of 8 (4 attention heads share 2 key-value heads). ``vocabulary`` is an upper bound:
    the paragraph that the tokenizer learns from yields about 430 tokens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(vocabulary)
    tokenizer.save(str(folder / "tokenizer.json"))
    intermediate = hidden * 2
    config = {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": 1,
        "dtype": "float32",
        "eos_token_id": 2,
        "head_dim": hidden // 4,
        "hidden_act": "silu",
        "hidden_size": hidden,
        "initializer_range": 0.02,
        "intermediate_size": intermediate,
        "max_position_embeddings": context,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": 4,
        "num_hidden_layers": layers,
        "num_key_value_heads": 2,
        "pad_token_id": 2,
        "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
        "tie_word_embeddings": True,
        "use_cache": True,
        "vocab_size": tokenizer.get_vocab_size(),
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    generation = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2))
    tokenizer_config = {
        "bos_token": "<|im_start|>",
        "eos_token": "<|im_end|>",
        "pad_token": "<|im_end|>",
        "unk_token": "<|endoftext|>",
        "model_max_length": 1000000,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config, indent=2))
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)
    save_file(
        _weights(seed, hidden, intermediate, layers, tokenizer.get_vocab_size()),
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    return folder


def _tokenizer(vocabulary: int) -> Tokenizer:
    """Byte-level BPE, as SmolLM2's, trained on a paragraph: any text can be encoded and decoded without loss."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator([_TEXT], trainer)
    return tokenizer


def _weights(seed: int, hidden: int, intermediate: int, layers: int, vocabulary: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)

    def normal(rows: int, columns: int, scale: float) -> np.ndarray:
        return (random.standard_normal((rows, columns)) * scale).astype(np.float32)

    keys = hidden // 2
    scale = hidden**-0.5
    weights = {
        "model.embed_tokens.weight": normal(vocabulary, hidden, 0.1),
        "model.norm.weight": np.ones(hidden, np.float32),
    }
    for layer in range(layers):
        prefix = f"model.layers.{layer}"
        weights |= {
            f"{prefix}.self_attn.q_proj.weight": normal(hidden, hidden, scale),
            f"{prefix}.self_attn.k_proj.weight": normal(keys, hidden, scale),
            f"{prefix}.self_attn.v_proj.weight": normal(keys, hidden, scale),
            f"{prefix}.self_attn.o_proj.weight": normal(hidden, hidden, scale),
            f"{prefix}.mlp.gate_proj.weight": normal(intermediate, hidden, scale),
            f"{prefix}.mlp.up_proj.weight": normal(intermediate, hidden, scale),
            f"{prefix}.mlp.down_proj.weight": normal(hidden, intermediate, intermediate**-0.5),
            f"{prefix}.input_layernorm.weight": np.ones(hidden, np.float32),
            f"{prefix}.post_attention_layernorm.weight": np.ones(hidden, np.float32),
        }
    return weights

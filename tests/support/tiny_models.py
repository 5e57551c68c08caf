"""Language models of `transformers` that a test makes itself: two dozen words, and what follows each is written down.

The embedding of a word is its own number, the layer adds nothing, the head maps each word to the next: "<assistant>" to
"one", "one" to "two", until the end. What runs is the library's own generation.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import torch  # pyright: ignore[reportMissingImports] - .venv-models
from tokenizers import Tokenizer, decoders, models, pre_tokenizers  # pyright: ignore[reportMissingImports] - .venv-models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast  # pyright: ignore[reportMissingImports] - .venv-models

END = "</s>"
COUNTING = {"<assistant>": "one", "one": "two", "two": "three", "three": END}
ENDLESS = {"<assistant>": "on", "on": "and", "and": "on"}
TEMPLATE = (
    "{% for message in messages %}<{{ message.role }}> {{ message.content }} {% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
SPECIAL = ["<unk>", END, "<system>", "<user>", "<assistant>"]
WORDS = [*SPECIAL, "one", "two", "three", "on", "and", "Thought:", "\nAnswer:", "4", "assistant:"]


class WatchedModel(LlamaForCausalLM):
    """Says how many generations run in it (`is_idle` is set when none does), and can fail at a chosen token."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__(config)
        self.is_idle = threading.Event()
        self.is_idle.set()
        self.fails_after: int | None = None
        self.steps = 0

    def generate(self, *args: Any, **kwargs: Any) -> Any:
        self.is_idle.clear()
        self.steps = 0
        try:
            return super().generate(*args, **kwargs)
        finally:
            self.is_idle.set()

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        self.steps += 1
        if self.fails_after is not None and self.steps > self.fails_after:
            raise RuntimeError("the accelerator caught fire\nwith many details")
        return super().forward(*args, **kwargs)


def tiny_tokenizer(template: str | None = TEMPLATE) -> PreTrainedTokenizerFast:
    """Words that are divided by blanks."""
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, unk_token="<unk>", extra_special_tokens=SPECIAL[2:]
    )
    fast.chat_template = template
    return fast


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """A token a byte: most characters beyond ASCII take two or three."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: at for at, letter in enumerate([*alphabet, END])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END)


def tiny_model(follows: Mapping[str, str] = COUNTING, *, window: int = 512) -> WatchedModel:
    """The model in which these words follow one another."""
    at = {word: place for place, word in enumerate(WORDS)}
    return chained_model({at[word]: at[following] for word, following in follows.items()}, len(WORDS), at[END], window)


def chained_model(follows: Mapping[int, int], vocabulary: int, end: int, window: int = 512) -> WatchedModel:
    """The model in which these tokens follow one another."""
    size = vocabulary + vocabulary % 2
    config = LlamaConfig(
        vocab_size=vocabulary, hidden_size=size, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
        max_position_embeddings=window, eos_token_id=end, pad_token_id=end, bos_token_id=None,
    )  # fmt: skip
    model = WatchedModel(config)
    with torch.no_grad():
        model.model.embed_tokens.weight.copy_(torch.eye(vocabulary, size))
        model.model.layers[0].self_attn.o_proj.weight.zero_()
        model.model.layers[0].mlp.down_proj.weight.zero_()
        model.lm_head.weight.zero_()
        for word, following in follows.items():
            model.lm_head.weight[following, word] = 10.0
    return model.eval()

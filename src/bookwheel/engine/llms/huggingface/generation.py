"""One answer of a local model: generated in a thread, read token by token on an event loop, stopped at any token."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress

from bookwheel.engine.llms.chat import ChatDelta, FinishReason
from bookwheel.engine.llms.huggingface.parts import Loaded, Tokenizer, Tokens, ends_of
from bookwheel.engine.schema import Usage
from bookwheel.lazy_dataclass import dataclass

# Decoding gives this for a character whose bytes are incomplete.
UNFINISHED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What to generate: `inputs` by the tokenizer, `prompt_tokens` of them, then up to `max_new_tokens`."""

    inputs: Mapping[str, Tokens]
    prompt_tokens: int
    max_new_tokens: int
    options: Mapping[str, object]
    ends: frozenset[int]
    is_streaming: bool


class Detokenizer:
    """Turns tokens into text as they arrive; a character whose bytes are spread over tokens is given whole."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        # Decoded with the tokens before them, as the first token of a text loses its space.
        self._start = 0
        self._sent = 0

    def push(self, token_ids: list[int]) -> str:
        """The new text that later tokens cannot change."""
        self._ids += token_ids
        return self._new_text(is_last=False)

    def finish(self) -> str:
        """The rest."""
        return self._new_text(is_last=True)

    def _new_text(self, *, is_last: bool) -> str:
        before = self._decode(self._ids[self._start : self._sent])
        now = self._decode(self._ids[self._start :])
        if len(now) <= len(before) or (now.endswith(UNFINISHED) and not is_last):
            return ""
        self._start, self._sent = self._sent, len(self._ids)
        return now[len(before) :]

    def _decode(self, token_ids: list[int]) -> str:
        return self._tokenizer.decode(token_ids, skip_special_tokens=True)


class LocalGeneration:
    """`transformers` calls it as its streamer (`put`, `end`) and as its stopping criterion, in a separate thread."""

    def __init__(self, loaded: Loaded, request: GenerationRequest, turns: threading.Lock) -> None:
        self._loaded = loaded
        self._request = request
        # One answer at a time: tokenizers are not thread-safe, and two answers would share the processor.
        self._turns = turns
        self._ends = request.ends | ends_of(loaded.model)
        self._text = Detokenizer(loaded.tokenizer)
        self._new_tokens: list[int] = []
        self._has_seen_prompt = False
        self._is_stopped = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[str | Exception | None] = asyncio.Queue()

    async def read(self) -> AsyncGenerator[ChatDelta, None]:
        """The answer; closing it stops the thread at its next token.

        Raises what `generate` raises.
        """
        threading.Thread(target=self._generate, name="bookwheel-generation", daemon=True).start()
        try:
            while (piece := await self._pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield ChatDelta(piece)
            usage = Usage(self._request.prompt_tokens, len(self._new_tokens))
            yield ChatDelta(finish_reason=self._finish_reason, usage=usage)
        finally:
            self._is_stopped.set()

    def __call__(self, input_ids: object, scores: object, **_: object) -> bool:
        """The stopping criterion: asked after each token."""
        return self._is_stopped.is_set()

    def put(self, value: Tokens) -> None:
        """The streamer: given the prompt first, then each token."""
        if not self._has_seen_prompt:
            self._has_seen_prompt = True
            return
        self._take(value.tolist())

    def end(self) -> None:
        """The streamer: the answer is complete."""

    @property
    def _finish_reason(self) -> FinishReason:
        ended = bool(self._new_tokens) and self._new_tokens[-1] in self._ends
        return "stop" if ended or len(self._new_tokens) < self._request.max_new_tokens else "length"

    def _generate(self) -> None:
        try:
            with self._turns:
                if not self._is_stopped.is_set():
                    self._run()
            self._tell(self._text.finish())
            self._hand_over(None)
        except Exception as error:  # noqa: BLE001 - raised where the answer is read
            self._hand_over(error)

    def _run(self) -> None:
        request = self._request
        device = self._loaded.model.device
        output = self._loaded.model.generate(
            **{name: tokens.to(device) for name, tokens in request.inputs.items()},
            **({"eos_token_id": sorted(self._ends)} if request.ends else {}),
            **request.options,
            max_new_tokens=request.max_new_tokens,
            streamer=self if request.is_streaming else None,
            stopping_criteria=[self],
        )
        if not request.is_streaming:
            self._take(output.tolist()[0][request.prompt_tokens :])

    def _take(self, token_ids: list[int]) -> None:
        self._new_tokens += token_ids
        self._tell(self._text.push([token for token in token_ids if token not in self._ends]))

    def _tell(self, text: str) -> None:
        if text:
            self._hand_over(text)

    def _hand_over(self, piece: str | Exception | None) -> None:
        # The loop may be closed before the thread ends. The queue is bounded by max_new_tokens.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._pieces.put_nowait, piece)

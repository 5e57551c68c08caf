"""`HuggingFaceLLM`: a model of `transformers` that runs in this process, by LlamaIndex's name and arguments."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from importlib.util import find_spec

from bookwheel.engine.llms.chat import ChatDelta, ChatRequest, LLMMetadata
from bookwheel.engine.llms.huggingface.chat_text import prompt_of
from bookwheel.engine.llms.huggingface.generation import GenerationRequest, LocalGeneration
from bookwheel.engine.llms.huggingface.parts import EXTRA, Loaded, ModelSource, name_of, window_of
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.llm_options import LLMOptions
from bookwheel.engine.llms.prompted import require_no_tools, with_schema
from bookwheel.engine.llms.thoughts import without_thoughts
from bookwheel.engine.schema import ChatMessage
from bookwheel.errors import (
    BookwheelError,
    ConfigError,
    ContextTooLongError,
    MissingExtraError,
    ModelError,
    ModelResponseError,
    ModelStreamCutError,
    UsageError,
)

DEFAULT_MAX_NEW_TOKENS = 256
# LlamaIndex's, for a model that is not loaded yet.
DEFAULT_CONTEXT_WINDOW = 3_900


class HuggingFaceLLM(LLM):
    """Generates in a thread, one answer at a time; closing a stream ends its generation at the next token.

    `model_name` is a name on the hub or a folder, loaded at the first question (or by `warm_up`); `model` and
    `tokenizer` are taken instead when they are given. `device_map` and `model_kwargs` go to `from_pretrained`,
    `generate_kwargs` to `generate`; with several beams a model cannot stream. The prompt is made by the tokenizer's
    chat template, or by `messages_to_prompt`. `context_window` in tokens; unless given, the one in the model's
    configuration. It has no tool calling: tools go through `ReActAgent`.
    """

    def __init__(
        self,
        model_name: str = "",
        *,
        model: object = None,
        tokenizer: object = None,
        tokenizer_name: str = "",
        device_map: object = "auto",
        context_window: int | None = None,
        max_new_tokens: int = DEFAULT_MAX_NEW_TOKENS,
        stopping_ids: Sequence[int] = (),
        generate_kwargs: Mapping[str, object] | None = None,
        model_kwargs: Mapping[str, object] | None = None,
        tokenizer_kwargs: Mapping[str, object] | None = None,
        messages_to_prompt: Callable[[Sequence[ChatMessage]], str] | None = None,
    ) -> None:
        if find_spec("transformers") is None or find_spec("torch") is None:
            raise MissingExtraError(EXTRA, "HuggingFaceLLM")
        if model is None and not model_name:
            raise UsageError(
                "HuggingFaceLLM needs a model.", hint="Give it model_name= (a name or a folder) or model=."
            )
        if model is not None and tokenizer is None and not (tokenizer_name or model_name):
            raise UsageError("HuggingFaceLLM needs the model's tokenizer.", hint="Give it tokenizer= too.")
        self._name = model_name or name_of(model)
        self._source = ModelSource(
            model_name=self._name,
            tokenizer_name=tokenizer_name or self._name,
            model=model,
            tokenizer=tokenizer,
            device_map=device_map,
            model_kwargs=model_kwargs or {},
            tokenizer_kwargs=tokenizer_kwargs or {},
        )
        self._window = context_window or window_of(model)
        self._max_new_tokens = max_new_tokens
        self._stopping_ids = frozenset(stopping_ids)
        self._generate_kwargs = dict(generate_kwargs or {})
        self._messages_to_prompt = messages_to_prompt
        self._turns = threading.Lock()
        self._loaded: Loaded | None = None

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            model_name=self._name,
            context_window=self._window or DEFAULT_CONTEXT_WINDOW,
            num_output=self._max_new_tokens,
            is_streaming=self._generate_kwargs.get("num_beams", 1) == 1,
        )

    def __repr__(self) -> str:
        return f"HuggingFaceLLM(model_name={self._name!r})"

    def _require_streaming(self) -> None:
        if not self.metadata.is_streaming:
            raise NotImplementedError(f"The model {self._name} cannot stream while it searches with several beams.")

    def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        require_no_tools(request.tools, self._name)
        return self._generated(with_schema(request.messages, request.response_schema))

    async def warm_up(self) -> None:
        try:
            await asyncio.to_thread(self._load)
        except BookwheelError:
            # The error of a model that cannot be loaded is raised by the first question.
            return

    async def _generated(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[ChatDelta, None]:
        loaded, request = await asyncio.to_thread(self._prepare, messages)
        text: list[str] = []
        try:
            async with aclosing(without_thoughts(LocalGeneration(loaded, request, self._turns).read())) as pieces:
                async for piece in pieces:
                    text.append(piece.delta)
                    yield piece
        except Exception as error:
            raise self._explained(error, "".join(text)) from error

    def _load(self) -> Loaded:
        with self._turns:
            if self._loaded is None:
                self._loaded = self._source.load()
                self._window = self._window or window_of(self._loaded.model)
            return self._loaded

    def _prepare(self, messages: Sequence[ChatMessage]) -> tuple[Loaded, GenerationRequest]:
        loaded = self._load()
        with self._turns:
            make_prompt = self._messages_to_prompt
            prompt = make_prompt(messages) if make_prompt else prompt_of(messages, loaded.tokenizer)
            # A template writes the special tokens itself.
            is_plain = make_prompt is not None or not loaded.tokenizer.chat_template
            inputs = loaded.tokenizer(prompt, return_tensors="pt", add_special_tokens=is_plain)
        prompt_tokens = inputs["input_ids"].shape[-1]
        window = self.metadata.context_window
        if prompt_tokens >= window:
            raise ContextTooLongError(
                f"The prompt is too long for {self._name}: {prompt_tokens} tokens, and its window is {window}.",
                hint="Ask with fewer passages, start a new session, or choose a model with a larger window.",
            )
        # Newer tokenizers add fields that some models refuse.
        taken = {name: inputs[name] for name in ("input_ids", "attention_mask") if name in inputs}
        return loaded, GenerationRequest(
            inputs=taken,
            prompt_tokens=prompt_tokens,
            max_new_tokens=min(self._max_new_tokens, window - prompt_tokens),
            options=self._generate_kwargs,
            ends=self._stopping_ids,
            is_streaming=self.metadata.is_streaming,
        )

    def _explained(self, error: Exception, partial: str) -> ModelError:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        if partial:
            return ModelStreamCutError(
                f"The answer of {self._name} broke off: {said}",
                hint="What had arrived is kept. Ask again for a whole answer.",
                partial=partial,
            )
        return ModelResponseError(
            f"The model {self._name} failed while generating: {said}",
            hint="Check generate_kwargs, and whether there is enough memory for the model and the prompt.",
        )


def from_options(options: LLMOptions) -> HuggingFaceLLM:
    """The model `model.name` of the hub, or in a folder, for the desk. Raises ConfigError and MissingExtraError."""
    if not options.model:
        raise ConfigError(
            'model.provider is "huggingface", but model.name is empty.',
            hint='Name a model on the hub or a folder, such as "HuggingFaceTB/SmolLM2-360M-Instruct".',
        )
    return HuggingFaceLLM(
        options.model,
        context_window=options.context_window,
        max_new_tokens=options.max_tokens or DEFAULT_MAX_NEW_TOKENS,
        generate_kwargs={} if options.temperature is None else {"temperature": options.temperature},
    )

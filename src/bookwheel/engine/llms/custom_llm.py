"""`CustomLLM`: a model of which only `metadata`, `complete` and `stream_complete` are written."""

from __future__ import annotations

import asyncio
import copy
import inspect
from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, ClassVar

from bookwheel.engine.llms.answer_stream import AnswerStream
from bookwheel.engine.llms.callbacks import CallbackManager
from bookwheel.engine.llms.chat import ChatDelta, ChatRequest, CompletionResponse
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import ChatPromptTemplate, Template, as_template
from bookwheel.engine.llms.prompted import require_no_tools, with_schema
from bookwheel.engine.schema import ChatMessage, MessageRole
from bookwheel.errors import UsageError

_OWN_ARGUMENTS = ("callback_manager", "messages_to_prompt")

MessagesToPrompt = Callable[[Sequence[ChatMessage]], str]


def conversation_text(messages: Sequence[ChatMessage]) -> str:
    """A conversation as one text: each message after its role, and the assistant's turn at the end."""
    lines = [f"{message.role}: {message.content or ''}" for message in messages]
    return "\n".join([*lines, f"{MessageRole.ASSISTANT}: "])


class CustomLLM(LLM):
    """A model of one's own, written with blocking calls; these run in threads, and tools go through `ReActAgent`.

    A subclass gives `metadata`, `complete` and `stream_complete`, which are called with `formatted=True` where the
    prompt was made of messages. Fields that the class declares (`context_window: int = 3900`) are keyword arguments;
    their values are taken as they are. Raises UsageError for an argument that is not declared, and for a declared one
    that has neither a default nor a value.
    """

    callback_manager: CallbackManager | None
    messages_to_prompt: MessagesToPrompt

    def __init__(
        self,
        *,
        callback_manager: CallbackManager | None = None,
        messages_to_prompt: MessagesToPrompt = conversation_text,
        **fields: Any,
    ) -> None:
        self.callback_manager = callback_manager
        self.messages_to_prompt = messages_to_prompt
        for name in _declared(type(self)):
            if name in fields:
                setattr(self, name, fields.pop(name))
            elif hasattr(type(self), name):
                setattr(self, name, _default(getattr(type(self), name), f"{type(self).__name__}.{name}"))
            elif not name.startswith("_"):
                raise UsageError(
                    f"{type(self).__name__} was made without {name}.", hint=f"Give it: {type(self).__name__}({name}=…)."
                )
        if fields:
            raise UsageError(
                f"{type(self).__name__} does not take {', '.join(fields)}.", hint="Declare it in the class: name: type."
            )

    @abstractmethod
    def complete(  # pyright: ignore[reportIncompatibleMethodOverride] - LlamaIndex's arguments
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponse:
        """The whole answer; may block."""

    @abstractmethod
    def stream_complete(  # pyright: ignore[reportIncompatibleMethodOverride] - LlamaIndex's arguments
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Generator[CompletionResponse, None, None]:
        """The answer as it is written, each piece with its `delta`; may block. Without streams: NotImplementedError."""

    async def acomplete(self, prompt: str, **options: Any) -> CompletionResponse:
        """As `complete`, in a thread."""
        return await asyncio.to_thread(self.complete, prompt, **options)

    def astream_complete(self, prompt: str, **options: Any) -> AnswerStream[CompletionResponse]:
        """As `stream_complete`, in a thread; closing it closes the generator after the piece that it is at."""
        return AnswerStream(_in_thread(lambda: self.stream_complete(prompt, **options)))

    async def apredict(self, prompt: Template | str, **values: Any) -> str:
        """The answer to a prompt; one of one text goes to `complete` as it stands."""
        if isinstance(prompt, ChatPromptTemplate):
            return await super().apredict(prompt, **values)
        return (await self.acomplete(as_template(prompt).format(**values), formatted=True)).text

    async def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        require_no_tools(request.tools, self.metadata.model_name)
        prompt = self.messages_to_prompt(with_schema(request.messages, request.response_schema))
        if not stream:
            answer = await self.acomplete(prompt, formatted=True, **request.body)
            yield ChatDelta(answer.text, finish_reason="stop", raw=answer.raw)
            return
        asked: Any = self.astream_complete(prompt, formatted=True, **request.body)
        # A subclass may write it as LlamaIndex has it, where awaiting gives the generator.
        pieces: AsyncGenerator[CompletionResponse, None] = await asked if inspect.isawaitable(asked) else asked
        so_far = ""
        async with aclosing(pieces) as opened:
            async for piece in opened:
                new = piece.text.removeprefix(so_far) if piece.delta is None else piece.delta
                so_far += new
                yield ChatDelta(new, raw=piece.raw)
        yield ChatDelta(finish_reason="stop")


def _declared(cls: type) -> list[str]:
    """The names of the fields, those of base classes first."""
    names: dict[str, None] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, CustomLLM) and base is not CustomLLM:
            names.update({name: None for name, kind in inspect.get_annotations(base).items() if not _is_shared(kind)})
    return [name for name in names if name not in _OWN_ARGUMENTS]


def _is_shared(kind: object) -> bool:
    return "ClassVar" in kind if isinstance(kind, str) else kind is ClassVar or str(kind).startswith("typing.ClassVar")


def _default(value: Any, name: str) -> Any:
    """A field's default: a copy, or what a pydantic `Field(...)` or `PrivateAttr(...)` gives."""
    if not hasattr(value, "default_factory"):
        return copy.deepcopy(value)
    made = copy.deepcopy(value.default) if value.default_factory is None else value.default_factory()
    if type(made).__name__ == "PydanticUndefinedType":
        raise UsageError(f"{name} has no default and was given no value.", hint="Give it as a keyword argument.")
    return made


async def _in_thread(
    begin: Callable[[], Generator[CompletionResponse, None, None]],
) -> AsyncGenerator[CompletionResponse, None]:
    """The items of a blocking generator, read in a separate thread."""
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(1, thread_name_prefix="bookwheel-custom-llm")
    opened: list[Generator[CompletionResponse, None, None]] = []

    def read() -> CompletionResponse | None:
        if not opened:
            opened.append(begin())
        return next(opened[0], None)

    def close() -> None:
        for stream in opened:
            stream.close()

    try:
        while (piece := await loop.run_in_executor(pool, read)) is not None:
            yield piece
    finally:
        # In turn after the piece that is being read: a generator that runs cannot be closed.
        pool.submit(close)
        pool.shutdown(wait=False)

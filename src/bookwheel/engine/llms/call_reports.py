"""What reports a model call to the model's `CallbackManager`: two decorators, and what the models' own calls use."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing, closing, contextmanager
from typing import Any, TypeVar, cast

from bookwheel.engine.llms.callbacks import CallbackManager, CBEventType, EventContext, EventPayload

T = TypeVar("T")
CallT = TypeVar("CallT", bound=Callable[..., Any])


class CallReport:
    """One model call that is reported: its begin at once, its end with the answer or the error.

    `asked` is the prompt or the messages under the key `question`; the answer goes under the key `answer`.
    """

    def __init__(
        self,
        manager: CallbackManager,
        question: EventPayload,
        asked: object,
        model: object,
        options: Mapping[str, object],
    ) -> None:
        self._asked = {question: asked}
        self._answer = EventPayload.RESPONSE if question is EventPayload.MESSAGES else EventPayload.COMPLETION
        self._event = EventContext(manager, CBEventType.LLM)
        about = {"class_name": type(model).__name__, "model": _name_of(model)}
        extras = {EventPayload.ADDITIONAL_KWARGS: dict(options), EventPayload.SERIALIZED: about}
        self._event.on_start({**self._asked, **extras})

    def end(self, answer: object) -> None:
        """The call gave this answer; of a stream it is the last piece, or None."""
        self._event.on_end({**self._asked, self._answer: answer})

    def fail(self, error: BaseException) -> None:
        """The call ended with an error."""
        self._event.on_end({**self._asked, EventPayload.EXCEPTION: error})

    def ended_by(self, result: Any) -> Any:
        """The result of a call; one that is a stream ends the call when it ends itself."""
        if isinstance(result, AsyncGenerator):
            return self.astream(cast("AsyncGenerator[Any, None]", result))
        if isinstance(result, Generator):
            return self.stream(cast("Generator[Any, None, None]", result))
        self.end(result)
        return result

    async def astream(self, stream: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """The pieces of a stream; a reader that leaves early ends the call too."""
        with self._ended_with() as last:
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    last[:] = [piece]
                    yield piece

    def stream(self, stream: Generator[T, None, None]) -> Generator[T, None, None]:
        """As `astream`, of a blocking generator."""
        with self._ended_with() as last, closing(stream) as pieces:
            for piece in pieces:
                last[:] = [piece]
                yield piece

    @contextmanager
    def _ended_with(self) -> Generator[list[object], None, None]:
        """Ends the call with what is in the list then, or with the error."""
        last: list[object] = [None]
        try:
            yield last
        except GeneratorExit:
            self.end(last[0])
            raise
        except BaseException as error:
            self.fail(error)
            raise
        self.end(last[0])


def llm_completion_callback() -> Callable[[CallT], CallT]:
    """Reports each call of a model's method that takes a `prompt`; it changes nothing else.

    For methods that give an answer or a generator, awaited or not. A model without a `callback_manager` reports none.
    """
    return _reporting(EventPayload.PROMPT, "prompt")


def llm_chat_callback() -> Callable[[CallT], CallT]:
    """As `llm_completion_callback`, for a method that takes `messages`."""
    return _reporting(EventPayload.MESSAGES, "messages")


def _reporting(question: EventPayload, argument: str) -> Callable[[CallT], CallT]:
    def begun(model: object, args: tuple[Any, ...], options: dict[str, Any]) -> CallReport | None:
        manager: CallbackManager | None = getattr(model, "callback_manager", None)
        if manager is None or not manager.handlers:
            return None
        asked = args[0] if args else options.get(argument)
        return CallReport(manager, question, asked, model, options)

    def wrap(call: CallT) -> CallT:
        @functools.wraps(call)
        def reported(self: object, *args: Any, **options: Any) -> Any:
            report = begun(self, args, options)
            if report is None:
                return call(self, *args, **options)
            try:
                return report.ended_by(call(self, *args, **options))
            except BaseException as error:
                report.fail(error)
                raise

        @functools.wraps(call)
        async def reported_later(self: object, *args: Any, **options: Any) -> Any:
            report = begun(self, args, options)
            if report is None:
                return await call(self, *args, **options)
            try:
                return report.ended_by(await call(self, *args, **options))
            except BaseException as error:
                report.fail(error)
                raise

        return cast("CallT", reported_later if inspect.iscoroutinefunction(call) else reported)

    return wrap


def _name_of(model: object) -> str:
    return str(getattr(getattr(model, "metadata", None), "model_name", ""))

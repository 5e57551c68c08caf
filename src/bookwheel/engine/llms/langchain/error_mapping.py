"""Maps the errors of LangChain models to ours; the classes of the providers have similar names."""

from __future__ import annotations

from bookwheel.engine.llms.openai.endpoint import Endpoint
from bookwheel.engine.llms.openai.transport import Refusal
from bookwheel.errors import (
    BookwheelError,
    ContextTooLongError,
    ModelAuthError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelResponseError,
    ModelStreamCutError,
    ModelUnreachableError,
)

# LangChain's own names, and those of the clients that providers build with one generator (openai, anthropic, …).
TOO_LONG = {"ContextOverflowError"}
REFUSED_KEY = {"ModelAuthenticationError", "ModelPermissionDeniedError", "AuthenticationError", "PermissionDeniedError"}
UNKNOWN_MODEL = {"ModelNotFoundError", "NotFoundError"}
TOO_MANY = {"ModelRateLimitError", "RateLimitError"}
UNREACHABLE = {
    "ModelConnectionError", "ModelTimeoutError", "APIConnectionError", "APITimeoutError", "TransportError", "OSError",
}  # fmt: skip


def explained(error: Exception, endpoint: Endpoint, partial: str) -> BookwheelError:
    """Our error for `error`; `partial` is the text that had arrived before it."""
    if isinstance(error, BookwheelError):
        return error
    said = endpoint.quote(str(error) or type(error).__name__)
    if partial:
        return ModelStreamCutError(
            f"The answer of {endpoint.model} broke off: {said}",
            hint="What had arrived is kept. Ask again for a whole answer.",
            partial=partial,
        )
    return _before_the_answer(error, endpoint.model, said)


def _before_the_answer(error: Exception, model: str, said: str) -> BookwheelError:
    status = _status(error)
    names = {cls.__name__ for cls in type(error).__mro__}
    if names & TOO_LONG or Refusal(status, str(error), {}).is_too_long:
        return ContextTooLongError(
            f'The prompt is too long for {model}: "{said}"',
            hint="Ask with fewer passages, start a new session, or choose a model with a larger window.",
        )
    if names & REFUSED_KEY or status in (401, 403):
        return ModelAuthError(
            f'The key for {model} was refused: "{said}"', hint="Check the key that the LangChain model was made with."
        )
    if names & UNKNOWN_MODEL or status == 404:
        return ModelNotFoundError(
            f'The model {model} was not found: "{said}"', hint="Check the name that the LangChain model was made with."
        )
    if names & TOO_MANY or status in (402, 429):
        return ModelRateLimitError(
            f'{model} accepts no more requests right now: "{said}"', hint="Ask again in a moment."
        )
    if names & UNREACHABLE:
        return ModelUnreachableError(
            f"No connection to {model}: {said}", hint="Check the network and the address of the LangChain model."
        )
    return ModelResponseError(
        f'{model} failed with {type(error).__name__}: "{said}"', hint="Ask again, or choose another model."
    )


def _status(error: Exception) -> int:
    # The generated clients have it; it distinguishes errors that share one class.
    status: object = getattr(error, "status_code", None)
    return status if isinstance(status, int) else 0

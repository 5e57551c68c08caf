"""Maps the failures of an embeddings endpoint to our errors."""

from __future__ import annotations

from bookwheel.engine.llms.openai import error_mapping as openai_errors
from bookwheel.engine.llms.openai.endpoint import Endpoint
from bookwheel.engine.llms.openai.transport import (
    ConnectionFailedError,
    Failure,
    OversizedError,
    Refusal,
    RefusedError,
    SilenceError,
)
from bookwheel.errors import (
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelNotFoundError,
    ModelResponseError,
    ModelUnreachableError,
)

_CHECK_URL = "Check the base URL of the embedding model; most end in /v1."


def explained(failure: Failure, endpoint: Endpoint, timeout_s: float) -> ModelError:
    """The error for a request that did not succeed."""
    match failure:
        case RefusedError(refusal=refusal):
            return _refused(refusal, endpoint)
        case ConnectionFailedError():
            return openai_errors.unreachable(failure, endpoint)
        case OversizedError():
            return openai_errors.oversized(failure, endpoint)
        case SilenceError():
            return ModelUnreachableError(
                f"{endpoint.host} was silent for {timeout_s:.0f} seconds when asked for vectors of {endpoint.model}.",
                hint="The model may be loading or overloaded; Bookwheel asks again later.",
            )


def unusable(what: str, endpoint: Endpoint) -> ModelResponseError:
    """The error for a success that holds no vectors."""
    return ModelResponseError(
        f"{endpoint.base_url} answered a request for vectors of {endpoint.model} with {endpoint.quote(what)}",
        hint=f"Does the model make embeddings? {_CHECK_URL}",
    )


def _refused(refusal: Refusal, endpoint: Endpoint) -> ModelError:
    said = endpoint.quote(refusal.detail)
    quoted = f': "{said}"' if said else "."
    match refusal.status:
        case _ if refusal.is_too_long:
            return ContextTooLongError(f"A passage is too long for {endpoint.model} at {endpoint.host}{quoted}")
        case _ if refusal.is_unknown_model:
            return ModelNotFoundError(
                f"{endpoint.host} does not know the embedding model '{endpoint.model}'{quoted}",
                hint="Name another one: embeddings.name in the settings.",
            )
        case 401 | 403 if not endpoint.api_key:
            return ModelAuthError(
                f"{endpoint.host} wants an API key for embeddings and none is set ({refusal.status}).",
                hint="Set the variable that embeddings.api_key_env names, or embeddings.api_key_command.",
            )
        case 404 | 405 | 501:
            return ModelResponseError(
                f"There is no embeddings API at {endpoint.base_url} ({refusal.status}){quoted}", hint=_CHECK_URL
            )
        case _:
            return openai_errors.refused(refusal, endpoint)

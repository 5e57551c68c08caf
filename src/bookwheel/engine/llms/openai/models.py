"""`OpenAI` and `OpenAILike`: models at a chat-completions endpoint, with LlamaIndex's names and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, Unpack

from bookwheel.engine.llms.callbacks import CallbackManager
from bookwheel.engine.llms.llm_options import LLMOptions, ToolMode
from bookwheel.engine.llms.openai.chat_model import ModelOptions, OpenAICompatible
from bookwheel.engine.llms.openai.endpoint import given_endpoint
from bookwheel.engine.schema import JsonValue
from bookwheel.errors import UsageError

__all__ = ["OpenAI", "OpenAICompatible", "OpenAILike"]

DEFAULT_MODEL = "gpt-4o-mini"
DEFAULT_CONTEXT_WINDOW = 32_768
GATHER_S = 1 / 30
"""For the desk, which draws no more than 30 frames a second."""

# Tokens by the start of the model's name; the first entry that fits counts.
CONTEXT_WINDOWS = {
    "gpt-5": 272_000,
    "gpt-4.1": 1_000_000,
    "gpt-4o": 128_000,
    "gpt-4-turbo": 128_000,
    "gpt-4": 8_192,
    "gpt-3.5": 16_385,
    "o1": 200_000,
    "o3": 200_000,
    "o4": 200_000,
}


class OpenAIArguments(TypedDict, total=False):
    """The keyword arguments of `OpenAI` and `OpenAILike`.

    `timeout` is the longest silence of a streaming answer in seconds. `additional_kwargs` go into the body of each
    request, `default_headers` into its headers. `system_prompt` is added to conversations without one. `strict` makes
    the endpoint follow the schemas of tools and answers exactly. `http_client` is an asynchronous client of the
    HTTP library that the installed `openai` uses; calls are reported to `callback_manager`. Pieces that come fast are
    gathered for `gather_s` seconds, which saves processor time where each is not needed at once.
    """

    api_key: str | None
    base_url: str | None
    api_base: str | None
    key_source: str
    temperature: float | None
    max_tokens: int | None
    context_window: int | None
    timeout: float
    max_retries: int
    tool_mode: ToolMode
    is_streaming: bool
    allow_http: bool
    additional_kwargs: Mapping[str, JsonValue] | None
    default_headers: Mapping[str, str] | None
    system_prompt: str | None
    reasoning_effort: str | None
    strict: bool
    http_client: object
    async_http_client: object
    gather_s: float
    callback_manager: CallbackManager | None


class OpenAI(OpenAICompatible):
    """A model of OpenAI, or of any endpoint with its API (`base_url`).

    The keyword arguments are those of `OpenAIArguments`. Without `api_key` the key is `OPENAI_API_KEY`, but only if
    `base_url` is not given either: the key of the environment is never sent to a given `base_url`.
    Raises UsageError and ModelAuthError for an address or a key that cannot be used.
    """

    def __init__(self, model: str = DEFAULT_MODEL, **given: Unpack[OpenAIArguments]) -> None:
        endpoint = given_endpoint(
            model,
            base_url=given.get("base_url") or given.get("api_base"),
            api_key=given.get("api_key"),
            key_source=given.get("key_source", ""),
            allow_http=given.get("allow_http", False),
            headers=given.get("default_headers"),
            http_client=_asynchronous(given.get("async_http_client") or given.get("http_client")),
        )
        options = ModelOptions(
            temperature=given.get("temperature"),
            max_tokens=given.get("max_tokens"),
            context_window=given.get("context_window") or known_window(model),
            timeout=given.get("timeout", 90.0),
            max_retries=given.get("max_retries", 2),
            tool_mode=given.get("tool_mode", "auto"),
            can_stream=given.get("is_streaming", True),
            body=_body_of(given),
            system_prompt=given.get("system_prompt") or "",
            strict=given.get("strict", False),
            gather_s=given.get("gather_s", 0.0),
        )
        super().__init__(endpoint, options)
        self.callback_manager = given.get("callback_manager")

    @classmethod
    def class_name(cls) -> str:
        """LlamaIndex's name for the class."""
        return "openai_llm"


class OpenAILike(OpenAI):
    """An endpoint with OpenAI's API: llama.cpp, Ollama, vLLM, LM Studio, a gateway.

    With `is_function_calling_model=False` tools are called by the ReAct protocol.
    """

    def __init__(
        self,
        model: str,
        *,
        is_chat_model: bool = True,
        is_function_calling_model: bool = True,
        **given: Unpack[OpenAIArguments],
    ) -> None:
        if not is_chat_model:
            raise UsageError(
                f"The model '{model}' has is_chat_model=False; only chat completions are supported.",
                hint="Leave is_chat_model at True and serve the model with a chat template.",
            )
        if not is_function_calling_model:
            given["tool_mode"] = "react"
        super().__init__(model, **given)

    @classmethod
    def class_name(cls) -> str:
        return "OpenAILike"


def _body_of(given: OpenAIArguments) -> Mapping[str, JsonValue]:
    effort = given.get("reasoning_effort")
    return {**({"reasoning_effort": effort} if effort else {}), **(given.get("additional_kwargs") or {})}


def _asynchronous(client: object) -> object:
    if client is not None and not hasattr(client, "aclose"):
        raise UsageError(
            f"http_client= takes an asynchronous HTTP client, not a {type(client).__name__}.",
            hint="Such as openai.DefaultAsyncHttpxClient(...); blocking calls use it too.",
        )
    return client


def known_window(model: str) -> int:
    """The context window of a known model, in tokens; a low default for others."""
    name = model.rpartition("/")[2].lower()
    return next((size for prefix, size in CONTEXT_WINDOWS.items() if name.startswith(prefix)), DEFAULT_CONTEXT_WINDOW)


def from_options(options: LLMOptions) -> OpenAI:
    """The model of an endpoint, for the desk. Raises UsageError and ModelAuthError."""
    return OpenAI(
        options.model,
        api_key=options.api_key,
        key_source=options.key_source,
        base_url=options.base_url,
        temperature=options.temperature,
        max_tokens=options.max_tokens,
        context_window=options.context_window,
        timeout=options.timeout_s,
        max_retries=options.max_retries,
        tool_mode=options.tools,
        allow_http=options.allow_http,
        gather_s=GATHER_S,
    )

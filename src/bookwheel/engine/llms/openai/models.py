"""`OpenAI` and `OpenAILike`: the models behind a chat-completions endpoint, by LlamaIndex's names and arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping

from bookwheel.engine.llms.llm_options import LLMOptions, ToolMode
from bookwheel.engine.llms.openai.chat_model import ModelOptions, OpenAICompatible
from bookwheel.engine.llms.openai.endpoint import Endpoint, address_of, checked_key, environment_base_url
from bookwheel.engine.schema import JsonValue
from bookwheel.errors import UsageError

__all__ = ["OpenAI", "OpenAICompatible", "OpenAILike"]

DEFAULT_MODEL = "gpt-4o-mini"
DEFAULT_CONTEXT_WINDOW = 32_768

# Tokens, by the beginning of the name; the first that fits.
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


class OpenAI(OpenAICompatible):
    """A model of OpenAI, or of any endpoint that speaks its protocol (`base_url`).

    Without `api_key` the key is `OPENAI_API_KEY`, but only for the endpoint that the environment means too: a
    `base_url` given here gets no key that was not given with it.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        api_base: str | None = None,
        key_source: str = "",
        temperature: float | None = None,
        max_tokens: int | None = None,
        context_window: int | None = None,
        timeout: float = 90.0,
        max_retries: int = 2,
        tool_mode: ToolMode = "auto",
        is_streaming: bool = True,
        allow_http: bool = False,
        additional_kwargs: Mapping[str, JsonValue] | None = None,
    ) -> None:
        url = base_url or api_base
        if api_key is None and url is None:
            api_key = os.environ.get("OPENAI_API_KEY", "").strip()
            key_source = key_source or "OPENAI_API_KEY"
        address = address_of(url or environment_base_url(), allow_http=allow_http)
        source = key_source or "api_key"
        endpoint = Endpoint(
            base_url=address.base_url,
            query=address.query,
            other_base_url=address.other_base_url,
            model=model,
            api_key=checked_key(api_key or "", source),
            key_source=source,
        )
        options = ModelOptions(
            temperature=temperature,
            max_tokens=max_tokens,
            context_window=context_window or known_window(model),
            timeout=timeout,
            max_retries=max_retries,
            tool_mode=tool_mode,
            can_stream=is_streaming,
            body=additional_kwargs,
        )
        super().__init__(endpoint, options)


class OpenAILike(OpenAI):
    """An endpoint that speaks OpenAI's protocol: llama.cpp, Ollama, vLLM, LM Studio, a gateway.

    `is_function_calling_model=False` leaves tools to the ReAct protocol.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        api_base: str | None = None,
        key_source: str = "",
        temperature: float | None = None,
        max_tokens: int | None = None,
        context_window: int | None = None,
        timeout: float = 90.0,
        max_retries: int = 2,
        tool_mode: ToolMode = "auto",
        is_chat_model: bool = True,
        is_function_calling_model: bool = True,
        is_streaming: bool = True,
        allow_http: bool = False,
        additional_kwargs: Mapping[str, JsonValue] | None = None,
    ) -> None:
        if not is_chat_model:
            raise UsageError(
                f"The model '{model}' is declared as no chat model; only chat completions are spoken here.",
                hint="Leave is_chat_model at True and serve the model with a chat template.",
            )
        super().__init__(
            model,
            api_key=api_key,
            base_url=base_url,
            api_base=api_base,
            key_source=key_source,
            temperature=temperature,
            max_tokens=max_tokens,
            context_window=context_window,
            timeout=timeout,
            max_retries=max_retries,
            tool_mode=tool_mode if is_function_calling_model else "react",
            is_streaming=is_streaming,
            allow_http=allow_http,
            additional_kwargs=additional_kwargs,
        )


def known_window(model: str) -> int:
    """The context window of a model that we know by name, in tokens; a careful guess for others."""
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
    )

"""Makes the model of a provider from the settings; each function blocks for an import."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from bookwheel.engine.llms.llm_options import LLMOptions
from bookwheel.engine.plugins import find_plugin
from bookwheel.errors import BookwheelError, PluginError

if TYPE_CHECKING:
    from bookwheel.config.keys import ApiKey
    from bookwheel.config.setting_tables import Config, ModelSettings
    from bookwheel.engine.embeddings.embedding_model import EmbeddingSource
    from bookwheel.engine.llms.gguf.file_server import FileServer
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.llm_options import LLMFactory

EXTRACTIVE = "extractive"


def _cosines(source: EmbeddingSource, question: str, texts: Sequence[str]) -> list[float]:
    """The cosine similarity of the question's embedding to that of each text. Blocks; raises BookwheelError."""
    model = source()
    asked = model.get_query_embedding(question)
    return [_cosine(asked, vector) for vector in model.get_text_embedding_batch(list(texts))]


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(map(operator.mul, one, other)) / lengths if lengths else 0.0


def extractive_model(embed_model: EmbeddingSource | None) -> LLM:
    closeness = partial(_cosines, embed_model) if embed_model is not None else None
    return _registered(EXTRACTIVE)(LLMOptions(closeness=closeness))


def openai_model(settings: ModelSettings, base_url: str, name: str, key: ApiKey | None) -> LLM:
    """Blocks for the import. Raises UsageError and ModelAuthError."""
    return _registered("openai")(_options(settings, base_url=base_url, name=name, key=key))


def model_of_file(settings: ModelSettings, server: FileServer) -> LLM:
    """The model that the server has loaded, by the name that it has where it was found."""
    from bookwheel.engine.llms.gguf.model_files import known_name

    options = _options(settings, base_url=server.base_url, name=known_name(server.path), key=None)
    return _registered("openai")(replace(options, api_key=server.key, key_source="this program"))


def plugin_model(config: Config) -> LLM:
    """The model of a provider that is not built into `_decide`. Blocks; raises PluginError, which names its package."""
    from bookwheel.config.keys import plugin_key

    settings = config.model
    # OPENAI_BASE_URL names an endpoint for OpenAI's protocol, which another provider may not support.
    is_chosen = config.origin("model.base_url").kind in ("file", "profile", "flag")
    key = plugin_key(config, "model")
    options = _options(settings, base_url=settings.base_url if is_chosen else "", name=settings.name, key=key)
    try:
        made: object = _registered(settings.provider)(options)
    except BookwheelError:
        raise
    except Exception as error:  # the boundary to the code of another package
        package = find_plugin("llms", settings.provider).package
        raise PluginError(
            f"The model provider '{settings.provider}' of the package {package} failed: "
            f"{type(error).__name__}: {error}",
            hint="Check its settings in [model]; --debug shows the traceback.",
        ) from error
    return _checked_llm(made, settings.provider)


def _checked_llm(made: object, provider: str) -> LLM:
    from bookwheel.engine.llms.llm import LLM

    if not isinstance(made, LLM):
        package = find_plugin("llms", provider).package
        raise PluginError(
            f"The model provider '{provider}' of the package {package} returned a {type(made).__name__}, not an LLM.",
            hint=f"Update {package}, or choose another provider.",
        )
    return made


def _registered(provider: str) -> LLMFactory:
    return cast("LLMFactory", find_plugin("llms", provider).load())


def _options(settings: ModelSettings, *, base_url: str, name: str, key: ApiKey | None) -> LLMOptions:
    return LLMOptions(
        model=name,
        base_url=base_url,
        api_key=key.secret.reveal() if key else "",
        key_source=key.source if key else "",
        temperature=settings.temperature if settings.temperature >= 0 else None,
        max_tokens=settings.max_output_tokens or None,
        context_window=settings.context_window or None,
        timeout_s=settings.timeout_s,
        max_retries=settings.max_retries,
        tools=settings.tools,
        allow_http=settings.allow_http,
    )

"""Makes the embedding model that the settings name; by default there is none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from bookwheel.engine.llms.openai.endpoint import DEFAULT_BASE_URL
from bookwheel.engine.plugins import Plugin, find_plugin
from bookwheel.errors import BookwheelError, ModelAuthError, PluginError

if TYPE_CHECKING:
    from bookwheel.config.keys import ApiKey
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.embeddings.embedding_model import EmbeddingFactory, EmbeddingModel, EmbeddingSource


def embedding_source(config: Config) -> EmbeddingSource | None:
    """A function that makes the embedding model when it is first needed; None when it is off in the settings.

    The function blocks (a key command may run), and raises ConfigError, ModelAuthError, MissingExtraError and
    PluginError.
    """
    return None if config.embeddings.provider == "off" else partial(_made, config)


def embedding_endpoint(config: Config) -> str:
    """The URL to which the documents' text is sent; empty when it stays on this machine or goes to a plug-in."""
    settings = config.embeddings
    return settings.base_url or DEFAULT_BASE_URL if settings.provider == "openai" else ""


def _made(config: Config) -> EmbeddingModel:
    from bookwheel.engine.embeddings.embedding_model import EmbeddingOptions

    settings = config.embeddings
    key = _key(config)
    plugin = find_plugin("embeddings", settings.provider)
    factory = cast("EmbeddingFactory", plugin.load())
    options = EmbeddingOptions(
        model=settings.name,
        base_url=embedding_endpoint(config) or settings.base_url,
        api_key=key.secret.reveal() if key else "",
        key_source=key.source if key else "",
        dimensions=settings.dimensions or None,
        query_instruction=settings.query_instruction or None,
        text_instruction=settings.text_instruction or None,
        timeout_s=settings.timeout_s,
        allow_http=settings.allow_http,
    )
    try:
        made: object = factory(options)
    except BookwheelError:
        raise
    except Exception as error:  # the boundary to the code of another package
        raise PluginError(
            f"The embedding provider '{plugin.name}' of the package {plugin.package} failed: "
            f"{type(error).__name__}: {error}",
            hint="Check its settings in [embeddings].",
        ) from error
    return _checked_model(made, plugin)


def _checked_model(made: object, plugin: Plugin) -> EmbeddingModel:
    from bookwheel.engine.embeddings.embedding_model import EmbeddingModel

    if not isinstance(made, EmbeddingModel):
        raise PluginError(
            f"The embedding provider '{plugin.name}' of the package {plugin.package} returned a "
            f"{type(made).__name__}, not an embedding model.",
            hint=f"Update {plugin.package}, or choose another provider.",
        )
    return made


def _key(config: Config) -> ApiKey | None:
    from bookwheel.config.keys import OPENAI_VARIABLE, embedding_key, plugin_key

    settings = config.embeddings
    if settings.provider == "local":
        return None
    if settings.provider != "openai":
        return plugin_key(config, "embeddings")
    key = embedding_key(config)
    if key is None and not settings.base_url:
        # OpenAI would refuse the request, after the text of the documents was sent.
        raise ModelAuthError(
            "There is no key for OpenAI's embedding models.",
            hint=f"Set {settings.api_key_env or OPENAI_VARIABLE}, or name another endpoint in embeddings.base_url.",
        )
    return key

"""Chooses the embedding model: the one of the settings; without the setting there is none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bookwheel.engine.llms.openai.endpoint import DEFAULT_BASE_URL
from bookwheel.errors import ModelAuthError

if TYPE_CHECKING:
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.embeddings.embedding_model import EmbeddingModel, EmbeddingSource


def embedding_source(config: Config) -> EmbeddingSource | None:
    """A function that makes the embedding model when it is first needed; None when the settings have it off.

    The function blocks (a key command may run), and raises ConfigError, ModelAuthError and MissingExtraError.
    """
    match config.embeddings.provider:
        case "off":
            return None
        case "local":
            return _local
        case "openai":
            return partial(_at_endpoint, config)


def embedding_endpoint(config: Config) -> str:
    """The URL to which the text of the documents is sent; empty when it stays on this machine."""
    settings = config.embeddings
    return settings.base_url or DEFAULT_BASE_URL if settings.provider == "openai" else ""


def _local() -> EmbeddingModel:
    from bookwheel.engine.embeddings.local import LocalEmbedding

    return LocalEmbedding()


def _at_endpoint(config: Config) -> EmbeddingModel:
    from bookwheel.config.keys import OPENAI_VARIABLE, embedding_key
    from bookwheel.engine.embeddings.openai_compatible import DEFAULT_MODEL, OpenAIEmbedding

    settings, key = config.embeddings, embedding_key(config)
    if key is None and not settings.base_url:
        # OpenAI would refuse the request, after the text of the documents was sent.
        raise ModelAuthError(
            "There is no key for OpenAI's embedding models.",
            hint=f"Set {settings.api_key_env or OPENAI_VARIABLE}, or name another endpoint in embeddings.base_url.",
        )
    return OpenAIEmbedding(
        settings.name or DEFAULT_MODEL,
        api_key=key.secret.reveal() if key else "",
        key_source=key.source if key else "",
        base_url=embedding_endpoint(config),
        dimensions=settings.dimensions or None,
        query_instruction=settings.query_instruction or None,
        text_instruction=settings.text_instruction or None,
        timeout=settings.timeout_s,
        allow_http=settings.allow_http,
    )

"""Chooses what reranks the passages found: nothing, the model that answers, or an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.errors import ConfigError

if TYPE_CHECKING:
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.retrieval.rerank_endpoint import EndpointRerank
    from bookwheel.engine.retrieval.reranker import Reranker


class RerankChoice:
    """Makes the reranker of the settings; that of an endpoint is made once and keeps its connection."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._endpoint: EndpointRerank | None = None

    def reranker(self, llm: LLM) -> Reranker | None:
        """None when reranking is off, or when the model that answers can only quote.

        Blocks for imports. Raises ConfigError, UsageError and ModelAuthError for settings that cannot be used.
        """
        match self._config.retrieval.rerank:
            case "off":
                return None
            case "model":
                if llm.metadata.only_quotes:
                    return None
                from bookwheel.engine.retrieval.rerank_model import LLMRerank

                return LLMRerank(llm)
            case "endpoint":
                if self._endpoint is None:
                    self._endpoint = rerank_endpoint(self._config)
                return self._endpoint

    async def aclose(self) -> None:
        """Close the endpoint's connection."""
        if self._endpoint is not None:
            await self._endpoint.aclose()


def rerank_endpoint(config: Config) -> EndpointRerank:
    """The endpoint of the settings. Raises ConfigError, UsageError and ModelAuthError."""
    from bookwheel.config.keys import rerank_key
    from bookwheel.engine.retrieval.rerank_endpoint import EndpointRerank

    settings, key = config.retrieval, rerank_key(config)
    if not settings.rerank_url:
        raise ConfigError(
            'retrieval.rerank is "endpoint", but retrieval.rerank_url is empty.',
            hint='Name it, such as "https://api.jina.ai/v1/rerank", or set retrieval.rerank = "off".',
        )
    return EndpointRerank(
        settings.rerank_url,
        settings.rerank_model,
        api_key=key.secret.reveal() if key else "",
        key_source=key.source if key else "",
        allow_http=config.model.allow_http,
    )

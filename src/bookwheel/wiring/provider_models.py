"""Makes the model of a provider from the settings; each function blocks for an import."""

from __future__ import annotations

import math
import operator
from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bookwheel.engine.llms.llm_options import LLMOptions, NearestWords
from bookwheel.engine.plugins import find_plugin
from bookwheel.errors import BookwheelError, PluginError

if TYPE_CHECKING:
    from bookwheel.config.keys import ApiKey
    from bookwheel.config.setting_tables import Config, ModelSettings
    from bookwheel.engine.embeddings.embedding_model import EmbeddingSource
    from bookwheel.engine.embeddings.words_in_context import ReadText
    from bookwheel.engine.llms.gguf.file_server import FileServer
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.llm_options import LLMFactory

EXTRACTIVE = "extractive"
# 1.5 KB each, of 384 numbers.
_KEPT_TEXTS = 4_000
_KEPT_QUESTIONS = 8
# 25 KB each, of 32 words.
_KEPT_READ = 1_000


class Cosines:
    """How near texts are in meaning to a question: cosines, in their order. Blocks; raises BookwheelError.

    The vectors of the latest texts and questions are kept: an answer compares its passages with several questions, and
    the next question often finds the same passages. To embed them takes a second or two on a small machine.
    """

    def __init__(self, source: EmbeddingSource) -> None:
        self._source = source
        self._texts: dict[str, array[float]] = {}
        self._questions: dict[str, array[float]] = {}
        self._read: dict[str, ReadText] = {}

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        model = self._source()
        asked = self._questions.get(question) or array("f", model.get_query_embedding(question))
        self._questions = {**dict(list(self._questions.items())[-_KEPT_QUESTIONS:]), question: asked}
        kept = self._texts if len(self._texts) < _KEPT_TEXTS else {}
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        vectors = model.get_text_embedding_batch(new) if new else []
        self._texts = kept | {text: array("f", vector) for text, vector in zip(new, vectors, strict=True)}
        return [_cosine(asked, self._texts[text]) for text in texts]

    def nearest_words(self, question: str, texts: Sequence[str]) -> NearestWords | None:
        """The words of the question and how near the nearest of each text are; None if the model does not tell.

        The texts are embedded by it as well.
        """
        from bookwheel.engine.embeddings.words_in_context import ReadsWords, nearest_words

        model = self._source()
        if not isinstance(model, ReadsWords) or not (asked := model.read_texts([question], is_query=True)):
            return None
        kept = self._read if len(self._read) < _KEPT_READ else {}
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        read = dict(zip(new, model.read_texts(new, is_query=False), strict=True)) if new else {}
        self._read = kept | read
        self._texts |= {text: array("f", one.vector.tolist()) for text, one in read.items()}
        return NearestWords(asked[0].words, nearest_words(asked[0], [self._read[text] for text in texts]))


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(map(operator.mul, one, other)) / lengths if lengths else 0.0


def extractive_model(embed_model: EmbeddingSource | None) -> LLM:
    closeness = Cosines(embed_model) if embed_model is not None else None
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

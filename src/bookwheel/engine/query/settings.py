"""`Settings`: the models to use where a call names none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.embeddings.embedding_model import EmbeddingModel
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.tokens import CountTokens, Tokenizer, counter
from bookwheel.errors import UsageError

if TYPE_CHECKING:
    from bookwheel.engine.llms.callbacks import CallbackManager


class DefaultModels:
    """The class of `Settings`.

    `llm` is the embedded model until another is set: a forgotten argument must not send documents anywhere.
    `embed_model` is None until set: an index then searches by words, which needs no model. None resets either.
    `tokenizer`, any function from a text to its tokens, counts what fits into a prompt of the query engine; without one
    numbers are estimated. `node_parser` (also `text_splitter`) cuts the documents of indexes that are made without
    one; without it `chunk_size` and `chunk_overlap`, in tokens, apply. `transformations` replaces all three: what
    changes documents, and last a splitter. `context_window` and `num_output` are accepted for LlamaIndex's sake: a
    model has its own. `callback_manager` becomes that of `llm`, and gets sub-questions too.
    """

    def __init__(self) -> None:
        self._llm: LLM | None = None
        self.embed_model: EmbeddingModel | None = None
        self.tokenizer: Tokenizer | None = None
        self.node_parser: object = None
        self.transformations: Sequence[object] | None = None
        self.chunk_size: int | None = None
        self.chunk_overlap: int | None = None
        self.context_window: int | None = None
        self.num_output: int | None = None
        self.callback_manager: CallbackManager | None = None

    @property
    def text_splitter(self) -> object:
        """Another name of `node_parser`."""
        return self.node_parser

    @text_splitter.setter
    def text_splitter(self, splitter: object) -> None:
        self.node_parser = splitter

    @property
    def llm(self) -> LLM:
        if self._llm is None:
            from bookwheel.engine.llms.extractive.model import ExtractiveLLM

            self._llm = ExtractiveLLM()
        if self.callback_manager is not None:
            self._llm.callback_manager = self.callback_manager
        return self._llm

    @llm.setter
    def llm(self, llm: LLM | None) -> None:
        if llm is not None:
            _check_model(llm, "Settings.llm")
        self._llm = llm


Settings = DefaultModels()


def model_or_default(llm: LLM | None) -> LLM:
    """The model that was given, else the one of `Settings`; the only place that reads `Settings.llm`.

    Raises UsageError for what is not a model.
    """
    if llm is None:
        return Settings.llm
    _check_model(llm, "llm=")
    return llm


def _check_model(llm: object, where: str) -> None:
    if not isinstance(llm, LLM):
        raise UsageError(
            f"{where} takes a model, not a {type(llm).__name__}.",
            hint="Such as OpenAI(model=...), or LangChainLLM(llm=...) round a model of LangChain.",
        )


def embed_model_or_default(embed_model: EmbeddingModel | None) -> EmbeddingModel | None:
    """The embedding model that was given, else that of `Settings`; the only place that reads `Settings.embed_model`."""
    return Settings.embed_model if embed_model is None else embed_model


def token_counter() -> CountTokens:
    """Counts tokens by the tokenizer of `Settings`, or estimates; the only place that reads `Settings.tokenizer`."""
    return counter(Settings.tokenizer)

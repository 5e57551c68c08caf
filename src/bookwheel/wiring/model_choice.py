"""Chooses the model that answers: the one of the settings, else OpenAI's, a local server's, or the embedded default.

Model clients are imported late: the app draws its first frame before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeAlias, runtime_checkable

from bookwheel import paths
from bookwheel.engine.llms.openai.endpoint import DEFAULT_BASE_URL
from bookwheel.engine.llms.price_table import FREE, ModelPrice
from bookwheel.errors import (
    BookwheelError,
    ConfigError,
    ModelAuthError,
    ModelNotFoundError,
    ModelUnreachableError,
)
from bookwheel.wiring.provider_models import EXTRACTIVE, extractive_model, model_of_file, openai_model, plugin_model

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import ModelOffer
    from bookwheel.config.keys import ApiKey
    from bookwheel.config.setting_tables import Config, ModelSettings
    from bookwheel.engine.embeddings.embedding_model import EmbeddingSource
    from bookwheel.engine.llms.gguf.file_server import FileServer
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.openai.discover import LocalServer

FindServer: TypeAlias = "Callable[[float], Awaitable[LocalServer | None]]"

OPENAI_DEFAULT_MODEL = "gpt-4o-mini"

UNNAMED = "unnamed"

SEARCH_TIMEOUT_S = 2.0
# A server on this machine answers in a few milliseconds; a port that drops packets must not delay an answer.
PATIENCE_S = 0.25


@runtime_checkable
class _ListsModels(Protocol):
    """A model whose endpoint lists its models."""

    async def model_names(self) -> list[str]: ...


class ModelChoice:
    """Decides once which model answers, at the first question or while warming up, and again after `use`.

    `find_server` looks for a server on this machine for the seconds given; by default on the usual ports.
    With `embed_model` the embedded default chooses its quotations by embeddings too.
    """

    def __init__(
        self,
        config: Config,
        find_server: FindServer | None = None,
        embed_model: EmbeddingSource | None = None,
    ) -> None:
        self._given = config
        self._config = _with_address(config)
        self._files: FileServer | None = None
        self.problem = ""
        self._embed_model = embed_model
        self._find_server = find_server or _find_server
        self._deciding = asyncio.Lock()
        self._llm: LLM | None = None
        self._used: list[LLM] = []
        self._listed: list[str] = []
        self._server: LocalServer | None = None
        self._search: asyncio.Event | None = None
        self._key: ApiKey | None = None
        self._is_key_known = False
        self._base_url = ""
        self._price: ModelPrice | None = None

    @property
    def name(self) -> str:
        """The name of the model once it is decided, else the name in the settings; empty when neither is known."""
        if self._llm is not None:
            return self._llm.metadata.model_name
        if _is_file(self._settings.name):
            return Path(self._settings.name).stem
        return EXTRACTIVE if self._settings.provider == EXTRACTIVE else self._settings.name

    @property
    def names(self) -> list[str]:
        """Names for `use`: what the endpoint lists (known after `warm_up`), the settings' own, the embedded default."""
        current = self._settings.name or self.name
        return list(dict.fromkeys(name for name in (current, *self._listed, EXTRACTIVE) if name))

    def use(self, name: str) -> None:
        """Answer with another model from the next question on. Raises ConfigError for an impossible name."""
        if not name.strip() or not name.isprintable():
            raise ConfigError(
                "The model's name is empty or holds control characters.", hint="Write it as the endpoint spells it."
            )
        provider = EXTRACTIVE if name == EXTRACTIVE else self._provider_unless_extractive()
        model = replace(self._given.model, name="" if name == EXTRACTIVE else name, provider=provider)
        self._config = _with_address(replace(self._given, model=model))
        self._llm, self.problem = None, ""

    async def model(self) -> LLM:
        """The model that answers.

        Raises ConfigError and ModelError when the model of the settings cannot be used.
        """
        async with self._deciding:
            if self._llm is None:
                self._llm = await self._decide()
                is_free = self._llm.metadata.only_quotes
                self._price = FREE if is_free else await asyncio.to_thread(self._price_of, self._llm)
                self._used.append(self._llm)
                await self._close_unused_file()
            return self._llm

    async def warm_up(self) -> None:
        """Look for a local server, choose the model, import and connect its client, and list the endpoint's models.

        `problem` says afterwards what is wrong with the model; the first question raises the error again.
        """
        try:
            await self._find_server_early()
            await self.model()
        except BookwheelError as error:
            self.problem = _explained(error)
            return
        try:
            self._listed = [] if self._files is not None else await self.list_models()
        except (ModelUnreachableError, ModelAuthError) as error:
            self.problem = _explained(error)
        except BookwheelError:
            return  # an endpoint need not list its models

    async def offers(self) -> list[ModelOffer]:
        """The models that can be chosen: of this endpoint, of servers on this machine, and files on this disk."""
        from bookwheel.wiring.model_offers import offers

        return await offers(self._config, self._settings.name or self.name, self._base_url, self._listed)

    async def try_model(self, name: str) -> str:
        """Ask a model for a word, without choosing it; in one line how that went."""
        from bookwheel.wiring.model_offers import try_model

        if name == (self._settings.name or self.name):
            return await try_model(self.model)
        tried = ModelChoice(self._given, self._find_server, self._embed_model)
        try:
            tried.use(name)
            return await try_model(tried.model)
        except ConfigError as error:
            return error.message
        finally:
            await tried.aclose()

    async def check(self, name: str) -> str:
        """A doubt about a model's name, "" for none; the model in use stays.

        Raises ConfigError and ModelNotFoundError where no model of this name can answer.
        """
        tried = ModelChoice(self._given, self._find_server, self._embed_model)
        tried.use(name)
        try:
            return "" if name in self.names else await tried._doubt()
        finally:
            await tried.aclose()

    async def _doubt(self) -> str:
        from bookwheel.engine.llms.gguf.model_files import trained_context
        from bookwheel.wiring.model_offers import not_listed

        settings = self._settings
        if _is_file(settings.name):
            await asyncio.to_thread(trained_context, _absolute(settings.name))
            return ""
        if settings.provider not in ("auto", "openai", "local"):
            return ""  # to ask the model of another package would load it
        await self.model()
        return await not_listed(settings.name, self.list_models, self._base_url)

    async def list_models(self) -> list[str]:
        """The models of the endpoint that answers; empty for the embedded default. Raises as `model`."""
        llm = await self.model()
        return await _names_of(llm)

    @property
    def base_url(self) -> str:
        """The endpoint, once it is decided; empty for the embedded default."""
        return self._base_url

    @property
    def price(self) -> ModelPrice | None:
        """The price of the model, once it is decided; None where it is not known."""
        return self._price

    @property
    def window(self) -> int:
        """The model's window in tokens; 0 before it is decided, and for the embedded default, which has none."""
        return 0 if self._llm is None or self._llm.metadata.only_quotes else self._llm.metadata.context_window

    def _price_of(self, llm: LLM) -> ModelPrice | None:
        from bookwheel.engine.llms.price_table import listed_price

        settings = self._settings
        prompt, completion = settings.price_per_million_prompt_tokens, settings.price_per_million_completion_tokens
        if settings.provider == "huggingface":
            return FREE
        if prompt or completion:
            return ModelPrice(prompt=prompt, completion=completion)
        if not self._base_url:  # a provider of another package
            return None
        return listed_price(llm.metadata.model_name, self._base_url, paths.config_dir() / "prices.toml")

    @property
    def key_source(self) -> str:
        """Where the endpoint's key came from, once that is known."""
        return self._key.source if self._key else ""

    async def aclose(self) -> None:
        """Close the connections of every model that was used."""
        for llm in self._used:
            await llm.aclose()
        if self._files is not None:
            await self._files.aclose()

    @property
    def _settings(self) -> ModelSettings:
        return self._config.model

    def _provider_unless_extractive(self) -> str:
        return "auto" if self._settings.provider == EXTRACTIVE else self._settings.provider

    async def _decide(self) -> LLM:
        settings = self._settings
        if _is_file(settings.name):
            return await self._from_file(await asyncio.to_thread(_absolute, settings.name))
        match settings.provider:
            case "extractive":
                return await asyncio.to_thread(extractive_model, self._embed_model)
            case "openai":
                return await self._at_endpoint(settings.base_url or DEFAULT_BASE_URL)
            case "local":
                return await self._at_local_server() or _raise_no_server()
            case "auto":
                return await self._first_available()
            case _:
                return await asyncio.to_thread(plugin_model, self._config)

    async def _from_file(self, path: Path) -> LLM:
        """The model of a file on this disk, which is loaded now; the one before stays loaded until it is there."""
        from bookwheel.engine.llms.gguf.file_server import FileServer

        before, files = self._files, FileServer(path, context=self._settings.context_window)
        await files.start()
        self._files, self._base_url, self._listed = files, files.base_url, []
        if before is not None:
            await before.aclose()
        settings = replace(self._settings, context_window=files.context)
        return await asyncio.to_thread(model_of_file, settings, files)

    async def _close_unused_file(self) -> None:
        if self._files is not None and not _is_file(self._settings.name):
            files, self._files = self._files, None
            await files.aclose()

    async def _first_available(self) -> LLM:
        settings = self._settings
        if settings.name == EXTRACTIVE:
            return await asyncio.to_thread(extractive_model, self._embed_model)
        if settings.base_url or await self._model_key() is not None:
            return await self._at_endpoint(settings.base_url or DEFAULT_BASE_URL)
        local = await self._at_local_server()
        if local is not None:
            return local
        if settings.name:
            raise ModelNotFoundError(
                f"The model '{settings.name}' cannot be reached: there is no key for OpenAI, and no model server on "
                "this machine.",
                hint="Set OPENAI_API_KEY, name an endpoint in model.base_url, or start a server such as Ollama.",
            )
        return await asyncio.to_thread(extractive_model, self._embed_model)

    async def _at_local_server(self) -> LLM | None:
        server = await self._local_server()
        if server is None:
            return None
        self._listed = list(server.chat_models)
        return await self._at_endpoint(server.base_url)

    async def _at_endpoint(self, base_url: str) -> LLM:
        self._base_url = base_url
        key = await self._model_key()
        settings = self._settings
        name = settings.name or (OPENAI_DEFAULT_MODEL if base_url == DEFAULT_BASE_URL else "")
        if not name:
            name = await self._first_listed(base_url, key)
        return await asyncio.to_thread(openai_model, settings, base_url, name, key)

    async def _first_listed(self, base_url: str, key: ApiKey | None) -> str:
        if not self._listed:
            nameless = await asyncio.to_thread(openai_model, self._settings, base_url, UNNAMED, key)
            self._listed = await _names_of(nameless)
            await nameless.aclose()
        if not self._listed:
            raise ModelNotFoundError(
                f"The endpoint {base_url} lists no models.", hint="Load a model there, or name one: --model NAME."
            )
        return self._listed[0]

    async def _model_key(self) -> ApiKey | None:
        if self._config is not self._given and self._settings.base_url != self._given.model.base_url:
            return None  # a server of this machine that was chosen in the app: the key is another endpoint's
        if not self._is_key_known:
            self._key = await asyncio.to_thread(_key_of, self._config)
            self._is_key_known = True
        return self._key

    async def _find_server_early(self) -> None:
        settings = self._settings
        is_needed = settings.provider == "local" or (settings.provider == "auto" and not settings.base_url)
        if not is_needed or await self._model_key() is not None:
            return
        self._search = asyncio.Event()
        try:
            self._server = await self._find_server(SEARCH_TIMEOUT_S)
        finally:
            self._search.set()

    async def _local_server(self) -> LocalServer | None:
        if self._search is None:
            return await self._find_server(PATIENCE_S)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._search.wait()
        except TimeoutError:
            return None
        return self._server


def _with_address(config: Config) -> Config:
    """The settings for a model that is named with its server. Raises ConfigError for a server elsewhere."""
    if "@" not in config.model.name:
        return config
    from bookwheel.wiring.model_offers import with_model_address

    return with_model_address(config)


def _is_file(name: str) -> bool:
    if not name:
        return False
    from bookwheel.engine.llms.gguf.model_files import is_model_file

    return is_model_file(name)


def _key_of(config: Config) -> ApiKey | None:
    """Blocks. Raises as `model_key`."""
    from bookwheel.config.keys import model_key

    return model_key(config)


async def _find_server(timeout_s: float) -> LocalServer | None:
    from bookwheel.engine.llms.openai.discover import find_local_server

    return await find_local_server(timeout_s)


def _absolute(name: str) -> Path:
    return paths.absolute(name)


def _explained(error: BookwheelError) -> str:
    """What is wrong and what to do, for the start of the app."""
    way_out = "Or press m and choose extractive: it quotes your documents, without a model."
    return " ".join(f"{text.rstrip('.')}." for text in (error.message, error.hint, way_out) if text)


async def _names_of(llm: LLM) -> list[str]:
    return await llm.model_names() if isinstance(llm, _ListsModels) else []


def _raise_no_server() -> NoReturn:
    raise ModelUnreachableError(
        "No model server answers on this machine (tried Ollama, llama.cpp, LM Studio and vLLM).",
        hint="Start one, or name its address in model.base_url.",
    )

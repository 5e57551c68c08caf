"""The models that the desk can answer with: what endpoints list, model files on this disk, the embedded default.

A model is named as its endpoint spells it, as `NAME@http://127.0.0.1:1234/v1` at another server of this machine, or by
the path of a file.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bookwheel.assistant.protocols import ModelOffer
from bookwheel.config.setting_tables import PROVIDERS
from bookwheel.engine.llms.gguf.model_files import is_model_file
from bookwheel.errors import BookwheelError, ConfigError, ModelAuthError, ModelUnreachableError
from bookwheel.paths import home
from bookwheel.wiring.provider_models import EXTRACTIVE

if TYPE_CHECKING:
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.openai.discover import LocalServer

PROBE_S = 0.5
TEST_S = 60.0
# A name is checked while the user waits; an endpoint that is slower is not asked.
_LIST_S = 3.0
_MOST_NAMED = 5
_AT = "@http"


def with_model_address(config: Config) -> Config:
    """The settings for a model that is named with its server. Raises ConfigError for a server elsewhere."""
    name, separator, rest = config.model.name.rpartition(_AT)
    if not separator or not name:
        return config
    base_url = f"http{rest}"
    from bookwheel.engine.llms.openai.endpoint import is_loopback  # late: most names have no address

    if not is_loopback(urlsplit(base_url).hostname or ""):
        raise ConfigError(
            f"The model '{name}' is at {base_url}, which is not on this machine.",
            hint="Name such an endpoint in model.base_url: keys and limits go with it.",
        )
    return replace(config, model=replace(config.model, name=name, base_url=base_url, provider="openai"))


async def offers(config: Config, current: str, endpoint: str, listed: Sequence[str]) -> list[ModelOffer]:
    """All models that are found now: those of the endpoint in use (`listed`), then servers, files and the default."""
    servers, files = await asyncio.gather(_local_servers(), asyncio.to_thread(_files))
    names = dict.fromkeys(name for name in (current, *listed) if name and name != EXTRACTIVE)
    if is_file := is_model_file(current):
        files = [file for file in files if file.value != current]
    where = "file" if is_file else _host(endpoint) if endpoint else "in use"
    found = [ModelOffer(value=name, label=Path(name).stem if is_file else name, note=where) for name in names]
    known = {(server.base_url, name) for server in servers if server.base_url == endpoint for name in listed}
    for server in servers:
        found += [
            ModelOffer(value=f"{name}@{server.base_url}", label=name, note=f"{server.name}, {_host(server.base_url)}")
            for name in server.chat_models
            if (server.base_url, name) not in known
        ]
    quoting = ModelOffer(value=EXTRACTIVE, label=EXTRACTIVE, note="quotes the documents; needs no model")
    return [*found, *files, quoting, *_others(config)]


async def not_listed(name: str, list_models: Callable[[], Awaitable[list[str]]], base_url: str) -> str:
    """That the endpoint does not list a model, with those it lists that are written most like it; "" if it does."""
    try:
        async with asyncio.timeout(_LIST_S):
            listed = await list_models()
    except (ModelUnreachableError, ModelAuthError) as error:
        return error.message
    except (BookwheelError, TimeoutError):
        return ""  # an endpoint need not list its models
    # Ollama takes the name of a model without its tag for the latest.
    if not listed or name in listed or f"{name}:latest" in listed:
        return ""
    from difflib import get_close_matches

    named = list(dict.fromkeys([*get_close_matches(name, listed, _MOST_NAMED, 0.5), *listed]))[:_MOST_NAMED]
    more = f" and {len(listed) - len(named)} more (key m)" if len(listed) > len(named) else ""
    return (
        f"{_host(base_url)} does not list the model '{name}'; it lists {', '.join(named)}{more}. "
        "The next question asks for it all the same."
    )


async def try_model(make: Callable[[], Awaitable[LLM]]) -> str:
    """Ask the model for a word; how long it took, or what is wrong, in one line."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(TEST_S):
            llm = await make()
            if llm.metadata.only_quotes:
                return "ready: it needs no model"
            answer = await llm.capped(16).acomplete("Reply with the word: ready")
    except TimeoutError:
        return f"no answer within {TEST_S:g} seconds"
    except BookwheelError as error:
        return f"{error.message} {error.hint}".strip()
    took = time.monotonic() - began
    return f"answered in {took:.1f} s" if str(answer).strip() else f"answered nothing in {took:.1f} s"


async def _local_servers() -> list[LocalServer]:
    from bookwheel.engine.llms.openai.discover import find_local_servers

    return await find_local_servers(PROBE_S)


def _files() -> list[ModelOffer]:
    """Blocks."""
    from bookwheel.engine.llms.gguf.model_files import find_model_files

    return [
        ModelOffer(value=str(file.path), label=file.name, note=f"file of {file.keeper}, {file.size / 1e9:.1f} GB")
        for file in find_model_files(home(), os.environ)
    ]


def _others(config: Config) -> Iterator[ModelOffer]:
    """The providers of the settings that name no model to choose."""
    for provider in PROVIDERS:
        if provider not in ("auto", "local", EXTRACTIVE) and provider != config.model.provider:
            yield ModelOffer(value="", label=provider, note="a provider: model.provider in the settings")


def _host(base_url: str) -> str:
    return urlsplit(base_url).netloc

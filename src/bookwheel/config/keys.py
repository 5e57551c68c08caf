"""Where keys come from, in this order, and how little is seen of them.

    1. the environment (OPENAI_API_KEY or what model.api_key_env and embeddings.api_key_env name; TAVILY_API_KEY)
    2. model.api_key_command (or embeddings.…), such as `pass show openai`: the first line that it prints
    3. the system keyring (extra `keyring`): service "bookwheel", user as the variable is called
    4. `.env` in the working directory
    5. `config.toml`

An endpoint that only a `.env` names gets no other key than that `.env`'s: the folder may be a stranger's.
"""

from __future__ import annotations

import importlib
import os
import shlex
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Protocol, cast

from bookwheel.config.secret import Secret, checked_secret
from bookwheel.config.setting_tables import Config, EmbeddingSettings, ModelSettings
from bookwheel.config.store_address import passwords
from bookwheel.errors import ConfigError

KEYRING_SERVICE = "bookwheel"
COMMAND_TIMEOUT_S = 60.0
TAVILY_VARIABLE = "TAVILY_API_KEY"
OPENAI_VARIABLE = "OPENAI_API_KEY"


@dataclass(frozen=True, slots=True)
class Key:
    """A key and, for people, where it came from."""

    secret: Secret
    source: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A place where a key may be; `look` is called only when it is that place's turn."""

    source: str
    is_set: bool
    look: Callable[[], str | None] = field(repr=False)


def model_key(config: Config) -> Key | None:
    """The model endpoint's key. Blocks: it may run `api_key_command` or ask the system keyring.

    Raises ConfigError for a command that fails and for a key that cannot be one.
    """
    return _first(_model_places(config))


def tavily_key(config: Config) -> Key | None:
    """Tavily's key; as `model_key`."""
    return _first(_tavily_places(config))


def embedding_key(config: Config) -> Key | None:
    """The key of the embedding model's endpoint; as `model_key`."""
    return _first(_embedding_places(config))


def rerank_key(config: Config) -> Key | None:
    """The key of the reranking endpoint, from the variable that the settings name for it."""
    return _first(_rerank_places(config))


def model_key_source(config: Config) -> str:
    """Where the model's key would come from, without running or unlocking anything; empty when there is none in sight.

    The keyring is not looked into, so a key that only it has is not counted.
    """
    return next((place.source for place in _model_places(config) if place.is_set), "")


def embedding_key_source(config: Config) -> str:
    """As `model_key_source`."""
    return next((place.source for place in _embedding_places(config) if place.is_set), "")


def rerank_key_source(config: Config) -> str:
    """As `model_key_source`."""
    return next((place.source for place in _rerank_places(config) if place.is_set), "")


def tavily_key_source(config: Config) -> str:
    """As `model_key_source`."""
    return next((place.source for place in _tavily_places(config) if place.is_set), "")


def all_secrets(config: Config) -> list[Secret]:
    """Every key that is known without running anything: what a traceback must not show."""
    found = config.found_keys
    in_file = (config.model.api_key, config.embeddings.api_key, config.tools.tavily_api_key)
    return [*found.environment.values(), *found.dotenv.values(), *in_file, *passwords(config.index.store)]


def without_keys(environ: Mapping[str, str] = os.environ, extra: Iterable[str] = ()) -> dict[str, str]:
    """The environment for a helper program: everything but the keys."""
    hidden = {OPENAI_VARIABLE, TAVILY_VARIABLE, *extra}
    return {name: value for name, value in environ.items() if name not in hidden}


def _model_places(config: Config) -> list[_Place]:
    if config.origin("model.base_url").kind == ".env":
        return [_dotenv_place(config)]
    return _endpoint_places(config, config.model, "model")


def _embedding_places(config: Config) -> list[_Place]:
    return _endpoint_places(config, config.embeddings, "embeddings")


def _endpoint_places(config: Config, settings: ModelSettings | EmbeddingSettings, section: str) -> list[_Place]:
    environment, variable, command = config.found_keys.environment, settings.api_key_env, settings.api_key_command
    setting = f"{section}.api_key_command"
    in_file = settings.api_key
    return [
        _Place(f"environment ({variable})", variable in environment, lambda: _text(environment.get(variable))),
        _Place("api_key_command", bool(command), lambda: _from_command(command, variable, setting)),
        _Place("keyring", False, lambda: _from_keyring(variable or OPENAI_VARIABLE)),
        _dotenv_place(config),
        _Place(str(config.origin(f"{section}.api_key")), bool(in_file), in_file.reveal),
    ]


def _dotenv_place(config: Config) -> _Place:
    found = config.found_keys.dotenv
    return _Place(".env", OPENAI_VARIABLE in found, lambda: _text(found.get(OPENAI_VARIABLE)))


def _rerank_places(config: Config) -> list[_Place]:
    variable, environment = config.retrieval.rerank_key_env, config.found_keys.environment
    source = f"environment ({variable})"
    return [_Place(source, variable in environment, lambda: _text(environment.get(variable)))]


def _tavily_places(config: Config) -> list[_Place]:
    found, in_file = config.found_keys, config.tools.tavily_api_key
    return [
        _Place(
            f"environment ({TAVILY_VARIABLE})",
            TAVILY_VARIABLE in found.environment,
            lambda: _text(found.environment.get(TAVILY_VARIABLE)),
        ),
        _Place("keyring", False, lambda: _from_keyring(TAVILY_VARIABLE)),
        _Place(".env", TAVILY_VARIABLE in found.dotenv, lambda: _text(found.dotenv.get(TAVILY_VARIABLE))),
        _Place(str(config.origin("tools.tavily_api_key")), bool(in_file), in_file.reveal),
    ]


def _first(places: Iterable[_Place]) -> Key | None:
    for place in places:
        if (text := place.look()) and text.strip():
            return Key(checked_secret(text, place.source), place.source)
    return None


def _text(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None


def _from_command(command: str, variable: str, setting: str) -> str | None:
    if not command.strip():
        return None
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"{setting} cannot be read: {error}.") from error
    try:
        ended = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_TIMEOUT_S,
            env=without_keys(extra=[variable]),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigError(
            f"{setting} ({words[0]}) did not end within {COMMAND_TIMEOUT_S:g} seconds.",
            hint="If it asks for a password, run it once in a shell first.",
        ) from error
    except OSError as error:
        raise ConfigError(f"{setting} cannot be run: {error.strerror}: {words[0]}.") from error
    if ended.returncode != 0:
        raise ConfigError(
            f"{setting} ({words[0]}) ended with exit code {ended.returncode} and gave no key.",
            hint="Run it in a shell to see why.",
        )
    return next(iter(ended.stdout.decode("utf-8", "replace").splitlines()), "")


class _KeyringModule(Protocol):
    def get_password(self, service_name: str, username: str) -> str | None: ...


def _from_keyring(variable: str) -> str | None:
    if find_spec("keyring") is None:
        return None
    keyring = cast("_KeyringModule", importlib.import_module("keyring"))
    errors = importlib.import_module("keyring.errors")
    try:
        return keyring.get_password(KEYRING_SERVICE, variable)
    except errors.KeyringError:  # over ssh there is usually none to be had; the next place is asked
        return None

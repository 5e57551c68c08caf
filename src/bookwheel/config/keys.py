"""Finds the keys, in this order of sources:

    1. the environment (OPENAI_API_KEY or what model.api_key_env and embeddings.api_key_env name; TAVILY_API_KEY)
    2. model.api_key_command (or embeddings.…), such as `pass show openai`: the first line that it prints
    3. the system keyring (extra `keyring`): service "bookwheel", user as the variable is called
    4. `.env` in the working directory
    5. `config.toml`

An endpoint that only a `.env` names gets only the key in that `.env`: the folder may come from someone else.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from importlib.machinery import PathFinder
from typing import Literal, Protocol, cast

from bookwheel.config.search_settings import EmbeddingSettings
from bookwheel.config.secret import Secret, checked_secret
from bookwheel.config.setting_tables import Config, ModelSettings
from bookwheel.config.store_address import passwords
from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass

KEYRING_SERVICE = "bookwheel"
COMMAND_TIMEOUT_S = 60.0
COMMAND_MAX_BYTES = 1 << 20
# How often to look whether a command has ended that has closed nothing.
_COMMAND_LOOK_S = 0.05
TAVILY_VARIABLE = "TAVILY_API_KEY"
OPENAI_VARIABLE = "OPENAI_API_KEY"
_KEY_SETTINGS = ("model.api_key_env", "embeddings.api_key_env", "retrieval.rerank_key_env")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key and the name of its source, for messages."""

    secret: Secret
    source: str


@dataclass(frozen=True, slots=True)
class _KeySource:
    """A source that may have a key; `read` is called only when the sources before it have none."""

    name: str
    is_set: bool
    read: Callable[[], str | None] = field(repr=False)


def model_key(config: Config) -> ApiKey | None:
    """The model endpoint's key. Blocks: it may run `api_key_command` or ask the system keyring.

    Raises ConfigError for a command that fails and for an impossible key.
    """
    return _first(_model_sources(config))


def plugin_key(config: Config, section: Literal["model", "embeddings"]) -> ApiKey | None:
    """The key for a provider of another package; as `model_key`, but only from sources that the user named for it.

    OPENAI_API_KEY, the keyring's entry for it and a `.env` are meant for OpenAI, and are not sent elsewhere.
    """
    settings = config.model if section == "model" else config.embeddings
    is_named = settings.api_key_env not in ("", OPENAI_VARIABLE)
    sources = _endpoint_sources(config, settings, section)
    return _first(source for source in sources if is_named or source.name not in _openai_sources(settings.api_key_env))


def _openai_sources(variable: str) -> tuple[str, ...]:
    return (f"environment ({variable})", "keyring", ".env")


def tavily_key(config: Config) -> ApiKey | None:
    """Tavily's key; as `model_key`."""
    return _first(_tavily_sources(config))


def embedding_key(config: Config) -> ApiKey | None:
    """The key of the embedding model's endpoint; as `model_key`."""
    return _first(_embedding_sources(config))


def rerank_key(config: Config) -> ApiKey | None:
    """The key of the reranking endpoint, from the variable that the settings name for it."""
    return _first(_rerank_sources(config))


def model_key_source(config: Config) -> str:
    """The source of the model's key, found without running or unlocking anything; empty when none is found.

    The keyring is not opened, so a key that only the keyring has is not found.
    """
    return next((source.name for source in _model_sources(config) if source.is_set), "")


def embedding_key_source(config: Config) -> str:
    """As `model_key_source`."""
    return next((source.name for source in _embedding_sources(config) if source.is_set), "")


def rerank_key_source(config: Config) -> str:
    """As `model_key_source`."""
    return next((source.name for source in _rerank_sources(config) if source.is_set), "")


def tavily_key_source(config: Config) -> str:
    """As `model_key_source`."""
    return next((source.name for source in _tavily_sources(config) if source.is_set), "")


def all_secrets(config: Config) -> list[Secret]:
    """Every key that is known without running anything; a traceback must not show them."""
    found = config.found_keys
    in_file = (config.model.api_key, config.embeddings.api_key, config.tools.tavily_api_key)
    return [*found.environment.values(), *found.dotenv.values(), *in_file, *passwords(config.index.store)]


def named_key_variables() -> frozenset[str]:
    """The variables that the settings file names for keys, in any of its profiles. Blocks; reads the file."""
    from bookwheel import paths
    from bookwheel.config.load import read_settings_file

    try:
        source = read_settings_file(paths.config_file())
    except ConfigError:  # it was reported at the start
        return frozenset()
    if source is None:
        return frozenset()
    tables = (source.settings.values, *source.settings.profiles.values())
    return frozenset(str(table[name]) for table in tables for name in _KEY_SETTINGS if table.get(name))


def without_keys(environ: Mapping[str, str] = os.environ, extra: Iterable[str] = ()) -> dict[str, str]:
    """The environment for a helper program: everything but the keys."""
    hidden = {OPENAI_VARIABLE, TAVILY_VARIABLE, *extra}
    return {name: value for name, value in environ.items() if name not in hidden}


def _model_sources(config: Config) -> list[_KeySource]:
    if config.origin("model.base_url").kind == ".env":
        return [_dotenv_source(config)]
    return _endpoint_sources(config, config.model, "model")


def _embedding_sources(config: Config) -> list[_KeySource]:
    return _endpoint_sources(config, config.embeddings, "embeddings")


def _endpoint_sources(config: Config, settings: ModelSettings | EmbeddingSettings, section: str) -> list[_KeySource]:
    environment, variable, command = config.found_keys.environment, settings.api_key_env, settings.api_key_command
    setting = f"{section}.api_key_command"
    in_file = settings.api_key
    return [
        _KeySource(f"environment ({variable})", variable in environment, lambda: _text(environment.get(variable))),
        _KeySource("api_key_command", bool(command), lambda: _from_command(command, variable, setting)),
        _KeySource("keyring", False, lambda: _from_keyring(variable or OPENAI_VARIABLE)),
        _dotenv_source(config),
        _KeySource(str(config.origin(f"{section}.api_key")), bool(in_file), in_file.reveal),
    ]


def _dotenv_source(config: Config) -> _KeySource:
    found = config.found_keys.dotenv
    return _KeySource(".env", OPENAI_VARIABLE in found, lambda: _text(found.get(OPENAI_VARIABLE)))


def _rerank_sources(config: Config) -> list[_KeySource]:
    variable, environment = config.retrieval.rerank_key_env, config.found_keys.environment
    name = f"environment ({variable})"
    return [_KeySource(name, variable in environment, lambda: _text(environment.get(variable)))]


def _tavily_sources(config: Config) -> list[_KeySource]:
    found, in_file = config.found_keys, config.tools.tavily_api_key
    return [
        _KeySource(
            f"environment ({TAVILY_VARIABLE})",
            TAVILY_VARIABLE in found.environment,
            lambda: _text(found.environment.get(TAVILY_VARIABLE)),
        ),
        _KeySource("keyring", False, lambda: _from_keyring(TAVILY_VARIABLE)),
        _KeySource(".env", TAVILY_VARIABLE in found.dotenv, lambda: _text(found.dotenv.get(TAVILY_VARIABLE))),
        _KeySource(str(config.origin("tools.tavily_api_key")), bool(in_file), in_file.reveal),
    ]


def _first(sources: Iterable[_KeySource]) -> ApiKey | None:
    for source in sources:
        if (text := source.read()) and text.strip():
            return ApiKey(checked_secret(text, source.name), source.name)
    return None


def _text(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None


def _from_command(command: str, variable: str, setting: str) -> str | None:
    if not command.strip():
        return None
    import shlex

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"{setting} is not a valid command: {error}.", hint="Check its quotes.") from error
    try:
        code, printed = _run(words, without_keys(extra=[variable]))
    except TimeoutError as error:
        raise ConfigError(
            f"{setting} ({words[0]}) did not end within {COMMAND_TIMEOUT_S:g} seconds.",
            hint="If it asks for a password, run it once in a shell first.",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{setting} cannot be run: {error.strerror}: {words[0]}.", hint="Check the name of the program."
        ) from error
    if len(printed) > COMMAND_MAX_BYTES:
        raise ConfigError(
            f"{setting} ({words[0]}) prints more than {COMMAND_MAX_BYTES >> 20} MB.", hint="Let it print the key alone."
        )
    if code != 0:
        raise ConfigError(
            f"{setting} ({words[0]}) ended with exit code {code} and gave no key.",
            hint="Run it in a shell to see the reason.",
        )
    return printed.decode("utf-8", "replace").partition("\n")[0].removesuffix("\r")


def _run(words: list[str], environ: dict[str, str]) -> tuple[int, bytes]:
    """The exit code of a command and what it printed; it is ended when that is more than `COMMAND_MAX_BYTES`.

    It does not wait for a program that the command left running, such as an agent, which may keep the output open.
    Raises TimeoutError and OSError.
    """
    import select
    import subprocess
    import time

    until = time.monotonic() + COMMAND_TIMEOUT_S
    printed = bytearray()
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ
    ) as process:
        assert process.stdout is not None
        output = process.stdout.fileno()
        try:
            while len(printed) <= COMMAND_MAX_BYTES:
                has_ended = process.poll() is not None
                if select.select([output], [], [], 0 if has_ended else _COMMAND_LOOK_S)[0]:
                    piece = os.read(output, 1 << 16)
                    printed += piece
                    if not piece:
                        return process.wait(max(0.0, until - time.monotonic())), bytes(printed)
                elif has_ended:
                    break
                if time.monotonic() > until:
                    raise TimeoutError
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error
        finally:
            process.kill()
    return process.returncode, bytes(printed)


class _KeyringModule(Protocol):
    def get_password(self, service_name: str, username: str) -> str | None: ...


def _from_keyring(variable: str) -> str | None:
    # `importlib.util`, which looks for a module too, takes longer to import than this to look.
    if "keyring" not in sys.modules and PathFinder.find_spec("keyring") is None:
        return None
    keyring = cast("_KeyringModule", importlib.import_module("keyring"))
    errors = importlib.import_module("keyring.errors")
    try:
        return keyring.get_password(KEYRING_SERVICE, variable)
    except errors.KeyringError:  # over ssh there is usually no keyring; the next source is tried
        return None

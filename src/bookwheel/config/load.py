"""Puts the settings in force together from all their sources.

From the weakest to the strongest: the defaults, `.env` in the working directory, `config.toml`, the environment, the
chosen profile, the flags of the command line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel import paths
from bookwheel.config.dotenv import read_dotenv
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import SECTIONS, Config, FoundKeys, Origin, Section, Value
from bookwheel.config.small_files import NotReadableError, read_small_file
from bookwheel.config.store_address import check_address, has_password
from bookwheel.engine.llms.openai.endpoint import BASE_URL_VARIABLES, checked_base_url, endpoint_in
from bookwheel.errors import ConfigError, UsageError
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.config.check import CheckedSettings, Mistake
    from bookwheel.config.env_endpoints import EnvEndpoint
    from bookwheel.config.toml_text import TextPosition

MAX_BYTES = 256 * 1024

_KEY_VARIABLES = ("OPENAI_API_KEY", "TAVILY_API_KEY")
_STORE = "index.store"
_BASE_URL_VARIABLE = "OPENAI_BASE_URL"


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file: its text (to find positions in), its content, and its permission bits."""

    path: Path
    text: str
    settings: CheckedSettings
    mode: int

    def position(self, name: str) -> TextPosition:
        from bookwheel.config.toml_text import position_of

        return position_of(self.text, name)


def load_config(
    *,
    file: Path | None = None,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    profile: str = "",
    flags: Mapping[str, Value] | None = None,
    use_file: bool = True,
) -> Config:
    """The settings in force; `flags` are values by dotted name, stronger than everything else.

    Without `use_file` the settings file counts as absent. Blocks (reads two small files).
    Raises ConfigError, naming file, line and reason, for settings that cannot be used.
    """
    environ = os.environ if environ is None else environ
    source = read_settings_file(file or paths.config_file()) if use_file else None
    layers = _Layers()
    dotenv, notes = _dotenv(folder or paths.working_folder())
    notes += _mended_folders()
    env_endpoint = _env_endpoint(folder or paths.working_folder(), dotenv)
    if env_endpoint is not None:
        layers.put({"model.base_url": env_endpoint.url}, Origin(".env", _BASE_URL_VARIABLE))
    chosen = profile
    if source is not None:
        _put_file(layers, source)
        notes += _mode_notes(source)
        chosen = chosen or source.settings.profile
    conflict = _put_environment(layers, environ)
    if chosen:
        layers.put(_profile_values(source, chosen), Origin("profile", chosen))
    layers.put(flags or {}, Origin("flag"))
    config = layers.config(
        keys=source.settings.keys if source else {},
        profile=chosen,
        profiles=tuple(source.settings.profiles) if source else (),
        notes=tuple(notes),
    )
    if conflict is not None and config.origin("model.base_url").kind == "environment":
        raise conflict
    if env_endpoint is not None and _is_refused(env_endpoint, config):
        config = _without_env_endpoint(config, env_endpoint)
        dotenv = {name: value for name, value in dotenv.items() if name != "OPENAI_API_KEY"}
    _check_endpoint(config)
    check_address(config.index.store, config.origin(_STORE))
    own_variables = (config.model.api_key_env, config.embeddings.api_key_env, config.retrieval.rerank_key_env)
    servers = source.settings.mcp if source else ()
    return replace(config, mcp=servers, found_keys=_found_keys(own_variables, environ, dotenv))


def _put_file(layers: _Layers, source: SettingsFile) -> None:
    _refuse_problems(source)
    # An empty text in the file is an unchanged default of the example: it must not override a `.env`.
    written = {name: value for name, value in source.settings.values.items() if not _is_blank(value)}
    layers.put(written, Origin("file"), source)


def load_config_or_defaults(
    *, file: Path | None = None, profile: str = "", flags: Mapping[str, Value] | None = None
) -> Config:
    """As `load_config`, but a settings file that cannot be used counts as absent; a note says so.

    The app starts with it: a mistake in the file must not keep it from opening. Raises ConfigError when the mistake is
    elsewhere, and for an unknown profile.
    """
    try:
        return load_config(file=file, profile=profile, flags=flags)
    except ConfigError as error:
        if profile:
            raise
        config = load_config(flags=flags, use_file=False)
        return replace(config, notes=(f"{error.message} The defaults are in force.", *config.notes))


def read_settings_file(path: Path) -> SettingsFile | None:
    """The settings file at `path`, or None when there is none; mistakes in it are in `settings.problems`.

    Raises ConfigError when it cannot be read or is not TOML.
    """
    try:
        file = read_small_file(path, MAX_BYTES)
    except NotReadableError as error:
        raise ConfigError(f"{path}: {error}.", hint=_HOW_TO_CORRECT) from error
    if file is None:
        return None
    # Late, as in the functions below: most users have no settings file.
    from bookwheel.config.check import check_tables
    from bookwheel.config.toml_text import TomlSyntaxError, parse_toml

    try:
        tables = parse_toml(file.text)
    except TomlSyntaxError as error:
        where = f"{path}, {error.position}" if error.position.line else str(path)
        raise ConfigError(f"{where}: {error.reason}.", hint=_HOW_TO_CORRECT) from error
    return SettingsFile(path, file.text, check_tables(tables), file.mode)


def describe(problem: Mistake, source: SettingsFile) -> str:
    """The problem in one line, with file and line."""
    position = source.position(problem.name)
    return f"{source.path}, {position}: {problem}" if position.line else f"{source.path}: {problem}"


_HOW_TO_CORRECT = "Correct it there, then run: bookwheel config check"


class _Layers:
    """Values by dotted name, each layer over the one before, with where each value came from."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._origins: dict[str, Origin] = {}

    def put(self, values: Mapping[str, Value], origin: Origin, source: SettingsFile | None = None) -> None:
        for name, value in values.items():
            self._values[name] = value
            detail = str(source.position(name)) if source else origin.detail
            self._origins[name] = Origin(origin.kind, detail)

    def config(
        self, *, keys: Mapping[str, str], profile: str, profiles: tuple[str, ...], notes: tuple[str, ...]
    ) -> Config:
        base = Config(keys=keys, profile=profile, profiles=profiles, origins=self._origins, notes=notes)
        sections: dict[str, Section] = {}
        for section_name, section in SECTIONS.items():
            names = {item.name: f"{section_name}.{item.name}" for item in fields(section)}
            given = {name: self._values[full] for name, full in names.items() if full in self._values}
            if given:
                sections[section_name] = replace(section(), **given)
        return replace(base, **sections)


def _refuse_problems(source: SettingsFile) -> None:
    problems = list(source.settings.problems)
    if problems:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ConfigError(f"{describe(problems[0], source)}{more}", hint=_HOW_TO_CORRECT)


def _is_blank(value: Value) -> bool:
    return isinstance(value, str | Secret) and not value


def _profile_values(source: SettingsFile | None, name: str) -> Mapping[str, Value]:
    path = source.path if source else paths.config_file()
    profiles: Mapping[str, Mapping[str, Value]] = source.settings.profiles if source else {}
    if name not in profiles:
        from bookwheel.config.check import nearest

        known = f"Its profiles: {', '.join(profiles)}." if profiles else "The file has no profiles."
        raise ConfigError(
            f"There is no profile {name!r} in {path}.{nearest(name, profiles)}",
            hint=f"{known} A profile is a table such as [profiles.{name}.model].",
        )
    return profiles[name]


def _mended_folders() -> Iterator[str]:
    for folder in (paths.config_dir(), paths.data_dir()):
        if paths.mend_private_dir(folder):
            yield f"{folder} was open to other users of this machine; it is closed to them now (0700)."


def _mode_notes(source: SettingsFile) -> Iterator[str]:
    tables = (source.settings.values, *source.settings.profiles.values())
    secrets = any(_is_secret(name, value) for table in tables for name, value in table.items())
    if secrets and source.mode & 0o077:
        yield f"{source.path} holds a key, and other users can read it: chmod 600 {source.path}"


def _is_secret(name: str, value: Value) -> bool:
    """Whether a value shows a key or a password."""
    if name == _STORE:
        return isinstance(value, Secret) and has_password(value)
    return isinstance(value, Secret) and bool(value)


def _put_environment(layers: _Layers, environ: Mapping[str, str]) -> ConfigError | None:
    """Put the endpoint of the environment; the error to raise if a stronger source does not replace it."""
    try:
        url, variable = endpoint_in(environ)
    except UsageError as error:
        layers.put({"model.base_url": ""}, Origin("environment", " and ".join(BASE_URL_VARIABLES)))
        return ConfigError(error.message, hint=error.hint)
    layers.put({"model.base_url": url} if url else {}, Origin("environment", variable))
    return None


def _env_endpoint(folder: Path, dotenv: Mapping[str, str]) -> EnvEndpoint | None:
    url = dotenv.get(_BASE_URL_VARIABLE, "").strip()
    if not url:
        return None
    from bookwheel.config.env_endpoints import EnvEndpoint

    return EnvEndpoint(str(paths.absolute(folder)), url)


def _is_refused(endpoint: EnvEndpoint, config: Config) -> bool:
    """Whether the endpoint in force is that of the `.env`, and the user has not allowed it."""
    from bookwheel.config.env_endpoints import answer_of

    if config.origin("model.base_url").kind != ".env":
        return False
    return not config.model.allow_env_endpoint and answer_of(endpoint) is not True


def _without_env_endpoint(config: Config, endpoint: EnvEndpoint) -> Config:
    """The settings as if the `.env` named no endpoint; its key goes too, which is meant for that endpoint."""
    origins = {name: origin for name, origin in config.origins.items() if name != "model.base_url"}
    model = replace(config.model, base_url="")
    return replace(config, model=model, origins=origins, env_endpoint=endpoint)


def _dotenv(folder: Path) -> tuple[Mapping[str, str], list[str]]:
    try:
        return read_dotenv(folder), []
    except NotReadableError as error:
        return {}, [f".env in {folder} is not used: {error}."]


def _check_endpoint(config: Config) -> None:
    for section, settings in (("model", config.model), ("embeddings", config.embeddings)):
        if not settings.base_url:
            continue
        try:
            checked_base_url(settings.base_url, allow_http=settings.allow_http)
        except UsageError as error:
            name = f"{section}.base_url"
            raise ConfigError(f"{name}, {config.origin(name)}: {error.message}", hint=error.hint) from error


def _found_keys(own_variables: Iterable[str], environ: Mapping[str, str], dotenv: Mapping[str, str]) -> FoundKeys:
    names = {*own_variables, *_KEY_VARIABLES} - {""}
    return FoundKeys(
        environment={name: Secret(value) for name in names if (value := environ.get(name, "")).strip()},
        dotenv={name: Secret(value) for name, value in dotenv.items() if name in _KEY_VARIABLES},
    )

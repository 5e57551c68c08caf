"""Endpoints that a `.env` names: which the user has allowed or refused, each for its folder.

A folder of documents may come from someone else, and its `.env` with it. The answers are kept in
`env_endpoints.toml` beside the settings, one table a folder; another address in the same folder is asked about again.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from bookwheel import paths
from bookwheel.config.small_files import NotReadableError, one_writer_in, read_small_file
from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.own_files import replace_file

_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class EnvEndpoint:
    """The address that the `.env` of a folder names."""

    folder: str
    url: str


def answer_of(endpoint: EnvEndpoint) -> bool | None:
    """Whether the user has allowed it; None when it was not asked about yet, or the file cannot be read. Blocks."""
    known = _answers().get(endpoint.folder)
    if known is None or known.get("url") != endpoint.url:
        return None
    return known.get("allowed") is True


def remember(endpoint: EnvEndpoint, *, is_allowed: bool) -> None:
    """Keep the user's answer. Blocks; raises ConfigError when it cannot be written."""
    import tomli_w  # late: only an answer needs it

    file = _file()
    try:
        with one_writer_in(file.parent):
            answers = {**_answers(), endpoint.folder: {"url": endpoint.url, "allowed": is_allowed}}
            replace_file(file, tomli_w.dumps(answers).encode("utf-8", "replace"))
    except OSError as error:
        raise ConfigError(
            f"The answer cannot be kept: {file}: {error.strerror or error}.",
            hint="--allow-env-endpoint uses the endpoint this time.",
        ) from error


def _file() -> Path:
    return paths.config_dir() / "env_endpoints.toml"


def _answers() -> dict[str, dict[str, object]]:
    import tomllib

    try:
        file = read_small_file(_file(), _MAX_BYTES)
        tables = tomllib.loads(file.text) if file is not None else {}
    except (NotReadableError, tomllib.TOMLDecodeError, RecursionError):
        return {}  # unreadable answers count as none: the user is asked again
    return {name: cast("dict[str, object]", table) for name, table in tables.items() if isinstance(table, dict)}

"""The saved choices of the app: single ones in `state.toml`, named desks in `desks/NAME.toml`.

Both are files of Bookwheel's own beside the settings, not the settings file: that one is written by hand, often shared
between machines, and has comments. A choice replaces a value of the settings, until that value is changed.

    [choices."model.name"]          folders = ["/home/me/thesis"]
    value = "gpt-4o"                model = "gpt-4o"
    over = ""                       [filter]
                                    types = ["pdf"]
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from bookwheel import paths
from bookwheel.config.setting_tables import MODE, MODEL, THEME, WEB, Config, Origin
from bookwheel.config.small_files import NotReadableError, not_writable, one_writer_in, read_small_file
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.engine.tools.approval import WEB_POLICIES
from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.own_files import replace_file

EXTRACTIVE = "extractive"

_MAX_BYTES = 256 * 1024
_NAME = lazy_regex(r"[^\W_][\w .-]{0,63}")


class KeptChoices:
    """The choices in `file`. Methods block; a file that cannot be read counts as empty."""

    def __init__(self, file: Path, config: Config) -> None:
        self._file = file
        self._config = config

    def keep(self, choices: Mapping[str, str]) -> None:
        """Keep these choices, and the others as they were. Raises ConfigError when they cannot be written."""
        added = {name: {"value": value, "over": _in_settings(self._config, name)} for name, value in choices.items()}
        try:
            with one_writer_in(self._file.parent):
                _write(self._file, {"choices": _tables(_read(self._file).get("choices")) | added})
        except OSError as error:
            raise not_writable(self._file, error) from error

    def known(self) -> dict[str, str]:
        """The choices in force, by name: those whose setting has not been changed since."""
        kept = _tables(_read(self._file).get("choices"))
        return {
            name: value
            for name, choice in kept.items()
            if isinstance(value := choice.get("value"), str) and choice.get("over") == _in_settings(self._config, name)
        }


def with_choices(config: Config, choices: Mapping[str, str]) -> Config:
    """The settings with the choices in force; values given by flags stay."""
    origins = {name: Origin("app") for name in choices if config.origin(name).kind != "flag"}
    model, web, ui = config.model, config.tools, config.ui
    if MODEL in origins:
        is_quoting = choices[MODEL] == EXTRACTIVE
        provider = EXTRACTIVE if is_quoting else "auto" if model.provider == EXTRACTIVE else model.provider
        model = replace(model, name="" if is_quoting else choices[MODEL], provider=provider)
    if WEB in origins and choices[WEB] in WEB_POLICIES:
        web = replace(web, web=choices[WEB])
    if THEME in origins:
        ui = replace(ui, theme=choices[THEME])
    return replace(config, model=model, tools=web, ui=ui, origins={**config.origins, **origins})


def _in_settings(config: Config, name: str) -> str:
    return {THEME: config.ui.theme, MODEL: config.model.name, WEB: config.tools.web}.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDesk:
    """Folders, a filter, a model, a mode and a web policy under a name; "" is what the settings say."""

    name: str
    folders: tuple[str, ...] = ()
    selection: Selection = EVERYTHING
    model: str = ""
    mode: str = ""
    web: str = ""

    @property
    def choices(self) -> dict[str, str]:
        """Those of its fields that are choices, by their names."""
        named = {MODEL: self.model, MODE: self.mode, WEB: self.web}
        return {name: value for name, value in named.items() if value}


class DeskStore:
    """The named desks below `root`, which need not exist. Methods block."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        """All desks, the one used last first. Never raises."""
        try:
            files = [(file.stat().st_mtime, file.stem) for file in self.root.glob("*.toml")]
        except OSError:
            return []
        return [name for _, name in sorted(files, reverse=True) if _NAME.fullmatch(name)]

    def load(self, name: str) -> NamedDesk | None:
        """The desk of this name, None when there is none. Raises ConfigError for an unusable name or file."""
        file = self._file(name)
        if not file.exists():
            return None
        table = _read(file)
        filter_ = _tables({"filter": table.get("filter")}).get("filter", {})
        return NamedDesk(
            name=name,
            folders=_texts(table.get("folders")),
            selection=Selection(
                scope=_texts(filter_.get("in")) or None,
                types=_texts(filter_.get("types")),
                since=_day(filter_.get("since")),
                until=_day(filter_.get("until")),
                tags=_texts(filter_.get("tags")),
            ),
            model=_text(table.get("model")),
            mode=_text(table.get("mode")),
            web=_text(table.get("web")),
        )

    def save(self, desk: NamedDesk) -> None:
        """Write a desk. Raises ConfigError when it cannot be written."""
        table: dict[str, object] = {"folders": list(desk.folders)}
        table |= {key: value for key in ("model", "mode", "web") if (value := getattr(desk, key))}
        chosen = desk.selection
        filter_: dict[str, object] = {"in": list(chosen.scope or ()), "types": list(chosen.types)}
        filter_ |= {"since": chosen.since, "until": chosen.until, "tags": list(chosen.tags)}
        if given := {key: value for key, value in filter_.items() if value}:
            table["filter"] = given
        _write(self._file(desk.name), table)

    def delete(self, name: str) -> None:
        """Delete a desk; its documents and sessions stay. Raises ConfigError when there is none."""
        try:
            self._file(name).unlink()
        except OSError as error:
            known = ", ".join(self.names()) or "none yet"
            raise ConfigError(f"There is no desk '{name}'.", hint=f"The desks: {known}.") from error

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"'{name}' cannot be the name of a desk.",
                hint="Use letters, digits, spaces, dots and hyphens, a letter or digit first, at most 64.",
            )
        return self.root / f"{name}.toml"


def kept_choices(config: Config) -> KeptChoices:
    """The user's choices over these settings."""
    return KeptChoices(paths.config_dir() / "state.toml", config)


def desk_store() -> DeskStore:
    """The user's named desks."""
    return DeskStore(paths.config_dir() / "desks")


def _read(file: Path) -> dict[str, object]:
    import tomllib

    try:
        read = read_small_file(file, _MAX_BYTES)
        return tomllib.loads(read.text) if read is not None else {}
    except (NotReadableError, tomllib.TOMLDecodeError, RecursionError):
        return {}


def _write(file: Path, table: Mapping[str, object]) -> None:
    import tomli_w  # late: only a choice needs it

    try:
        paths.make_private_dir(file.parent)
        replace_file(file, tomli_w.dumps(table).encode("utf-8", "replace"))
    except OSError as error:
        raise not_writable(file, error) from error


def _tables(value: object) -> dict[str, dict[str, object]]:
    tables = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return {name: cast("dict[str, object]", table) for name, table in tables.items() if isinstance(table, dict)}


def _texts(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _day(value: object) -> datetime.date | None:
    return value if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) else None

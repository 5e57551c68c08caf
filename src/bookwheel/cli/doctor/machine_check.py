"""The doctor's checks of this machine: the settings file, web search, the folders, the terminal."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from bookwheel import paths
from bookwheel.cli.doctor.finding import Finding
from bookwheel.cli.progress_bar import megabytes
from bookwheel.config.keys import tavily_key_source
from bookwheel.config.setting_tables import Config
from bookwheel.engine.plugins import KINDS, plugins

_FEW_BYTES = 100_000_000
_MIN_COLUMNS, _MIN_LINES = 40, 10


def check_settings_file(config: Config) -> Finding:
    """Which settings file is in force."""
    file = paths.config_file()
    profile = f", profile {config.profile}" if config.profile else ""
    if file.exists():
        return Finding("settings", "ok", f"{file}{profile}")
    remedy = "bookwheel config init writes one, with every setting explained."
    return Finding("settings", "note", f"{file} does not exist: the defaults are in force", remedy)


def check_env_endpoint(config: Config) -> Iterator[Finding]:
    """An endpoint that the `.env` of this folder names and that is not used."""
    if config.env_endpoint is not None:
        yield Finding(
            "settings",
            "warning",
            f"the .env in {config.env_endpoint.folder} names the endpoint {config.env_endpoint.url}, which is not used",
            "bookwheel ask in this folder asks once whether to use it; --allow-env-endpoint uses it.",
        )


def check_plugins(config: Config) -> Iterator[Finding]:
    """The parts that can be chosen by name, as packages register them; none is imported."""
    for kind in KINDS:
        found = plugins(kind)
        ours = ", ".join(sorted(name for name, plugin in found.items() if plugin.is_ours))
        others = ", ".join(
            f"{name} ({plugin.package} {plugin.version})" for name, plugin in found.items() if not plugin.is_ours
        )
        what = "; ".join(filter(None, (ours, others and f"from other packages: {others}")))
        yield Finding("plug-ins", "ok" if others else "note", f"{kind}: {what or 'none from other packages'}")
    for name in filter(None, (name.strip() for name in config.tools.plugins.split(","))):
        if name not in plugins("tools"):
            yield Finding(
                "plug-ins",
                "wrong",
                f"tools.plugins names '{name}', which no installed package registers",
                "Install its package, or remove the name.",
            )


def check_web(config: Config) -> Finding:
    """Whether the agent may search the web, and with which key."""
    source = tavily_key_source(config)
    key = f"Tavily, key from {source}" if source else "Tavily without a key (limited)"
    if config.tools.web == "off":
        return Finding("web search", "note", "off", 'tools.web = "ask" in the settings lets the agent search the web.')
    when = "asks first" if config.tools.web == "ask" else "searches without asking"
    return Finding("web search", "ok", f"{key}; the agent {when}")


def check_folders() -> Iterator[Finding]:
    """Whether the folders of settings and index can be used."""
    for name, folder in (("settings", paths.config_dir()), ("index", paths.data_dir())):
        yield _folder(name, folder)


def _folder(name: str, folder: Path) -> Finding:
    # `Path.exists` raises PermissionError below a folder that may not be entered.
    if not os.path.exists(folder):
        parent = next(parent for parent in folder.parents if os.path.exists(parent))
        if os.access(parent, os.W_OK | os.X_OK):
            return Finding("folder", "ok", f"{folder} ({name}) will be created when it is needed")
        return Finding(
            "folder", "wrong", f"{folder} ({name}) cannot be created: {parent} is not writable", f"chmod u+rwx {parent}"
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding("folder", "wrong", f"{folder} ({name}) is not writable", f"chmod u+rwx {folder}")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Finding("folder", "warning", f"{folder} ({name}) can be read by other users", f"chmod 700 {folder}")
    free = shutil.disk_usage(folder).free
    if free < _FEW_BYTES:
        return Finding(
            "folder",
            "warning",
            f"{folder} ({name}): only {megabytes(free)} MB free on this disk",
            "Delete files you no longer need.",
        )
    return Finding("folder", "ok", f"{folder} ({name})")


def check_terminal() -> Iterator[Finding]:
    """Whether the terminal can show the app."""
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Finding("terminal", "note", "none: standard output is a file or a pipe")
        return
    size = shutil.get_terminal_size()
    colours = "no colours" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM", "") or "16 or 256 colours"
    inside = "".join(
        f", in {name}" for variable, name in (("TMUX", "tmux"), ("STY", "screen")) if variable in os.environ
    )
    remote = ", over ssh" if "SSH_CONNECTION" in os.environ else ""
    what = f"{term or 'TERM is not set'}, {size.columns}x{size.lines}, {colours}{inside}{remote}"
    if term in ("", "dumb"):
        yield Finding(
            "terminal", "wrong", what, "The app needs a terminal with cursor movement; `bookwheel ask` works."
        )
    elif size.columns < _MIN_COLUMNS or size.lines < _MIN_LINES:
        yield Finding("terminal", "warning", what, f"Enlarge it: the app needs at least {_MIN_COLUMNS}x{_MIN_LINES}.")
    else:
        yield Finding("terminal", "ok", what)
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        yield Finding(
            "terminal",
            "warning",
            f"its encoding is {sys.stdout.encoding}, not UTF-8",
            "Choose a UTF-8 locale, such as C.UTF-8.",
        )

"""The findings of the doctor, one check a function."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version
from pathlib import Path

from bookwheel import paths
from bookwheel.cli.doctor.finding import Finding
from bookwheel.cli.doctor.index_check import check_index
from bookwheel.cli.doctor.search_check import check_embedding
from bookwheel.cli.options import Options
from bookwheel.cli.progress_bar import megabytes
from bookwheel.cli.rerank_check import check_reranking
from bookwheel.config.keys import tavily_key_source
from bookwheel.config.setting_tables import Config
from bookwheel.errors import ConfigError

_FEW_BYTES = 100_000_000
_MIN_COLUMNS, _MIN_LINES = 40, 10


async def check_everything(options: Options) -> AsyncIterator[Finding]:
    """All findings, as they are made."""
    yield Finding(
        "bookwheel", "ok", f"{version('bookwheel')} on Python {platform.python_version()}, {platform.system()}"
    )
    try:
        config = options.load()
    except ConfigError as error:
        yield Finding("settings", "wrong", error.message, error.hint)
        config = options.load_or_defaults()
    else:
        yield _settings(config)
    for note in config.notes:
        yield Finding("settings", "warning", note)
    yield await _model(config)
    yield await check_embedding(config)
    yield await check_reranking(config)
    yield _web(config)
    async for finding in check_index(config):
        yield finding
    for check in (_folders, _terminal):
        for finding in check():
            yield finding


def _settings(config: Config) -> Finding:
    file = paths.config_file()
    profile = f", profile {config.profile}" if config.profile else ""
    if file.exists():
        return Finding("settings", "ok", f"{file}{profile}")
    return Finding("settings", "note", f"{file} does not exist: the defaults are in force", "bookwheel config init")


async def _model(config: Config) -> Finding:
    from bookwheel.cli.doctor.model_check import examine_model

    report = await examine_model(config)
    where = f"{report.name or 'a model'} at {report.endpoint}" if report.endpoint else report.name
    key = f", key from {report.key_source}" if report.key_source else ", without a key"
    if report.error:
        return Finding("model", "wrong", f"{where}{key}: {report.error}" if where else report.error, report.hint)
    if report.is_embedded:
        return Finding(
            "model",
            "note",
            "extractive: the embedded default, which quotes the passages found",
            "For written answers set OPENAI_API_KEY, name an endpoint in the settings, or start a local server "
            "(Ollama, llama.cpp, LM Studio, vLLM).",
        )
    return Finding("model", "ok", f"{where}{key}; {len(report.models)} models listed")


def _web(config: Config) -> Finding:
    source = tavily_key_source(config)
    key = f"Tavily, key from {source}" if source else "Tavily without a key (limited)"
    if config.tools.web == "off":
        return Finding("web search", "note", "off", 'tools.web = "ask" in the settings lets the agent search the web.')
    when = "asks first" if config.tools.web == "ask" else "searches without asking"
    return Finding("web search", "ok", f"{key}; the agent {when}")


def _folders() -> Iterator[Finding]:
    for name, folder in (("settings", paths.config_dir()), ("index", paths.data_dir())):
        yield _folder(name, folder)


def _folder(name: str, folder: Path) -> Finding:
    if not folder.exists():
        parent = next(parent for parent in folder.parents if parent.exists())
        if os.access(parent, os.W_OK | os.X_OK):
            return Finding("folder", "ok", f"{folder} ({name}) will be made when it is needed")
        return Finding("folder", "wrong", f"{folder} ({name}) cannot be made: {parent} is not writable")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding("folder", "wrong", f"{folder} ({name}) is not writable", f"chmod u+rwx {folder}")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Finding("folder", "warning", f"{folder} ({name}) is open to others", f"chmod 700 {folder}")
    free = shutil.disk_usage(folder).free
    if free < _FEW_BYTES:
        return Finding("folder", "warning", f"{folder} ({name}): only {megabytes(free)} MB free on this disk")
    return Finding("folder", "ok", f"{folder} ({name})")


def _terminal() -> Iterator[Finding]:
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
        yield Finding("terminal", "warning", what, f"The app wants {_MIN_COLUMNS}x{_MIN_LINES} at least.")
    else:
        yield Finding("terminal", "ok", what)
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        yield Finding(
            "terminal", "warning", f"speaks {sys.stdout.encoding}, not UTF-8", "Choose a UTF-8 locale, such as C.UTF-8."
        )

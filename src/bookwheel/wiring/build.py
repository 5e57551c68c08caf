"""The parts of a desk, put together; nothing heavy is imported and nothing touches a disk before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel import paths
from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.ports import RunLimits
from bookwheel.engine.index.library import Library
from bookwheel.sessions.store import SessionStore
from bookwheel.wiring.model_choice import ModelChoice
from bookwheel.wiring.workflows import Workflows

if TYPE_CHECKING:
    from bookwheel.config.model import Config


def build(
    config: Config, *, mode: str = "query", max_rounds: int | None = None, time_limit_s: float | None = None
) -> Assistant:
    """A desk as `config` wants it; `max_rounds` goes before the setting."""
    library = build_library()
    workflows = Workflows(config, library, ModelChoice(config), max_rounds=max_rounds or config.tools.max_rounds)
    return Assistant(
        workflows=workflows,
        library=library,
        sessions=build_sessions(),
        mode=mode,
        limits=RunLimits(time_limit_s=time_limit_s),
    )


def build_own(name: str, *, time_limit_s: float | None = None) -> Assistant:
    """A desk on the user's own workflow, `MODULE:OBJECT`. Raises UsageError when it cannot be used.

    The workflow is imported here, by its user's wish alone.
    """
    from bookwheel.wiring.named_object import load_runnable
    from bookwheel.wiring.own_workflow import OwnWorkflow

    return Assistant(
        workflows=OwnWorkflow(load_runnable(name), name),
        library=build_library(),
        sessions=build_sessions(),
        mode="workflow",
        limits=RunLimits(time_limit_s=time_limit_s),
    )


def build_library() -> Library:
    """The user's library."""
    return Library(paths.index_dir())


def build_sessions() -> SessionStore:
    """The user's saved sessions."""
    return SessionStore(paths.sessions_dir())

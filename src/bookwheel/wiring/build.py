"""Puts the parts of a desk together; nothing heavy is imported and no file is read before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel import paths
from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.desk_keeper import ChoicePort, DeskPort
from bookwheel.assistant.run_costs import RunLimits
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.errors import BookwheelError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.wiring.embedding_choice import embedding_source
from bookwheel.wiring.model_choice import ModelChoice
from bookwheel.wiring.research_options import SpendingLimits
from bookwheel.wiring.workflows import Workflows

if TYPE_CHECKING:
    from bookwheel.config.search_settings import IndexSettings
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.index.source_facts import SourceFacts
    from bookwheel.engine.query.value_schema import ObjectOf
    from bookwheel.wiring.research_options import ResearchOptions


def build(
    config: Config,
    *,
    mode: str = "query",
    max_rounds: int | None = None,
    time_limit_s: float | None = None,
    stays_open: bool = False,
    shape: ObjectOf | None = None,
    research: ResearchOptions | None = None,
    call_limits: SpendingLimits | None = None,
    choices: ChoicePort | None = None,
    desks: DeskPort | None = None,
) -> Assistant:
    """A desk with these settings; `max_rounds` overrides one. With `stays_open` it watches the disk and embeds.

    With `shape` it answers in the mode `query` with objects of this schema; `research` has the options of the mode
    `research`, and `call_limits` the limits for the calls of a question in the other modes. What is chosen on the desk
    is saved in `choices` and `desks`.
    """
    library = build_library(config)
    limits = RunLimits(
        time_limit_s=time_limit_s,
        max_cost=(config.limits.max_cost or None) if stays_open else None,
        max_session_cost=(config.limits.max_session_cost or None) if stays_open else None,
    )
    if stays_open and call_limits is None:
        call_limits = SpendingLimits(
            max_cost=limits.max_cost,
            max_session_cost=limits.max_session_cost,
            hint="Raise limits.max_cost or limits.max_session_cost in the settings, or begin a new session (/new).",
        )
    workflows = Workflows(
        config,
        library,
        ModelChoice(config, embed_model=library.embed_model),
        max_rounds=max_rounds or config.tools.max_rounds,
        shape=shape,
        research=research,
        call_limits=call_limits,
    )
    assistant = Assistant(
        workflows=workflows,
        library=library,
        sessions=build_sessions(),
        mode=mode,
        limits=limits,
        follows_disk=stays_open and config.index.watch,
        embeds=stays_open,
        env_endpoint=config.model.base_url if config.origin("model.base_url").kind == ".env" else "",
        choices=choices,
        desks=desks,
    )
    workflows.session_cost = lambda: assistant.sessions.current.cost
    return assistant


def build_own(name: str, config: Config | None = None, *, time_limit_s: float | None = None) -> Assistant:
    """A desk on the user's own workflow, `MODULE:OBJECT`. Raises UsageError when it cannot be used.

    This imports the user's code.
    """
    from bookwheel.wiring.named_object import load_runnable
    from bookwheel.wiring.own_workflow import OwnWorkflow

    return Assistant(
        workflows=OwnWorkflow(load_runnable(name), name),
        library=build_library(config),
        sessions=build_sessions(),
        mode="workflow",
        limits=RunLimits(time_limit_s=time_limit_s),
    )


def build_library(config: Config | None = None) -> Library:
    """The library, with the location, limits and embedding model of the settings."""
    if config is None:
        return Library(paths.index_dir())
    location = config.index.store.reveal() or paths.index_dir()
    return Library(location, limits=_limits(config.index), embed_model=embedding_source(config))


def _limits(index: IndexSettings) -> ParseLimits:
    """The wall time allowed is three times the computing time: a busy machine is not a broken file."""
    return ParseLimits(
        largest_file=index.largest_file_mb * 1_000_000,
        cpu_seconds=index.seconds_per_file,
        wall_seconds=3.0 * index.seconds_per_file,
        memory_bytes=index.memory_mb << 20,
        follows_links=index.follow_links,
    )


def build_sessions() -> SessionStore:
    """The user's saved sessions."""
    return SessionStore(paths.sessions_dir())


def document_facts(config: Config) -> Callable[[str], SourceFacts | None]:
    """The bibliographic facts of an indexed document, by its path; None for one that is not indexed."""
    library = build_library(config)

    def facts_of(path: str) -> SourceFacts | None:
        from bookwheel.engine.index.source_facts import facts_in

        try:
            return facts_in(library.document(Path(path)))
        except BookwheelError:
            return None

    return facts_of

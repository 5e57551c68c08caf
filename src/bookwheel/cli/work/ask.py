"""Asks a desk one question without the app, and prints the answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel import wiring
from bookwheel.assistant.assistant import Assistant
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import (
    chosen_session,
    documents_of_session,
    existing,
    last_documents,
    question_text,
    schema_of,
    selection_of,
    shown,
    with_env_endpoint,
)
from bookwheel.cli.work.asked_desk import AskedDesk, run_on
from bookwheel.code_cache import CODE
from bookwheel.config.setting_tables import Config, ModelSettings
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import UsageError
from bookwheel.headless.budget import AskLimits
from bookwheel.headless.formats import JsonLines, PlainText, SchemaObject
from bookwheel.headless.headless_run import HeadlessRun, Sink
from bookwheel.headless.interruption import Interruption, run_interruptible
from bookwheel.headless.outlet import Outlet
from bookwheel.headless.terminal_approval import NoTerminal, TerminalUser
from bookwheel.wiring.research_options import SpendingLimits

if TYPE_CHECKING:
    from bookwheel.engine.query.value_schema import ObjectOf

_NEEDED = (
    "bookwheel.config.keys",
    "bookwheel.engine.index.plan",
    "bookwheel.engine.index.refresh",
    "bookwheel.engine.query.query_workflow",
    "bookwheel.engine.retrieval.lexical_retriever",
)
_OF_THE_STORE = ("bookwheel.engine.stores.embedded.store", "tantivy")
_OF_THE_EMBEDDED_MODEL = (
    "bookwheel.engine.llms.extractive.model",
    "bookwheel.engine.llms.extractive.quoted_answer",
    "bookwheel.engine.support.answer_check",
)


def ask_given(
    question: str,
    documents: Sequence[Path],
    options: Options,
    limits: AskLimits,
    *,
    as_json: bool = False,
    schema_file: Path | None = None,
) -> int:
    """Ask the question as it was given on the command line; the exit code.

    Without documents those of the session are searched, else those used last. Raises UsageError and ConfigError.
    """
    asked = question_text(question)
    config = with_env_endpoint(options.load(), options.load)
    shape = schema_of(schema_file) if schema_file is not None else None
    if shape is not None and options.agent:
        raise UsageError("--schema goes with the query engine, not with --agent.", hint="Leave one of them out.")
    session_id = chosen_session(options)
    roots = existing(documents) or (documents_of_session(session_id) if session_id else []) or last_documents()
    return answer(asked, roots, config, options, limits, as_json=as_json, session_id=session_id, shape=shape)


def answer(
    question: str,
    roots: Sequence[Path],
    config: Config,
    options: Options,
    limits: AskLimits,
    *,
    as_json: bool,
    session_id: str = "",
    shape: ObjectOf | None = None,
) -> int:
    """Ask `question` of the documents below `roots`, in a saved session if one is named; the exit code.

    With `shape` the answer is an object of this schema, printed as JSON.
    """
    _load_before_threads(config)
    console = make_console(
        no_color=options.no_color, is_data=as_json or shape is not None, theme=options.theme, usual=config.ui.theme
    )
    console.notes(config)
    _warn_of_dotenv_endpoint(config, console)
    if not roots:
        console.warn("There are no documents to search: name files or folders after the question.")
    selection = selection_of(options, roots)
    mode = "agent" if options.agent else "query"
    assistant = wiring.build(
        config,
        mode=mode,
        max_rounds=limits.max_turns,
        time_limit_s=limits.time_limit_s,
        shape=shape,
        call_limits=_call_limits(limits),
    )
    return ask(
        assistant,
        question,
        roots,
        console,
        options,
        limits,
        as_json=as_json,
        selection=selection,
        session_id=session_id,
        sink=SchemaObject if shape is not None else None,
    )


def ask(
    assistant: Assistant,
    question: str,
    roots: Sequence[Path],
    console: Console,
    options: Options,
    limits: AskLimits,
    *,
    as_json: bool,
    selection: Selection = EVERYTHING,
    session_id: str = "",
    sink: Callable[[Outlet], Sink] | None = None,
) -> int:
    """Ask a desk one question over the selected documents, and close the desk; the exit code.

    `sink` prints the answer; by default as text, or as JSON Lines.
    """
    desk = AskedDesk(assistant=assistant, roots=roots, selection=selection, session_id=session_id)
    command = _Ask(desk, console, options, limits, JsonLines if as_json else sink)
    return run_interruptible(lambda interruption: command.run(question, interruption))


def _load_before_threads(config: Config) -> None:
    """Import what each question needs: threads that import side by side interrupt each other at each file, 7 ms."""
    store = () if config.index.store else _OF_THE_STORE
    model = _OF_THE_EMBEDDED_MODEL if _may_quote(config.model) else ()
    CODE.import_all(*_NEEDED, *store, *model)


def _may_quote(model: ModelSettings) -> bool:
    """Whether the embedded model may answer: a key in a keyring, or a server on this machine, is not known yet."""
    is_named = model.name or model.base_url or os.environ.get(model.api_key_env)
    return model.provider == "extractive" or (model.provider == "auto" and not is_named)


def _call_limits(limits: AskLimits) -> SpendingLimits | None:
    if limits.max_tokens is None and limits.max_cost is None:
        return None
    return SpendingLimits(max_tokens=limits.max_tokens, max_cost=limits.max_cost)


def _warn_of_dotenv_endpoint(config: Config, console: Console) -> None:
    # A `.env` may have come with the documents: the user must see where the passages go.
    if config.origin("model.base_url").kind == ".env":
        console.warn(f"The questions go to {config.model.base_url}, which the .env of this folder names.")


class _Ask:
    """How to ask a desk and print its answer; all but the question."""

    def __init__(
        self,
        desk: AskedDesk,
        console: Console,
        options: Options,
        limits: AskLimits,
        sink: Callable[[Outlet], Sink] | None,
    ) -> None:
        self._desk = desk
        self._assistant = desk.assistant
        self._console = console
        self._options = options
        self._limits = limits
        self._sink = sink

    async def run(self, question: str, interruption: Interruption) -> int:
        async def run() -> int:
            await self._look_up_price()
            return await self._make_run(interruption).ask(question, self._assistant.status.mode)

        return await run_on(self._desk, run, self._console, self._options)

    async def _look_up_price(self) -> None:
        """Look up the price for --max-cost. Raises UsageError where it is not known."""
        if self._limits.max_cost is None:
            return
        price = await self._assistant.price()
        if price is None:
            raise UsageError(
                f"--max-cost needs the prices of the model {self._assistant.status.model}, which are not known.",
                hint="Set model.price_per_million_prompt_tokens and model.price_per_million_completion_tokens.",
            )
        self._limits = replace(self._limits, prompt_price=price.prompt, completion_price=price.completion)

    def _make_run(self, interruption: Interruption) -> HeadlessRun:
        outlet = Outlet(self._console.out.stream, self._console.err.stream)
        is_attended = sys.stdin.isatty() and self._console.err.is_terminal
        make_sink = self._sink or partial(
            PlainText,
            shown_path=shown,
            activity=self._console.err.is_terminal,
            labels=self._options.plain,
            paint=self._console.out.cite,
        )
        return HeadlessRun(
            self._assistant,
            make_sink(outlet),
            outlet=outlet,
            human=TerminalUser() if is_attended else NoTerminal(),
            limits=self._limits,
            interruption=interruption,
        )

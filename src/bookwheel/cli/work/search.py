"""Searches the documents and prints the passages found."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from bookwheel import wiring
from bookwheel.assistant.documents.document_filter import desk_filter
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import from_here, nothing_matches, selection_of
from bookwheel.cli.progress_bar import refresh, warn_of_failures
from bookwheel.config.setting_tables import Config
from bookwheel.engine.index.library import Library
from bookwheel.engine.schema import JsonObject, NodeWithScore, NumberedNode
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import StoreError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible
from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.sanitize import clean_line

_LINES = 3
_WIDTH = 100
_INDENT = "    "
_MORE = " …"
# A word with the blank behind it; where a script has no blanks, what is between two marks.
_WORD = lazy_regex(r"[^ 、。，！？；：]*[、。，！？；：]+ ?|[^ 、。，！？；：]+ ?")
_WORDS_SHOWN, _WORDS_BEFORE = 30, 6


def find(query: str, roots: Sequence[Path], options: Options, *, as_json: bool) -> int:
    """Print the passages for `query` below `roots`; the exit code."""
    config = options.load()
    console = make_console(no_color=options.no_color, is_data=as_json)
    console.notes(config)
    selection = selection_of(options, roots)

    async def work() -> int:
        passages = await _passages(query, roots, selection, config, console)
        for number, passage in enumerate(passages, start=1):
            if as_json:
                numbered = NumberedNode(number, passage.node, passage.score)
                console.out.say(json.dumps({**numbered.model_dump(), **_about(passage)}))
            else:
                _show(number, passage, query, console)
        return ExitCode.OK if passages else ExitCode.NO_SUPPORT

    return run_interruptible(lambda _: work())


async def _passages(
    query: str, roots: Sequence[Path], selection: Selection, config: Config, console: Console
) -> list[NodeWithScore]:
    library = wiring.build_library(config)
    try:
        await _refresh(library, roots, console)
        if selection != EVERYTHING:
            chosen = await asyncio.to_thread(desk_filter, selection, list(map(str, roots)))
            if chosen.problem(await library.afiles(roots)):
                console.err.say(nothing_matches(chosen.text, roots))
                return []
        retriever = await asyncio.to_thread(
            library.retriever, roots, similarity_top_k=config.retrieval.top_k, selection=selection
        )
        passages = await retriever.aretrieve(query)
        if not passages:
            console.err.say("No passage matches the query.")
        return passages
    finally:
        await library.aclose()


async def _refresh(library: Library, roots: Sequence[Path], console: Console) -> None:
    """Update the index from the disk; where it cannot be written, what was indexed before is searched."""
    try:
        summary = await refresh(library, roots, console)
        warn_of_failures(summary.failed, console)
    except StoreError as error:
        if not any(file.status == "indexed" for file in await library.afiles(roots)):
            raise
        console.warn(f"{error.message} Searching what was indexed before.", hint=error.hint)


def _about(passage: NodeWithScore) -> JsonObject:
    """The title, author and date of the document, as far as it has them."""
    known = passage.node.metadata
    return {key: known[key] for key in ("title", "author", "date") if key in known}


def from_first_match(text: str, query: str) -> str:
    """The text from shortly before the stretch with most words of the query, if that is not near its start."""
    from bookwheel.engine.text.question_terms import content_terms, terms

    wanted = frozenset(content_terms(query) or terms(query))
    words = _WORD.findall(" ".join(text.split()))
    places = [(at, term) for at, word in enumerate(words) for term in terms(word) if term in wanted]

    def together(start: int) -> int:
        return len({term for at, term in places if start <= at < start + _WORDS_SHOWN})

    first = max((at for at, _ in places), key=lambda at: (together(at), -at), default=0)
    if first < _WORDS_SHOWN - _WORDS_BEFORE or together(first) <= together(0):
        return "".join(words)
    return "".join(["… ", *words[first - _WORDS_BEFORE :]])


def _show(number: int, passage: NodeWithScore, query: str, console: Console) -> None:
    node = passage.node
    page = f" p {node.page}" if node.page else ""
    score = f"  {passage.score:.2f}" if passage.score is not None else ""
    console.out.say_styled((f"[{number}] ", "cyan"), (f"{from_here(node.path or '')}{page}", "bold"), (score, "dim"))
    room = min(_WIDTH, shutil.get_terminal_size().columns) - len(_INDENT)
    lines = [*excerpt_rows(from_first_match(node.text, query), room), *(f"! {remark}" for remark in node.remarks)]
    console.out.say("\n".join(f"{_INDENT}{line}" for line in lines) + "\n")


def excerpt_rows(text: str, room: int) -> list[str]:
    """The first rows of a text, each at most `room` cells wide; that more follows is shown."""
    from bookwheel.tui.rows.wrapping import wrap

    text = clean_line(text)
    spans = wrap(text, room)
    rows = [text[start:end] for start, end in spans[:_LINES]]
    if len(spans) > _LINES:
        last = text[spans[_LINES - 1][0] :]
        rows[-1] = last[: wrap(last, max(1, room - len(_MORE)))[0][1]] + _MORE
    return rows

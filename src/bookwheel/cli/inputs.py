"""What a command is given: its question, its files and folders, and the filter over them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.errors import SessionError, UsageError
from bookwheel.kept_frame import FIRST_FRAME
from bookwheel.paths import from_home, working_folder

if TYPE_CHECKING:
    from bookwheel.cli.given_options import Options
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.query.value_schema import ObjectOf
    from bookwheel.engine.selection import Selection
    from bookwheel.sessions.session_store import SessionStore

MAX_QUESTION = 1_000_000
MAX_SCHEMA = 256 * 1024
LATEST = "last"
_LONGEST_PATH = 500


def question_text(argument: str) -> str:
    """The question; `-` reads it from standard input. Raises UsageError when it is empty or too long."""
    question = (sys.stdin.read(MAX_QUESTION + 1) if argument == "-" else argument).strip()
    if not question:
        raise UsageError("The question is empty.", hint="Write it after the command, in quotes.")
    if len(question) > MAX_QUESTION:
        raise UsageError(
            f"The question is longer than {MAX_QUESTION:,} characters.",
            hint="Put long texts into a file, and name the file after the question.",
        )
    return question


def named_text(path: Path, limit: int, *, what: str, hint: str) -> str:
    """The text of a file that an option names, of at most `limit` bytes. Raises UsageError when it cannot be read."""
    from bookwheel.config.small_files import NotReadableError, read_small_file

    try:
        file = read_small_file(from_home(path), limit)
    except NotReadableError as error:
        raise UsageError(f"The {what} '{path}' cannot be read: {error}.", hint=hint) from error
    if file is None:
        raise UsageError(f"There is no file '{path}'.", hint=hint)
    return file.text


def schema_of(path: Path) -> ObjectOf:
    """The JSON schema in a file. Raises UsageError when it cannot be read or used."""
    from bookwheel.engine.query.value_schema import read_schema

    text = named_text(path, MAX_SCHEMA, what="schema", hint="Name a file with a JSON schema after --schema.")
    return read_schema(text, path.name)


def with_env_endpoint(config: Config, load: Callable[[], Config]) -> Config:
    """Ask once whether to use the endpoint of a `.env`, keep the answer, and `load` the settings again.

    Raises UsageError where there is no terminal to ask at.
    """
    endpoint = config.env_endpoint
    if endpoint is None:
        return config
    import click

    from bookwheel.cli.confirmation import confirmed
    from bookwheel.config.env_endpoints import answer_of, remember
    from bookwheel.markup.sanitize import clean_line

    is_asked = config.model.provider in ("auto", "openai")
    if not is_asked or answer_of(endpoint) is False:
        return config
    where = clean_line(f"The .env in {endpoint.folder} names the endpoint {endpoint.url}")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{where}; it is not used without your permission.",
            hint="Add --allow-env-endpoint, or start Bookwheel once in a terminal: it asks and remembers the answer.",
        )
    FIRST_FRAME.forget()
    sys.stderr.write(f"{where}.\nYour questions and the passages found would be sent there.\n")
    try:
        is_allowed = confirmed("Use it for this folder?")
    except click.Abort as error:
        raise KeyboardInterrupt from error
    remember(endpoint, is_allowed=is_allowed)
    return load()


def existing(paths: Sequence[Path], *, verbs: Sequence[str] = (), fetches_anew: bool = False) -> list[Path]:
    """The paths, absolute; of a web address the file that its page is saved in.

    A page that is not saved yet is fetched, once the user agrees; with `fetches_anew` also one that is. `verbs` are the
    commands for which a mistyped path may have been meant. Raises UsageError for the first path that does not exist or
    cannot be read, WebPageError for a page that cannot be fetched.
    """
    from bookwheel.cli.given_options import address_of

    return [_page(address, fetches_anew) if (address := address_of(path)) else _existing(path, verbs) for path in paths]


def _page(address: str, is_fetched_anew: bool) -> Path:
    import click

    from bookwheel.cli.options import options_of
    from bookwheel.cli.page_fetching import page_file

    return page_file(address, options_of(click.get_current_context()), is_fetched_anew=is_fetched_anew)


def _existing(path: Path, verbs: Sequence[str]) -> Path:
    whole = Path(os.path.abspath(from_home(path)))
    if not os.path.lexists(whole) and not _is_hidden(whole):
        from difflib import get_close_matches

        near = get_close_matches(str(path), verbs, n=1)
        hint = f"Did you mean the command '{near[0]}'?" if near else f"It was looked for at {whole}."
        raise UsageError(f"There is no file or folder '{path}'.", hint=hint)
    if not os.access(whole, os.R_OK):
        raise UsageError(f"'{path}' cannot be read.", hint="Check its permissions, or whether it is a broken link.")
    return whole


def _is_hidden(path: Path) -> bool:
    """Whether a folder on the way may not be entered, so that it is not known whether the file is there."""
    try:
        os.lstat(path)
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def session_id_of(given: str, ids: Sequence[str], *, what: str = "session") -> str:
    """The session with this id, the only one whose id begins so, or for "last" the latest (`ids`: latest first).

    Raises SessionError for an unknown id, and for the beginning of several.
    """
    if given in ids:
        return given
    if given == LATEST and ids:
        return ids[0]
    found = [session_id for session_id in ids if given and session_id.startswith(given)]
    if len(found) == 1:
        return found[0]
    if found:
        raise SessionError(f"{len(found)} {what}s begin with '{given}'.", hint="Write more of the id.")
    raise SessionError(f"There is no {what} '{given}'.", hint="List them: bookwheel sessions list")


def readable_sessions() -> SessionStore:
    """The saved sessions. Raises SessionError when their folder cannot be read: it is not the same as having none."""
    from bookwheel.wiring.build import build_sessions

    store = build_sessions()
    if reason := store.unreadable:
        raise SessionError(
            f"The folder of the sessions {store.root} cannot be read: {reason}.", hint="Check its rights."
        )
    return store


def chosen_session(options: Options) -> str:
    """The id of the session of `--session` or `--continue`; "" without both. Raises SessionError."""
    if not (options.session_id or options.resume_last):
        return ""
    return session_id_of(options.session_id or LATEST, [info.id for info in readable_sessions().list()])


def saved_session(given: str) -> str:
    """The id of a saved session of this id, of its beginning, or of "last". Raises SessionError for an unknown one."""
    return session_id_of(given, [info.id for info in readable_sessions().list()])


def documents_of_session(session_id: str) -> list[Path]:
    """The files and folders of a saved session that still exist; empty for an unknown session."""
    from bookwheel.wiring.build import build_sessions

    sessions = build_sessions().list()
    return _present(next((info.documents for info in sessions if info.id == session_id), ()))


def last_documents() -> list[Path]:
    """The files and folders that were used last and still exist; empty when there are none."""
    from bookwheel.wiring.build import build_sessions

    return _present(build_sessions().latest_documents())


def _present(documents: Sequence[str]) -> list[Path]:
    return [path for document in documents if (path := Path(document)).exists()]


def selection_of(options: Options, roots: Sequence[Path]) -> Selection:
    """What the options of the filter select below `roots`. Raises UsageError for unusable values."""
    from bookwheel.assistant.documents.document_filter import day_from, path_from, tags_from, type_from
    from bookwheel.engine.selection import EVERYTHING, Selection

    if not options.has_filter:
        return EVERYTHING
    names = list(map(str, roots))
    return Selection(
        scope=tuple(dict.fromkeys(path_from(path, names) for path in options.only_in)) or None,
        types=tuple(dict.fromkeys(map(type_from, options.types))),
        since=day_from(options.since) if options.since else None,
        until=day_from(options.until, is_last=True) if options.until else None,
        tags=tuple(dict.fromkeys(tag for names in options.tags for tag in tags_from(names))),
    )


def nothing_matches(filter_text: str, roots: Sequence[Path]) -> str:
    """The message for a filter that leaves no document."""
    names = ", ".join(shown(str(root)) for root in roots)
    return f"No documents match: {filter_text} (of {names})."


def from_here(path: str) -> str:
    """The path, relative when it is below the working directory: the whole of it, for what scripts read."""
    here = os.fspath(working_folder())
    return os.path.relpath(path, here) if path.startswith(here + os.sep) else path


def shown(path: str) -> str:
    """The path as a message has it: as `from_here`, and without its middle if it is long.

    Folders can be nested deeper than any path reaches, and each message would print thousands of characters.
    """
    name, half = from_here(path), _LONGEST_PATH // 2
    return name if len(name) <= _LONGEST_PATH else f"{name[:half]}…{name[-half:]}"

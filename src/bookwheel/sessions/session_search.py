"""Full-text search over saved sessions, by a copy of the questions and answers in one SQLite file.

Reading 1,000 logs of 130 MB takes a fifth of a second; their questions and answers are a tenth of that. The file is
derived: it is checked against the size and time of each log and header, and made again when it is damaged.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias, cast

from bookwheel.engine.record import parse_line
from bookwheel.paths import PRIVATE_FILE_MODE
from bookwheel.sessions.header import HEADER, SessionInfo
from bookwheel.sessions.journal import EVENTS
from bookwheel.sessions.log_reader import border_lines, open_log
from bookwheel.sessions.private_files import open_folder

SEARCH_FILE = ".search.sqlite3"

_BETWEEN = "\x1e"
_EXCERPT = 120
# `folded` is what each search reads: SQLite reads all columns before it in a row.
_TABLE = """
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, stamp TEXT NOT NULL, folded BLOB NOT NULL, info TEXT NOT NULL, text TEXT NOT NULL
)
"""

Describe: TypeAlias = Callable[[str], SessionInfo | None]


def search_sessions(root: Path, ids: Iterable[str], words: list[str], describe: Describe) -> list[SessionInfo]:
    """The sessions below `root` that hold all `words` (casefolded), in no order, each with an `excerpt`.

    `describe` gives what the list shows of a session, None for one that it does not show.
    """
    stamps = {session_id: stamp for session_id in ids if (stamp := _stamp(f"{root}/{session_id}"))}
    try:
        with _database(root / SEARCH_FILE) as database:
            _refresh(database, root, stamps, describe)
            return list(_found(database, words))
    except (sqlite3.Error, OSError):
        # The next search makes a damaged file again; a read-only or full disk has no file.
        with suppress(OSError):
            (root / SEARCH_FILE).unlink()
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(_TABLE)
        _refresh(database, root, stamps, describe)
        return list(_found(database, words))


def forget_session(root: Path, session_id: str) -> None:
    """Remove a deleted session from the search file."""
    if not (root / SEARCH_FILE).exists():
        return
    try:
        with _database(root / SEARCH_FILE) as database:
            database.execute("DELETE FROM session WHERE id = ?", (session_id,))
    except (sqlite3.Error, OSError):
        with suppress(OSError):
            (root / SEARCH_FILE).unlink()


@contextmanager
def _database(path: Path) -> Generator[sqlite3.Connection]:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE_MODE))
    path.chmod(PRIVATE_FILE_MODE)
    with closing(sqlite3.connect(path, timeout=1.0)) as database, database:
        # What a crash loses is read from the logs again; what a user deletes must not stay in free pages.
        database.execute("PRAGMA journal_mode = MEMORY")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA secure_delete = ON")
        database.execute(_TABLE)
        yield database


def _stamp(folder: str) -> str:
    """What changes whenever the session does; "" when its log cannot be read."""
    # With `Path` this would be half of the time that a search takes.
    header_ns = 0
    try:
        log = os.stat(f"{folder}/{EVENTS}", follow_symlinks=False)
        with suppress(FileNotFoundError):
            header_ns = os.stat(f"{folder}/{HEADER}", follow_symlinks=False).st_mtime_ns
    except OSError:
        return ""
    return f"{log.st_size} {log.st_mtime_ns} {header_ns}"


def _refresh(database: sqlite3.Connection, root: Path, stamps: Mapping[str, str], describe: Describe) -> None:
    known: dict[str, str] = dict(database.execute("SELECT id, stamp FROM session"))
    gone = known.keys() - stamps.keys()
    database.executemany("DELETE FROM session WHERE id = ?", [(session_id,) for session_id in gone])
    for session_id, stamp in stamps.items():
        if known.get(session_id) == stamp or (info := describe(session_id)) is None:
            continue
        text = _BETWEEN.join([info.title, *_questions_and_answers(root / session_id)])
        folded = text.casefold().encode("utf-8", "replace")
        row = (session_id, stamp, folded, json.dumps(asdict(info)), text)
        database.execute("INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)", row)


def _questions_and_answers(path: Path) -> list[str]:
    """The questions and answers of a session, in order."""
    texts: list[str] = []
    try:
        folder = open_folder(path)
        try:
            with open_log(folder) as log:
                texts += filter(None, map(_question_or_answer, border_lines(log)))
        finally:
            os.close(folder)
    except OSError:
        return texts
    return texts


def _question_or_answer(line: bytes) -> str:
    try:
        record = parse_line(line.decode("utf-8"))
    except ValueError:
        return ""
    if (started := record.run_started) is not None:
        return _storable(started.user_msg)
    return _storable(finished.response) if (finished := record.run_finished) is not None else ""


def _storable(text: str) -> str:
    """The text without lone surrogates, which SQLite refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _found(database: sqlite3.Connection, words: list[str]) -> Generator[SessionInfo]:
    wanted = [word.encode("utf-8", "replace") for word in words]
    rows = cast("Iterable[tuple[str, bytes]]", database.execute("SELECT id, folded FROM session"))
    for session_id, folded in rows:
        if all(word in folded for word in wanted):
            found = database.execute("SELECT info, text FROM session WHERE id = ?", (session_id,)).fetchone()
            info, text = cast("tuple[str, str]", found)
            fields = cast("dict[str, Any]", json.loads(info))
            known = replace(SessionInfo(**fields), documents=tuple(fields["documents"]))
            yield replace(known, excerpt=_excerpt(known.title, text, folded, words))


def _excerpt(title: str, text: str, folded: bytes, words: list[str]) -> str:
    """The text around the first word that is not in the title; the title where there is none."""
    outside = [word for word in words if word not in title.casefold()]
    if not outside:
        return title
    # In ASCII, which most sessions are, bytes and characters have the same positions.
    is_ascii = len(folded) == len(text)
    plain = "" if is_ascii else text.casefold()
    place = min(folded.find(word.encode()) if is_ascii else plain.find(word) for word in outside)
    piece_start = text.rfind(_BETWEEN, 0, place) + 1
    piece_end = text.find(_BETWEEN, place)
    return _around(text[piece_start : len(text) if piece_end < 0 else piece_end], place - piece_start)


def _around(text: str, position: int) -> str:
    start = max(0, position - _EXCERPT // 3)
    piece = " ".join(text[start : start + _EXCERPT].split())
    return f"{'…' if start else ''}{piece}{'…' if start + _EXCERPT < len(text) else ''}"

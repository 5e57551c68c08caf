"""One saved session: its header and its events. One thread at a time may change it; any may read.

Appended records are not lost while the process runs: those that cannot be written stay in memory until a later call
writes them.
"""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import TypeAlias

from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError
from bookwheel.lazy_regex import lazy_regex
from bookwheel.paths import make_private_dir, mend_private_dir
from bookwheel.sessions.header import HEADER, Header, SessionInfo, read_header, read_only_reason, write_header
from bookwheel.sessions.journal import EVENTS, TORN, Journal, LockedError, lock_folder
from bookwheel.sessions.log_reader import LogPart, log_problem, open_log, read_outline, read_part, tail_start
from bookwheel.sessions.private_files import open_folder

MAX_TITLE = 80

_MAX_SLUG = 32
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_WORD = lazy_regex(r"[a-z0-9]+")
_ID = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_Reader: TypeAlias = Callable[[BufferedReader], LogPart]


class Session:
    """Made by `SessionStore`. Methods block; a new session has no file before its first event."""

    def __init__(self, root: Path, session_id: str, header: Header) -> None:
        self._root = root
        self._header = header
        self._folder = -1
        self._journal: Journal | None = None
        self._unwritten: list[EventRecord] = []
        self._damage: list[str] = []
        self._is_header_stale = True
        self._is_made_here = False
        self.id = session_id
        self.read_only = ""
        """Why nothing can be appended ("" when it can)."""
        self.next_seq = 1
        self._damaged_lines = 0

    @classmethod
    def new(
        cls,
        root: Path,
        question: str,
        *,
        documents: Iterable[str] = (),
        model: str = "",
        desk: str = "",
        session_id: str = "",
    ) -> Session:
        """A session that begins with `question`; nothing is on disk before the first `append`."""
        now = time.time()
        title = title_from(question)
        header = Header(title=title, created=now, updated=now, documents=tuple(documents), model=model, desk=desk)
        return cls(root, session_id or new_session_id(title, now), header)

    @classmethod
    def load(cls, root: Path, session_id: str, *, for_writing: bool) -> Session:
        """Open a saved session; its `read_only` says why it cannot be continued.

        Raises SessionError when nothing of it can be read.
        """
        session = cls(root, session_id, Header(version=1))
        session._is_header_stale = False
        try:
            session._folder = open_folder(root / session_id)
        except OSError as error:
            raise _unreadable(session_id, error) from error
        try:
            session._load(for_writing=for_writing)
        except OSError as error:
            session.close()
            raise _unreadable(session_id, error) from error
        return session

    def _load(self, *, for_writing: bool) -> None:
        try:
            self._header = read_header(self._folder)
        except FileNotFoundError:
            self._is_header_stale = True
        except (OSError, ValueError) as error:
            self._damage.append(f"its {HEADER} cannot be read ({error})")
            self._is_header_stale = True
        is_header_damaged = bool(self._damage)
        if problem := log_problem(self._folder):
            self._damage.append(problem)
        self.read_only = read_only_reason(self._header.version)
        if not for_writing:
            self.read_only = self.read_only or "it was opened for reading"
        elif not self.read_only:
            self._open_for_writing(is_header_damaged=is_header_damaged)
        if self._is_header_stale:
            self._take_title_from_log()
        if self._journal is not None:
            self.next_seq = _last_seq(self.tail(runs=1)) + 1

    def _open_for_writing(self, *, is_header_damaged: bool) -> None:
        try:
            lock_folder(self._folder)
            self._journal = Journal(self._folder)
            if is_header_damaged:
                os.replace(HEADER, f"{HEADER}.damaged", src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except LockedError as error:
            self.read_only = str(error)
        except OSError as error:
            self.read_only = f"its folder cannot be written ({error.strerror or error})"
        else:
            if self._journal.set_aside:
                self._damage.append(f"its last line was incomplete: {self._journal.set_aside} bytes are now in {TORN}")

    def _take_title_from_log(self) -> None:
        beginning = self._read(lambda log: read_part(log, 0, 1 << 20)).records
        for record in beginning:
            if (started := record.run_started) is not None:
                self._header.title = title_from(started.user_msg)
                self._header.created = record.t
                return

    @property
    def info(self) -> SessionInfo:
        header = self._header
        return SessionInfo(
            id=self.id,
            title=header.title,
            created=header.created,
            updated=header.updated,
            documents=header.documents,
            model=header.model,
            desk=header.desk,
            cost=header.cost,
            damaged="; ".join(self._all_damage()),
            read_only=self.read_only,
        )

    def append(self, records: Sequence[EventRecord] = (), *, durable: bool = False) -> None:
        """Write records, and those that could not be written before; with `durable` they survive a power cut.

        Raises SessionError when something is not on disk; the records are kept, and the next call tries again.
        """
        if self.read_only:
            raise SessionError(f"The session {self.id} cannot be written: {self.read_only}.")
        self._unwritten.extend(records)
        try:
            journal = self._journal or self._make()
            if journal.is_removed:
                self._make_again(journal)
            if self._unwritten:
                journal.append("".join(f"{record.to_line()}\n" for record in self._unwritten).encode("utf-8"))
                self._unwritten.clear()
            if durable:
                journal.sync()
                self._save_header()
        except OSError as error:
            reason = error.strerror or str(error)
            hint = f"Make room in {self._root} or make it writable; what is missing is written as soon as it can be."
            raise SessionError(f"The session could not be saved: {reason}.", hint=hint) from error

    def describe(
        self, *, title: str | None = None, documents: Iterable[str] | None = None, model: str | None = None
    ) -> None:
        """Change what the list shows; it is written with the next durable append."""
        header = self._header
        changed = replace(
            header,
            title=header.title if title is None else title,
            documents=header.documents if documents is None else tuple(documents),
            model=header.model if model is None else model,
        )
        self._is_header_stale = self._is_header_stale or changed != header
        self._header = changed

    def touch(self, cost: float = 0.0) -> None:
        """Note that the session was used now, and what a run in it has cost, in dollars."""
        self._header.cost += cost
        self._header.updated = time.time()
        self._is_header_stale = True

    def tail(self, runs: int) -> LogPart:
        """The last `runs` questions with all that belongs to them; `start` is where the part begins."""
        return self._read(lambda log: read_part(log, tail_start(log, runs)))

    def before(self, end: int, runs: int) -> LogPart:
        """The last `runs` questions before byte `end`, the `start` of another part; without the models' prompts."""
        return self._read(lambda log: read_part(log, tail_start(log, runs, end), end, has_prompts=False))

    def outline(self, end: int) -> LogPart:
        """Only the records before byte `end` that begin runs or change the brief; much faster than all of them."""
        return self._read(lambda log: read_outline(log, end))

    def records(self) -> list[EventRecord]:
        """Every record, those that are not on disk yet included."""
        return [*self._read(read_part).records, *self._unwritten]

    def latest(self, runs: int) -> list[EventRecord]:
        """The records of the last `runs` questions, those that are not on disk yet included."""
        return [*self.tail(runs).records, *self._unwritten]

    def fork(self) -> Session:
        """A new session that begins as a copy of this one; nothing of it is on disk before its first `append`."""
        copy = Session(self._root, new_session_id(self._header.title, time.time()), replace(self._header, version=1))
        copy._unwritten = self.records()
        copy.next_seq = _last_seq(LogPart(records=copy._unwritten)) + 1
        copy.touch()
        return copy

    def close(self) -> None:
        """Release the session for other processes; records that are still unwritten are lost.

        A new session of which nothing could be written leaves nothing: it would be listed as damaged.
        """
        is_empty = self._is_made_here and (self._journal is None or self._journal.is_empty)
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        if self._folder >= 0:
            if is_empty:
                with suppress(OSError):
                    self._unmake()
            os.close(self._folder)
            self._folder = -1

    def _make(self) -> Journal:
        if self._folder < 0:
            self._is_made_here = not (self._root / self.id).exists()
            self._folder = self._made_folder()
        _lock(self._folder)
        self._journal = Journal(self._folder)
        self._save_header()
        return self._journal

    def _made_folder(self) -> int:
        path = make_private_dir(self._root / self.id, is_durable=True)
        mend_private_dir(self._root)
        return open_folder(path)

    def _make_again(self, journal: Journal) -> None:
        """Write the session anew that was deleted while it was open: its log is whole as long as it is held open."""
        self._is_header_stale = True
        if os.fstat(self._folder).st_nlink:
            journal.restore(self._folder)
        else:
            folder = self._made_folder()
            try:
                _lock(folder)
                journal.restore(folder)
            except OSError:
                os.close(folder)
                raise
            os.close(self._folder)
            self._folder = folder
        self._save_header()

    def _unmake(self) -> None:
        """Remove the folder with what was begun in it, still under its lock. Raises OSError."""
        for name in os.listdir(self._folder):
            os.unlink(name, dir_fd=self._folder)
        os.rmdir(self._root / self.id)

    def _save_header(self) -> None:
        if self._is_header_stale:
            write_header(self._header, self._folder)
            self._is_header_stale = False

    def _read(self, read: _Reader) -> LogPart:
        # Through a separate descriptor: another thread may read a long log while this one writes.
        try:
            folder = open_folder(self._root / self.id)
        except FileNotFoundError:
            return LogPart()
        except OSError as error:
            raise _unreadable(self.id, error) from error
        try:
            with open_log(folder) as log:
                part = read(log)
        except OSError as error:
            raise _unreadable(self.id, error) from error
        finally:
            os.close(folder)
        self._damaged_lines = max(self._damaged_lines, part.damaged)
        return part

    def _all_damage(self) -> list[str]:
        if not self._damaged_lines:
            return self._damage
        lines = "one line" if self._damaged_lines == 1 else f"{self._damaged_lines} lines"
        return [*self._damage, f"{lines} of its log cannot be read; the others are shown"]


def _lock(folder: int) -> None:
    try:
        lock_folder(folder)
    except LockedError as error:
        raise OSError(str(error)) from error


def _last_seq(part: LogPart) -> int:
    return max((record.seq for record in part.records), default=0)


def _unreadable(session_id: str, error: OSError) -> SessionError:
    if isinstance(error, FileNotFoundError) and error.filename != EVENTS:
        message = f"There is no session {session_id}."
    else:
        message = f"The session {session_id} cannot be read: {error.strerror or error}."
    return SessionError(message, hint="`bookwheel sessions list` shows the sessions that can be opened.")


def title_from(question: str) -> str:
    """The question in one line, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= MAX_TITLE:
        return line
    cut = line[: MAX_TITLE - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[MAX_TITLE // 2 :] else cut) + "…"


def new_session_id(title: str, now: float) -> str:
    """Such as `20261123-1402-sliding-window-attention-k3fp`; local time."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(_WORD.findall(letters))[:_MAX_SLUG].strip("-")
    suffix = "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(4))
    stamp = time.strftime("%Y%m%d-%H%M", time.localtime(now))
    return "-".join(part for part in (stamp, words, suffix) if part)


def is_session_id(text: str) -> bool:
    """Whether `text` can be the name of a session's folder and of nothing else."""
    return _ID.fullmatch(text) is not None

"""All saved sessions: a folder each, `ID/session.toml` and `ID/events.jsonl`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError
from bookwheel.sessions.header import SessionInfo
from bookwheel.sessions.journal import EVENTS, LockedError, lock_folder
from bookwheel.sessions.private_files import open_folder
from bookwheel.sessions.session import Session, is_session_id


class SessionStore:
    """The sessions below `root`, which need not exist. Methods block; call them in a thread."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def unreadable(self) -> str:
        """Why the folder of the sessions cannot be read; "" when it can, or is not there yet. Blocks."""
        try:
            os.scandir(self.root).close()
        except FileNotFoundError:
            return ""
        except OSError as error:
            return error.strerror or str(error)
        return ""

    def create(
        self,
        question: str,
        *,
        documents: Iterable[str] = (),
        model: str = "",
        desk: str = "",
        session_id: str = "",
    ) -> Session:
        """A new session that begins with `question`; nothing is on disk before its first event. Never raises.

        `session_id` is an earlier result of `new_session_id`; by default a new one is made from the question.
        """
        return Session.new(self.root, question, documents=documents, model=model, desk=desk, session_id=session_id)

    def open(self, session_id: str, *, for_writing: bool = True) -> Session:
        """Open a saved session. `session.read_only` says when it cannot be continued (open elsewhere, newer format).

        Raises SessionError when there is no such session or nothing of it can be read.
        """
        return Session.load(self.root, self._checked(session_id), for_writing=for_writing)

    def list(self) -> list[SessionInfo]:
        """All sessions, the latest first; those with damaged files say so. Never raises."""
        from bookwheel.sessions.deleted_sessions import remove_old

        remove_old(self.root)
        infos = (self._info(session_id) for session_id in self._ids())
        return _latest_first(info for info in infos if info is not None)

    def latest(self, desk: str = "") -> SessionInfo | None:
        """The session that was written last, of the named desk if one is given. Never raises."""
        return next((info for info in self._latest_first() if not desk or info.desk == desk), None)

    def latest_documents(self) -> Sequence[str]:
        """The documents that were used last; empty when there are none. Never raises."""
        return next((info.documents for info in self._latest_first() if info.documents), ())

    def search(self, text: str) -> list[SessionInfo]:
        """The sessions that hold all words of `text`, the latest first, each with an `excerpt`. Never raises."""
        # sqlite3 is not needed for the first frame.
        from bookwheel.sessions.session_search import search_sessions

        words = text.casefold().split()
        return _latest_first(search_sessions(self.root, self._ids(), words, self._info) if words else self.list())

    def rename(self, session_id: str, title: str) -> None:
        """Raises SessionError when it cannot be written."""
        session = self.open(session_id)
        try:
            session.describe(title=" ".join(title.split()))
            session.append(durable=True)
        finally:
            session.close()

    def fork(self, session_id: str) -> SessionInfo:
        """Copy a session into a new one. Raises SessionError when it cannot be read or written."""
        original = self.open(session_id, for_writing=False)
        try:
            copy = original.fork()
        finally:
            original.close()
        return _saved(copy)

    def add(self, records: Sequence[EventRecord], title: str = "") -> SessionInfo:
        """Make a session of these records, an exported event log; its title is the first question unless given.

        Raises SessionError when they hold no question, or it cannot be written.
        """
        started = [run for record in records if (run := record.run_started) is not None]
        if not started:
            raise SessionError("It holds no question.", hint="Name an exported event log: an events.jsonl.")
        numbered = [replace(record, seq=seq) for seq, record in enumerate(records, start=1)]
        session = Session.new(self.root, title or started[0].user_msg, model=started[-1].model)
        try:
            session.append(numbered, durable=True)
        finally:
            session.close()
        return session.info

    def restore(self, session_id: str) -> None:
        """Bring back a deleted session. Raises SessionError when it no longer exists."""
        from bookwheel.sessions.deleted_sessions import bring_back

        bring_back(self.root, self._checked(session_id))

    def deleted(self) -> Sequence[str]:
        """The ids that `restore` accepts, the one deleted last first. Never raises."""
        from bookwheel.sessions.deleted_sessions import deleted_ids

        return deleted_ids(self.root)

    def delete(self, session_id: str, *, for_good: bool = False) -> None:
        """Delete a session; `restore` brings it back for a week, unless it is deleted `for_good`.

        Raises SessionError when it is not there or open elsewhere.
        """
        import shutil

        from bookwheel.sessions.deleted_sessions import set_aside
        from bookwheel.sessions.session_search import forget_session

        path = self.root / self._checked(session_id)
        try:
            if path.is_symlink():  # only the link: its target may not be a folder of Bookwheel
                path.unlink()
                return
            folder = open_folder(path)
            try:
                lock_folder(folder)
                if for_good:
                    shutil.rmtree(path)
                else:
                    set_aside(self.root, session_id)
            finally:
                os.close(folder)
        except LockedError as error:
            raise SessionError(f"The session {session_id} cannot be deleted: {error}.") from error
        except OSError as error:
            raise SessionError(
                f"The session {session_id} cannot be deleted: {error.strerror or error}.",
                hint=f"Check the rights of {self.root}.",
            ) from error
        forget_session(self.root, session_id)

    def _latest_first(self) -> Iterator[SessionInfo]:
        """As `list`, but only those that are asked for are read."""
        written = [(status.st_mtime, each) for each in self._ids() if (status := self._log_status(each)) is not None]
        infos = (self._info(session_id) for _, session_id in sorted(written, reverse=True))
        yield from (info for info in infos if info is not None)

    def _ids(self) -> Iterator[str]:
        try:
            with os.scandir(self.root) as entries:
                yield from (entry.name for entry in entries if is_session_id(entry.name) and entry.is_dir())
        except OSError:
            return

    def _info(self, session_id: str) -> SessionInfo | None:
        """What the list shows; None for a folder in which nothing was ever saved."""
        events = self._log_status(session_id)
        try:
            session = Session.load(self.root, session_id, for_writing=False)
        except SessionError as error:
            if not (events or isinstance(error.__cause__, PermissionError)):
                return None
            at = (self.root / session_id).lstat().st_mtime
            return SessionInfo(id=session_id, title=session_id, created=at, updated=at, damaged=error.message)
        session.close()
        info = replace(session.info, read_only="")
        if events is None:
            return info if info.title else None
        return replace(info, title=info.title or session_id, updated=max(info.updated, events.st_mtime))

    def _log_status(self, session_id: str) -> os.stat_result | None:
        try:
            return (self.root / session_id / EVENTS).stat(follow_symlinks=False)
        except OSError:
            return None

    def _checked(self, session_id: str) -> str:
        if not is_session_id(session_id):
            raise SessionError(f"{session_id!r} is not a session id.", hint="`bookwheel sessions list` shows them.")
        return session_id


def _saved(session: Session) -> SessionInfo:
    try:
        session.append(durable=True)
        return session.info
    finally:
        session.close()


def _latest_first(infos: Iterable[SessionInfo]) -> list[SessionInfo]:
    return sorted(infos, key=lambda info: (info.updated, info.id), reverse=True)

"""The power goes at any step of saving: all that was called saved is there, by the strictest reading of `fsync`."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bookwheel.engine.record import EventRecord
from bookwheel.sessions.session import Session
from bookwheel.sessions.session_store import SessionStore

LOST = (None, 0, 1, 512, 4096)


class Disk:
    """Files below `root` last until their latest fsync, names until the latest fsync of their folder.

    `on_step` is called after each write and each fsync; the next `refusals` syncs of files fail.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, on_step: Callable[[], None]) -> None:
        self.on_step = on_step
        self._root = root
        self._files: dict[int, bytes] = {}
        self._folders: dict[int, dict[str, int]] = {}
        self.refusals = 0
        fsync, write = os.fsync, os.write

        def noted_fsync(fd: int) -> None:
            is_folder = stat.S_ISDIR(os.fstat(fd).st_mode)
            if self.refusals and not is_folder:
                self.refusals -= 1
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            fsync(fd)
            (self._keep_names if is_folder else self._keep_bytes)(fd)
            self.on_step()

        def noted_write(fd: int, data: bytes) -> int:
            count = write(fd, data)
            self.on_step()
            return count

        monkeypatch.setattr(os, "fsync", noted_fsync)
        monkeypatch.setattr(os, "write", noted_write)

    def _keep_bytes(self, fd: int) -> None:
        self._files[os.fstat(fd).st_ino] = Path(f"/proc/self/fd/{fd}").read_bytes()

    def _keep_names(self, fd: int) -> None:
        with os.scandir(fd) as entries:
            self._folders[os.fstat(fd).st_ino] = {entry.name: entry.inode() for entry in entries}

    def rest(self, lost: int | None) -> dict[str, bytes]:
        """What is left, by its path: of what was not synced nothing, or all but the last `lost` bytes of each file."""
        written = {file.stat().st_ino: file.read_bytes() for file in self._root.rglob("*") if file.is_file()}
        return dict(self._below(self._root.stat().st_ino, "", written, lost))

    def _below(
        self, folder: int, path: str, written: dict[int, bytes], lost: int | None
    ) -> Iterator[tuple[str, bytes]]:
        for name, inner in self._folders.get(folder, {}).items():
            if inner not in written and inner not in self._files:
                yield from self._below(inner, f"{path}{name}/", written, lost)
                continue
            synced, now = self._files.get(inner, b""), written.get(inner, b"")
            is_longer = lost is not None and now.startswith(synced)
            yield f"{path}{name}", now[: max(len(synced), len(now) - lost)] if is_longer else synced


def restored(rest: dict[str, bytes], folder: Path) -> SessionStore:
    """The sessions of another machine with these files."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in rest.items():
        file = folder / name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(data)
    return SessionStore(folder / "config" / "sessions")


def piece(seq: int) -> EventRecord:
    return EventRecord(seq, 1e9 + seq, "r1", "AgentStream", {"delta": "piece ü漢 " * (1 + 13 * seq % 100)})


@pytest.mark.fault("S2")
@pytest.mark.parametrize("syncs_that_fail", [0, 1])
def test_what_was_called_saved_outlives_a_power_cut_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syncs_that_fail: int
) -> None:
    """From the first session of a new home on: pieces of an answer, a new title, and a failed sync between them."""
    home, saved, titles = tmp_path / "home", 0, {"Long?"}
    seen: set[frozenset[tuple[str, bytes]]] = set()

    def power_goes() -> None:
        for lost in LOST:
            rest = disk.rest(lost)
            if (state := frozenset(rest.items())) in seen:
                continue
            seen.add(state)
            store = restored(rest, tmp_path / "after")
            infos = store.list()
            assert infos or not saved, "the session is gone"
            for info in infos:
                opened = store.open(info.id, for_writing=False)
                numbers = [record.seq for record in opened.records()]
                opened.close()
                assert numbers == list(range(1, len(numbers) + 1)), "events are lost in the middle"
                assert len(numbers) >= saved, "events are lost that were called saved"
                assert info.title in titles, "the title is lost"

    home.mkdir()
    disk = Disk(home, monkeypatch, power_goes)
    session: Session = SessionStore(home / "config" / "sessions").create("Long?")
    for seq in range(1, 41):
        is_saved = seq % 8 == 0
        disk.refusals = syncs_that_fail if seq == 24 else 0
        if seq == 32:
            session.describe(title="Renamed")
            titles.add("Renamed")
        session.append([piece(seq)], durable=is_saved)
        if is_saved:
            saved, titles = seq, {session.info.title}
        power_goes()
    session.close()
    assert len(seen) > 100


@pytest.mark.fault("S2")
def test_an_incomplete_line_that_is_moved_aside_outlives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    root = home / "config" / "sessions"
    session = SessionStore(root).create("Torn?")
    session.append([piece(1), piece(2)], durable=True)
    session.close()
    log = root / session.id / "events.jsonl"
    log.write_bytes(log.read_bytes()[:-5])
    torn = log.read_bytes().splitlines()[-1]

    def power_goes() -> None:
        for lost in LOST:
            rest = disk.rest(lost).items()
            assert any(torn in data for name, data in rest if session.id in name), "the line is gone"

    disk = Disk(home, monkeypatch, lambda: None)
    for folder, _, files in os.walk(home, topdown=False):
        for name in ("", *files):
            fd = os.open(os.path.join(folder, name), os.O_RDONLY)
            os.fsync(fd)
            os.close(fd)
    power_goes()
    disk.on_step = power_goes
    SessionStore(root).open(session.id).close()

"""Changes that the system reports: each burst once, as the walk would see it, and nothing from elsewhere."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from bookwheel.engine.index.folder_watch import (
    EVERYTHING,
    NOTHING,
    Changes,
    FolderWatch,
    UnwatchableError,
    Watcher,
    network_folder,
)
from bookwheel.engine.index.parse_limits import ParseLimits


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    for name in ("a.txt", "sub/b.txt", "node_modules/x.js", "build/c.txt", ".git/HEAD"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("text")
    (folder / ".gitignore").write_text("build/\n*.log\n")
    return folder


@pytest.fixture
def watching() -> Iterator[Callable[..., Watcher]]:
    opened: list[Watcher] = []

    def open_one(*roots: Path) -> Watcher:
        watcher = Watcher([str(root) for root in roots], ParseLimits())
        opened.append(watcher)
        watcher.open()
        return watcher

    yield open_one
    for watcher in opened:
        watcher.stop()
        watcher.close()


def save_by_rename(path: Path) -> None:
    path.with_name(f".{path.name}.swp").write_text("newer")
    os.replace(path.with_name(f".{path.name}.swp"), path)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda desk: (desk / "a.txt").write_text("newer"), {"a.txt"}),
        (lambda desk: save_by_rename(desk / "sub/b.txt"), {"sub/b.txt"}),
        (lambda desk: (desk / "sub/new.txt").write_text("new"), {"sub/new.txt"}),
        (lambda desk: (desk / "a.txt").unlink(), {"a.txt"}),
        (lambda desk: os.rename(desk / "a.txt", desk / "sub/c.txt"), {"a.txt", "sub/c.txt"}),
        (lambda desk: os.utime(desk / "a.txt", (1, 1)), {"a.txt"}),
        (lambda desk: os.chmod(desk / "a.txt", 0o600), {"a.txt"}),
    ],
)  # fmt: skip
def test_a_changed_file_is_reported_by_its_path(
    desk: Path, watching: Callable[..., Watcher], change: Callable[[Path], object], names: set[str]
) -> None:
    watcher = watching(desk)
    change(desk)
    assert watcher.wait() == Changes(frozenset(str(desk / name) for name in names))


@pytest.mark.parametrize(
    "change",
    [
        lambda desk: (desk / "new").mkdir(),
        lambda desk: os.rename(desk / "sub", desk / "other"),
        lambda desk: shutil.rmtree(desk / "sub"),
        lambda desk: (desk / ".gitignore").write_text("*.md\n"),
        lambda desk: shutil.rmtree(desk),
        lambda desk: os.rename(desk, desk.with_name("elsewhere")),
        lambda desk: [(desk / f"{number}.txt").touch() for number in range(300)],
        lambda desk: Path(os.fsdecode(os.fsencode(desk) + b"/\xff.txt")).write_text("a name that is no UTF-8"),
    ],
)
def test_when_more_may_have_changed_everything_is_reported(
    desk: Path, watching: Callable[..., Watcher], change: Callable[[Path], object]
) -> None:
    watcher = watching(desk)
    change(desk)
    assert watcher.wait().is_everything


def test_changes_in_a_new_folder_are_reported_too(desk: Path, watching: Callable[..., Watcher]) -> None:
    watcher = watching(desk)
    (desk / "new").mkdir()
    assert watcher.wait() == EVERYTHING
    (desk / "new/d.txt").write_text("text")
    assert watcher.wait() == Changes(frozenset([str(desk / "new/d.txt")]))


def test_changes_of_left_out_files_are_not_reported(
    desk: Path, watching: Callable[..., Watcher], tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    os.symlink(outside, desk / "link")
    os.symlink(desk, desk / "loop")
    watcher = watching(desk)
    for name in ("node_modules/x.js", "build/c.txt", ".git/HEAD", ".hidden", "link/x.txt"):
        (desk / name).write_text("newer")
    (tmp_path / "beside.txt").write_text("not on the desk")
    assert watcher.take() == NOTHING


def test_a_file_that_is_named_by_itself_is_watched_however_it_is_saved(
    desk: Path, watching: Callable[..., Watcher]
) -> None:
    one = desk / ".notes.txt"
    one.write_text("text")
    watcher = watching(one)
    for change in (
        lambda: one.write_text("newer"),
        lambda: save_by_rename(one),
        one.unlink,
        lambda: one.write_text(""),
    ):
        change()
        (desk / "a.txt").write_text("not this one")
        assert watcher.wait() == Changes(frozenset([str(one)]))


def test_the_rules_of_the_repository_above_are_watched(desk: Path, watching: Callable[..., Watcher]) -> None:
    watcher = watching(desk / "sub")
    (desk / ".gitignore").write_text("*.txt\n")
    assert watcher.wait() == EVERYTHING


def test_a_change_just_saved_can_be_taken_at_once(desk: Path, watching: Callable[..., Watcher]) -> None:
    watcher = watching(desk)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(watcher.wait)
        (desk / "a.txt").write_text("newer")
        told = watcher.take()
        watcher.stop()
        assert told | waiting.result(timeout=5) == Changes(frozenset([str(desk / "a.txt")]))


@pytest.fixture
def starved() -> Iterator[None]:
    """One processor for this test, with six threads that compute without a pause."""
    processors, is_over, block = os.sched_getaffinity(0), threading.Event(), bytes(4 << 20)

    def compute() -> None:
        while not is_over.is_set():
            sha256(block)

    os.sched_setaffinity(0, {min(processors)})
    try:
        with ThreadPoolExecutor(6) as pool:
            for _ in range(6):
                pool.submit(compute)
            try:
                yield
            finally:
                is_over.set()
    finally:
        os.sched_setaffinity(0, processors)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system does not bind a thread to a processor")
@pytest.mark.usefixtures("starved")
def test_a_change_is_taken_that_the_busy_system_has_not_reported_yet(
    desk: Path, watching: Callable[..., Watcher]
) -> None:
    watcher = watching(desk)
    for number in range(30):
        saved = desk / f"{number}.txt"
        saved.write_text("new")
        assert str(saved) in watcher.take().paths


def test_a_watch_leaves_no_file_behind(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    watcher = Watcher([str(desk), str(tmp_path / "temporary")], ParseLimits())
    watcher.open()
    (desk / "a.txt").write_text("newer")
    assert watcher.take() == Changes(frozenset([str(desk / "a.txt")]))
    assert [each.name.startswith(".") for each in (tmp_path / "temporary").iterdir()] == [True]
    watcher.close()
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize("folder", ["/dev/null/temporary", "/proc"])
def test_changes_are_reported_where_no_temporary_folder_can_be_made(
    desk: Path, watching: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", folder)
    watcher = watching(desk)
    (desk / "a.txt").write_text("newer")
    assert watcher.wait() == Changes(frozenset([str(desk / "a.txt")]))
    assert str(desk / "a.txt") in watcher.take().paths


def test_waiting_ends_when_it_is_stopped(desk: Path, watching: Callable[..., Watcher]) -> None:
    watcher = watching(desk)
    threading.Timer(0.1, watcher.stop).start()
    assert watcher.wait() == NOTHING


def test_a_checkout_of_two_thousand_files_is_few_bursts(desk: Path, watching: Callable[..., Watcher]) -> None:
    watcher, began = watching(desk), time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [(desk / f"{number}.txt").write_text("text") for number in range(2_000)])
        bursts = [watcher.wait()]
        while not writing.done():
            bursts.append(watcher.wait())
    # One, as a rule; a busy machine takes breaks in between, and each of a tenth of a second ends a burst.
    assert len(bursts) < 10 + 10 * (time.monotonic() - began)
    assert EVERYTHING in bursts


def test_more_folders_than_the_system_should_be_asked_to_watch_are_a_reason(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookwheel.engine.index.folder_watch._MOST_FOLDERS", 1)
    with pytest.raises(UnwatchableError, match="more than 1 folders"):
        Watcher([str(desk)], ParseLimits()).open()


def test_network_drives_are_known_by_their_mounts(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda / ext4 rw 0 0\nserver:/x /mnt/team nfs4 rw 0 0\n//nas/y /mnt/my\\040disk cifs rw 0 0\n"
        "/dev/sdb /mnt/team/local ext4 rw 0 0\nsshfs /home/ann/far fuse.sshfs rw 0 0\n"
    )
    kinds = {
        path: network_folder(path, mounts)
        for path in ("/home/ann/docs", "/mnt/team", "/mnt/team/papers", "/mnt/teams", "/mnt/team/local/x",
                     "/mnt/my disk/a", "/home/ann/far/b")
    }  # fmt: skip
    assert {path: kind for path, kind in kinds.items() if kind} == {
        "/mnt/team": "nfs4", "/mnt/team/papers": "nfs4", "/mnt/my disk/a": "cifs", "/home/ann/far/b": "fuse.sshfs",
    }  # fmt: skip
    assert network_folder("/home", tmp_path / "no such file") is None


async def test_closing_a_watch_removes_its_marks_without_blocking_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_marks, watched = tmp_path / "temporary", tmp_path / "watched"
    for_marks.mkdir()
    watched.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(for_marks))
    changes = FolderWatch([str(watched)], ParseLimits()).changes()
    await anext(changes)
    assert list(for_marks.iterdir())
    await changes.aclose()
    assert not list(for_marks.iterdir())

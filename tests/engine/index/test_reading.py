"""Reading bytes: no link is followed on the way, nothing is waited for, no half-written file is taken."""

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from bookwheel.engine.index.file_bytes import read_file
from bookwheel.errors import DocumentError

LIMIT = 10_000_000


def read(root: Path, name: str) -> bytes:
    return read_file(str(root), str(root / name), largest_file=LIMIT).data


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.txt").write_bytes(b"x" * 3_000_000)
    assert read(tmp_path, "a/b.txt") == b"x" * 3_000_000


@pytest.mark.fault("D7")
@pytest.mark.parametrize("name", ["link.txt", "folder/a.txt"])
def test_links_on_the_way_are_not_followed(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    os.symlink(outside / "a.txt", root / "link.txt")
    os.symlink(outside, root / "folder")
    with pytest.raises(OSError):  # noqa: PT011 - ELOOP or ENOTDIR, by system
        read(root, name)


def test_a_path_out_of_the_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "a.txt").write_text("secret")
    with pytest.raises(DocumentError, match="not inside"):
        read(tmp_path / "root", "../a.txt")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DocumentError, match="not a regular file"):
        read(tmp_path, "pipe")


def test_a_file_that_has_grown_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * (LIMIT + 1))
    with pytest.raises(DocumentError, match="larger than 10 MB"):
        read(tmp_path, "a.txt")


@pytest.mark.fault("D7")
def test_a_folder_swapped_for_a_link_never_leads_outside(tmp_path: Path) -> None:
    """A race: the folder is a folder when the walk sees it, and a link to elsewhere when the file is opened."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder, text in ((root / "folder", "inside"), (outside, "secret")):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(text)
    os.symlink(outside, tmp_path / "link")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            os.rename(root / "folder", tmp_path / "away")
            os.rename(tmp_path / "link", root / "folder")
            os.rename(root / "folder", tmp_path / "link")
            os.rename(tmp_path / "away", root / "folder")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for _ in range(3_000):
            try:
                assert read(root, "folder/a.txt") == b"inside"
            except OSError:
                continue
    finally:
        done.set()
        swapper.join()


def test_a_file_that_changes_while_it_is_read_is_never_taken_half(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 2_000_000)
    done = threading.Event()

    def rewrite() -> None:
        letters = [b"a", b"b"]
        while not done.is_set():
            letters.reverse()
            path.write_bytes(letters[0] * 2_000_000)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for _ in range(60):
            with suppress(DocumentError):
                assert len(set(read(tmp_path, "a.txt"))) <= 1
    finally:
        done.set()
        writer.join()

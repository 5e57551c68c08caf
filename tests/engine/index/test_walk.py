"""Which files are found, and why the others are not."""

import os
import socket
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from bookwheel.engine.index.file_bytes import read_file
from bookwheel.engine.index.ignore_rules import Ignored
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.walk import walk


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")


def names(folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in walk(str(folder)).files]


def reasons(folder: Path) -> dict[str, str]:
    return {os.path.relpath(row.path, folder): row.reason for row in walk(str(folder)).left_out}


def test_files_come_in_the_order_of_their_names_bytes(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.txt", "a/B.txt", "Z.txt", "ä.txt", "a.txt")
    assert names(tmp_path) == ["Z.txt", "a.txt", "b.txt", "ä.txt", "a/B.txt", "a/z.txt"]


def test_each_file_that_is_left_out_has_its_reason(tmp_path: Path) -> None:
    make(tmp_path, "kept.txt", ".hidden.txt", ".git/config", "sound.mp3", "plan.vsdx", "node_modules/x.js")
    (tmp_path / "empty.txt").touch()
    os.truncate(os.open(tmp_path / "sparse.txt", os.O_CREAT | os.O_WRONLY), 1 << 40)
    os.mkfifo(tmp_path / "pipe.txt")
    os.symlink("/etc/passwd", tmp_path / "link.txt")
    os.symlink(tmp_path, tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(tmp_path / "s.txt"))
    assert names(tmp_path) == ["kept.txt"]
    assert reasons(tmp_path) == {
        ".hidden.txt": "hidden", ".git": "hidden", "sound.mp3": "binary",
        "plan.vsdx": "cannot be read: convert it to PDF",
        "node_modules": "ignored", "empty.txt": "empty", "sparse.txt": "too large (more than 100 MB)",
        "pipe.txt": "not a regular file", "link.txt": "symbolic link", "loop": "symbolic link",
        "s.txt": "not a regular file",
    }  # fmt: skip


def test_a_gitignore_line_ends_only_at_a_newline(tmp_path: Path) -> None:
    make(tmp_path, "a\u2028b.txt", "b.txt", "c.txt")
    (tmp_path / ".gitignore").write_bytes("a\u2028b.txt\r\nc.txt\n".encode())
    assert names(tmp_path) == ["b.txt"]


def test_gitignore_files_hold_as_in_git(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    make(tmp_path, "a.log", "keep.log", "build/x.txt", "docs/a.log", "docs/b.txt", "docs/deep/c.txt", "docs/deep/d.txt")
    (tmp_path / ".gitignore").write_text("*.log\n!keep.log\n/build/\n")
    (tmp_path / "docs/.gitignore").write_text("!a.log\ndeep/c.txt\n")
    assert names(tmp_path) == ["keep.log", "docs/a.log", "docs/b.txt", "docs/deep/d.txt"]
    # Inside the repository the rules from above hold too.
    assert names(tmp_path / "docs") == ["a.log", "b.txt", "deep/d.txt"]


def test_a_folder_that_is_named_is_read_though_a_rule_above_leaves_it_out(tmp_path: Path) -> None:
    """The guide inside a project's ignored `.venv` was an empty desk."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/.venv/\n*.log\n")
    make(tmp_path, ".venv/lib/samples/a.md", "docs/b.md", "docs/c.log")
    assert names(tmp_path / ".venv/lib/samples") == ["a.md"]
    assert names(tmp_path / "docs") == ["b.md"]


def test_a_gitignore_that_is_a_pipe_or_broken_ignores_nothing(tmp_path: Path) -> None:
    make(tmp_path, "one/a.txt", "two/b.txt")
    os.mkfifo(tmp_path / "one/.gitignore")
    (tmp_path / "two/.gitignore").write_bytes(b"\xff\xfe[[[\n[z-a]\n!\n")
    assert names(tmp_path) == ["one/a.txt", "two/b.txt"]


@pytest.mark.fault("D10")
def test_odd_file_names_are_kept(tmp_path: Path) -> None:
    odd = [b"new\nline.txt", b"esc\x1b[31m.txt", b"\xff\xfe.txt", b"[b].txt", b"a" * 251 + b".txt"]
    for name in odd:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text("text")
    assert sorted(os.fsencode(name) for name in names(tmp_path)) == sorted(odd)


def test_a_named_file_is_taken_though_it_is_hidden_ignored_or_a_link(tmp_path: Path) -> None:
    make(tmp_path, ".notes.txt")
    os.symlink(tmp_path / ".notes.txt", tmp_path / "link.txt")
    for name in (".notes.txt", "link.txt"):
        assert [file.path for file in walk(str(tmp_path / name)).files] == [str(tmp_path / name)]


def test_a_root_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert walk(str(tmp_path / "missing")).problem == "there is no such file or folder"
    assert walk("\0").problem == "not a possible file name"


@pytest.mark.fault("D8")
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/null"])
def test_a_device_is_never_opened(target: str) -> None:
    assert [row.reason for row in walk(target).left_out] == ["not a regular file"]


def test_links_are_followed_once_when_that_is_asked(tmp_path: Path) -> None:
    desk, other = tmp_path / "desk", tmp_path / "other"
    make(desk, "a.txt", "sub/b.txt")
    make(other, "c.txt", "d.txt")
    os.symlink(other, desk / "linked")
    os.symlink(other, desk / "linked again")
    os.symlink(desk, desk / "sub" / "loop")
    os.symlink(desk, other / "back")
    os.symlink(other / "d.txt", desk / "linked.txt")
    os.symlink(tmp_path / "missing", desk / "broken")
    found = walk(str(desk), limits=ParseLimits(follows_links=True))
    paths = {os.path.relpath(file.path, desk) for file in found.files}
    assert paths == {"a.txt", "sub/b.txt", "linked/c.txt", "linked/d.txt"}
    reasons = {os.path.relpath(row.path, desk): row.reason for row in found.left_out}
    assert reasons["linked again"] == reasons["linked.txt"] == reasons["sub/loop"] == "symbolic link"
    assert reasons["broken"] == "there is no such file or folder"
    assert names(desk) == ["a.txt", "sub/b.txt"]


def test_nothing_is_indexed_twice_below_links_that_overlap(tmp_path: Path) -> None:
    """A link to a folder, to one below it, to a file in it, and to the folder above the root."""
    make(tmp_path, "desk/a.txt", "other/deep/c.txt", "other/d.txt")
    desk = tmp_path / "desk"
    for name, target in {"1": "other/deep", "2": "other/d.txt", "3": "other", "4": "."}.items():
        os.symlink(tmp_path / target, desk / f"{name}.txt")
    os.symlink(desk / "to", desk / "fro")
    os.symlink(desk / "fro", desk / "to")
    os.symlink(tmp_path / "missing", desk / "broken")
    found = walk(str(desk), limits=ParseLimits(follows_links=True))
    assert sorted(os.path.realpath(file.path) for file in found.files) == [
        str(tmp_path / path) for path in ("desk/a.txt", "other/d.txt", "other/deep/c.txt")
    ]
    reasons = {os.path.relpath(row.path, desk): row.reason for row in found.left_out}
    assert reasons["3.txt/deep"] == reasons["3.txt/d.txt"] == reasons["4.txt/desk"] == "indexed already through a link"
    assert reasons["fro"] == reasons["to"] == "a link that leads to itself"
    assert reasons["broken"] == "there is no such file or folder"


def test_a_linked_file_is_read_only_when_links_are_followed(tmp_path: Path) -> None:
    make(tmp_path, "desk/a.txt", "other/c.txt")
    os.symlink(tmp_path / "other", tmp_path / "desk" / "linked")
    root, path = str(tmp_path / "desk"), str(tmp_path / "desk" / "linked" / "c.txt")
    assert read_file(root, path, largest_file=99, follows_links=True).data == b"text"
    with pytest.raises(OSError, match="linked"):
        read_file(root, path, largest_file=99)


def test_a_pattern_is_looked_at_wherever_git_would_let_it_decide(tmp_path: Path) -> None:
    patterns = [
        "*",
        "?",
        "[ab]c",
        "a[b]",
        "\\#a",
        "a\\*b",
        "/a/**/b",
        "!a",
        "a b",
        "a\\ ",
        "ä*",
        "-",
        "**/a.",
        "a//b",
        ".",
    ]
    paths = [*patterns, "ac", "a/x/b", "x/a", "ab", "#a", "a*b", "a ", "äb", "a.", "a./x", "b/a/", "-/", "a/b"]
    for pattern in patterns:
        (tmp_path / ".gitignore").write_text(f"{pattern}\n")
        whole = GitIgnoreSpec.from_lines([pattern])
        ours = Ignored(str(tmp_path), None)
        assert [ours.verdict(path) for path in paths] == [whole.check_file(path).include for path in paths]

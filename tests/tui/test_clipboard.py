"""Copies: a message names their destination."""

import os
import stat
from pathlib import Path

import pytest

from bookwheel import paths
from bookwheel.tui.clipboard import MAX_OSC52, copy


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `tmux` first on the PATH that keeps what it is given."""
    kept = tmp_path / "buffer"
    program = tmp_path / "bin" / "tmux"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n[ "$1 $2 $3" = "load-buffer -w -" ] || exit 1\ncat > {kept}\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return kept


def test_inside_tmux_its_buffer_is_used(tmux: Path) -> None:
    copied = copy("two\nlines", "answer", environ={"TMUX": "/tmp/x,1,0", "TERM": "tmux-256color"})
    assert tmux.read_text() == "two\nlines"
    assert "tmux buffer" in copied.report
    assert not copied.for_terminal


def test_outside_tmux_the_terminal_gets_it() -> None:
    copied = copy("text", "answer", environ={"TERM": "xterm-256color"})
    assert copied.for_terminal == "text"
    assert "terminal's clipboard" in copied.report


@pytest.mark.parametrize(
    "environ", [{"TERM": "linux"}, {"STY": "1.pts", "TERM": "screen"}, {"TMUX": "/nowhere", "TERM": "tmux"}]
)
def test_without_a_clipboard_a_copy_goes_to_a_private_file(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    copied = copy("text", "answer", environ=environ)
    file = paths.data_dir() / "clipboard.txt"
    assert str(file) in copied.report
    assert file.read_text() == "text"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.fault("T8")
def test_long_text_goes_to_the_file() -> None:
    copied = copy("x" * (MAX_OSC52 + 1), "answer", environ={"TERM": "xterm-256color"})
    assert not copied.for_terminal
    assert "written to" in copied.report


@pytest.mark.fault("T8")
def test_copied_text_is_cleaned() -> None:
    copied = copy("a\x1b]0;x\x07b\ud800", "answer", environ={"TERM": "xterm-256color"})
    assert "\x1b" not in copied.for_terminal
    copied.for_terminal.encode()


@pytest.mark.fault("K6")
def test_keys_do_not_reach_the_helper(tmux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    program = Path(os.environ["PATH"].split(":")[0]) / "tmux"
    program.write_text(f"#!/bin/sh\nenv > {tmux}\n")
    copy("text", "answer", environ={"TMUX": "x"})
    assert "sk-secret" not in tmux.read_text()

"""A run that waits for a human is saved, its process is killed, and another one goes on."""

import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[3]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "tests.support.waiting_agent", *map(str, arguments)]


def run(*arguments: object) -> str:
    return subprocess.run(command(*arguments), cwd=REPO, check=True, capture_output=True, text=True, timeout=60).stdout


def run_until_killed(*arguments: object) -> str:
    """The first line that the process prints; then it is killed."""
    with subprocess.Popen(command(*arguments), cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
    return line


@pytest.mark.parametrize(("answer", "deleted"), [("once", ["deleted old.txt"]), ("deny", [])])
def test_a_waiting_run_goes_on_in_another_process(tmp_path: Path, answer: str, deleted: list[str]) -> None:
    log, saved = tmp_path / "log", tmp_path / "saved.json"
    saved.write_text(run_until_killed(log), encoding="utf-8")
    assert log.read_text(encoding="utf-8").splitlines() == ["looked up wheel"]

    seen = run(log, saved, answer).splitlines()

    # What was done before is not done again; the tool that waited runs once, if it was allowed.
    assert log.read_text(encoding="utf-8").splitlines() == ["looked up wheel", *deleted]
    assert seen[-1] == "It is gone."
    assert "InputRequiredEvent" not in seen
    assert seen.count("ToolCallResult") == 1
    assert seen[-2] == "StopEvent"

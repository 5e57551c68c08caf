"""A run that waits for a human is saved, its process is killed, and another one goes on."""

import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[3]


def command(program: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"tests.support.{program}", *map(str, arguments)]


def run(program: str, *arguments: object) -> str:
    done = subprocess.run(
        command(program, *arguments), cwd=REPO, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def run_until_killed(program: str, *arguments: object) -> str:
    """The first line that the process prints; then it is killed."""
    with subprocess.Popen(command(program, *arguments), cwd=REPO, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
    return line


@pytest.mark.parametrize(("answer", "deleted"), [("once", ["deleted old.txt"]), ("deny", [])])
def test_a_waiting_run_goes_on_in_another_process(tmp_path: Path, answer: str, deleted: list[str]) -> None:
    log, saved = tmp_path / "log", tmp_path / "saved.json"
    saved.write_text(run_until_killed("waiting_agent", log), encoding="utf-8")
    assert log.read_text(encoding="utf-8").splitlines() == ["looked up wheel"]

    seen = run("waiting_agent", log, saved, answer).splitlines()

    # What was done before is not done again; the tool that waited runs once, if it was allowed.
    assert log.read_text(encoding="utf-8").splitlines() == ["looked up wheel", *deleted]
    assert seen[-1] == "It is gone."
    assert "InputRequiredEvent" not in seen
    assert seen.count("ToolCallResult") == 1
    assert seen[-2] == "StopEvent"


@pytest.mark.parametrize(
    ("kind", "before", "after", "result"),
    [
        ("steps", ["paid", "asked"], ["shipped"], "ink: yes"),
        ("wait", ["paid"], ["shipped"], "ink: yes"),
        ("nested", ["begun", "looked", "paid", "asked"], ["shipped", "closed"], "ink: yes (3 in stock)"),
        ("tool", ["paid", "asked"], ["shipped"], "Done."),
    ],
)
def test_each_step_runs_once_when_the_process_is_killed_at_the_question(
    tmp_path: Path, kind: str, before: list[str], after: list[str], result: str
) -> None:
    log, saved = tmp_path / "log", tmp_path / "saved.json"
    saved.write_text(run_until_killed("waiting_workflows", kind, log), encoding="utf-8")
    assert log.read_text(encoding="utf-8").splitlines() == before

    assert run("waiting_workflows", kind, log, saved).strip() == f"0 {result}"
    assert log.read_text(encoding="utf-8").splitlines() == [*before, *after]

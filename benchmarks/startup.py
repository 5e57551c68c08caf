"""From the command to the first frame, against a bare Textual app; and the cost of an import and of `--help`.

The first frame is the one that an earlier start has kept, or the shipped one: in a new size in the colours that an
earlier start has learned. The desk draws its own over it. Resident memory is that of the app: the process that reads
documents ends by itself.
"""

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from fcntl import ioctl
from pathlib import Path
from tempfile import TemporaryDirectory

import bookwheel
from benchmarks.harness import Case, Sample, child, interleaved, main, report
from benchmarks.model_server import model_server

ROUNDS = 9
ROWS, COLUMNS = 42, 140
GUIDE = Path(bookwheel.__file__).parent / "samples"
QUESTION = "How do I quit?"
FIRST_FRAME_LIMIT_S = 60.0
QUIET_S = 4.0
KEEP_POLL_S = 0.1

# Signs that are in the first frame and in no output before it.
DESK_SIGN = "❯".encode()
DRIVER_SIGN = b"\x1b[?1004h"  # the driver writes it before the desk's own frame
SETTINGS = '[ui]\ntheme = "sepia"\n'
BARE_SIGN = b"bare Textual app"

BARE_APP = """
from textual.app import App, ComposeResult
from textual.widgets import Label

class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Label("bare Textual app")

Bare().run()
"""


def first_frame(argv: Sequence[str], sign: bytes, env: Mapping[str, str], *, after: bytes = b"") -> Case:
    """A case that starts a program in a pseudo-terminal and stops the clock when `sign` has been drawn `after` that."""

    def run() -> Sample:
        started = time.perf_counter()
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(argv[0], list(argv), dict(env))
        ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        try:
            read_until(sign, terminal, started + FIRST_FRAME_LIMIT_S, after=after)
            wall = time.perf_counter() - started
        finally:
            os.kill(pid, signal.SIGKILL)
            _pid, _status, usage = os.wait4(pid, 0)
            os.close(terminal)
        return Sample(wall, usage.ru_utime + usage.ru_stime)

    return run


def read_until(sign: bytes, terminal: int, deadline: float, *, after: bytes = b"") -> None:
    """Read the terminal up to a sign, behind `after` if that is given; `deadline` is of `time.perf_counter`."""
    seen = b""
    while sign not in (seen.partition(after)[2] if after else seen):
        if not select.select([terminal], [], [], max(0.0, deadline - time.perf_counter()))[0]:
            raise SystemExit(f"{sign!r} did not come in time; the terminal got: {seen[-400:]!r}")
        seen += os.read(terminal, 65536)


def print_resident(argv: Sequence[str], env: Mapping[str, str], unused: Path) -> None:
    """Print the resident memory of the app at rest: at its first start, at the next, and after an answer.

    `unused` is where the home of a first start is made; modules are compiled before, as an installer does.
    """
    print("\nresident memory at rest")
    at_rest, answered = _second_mib(argv, env)
    first_home = clean_environment(unused) | {"PYTHONPYCACHEPREFIX": env["PYTHONPYCACHEPREFIX"]}
    print(f"  first start, which indexes  {_resident_mib(argv, first_home)[0]:5.1f} MiB")
    print(f"  next start                  {at_rest:5.1f} MiB (at most 60)")
    print(f"  after an answer             {answered:5.1f} MiB (at most 80)")
    with model_server() as base_url:
        asked = {**env, "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": base_url}
        answered = _second_mib([*argv[:1], "--model", "pieces-200", *argv[1:]], asked)[1]
    print(f"  after one of an endpoint    {answered:5.1f} MiB (at most 80)")


def _second_mib(argv: Sequence[str], env: Mapping[str, str]) -> tuple[float, float]:
    """Of a start whose modules the start before has compiled, which leaves 8 MB of free memory behind."""
    _resident_mib(argv, env)
    return _resident_mib(argv, env)


def _resident_mib(argv: Sequence[str], env: Mapping[str, str]) -> tuple[float, float]:
    """Once all is loaded and indexed, and after the answer to a question."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(argv[0], list(argv), dict(env))
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    try:
        read_until(b"all searchable", terminal, time.perf_counter() + FIRST_FRAME_LIMIT_S)
        _read_until_quiet(terminal)
        at_rest = _status_mib(pid)
        os.write(terminal, f"{QUESTION}\r".encode())
        _read_until_quiet(terminal)
        return at_rest, _status_mib(pid)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def _read_until_quiet(terminal: int) -> None:
    while select.select([terminal], [], [], QUIET_S)[0]:
        os.read(terminal, 65536)


def _status_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def keep(argv: Sequence[str], env: Mapping[str, str], *names: str, size: tuple[int, int] = (ROWS, COLUMNS)) -> None:
    """Start once in a terminal of `size` (rows, columns), until these files and folders of the data are kept."""
    missing = {Path(env["BOOKWHEEL_DATA_DIR"]) / name for name in names}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(argv[0], list(argv), dict(env))
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    try:
        while missing := {path for path in missing if not _is_kept(path)}:
            if select.select([terminal], [], [], KEEP_POLL_S)[0]:
                os.read(terminal, 65536)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def _is_kept(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(not file.name.startswith(".") for file in path.iterdir()))


def run() -> None:
    command = str(Path(sys.executable).with_name("bookwheel"))
    with TemporaryDirectory() as folder:
        homes = Path(folder)
        empty, demo, resized, new = (clean_environment(homes / name) for name in ("empty", "demo", "resized", "new"))
        keep([command], empty, "frames")
        keep([command, "demo"], demo, "frames")
        Path(resized["BOOKWHEEL_CONFIG_DIR"]).mkdir()
        (Path(resized["BOOKWHEEL_CONFIG_DIR"]) / "config.toml").write_text(SETTINGS)
        keep([command], resized, "frames", "styles", "app.bin", size=(ROWS - 8, COLUMNS - 40))
        Path(new["BOOKWHEEL_DATA_DIR"]).touch()  # not a folder: nothing can be kept there
        frames = {
            "a bare Textual app": first_frame(
                [sys.executable, "-c", BARE_APP], BARE_SIGN, clean_environment(homes / "bare")
            ),
            "bookwheel, an empty desk": first_frame([command], DESK_SIGN, empty),
            "bookwheel demo": first_frame([command, "demo"], DESK_SIGN, demo),
            "in a terminal of a new size": first_frame([command], DESK_SIGN, resized),
            "the very first start": first_frame([command], DESK_SIGN, new),
            "the desk's own frame over it": first_frame([command], DESK_SIGN, empty, after=DRIVER_SIGN),
            "the same at the very first": first_frame([command], DESK_SIGN, new, after=DRIVER_SIGN),
        }
        report("to the first frame", interleaved(frames, rounds=ROUNDS), baseline="a bare Textual app")
        print_resident([command, "demo"], demo, homes / "first")
        env = clean_environment(homes / "commands")
        commands = {
            "python -c pass": child([sys.executable, "-c", "pass"], env),
            "import bookwheel": child([sys.executable, "-c", "import bookwheel"], env),
            "bookwheel --version": child([command, "--version"], env),
            "bookwheel --help": child([command, "--help"], env),
            "bookwheel ask, nothing changed": child([command, "ask", QUESTION, str(GUIDE)], env),
        }
        report("to the end", interleaved(commands, rounds=ROUNDS), baseline="python -c pass")


def clean_environment(home: Path) -> dict[str, str]:
    """A clean home for each case (so that no case starts with files of another), no keys, and a plain terminal.

    The first round, which is not counted, compiles its imports, as an installer does.
    """
    home.mkdir()
    names = {"HOME": "", "BOOKWHEEL_CONFIG_DIR": "config", "BOOKWHEEL_DATA_DIR": "data", "PYTHONPYCACHEPREFIX": "pyc"}
    unwanted = ("OPENAI_", "TAVILY_", "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return env | {name: str(home / folder) for name, folder in names.items()} | {"TERM": "xterm-256color"}


if __name__ == "__main__":
    main("startup", run)

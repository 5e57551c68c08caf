"""The real program ends in a real terminal: signals, a lost line, a resize storm."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte
import pytest
from tests.support.patience import busy_factor

from bookwheel import paths
from bookwheel.tui.driver import RESTORE

pytestmark = pytest.mark.timeout(300)

START_S = 40.0 * busy_factor()
END_S = 1.0
# Other processes share the machine: what must take a second may take a little longer here.
SLACK_S = 1.5


class Terminal:
    """`bookwheel` in a pseudo-terminal, and all that it wrote."""

    def __init__(self, tmp_path: Path, *arguments: str) -> None:
        folder = tmp_path / "docs"
        folder.mkdir(exist_ok=True)
        (folder / "a.md").write_text("# Wheels\n\nA bookwheel holds many open books.\n")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            command = [sys.executable, "-m", "bookwheel", *(arguments or [str(folder)])]
            os.execve(sys.executable, command, {**os.environ, "LINES": "7"})
        self.resize(100, 30)
        self.output = b""
        self._screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self._screen)

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def read(self, seconds: float) -> None:
        """Take what comes for at most `seconds`."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                time.sleep(0.01)
                return
            self.output += data
            self._stream.feed(data)

    def read_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def forget(self) -> None:
        """Only what comes from now on counts."""
        self.output = b""
        self._screen.reset()

    def until(self, text: bytes) -> None:
        end = time.monotonic() + START_S
        # Only the cells that change are written: words may come in pieces.
        while text not in self.output and text.decode() not in "\n".join(self._screen.display):
            assert time.monotonic() < end, self.output[-2000:]
            self.read(0.1)

    def exit_code(self, within: float = END_S + SLACK_S, *, is_read: bool = True) -> int:
        within *= busy_factor()
        end = time.monotonic() + within
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                pytest.fail(f"still there after {within} s")
            if is_read:
                self.read(0.02)
            else:
                time.sleep(0.01)


@pytest.mark.journey
def test_keys_typed_before_the_first_frame_are_not_lost(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    typed = "abcdefghijklmnopqrstuvwxyz0123456789"
    for char in typed:
        os.write(terminal.fd, char.encode())
        terminal.read(0.05)
    screen = pyte.Screen(100, 30)
    end = time.monotonic() + START_S
    while f"❯ {typed}" not in "\n".join(screen.display):
        assert time.monotonic() < end, "\n".join(screen.display)
        terminal.read(0.1)
        screen.reset()
        pyte.ByteStream(screen).feed(terminal.output)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.exit_code() == 143


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """The app, with its documents known: before them its first frame is shown, by no app yet."""
    terminal = Terminal(tmp_path)
    terminal.until(b"1 document in docs")
    return terminal


@pytest.mark.fault("P1")
@pytest.mark.journey
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
    + [(number, 128 + number) for number in (signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU)],
)
def test_signal_gives_the_screen_back_and_ends_within_a_second(terminal: Terminal, number: int, code: int) -> None:
    os.kill(terminal.pid, number)
    assert terminal.exit_code() == code
    terminal.read(0.1)
    assert b"\x1b[?1049l" in terminal.output
    assert b"\x1b[?25h" in terminal.output
    assert b"Traceback" not in terminal.output


@pytest.mark.fault("P4")
@pytest.mark.journey
def test_screen_is_drawn_again_after_it_was_suspended(terminal: Terminal) -> None:
    os.write(terminal.fd, b"\x1a")
    end = time.monotonic() + START_S
    while not os.WIFSTOPPED(os.waitpid(terminal.pid, os.WUNTRACED | os.WNOHANG)[1]):
        assert time.monotonic() < end
        terminal.read(0.05)
    terminal.forget()
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.until(b"Ask your documents")
    os.write(terminal.fd, b"\x04")
    assert terminal.exit_code() == 0


@pytest.mark.fault("P4")
@pytest.mark.journey
def test_going_on_after_a_stop_from_outside_draws_again_and_reads_each_key_once(terminal: Terminal) -> None:
    terminal.forget()
    os.kill(terminal.pid, signal.SIGCONT)  # sent with SIGHUP too when the line is dropped
    terminal.until(b"Ask your documents")
    os.write(terminal.fd, b"abcdefghij")
    terminal.until("❯ abcdefghij".encode())
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.exit_code() == 143


@pytest.mark.fault("P2")
@pytest.mark.journey
def test_dropped_line_ends_the_app(terminal: Terminal) -> None:
    os.close(terminal.fd)
    assert terminal.exit_code(is_read=False) == 129


@pytest.mark.journey
def test_terminal_that_reads_no_more_does_not_block_the_end(terminal: Terminal) -> None:
    os.write(terminal.fd, b"What is a bookwheel?\r" * 50)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.exit_code(within=20, is_read=False) == 143  # the limit only ends a hang


NOISY = """
import os
from bookwheel import StartEvent, StopEvent, Workflow, step

class Noisy(Workflow):
    @step
    async def answer(self, ev: StartEvent) -> StopEvent:
        os.write(2, b"thread panicked \\x1b[2J at lib.rs")
        return StopEvent(result="The answer is there.")

noisy = Noisy()
"""


@pytest.mark.journey
def test_output_of_native_libraries_is_shown_after_the_app_ends(tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(NOISY)
    terminal = Terminal(tmp_path, "run", f"{tmp_path / 'noisy.py'}:noisy")
    terminal.until(b"ASK")
    os.write(terminal.fd, b"Anything?\r")
    terminal.until(b"The answer is there.")
    os.write(terminal.fd, b"\x04")
    terminal.until("panicked ␛[2J at lib.rs".encode())
    page, _, after = terminal.output.partition(b"\x1b[?1049l")
    assert b"panicked" not in page
    assert b"A library wrote meanwhile:" in after
    assert terminal.exit_code() == 0


@pytest.mark.fault("P6")
@pytest.mark.journey
def test_stalled_terminal_stops_no_run_and_catches_up(terminal: Terminal, tmp_path: Path) -> None:
    """The line stalls, six questions are answered and saved meanwhile, and then one frame shows the present state."""
    for number in range(6):
        os.write(terminal.fd, f"Open books {number}?\r".encode())
    sessions = paths.sessions_dir()
    end = time.monotonic() + START_S
    while "".join(log.read_text() for log in sessions.glob("*/events.jsonl")).count('"RunFinished"') < 6:
        assert time.monotonic() < end, "the runs wait for the terminal"
        time.sleep(0.05)
    screen = pyte.Screen(100, 30)
    stream = pyte.ByteStream(screen)
    while "6/6" not in screen.display[0]:
        assert time.monotonic() < end + START_S, "\n".join(screen.display)
        terminal.output = b""
        terminal.read(0.2)
        stream.feed(terminal.output)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.exit_code() == 143


@pytest.mark.fault("P5")
@pytest.mark.journey
def test_resize_storm_ends_in_the_right_layout(terminal: Terminal) -> None:
    for step in range(200):
        terminal.resize(*((1, 1), (500, 200), (80, 24), (0, 0))[step % 4])
    terminal.resize(90, 25)
    screen = pyte.Screen(90, 25)
    stream = pyte.ByteStream(screen)
    end = time.monotonic() + START_S
    while not (
        screen.display[24].startswith(" ASK")
        and screen.display[24].rstrip().endswith("help")
        and "ask your own documents" in screen.display[2]
    ):
        assert time.monotonic() < end, "\n".join(screen.display)
        terminal.output = b""
        terminal.read(0.2)
        stream.feed(terminal.output)
    os.write(terminal.fd, b"\x04")
    assert terminal.exit_code() == 0


FROZEN = """
import time
from pathlib import Path

class Frozen:
    def run(self, user_msg=None, **_):
        return self

    async def stream_events(self):
        Path(__file__).with_name("asleep").touch()
        time.sleep(1_000)
        yield None

workflow = Frozen()
"""


@pytest.mark.fault("P1")
@pytest.mark.journey
def test_a_signal_ends_an_app_whose_event_loop_is_blocked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a workflow of the user's that never returns: `add_signal_handler` waits for the loop."""
    (tmp_path / "frozen_workflow.py").write_text(FROZEN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    terminal = Terminal(tmp_path, "run", "frozen_workflow:workflow")
    before = termios.tcgetattr(terminal.fd)
    terminal.until(b"frozen_workflow:workflow")
    os.write(terminal.fd, b"go\r")
    end = time.monotonic() + START_S
    while not (tmp_path / "asleep").exists():
        assert time.monotonic() < end, terminal.output[-2000:]
        terminal.read(0.05)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.exit_code() == 143
    terminal.read(0.1)
    assert terminal.output.endswith(RESTORE)
    assert b"\x1b[?1004h" in terminal.output
    assert b"\x1b[?1004l" in RESTORE
    assert termios.tcgetattr(terminal.fd)[:4] == before[:4]


@pytest.mark.fault("P1")
@pytest.mark.journey
def test_a_signal_at_any_moment_after_the_screen_is_taken_gives_it_back(tmp_path: Path) -> None:
    for delay in (0.0, 0.15, 0.3):
        terminal = Terminal(tmp_path)
        before = termios.tcgetattr(terminal.fd)
        terminal.until(b"\x1b[?1049h")
        terminal.read_for(delay)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.exit_code() == 143
        terminal.read(0.1)
        assert terminal.output.rindex(b"\x1b[?1049l") > terminal.output.rindex(b"\x1b[?1049h")
        assert terminal.output.rindex(b"\x1b[?25h") > terminal.output.rfind(b"\x1b[?25l")
        assert termios.tcgetattr(terminal.fd)[:4] == before[:4]

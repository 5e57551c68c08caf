"""The app under load, in a real pseudo-terminal: processor time of an answer, the echo of keys, the cost of a frame.

Processor time, not the clock, where a busy machine would count; what is compared is measured in turn.
"""

import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.load.pty_process import PtyProcess
from benchmarks.model_server import model_server, steady_question

CHILD = "benchmarks.load.desk_child"
RATE, PIECES, ROUNDS = 200, 1_000, 5
LOOPS_GOAL = 1.2
FLOOD_RATE, KEY_ROUNDS, KEY_EVERY_S = 1_000, 6, 0.06
FLOOD_PIECES = 5_000
ECHO_GOAL = 1.5
LENGTHS = (4_000, 100_000, 1_000_000)
FRAME_GOAL_MS = 10
TURN_GOAL_MS = 15
_LETTERS = "αβγδεζηθκλμξπρστφχψωбгджзйклмнптфцчшщъыэюяћђљњѓќўґ"
_CLEAR = "\x15"
_LOST_S = 5.0


def answer_cost(base_url: str) -> tuple[float, float]:
    """The milliseconds of processor time for each piece of an answer: a bare loop's, and the whole app's."""
    question = steady_question(RATE, PIECES)
    with PtyProcess(CHILD, "bare", base_url) as bare, PtyProcess(CHILD, "app", base_url) as app:
        taken: dict[PtyProcess, list[float]] = {bare: [], app: []}
        for child in taken:
            child.answer()
            child.ask(steady_question(RATE, 50))
        for _ in range(ROUNDS):
            for child, seconds in taken.items():
                seconds.append(float(child.ask(question)) * 1e3 / PIECES)
        return statistics.median(taken[bare]), statistics.median(taken[app])


@dataclass(frozen=True, slots=True)
class Echo:
    """The seconds from a key to its letter on the screen: by the clock, and without those in which no core was free."""

    clock: float
    own: float


def echoes(base_url: str) -> tuple[list[Echo], list[Echo]]:
    """The echo of each key, in turn: while nothing else arrives, and while 1,000 pieces a second do."""
    idle, flooded = list[Echo](), list[Echo]()
    with PtyProcess(CHILD, "app", base_url) as app:
        app.answer()
        app.ask(steady_question(RATE, 50))
        for _ in range(KEY_ROUNDS):
            idle += _Typist(app).type()
            app.socket.sendall(f"{steady_question(FLOOD_RATE, FLOOD_PIECES)}\n".encode())
            _draw_for(app, 1.5)
            flooded += _Typist(app).type()
            app.answer()
    return idle, flooded


class _Typist:
    """Presses letters at fixed times, whether or not the one before has come."""

    def __init__(self, app: PtyProcess) -> None:
        self._app = app
        self._pressed: dict[bytes, Echo] = {}
        self._echoes: list[Echo] = []

    def type(self) -> list[Echo]:
        started = time.monotonic()
        for number, letter in enumerate(_LETTERS):
            while (wait := started + number * KEY_EVERY_S - time.monotonic()) > 0:
                self._look(wait)
            self._pressed[letter.encode()] = self._now()
            self._app.press(letter)
        end = time.monotonic() + _LOST_S
        while self._pressed and (wait := end - time.monotonic()) > 0:
            self._look(wait)
        assert not self._pressed, f"no echo: {b' '.join(self._pressed).decode()}"
        self._app.press(_CLEAR)
        _draw_for(self._app, 0.3)
        return self._echoes

    def _look(self, wait_s: float) -> None:
        drawn, _said = self._app.select(wait_s)
        if not (shown := [letter for letter in self._pressed if letter in drawn]):
            return
        now = self._now()
        for letter in shown:
            pressed = self._pressed.pop(letter)
            self._echoes.append(Echo(now.clock - pressed.clock, now.own - pressed.own))

    def _now(self) -> Echo:
        now = time.monotonic()
        return Echo(now, now - self._app.starved_s())


def _draw_for(app: PtyProcess, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (wait := end - time.monotonic()) > 0:
        app.select(wait)


def frame_costs() -> dict[int, tuple[float, float]]:
    """The milliseconds of processor time of a piece and its frame, median and largest, by the answer's length."""
    costs: dict[int, tuple[float, float]] = {}
    with PtyProcess(CHILD, "growing") as app:
        app.answer()
        app.ask(str(LENGTHS[0]))
        for length in LENGTHS:
            taken = [float(each) for each in app.ask(str(length)).split()]
            costs[length] = statistics.median(taken), max(taken)
    return costs


def longest_turns() -> tuple[float, float]:
    """The longest turn of the event loop, in milliseconds of processor time, while a megabyte comes in one event.

    Then that while a session with this answer is opened.
    """
    with PtyProcess(CHILD, "at-once") as app:
        app.answer()
        app.ask(str(LENGTHS[0]))
        asked, opened = app.ask(str(LENGTHS[-1])).split()
        return float(asked), float(opened)


def _percentile_ms(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3


def run() -> None:
    with model_server() as base_url:
        bare, app = answer_cost(base_url)
        print(f"\n{RATE} pieces a second for {PIECES // RATE} s, processor time")
        print(f"  a bare openai loop  {bare:6.3f} ms a piece")
        print(
            f"  the whole app       {app:6.3f} ms a piece  {app / bare:5.2f} loops (at most {LOOPS_GOAL})", flush=True
        )
        idle, flooded = echoes(base_url)
    print(
        f"\nfrom a key to its letter on the screen, {len(idle)} keys each, without the time in which no core was free"
    )
    for name, taken in (("idle", idle), (f"{FLOOD_RATE} pieces a second", flooded)):
        half, most = (_percentile_ms((each.own for each in taken), share) for share in (0.5, 0.99))
        clock = _percentile_ms((each.clock for each in taken), 0.99)
        print(f"  {name:<22}  p50 {half:6.1f} ms  p99 {most:6.1f} ms  (p99 by the clock {clock:.1f} ms)")
    ratio = _percentile_ms((e.own for e in flooded), 0.99) / _percentile_ms((e.own for e in idle), 0.99)
    print(f"  p99 under load: {ratio:.2f} times the idle one (at most {ECHO_GOAL})", flush=True)
    print(f"\na piece and its frame, processor time (at most {FRAME_GOAL_MS} ms)")
    for length, (middle, largest) in frame_costs().items():
        print(f"  {length:>9} characters  median {middle:5.2f} ms  largest {largest:5.2f} ms", flush=True)
    asked, opened = longest_turns()
    print(f"\n{LENGTHS[-1]} characters at once, the longest turn of the event loop (at most {TURN_GOAL_MS} ms)")
    print(f"  in one event          {asked:5.2f} ms\n  in an opened session  {opened:5.2f} ms", flush=True)

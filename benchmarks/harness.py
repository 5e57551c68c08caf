"""Interleaved measuring: every case once a round, medians over the rounds, ratios against one of them.

The speed of a machine drifts during a measurement (other work, heat). Taking the cases in turn, instead of all runs of
one and then all of the next, spreads the drift over all of them, so that the ratios hold where the seconds do not.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata


@dataclass(frozen=True, slots=True)
class Sample:
    """The seconds of one run: by the clock, and of the processor (with its children)."""

    wall: float
    cpu: float


Case = Callable[[], Sample]


def timed(call: Callable[[], object]) -> Case:
    """A case that runs `call` in this process."""

    def run() -> Sample:
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        return Sample(time.perf_counter() - wall, time.process_time() - cpu)

    return run


def forked(call: Callable[[], object], *, nice: int = 0) -> Case:
    """A case that runs `call` in a fork of this process: the time of its child processes counts too.

    `nice` lowers its priority; cases that are compared on a busy machine must have the same.
    """

    def run() -> Sample:
        wall = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.nice(nice)
                call()
                code = 0
            except Exception:  # noqa: BLE001 - the fork always ends here, and its traceback is the only output
                traceback.print_exc()
            finally:
                os._exit(code)
        _pid, status, usage = os.wait4(pid, 0)
        if status:
            raise SystemExit("a case failed in its fork")
        return Sample(time.perf_counter() - wall, usage.ru_utime + usage.ru_stime)

    return run


def child(argv: Sequence[str], env: Mapping[str, str] | None = None) -> Case:
    """A case that runs a command to its end."""

    def run() -> Sample:
        wall = time.perf_counter()
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, env=env)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{argv} ended with {process.returncode}")
        return Sample(time.perf_counter() - wall, usage.ru_utime + usage.ru_stime)

    return run


def interleaved(cases: Mapping[str, Case], *, rounds: int = 7, warm_up: int = 1) -> dict[str, Sample]:
    """The median of each case over `rounds` rounds; the first `warm_up` rounds are not counted."""
    samples: dict[str, list[Sample]] = {name: [] for name in cases}
    for number in range(warm_up + rounds):
        for name, case in cases.items():
            sample = case()
            if number >= warm_up:
                samples[name].append(sample)
    return {name: median(taken) for name, taken in samples.items()}


def median(samples: Sequence[Sample]) -> Sample:
    """The median of the clock times and of the processor times."""
    return Sample(statistics.median(s.wall for s in samples), statistics.median(s.cpu for s in samples))


def report(title: str, medians: Mapping[str, Sample], *, baseline: str, per: int = 1, unit: str = "ms") -> None:
    """Print one table: each case's medians, divided by `per` (pieces, files, queries), and its ratios to `baseline`."""
    scale = {"s": 1.0, "ms": 1e3, "µs": 1e6}[unit] / per
    base = medians[baseline]
    width = max(map(len, medians))
    print(f"\n{title}  ({unit}, medians; × against {baseline})")
    for name, sample in medians.items():
        wall, cpu = _ratio(sample.wall, base.wall), _ratio(sample.cpu, base.cpu)
        clock, processor = sample.wall * scale, sample.cpu * scale
        print(f"  {name:<{width}}  wall {clock:9.2f} {wall:>7}   cpu {processor:9.2f} {cpu:>7}")


def _ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}×" if base > 0 else "–"


def machine() -> str:
    """One line that describes the machine."""
    parts = ", ".join(f"{name} {metadata.version(name)}" for name in ("textual", "openai", "tantivy"))
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}; Python {platform.python_version()}; {parts}; load {os.getloadavg()[0]:.1f}"


def main(title: str, run: Callable[[], object]) -> None:
    """Print a heading and the machine, then run; each benchmark calls it as its main program."""
    print(f"# {title}\n{machine()}", flush=True)
    run()
    sys.stdout.flush()

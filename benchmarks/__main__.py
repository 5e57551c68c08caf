"""Runs benchmarks, each in its own process: `python -m benchmarks [NAME…] [ARGUMENT…]`.

Without a name all run. Arguments are those of the last name: `python -m benchmarks index --documents 20` is
`python -m benchmarks.index --documents 20`.
"""

import subprocess
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

_NOT_A_BENCHMARK = {"__init__", "__main__", "askers", "corpus", "harness", "model_server", "question_sets"}


def benchmarks() -> list[str]:
    """The names of all benchmarks."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NOT_A_BENCHMARK)


def runs(words: Sequence[str]) -> list[list[str]]:
    """The runs that the words ask for: a name and its arguments each. Raises ValueError unless a name comes first."""
    known = benchmarks()
    names = list(takewhile(known.__contains__, words)) if words else known
    if not names:
        raise ValueError(f"There is no benchmark {words[0]!r}. There are: {', '.join(known)}")
    asked = [[name] for name in names]
    asked[-1] += words[len(names) :]
    return asked


def main() -> int:
    """The exit code: 1 when a benchmark failed, 2 for an unknown one."""
    try:
        asked = runs(sys.argv[1:])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    failed = [
        name for name, *rest in asked if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *rest]).returncode
    ]
    for name in failed:
        print(f"benchmark {name} failed", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

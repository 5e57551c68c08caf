"""Runs every benchmark, each in its own process: `python -m benchmarks [NAME…]`."""

import subprocess
import sys
from pathlib import Path

_NOT_A_BENCHMARK = {"__init__", "__main__", "askers", "corpus", "harness", "model_server", "question_sets"}


def main() -> int:
    names = sys.argv[1:] or sorted(
        path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NOT_A_BENCHMARK
    )
    failed = [name for name in names if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode]
    for name in failed:
        print(f"benchmark {name} failed", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

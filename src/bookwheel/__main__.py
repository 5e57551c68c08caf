"""`python -m bookwheel` and the command `bookwheel`."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The entry point of the command; Ctrl+C ends it quietly also while its modules are imported."""
    try:
        from bookwheel.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()

"""`python -m bookwheel` and the command `bookwheel`."""

from __future__ import annotations

from bookwheel.cli.main import main

if __name__ == "__main__":
    main()

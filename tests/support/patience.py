"""How much longer everything takes now than on a quiet machine: limits of time are stretched by it."""

from __future__ import annotations

import os


def busy_factor() -> float:
    """1 on a quiet machine, else the number of programs that share each processor, over the last minute."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))

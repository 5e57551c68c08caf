"""Fits a process into a limit of its address space, as `ulimit -v` and batch systems set it."""

from __future__ import annotations

import resource

ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
"""The environment of a child process that is to do the same from its start."""
# `mallopt(3)` of glibc.
_M_ARENA_MAX = -8


def is_limited() -> bool:
    """Whether this process may have only so much."""
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def use_one_arena() -> None:
    """Let all threads allocate from one heap.

    glibc reserves 64 MB of addresses, and 128 MB for a moment, for each thread that allocates, as long as it gets them:
    under a limit of 350 MB nothing was left for the index, while 150 MB, where it got none, were enough.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # macOS and others have none
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)

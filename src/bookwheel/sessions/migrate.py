"""The versions of saved sessions: older ones are brought up to date here, newer ones are only read."""

from __future__ import annotations

VERSION = 1


def read_only_reason(version: object) -> str:
    """Why a session of this version must not be written; "" when it may be."""
    if not isinstance(version, int) or version < 1:
        return "its version is not known"
    if version > VERSION:
        return f"it was written by a newer Bookwheel (version {version} of the format, this one writes {VERSION})"
    return ""

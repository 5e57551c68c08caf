"""Makes an `Assistant` from the settings: the only room that names back ends."""

from __future__ import annotations

from bookwheel.wiring.build import build, build_library, build_own, build_sessions, document_facts

__all__ = ["build", "build_library", "build_own", "build_sessions", "document_facts"]

"""The app of a widget or screen, with a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode


def app_of(node: DOMNode) -> App[object]:
    """Textual types `node.app` as `App[Unknown]`."""
    return cast("App[object]", node.app)  # pyright: ignore[reportUnknownMemberType] - see above

"""The arguments of a tool call as a reader approves them: each character in view, and what is cut is said.

Texts are quoted as JSON, so that a text cannot pass for a second argument, and what is invisible is named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.sanitize import reveal_line

_PLAIN_NAME = lazy_regex(r"[A-Za-z_][A-Za-z0-9_]*")


def arguments_line(arguments: Mapping[str, object]) -> str:
    """All arguments in one line, such as `url: "https://example.org", depth: 2`."""
    return reveal_line(", ".join(f"{_name(name)}: {_value(value)}" for name, value in arguments.items()))


def shortened_arguments(arguments: Mapping[str, object], limit: int) -> str:
    """As `arguments_line`, at most about `limit` characters, with the number of those that are left out."""
    text = arguments_line(arguments)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def _name(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else _value(name)


def _value(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return "nested too deeply to show"

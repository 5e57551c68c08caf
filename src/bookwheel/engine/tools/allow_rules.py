"""Rules that allow tool calls without a question, such as `read_page url=https://example.org/*`.

A rule is the name of a tool and patterns of arguments, written as words of a shell. `*` stands for any characters, in
the tool's name too; every named argument must fit its pattern, and arguments that are not named may be anything.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import cast
from urllib.parse import urlsplit

from bookwheel.engine.schema import JsonValue, ToolSelection
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MAX_RULE = 400

_NEEDS_QUOTES = lazy_regex(r"[\s'\"\\]")
# A path that climbs out of a folder begins as the path of the folder does: `/tmp/*` must not allow `/tmp/../etc`.
_CLIMBS = lazy_regex(r"(?:^|[/\\])(?:\.|%2e){2}(?:[/\\]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AllowRule:
    """A rule; `arguments` are the names of arguments with the pattern that each must fit."""

    tool: str
    arguments: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        words = (self.tool, *(f"{name}={pattern}" for name, pattern in self.arguments))
        return " ".join(shlex.quote(word) if _NEEDS_QUOTES.search(word) else word for word in words)

    def allows(self, call: ToolSelection) -> bool:
        """Whether the call needs no question."""
        if not _fits(self.tool, call.tool_name):
            return False
        return all(
            name in call.tool_kwargs and _value_fits(pattern, call.tool_kwargs[name])
            for name, pattern in self.arguments
        )


def read_rule(text: str) -> AllowRule:
    """The rule that `text` is. Raises ValueError, which says what is wrong with it."""
    if len(text) > MAX_RULE or not text.isprintable():
        raise ValueError(f"A rule has at most {MAX_RULE} characters, none of them a line break.")
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError("A quotation mark in the rule is not closed.") from error
    if not words or "=" in words[0]:
        raise ValueError("A rule begins with the name of a tool, such as read_page url=https://example.org/*")
    if words[0].strip("*") == "":
        raise ValueError("A rule names a tool: a rule for every tool would allow too much.")
    return AllowRule(words[0], tuple(map(_argument, words[1:])))


def suggested_rule(call: ToolSelection) -> AllowRule:
    """The rule that a lasting permission for this call saves: its tool, and for addresses the hosts that they name."""
    return AllowRule(call.tool_name, tuple(_host_patterns(call)))


def _argument(word: str) -> tuple[str, str]:
    name, separator, pattern = word.partition("=")
    if not name or not separator:
        raise ValueError(f"“{word}” is not an argument: write name=pattern, such as url=https://example.org/*")
    return name, pattern


def _host_patterns(call: ToolSelection) -> Iterator[tuple[str, str]]:
    for name, value in call.tool_kwargs.items():
        hosts = {_host_pattern(text) for text in _texts(value)}
        if len(hosts) == 1 and (pattern := hosts.pop()):
            yield name, pattern


def _host_pattern(text: str) -> str:
    """`https://example.org/*` for an address of that host; "" for other texts."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    is_address = parts.scheme in ("http", "https") and parts.netloc and "*" not in parts.netloc
    return f"{text[: len(parts.scheme)]}://{parts.netloc}/*" if is_address else ""


def _texts(value: JsonValue) -> list[str]:
    """The text, or the texts of a list; [] for other values."""
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)] if all(isinstance(item, str) for item in items) else []


def _value_fits(pattern: str, value: JsonValue) -> bool:
    """Whether the value fits; of a list, whether each of its texts does, and other values as JSON."""
    texts = _texts(value) or [json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)]
    return all(_fits(pattern, text) for text in texts)


def _fits(pattern: str, text: str) -> bool:
    if "*" not in pattern:
        return pattern == text
    if _CLIMBS.search(text):
        return False
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None

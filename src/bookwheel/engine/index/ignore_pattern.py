"""One line of a `.gitignore`, as git reads it (gitignore(5)).

The package `pathspec` reads them too, but its import takes as long as a whole bare interpreter.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NoReturn

from bookwheel.lazy_dataclass import dataclass

# Each star multiplies the worst time of matching.
_MOST_STARS = 12
_SPECIAL = frozenset("*?[\\")
_NAMED_CLASSES = {
    "[:alnum:]": "a-zA-Z0-9",
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:lower:]": "a-z",
    "[:space:]": r"\s",
    "[:upper:]": "A-Z",
    "[:xdigit:]": "0-9a-fA-F",
}


@dataclass(frozen=True)
class IgnorePattern:
    """A pattern without its `!` and its slashes at both ends; `ignores` is False for one with `!`."""

    text: str
    ignores: bool
    is_anchored: bool
    only_folders: bool

    def matches(self, path: str) -> bool:
        """Whether it matches a path relative to its file, or a folder that the path is in; folders end in a slash."""
        if _SPECIAL.isdisjoint(self.text):
            whole = f"/{path}" if self.only_folders or path.endswith("/") else f"/{path}/"
            return whole.startswith(f"/{self.text}/") if self.is_anchored else f"/{self.text}/" in whole
        return self._compiled is not None and self._compiled.fullmatch(path) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str] | None:
        try:
            return re.compile(_regex(self), re.DOTALL)
        except (ValueError, re.error):
            return None  # as in git: an invalid pattern ignores nothing


def ignore_pattern(line: str) -> IgnorePattern | None:
    """The pattern of a line; None for an empty one and a comment."""
    text = _without_spaces_at_end(line)
    if not text or text[0] == "#" or text.count("*") > _MOST_STARS:
        return None
    body = text.removeprefix("!")
    inner = body.removesuffix("/")
    name = inner.removeprefix("/")
    if not name:
        return None
    return IgnorePattern(name, ignores=text[0] != "!", is_anchored="/" in inner, only_folders=inner != body)


def _without_spaces_at_end(line: str) -> str:
    text = line.rstrip(" ")
    is_quoted = (len(text) - len(text.rstrip("\\"))) % 2 == 1
    return f"{text} " if is_quoted and len(text) < len(line) else text


def _regex(pattern: IgnorePattern) -> str:
    names = pattern.text.split("/")
    regex = "" if pattern.is_anchored else "(?:.*/)?"
    for name in names[:-1]:
        regex += "(?:.*/)?" if name == "**" else f"{_name_regex(name)}/"
    if names[-1] == "**" and len(names) > 1:
        return f"{regex}.*/.*" if pattern.only_folders else f"{regex}.+"
    return regex + _name_regex(names[-1]) + ("/.*" if pattern.only_folders else "(?:/.*)?")


def _name_regex(name: str) -> str:
    regex: str = ""
    at = 0
    while at < len(name):
        letter = name[at]
        at += 1
        match letter:
            case "*":
                regex = regex.removesuffix("[^/]*") + "[^/]*"
            case "?":
                regex += "[^/]"
            case "\\":
                if at == len(name):
                    _refuse(name)
                regex += re.escape(name[at])
                at += 1
            case "[":
                end = _end_of_class(name, at)
                regex += _class_regex(name[at:end])
                at = end + 1
            case _:
                regex += re.escape(letter)
    return regex


def _end_of_class(name: str, start: int) -> int:
    at = start + 1 if name[start : start + 1] in ("!", "^") else start
    at += name[at : at + 1] == "]"  # a bracket that comes first is one of the letters
    while at < len(name) and name[at] != "]":
        if name.startswith("[:", at) and (end := name.find(":]", at)) > 0:
            at = end + 2
        else:
            at += 2 if name[at] == "\\" else 1
    if at >= len(name):
        _refuse(name)
    return at


def _class_regex(inside: str) -> str:
    is_negated = inside[:1] in ("!", "^")
    letters = inside[1:] if is_negated else inside
    for named, meaning in _NAMED_CLASSES.items():
        letters = letters.replace(named, meaning.replace("\\", "\0"))
    quoted = letters.replace("[", r"\[").replace("&&", r"&\&").replace("||", r"|\|").replace("~~", r"~\~")
    if quoted.startswith("]"):
        quoted = "\\" + quoted
    return f"(?!/)[{'^' if is_negated else ''}{quoted}]".replace("\0", "\\")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a pattern")

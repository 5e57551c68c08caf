"""Front matter at the head of a Markdown or reStructuredText file: title, author and date, in lines `key: value`.

This reads the common forms, not all of YAML or TOML: values with or without quotes, lists in brackets or on lines of
their own, and values that continue, indented, on the next lines. JSON is read whole: a braced object at the head, or
the block between `---json` and `---`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from bookwheel.engine.index.readers.about import joined_authors
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_regex import lazy_regex

_MOST_LINES = 200
_LONGEST_VALUE = 4_000
_MOST_FITTING = 0.8
_MOST_TAGS = 50
_BLOCK = lazy_regex(
    rf"\ufeff?(?P<mark>---|\+\+\+)(?:yaml|toml)?[ \t]*\n(?P<body>(?:[^\n]*\n){{0,{_MOST_LINES}}}?)"
    r"(?:(?P=mark)|\.\.\.)[ \t]*(?:\n|$)"
)
_MOST_JSON = 20_000
_JSON_BLOCK = lazy_regex(r"\ufeff?(?P<mark>---(?:json)?[ \t]*\n\s*)?(?=\{\s*\")")
_JSON_END = lazy_regex(r"[ \t]*(?:\n|\Z)"), lazy_regex(r"\s*\n---[ \t]*(?:\n|\Z)")
_YAML_FIELD = lazy_regex(r"(?P<key>[A-Za-z][\w-]{0,30})[ \t]*[:=](?:[ \t]+|$)(?P<value>.*)")
_RST_FIELD = lazy_regex(r":(?P<key>[A-Za-z][\w -]{0,30}):(?:[ \t]+|$)(?P<value>.*)")
_GOES_ON = lazy_regex(r"[ \t]+\S|-[ \t]")
_ITEM = lazy_regex(r"(?:[-*][ \t]+)?(?:(?P<key>[A-Za-z][\w-]{0,30}):[ \t]+)?(?P<value>.*)")
_COMMENT = lazy_regex(r"(?:^|[ \t]+)#.*$")
_TEXT_FOLLOWS = lazy_regex(r"[|>][+-]?\d?$")
_AUTHORS = ("authors", "author", "creator", "by")
_ALIASES = ("aliases", "alias")
_TAGS = ("tags", "keywords", "categories")
_DATES = ("date", "published", "created", "updated")


class FrontMatter(NamedTuple):
    """The values found; `end` is the offset at which the text after the front matter begins.

    `other` are the remaining fields, as lines (`approved by: Ada`); `aliases` are other names, which stay
    among these lines.
    """

    title: str | None = None
    author: str | None = None
    date: str | None = None
    end: int = 0
    tags: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def front_matter(text: str) -> FrontMatter:
    """The values of the block between `---` (or `+++`), or of the JSON object, at the head of a Markdown text."""
    if (head := _JSON_BLOCK.match(text)) is not None:
        return _in_json(text, head.end(), is_marked=head["mark"] is not None)
    block = _BLOCK.match(text)
    if block is None or not _is_fields(block["body"]):
        return FrontMatter()
    return _about(_fields(block["body"].split("\n"), _YAML_FIELD), block.end())


def _in_json(text: str, start: int, *, is_marked: bool) -> FrontMatter:
    """The values of the object at `start`; none when it is not whole, or more text stands on its last line."""
    try:
        found, end = json.JSONDecoder().raw_decode(text[start : start + _MOST_JSON])
    except (ValueError, RecursionError):
        return FrontMatter()
    after = _JSON_END[is_marked].match(text, start + end)
    if after is None or not isinstance(found, dict) or not text[after.end() :].strip():
        return FrontMatter()
    fields = cast("JsonObject", found)
    return _about({key.strip().lower(): list(_in_value(value)) for key, value in fields.items()}, after.end())


def _in_value(value: JsonValue) -> Iterator[str]:
    """The texts of a JSON value: of a list all, of an object its name, or its members as `key: value`."""
    match value:
        case None:
            return
        case list():
            for item in value:
                yield from _in_value(item)
        case dict():
            name = value.get("name")
            members = (f"{key}: {', '.join(_in_value(member))}" for key, member in value.items())
            yield from [name] if isinstance(name, str) else members
        case bool():
            yield str(value).lower()
        case _:
            yield str(value).strip()[:_LONGEST_VALUE]


def field_list(text: str, begin: int = 0) -> FrontMatter:
    """The values of the fields (`:Author: Ada`) at `begin` in a reStructuredText."""
    head = text[begin : begin + _MOST_LINES * 100].lstrip("\ufeff\n \t")
    fields = head.partition("\n\n")[0]
    return (
        _about(_fields(fields.split("\n"), _RST_FIELD))
        if _RST_FIELD.match(fields.partition("\n")[0])
        else FrontMatter()
    )


def _is_fields(body: str) -> bool:
    """Whether nearly all lines are fields: a text between two rules is text."""
    lines = [line for line in body.split("\n") if line.strip()]
    fields = sum(bool(_YAML_FIELD.match(line)) for line in lines)
    fitting = sum(
        bool(_YAML_FIELD.match(line) or _GOES_ON.match(line) or line.startswith(("#", "["))) for line in lines
    )
    return fields > 0 and fitting > _MOST_FITTING * len(lines)


def _about(fields: Mapping[str, Sequence[str]], end: int = 0) -> FrontMatter:
    """What the values of the fields say; each by its key in lower case."""
    authors = next((fields[key] for key in _AUTHORS if key in fields), ())
    date = next((value for key in _DATES for value in fields.get(key, ())), None)
    tags = dict.fromkeys(tag for key in _TAGS for tag in fields.get(key, ()) if tag)
    known = {"title", *_AUTHORS, *_DATES, *_TAGS}
    other = (
        f"{re.sub('[_-]', ' ', key)}: {value}"
        for key, values in fields.items()
        if key not in known and (value := ", ".join(filter(None, values)))
    )
    aliases = filter(None, (alias for key in _ALIASES for alias in fields.get(key, ())))
    return FrontMatter(
        " ".join(fields.get("title", ())) or None,
        joined_authors(authors) or None,
        date,
        end,
        tuple(tags)[:_MOST_TAGS],
        tuple(other),
        tuple(aliases),
    )


def _fields(lines: Iterable[str], form: re.Pattern[str]) -> Mapping[str, Sequence[str]]:
    """The values of each field by its key in lower case; the first field of a key counts."""
    found: dict[str, list[str]] = {}
    lines_of_field: list[str] = []
    for line in lines:
        if field := form.match(line):
            lines_of_field = [field["value"]]
            found.setdefault(field["key"].strip().lower(), lines_of_field)
        elif _GOES_ON.match(line):
            lines_of_field.append(line.strip())
    return {key: list(_values(lines)) for key, lines in found.items()}


def _values(lines: Sequence[str]) -> Iterator[str]:
    """The value of a field, or the values of its list; of a list of mappings the values of `name`."""
    for number, line in enumerate(lines):
        value = line[:_LONGEST_VALUE].strip()
        if value.startswith("["):
            yield from (_unquoted(part) for part in value.strip("[] \t").split(","))
        elif number == 0 and value and not _TEXT_FOLLOWS.match(value):
            yield _unquoted(value.removeprefix("- "))
        elif number > 0:
            item = _ITEM.fullmatch(value)
            if item is not None and (item["key"] is None or item["key"].lower() == "name"):
                yield _unquoted(item["value"])


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return _COMMENT.sub("", value)

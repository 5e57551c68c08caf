"""Changes single values in a settings file; its comments, its order and everything else stay as they are.

The text is edited, and the result is parsed: it must differ from the file before in this one value, else the change is
refused, because the value is written in a way that this editor does not know (an inline table, for instance).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from bookwheel.config.check import check_tables
from bookwheel.config.load import SettingsFile, describe, read_settings_file
from bookwheel.config.setting_tables import Value
from bookwheel.config.small_files import not_writable, one_writer_in
from bookwheel.config.toml_text import KEY, TomlSyntaxError, dotted_parts, header_parts, parse_toml
from bookwheel.config.write import replace_config, toml_value
from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass

_MOST_LINES = 400


def change_setting(path: Path, name: str, value: Value | None) -> None:
    """Write one setting, such as "tools.web" or "profiles.work.model.name", into the file; None removes it.

    The file is made when there is none; of two windows that change it one waits. Blocks. Raises ConfigError when the
    value is not allowed, when the file has mistakes, and when it cannot be changed or written.
    """
    with _one_writer_of(path):
        _change(path, read_settings_file(path), name, value)


def change_allowed(path: Path, table: str, *, add: str = "", remove: str = "") -> tuple[str, ...]:
    """Add a rule to `allow` of `table` ("tools", "profiles.work.tools") or remove one; the rules of the file after it.

    Blocks. Raises as `change_setting`.
    """
    with _one_writer_of(path):
        source = read_settings_file(path)
        rules = _allowed(source, table)
        changed = tuple(dict.fromkeys(rule for rule in (*rules, add) if rule and rule != remove))
        if changed != rules:
            _change(path, source, f"{table}.allow", changed)
    return changed


@contextmanager
def _one_writer_of(path: Path) -> Generator[None]:
    try:
        with one_writer_in(path.parent):
            yield
    except OSError as error:
        raise not_writable(path, error) from error


def _change(path: Path, source: SettingsFile | None, name: str, value: Value | None) -> None:
    before = source.text if source is not None else ""
    after = changed_text(before, name, value)
    problems = check_tables(parse_toml(after)).problems
    if source is not None and source.settings.problems:
        raise ConfigError(describe(source.settings.problems[0], source), hint="Correct this first.")
    if problems:
        raise ConfigError(f"{problems[0]}")
    replace_config(path, after)


def _allowed(source: SettingsFile | None, table: str) -> tuple[str, ...]:
    if source is None:
        return ()
    values = source.settings.values
    if table.startswith("profiles."):
        values = source.settings.profiles.get(table.split(".")[1], {})
    kept = values.get("tools.allow", ())
    return kept if isinstance(kept, tuple) else ()


@dataclass(frozen=True, slots=True)
class _Statement:
    """A key and its value, or (with an empty `key`) a table's header: its full path, its first and last line."""

    path: tuple[str, ...]
    key: tuple[str, ...]
    first: int
    last: int


def changed_text(text: str, name: str, value: Value | None) -> str:
    """`text` with the setting `name` set to `value`, or without it. Raises ConfigError when that cannot be done."""
    newline = "\r\n" if 0 < text.count("\n") == text.count("\r\n") else "\n"
    lines = text.split(newline)
    wanted = tuple(name.split("."))
    try:
        before = parse_toml("\n".join(lines))
        edited = _edited(lines, wanted, value)
        is_right = parse_toml("\n".join(edited)) == _with_value(before, wanted, value)
    except (TomlSyntaxError, ValueError):
        is_right, edited = False, lines
    if not is_right:
        raise ConfigError(
            f"{name} cannot be changed here: the file writes it, or its table, in an unusual way.",
            hint="Change it in the file itself; `bookwheel config path` says where that is.",
        )
    return newline.join(edited)


def _edited(lines: list[str], wanted: tuple[str, ...], value: Value | None) -> list[str]:
    statements = list(_statements(lines))
    found = next((one for one in statements if one.key and one.path == wanted), None)
    if found is None:
        return lines if value is None else _with_new(lines, statements, wanted, value)
    old = lines[found.first : found.last + 1]
    new = [] if value is None else _replaced(old, value)
    return [*lines[: found.first], *new, *lines[found.last + 1 :]]


def _statements(lines: Sequence[str]) -> Iterator[_Statement]:
    """The headers and values of a TOML text that is known to be right. Raises ValueError where one has no end."""
    table: tuple[str, ...] = ()
    number = 0
    while number < len(lines):
        line = lines[number]
        if (header := header_parts(line)) is not None:
            table = tuple(header)
            yield _Statement(table, (), number, number)
        elif key := KEY.match(line):
            last = _end_of_value(lines, number)
            parts = tuple(dotted_parts(key["name"]))
            yield _Statement((*table, *parts), parts, number, last)
            number = last
        number += 1


def _end_of_value(lines: Sequence[str], first: int) -> int:
    for last in range(first, min(len(lines), first + _MOST_LINES)):
        if _is_whole("\n".join(lines[first : last + 1])):
            return last
    raise ValueError("the value has no end")


def _is_whole(text: str) -> bool:
    try:
        parse_toml(text)
    except TomlSyntaxError:
        return False
    return True


def _replaced(old: Sequence[str], value: Value) -> list[str]:
    """The lines of a value with another one; what stands after it on its last line stays."""
    if len(old) > 1 and isinstance(value, tuple):
        return _replaced_list(old, value)
    start = KEY.match(old[0])
    assert start is not None
    text = "\n".join(old)
    end = _comment_start(text)
    value_text = text[start.end() : end]
    gap = value_text[: len(value_text) - len(value_text.lstrip())] or " "
    rest = value_text[len(value_text.rstrip()) :] + text[end:]
    return f"{text[: start.end()]}{gap}{toml_value(value)}{rest}".split("\n")


def _comment_start(text: str) -> int:
    """Where the comment behind a value begins, or the end of the text."""
    for at, letter in enumerate(text):
        if letter == "#" and _is_whole(text[:at]):
            return at
    return len(text)


def _replaced_list(old: Sequence[str], value: tuple[str, ...]) -> list[str]:
    """A list that is written over several lines, with its comments: items go, new ones come before its end."""
    kept: list[str] = []
    left = list(value)
    for line in old[1:-1]:
        items = _items(line)
        if items is not None and all(item in left for item in items):
            left = [item for item in left if item not in items]
            kept.append(_with_comma(line) if items else line)
    indent = next((line[: len(line) - len(line.lstrip())] for line in kept if line.strip()), "    ")
    return [old[0], *kept, *(f"{indent}{toml_value(item)}," for item in left), old[-1]]


def _with_comma(line: str) -> str:
    """The line of a list so that another item may follow."""
    end = next((at for at, letter in enumerate(line) if letter == "#" and _items(line[:at])), len(line))
    value = line[:end].rstrip()
    return line if value.endswith(",") else f"{value},{line[len(value) :]}"


def _items(line: str) -> list[str] | None:
    """The texts on one line of a list; [] for a comment, None for what is not whole."""
    try:
        return cast("list[str]", parse_toml(f"x = [\n{line}\n]")["x"])
    except TomlSyntaxError:
        return None


def _with_new(
    lines: Sequence[str], statements: Sequence[_Statement], wanted: tuple[str, ...], value: Value
) -> list[str]:
    """The lines with a new value: behind the others of its table, else under its header, else in a new table."""
    table, key = wanted[:-1], wanted[-1]
    beside = [one for one in statements if one.key and one.path[:-1] == table]
    headers = [one for one in statements if not one.key and one.path == table]
    if beside:
        prefix = ".".join(beside[-1].key[:-1])
        at, written = beside[-1].last + 1, f"{prefix}.{key}" if prefix else key
    elif headers:
        at, written = headers[-1].last + 1, key
    else:
        body = list(lines)
        while body and not body[-1].strip():
            body.pop()
        return [*body, *([""] if body else []), f"[{'.'.join(table)}]", f"{key} = {toml_value(value)}", ""]
    return [*lines[:at], f"{written} = {toml_value(value)}", *lines[at:]]


def _with_value(tables: dict[str, object], wanted: Sequence[str], value: Value | None) -> dict[str, object]:
    """What the tables are to be after the change. Raises ValueError when a part of the path is not a table."""
    first, *rest = wanted
    if not rest:
        kept = {name: old for name, old in tables.items() if name != first}
        return kept if value is None else {**kept, first: list(value) if isinstance(value, tuple) else value}
    inner = tables.get(first, {})
    if not isinstance(inner, dict):
        raise ValueError(f"{first} is not a table")
    if value is None and first not in tables:
        return tables
    return {**tables, first: _with_value(cast("dict[str, object]", inner), rest, value)}

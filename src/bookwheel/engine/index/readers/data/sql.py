"""SQL: the code unchanged, but the rows of INSERT and COPY as lines that name their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.code import code_document
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_NAME = r"(?:[\w$]{1,100}|`[^`\n]{1,100}`|\"[^\"\n]{1,100}\"|\[[^\]\n]{1,100}\])"
_QUALIFIED = rf"{_NAME}(?:\.{_NAME}){{0,2}}"
_COLUMNS = rf"\(\s*(?P<columns>{_NAME}(?:\s*,\s*{_NAME}){{0,400}})\s*\)"
_STATEMENT = lazy_regex(
    r"(?im)^[ \t]*(?:INSERT\s+(?:INTO|IGNORE\s+INTO|OR\s+\w{1,10}\s+INTO)|REPLACE\s+INTO)\s+"
    rf"(?P<table>{_QUALIFIED})\s*(?:{_COLUMNS}\s*)?VALUES\s*(?=\()"
    rf"|^COPY\s+(?P<copied>{_QUALIFIED})\s*\(\s*(?P<names>{_NAME}(?:\s*,\s*{_NAME}){{0,400}})\s*\)"
    r"\s+FROM\s+stdin[^\n]*;\n"
    rf"|^[ \t]*CREATE\s+(?:TEMP(?:ORARY)?\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<created>{_QUALIFIED})\s*\("
)
_FIRST_NAME = lazy_regex(rf"\s*(?P<name>{_NAME})\s+(?=[A-Za-z\"`\[])")
_NOT_A_COLUMN = frozenset("primary unique key foreign constraint check index fulltext spatial exclude like".split())
_PIECE = lazy_regex(r"'(?:[^'\\]|''|\\.)*'|[(),;]|--[^\n]*|/\*.*?\*/|[^'(),;]+|'", re.DOTALL)
_STRING = lazy_regex(r"\s*(?:[NEXBnexb]|_\w{1,12}\s*)?'(?P<text>.*)'(?:::[\w ]{1,40})?\s*", re.DOTALL)
_ESCAPED = lazy_regex(r"''|\\(.)", re.DOTALL)
_SHOWN_ESCAPES = {"n": " ", "r": " ", "t": " ", "0": ""}


def read(source: Source) -> Document:
    """The code; a table that is created before its rows gives them the names of its columns."""
    return code_document(source, "".join(_pieces(decoded(source))))


def _pieces(text: str) -> Iterator[str]:
    columns: dict[str, list[str]] = {}
    at = read = 0
    for match in _STATEMENT.finditer(text):
        if match.start() < read:
            continue  # inside the value of a row
        if match["created"]:
            columns[_plain(match["created"])], read = _created_columns(text, match.end())
            continue
        table = _plain(match["table"] or match["copied"])
        given = match["columns"] or match["names"]
        names = [_plain(name) for name in re.findall(_NAME, given)] if given else columns.get(table, [])
        rows, read = _copied_rows(text, match.end()) if match["copied"] else _rows(text, match.end())
        if not rows or len(names) != len(rows[0]):
            continue
        yield text[at : match.start()]
        yield "\n".join([f"{table}:", *table_lines([names, *rows], header_rows=1), ""])
        at = read
    yield text[at:]


def _created_columns(text: str, at: int) -> tuple[list[str], int]:
    """The names in the definition of a table that begins at `at`, behind its bracket, and where it ends."""
    names: list[str] = []
    depth, is_first, end = 1, True, at
    for piece in _PIECE.finditer(text, at):
        sign, end = piece[0], piece.end()
        if sign in "()":
            depth += 1 if sign == "(" else -1
            if not depth:
                break
        elif sign == "," and depth == 1:
            is_first = True
        elif sign == ";":
            break
        elif depth == 1 and is_first and not sign.startswith(("--", "/*")) and sign.strip():
            name = _FIRST_NAME.match(sign)
            if name is not None and _plain(name["name"]).lower() not in _NOT_A_COLUMN:
                names.append(_plain(name["name"]))
            is_first = False
    return names, end


def _rows(text: str, at: int) -> tuple[list[list[str]], int]:
    """The values between brackets from `at` on, and where the statement ends."""
    rows: list[list[list[str]]] = []
    depth, end = 0, at
    for piece in _PIECE.finditer(text, at):
        sign, end = piece[0], piece.end()
        if sign == "(":
            depth += 1
            if depth == 1:
                rows.append([[]])
                continue
        elif sign == ")":
            depth -= 1
        elif depth < 1 and (sign == ";" or (sign != "," and sign.strip() and not sign.startswith(("--", "/*")))):
            end = end if sign == ";" else piece.start()
            break
        if depth == 1 and sign == ",":
            rows[-1].append([])
        elif depth:
            rows[-1][-1].append(sign)
    return [[_value("".join(pieces)) for pieces in row] for row in rows], end


def _copied_rows(text: str, at: int) -> tuple[list[list[str]], int]:
    """The rows of a dump by PostgreSQL: values between tabs, up to a line with `\\.`."""
    end = text.find("\n\\.", at - 1)
    if end < 0:
        return [], len(text)  # cut: to search for the end from each statement would take quadratic time
    lines = text[at:end].split("\n") if end > at else []
    return [["" if value == "\\N" else value for value in line.split("\t")] for line in lines], end + 3


def _value(written: str) -> str:
    text = _STRING.fullmatch(written)
    if text is None:
        plain = written.strip()
        return "" if plain.upper() == "NULL" else plain
    return _ESCAPED.sub(lambda match: _SHOWN_ESCAPES.get(match[1], match[1]) if match[1] else "'", text["text"])


def _plain(name: str) -> str:
    return ".".join(part.strip('`"[] ') for part in name.split("."))

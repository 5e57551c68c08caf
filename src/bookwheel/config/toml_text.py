"""Parses TOML files within limits, with the position of every mistake."""

from __future__ import annotations

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MAX_LINE = 4096

_AT = lazy_regex(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_HEADER = lazy_regex(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(?:#.*)?$")
KEY = lazy_regex(r"""\s*(?P<name>[\w."'\- ]+?)\s*=""")


@dataclass(frozen=True, slots=True)
class TextPosition:
    """A position in a text; line and column count from 1, 0 means unknown."""

    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return ""
        return f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"


class TomlSyntaxError(ValueError):
    """The text is not TOML, or exceeds a limit."""

    def __init__(self, reason: str, position: TextPosition) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def parse_toml(text: str) -> dict[str, object]:
    """The tables of `text`.

    Raises TomlSyntaxError with the position. The limit on lines comes first: tomllib takes gigabytes of memory for one
    line of dotted keys.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            raise TomlSyntaxError(f"the line is longer than {MAX_LINE} characters", TextPosition(number, MAX_LINE + 1))
    import tomllib  # late: it takes 3 ms, and without a settings file nothing is parsed

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _located(str(error), text) from error
    except RecursionError as error:
        raise TomlSyntaxError("nested too deeply", TextPosition()) from error


def _located(message: str, text: str) -> TomlSyntaxError:
    at = _AT.search(message)
    if at is None:
        return TomlSyntaxError(message, TextPosition())
    reason = message[: at.start()]
    if at["line"] is None:
        last = text.rstrip("\n").rpartition("\n")[2]
        return TomlSyntaxError(
            f"{reason} (the file ends here)", TextPosition(text.rstrip("\n").count("\n") + 1, len(last) + 1)
        )
    return TomlSyntaxError(reason, TextPosition(int(at["line"]), int(at["column"])))


def position_of(text: str, name: str) -> TextPosition:
    """The position of the dotted key or table `name` in `text`; unknown when it is written in an unusual way."""
    wanted = name.split(".")
    table: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = dotted_parts(header["name"])
            if table == wanted:
                return TextPosition(number)
        elif (key := KEY.match(line)) and table + dotted_parts(key["name"]) == wanted:
            return TextPosition(number, len(line) - len(line.lstrip()) + 1)
    return TextPosition()


def header_parts(line: str) -> list[str] | None:
    """The names in a table's header; None when the line is another one."""
    header = _HEADER.match(line)
    return dotted_parts(header["name"]) if header is not None else None


def dotted_parts(dotted: str) -> list[str]:
    """The names in a dotted key."""
    return [part.strip().strip("\"'") for part in dotted.split(".")]

"""What LaTeX replaces before it sets the text: comments, the author's own short commands, units of measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bookwheel.lazy_regex import lazy_regex

_LISTING = lazy_regex(r"\\begin{(verbatim|Verbatim|lstlisting|minted|alltt)\*?}")
_COMMENT = lazy_regex(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*(?=\S))?")
_DEFINITION = lazy_regex(
    r"\\(?:(?:re|provide)?newcommand|renewcommand|providecommand)\*?\s*{?\\(?P<name>[A-Za-z]{1,40})}?\s*"
    r"(?:\[(?P<count>[1-9])\](?P<default>\[[^\]\n]{0,200}\])?)?\s*(?={)|\\def\\(?P<defined>[A-Za-z]{1,40})(?={)"
)
_UNIT = lazy_regex(
    r"\\(?:(?:SI|qty)(?:\[[^\]\n]{0,200}\])?{(?P<value>[^{}\n]{1,80})}(?:\[[^\]\n]{0,80}\])?|(?:si|unit)(?:\[[^\]\n]{0,200}\])?)"
    r"{(?P<unit>[^{}\n]{1,200})}|\\num(?:\[[^\]\n]{0,200}\])?{(?P<number>[^{}\n]{1,80})}"
)
_UNIT_PART = lazy_regex(r"\\([A-Za-z]+)|([^\\]+)")
_PREFIXES = {
    "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "hecto": "h", "kilo": "k", "mega": "M",
    "giga": "G", "tera": "T",
}  # fmt: skip
_UNITS = {
    "metre": "m", "meter": "m", "gram": "g", "kilogram": "kg", "second": "s", "minute": "min", "hour": "h", "day": "d",
    "litre": "l", "liter": "l", "ampere": "A", "volt": "V", "watt": "W", "ohm": "Ω", "farad": "F", "hertz": "Hz",
    "newton": "N", "pascal": "Pa", "bar": "bar", "joule": "J", "kelvin": "K", "celsius": "°C", "degreeCelsius": "°C",
    "degree": "°", "percent": "%", "mole": "mol", "tonne": "t", "byte": "B", "bit": "bit", "decibel": "dB",
    "lumen": "lm", "lux": "lx",
    "tesla": "T", "weber": "Wb", "henry": "H", "siemens": "S", "coulomb": "C", "electronvolt": "eV",
    "hectare": "ha", "radian": "rad", "candela": "cd", "becquerel": "Bq", "sievert": "Sv", "gray": "Gy",
}  # fmt: skip
_POWERS = {"squared": "²", "cubed": "³"}
_POWERS_BEFORE = {"square": "²", "cubic": "³"}
_MOST_MACROS = 300
_LONGEST_BODY = 500
_DEEPEST = 4
# A few short commands inside each other could fill the memory.
_MOST_ADDED = 200_000


class _Macro(NamedTuple):
    body: str
    arguments: int
    default: str | None


def expanded(text: str) -> str:
    """The source without comments, the author's own commands replaced by what they stand for, and units written out."""
    text = _outside_listings(text, lambda piece: _COMMENT.sub(r"\1", piece))
    macros, text = _without_definitions(text)
    limit = len(text) + _MOST_ADDED
    for _ in range(_DEEPEST if macros else 0):
        replaced = _outside_listings(text, lambda piece: _replaced(piece, macros))
        if replaced == text or len(replaced) > limit:
            break
        text = replaced
    return _UNIT.sub(_shown_unit, text)


def _outside_listings(text: str, change: Callable[[str], str]) -> str:
    """The text, changed where it is not kept as written."""
    pieces: list[str] = []
    at = 0
    for match in _LISTING.finditer(text):
        if match.start() < at:
            continue
        end = text.find(f"\\end{{{match[1]}", match.end())
        if end < 0:
            break  # not closed: to look for the end of each would take quadratic time
        pieces += [change(text[at : match.start()]), text[match.start() : end]]
        at = end
    return "".join([*pieces, change(text[at:])])


def _without_definitions(text: str) -> tuple[Mapping[str, _Macro], str]:
    macros: dict[str, _Macro] = {}
    pieces: list[str] = []
    at = 0
    for match in _DEFINITION.finditer(text):
        body = braced(text, match.end())
        if match.start() < at or body is None or len(macros) >= _MOST_MACROS:
            continue
        default = match["default"]
        macro = _Macro(body, int(match["count"] or 0), None if default is None else default[1:-1])
        # A command with arguments of its own kind, as \def has them, or with conditions is more than a short form.
        macros[match["name"] or match["defined"]] = macro
        pieces.append(text[at : match.start()])
        at = match.end() + len(body) + 2
    return macros, "".join([*pieces, text[at:]])


def _replaced(text: str, macros: Mapping[str, _Macro]) -> str:
    names = "|".join(sorted(macros, key=len, reverse=True))
    pieces: list[str] = []
    at = 0
    for match in re.finditer(rf"\\(?P<name>{names})(?![A-Za-z])(?:{{}})?", text):
        if match.start() < at:
            continue
        macro = macros[match["name"]]
        arguments, end = _arguments(text, match.end(), macro)
        if len(arguments) < macro.arguments:
            continue
        body = re.sub(r"#([1-9])", lambda sign, given=arguments: _given(given, int(sign[1])), macro.body)
        pieces += [text[at : match.start()], body]
        at = end
    return "".join([*pieces, text[at:]])


def _given(arguments: list[str], number: int) -> str:
    return arguments[number - 1] if number <= len(arguments) else ""


def _arguments(text: str, at: int, macro: _Macro) -> tuple[list[str], int]:
    arguments: list[str] = []
    if macro.default is not None:
        chosen = re.compile(r"\[([^\]\n]{0,200})\]").match(text, at)
        arguments.append(macro.default if chosen is None else chosen[1])
        at = at if chosen is None else chosen.end()
    while len(arguments) < macro.arguments and (argument := braced(text, at)) is not None:
        arguments.append(argument)
        at += len(argument) + 2
    return arguments, at


def braced(text: str, at: int) -> str | None:
    """The text in the braces that open at `at`; None where none open or they are too far apart."""
    depth = 0
    for index in range(at, min(len(text), at + _LONGEST_BODY)):
        if text[index] in "{}" and text[index - 1] != "\\":
            depth += 1 if text[index] == "{" else -1
            if depth == 0:
                return text[at + 1 : index]
        elif depth == 0:
            return None
    return None


def _shown_unit(match: re.Match[str]) -> str:
    if match["number"]:
        return match["number"]
    unit = _unit(match["unit"]).replace("%", r"\%")
    return f"{match['value']} {unit}" if match["value"] else unit


def _unit(source: str) -> str:
    """`kg/m³` for `\\kilo\\gram\\per\\cubic\\metre`; what is not known stays by its name."""
    shown, power, between = "", "", ""
    for match in _UNIT_PART.finditer(source):
        name, plain = match[1], match[2]
        if name is None:
            shown += between + plain.strip().replace(".", "·").replace("~", "·")
        elif name == "per":
            between = "/"
            continue
        elif name in _PREFIXES:
            shown += (between or ("·" if shown else "")) + _PREFIXES[name]
            between = "\0"
            continue
        elif name in _POWERS:
            shown += _POWERS[name]
        elif name in _POWERS_BEFORE:
            power = _POWERS_BEFORE[name]
            continue
        else:
            gap = "" if between == "\0" else between or ("·" if shown else "")
            shown += gap + _UNITS.get(name, name) + power
            power = ""
        between = ""
    return shown

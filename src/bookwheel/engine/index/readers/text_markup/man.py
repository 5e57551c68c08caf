"""Man pages (roff with the macros of man or mdoc): sections, and each option above what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bookwheel.engine.index.readers.composer import MOST_HEADINGS, clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.text_markup.mdoc import as_man, is_mdoc
from bookwheel.engine.index.readers.text_markup.roff_text import macro_words, unescaped, without_comment
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_CONTROL = lazy_regex(r"[.'][ \t]*(?P<macro>[^\s\\\"]\S*)?[ \t]*(?P<rest>.*)", 16)
_CONDITION = lazy_regex(
    r"(?P<not>!?)(?P<what>[a-z](?=\s|\\\{|\Z)|'[^'\n]*'[^'\n]*'|\"[^\"\n]*\"[^\"\n]*\"|\S+)[ \t]*(?P<then>.*)"
)
_CONDITIONS = frozenset({"if", "ie", "el"})
_DEFINITIONS = frozenset({"de", "de1", "dei", "am", "ig"})
_ALTERNATING = frozenset({"BI", "BR", "IB", "IR", "RB", "RI", "SB"})
_PARAGRAPHS = frozenset({"PP", "P", "LP", "HP", "sp", "YS"})
_LITERAL, _FILLED = frozenset({"nf", "EX", "Vb"}), frozenset({"fi", "EE", "Ve"})
_SILENT = frozenset({"IX", "XX", "UN", "PD", "DT", "AT", "UC", "EQ", "EN", "."})
_BULLETS = frozenset("•*-○□·+o")
_STEP = 4
_DEEPEST = 40
# A longer line above indented text is a paragraph, not the name of an option.
_LONGEST_NAME = 160
_FENCE = "```"


def read(source: Source) -> Document:
    """The text; the title is that of the page with its section, `ls(1)`. Its date only says when it was last edited."""
    page = _ManPage()
    lines = list(_plain(clean(decoded(source)).removeprefix("\ufeff").split("\n")))
    for line in as_man(lines) if is_mdoc(lines) else lines:
        page.take(line)
    page.end()
    text = "\n".join(page.lines).rstrip()
    if not text.strip():
        raise DocumentError("there is no text in it")
    title = page.title or (page.headings[0].title if page.headings else None)
    return made_document(source, text, title=title, locations=Locations(headings=page.headings))


def _plain(lines: Iterable[str]) -> Iterator[str]:
    """The lines without comments, definitions of macros, and what conditions leave out on a terminal."""
    skipped_to = ""
    depth, is_taken = 0, True
    for line in lines:
        if skipped_to:
            skipped_to = "" if line.strip().replace(" ", "") == skipped_to else skipped_to
            continue
        if depth:
            depth += line.count("\\{") - line.count("\\}")
            continue
        line = without_comment(line)
        control = _CONTROL.match(line)
        while control is not None and control["macro"] in _CONDITIONS:
            is_taken, rest = _condition(control["macro"], control["rest"], is_taken=is_taken)
            if not is_taken:
                depth = max(0, rest.count("\\{") - rest.count("\\}"))
            line = rest.replace("\\{", "").replace("\\}", "").strip("\\ \t") if is_taken else "."
            control = _CONTROL.match(line or ".")
        if control is None:
            yield line.replace("\\}", "")
        elif control["macro"] in _DEFINITIONS:
            words = control["rest"].split()
            ends = words[1:2] if control["macro"] != "ig" else words[:1]
            skipped_to = f".{ends[0] if ends else '.'}"
        elif control["macro"] is not None:
            yield line


def _condition(macro: str, rest: str, *, is_taken: bool) -> tuple[bool, str]:
    """Whether the rest of a line with a condition holds on a terminal, and what it holds for."""
    if macro == "el":
        return not is_taken, rest
    condition = _CONDITION.match(rest)
    if condition is None:
        return False, rest
    return (condition["what"] == "n") != bool(condition["not"]), condition["then"]


class _ManPage:
    """The text of a page so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.headings: list[Heading] = []
        self.title: str | None = None
        self._length = 0
        self._words: list[str] = []
        self._margin = 0
        self._margins: list[int] = []
        # The text below a name, or behind a bullet, is indented by so much.
        self._hanging = 0
        self._bullet = ""
        self._is_name = False
        self._is_new_paragraph = True
        self._is_literal = False
        self._heading_level = 0
        self._link = ""
        self._rows: list[list[str]] | None = None
        self._is_format = False
        self._macros: dict[str, Callable[[list[str]], None]] = {
            "TH": self._titled,
            "SH": lambda words: self._heading(1, words),
            "SS": lambda words: self._heading(2, words),
            "TP": lambda words: self._name(),
            "TQ": lambda words: self._name(is_further=True),
            "IP": self._item,
            "RS": self._deeper,
            "INDENT": self._deeper,
            "RE": lambda words: self._back(),
            "UNINDENT": lambda words: self._back(),
            "br": lambda words: self._line_ends(),
            "SY": lambda words: self._word(" ".join(words)),
            "OP": lambda words: self._word(f"[{' '.join(words)}]"),
            "UR": self._linked,
            "MT": self._linked,
            "UE": self._link_ends,
            "ME": self._link_ends,
            "URL": self._named_link,
            "MTO": self._named_link,
            "TS": self._table_begins,
            "TE": self._table_ends,
        }

    def take(self, line: str) -> None:
        """Take the next line of the page."""
        control = _CONTROL.match(line) if line[:1] in (".", "'") else None
        if self._rows is not None and (control is None or control["macro"] != "TE"):
            self._row(line)
        elif control is None:
            self._text(unescaped(line))
        elif control["macro"]:
            self._macro(control["macro"], [unescaped(word) for word in macro_words(control["rest"])])

    def end(self) -> None:
        """End the page: what is open is written."""
        self._literal_ends()
        self._line_ends()

    def _macro(self, macro: str, words: list[str]) -> None:
        known = self._macros.get(macro)
        if known is not None:
            if not self._is_literal or macro in ("SH", "SS"):
                self._literal_ends()
                known(words)
        elif macro in _LITERAL:
            self._line_ends()
            self._literal_begins()
        elif macro in _FILLED:
            self._literal_ends()
        elif macro in _PARAGRAPHS:
            self._paragraph_ends(is_new=macro != "sp")
        elif macro in _ALTERNATING:
            self._text("".join(words))
        elif macro[0].isupper() and macro not in _SILENT:
            # Bold and italic text, and macros that the page itself defines.
            self._text(" ".join(words))

    def _text(self, line: str) -> None:
        if self._is_literal:
            self._write(f"    {line}" if line else line)
            return
        if self._heading_level:
            self._heading(self._heading_level, [line])
            return
        if not line.strip():
            self._paragraph_ends(is_new=False)
            return
        if line[0] in " \t":
            # A line with a margin of its own begins a line.
            self._line_ends()
            if line[0] == "\t":
                self._is_new_paragraph = False
                self._hanging = self._hanging or _STEP
        self._word(line.strip())
        if self._is_name:
            self._name_ends()

    def _word(self, text: str) -> None:
        if text:
            self._words.append(text)

    def _name_ends(self) -> None:
        self._is_name = False
        hanging, self._hanging = self._hanging, 0
        self._line_ends()
        self._hanging, self._is_new_paragraph = hanging, False

    def _line_ends(self) -> None:
        if not self._words:
            return
        text = " ".join(" ".join(self._words).split())
        self._words.clear()
        margin = self._margin + self._hanging
        if self._bullet:
            text, margin, self._bullet = f"{self._bullet} {text}", self._margin, ""
        if self._is_new_paragraph and self.lines:
            self._write("")
        self._is_new_paragraph = False
        self._write(" " * margin + text)

    def _paragraph_ends(self, *, is_new: bool) -> None:
        self._line_ends()
        self._is_new_paragraph = True
        if is_new:
            self._hanging, self._is_name = 0, False
        if self._is_literal and self.lines and self.lines[-1]:
            self._write("")

    def _name(self, *, is_further: bool = False) -> None:
        self._line_ends()
        self._is_new_paragraph = not is_further
        self._hanging, self._is_name = _STEP, True

    def _item(self, words: list[str]) -> None:
        self._line_ends()
        self._is_new_paragraph = True
        mark = words[0].strip() if words else ""
        if not mark:
            return
        self._hanging = _STEP
        if mark in _BULLETS or mark.rstrip(".)").isdigit():
            last = self.lines[-1].lstrip() if self.lines else ""
            mark = "-" if mark in _BULLETS else mark.rstrip(".)") + "."
            # The items of a list stand together.
            self._is_new_paragraph = not last.startswith("- ") and not last.split(".")[0].isdigit()
            self._bullet = mark
        else:
            self._word(mark)
            self._name_ends()

    def _deeper(self, words: list[str]) -> None:
        self._line_ends()
        if len(self._margins) >= 1_000:
            return
        self._margins.append(self._margin)
        is_flat = bool(words) and words[0].rstrip("n").strip("0.") == ""
        last = self.lines[-1].strip() if self.lines else ""
        if not is_flat:
            self._margin = min(self._margin + _STEP, _DEEPEST)
            if last and len(last) <= _LONGEST_NAME and not last.endswith((".", ":", "!", "?")) and not self._hanging:
                # "--force" above indented text is an option and what it does.
                self._is_new_paragraph = False
        self._hanging = 0

    def _back(self) -> None:
        self._line_ends()
        self._margin = self._margins.pop() if self._margins else 0
        self._hanging, self._is_new_paragraph = _STEP if self._hanging else 0, True

    def _heading(self, level: int, words: list[str]) -> None:
        self._line_ends()
        title = " ".join(" ".join(words).split())
        # A heading may stand on the line below its macro.
        self._heading_level = 0 if title else level
        self._margins.clear()
        self._margin = self._hanging = 0
        if not title:
            return
        if self.lines:
            self._write("")
        if len(self.headings) < MOST_HEADINGS:
            self.headings.append(Heading(self._length, level + 1, title))
        self._write(title)
        self._is_new_paragraph = True

    def _titled(self, words: list[str]) -> None:
        if self.title is not None or not words:
            return
        section = f"({words[1]})" if len(words) > 1 and words[1] else ""
        self.title = f"{words[0].lower() if words[0].isupper() else words[0]}{section}"
        self.headings.append(Heading(0, 1, self.title))
        self._write(self.title)

    def _linked(self, words: list[str]) -> None:
        self._link = "".join(words[:1])

    def _named_link(self, words: list[str]) -> None:
        target, name, end = (*words, "", "", "")[:3]
        self._word(f"{name} <{target}>{end}".strip())

    def _link_ends(self, words: list[str]) -> None:
        if self._link:
            self._word(f"<{self._link}>{''.join(words[:1])}")
        self._link = ""

    def _literal_begins(self) -> None:
        if not self._is_literal:
            if self.lines and self.lines[-1]:
                self._write("")
            self._write(_FENCE)
        self._is_literal = True

    def _literal_ends(self) -> None:
        if self._is_literal:
            self._write(_FENCE)
            self._is_new_paragraph = True
        self._is_literal = False

    def _table_begins(self, words: list[str]) -> None:
        self._paragraph_ends(is_new=False)
        self._rows, self._is_format = [], True

    def _row(self, line: str) -> None:
        rows = self._rows
        if rows is None:
            return
        if self._is_format:
            # The lines up to the one with a full stop at its end say how the columns look.
            self._is_format = not line.rstrip().endswith(".")
        elif line.startswith("T}") and rows and rows[-1]:
            rows[-1][-1] = rows[-1][-1].removeprefix("T{").strip()
            rows[-1].extend(unescaped(cell).strip() for cell in line[2:].split("\t")[1:])
        elif rows and rows[-1] and rows[-1][-1].startswith("T{"):
            control = _CONTROL.match(line)
            shown = line if control is None else "".join(macro_words(control["rest"]))
            rows[-1][-1] = f"{rows[-1][-1]} {unescaped(shown).strip()}"
        elif line[:1] != "." and line.strip("_= \t"):
            rows.append([unescaped(cell).strip() for cell in line.split("\t")])

    def _table_ends(self, words: list[str]) -> None:
        rows, self._rows = self._rows or [], None
        for line in table_lines(rows):
            self._write(line)
        self._is_new_paragraph = True

    def _write(self, line: str) -> None:
        self.lines.append(line)
        self._length += len(line) + 1

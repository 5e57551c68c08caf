"""Reads the summary and the descriptions of arguments from a function's docstring."""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

_SPHINX = lazy_regex(r"\s*:param\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)")
_GOOGLE = lazy_regex(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)")
_NUMPY = lazy_regex(r"\*{0,2}(\w+)\s*(?::.*)?")
_ARGUMENTS = lazy_regex(r"\s*(?:Args|Arguments|Params|Parameters)\s*:?\s*")
_OTHER = lazy_regex(r"\s*(?:Returns?|Raises?|Yields?|Examples?|Notes?|Attributes|See Also|Warnings?)\s*:?\s*|\s*:\w+.*")


def read_docstring(text: str) -> tuple[str, dict[str, str]]:
    """The text before the list of arguments, and each argument's description (Google, NumPy or Sphinx style)."""
    reader = _DocstringReader()
    for line in text.splitlines():
        reader.read(line)
    return "\n".join(reader.summary).strip(), {
        name: " ".join(lines) for name, lines in reader.arguments.items() if lines
    }


class _DocstringReader:
    def __init__(self) -> None:
        self.summary: list[str] = []
        self.arguments: dict[str, list[str]] = {}
        self._section = "summary"
        self._entry: list[str] | None = None
        self._indent: int | None = None
        self._is_numpy = False

    def read(self, line: str) -> None:
        sphinx = _SPHINX.fullmatch(line)
        if sphinx is not None:
            self._section, self._indent = "arguments", 0
            self._open(sphinx[1], sphinx[2])
        elif _ARGUMENTS.fullmatch(line):
            self._section, self._entry, self._indent, self._is_numpy = "arguments", None, None, False
        elif _OTHER.fullmatch(line):
            self._section = "other"
        elif self._section == "summary":
            self.summary.append(line)
        elif self._section == "arguments" and line.strip():
            self._read_argument(line)

    def _read_argument(self, line: str) -> None:
        text = line.strip()
        if not text.strip("-="):
            self._is_numpy = True
            return
        indent = len(line) - len(line.lstrip())
        if self._indent is None:
            self._indent = indent
        if indent > self._indent:
            self._more(text)
        elif self._is_numpy and (numpy := _NUMPY.fullmatch(text)):
            self._open(numpy[1], "")
        elif google := _GOOGLE.fullmatch(text):
            self._open(google[1], google[2])
        else:
            self._more(text)

    def _open(self, name: str, text: str) -> None:
        self._entry = self.arguments.setdefault(name, [])
        self._more(text)

    def _more(self, text: str) -> None:
        if self._entry is not None and text:
            self._entry.append(text)

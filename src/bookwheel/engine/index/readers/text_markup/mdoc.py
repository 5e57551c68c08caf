"""Man pages of the BSDs (mdoc), written with the macros of man."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from bookwheel.engine.index.readers.text_markup.roff_text import macro_words

_QUOTES = {
    "Dq": "“”",
    "Qq": '""',
    "Sq": "‘’",
    "Ql": "‘’",
    "Op": "[]",
    "Pq": "()",
    "Bq": "[]",
    "Brq": "{}",
    "Aq": "<>",
}
_OPENING = {"Do": "“", "So": "‘", "Oo": "[", "Po": "(", "Bo": "[", "Bro": "{", "Ao": "<", "Qo": '"'}
_CLOSING = {"Dc": "”", "Sc": "’", "Oc": "]", "Pc": ")", "Bc": "]", "Brc": "}", "Ac": ">", "Qc": '"'}
_INLINE = frozenset(
    "Ad An Ar Cd Cm Dv Em Er Ev Fa Fd Fn Ft Ic In Li Lk Ms Mt Nd No Pa Sx Sy Tn Va Vt Xo Xc Xr Fl Nm Ns St Rv "
    "Ex Pf Ap Ta Lb Sm Ux Bx Fx Nx Ox Dx At".split()
)
_SYSTEMS = {
    "Ux": "UNIX",
    "Bx": "BSD",
    "Fx": "FreeBSD",
    "Nx": "NetBSD",
    "Ox": "OpenBSD",
    "Dx": "DragonFly",
    "At": "AT&T UNIX",
}
# What they show, and whether the next word follows without a space.
_FIXED: dict[str, tuple[str | None, bool]] = {
    **{macro: (marks[:1], True) for macro, marks in _QUOTES.items()},
    **{macro: (mark, True) for macro, mark in _OPENING.items()},
    **{macro: (mark, False) for macro, mark in (_CLOSING | _SYSTEMS).items()},
    "Ap": ("'", True),
    "Ns": (None, True),
}
_PUNCTUATION = frozenset(".,:;)]?!|")
_LITERAL = ("-literal", "-unfilled")


def is_mdoc(lines: Iterable[str]) -> bool:
    """Whether the page has the macros of mdoc."""
    return any(line.startswith((".Dt ", ".Dd ")) for line in lines)


def as_man(lines: Iterable[str]) -> Iterator[str]:
    """The lines with the macros of man."""
    return _MdocLines().lines(lines)


class _MdocLines:
    def __init__(self) -> None:
        self._name = ""
        self._lists: list[str] = []
        self._numbers: list[int] = []
        self._displays: list[bool] = []
        self._date = ""
        self._blocks: dict[str, Callable[[list[str]], list[str]]] = {
            "Dd": self._dated,
            "Dt": lambda words: [f'.TH {" ".join(words[:2])} "{self._date}"'],
            "Sh": lambda words: [f".SH {self._inline(words)}"],
            "Ss": lambda words: [f".SS {self._inline(words)}"],
            "Pp": lambda words: [".PP" if not self._lists else ".sp"],
            "Bl": self._list_begins,
            "El": lambda words: self._list_ends(),
            "It": self._item,
            "Bd": self._display_begins,
            "Ed": lambda words: [".fi" if self._displays and self._displays.pop() else ".RE"],
            "Dl": lambda words: [".nf", self._inline(words), ".fi"],
            "D1": lambda words: [".RS", self._inline(words), ".RE"],
            "Os": lambda words: [],
            "Bk": lambda words: [],
            "Ek": lambda words: [],
        }

    def lines(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            words = macro_words(line[1:]) if line[:1] == "." else []
            if not words:
                yield line
            elif words[0] in self._blocks:
                yield from self._blocks[words[0]](words[1:])
            elif words[0] == "Nd":
                yield f"- {self._inline(words[1:])}"
            elif words[0] in _INLINE or words[0] in _QUOTES or words[0] in _OPENING or words[0] in _CLOSING:
                yield _as_text(self._inline(words))
            else:
                yield line

    def _dated(self, words: list[str]) -> list[str]:
        self._date = " ".join(words).replace('"', "")
        return []

    def _list_begins(self, words: list[str]) -> list[str]:
        kind = next((word for word in words if word in ("-bullet", "-dash", "-enum", "-item", "-column")), "-tag")
        self._lists.append(kind)
        self._numbers.append(0)
        return [".RS" if len(self._lists) > 1 else ".RS 0"]

    def _list_ends(self) -> list[str]:
        if self._lists:
            self._lists.pop()
            self._numbers.pop()
        return [".RE"]

    def _item(self, words: list[str]) -> list[str]:
        kind = self._lists[-1] if self._lists else "-tag"
        if kind in ("-bullet", "-dash"):
            return [".IP \\(bu"]
        if kind == "-enum":
            self._numbers[-1] += 1
            return [f".IP {self._numbers[-1]}."]
        if kind == "-item":
            return [".sp"]
        if kind == "-column":
            return [".br", _as_text(self._inline(words))]
        return [".TP", _as_text(self._inline(words))]

    def _display_begins(self, words: list[str]) -> list[str]:
        is_literal = any(word in _LITERAL for word in words)
        self._displays.append(is_literal)
        return [".nf" if is_literal else ".RS"]

    def _inline(self, words: list[str]) -> str:
        """What a line of macros shows: `-f file`, `[-v]`, `ls(1)`."""
        shown: list[str] = []
        closing: list[str] = []
        is_joined = False
        rest = deque(words)
        while rest:
            word = rest.popleft()
            if word in _QUOTES:
                closing.append(_QUOTES[word][1:])
            is_joined |= word in _CLOSING or word in _PUNCTUATION or word in ("Ns", "Ap")
            piece, joins_next = self._shown(word, rest)
            if piece is None:
                is_joined |= joins_next
                continue
            shown.append(piece if is_joined or not shown else f" {piece}")
            is_joined = joins_next
        end = [shown.pop()] if closing and shown and shown[-1] in _PUNCTUATION else []
        return "".join((*shown, *reversed(closing), *end))

    def _shown(self, word: str, rest: deque[str]) -> tuple[str | None, bool]:
        """What a word of a line shows, None for nothing, and whether the next word follows without a space."""
        is_bare = not rest or rest[0] in _INLINE or rest[0] in _PUNCTUATION
        fixed = _FIXED.get(word)
        if fixed is not None:
            return fixed
        if word == "Fl":
            return "-", not is_bare or (bool(rest) and rest[0] == "Fl")
        if word == "Nm":
            self._name = self._name or ("" if is_bare else rest[0])
            return (self._name if is_bare else None), False
        if word == "Xr" and len(rest) > 1:
            return f"{rest.popleft()}({rest.popleft()})", False
        if word == "Pf" and rest:
            return rest.popleft(), True
        if word == "Sm":
            rest.clear()
        if word == "Ar" and is_bare:
            return "file ...", False
        return (None, False) if word in _INLINE else (word, word in ("(", "["))


def _as_text(line: str) -> str:
    return f"\\&{line}" if line[:1] in (".", "'") else line

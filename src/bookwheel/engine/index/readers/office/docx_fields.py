"""The fields of a DOCX (cross-references, mail merge, forms): their results are text, their codes are not.

The markup is that of ISO/IEC 29500-1, sections 17.16 (fields) and 17.5.2 (content controls).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.office.docx_numbers import W
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# What Word writes in place of a reference whose target is gone, in the language of the user.
_BROKEN = lazy_regex(r"\s*¡?(?:Error|Fehler|Erreur|Errore|Erro|Fout|Fel|Fejl|Ошибка|Błąd|Chyba)\s?!")
_PLACEHOLDER = lazy_regex(r"[\s\u2002\u00a0]*(?:[«<].*[»>][\s\u2002]*)?")
_FILLED_IN = frozenset({"MERGEFIELD", "FORMTEXT"})


@dataclass(slots=True)
class _Field:
    code: str = ""
    result: str = ""
    is_code: bool = True


class Fields:
    """Settles the fields of a document: takes out what is not text, and counts those without a value."""

    def __init__(self, root: Element) -> None:
        self._empty = 0
        self._broken = 0
        self._open: list[_Field] = []
        for element in root.iter(f"{W}fldSimple"):
            self._judge(_Field(element.get(f"{W}instr", ""), _text(element)))
        for run in root.iter(f"{W}r"):
            self._read(run)
        for control in root.iter(f"{W}sdt"):
            self._empty += _take_out_prompt(control)

    def remarks(self) -> Iterator[str]:
        """What is missing, in words for the user."""
        if self._empty:
            yield "one field has no value" if self._empty == 1 else f"{self._empty:,} fields have no value"
        if self._broken:
            yield (
                "one cross-reference has lost its target"
                if self._broken == 1
                else f"{self._broken:,} cross-references have lost their targets"
            )

    def _read(self, run: Element) -> None:
        for child in list(run):
            if child.tag == f"{W}fldChar":
                self._bound(child.get(f"{W}fldCharType", ""))
            elif child.tag == f"{W}instrText" and self._open:
                self._open[-1].code += child.text or ""
            elif child.tag == f"{W}t":
                for field in self._open:
                    field.result += child.text or ""
                if any(field.is_code for field in self._open):
                    run.remove(child)  # the result of a field inside the code of another one

    def _bound(self, kind: str) -> None:
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].is_code = False
        elif kind == "end" and self._open:
            self._judge(self._open.pop())

    def _judge(self, field: _Field) -> None:
        name = field.code.split()[:1]
        if name and name[0].upper() in _FILLED_IN and _PLACEHOLDER.fullmatch(field.result):
            self._empty += 1
        self._broken += _BROKEN.match(field.result) is not None


def _take_out_prompt(control: Element) -> bool:
    """Whether a content control shows its prompt ("Click here to enter text"), which is taken out."""
    shown = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    if shown is None or shown.get(f"{W}val", "1") in ("0", "false", "off"):
        return False
    for run in control.iter(f"{W}r"):
        for text in run.findall(f"{W}t"):
            run.remove(text)
    return True


def _text(element: Element) -> str:
    return "".join(node.text or "" for node in element.iter(f"{W}t"))

"""The equations of a DOCX on one line, as in `(a+b)/2`, `x^2` and `∑_(i=1)^n x`.

The markup is that of ISO/IEC 29500-1, section 22.1 (Office Math).
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.web.html_formulas import in_line

_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
EQUATIONS = frozenset({f"{_MATHS}oMath", f"{_MATHS}oMathPara"})
# What is set above or below another part, by the names of both.
_BOUNDS = {"sSup": ("^", "sup"), "sSub": ("_", "sub"), "limUpp": ("^", "lim"), "limLow": ("_", "lim")}


def equation_text(element: Element) -> str:
    """An equation, or a part of one, on one line."""
    name = element.tag.removeprefix(_MATHS)
    parts = [equation_text(child) for child in element]
    inner = {child.tag.removeprefix(_MATHS): part for child, part in zip(element, parts, strict=True)}
    if name in _BOUNDS:
        mark, bound = _BOUNDS[name]
        return f"{inner.get('e', '')}{mark}{_grouped(inner.get(bound, ''))}"
    match name:
        case "t":
            return element.text or ""
        case "nary":
            return _sum(element, inner)
        case "m" | "eqArr":
            return "; ".join(filter(None, parts))
        case "mr":
            return " ".join(parts)
        case "f":
            return f"{_grouped(inner.get('num', ''))}/{_grouped(inner.get('den', ''))}"
        case "sSubSup":
            return f"{inner.get('e', '')}_{_grouped(inner.get('sub', ''))}^{_grouped(inner.get('sup', ''))}"
        case "rad":
            return _root(inner.get("e", ""), inner.get("deg", "").strip())
        case "d":
            opening, closing = (_sign(element, f"dPr/{_MATHS}{side}", usual) for side, usual in _DELIMITERS)
            return f"{opening}{', '.join(filter(None, parts))}{closing}"
        case _:
            return in_line([(child.tag == f"{_MATHS}f", part) for child, part in zip(element, parts, strict=True)])


def _root(radicand: str, degree: str) -> str:
    if degree:
        return f"({radicand})^(1/{degree})"
    return f"√{radicand}" if len(radicand) < 2 or radicand.isdecimal() else f"√({radicand})"


_DELIMITERS = (("begChr", "("), ("endChr", ")"))


def _sum(element: Element, inner: dict[str, str]) -> str:
    """A sum, a product or an integral with its bounds."""
    text = _sign(element, f"naryPr/{_MATHS}chr", "∫")
    for name, mark in (("sub", "_"), ("sup", "^")):
        text += f"{mark}{_grouped(inner[name])}" if inner.get(name) else ""
    return f"{text} {inner['e']}" if inner.get("e") else text


def _sign(element: Element, name: str, usual: str) -> str:
    sign = element.find(f"{_MATHS}{name}")
    return usual if sign is None else sign.get(f"{_MATHS}val", "")


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"

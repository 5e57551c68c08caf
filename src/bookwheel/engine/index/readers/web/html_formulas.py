"""Formulas of pages on one line: MathML, and TeX in scripts that a program turns into letters later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_MOST = 20_000
_DEEPEST = 40
_TEX = "script[type^='math/tex']"
# What MathJax has drawn already stands beside the script that it drew.
_DRAWN = ".MathJax, .MathJax_Display, .MathJax_SVG, mjx-container"


def write_formulas(tree: LexborHTMLParser) -> None:
    """Put the formulas of a page into its text."""
    if tree.css_first(_DRAWN) is None:
        for source in tree.css(_TEX)[:_MOST]:
            source.replace_with(" ".join(source.text().split()))
    for formula in tree.css("math")[:_MOST]:
        formula.replace_with(_formula(formula, _DEEPEST))


def _formula(node: LexborNode, deepest: int) -> str:
    """MathML on one line: `a/b`, `x^2`, `x_1`, `√(x)`."""
    if node.tag == "-text":
        return " ".join((node.text_content or "").split())
    if deepest <= 0 or node.tag in ("annotation", "annotation-xml"):
        return ""
    children = list(_parts(node, deepest - 1))
    parts = [part for _, part in children]
    if node.tag == "mtr":
        return "; ".join(parts) + "; "
    if node.tag == "msqrt":
        return f"√({in_line(children)})"
    return _written(node.tag, parts) or in_line(children)


def _written(tag: str | None, parts: Sequence[str]) -> str:
    """What an element that is more than its parts stands for; empty for others."""
    match tag, parts:
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}"
        case (("msup" | "mover"), [base, above]):
            return f"{_grouped(base)}^{_grouped(above)}"
        case (("msub" | "munder"), [base, below]):
            return f"{_grouped(base)}_{_grouped(below)}"
        case (("msubsup" | "munderover"), [base, below, above]):
            return f"{_grouped(base)}_{_grouped(below)}^{_grouped(above)}"
        case "mroot", [inner, index]:
            return f"({inner})^(1/{index})"
        case "mo", [sign]:
            return f" {sign} " if sign in "=+−<>≤≥≈≠±×·→" else sign
        case _:
            return ""


def _parts(node: LexborNode, deepest: int) -> Iterator[tuple[bool, str]]:
    for child in node.iter(include_text=True):
        if part := _formula(child, deepest):
            yield child.tag == "mfrac", part


def in_line(parts: Sequence[tuple[bool, str]]) -> str:
    """The parts of a formula, each with whether it is a fraction, one after the other.

    A blank sets a fraction apart from letters and digits beside it: `1 1/2` is not 11/2.
    """
    text, is_after_fraction = "", False
    for is_fraction, part in parts:
        is_close = (is_fraction or is_after_fraction) and text[-1:].isalnum() and part[:1].isalnum()
        text += f" {part}" if is_close else part
        is_after_fraction = is_fraction if part else is_after_fraction
    return text


def _grouped(part: str) -> str:
    plain = part.strip()
    return plain if plain.isalnum() or plain.replace(".", "", 1).isdigit() else f"({plain})"

"""The main text of a page: drops what surrounds it, as long as most of the text stays.

Prose is text outside links. Navigation has hardly any, so leaving it out costs nothing; a form or a hidden part that
holds much of the prose is the text itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bookwheel.engine.index.readers.about import pictures_remark
from bookwheel.engine.index.readers.web.html_formulas import write_formulas
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NOT_TEXT = ["script", "style", "template", "svg", "iframe", "object", "canvas"]
_AROUND = "nav, [role=navigation], [role=search], [role=dialog], [role=menu]"
_ASIDE = "aside, [role=complementary]"
_HIDDEN = "[hidden], [aria-hidden=true]"
_MAIN = "main, [role=main], article"
_HEADINGS = "h1, h2, h3, h4, h5, h6"
# Links to the place where they stand: ¶, #.
_EDIT = ".mw-editsection"
_ANCHORS = "h1 a, h2 a, h3 a, h4 a, h5 a, h6 a, dt a, caption a, figcaption a"
# Names of classes that mark a box inside the text, and of those that mark what stands beside it.
_BOX = lazy_regex(r"admonition|warn|caution|danger|alert|notice|note|tip\b|hint|important|callout|info", re.IGNORECASE)
_BESIDE = lazy_regex(
    r"relat|share|social|newsletter|promo|sponsor|\bads?\b|advert|comment|sidebar|cookie", re.IGNORECASE
)

# What is left out may hold this share of the prose, and what is called main must hold this share of the rest.
_MOST_LEFT_OUT = 0.4
_LEAST_MAIN = 0.5
# A share that the user should know about.
_TOLD_SHARE = 0.3
_LEAST_TOLD = 200
_SHORT_PART = 15
_SHORT_PAGE = 200
_FIELDS = frozenset({"text", "number", "date", "email", "tel", "url", "time", "month"})
_SHORT_BUTTON = 25
_MOST_LINKS = 0.5
_LONG_TEXT = 60
_MOST_OPTIONS = 20
_MOST_CANDIDATES = 2_000
_NOTE_MARKS = 'a[epub\\:type~="noteref"], a[role~="doc-noteref"]'
_DEEPEST = 40
_FIGURES = lazy_regex(r"[-−–+]?\d{1,4}")
_LAST_WORD = lazy_regex(r"[^\W_]{1,40}\Z")
_LONGEST_UNIT = 3
_PUNCTUATION = (".", ",", ";", ":", "!", "?", ")", '"', "”", "»", "。")
# A page with less text than this may be only the shell of an application.
_HARDLY_ANY = 200
_LONG_SCRIPT = 1_000
_FRAME = lazy_regex(r"<i?frame\s[^>]{0,500}\bsrc\s*=", re.IGNORECASE)
_IMAGE = lazy_regex(r"<img\b", re.IGNORECASE)
_SCRIPT = lazy_regex(r"<script\b", re.IGNORECASE)
_TAGS = lazy_regex(r"<script\b.*?(?:</script>|\Z)|<[^<>]*>|\s+", re.IGNORECASE | re.DOTALL)
_SHELL, _SHORT_SHELL = 1_000, 50
_SCRIPTS = lazy_regex(r"<script\b.*?(?:</script>|\Z)", re.IGNORECASE | re.DOTALL)
_APPLICATION = lazy_regex(
    r"\bid\s*=\s*[\"']?(?:root|app|__next|__nuxt|application|react-root)[\"'\s>]|<app-root\b|\bng-app\b"
    r"|enable java\s?script|requires? java\s?script",
    re.IGNORECASE,
)


class Main(NamedTuple):
    """The element that holds the main text, and the remark on the rest; `is_marked` when the page names it."""

    root: LexborNode
    is_marked: bool
    remarks: tuple[str, ...] = ()


def without_what_is_no_text(tree: LexborHTMLParser) -> None:
    """Remove scripts and controls; put formulas and short lists of choices into words."""
    write_formulas(tree)
    tree.strip_tags(_NOT_TEXT)
    _write_raised_figures(tree)
    for choice in tree.css("select, datalist")[:_MOST_CANDIDATES]:
        offered = choice.css("option[selected]") or choice.css("option")
        options = [" ".join(option.text(deep=True).split()) for option in offered]
        kept = 0 < len(options) <= _MOST_OPTIONS
        choice.replace_with(_gap(choice) + "; ".join(filter(None, options)) + " " if kept else " ")
    for given in tree.css("input[value]")[:_MOST_CANDIDATES]:
        if (given.attributes.get("type") or "text").lower() in _FIELDS:
            given.replace_with(_gap(given) + (given.attributes.get("value") or ""))
    for deleted in tree.css("del")[:_MOST_CANDIDATES]:
        deleted.decompose()
    for fallback in tree.css("noscript")[:_MOST_CANDIDATES]:
        if tree.body is None or _length(tree.body) - _length(fallback) >= _SHORT_PAGE:
            fallback.decompose()
    _take_out_controls(tree)


def _take_out_controls(tree: LexborHTMLParser) -> None:
    for link in tree.css(_EDIT)[:_MOST_CANDIDATES]:
        link.decompose()
    for link in tree.css(_ANCHORS)[:_MOST_CANDIDATES]:
        if "headerlink" in _class(link) or not any(map(str.isalnum, link.text(deep=True))):
            link.decompose()
    for button in tree.css("button")[:_MOST_CANDIDATES]:
        if not _is_text_button(button):
            button.decompose()


def main_of(tree: LexborHTMLParser) -> Main | None:
    """The main text of a page, its surroundings removed; None for a page without a body."""
    body = tree.body
    if body is None:
        return None
    whole = _prose(body)
    left_out = 0
    candidates = [(prose, node) for node in _surroundings(tree) if (prose := _prose(node)) >= 0]
    for prose, node in sorted(candidates, key=lambda candidate: candidate[0]):
        if left_out + prose > whole * _MOST_LEFT_OUT:
            break
        left_out += prose
        node.decompose()
    rest = _prose(body)
    root, is_marked = body, False
    for node in tree.css(_MAIN):
        if (prose := _prose(node)) >= rest * _LEAST_MAIN:
            root, is_marked = _with_other_parts(node, body), True
            left_out += rest - _prose(root)
            break
    if left_out < max(whole * _TOLD_SHARE, _LEAST_TOLD):
        return Main(root, is_marked)
    share = round(100 * left_out / whole)
    return Main(
        root, is_marked, (f"{share} % of the page's text is left out (navigation, side columns, forms, comments)",)
    )


def _with_other_parts(main: LexborNode, body: LexborNode) -> LexborNode:
    """The main element; the body, without what else stands in it, when other articles or sections do."""
    others: list[LexborNode] = []
    inner = main
    for _ in range(_DEEPEST):
        above = inner.parent
        if inner.mem_id == body.mem_id or above is None:
            break
        others += [child for child in above.iter() if child.mem_id != inner.mem_id]
        inner = above
    if not any(map(_is_other_part, others)):
        return main
    for other in others:
        if not _is_other_part(other):
            other.decompose()
    return body


def _is_other_part(node: LexborNode) -> bool:
    if node.tag not in ("article", "section", "dialog") or _BESIDE.search(_class(node)):
        return False
    return _prose(node) >= _SHORT_PART and _links(node) <= _MOST_LINKS


def written_elsewhere(markup: str, text: str) -> list[str]:
    """The remark on a page with hardly any text, because a script writes it, or it stands in the pages of frames."""
    if len(text) >= _HARDLY_ANY:
        return []
    if frames := sum(1 for _ in _FRAME.finditer(markup)):
        pages = "another page" if frames == 1 else f"{frames:,} other pages"
        return [f"hardly any text: it shows {pages} in frames, which are not read"]
    if _SCRIPT.search(markup) is None:
        return pictures_remark(sum(1 for _ in _IMAGE.finditer(markup)), len(text))
    scripts = len(markup) - len(_SCRIPTS.sub("", markup))
    shell = _APPLICATION.search(markup)
    if shell is not None and len(_TAGS.sub("", markup[shell.end() :][:_SHELL])) >= _SHORT_SHELL:
        return []  # the page was saved as the script had written it
    is_written = shell is not None or scripts > max(len(markup) / 2, _LONG_SCRIPT)
    if is_written:
        return ["hardly any text: a script writes this page; save it from the browser as it is shown"]
    return pictures_remark(sum(1 for _ in _IMAGE.finditer(markup)), len(text))


def _surroundings(tree: LexborHTMLParser) -> list[LexborNode]:
    """Elements that may be left out, each but once and none inside another of them."""
    chosen: dict[int, LexborNode] = {node.mem_id: node for node in tree.css(_AROUND)}
    judged = (_ASIDE, _is_beside), ("footer", _is_page_end), ("form", _is_controls), (_HIDDEN, _is_hidden_noise)
    for selector, is_around in judged:
        # Only the outermost: measuring each of thousands inside each other would take quadratic time.
        found = {node.mem_id: node for node in tree.css(selector)[:_MOST_CANDIDATES]}
        outer = [node for node in found.values() if not _is_inside(node, found)]
        chosen.update((node.mem_id, node) for node in outer if is_around(node))
    return [node for node in chosen.values() if not _is_inside(node, chosen)]


def _is_beside(node: LexborNode) -> bool:
    """Whether an `aside` is not a box of the text."""
    name = _class(node)
    if _BESIDE.search(name) or _links(node) > _MOST_LINKS:
        return True
    is_box = bool(_BOX.search(name)) or node.attributes.get("role") in ("note", "alert")
    is_in_text = _ancestor(node, ("main", "article", "section")) is not None or _is_among_paragraphs(node)
    return not is_box and not is_in_text


def _is_among_paragraphs(node: LexborNode) -> bool:
    above = node.parent
    return above is not None and above.tag == "div" and any(child.tag == "p" for child in above.iter())


def _is_page_end(node: LexborNode) -> bool:
    """Whether a `footer` is not the last words of an article."""
    in_article = _ancestor(node, ("article", "blockquote", "figure")) is not None
    return not in_article or bool(_BESIDE.search(_class(node))) or _links(node) > _MOST_LINKS


def _is_controls(node: LexborNode) -> bool:
    """Whether a form has fields and their labels, and no text to read."""
    if node.css_first(_HEADINGS) is not None:
        return False
    return all(len(text.text(deep=True).strip()) < _LONG_TEXT for text in node.css("p, li, td, dd"))


def _is_hidden_noise(node: LexborNode) -> bool:
    """Whether a hidden part is a mark, a menu or a dialog; text that a click shows is none of these."""
    text = node.text(deep=True).strip()
    if len(text) < _SHORT_PART or " " not in text or _BESIDE.search(_class(node)):
        return True
    return _links(node) > _MOST_LINKS or _ancestor(node, ("header", "a", "button")) is not None


def _write_raised_figures(tree: LexborHTMLParser) -> None:
    for raised in tree.css("sup")[:_MOST_CANDIDATES]:
        if (written := _raised(raised)) is not None:
            raised.replace_with(written)
    for mark in tree.css(_NOTE_MARKS)[:_MOST_CANDIDATES]:
        # A style sheet raises these; behind a figure a bare one would read as a part of it.
        if (text := mark.text(deep=True).strip()).isdecimal():
            mark.replace_with(f"[{text}]")


def _raised(node: LexborNode) -> str | None:
    """Raised figures in line with the text: `10^6`, and `word[1]` for a note; None for others (`m2`, `1st`)."""
    text = "".join(node.text(deep=True).split())
    is_letter = len(text) == 1 and text.isascii() and text.islower()
    if _FIGURES.fullmatch(text) is None and not is_letter:
        return None
    above = node.parent
    link = above if above is not None and above.tag == "a" else None
    before = (link or node).prev
    text_before = (before.text_content or "") if before is not None and before.tag == "-text" else ""
    word = _LAST_WORD.search(text_before)
    last = word[0] if word else ""
    if link is not None or node.css_first("a") is not None:
        return f"[{text}]"
    if last[-1:].isdecimal():
        return None if is_letter else f"^{text}"
    is_note = text_before.endswith(_PUNCTUATION) or (len(last) > _LONGEST_UNIT and last.isalpha())
    return f"[{text}]" if (text.isdecimal() or is_letter) and is_note else None


def _gap(node: LexborNode) -> str:
    before = node.prev
    return "" if before is not None and before.tag == "-text" and (before.text_content or "")[-1:].isspace() else " "


def _is_text_button(button: LexborNode) -> bool:
    text = button.text(deep=True).strip()
    opens = "aria-expanded" in button.attributes or "aria-controls" in button.attributes
    if _ancestor(button, ("h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt")) is not None:
        return any(map(str.isalnum, text))
    inside = _ancestor(button, ("li", "p")) is not None
    return bool(text) and (len(text) > _SHORT_BUTTON or text.endswith("?") or ((opens or inside) and " " in text))


def _prose(node: LexborNode) -> int:
    return _length(node) - sum(_length(link) for link in node.css("a"))


def _links(node: LexborNode) -> float:
    length = _length(node)
    return 0.0 if length == 0 else 1 - _prose(node) / length


def _length(node: LexborNode) -> int:
    return len("".join(node.text(deep=True).split()))


def _class(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def _ancestor(node: LexborNode, tags: tuple[str, ...]) -> LexborNode | None:
    above = node.parent
    for _ in range(_DEEPEST):
        if above is None or above.tag in tags:
            return above
        above = above.parent
    return None


def _is_inside(node: LexborNode, others: dict[int, LexborNode]) -> bool:
    above = node.parent
    for _ in range(_DEEPEST):
        if above is None:
            return False
        if above.mem_id in others:
            return True
        above = above.parent
    return False

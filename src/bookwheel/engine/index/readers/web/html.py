"""HTML: the main text as a reader of the page sees it, with its headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bookwheel.engine.index.readers.encodings.encoding import Decoded, decoded_text
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.definition_entries import INDENT
from bookwheel.engine.index.readers.web.html_about import PageAbout, page_about
from bookwheel.engine.index.readers.web.html_main import main_of, without_what_is_no_text, written_elsewhere
from bookwheel.engine.index.readers.web.html_tables import take_tables
from bookwheel.engine.index.readers.web.web_article import article_markup
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# The parser takes quadratic time for elements inside elements: 100,000 deep it takes 20 seconds.
DEEPEST = 4_000

# Elements that have no end, or need none, do not nest.
_FLAT = "br|hr|img|input|meta|link|p|li|d[td]|t[rdh]|thead|tbody|tfoot|option|area|col|base|wbr|source|embed|param"
_TAG = lazy_regex(rf"<(/?)(?!(?:{_FLAT})\b)[a-z]", re.IGNORECASE)
_CHARSET = lazy_regex(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_XML_ENCODING = lazy_regex(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})")
_NO_FRAMES = lazy_regex(r"<noframes>(.{1,200000}?)</noframes>", re.IGNORECASE | re.DOTALL)
_SHADOW = lazy_regex(r"\bshadow(?:root)?(?:mode)?\b", re.IGNORECASE)  # `shadowmode` in a page saved by Chrome
_TEMPLATE = lazy_regex(r"<(?P<closes>/?)template\b(?P<attributes>[^>]{0,300})>", re.IGNORECASE)
# The parser takes quadratic time for the choices of one list; a list of so many is not text.
_MOST_OPTIONS = 4_000
_OPTION = lazy_regex(r"</?option\b[^>]{0,2000}>", re.IGNORECASE)
_HEAD = 4_096
# Where a word may be parted; in scripts without blanks the second of them parts words.
_UNSEEN = lazy_regex("[\u00ad\ufeff\u2060]|(?<![\u0e00-\u109f\u1780-\u17ff])\u200b")
_BLOCKS = frozenset(
    (
        "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption "
        "figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody "
        "td tfoot th thead tr ul"
    ).split()
)
_PARAGRAPHS = frozenset("blockquote button div dl figure h1 h2 h3 h4 h5 h6 ol p pre section summary table ul".split())
# A button inside one of these is a part of it.
_HOLDS_BUTTON = frozenset("a button dt h1 h2 h3 h4 h5 h6 label li p summary td th".split())
_HEADING = lazy_regex(r"h([1-6])$")
_ITEM_SIGN = lazy_regex(r"- |-?\d+\. ")
_SPACE = lazy_regex(r"[ \t\n\f\r]+")
# A text more levels below its block than this belongs to no block: deep nonsense must not cost quadratic time.
_DEEPEST_INLINE = 60


class PageText(NamedTuple):
    """The text of a page, its headings with their offsets in it, its title (may be empty), author and date.

    `is_marked` when the page names its main element; `remarks` say what was left out.
    """

    text: str
    headings: list[Heading]
    title: str
    about: PageAbout
    is_marked: bool = False
    remarks: tuple[str, ...] = ()


def read(source: Source) -> Document:
    """The main text; its title is that of the page, or the first heading."""
    return page_document(source, source.data)


def page_document(source: Source, data: bytes, *, declared: str = "", title: str = "", date: str = "") -> Document:
    """The document of a page whose markup is `data`; the other values count where the page itself has none."""
    decoded = decoded_page(data, declared)
    page = page_of(decoded.text)
    if not page.text and (instead := _NO_FRAMES.search(decoded.text)):
        page = page_of(instead[1], whole=True)._replace(title=page.title)
    if not page.is_marked and (article := article_markup(decoded.text, page.text)) is not None:
        inner = page_of(article)
        page = page._replace(text=inner.text, headings=inner.headings)
    source.remarks.extend([*decoded.remarks, *page.remarks, *written_elsewhere(decoded.text, page.text)])
    if not page.text:
        elsewhere = [remark.partition(": ")[2] for remark in written_elsewhere(decoded.text, "")]
        raise DocumentError(": ".join(["no text found in the page", *elsewhere]))
    first = page.headings[0].title if page.headings else None
    return made_document(
        source,
        page.text,
        title=page.title or title or first,
        author=page.about.author,
        date=page.about.date or date,
        locations=Locations(headings=page.headings),
    )


def page_of(markup: str, *, whole: bool = False) -> PageText:
    """What a page says: its main text, or, for a page that is a part of a book or a letter, the `whole`.

    Raises DocumentError when it is nested too deep.
    """
    from selectolax.lexbor import LexborHTMLParser

    if markup.count("<") > DEEPEST and _depth(markup) > DEEPEST:
        raise DocumentError(f"its elements are nested more than {DEEPEST:,} deep")
    if markup.count("<opt") + markup.count("<OPT") > _MOST_OPTIONS:
        markup = _OPTION.sub(" ", markup)
    tree = LexborHTMLParser(_with_shown_templates(markup))
    title = tree.css_first("title")
    about = PageAbout() if whole else page_about(tree)
    without_what_is_no_text(tree)
    main = None if whole else main_of(tree)
    root = tree.body if main is None else main.root
    writer = _HtmlWriter(take_tables(tree))
    if root is not None:
        writer.write(root)
    text, headings = writer.finished()
    shown_title = title.text(deep=True, strip=True) if title is not None else ""
    if main is None:
        return PageText(text, headings, shown_title, about)
    return PageText(text, headings, shown_title, about, main.is_marked, main.remarks)


def _with_shown_templates(markup: str) -> str:
    """The page with the templates of its components as blocks: others are shown only when a script copies them."""
    if "shadowroot" not in markup and "shadowmode" not in markup:
        return markup
    shown: list[bool] = []

    def block(match: re.Match[str]) -> str:
        if not match["closes"]:
            shown.append(_SHADOW.search(match["attributes"]) is not None)
            return "<div>" if shown[-1] else match[0]
        return "</div>" if shown and shown.pop() else match[0]

    return _TEMPLATE.sub(block, markup)


def decoded_page(data: bytes, declared: str = "") -> Decoded:
    """The markup, in the encoding that is declared or that its letters show. Raises DocumentError for other bytes."""
    in_page = _CHARSET.search(data[:_HEAD]) or _XML_ENCODING.match(data[:_HEAD])
    decoded = decoded_text(data, declared or (in_page[1].decode("ascii") if in_page else ""))
    if decoded is None:
        raise DocumentError("it is not text: it holds NUL or other control characters")
    return decoded


def _depth(page: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(page):
        if match[1]:
            depth = max(depth - 1, 0)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


class _HtmlWriter:
    """Turns nodes in document order into lines of text."""

    def __init__(self, tables: dict[int, list[str]]) -> None:
        self._tables = tables
        self._numbers: dict[int, int] = {}  # the last number of each ordered list
        self._pieces: list[str] = []
        self._length = 0
        self._block = 0
        self._headings: list[tuple[int, int, list[str]]] = []
        self._open_heading = 0
        self._begun = 0  # the cell or list item that has been opened and has no text yet

    def write(self, root: LexborNode) -> None:
        for node in root.traverse(include_text=True):
            tag = node.tag or ""
            if tag == "-text":
                self._write_text(node)
            elif tag == "br":
                self._end_line(node)
            elif node.mem_id in self._tables:
                self._write_table(self._tables[node.mem_id])
            elif tag in _BLOCKS and not _is_inline_button(node):
                self._open(tag, node)

    def finished(self) -> tuple[str, list[Heading]]:
        """The whole text and its headings, their offsets counted in it."""
        text = "".join(self._pieces).rstrip()
        headings = [Heading(start, level, " ".join("".join(words).split())) for start, level, words in self._headings]
        return text, [heading for heading in headings if heading.title]

    def _end_line(self, node: LexborNode) -> None:
        """A line ends, but a heading is one line: "Chapter 1" over "The Storm"."""
        if not self._open_heading or _block_of(node)[1] != self._open_heading:
            self._break("\n")
        elif not self._pieces[-1].endswith(" "):
            self._append(" ")
            self._headings[-1][2].append(" ")

    def _open(self, tag: str, node: LexborNode) -> None:
        match tag:
            case "td" | "th":
                if not self._at_line_start():
                    self._append(" | ")
                self._begun = node.mem_id
            case "li":
                self._break("\n")
                self._append(self._item_sign(node))
                self._begun = node.mem_id
            case "dt":
                # Several terms of one meaning stand on one line.
                is_other = _element_before(node) == "dt"
                self._append(", ") if is_other else self._break("\n\n")
                self._begun = node.mem_id
            case "dd":
                self._break("\n")
                self._append(INDENT)
                self._begun = node.mem_id
            case "p" | "div" if node.parent is not None and node.parent.mem_id == self._begun:
                self._begun = node.mem_id  # what a cell or a list item begins with stands on its line
            case "p" if node.parent is not None and node.parent.tag == "dd":
                self._break("\n")
                self._append(INDENT)
                self._begun = node.mem_id
            case _:
                self._break("\n\n" if tag in _PARAGRAPHS else "\n")

    def _item_sign(self, item: LexborNode) -> str:
        above = item.parent
        if above is None or above.tag != "ol":
            return "- "
        number = _whole(item.attributes.get("value"))
        if number is None:
            number = self._numbers.get(above.mem_id, (_whole(above.attributes.get("start")) or 1) - 1) + 1
        self._numbers[above.mem_id] = number
        return f"{number}. "

    def _write_table(self, lines: list[str]) -> None:
        self._break("\n")
        self._append("\n".join(lines))
        self._block = 0

    def _write_text(self, node: LexborNode) -> None:
        raw = node.text_content or ""
        if not raw.isascii():
            raw = _UNSEEN.sub("", raw)
        tag, block = _block_of(node)
        text = raw if tag == "pre" else _SPACE.sub(" ", raw)
        if block != self._block and text.strip():
            if tag not in ("td", "th", "li") and block != self._begun:
                self._break("\n")
            self._block = block
        is_after_break = block == self._open_heading != 0 and self._pieces[-1].endswith(" ")
        if (is_after_break or self._at_line_start()) and tag != "pre":
            text = text.lstrip()
        if text:
            self._note_heading(tag, block, text)
            self._append(text)
            if text.strip():
                self._begun = 0

    def _note_heading(self, tag: str, block: int, text: str) -> None:
        level = _HEADING.match(tag)
        if level is None:
            self._open_heading = 0
            return
        if self._open_heading != block:
            self._open_heading = block
            self._headings.append((self._length, int(level[1]), []))
        self._headings[-1][2].append(text)

    def _break(self, newlines: str) -> None:
        if not self._pieces:
            return
        last = self._pieces[-1].rstrip(" ")
        missing = len(newlines) - (len(last) - len(last.rstrip("\n")))
        if missing > 0:
            self._append("\n" * missing)

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _at_line_start(self) -> bool:
        if not self._pieces:
            return True
        last = self._pieces[-1]
        return last.endswith("\n") or last == INDENT or _ITEM_SIGN.fullmatch(last) is not None


def _whole(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _element_before(node: LexborNode) -> str:
    """The tag of the element before a node in its parent; empty for the first."""
    before = node.prev
    while before is not None and (before.tag or "-").startswith("-"):
        before = before.prev
    return (before.tag or "") if before is not None else ""


def _is_inline_button(node: LexborNode) -> bool:
    return node.tag == "button" and node.parent is not None and node.parent.tag in _HOLDS_BUTTON


def _block_of(node: LexborNode) -> tuple[str, int]:
    above = node.parent
    for _ in range(_DEEPEST_INLINE):
        if above is None:
            break
        if above.tag in _BLOCKS and not _is_inline_button(above):
            return above.tag or "", above.mem_id
        above = above.parent
    return "", 0

"""A passage split into units for quoting: sentences, rows, list items, lines, code, under headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Literal

from bookwheel.engine.text.code_lines import OPTION_ENTRY, console_parts
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.sentences import sentences
from bookwheel.engine.text.text_blocks import ITEM, KEY_VALUE, LOG, TextRegion, text_blocks
from bookwheel.engine.text.values.settings_lines import settings_parts
from bookwheel.engine.text.values.sheet_lines import with_labels_and_steps
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

UnitKind = Literal["sentence", "item", "code", "output", "row", "header", "line", "front", "heading", "rule"]

# A list item of several sentences is quoted whole up to this length.
LONGEST_WHOLE_ITEM = 260
# A paragraph under a numbered heading has at least so many blanks.
FEWEST_BLANKS = 4
# A longer line of several sentences is quoted by sentences: a subtitle with the names of its speakers.
LONGEST_WHOLE_LINE = 80
# A longer "name: value" is a sentence, if it ends as one.
FEWEST_IN_SENTENCE, MOST_IN_FIELD = 6, 40
_OF_TABLE = ("row", "header", "rule")
_LONGEST_LINE, _MOST_LINES = 90, 2
_CELL = lazy_regex(r"(?m)^([^:\n]{1,40}): (\d{1,6}|[A-Z])$")
_NUMBERS = lazy_regex(
    r"(?i)\W*(?:(?:.{1,20}[ _-])?(?:id|no\.?|nr\.?|number|nummer|num|#|n°|nº|numéro|número|numero))\W*"
)
_WORD = lazy_regex(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a passage: `text[start:end]` of it.

    `block` counts the blocks (paragraph, list, table, run of lines) from 0; `heading` are the headings above it in the
    passage; `lead` is the header row of its table, the line above its list, the label of its list item or paragraph
    ("**Fair.** It is in May."), the term that it explains (itself a `header`), or the question that it follows.
    """

    kind: UnitKind
    start: int
    end: int
    block: int
    heading: str = ""
    lead: str = ""


_HASHES = lazy_regex(r" {0,3}(#{1,6})\s+")
_HEADING_MARKS = lazy_regex(r"^\s*#{1,6}\s+|\s+#+\s*$|\n\s*[=\-~^*+#\"'`]{3,}\s*$|^={1,6} | ={1,6}$")
_LABEL = lazy_regex(r"(?:\s*\S{1,5}\s+)?([^.:\n]{2,50}[.:])\s")
_NUMBERED_HEADING = lazy_regex(r"\s*\(?\d{1,2}[.)]\s+[^\W\d_a-z][^.:;!?\n]{1,45}")
FEWEST_SECTIONS = 2
_ENDS = (".", "!", "?", ":", ")", "”", "。")
_SECTION_NAME = lazy_regex(
    r"(?i)(?:abstract|summary|introduction|background|(?:materials and )?methods?|results?|discussion|conclusions?"
    r"|acknowledge?ments?|references|zusammenfassung|einleitung|methoden?|ergebnisse|diskussion|fazit|danksagung"
    r"|literatur|résumé|méthodes?|résultats|remerciements|resumen|introducción|métodos?|resultados|discusión"
    r"|conclusión|conclusiones|agradecimientos|riassunto|introduzione|metodi|risultati|discussione|conclusioni"
    r"|ringraziamenti|resumo|introdução|discussão|conclusões|agradecimentos|samenvatting|inleiding|resultaten"
    r"|discussie|conclusies?|dankwoord)"
)
_LEADS = (":", "：")
_ASKING = ("?", "？")
# A longer paragraph that ends in a question is not one over its answer.
LONGEST_QUESTION = 120
# The bold words that open a paragraph, or a short first "sentence" without a verb in many minutes.
_RUN_IN = lazy_regex(r"\s*(?:\*\*|__)(?P<label>[^*_\n]{2,60}?)[.:]?(?:\*\*|__)[.:]?\s+(?=\S)")
# "[Including files]: ../mdbook.md#including-files" says where a link of Markdown leads; "[^1]: …" is a note.
# ".. _Ada: https://ada.example" and ".. _part:" are the same in reStructuredText.
_LINK_TARGETS = lazy_regex(
    r"(?:\.\. _[^\n]{1,200}:(?:[ \t]+\S+)?\s*)+|"
    r"(?: {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]+<?(?=\S*[/#.])[^\s<>]+>?(?:[ \t]+[\"'(][^\n]*)?\s*)+"
)


def units(text: str, columns: str = "") -> list[Unit]:
    """The units of a passage in order; together they cover everything but white space.

    `columns` are the names of the columns of a table that began in an earlier passage.
    """
    settings = settings_parts(text)
    if settings is not None:
        return [Unit(one.kind, one.start, one.end, one.block, one.path, one.lead) for one in settings]
    return list(_Units(text, columns).run())


class _Units:
    def __init__(self, text: str, columns: str) -> None:
        self._text = text
        self._language = language_of(text)
        blocks = with_labels_and_steps(text, [_without_targets(text, block) for block in text_blocks(text)])
        self._blocks = _with_comments(text, blocks)
        self._block = -1
        self._path: list[tuple[int, str]] = []
        self._lead = columns
        self._before: TextRegion | None = None
        self._asked = ""

    def run(self) -> Iterator[Unit]:
        for at, block in enumerate(self._blocks):
            self._begin(block)
            match block.kind:
                case "heading":
                    yield self._unit("heading", block)
                    self._enter(block)
                case "prose":
                    yield from self._sentences(block)
                case "item" | "line" if self._is_heading(at, block):
                    yield self._unit("heading", block)
                    self._enter(block)
                case "item":
                    yield from self._item(block)
                case "row":
                    yield self._row(at, block)
                case "fence":
                    for start, end, is_output in console_parts(self._text, block.start, block.end):
                        kind = "output" if is_output else "code"
                        yield Unit(kind, start, end, self._block, self._heading, self._lead)
                case "line" if self._is_of_sentences(block):
                    yield from self._sentences(block)
                case _:
                    yield self._unit(block.kind, block)
            self._before = block

    def _begin(self, block: TextRegion) -> None:
        """Count a new block unless this one goes on with a list, a table or a run of lines."""
        before = self._before
        is_text = before is not None and before.kind in ("prose", "line")
        self._asked = self._asking_line(before.start, before.end, before.start) if before and is_text else ""
        if before is not None and self._goes_on(before, block):
            return
        self._block += 1
        if before is not None and block.kind == "code" and not block.gap and _is_hash(self._text, before):
            # The comment above says what the code does.
            self._lead = self._text[before.start : before.end]
            return
        is_led = before is not None and self._text.endswith(_LEADS, before.start, before.end)
        if is_led and before is not None and before.kind in ("prose", "line") and block.kind != "prose":
            self._lead = self._last_sentence(before)
        elif before is not None:
            self._lead = ""

    @staticmethod
    def _goes_on(before: TextRegion, block: TextRegion) -> bool:
        if {before.kind, block.kind} <= {"row", "rule"}:
            return not block.gap or before.kind == block.kind == "row"
        return before.kind == block.kind and (
            block.kind == "item" or (block.kind in ("line", "front") and not block.gap)
        )

    def _is_heading(self, at: int, block: TextRegion) -> bool:
        return self._is_numbered_heading(at, block) if block.kind == "item" else self._is_section_name(at, block)

    def _is_numbered_heading(self, at: int, block: TextRegion) -> bool:
        """Whether an item stands alone over a paragraph, as "6. Notice" of a contract does."""
        if not _NUMBERED_HEADING.fullmatch(self._text, block.start, block.end) or at + 1 >= len(self._blocks):
            return False
        below, before = self._blocks[at + 1], self._before
        is_alone = self._begins_anew(block) and (before is None or before.kind != "item")
        return is_alone and ((self._is_text(below) and below.gap) or (below.kind != "item" and self._numbers_sections))

    def _begins_anew(self, block: TextRegion) -> bool:
        """Whether what stands above is complete: in the text of a PDF no blank line tells it."""
        return block.gap or self._text[: block.start].rstrip().endswith(_ENDS)

    def _is_section_name(self, at: int, block: TextRegion) -> bool:
        """Whether a line is the usual name of a section of a paper, over a paragraph: "Abstract"."""
        is_name = _SECTION_NAME.fullmatch(self._text, block.start, block.end) is not None
        return is_name and at + 1 < len(self._blocks) and self._is_text(self._blocks[at + 1])

    def _is_text(self, block: TextRegion) -> bool:
        blanks = self._text.count(" ", block.start, block.end)
        return block.kind in ("prose", "line") and blanks >= FEWEST_BLANKS

    @cached_property
    def _numbers_sections(self) -> bool:
        """Whether short numbered lines stand over paragraphs without a blank line between, two of them at least."""
        pairs = pairwise(self._blocks)
        found = sum(
            one.kind == "item"
            and self._begins_anew(one)
            and below.kind in ("prose", "line")
            and not below.gap
            and not self._text[below.start].islower()
            and _NUMBERED_HEADING.fullmatch(self._text, one.start, one.end) is not None
            for one, below in pairs
        )
        return found >= FEWEST_SECTIONS

    def _last_sentence(self, block: TextRegion) -> str:
        *_, (start, end) = sentences(self._text, block.start, block.end, self._language)
        return self._text[start:end]

    def _enter(self, block: TextRegion) -> None:
        written = self._text[block.start : block.end]
        marked = _HASHES.match(written)
        level = len(marked[1]) if marked else 7 if "\n" not in written else 6
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, _HEADING_MARKS.sub("", written).strip()))

    def _asking_line(self, start: int, end: int, first: int) -> str:
        """The short line, from `first` at the earliest, that ends at `end` with a question; empty for others."""
        last = len(self._text[start:end].rstrip("*_")) + start
        if not self._text.endswith(_ASKING, start, last) or self._text[end : end + 1] not in ("", "\n"):
            return ""
        line = self._text[max(first, self._text.rfind("\n", first, end) + 1) : end]
        return line if len(line) <= LONGEST_QUESTION else ""

    def _sentences(self, block: TextRegion) -> Iterator[Unit]:
        label = _RUN_IN.match(self._text, block.start, block.end)
        lead = label["label"] if label else self._asked
        begin, first = block.start, block.start
        for start, end in self._with_questions_whole(block):
            # The label stays with the first sentence.
            if label and end <= label.end() and end < block.end:
                continue
            asked = self._asking_line(start, end, first)
            yield Unit("sentence", min(begin, start), end, self._block, self._heading, "" if asked else lead)
            begin, lead = end + 1, asked or lead

    def _with_questions_whole(self, block: TextRegion) -> Iterator[tuple[int, int]]:
        """The sentences of a block; those of a line that ends with a question, as one."""
        begin: int | None = None
        found = list(sentences(self._text, block.start, block.end, self._language))
        if all(self._text.find(mark, block.start, block.end) < 0 for mark in _ASKING):
            yield from found
            return
        for at, (start, end) in enumerate(found):
            line_end = self._text.find("\n", start, block.end)
            last = max((other for _, other in found[at:] if line_end < 0 or other <= line_end), default=end)
            if last > end and self._asking_line(start, last, block.start):
                begin = start if begin is None else begin
                continue
            yield (start if begin is None else begin), end
            begin = None

    def _is_of_sentences(self, block: TextRegion) -> bool:
        if block.end - block.start <= LONGEST_WHOLE_LINE or LOG.match(self._text, block.start, block.end):
            return False
        return len(list(sentences(self._text, block.start, block.end, self._language))) > 1

    def _item(self, block: TextRegion) -> Iterator[Unit]:
        if block.end - block.start <= LONGEST_WHOLE_ITEM:
            yield self._unit("item", block)
            return
        entry = OPTION_ENTRY.match(self._text, block.start, block.end)
        marker = entry or ITEM.match(self._text, block.start, block.end)
        if (term := self._term_of(block)) and marker is None:
            yield Unit("header", block.start, block.start + len(term), self._block, self._heading, self._lead)
            for start, end in sentences(self._text, block.start + len(term), block.end, self._language):
                yield Unit("sentence", start, end, self._block, self._heading, term)
            return
        label = _LABEL.match(self._text, block.start, block.end)
        lead = f"{self._lead} {label[1]}" if label else entry[0].rstrip(" \t;") if entry else self._lead
        begin = block.start
        for start, end in sentences(self._text, marker.end() if marker else block.start, block.end, self._language):
            # The marker, and a label such as "4. Notice.", stay with the first sentence.
            if label and end <= label.end(1):
                continue
            yield Unit(
                "item" if begin == block.start else "sentence", min(begin, start), end, self._block, self._heading, lead
            )
            begin = end + 1
        if begin == block.start:
            yield self._unit("item", block)

    def _term_of(self, block: TextRegion) -> str:
        """The first line of an entry, over its meaning; empty where the second line is not indented."""
        first, _, rest = self._text[block.start : block.end].partition("\n")
        return first if rest.startswith((" ", "\t")) else ""

    def _row(self, at: int, block: TextRegion) -> Unit:
        below = self._blocks[at + 1] if at + 1 < len(self._blocks) else None
        is_first = self._before is None or self._before.kind not in ("row", "rule")
        if is_first and not self._lead and below is not None and self._is_header(block, below):
            unit = self._unit("header", block)
            self._lead = self._text[block.start : block.end]
            return unit
        return self._unit("row", block)

    def _is_header(self, block: TextRegion, below: TextRegion) -> bool:
        written = self._text[block.start : block.end]
        if below.kind == "rule" and "|" in self._text[below.start : below.end]:
            return True
        has_digit = any(map(str.isdigit, written))
        return (
            below.kind == "row"
            and not has_digit
            and ": " not in written
            and any(map(str.isdigit, self._text[below.start : below.end]))
        )

    @property
    def _heading(self) -> str:
        return " ".join(title for _, title in self._path)

    def _unit(self, kind: UnitKind, block: TextRegion) -> Unit:
        is_asked = kind == "line" and not self._asking_line(block.start, block.end, block.start)
        lead = "" if kind == "heading" else (self._asked if is_asked else "") or self._lead
        return Unit(kind, block.start, block.end, self._block, self._heading, lead)


def _without_targets(text: str, block: TextRegion) -> TextRegion:
    """The block, as a rule between texts if it only says where links lead."""
    if block.kind not in ("prose", "line") or not text.startswith(("[", ".. _"), block.start):
        return block
    is_target = _LINK_TARGETS.fullmatch(text, block.start, block.end) is not None
    return TextRegion("rule", block.start, block.end, block.gap) if is_target else block


def _with_comments(text: str, blocks: list[TextRegion]) -> list[TextRegion]:
    """The blocks, with the comments of a script as prose: lines with "#" right below each other, or over code."""
    hashes = [_is_hash(text, block) for block in blocks]
    if not any(hashes):
        return blocks
    found: list[TextRegion] = []
    for at, block in enumerate(blocks):
        below = blocks[at + 1] if at + 1 < len(blocks) else None
        is_over = below is not None and not below.gap and (below.kind == "code" or hashes[at + 1])
        is_below = at > 0 and not block.gap and (hashes[at - 1] or text.startswith("#!", blocks[at - 1].start))
        is_comment = hashes[at] and (is_over or is_below)
        found.append(TextRegion("prose", block.start, block.end, block.gap) if is_comment else block)
    return found


def _is_hash(text: str, block: TextRegion) -> bool:
    return block.kind in ("heading", "prose") and text.startswith("# ", block.start)


def line_over(units: Sequence[Unit], texts: Sequence[str], at: int) -> str:
    """The short line over the rows among which unit `at` is; "" where a sentence or nothing stands above them."""
    if units[at].kind != "row":
        return ""
    first = at
    while first and units[first - 1].kind in _OF_TABLE:
        first -= 1
    if not first or units[first - 1].kind not in ("line", "sentence", "heading"):
        return ""
    lines = texts[first - 1].strip().split("\n")
    is_short = len(lines) <= _MOST_LINES and all(len(line) <= _LONGEST_LINE for line in lines)
    return "\n".join(lines) if is_short and not lines[-1].endswith((".", "!", "?")) else ""


def numbered_names(labelled: str, over: Sequence[str]) -> Iterator[str]:
    """What a row is called by its number, with the words of the names `over` it: "tickets 103", of "id: 103"."""
    for column, number in _CELL.findall(labelled):
        if _NUMBERS.fullmatch(column):
            words = dict.fromkeys(word.casefold() for name in over for word in _WORD.findall(name))
            yield from (f"{word} {number}" for word in words)


def is_field(line: str) -> bool:
    """Whether a line is a name and its value; "Boiler: it leaks, the repair costs 90 euros." is a sentence."""
    if not KEY_VALUE.match(line) or LOG.match(line):
        return False
    words = len(line.split())
    return words <= MOST_IN_FIELD and (words < FEWEST_IN_SENTENCE or not line.rstrip().endswith((".", "!")))

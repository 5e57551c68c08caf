"""A passage as the embedded model reads it: its units, and the wanted terms in and around each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from bookwheel.engine.llms.extractive.asked.implied_terms import implied_terms
from bookwheel.engine.llms.extractive.asked.wanted_terms import COLUMN, FoundTerms, WantedTerms
from bookwheel.engine.llms.extractive.quotable.leaning_sentences import is_bare_day, leans_on_sentence_before
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.text.passage_units import is_field, line_over, numbered_names, units
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.engine.text.text_blocks import KEY_VALUE
from bookwheel.lazy_regex import lazy_regex

# Words for the kinds of files, by extension.
_KINDS_OF_FILES = {
    "eml": "mail email message letter", "msg": "mail email message letter", "mbox": "mail email message letter",
    "ipynb": "notebook", "py": "script module program", "epub": "book", "csv": "table list",
    "xlsx": "table list spreadsheet",
    "ods": "table list spreadsheet", "pptx": "slides presentation", "log": "log", "pdf": "document",
}  # fmt: skip
_MAIL = "write send schreiben senden schicken écrire envoyer escribir enviar scrivere inviare escrever schrijven sturen"
_SUBJECT = "subject line betreff betreffzeile objet asunto oggetto assunto onderwerp"
# Two words in a long unit (a table, a page without full stops) count together only within this many words.
# In code, whose lines say each another thing, within fewer.
REACH, REACH_IN_CODE = 60, 25
_CALLS_ITSELF = lazy_regex(r"(?:This|Diese[rs]?|Cet(?:te)?|Ce|Est[ea]|Quest[oa]|Dit|Deze|Этот|Эта) ([^\W\d_]{3,})\b")
_KEY_OF_TEXT = lazy_regex(r"\s*[^\W\d_]{3,20}: \S")
RECORD_SHARE = 0.7
BETWEEN_HEADINGS = " › "
LONGEST_LABEL = 40
LONGEST_TITLE = 90

_FROM = lazy_regex(r"(?i)(?:from|von|de|da|van|от)\s?: ")
_OF_SENDER = lazy_regex(
    r"(?:\bI\b|(?i:\b(?:my|me|we|our|us|ich|mein\w*|wir|unser\w*|je|j'ai|nous|mon|ma|yo|mi|nosotros|io|noi|mio|eu"
    r"|nós|ik|wij)\b))"
)

_TITLE = lazy_regex(r"[^\W_a-zß-ÿ](?:[^.!?:;|]|[.:](?! ?\Z))+[^.!?:;,|]")
# ".. _target: https://…", ".. image:: photo.png" of reStructuredText; pictures, badges and links alone of Markdown.
_OF_MARKUP = lazy_regex(
    r"\s*\.\. (?:_[^\n]*:|\|[^|\n]+\| |(?:image|figure|_?include|toctree|highlight|contents)::)"
    r"|\s*(?:[-*+]\s+|\d+[.)]\s+)?\[[^\]\n]*\]\([^)\n]*\)[.,;]?\s*\Z"
    r"|\s*(?:\[?!\[[^\]\n]*\]\([^)\n]*\)(?:\]\([^)\n]*\))?\s*)+\Z"
)
_LABEL = lazy_regex(r"[^\W\d_a-zß-ÿ][^\W\d_]+(?: [^\W\d_]+){0,2}:?")
_MARKS = lazy_regex(r"\s*(#{1,6})\s")
_WORD = lazy_regex(r"[^\W\d_]+")
_NUMBER_ABOVE = lazy_regex(r"\W*(\d{1,4})\W*\n\s+\S")


class PassageView:
    """One passage with its units and their terms; `rank` counts from 0."""

    def __init__(self, node: NumberedNode, rank: int) -> None:
        self.node = node
        self.rank = rank
        # A fused score does not show how well the words fit.
        self.score = (node.score if node.word_score is None else node.word_score) or 0.0
        metadata = node.node.metadata
        self.heading = _text(metadata.get("heading"))
        self.columns = _text(metadata.get("columns"))
        self.title = _text(metadata.get("title")) or _first_line(node.node)
        self.file_name = _text(metadata.get("file_name"))
        self.date = _text(metadata.get("date"))
        self.units = units(node.node.text, self.columns)
        self.texts = [node.node.text[unit.start : unit.end] for unit in self.units]
        self.raw_terms = [terms(text) for text in self.texts]
        self.terms: list[list[str]] = []
        self._leads: dict[str, FoundTerms] = {}

    @property
    def document(self) -> str:
        return self.node.node.ref_doc_id or self.node.node.path or self.node.node.id_

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every term of the passage, its headings and its title."""
        around = terms(f"{self.heading} {self.columns} {self.title} {self.file_name}")
        return frozenset(term for unit_terms in self.raw_terms for term in unit_terms).union(around)

    @property
    def headings(self) -> list[str]:
        """The headings in the passage, as they are written."""
        return [text for unit, text in zip(self.units, self.texts, strict=True) if unit.kind == "heading"]

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the text and of its title as they are written, folded."""
        return frozenset(_WORD.findall(f"{self.title}\n{self.node.node.text}".casefold()))

    def look_for(self, wanted: WantedTerms) -> None:
        """Note the wanted terms of each unit."""
        self._wanted = wanted
        self._leads.clear()
        rows = [unit.kind == "row" for unit in self.units]
        self.noted = [wanted.forms_in(*unit) for unit in zip(self.texts, self.raw_terms, rows, strict=True)]
        self.terms = [list(found.all) for found in self.noted]
        for at, text in enumerate(self.texts):
            if wanted.converse is not None and wanted.converse.is_said_in(text):
                self.terms[at].append(wanted.converse.term)
            self.terms[at] += implied_terms(text, wanted.terms, is_heading=self.units[at].kind == "heading")
            if wanted.calendar is not None:
                self.terms[at] = wanted.calendar.of_unit(text, self.terms[at])
        kind = _KINDS_OF_FILES.get(self.file_name.rpartition(".")[2].lower(), "")
        self.title_terms = self._found_in(f"{self.title} {self.file_name} {kind}").own | self.folder_terms

    def line_over(self, at: int) -> str:
        """The short line over the rows of a row's table: "Warehouse B"; "" for what is not a row."""
        return line_over(self.units, self.texts, at)

    def terms_of(self, text: str) -> frozenset[str]:
        """The terms of a heading or a lead."""
        return frozenset(self._found_in(text).all)

    def _found_in(self, text: str) -> FoundTerms:
        found = self._leads.get(text)
        if found is None:
            found = self._leads[text] = self._wanted.forms_in(text, terms(text))
        return found

    def loosely(self, at: int) -> tuple[frozenset[str], frozenset[str]]:
        """The terms that stand in and around a unit only as a synonym, and only as a kind."""
        unit = self.units[at]
        names = (self.heading, unit.heading, unit.lead, self.title, self.file_name)
        beside = {at, *self.neighbours(at), *self.before(at), *(self.run_of(at) if self.is_record(at) else ())}
        found = [*map(self._found_in, names), *(self.noted[other] for other in beside)]
        own = frozenset[str]().union(*(each.own for each in found))
        synonyms = frozenset[str]().union(*(each.synonyms for each in found)) - own
        return synonyms, frozenset[str]().union(*(each.kinds for each in found)) - own - synonyms

    @property
    def as_written(self) -> frozenset[str]:
        """The wanted terms that are in a unit as a form of their own, and not only in another word for them."""
        return frozenset[str]().union(*(found.own for found in self.noted)).intersection(self._wanted.terms)

    def own(self, at: int) -> frozenset[str]:
        return frozenset(self.terms[at])

    def near_each_other(self, at: int) -> frozenset[str]:
        """The wanted terms of a unit that stand near each other."""
        reach = REACH_IN_CODE if self.units[at].kind == "code" else REACH
        return near_each_other(self.terms[at], frozenset(self._wanted.terms), reach)

    def heading_over(self, at: int) -> str:
        """The headings from earlier passages that a unit is below: those that no heading of this passage ended."""
        own = self.units[at].heading
        level = self._level_above(at) if own else 0
        over, _, last = self.heading.rpartition(BETWEEN_HEADINGS)
        if own and last not in own and any(text.startswith(last) for text in self.headings):
            # The passage begins with that heading, and the unit is below a later one.
            return over
        if not level or not over:
            return self.heading
        return BETWEEN_HEADINGS.join(self.heading.split(BETWEEN_HEADINGS)[: level - 1])

    def _level_above(self, at: int) -> int:
        """The level of the first heading with marks that a unit is below; 0 where none has marks."""
        path = self.units[at].heading
        for above in range(at):
            if self.units[above].kind == "heading" and (marks := _MARKS.match(self.texts[above])) is not None:
                if self.texts[above].strip("# \n") in path:
                    return len(marks[1])
        return 0

    def heading_terms(self, at: int) -> frozenset[str]:
        text = f"{self.heading_over(at)} {self.units[at].heading}"
        # The title is over all of a file: another word in it proves little.
        return (
            self.terms_of(text.replace(self.title, "")) | self._found_in(text).own
            if self.title
            else self.terms_of(text)
        )

    def lead_terms(self, at: int) -> frozenset[str]:
        """The terms of a unit's context: the lead of its list, the header of its table, the lines of its record."""
        lead = self._found_in(self.units[at].lead)
        found = lead.sure if self.units[at].kind == "row" else frozenset(lead.all)
        if self.units[at].kind == "row" and (over := self.line_over(at)):
            found |= self.terms_of(over)
        if self.is_mail and _OF_SENDER.search(self.texts[at]):
            found |= self.sender_terms
        if self.units[at].kind == "front":
            return found | self.title_terms
        if not self.is_record(at):
            return found
        run = self.run_of(at)
        is_title = self.texts[at].strip() == self.title.strip() or not KEY_VALUE.match(self.texts[at])
        is_subject = at == run[0] and self.is_mail and is_title
        subject = self.terms_of(_SUBJECT) if is_subject else frozenset[str]()
        mail = self.terms_of(_MAIL) | self.sender_terms if self.is_mail else frozenset[str]()
        return found.union(subject, mail, *(self.own(other) for other in run if other != at))

    @property
    def own_kind(self) -> frozenset[str]:
        """What the document calls itself: "protocol" of "This protocol says how …"."""
        found = (_CALLS_ITSELF.match(self.texts[at]) for at in self.first_sentences())
        return frozenset[str]().union(*(self.terms_of(match[1]) for match in found if match is not None))

    @property
    def folder_terms(self) -> frozenset[str]:
        """The terms of the name of the folder that the file is in."""
        path = (self.node.node.path or "").replace("\\", "/")
        return self._found_in(path.rpartition("/")[0].rpartition("/")[2]).own

    @property
    def sender_terms(self) -> frozenset[str]:
        """The terms of the name of who wrote a mail: "I" and "we" in it are that person."""
        sender = next((text for text in self.texts if _FROM.match(text)), "")
        name = sender.partition(":")[2].partition("<")[0].strip(" \"'")
        # Below a mail the name often stands with the office: "Ada Rook, treasurer".
        signed = (text for text in self.texts if name and text.startswith(name) and len(text) <= LONGEST_TITLE)
        return self.terms_of("\n".join((name, *signed)))

    def is_quotable(self, at: int, *, of_mail: bool) -> bool:
        """Whether a unit may be quoted first; the head of a mail only if the question is `of_mail`."""
        if self.units[at].kind in ("heading", "rule", "header", "output") or _OF_MARKUP.match(self.texts[at]):
            return False
        return of_mail or not self.is_head_of_mail(at)

    def is_head_of_mail(self, at: int) -> bool:
        """Whether a line is one of a mail's head: its subject, who sent it, to whom and when."""
        if not self.is_mail or self.units[at].kind != "line":
            return False
        return any(_FROM.match(self.texts[other]) for other in self.run_of(at))

    def is_record(self, at: int) -> bool:
        """Whether a line is part of a record of names and values: the head of a mail, an entry of a JSON file."""
        if self.units[at].kind != "line":
            return False
        texts = [self.texts[other] for other in self.run_of(at)]
        named = sum(map(is_field, texts))
        if len(texts) > 1 and named >= len(texts) / 2:
            # Among fields "Description: Bring your own gloves." is one too.
            named = sum(is_field(text) or _KEY_OF_TEXT.match(text) is not None for text in texts)
        return len(texts) > 1 and named >= RECORD_SHARE * len(texts)

    @property
    def is_mail(self) -> bool:
        """Whether the passage is of a mail."""
        return self.file_name.lower().endswith((".eml", ".msg", ".mbox"))

    def first_sentences(self) -> list[int]:
        """The first two sentences under the first heading."""
        headings = [at for at, unit in enumerate(self.units) if unit.kind == "heading"]
        end = headings[1] if len(headings) > 1 else len(self.units)
        return [at for at in range(end) if self.units[at].kind == "sentence"][:2]

    def section_terms(self) -> frozenset[str]:
        """The terms of the headings in and above the passage."""
        return self.terms_of("\n".join((self.heading, *self.headings)))

    def run_of(self, at: int) -> range:
        """The units of the same block: the lines of a record, the items of a list, the sentences of a paragraph."""
        block, first, last = self.units[at].block, at, at
        while first > 0 and self.units[first - 1].block == block:
            first -= 1
        while last + 1 < len(self.units) and self.units[last + 1].block == block:
            last += 1
        return range(first, last + 1)

    def in_other_rows(self, at: int) -> frozenset[str]:
        """The terms of the other rows of the table of a row; none for what is not a row."""
        if self.units[at].kind != "row":
            return frozenset()
        return frozenset[str]().union(*(self.own(other) for other in self.run_of(at) if other != at))

    def leans(self, at: int) -> bool:
        """Whether a sentence refers to the one before it: "It is eleven miles long"."""
        if at == 0 or self.units[at].kind != "sentence" or self.units[at - 1].block != self.units[at].block:
            return False
        return is_bare_day(self.texts[at - 1]) or leans_on_sentence_before(self.texts[at])

    def before(self, at: int) -> list[int]:
        """The sentences before a unit that it refers to, the nearest first."""
        found: list[int] = []
        while self.leans(at) and len(found) < 2:
            at -= 1
            found.append(at)
        return found

    def neighbours(self, at: int) -> list[int]:
        if self.units[at].kind in ("row", "line", "front", "item"):
            return []
        there = (other for other in (at - 1, at + 1) if 0 <= other < len(self.units))
        return [other for other in there if self.units[other].kind not in ("heading", "rule", "front")]

    def scope_of(self, at: int) -> str:
        """The unit with its context as text: its record or paragraph so far, headings, title, date."""
        unit = self.units[at]
        is_record = self.is_record(at)
        around = [self.texts[o] for o in self.run_of(at) if is_record or (unit.kind == "sentence" and o < at)]
        around += self._steps_before(at) if unit.kind == "item" else []
        # A mail is about what it names in its first sentences.
        around += [self.texts[o] for o in self.first_sentences()] if self.is_mail and unit.kind != "line" else []
        names = "\n".join((unit.lead, unit.heading, self.heading_over(at), self.title, self.date, self.file_name))
        # "Annual_report_3.pdf" is the annual report 3.
        written = self.file_name.replace("-", " ")
        rows = (self.named(at), self.line_over(at))
        return "\n".join((*rows, *around, names, names.replace("_", " "), written))

    def _steps_before(self, at: int) -> list[str]:
        """The items before in the same list with a word of this one: "Fill in form T2" before "Put the form in"."""
        own = frozenset(content_terms(self.texts[at]))
        return [self.texts[o] for o in self.run_of(at) if o < at and not own.isdisjoint(content_terms(self.texts[o]))]

    def named(self, at: int) -> str:
        """The text of a row with its names for short: a row of "tickets.csv" whose number is 103 is ticket 103."""
        labelled = self.labelled(at)
        if (number := _NUMBER_ABOVE.match(labelled)) is not None:
            # "3" over "The gate sticks" below "Exit codes".
            labelled = f"number: {number[1]}\n{labelled}"
        elif self.units[at].kind != "row":
            return labelled
        over = (self.title, self.file_name.rpartition(".")[0], self.units[at].heading or self.heading)
        return "\n".join((labelled, *numbered_names(labelled, over)))

    def above(self, at: int) -> str:
        """The heading of a list, or the short line above it: "To do"."""
        before = self.texts[at - 1] if at > 0 else ""
        is_line = 0 < len(before) <= LONGEST_LABEL and self.units[at - 1].kind in ("sentence", "line", "heading")
        return before if is_line else self.units[at].heading or self.heading

    def label_over(self, at: int) -> str:
        """The short line right above a unit, which names it as a heading without marks does: "Depth"."""
        before = self.texts[at - 1] if at > 0 and self.units[at - 1].kind == "line" else ""
        return before if _LABEL.fullmatch(before) else ""

    def heading_above(self, at: int) -> str:
        """The last heading above a unit, or the short line directly above its list."""
        above = self.above(at)
        if at > 0 and above == self.texts[at - 1]:
            return above
        last = next((self.texts[o] for o in range(at, -1, -1) if self.units[o].kind == "heading"), "")
        return last or self.heading.rpartition(BETWEEN_HEADINGS)[2]

    def opens(self, at: int, term: frozenset[str]) -> bool:
        """Whether a unit is the first sentence below a title that is `term` alone."""
        if not term or self.units[at].kind != "sentence" or frozenset(terms(self.title)) != term:
            return False
        return self.heading in ("", self.title) and all(unit.kind != "sentence" for unit in self.units[:at])

    def column_terms(self, at: int) -> frozenset[str]:
        """The terms of the names of a row's columns; none for what is not a row."""
        if self.units[at].kind != "row":
            return frozenset()
        return self.lead_terms(at) | self._found_in(" ".join(COLUMN.findall(self.texts[at]))).sure

    def in_cells(self, at: int) -> str:
        """The text of a unit; of a row between bars, with the name of each column: "Material: Felt; Passes: 2"."""
        text = self.texts[at]
        return self.labelled(at).replace("\n", "; ") if self.units[at].kind == "row" and "|" in text else text

    def labelled(self, at: int) -> str:
        """The text of a unit; of a row of a table, each cell on a line with the name of its column."""
        unit, text = self.units[at], self.texts[at]
        if unit.kind != "row":
            return text
        names, cells = unit.lead.strip().strip("|").split("|"), text.strip().strip("|").split("|")
        if len(names) != len(cells) or len(cells) < 2:
            return text.replace("; ", "\n")
        return "\n".join(f"{name.strip()}: {cell.strip()}" for name, cell in zip(names, cells, strict=True))


def _first_line(node: TextNode) -> str:
    """The title of a text without marks: its first line, if that is short and stands alone above the text."""
    first, _, rest = node.text.partition("\n")
    # A title in capitals, or one with a remark in brackets below it, needs no blank line.
    is_apart = rest.startswith(("\n", "(")) or (first.isupper() and len(first.split()) > 1)
    stands_alone = node.start_char_idx == 0 and is_apart and len(first) <= LONGEST_TITLE
    return first.strip() if stands_alone and _TITLE.fullmatch(first.strip()) else ""


def views_of(nodes: Sequence[NumberedNode]) -> list[PassageView]:
    """The passages that the search by words found, in its order; all of them if there was no other search."""
    by_words = [node for node in nodes if node.word_score is not None]
    by_words.sort(key=lambda node: -(node.word_score or 0.0))
    return [PassageView(node, rank) for rank, node in enumerate(by_words or nodes)]


def near_each_other(unit_terms: Sequence[str], wanted: frozenset[str], reach: int) -> frozenset[str]:
    """The wanted terms of a unit; of a long unit, those in the stretch of `reach` terms that has the most."""
    places = [(at, term) for at, term in enumerate(unit_terms) if term in wanted]
    if len(unit_terms) <= reach:
        return frozenset(term for _, term in places)
    best: frozenset[str] = frozenset()
    for first, (start, _) in enumerate(places):
        together = frozenset(term for at, term in places[first:] if at < start + reach)
        best = max(best, together, key=len)
    return best


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

"""Answers questions about the rows of a table: the extreme one, those within limits or of a month, how many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote, header_of
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.table_rows.asked_rows import (
    AskedMonth,
    Extreme,
    Limit,
    comparison_of,
    extreme_of,
    is_negated,
    limit_of,
    month_of,
)
from bookwheel.engine.llms.extractive.table_rows.cell_values import Scale
from bookwheel.engine.llms.extractive.table_rows.found_tables import FoundRow, FoundTable, tables_of
from bookwheel.engine.llms.extractive.table_rows.row_labels import rows_label
from bookwheel.engine.llms.extractive.table_rows.table_columns import ColumnChoice
from bookwheel.engine.llms.extractive.vetoes.value_vetoes import QUANTITY
from bookwheel.engine.text.question_terms import content_terms, content_words, light_terms, terms
from bookwheel.engine.text.value_patterns import WORD_NUMBERS
from bookwheel.engine.text.values.counted_nouns import COUNTED
from bookwheel.lazy_regex import lazy_regex

MOST_ROWS = 12
MOST_COMPARED = 3
MOST_CHARS = 1_600

# Words that a question for rows needs as a sentence, and no cell has.
_FRAMING = frozenset(
    terms(
        "list name show row rows line lines entry entries table item items number happen happened take place"
        " go goes run runs come came leave leaves get gets still yet already ever gibt stehen kommt fährt there"
        " present moment currently today zurzeit derzeit"
        " zeilen zeile einträge tabelle ligne lignes fila filas riga righe one ones thing things kind"
        " value values wert werte valeur valor valore waarde"
        " meet meets train trains play plays rehearse rehearses"
        " passiert geschah passé pasó ocurrió successo aconteceu gebeurde belong cost costs weigh"
        " weighs last leave made"
    )
)
_CODES = frozenset(terms("code id identifier key zip postcode plz nummer number no nr clé código codice"))
_EVENTS = frozenset(
    terms("error errors warning warnings entry entries incident incidents event events lines fehler einträge")
)
_HAPPENING = frozenset(terms("happen happened passiert geschah passé pasó ocurrió successo aconteceu gebeurde"))
_OF_LEAVE = lazy_regex(r"(?i)\b(?:on|of|for|days?['’]?|\w+al) (leave)\b")
_NEVER = lazy_regex(r"(?!)")
_IS_TOTAL = lazy_regex(
    r"(?i)\W*(?:(?:grand|sub|all|overall)[- ]?)?(?:totals?|sum|average|mean|gesamt\w*|(?:zwischen)?summe|insgesamt"
    r"|durchschnitt|somme|moyenne|suma|promedio|totale|media|totaal|итого|всего)\b"
)
_BEFORE_CELL = lazy_regex(r"(?i)\b(to|from|nach|von|ab|an|de|vers|à|a|desde|da|per|naar|van|für|for|by|with)\W+$")


# "Boat list" has boats.
_OF_LISTS = lazy_regex(
    r"(?i)(?:\b|_)(?:lists?|tables?|data(?:set|base)?|daten|données|datos|dati|inventory|register|overview|log|book"
    r"|orders?|liste|verzeichnis|übersicht|tabelle"
    r"|inventaire|registre|lista|inventario|registro|elenco)(?:\b|_)|(?:liste|buch|verzeichnis)\b"
)


class RowAnswer(NamedTuple):
    """The rows that answer, with a line that says how many they are of how many.

    A sentence that `said_by` matches says it itself, and is the better answer.
    """

    quotes: list[Quote]
    said_by: re.Pattern[str]


def row_answer(asked: AskedQuestion, passages: Sequence[PassageView]) -> RowAnswer | None:
    """The rows that the question asks for; None unless it asks for rows of one of the tables among the passages.

    `asks_for_rows` must hold of the question. All its words must be in the table: as a name of a column, in cells of
    the rows, or in its headings.
    """
    if asked.is_how_to:
        return None
    wish = Wish(asked)
    # "Longer than 7 m" is a limit, "longer than the Wren" compares two rows.
    if asked.is_comparison and wish.limit is None:
        both = (RowChooser(wish, table).compared(passages) for table in tables_of(passages))
        return next(filter(None, both), None)
    if not wish.asks_of_rows:
        return None
    choosers = [RowChooser(wish, table) for table in tables_of(passages)]
    if wish.extreme is not None:  # the cheapest lamp is in the list of lamps, not the row of another that names one
        choosers.sort(key=lambda chooser: -len(chooser.with_words() or ()))
    return next(filter(None, (chooser.answer() for chooser in choosers)), None)


# "How many listeners does Radio Owl have?" counts no rows about Radio Owl.
_OF_ONE = lazy_regex(r"(?i)\bhow many [^\W\d_]+ (?:do|does|did) .+ (?:have|own|employ)\W*$")


class Wish:
    """What a question asks of rows."""

    def __init__(self, asked: AskedQuestion) -> None:
        self.asked = asked
        self.limit: Limit | None = limit_of(asked.completed)
        self.month: AskedMonth | None = month_of(asked.completed) if self.limit is None else None
        self.extreme: Extreme | None = extreme_of(asked.text)
        self.is_negated = is_negated(asked.text)
        counted = COUNTED.search(asked.text) if asked.value is not None and asked.value.kind == "count" else None
        self.counted = frozenset(terms(counted[1])) if counted else frozenset[str]()
        self.compared, self.comparing = comparison_of(asked.text) if asked.is_comparison else (None, frozenset[str]())
        rest = asked.completed
        for part in (self.limit, self.month):
            rest = rest.replace(part.written, " ") if part is not None else rest
        self.text = rest
        dropped = self.extreme.terms if self.extreme is not None else frozenset[str]()
        self.terms = [term for term in content_terms(rest) if term not in dropped]
        self.light = light_terms(content_words(rest)) | _FRAMING - frozenset(terms(" ".join(_OF_LEAVE.findall(rest))))
        if asked.is_comparison:
            self.light |= asked.light - (asked.value.terms if asked.value is not None else frozenset[str]())

    @property
    def said_by(self) -> re.Pattern[str]:
        """What a sentence has that says the number or the extreme itself."""
        if self.extreme is not None:
            return re.compile(rf"(?i)\b(?:{self.extreme.pattern})")
        counted = COUNTED.search(self.asked.text) if self.counted else None
        if counted is None:
            return _NEVER
        stem = re.escape(counted[1][: max(3, len(counted[1]) - 2)])
        return re.compile(rf"(?i)(?:\d|\b(?:{WORD_NUMBERS}))[ -](?:[^\W\d_]+ )?{stem}")

    @property
    def asks_of_rows(self) -> bool:
        """Whether it asks for an extreme, rows within limits or of a month, those that are (not), how many, or who."""
        is_plural = self.asked.is_list or self.is_negated or self.asked.kind == "who"
        return bool(self.limit or self.month or self.extreme or self.counted or is_plural)


class RowChooser:
    """Chooses the rows of one table."""

    def __init__(self, wish: Wish, table: FoundTable) -> None:
        self._wish = wish
        self._table = table
        self._columns = ColumnChoice(table, wish.terms)
        self._extreme = wish.extreme
        if wish.extreme is not None and self._is_of_name(wish.extreme):
            # "Who are the first aiders?" over the column "First aider".
            self._columns, self._extreme = ColumnChoice(table, wish.asked.terms), None
        self._used: set[str] = set()
        # The terms of the question by which its rows are known.
        self.needed: frozenset[str] = frozenset()
        self._said: list[str] = []

    def answer(self) -> RowAnswer | None:
        rows = self.with_words()
        if rows is None:
            return None
        for narrow in (self._within_limit, self._of_month, self._that_say):
            rows = narrow(rows)
            if not rows:
                return None
        wish = self._wish
        if len(rows) == 1 and wish.counted and (_OF_ONE.search(wish.text) or wish.counted <= self.needed):
            # "Role: clerk; Days of leave: 25" does not say how many clerks there are.
            return None
        if self._extreme is not None:
            rows = self._at_extreme(rows, self._extreme)
            if not rows:
                return None
        elif not self._said and not wish.counted and not self._lists_all_with_cell():
            return None
        return RowAnswer(self._quotes(rows), wish.said_by if self._extreme is wish.extreme else _NEVER)

    def _lists_all_with_cell(self) -> bool:
        """Whether it asks which of the things of the table have the value of a cell: "Which huts are in Norway?"."""
        first = self._table.column_terms(0) | self._table.topic
        is_of_cell = bool(self.needed) and self.needed <= self._exact_cells()
        return (
            self._wish.asked.is_list and is_of_cell and not (self._used & first).isdisjoint(self._wish.asked.own_terms)
        )

    def _is_of_name(self, extreme: Extreme) -> bool:
        """Whether the word for the extreme is in the name of a column that the question has as a whole."""
        wanted, columns = frozenset(self._wish.asked.terms), range(len(self._table.names))
        names = (self._table.asked_column_terms(c) for c in columns if self._table.yes_or_no(c) is not None)
        return any(extreme.terms < name <= wanted for name in names)

    def compared(self, passages: Sequence[PassageView]) -> RowAnswer | None:
        """The rows of the things that are compared, each named by words that only its first cell has.

        One word of "Compare the baking of A and B" may stand elsewhere in the document of the table.
        """
        table, wish = self._table, self._wish
        firsts = [row.passage.terms_of(row.cells[0]) for row in table.rows]
        known = table.name_terms | table.topic | wish.light
        sides = {
            term: [at for at, there in enumerate(firsts) if term in there] for term in wish.terms if term not in known
        }
        rows = sorted({places[0] for places in sides.values() if len(places) == 1})
        elsewhere = frozenset(term for term, places in sides.items() if not places) - wish.comparing
        document = table.rows[0].passage.document
        around = (
            frozenset[str]().union(*view.terms) | view.title_terms for view in passages if view.document == document
        )
        is_all = len(elsewhere) <= 1 and elsewhere <= frozenset[str]().union(*around)
        if not 1 < len(rows) <= MOST_COMPARED or not is_all:
            return None
        if wish.comparing and wish.compared is not None and self._columns.for_extreme(wish.compared, wish.text) is None:
            return None
        return RowAnswer(self._quotes([table.rows[at] for at in rows]), wish.said_by)

    def with_words(self, light: frozenset[str] = frozenset(), *, only_counted: bool = True) -> list[FoundRow] | None:
        """The rows that have the words of the question that are not the names of columns; None if a word is nowhere.

        Those of `light` may be nowhere. With `only_counted` the rows must be what the question counts.
        """
        table = self._table
        columns = [column for column in self._columns.all if self._columns.says_whether(column)]
        names = frozenset[str]().union(*(table.column_terms(column) for column in columns)) | table.name_terms
        names = names.union(*map(self._columns.adjectives_of, self._columns.all))
        exact = self._exact_cells()
        needed: list[str] = []
        for term in self._wish.terms:
            if term in exact and not (term in self._wish.counted and term in table.topic):
                needed.append(term)
            elif term in names or term in table.topic or term in self._wish.light or term in light:
                self._used.add(term)
            elif any(term in row.terms for row in table.rows):
                needed.append(term)
            else:
                return None
        is_of_events = table.is_log and not _HAPPENING.isdisjoint(self._used)
        is_about = self._used & (names | table.topic) or needed or is_of_events
        if not is_about or (only_counted and not self._names_what_is_counted(exact)):
            return None
        self.needed = frozenset(needed)
        rows = [row for row in table.rows if frozenset(needed) <= row.terms]
        return self._in_right_column(rows, exact)

    def _exact_cells(self) -> frozenset[str]:
        """The terms of cells that are in the question as a whole: "Kettle Bay", "dog"."""
        wanted = frozenset(self._wish.terms)
        found: set[str] = set()
        for row in self._table.rows:
            for cell in row.cells:
                there = row.passage.terms_of(cell) if len(cell) < 60 else frozenset[str]()
                if there and there <= wanted:
                    found |= there
        return frozenset(found) - self._table.name_terms

    def _names_what_is_counted(self, exact: frozenset[str]) -> bool:
        """Whether the rows are what is to be counted: by a column, the heading or a cell; not a column of figures."""
        counted, table = self._wish.counted, self._table
        if not counted or self._extreme is not self._wish.extreme:
            return True
        amounts = [table.column_terms(column) for column in self._columns.of("amount")]
        # "Country code" numbers the countries, it does not count them.
        amounts = [names for names in amounts if names.isdisjoint(_CODES)]
        if any(not counted.isdisjoint(names) for names in amounts):
            return False
        if counted <= exact and not all(names.isdisjoint(QUANTITY()) for names in amounts):
            return False  # "Item: Oars; Qty: 9" says how many oars there are
        if table.is_log:
            return not counted.isdisjoint(_EVENTS)
        first = table.column_terms(0) | table.topic | exact
        return not counted.isdisjoint(first) and not self._is_only_in_title(counted)

    def _is_only_in_title(self, counted: frozenset[str]) -> bool:
        """Whether the title alone has the word, in another number: the tours of "the clock museum" are not clocks."""
        table, row = self._table, self._table.rows[0]
        near = frozenset[str]().union(*map(table.column_terms, range(len(table.names))), self._exact_cells())
        asked = COUNTED.search(self._wish.asked.text)
        if asked is None or not counted.isdisjoint(near):
            return False
        passage = row.passage
        over = f"{passage.title} {passage.file_name} {passage.heading} {passage.units[row.at].heading}".casefold()
        if re.search(rf"\b(?:for|für|pour|para|per) (?:\S+ )?{re.escape(asked[1].casefold())}\b", over):
            return True  # a handbook for members does not list them
        return asked[1].casefold() not in over and _OF_LISTS.search(over) is None

    def _in_right_column(self, rows: list[FoundRow], exact: frozenset[str]) -> list[FoundRow]:
        """The rows whose cell is under "To" if the question says "to Kettle Bay"."""
        table = self._table
        for column, name in enumerate(table.names):
            if name.casefold() not in ("to", "from", "nach", "von", "ab", "an", "de", "vers", "à", "da", "a", "desde"):
                continue
            kept = [row for row in rows if self._follows(name, row.cells[column])]
            if kept:
                rows = kept
        return rows

    def _follows(self, word: str, cell: str) -> bool:
        question = self._wish.text.casefold()
        before, there, _ = question.partition(cell.casefold())
        match = _BEFORE_CELL.search(before) if there and cell else None
        return match is not None and match[1] == word.casefold()

    def _within_limit(self, rows: list[FoundRow]) -> list[FoundRow]:
        limit = self._wish.limit
        if limit is None:
            return rows
        self._said.append(limit.written)
        scales: tuple[Scale, ...] = ("day", "time", "amount")
        for scale in scales:
            columns = [c for c in self._columns.of(scale) if self._columns.fits_limit(c, scale, limit)]
            if (column := self._columns.one_of(columns, limit.measure)) is not None:
                values = self._table.values(column, scale) or {}
                admits = {"day": limit.admits_day, "time": limit.admits_time, "amount": limit.admits_amount}[scale]
                return [row for row in rows if self._value(row, values, admits)]
        return []

    def _value(self, row: FoundRow, values: dict[int, float], admits: object) -> bool:
        at = self._table.rows.index(row)
        return at in values and callable(admits) and bool(admits(values[at]))

    def _of_month(self, rows: list[FoundRow]) -> list[FoundRow]:
        month = self._wish.month
        if month is None:
            return rows
        column = self._columns.one_of(self._columns.of("day"))
        if column is None:
            return []
        self._said.append(month.written)
        values = self._table.values(column, "day") or {}
        return [row for row in rows if self._value(row, values, month.has)]

    def _that_say(self, rows: list[FoundRow]) -> list[FoundRow]:
        """The rows that say yes, or no where the question is negated, in the columns that it names."""
        for column in self._columns.all:
            is_asked = self._columns.says_whether(column) and not self._columns.is_part_of_name(column, self._wish.text)
            answers = self._table.yes_or_no(column) if is_asked else None
            if answers is None:
                if self._wish.is_negated and self._columns.is_named(column) and self._has_blanks(column):
                    self._said.append(f"no {self._table.names[column]}")
                    rows = [row for row in rows if not row.cells[column].strip(" -–—")]
                continue
            wanted = not self._wish.is_negated
            self._said.append(f"{self._table.names[column]}: {'yes' if wanted else 'no'}")
            rows = [row for row in rows if answers[self._table.rows.index(row)] is wanted]
        return rows

    def _has_blanks(self, column: int) -> bool:
        return any(not row.cells[column].strip(" -–—") for row in self._table.rows)

    def _at_extreme(self, rows: list[FoundRow], extreme: Extreme) -> list[FoundRow]:
        """The rows with the least or greatest value, or the only row; none if no column can be compared."""
        column = self._columns.for_extreme(extreme, self._wish.text)
        if column is None:
            return []
        if len(rows) == 1:
            return rows
        at, scale = column
        values = self._table.values(at, scale) or {}
        rows = [row for row in rows if not _IS_TOTAL.match(row.cells[0])]
        places = [self._table.rows.index(row) for row in rows]
        there = [values[place] for place in places if place in values]
        if not there:
            return []
        is_age = extreme.measure == "age" and scale == "amount" and self._columns.is_of_age(at)
        direction = -extreme.direction if is_age else extreme.direction
        best = max(there) if direction > 0 else min(there)
        word = "greatest" if direction > 0 else "least"
        if scale != "amount":
            word = "last" if direction > 0 else "first"
        self._said.append(f"{word} {self._table.names[at]}")
        return [row for row, place in zip(rows, places, strict=True) if values.get(place) == best]

    def _quotes(self, rows: Sequence[FoundRow]) -> list[Quote]:
        """One quotation a passage, the first with a line that says which rows these are."""
        shown = list(_within(rows))
        label = rows_label(len(rows), len(self._table.rows), len(shown), self._said, is_partial=self._table.is_partial)
        by_passage: dict[int, list[FoundRow]] = {}
        for row in shown:
            by_passage.setdefault(row.passage.node.number, []).append(row)
        quotes: list[Quote] = []
        for found in by_passage.values():
            passage = found[0].passage
            places = sorted({place for row in found for place in (*header_of(passage, row.at), row.at)})
            units = tuple(passage.units[place] for place in places)
            quotes.append(Quote(passage.node, units, 1.0, label if not quotes else ""))
        return quotes


def _within(rows: Iterable[FoundRow]) -> Iterable[FoundRow]:
    length = 0
    for at, row in enumerate(rows):
        unit = row.passage.units[row.at]
        length += unit.end - unit.start
        if at and (at >= MOST_ROWS or length > MOST_CHARS):
            return
        yield row

"""Answers a question that names a row of a table by its cells and a column by its name: the cell where they meet."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote, header_of
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.table_rows.found_tables import FoundRow, FoundTable, tables_of
from bookwheel.engine.llms.extractive.table_rows.row_answers import RowChooser, Wish
from bookwheel.engine.llms.extractive.vetoes.counted_things import is_count
from bookwheel.engine.llms.extractive.vetoes.near_misses import without_ends
from bookwheel.engine.llms.extractive.vetoes.rows_of_others import names_no_event
from bookwheel.engine.llms.extractive.vetoes.told_words import PLACES, has_only_figures, is_birth_of_another
from bookwheel.engine.text.asked_values import AskedValue, has_value
from bookwheel.engine.text.dates import MONTHS
from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

MOST_ROWS = 2
SHORTEST_STEM = 4
_FIGURE, _LETTERS = lazy_regex(r"\d"), lazy_regex(r"[^\W\d_]{3,}")
_PHONE = lazy_regex(r"[+(]?\d[\d /().-]+\d|[+(]?\d[\d /().-]+\d ?(?:[^\W\d_]+|\([^)]*\))")
_NAME = lazy_regex(r"[^\W\d_a-zß-ÿ]|[\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af]")
# What a thing does with the value of a column: no row says "contains" or "stands".
_UNSAID = lazy_terms(
    "contain hold have show give stand lie hang store locate enthalten stehen liegen hängen befinden lagern"
    " contenir trouver contener encontrar contenere trovare bevatten staan liggen"
)
# A timetable has no "begins" and no "class".
_OF_TIMES = lazy_terms(
    "start begin commence open take place happen play sail meet class lesson course session event show performance"
    " room hall beginnen anfangen stattfinden spielen öffnen kurs stunde vorstellung raum saal halle commencer débuter"
    " avoir lieu jouer ouvrir cours séance salle empezar comenzar tener lugar abrir clase curso sesión sala iniziare"
    " cominciare aprire corso lezione começar abrir aula"
)
_SUM = lazy_regex(
    r"(?i)\W*(?:(?:from|about|ca|ab|etwa|je|à partir de|dès|desde|da|von|eur|usd|gbp|chf)\W{1,2})?\d|\w+$"
)
# A "number" alone is of anything, not of a telephone.
_NUMBERS = lazy_terms("number no nummer nr numéro número numero")
_MEASURES = ("money", "mass", "age", "heat", "power", "sound", "length", "size", "duration")
_PRICED = lazy_terms(
    "price cost fee fare rent charge tariff sum amount deposit preis kosten gebühr miete tarif betrag kaution prix coût"
    " loyer caution precio coste tarifa alquiler fianza prezzo costo tariffa affitto"
)
_CODE = lazy_regex(r"[A-Za-z]{1,3}[ -]?\d+|\d+[ -]?[A-Za-z]{1,2}|\d{4}-\d\d-\d\d")
_NO_FIGURES = ("language", "colour", "firm", "address", "reason")


def cell_quotes(asked: AskedQuestion, passages: Sequence[PassageView]) -> list[Quote]:
    """The rows of the cells that the question asks for; none unless each of its words is in the table.

    A word is there as a name of a column, in the row, in the line or heading over it, or in the title.
    """
    is_other = asked.is_how_to or asked.is_yes_no or asked.is_comparison or asked.is_list or asked.is_about
    if is_other or (asked.value is not None and asked.value.kind == "reason"):
        return []
    wish = Wish(asked)
    if wish.limit or wish.extreme or wish.is_negated:
        return []
    found = [row for table in tables_of(passages) for row in _rows_of(asked, wish, table)]
    found.sort(key=lambda row: (row.passage.rank, row.at))
    return [_quote(row) for row in found] if len(found) <= MOST_ROWS else []


def _rows_of(asked: AskedQuestion, wish: Wish, table: FoundTable) -> list[FoundRow]:
    chooser = RowChooser(wish, table)
    unsaid = asked.light | asked.passive | _in_names_over(asked, table) | _UNSAID()
    unsaid |= _OF_TIMES() if asked.value is not None and asked.value.kind in ("date", "hour") else frozenset[str]()
    rows = chooser.with_words(unsaid, only_counted=False) or []
    if not chooser.needed or not 0 < len(rows) <= MOST_ROWS:
        return []
    wanted = frozenset(asked.terms) - chooser.needed
    return [
        row
        for row in rows
        if _is_meant(asked, wish, row)
        and not is_birth_of_another(asked, row.cells)
        and not has_only_figures(asked, list(zip(table.names, row.cells, strict=True)))
        and _has_cell(asked, table, row, wanted)
    ]


def _in_names_over(asked: AskedQuestion, table: FoundTable) -> frozenset[str]:
    """The words of the question that the line or heading over the table has in another form: "visited", "Visitors"."""
    names = dict.fromkeys(f"{row.passage.line_over(row.at)} {row.passage.heading}" for row in table.rows)
    there = frozenset(terms(" ".join(names)))
    return frozenset(
        term for term in asked.terms if len(term) >= SHORTEST_STEM and any(other.startswith(term) for other in there)
    )


def _is_meant(asked: AskedQuestion, wish: Wish, row: FoundRow) -> bool:
    """Whether the things and the month of the question are in or over the row."""
    passage = row.passage
    scope = passage.scope_of(row.at)
    months = frozenset(terms(" ".join(MONTHS)))
    nearest = (f"{passage.labelled(row.at)} {passage.line_over(row.at)}", scope)
    there = next((found for text in nearest if (found := months.intersection(terms(text)))), months)
    is_of_month = wish.month is None or months.intersection(terms(wish.month.written)) <= there
    return is_of_month and all(thing.is_in(scope) for thing in asked.things)


def _has_cell(asked: AskedQuestion, table: FoundTable, row: FoundRow, wanted: frozenset[str]) -> bool:
    """Whether a column with a word of `wanted` in its name has a cell of the kind asked for in the row."""
    value = asked.value if asked.value is not None and asked.value.kind in (*_NO_FIGURES, "date", "phone") else None
    named = [
        cell
        for column, cell in enumerate(row.cells)
        if cell.strip(" -–—")
        # The 5 of "tank 5" is not its depth, nor is "M-14" the age of the meter M-14.
        and not any(cell.strip() in (thing.text, *thing.text.split()) for thing in asked.things)
        and _is_of_measure(asked, table, column, cell)
        and not wanted.isdisjoint(names := table.column_terms(column))
        # "Seats: 18" does not say which colour they are.
        and (
            value is None or not (value.terms - _NUMBERS()).isdisjoint(names) or has_value(value, asked.completed, cell)
        )
    ]
    return any(
        _is_of_kind(asked, cell) for cell in named or _of_time(asked, table, row) or _of_place(asked, table, row)
    )


def _is_of_measure(asked: AskedQuestion, table: FoundTable, column_at: int, cell: str) -> bool:
    """Whether a cell can be the measure or price asked for: "Focal length: 40 mm" is not how heavy a lens is."""
    value, name = asked.value, table.names[column_at]
    if value is None or value.kind not in _MEASURES:
        return True
    if value.kind == "money":
        # "Berth: A2" and "Tins: 3" are not what the berth and a tin cost.
        is_priced = not _PRICED().isdisjoint((*terms(name.replace("_", " ")), *table.topic))
        is_small = cell.strip().isdigit() and len(cell.strip()) == 1
        return is_priced or not (is_small or _CODE.fullmatch(cell.strip()))
    if value.kind == "duration":
        # "Vet: 165 pounds" is not how many days a vet is away.
        return not has_value(AskedValue("money", frozenset()), asked.completed, cell)
    column = frozenset(terms(name.replace("_", " ")))
    if value.kind == "size" and not column.isdisjoint(asked.terms):
        return True
    return not value.terms.isdisjoint(column) or has_value(value, asked.completed, f"{name}: {cell}")


def _of_place(asked: AskedQuestion, table: FoundTable, row: FoundRow) -> list[str]:
    """The cell that answers "where" though no word of the question names its column; [] if there are several."""
    if asked.kind != "where":
        return []
    cells = [cell for column, cell in enumerate(row.cells) if not PLACES().isdisjoint(table.column_terms(column))]
    return cells if len(cells) == 1 and cells[0].strip(" -–—") else []


def _of_time(asked: AskedQuestion, table: FoundTable, row: FoundRow) -> list[str]:
    """The cell that answers "when" though no word of the question names its column; [] if there are several."""
    if asked.value is None or asked.value.kind not in ("date", "hour"):
        return []
    of_time = (c for c in range(len(row.cells)) if table.values(c, "day") or table.values(c, "time"))
    if names_no_event(asked.text, table.names):
        # "Ordered", "Arrives" do not say when a firm was founded.
        return []
    columns = [c for c in of_time if without_ends(asked.text, f"{table.names[c]}: {row.cells[c]}").strip()]
    return [row.cells[columns[0]]] if len(columns) == 1 else []


def _is_of_kind(asked: AskedQuestion, cell: str) -> bool:
    if asked.kind == "who" and _NAME.search(cell) is None:
        return False
    if asked.value is not None and asked.value.kind == "count" and not is_count(cell):
        # "Registration: 15 euros" does not say how many have registered.
        return False
    if asked.kind == "how" and asked.value is None and _LETTERS.search(cell) is None:
        # "Paid on: 2024-07-15" does not say how.
        return False
    if not frozenset(terms(cell)) - frozenset(asked.terms) and _FIGURE.search(cell) is None:
        return False
    if asked.value is not None and asked.value.kind == "phone" and _PHONE.fullmatch(cell.strip()) is None:
        # "Phone tree: Row 4" gives no phone number.
        return False
    if asked.value is not None and asked.value.kind == "date" and not has_value(asked.value, asked.completed, cell):
        # "Order: 7712" does not say when it came.
        return False
    if asked.value is not None and asked.value.kind == "money" and _SUM.match(cell) is None:
        # "Lamp: PAR 64" gives no price.
        return False
    needs_figure = asked.value is not None and asked.value.kind not in _NO_FIGURES
    return not needs_figure or _FIGURE.search(cell) is not None


def _quote(row: FoundRow) -> Quote:
    places = (*header_of(row.passage, row.at), row.at)
    return Quote(row.passage.node, tuple(row.passage.units[place] for place in places), 1.0)

"""Chooses the column of a table that a question compares: by its name, its unit, what its values are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.extractive.table_rows.asked_rows import Extreme, Limit, Measure
from bookwheel.engine.llms.extractive.table_rows.cell_values import Scale
from bookwheel.engine.llms.extractive.table_rows.found_tables import FoundTable
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

_COLUMNS: dict[Measure, str] = {
    "age": "",
    "time": "",
    "mass": "weight weigh mass heavy gewicht wiegt masse poids peso",
    "speed": "speed pace fast geschwindigkeit tempo vitesse velocidad velocità velocidade snelheid",
    "length": "length long distance duration time hours minutes way länge lang dauer zeit strecke entfernung weg"
    " longueur durée longitud duración distancia lunghezza durata distanza comprimento duração lengte duur afstand",
    "height": "height high tall altitude elevation höhe hauteur altura altitud altezza quota hoogte",
    "size": "size area surface capacity volume population inhabitants größe fläche einwohner superficie surface taille"
    " tamaño área capacidad dimensione area grootte oppervlakte",
    "price": "price cost fee fare rate amount rent charge total preis kosten gebühr miete betrag prix coût tarif"
    " montant precio coste tarifa importe prezzo costo tariffa preço custo prijs kosten",
    "heat": "temperature heat temperatur température temperatura",
    "depth": "depth deep tiefe profondeur profundidad profondità profundidade diepte",
    "width": "width wide breadth breite largeur anchura larghezza largura breedte",
    "sound": "noise loudness sound lautstärke bruit ruido rumore geluid",
    "power": "power strength output leistung stärke puissance potencia potenza vermogen",
    "number": "",
}
_ADJECTIVES: tuple[tuple[Measure, str], ...] = (
    ("mass", "heavy weigh schwer wiegen lourd peser pesado pesar pesante zwaar"),
    ("speed", "fast quick schnell rapide rápido veloce snel"),
    ("length", "long last far lang weit long dauern durer largo durar lungo durare"),
    ("height", "high tall hoch haut alto hoog"),
    ("size", "large big hold groß grand grande groot"),
    ("price", "cost expensive dear kosten teuer coûter cher costar caro costare custar"),
    ("heat", "hot warm cold heiß warm kalt chaud froid caliente frío caldo freddo"),
    ("depth", "deep tief profond profundo profondo diep"),
    ("width", "wide broad breit large ancho largo breed"),
    ("sound", "loud quiet laut leise"),
    ("power", "strong powerful stark puissant potente"),
)
_FAMILIES: dict[Measure, tuple[str, ...]] = {
    "mass": ("mass",), "speed": ("speed",), "length": ("length", "duration"), "height": ("length",),
    "size": ("area", "volume"), "price": ("money",), "heat": ("heat",), "depth": ("length",), "width": ("length",),
    "sound": ("sound",), "power": ("power",),
}  # fmt: skip
_BIRTH = frozenset(terms("born birthday birth geboren geburtstag né naissance nacido nacimiento nato nascita nascido"))
_MADE = _BIRTH | frozenset(
    terms("built made founded opened year age baujahr gebaut gegründet alter construit année âge construido año edad")
)
_AGE = frozenset(terms("age alter âge edad età idade leeftijd"))
_ARRIVES = frozenset(terms("arrive arrival arrives ankunft an arrivée llegada arrivo chegada aankomst end ends"))


FEWEST_BESIDE = 2
_NUMBER_OF_ROW = lazy_regex(r"\d{1,6}")


class ColumnChoice:
    """The columns of one table, for a question with these terms."""

    def __init__(self, table: FoundTable, asked: Sequence[str]) -> None:
        self._table = table
        self._asked = frozenset(asked)

    @property
    def all(self) -> range:
        return range(len(self._table.names))

    def is_named(self, column: int) -> bool:
        """Whether the question has all words of the column's name."""
        return self._table.asked_column_terms(column) <= self._asked

    def says_whether(self, column: int) -> bool:
        """Whether a column of yes and no is the one that the question names: "Fee paid" for "who has not paid"."""
        if self.is_named(column):
            return True
        answered = [other for other in self.all if self._table.yes_or_no(other) is not None]
        return [other for other in answered if self._is_hinted(other)] == [column]

    def is_part_of_name(self, column: int, question: str) -> bool:
        """Whether "fight song" of the question is the column "Song name", and not the column "Fight"."""
        name = re.escape(self._table.names[column].strip())
        match = re.search(rf"(?i)\b{name}\w*\s+([^\W\d_]+)", question)
        behind = frozenset(terms(match[1])) if match is not None else frozenset[str]()
        others = (self._table.column_terms(other) for other in self.all if other != column)
        return any(bool(behind & named) for named in others)

    def of(self, scale: Scale) -> list[int]:
        """The columns whose values are on a scale; not one that only numbers the rows."""
        return [c for c in self.all if self._table.values(c, scale) is not None and not self._numbers_rows(c)]

    def _numbers_rows(self, column: int) -> bool:
        """Whether the first column has the numbers of the things: "Flat: 3" is not an amount of a flat."""
        cells = [row.cells[0].strip() for row in self._table.rows]
        is_number = column == 0 and len(self.all) > FEWEST_BESIDE and all(map(_NUMBER_OF_ROW.fullmatch, cells))
        return is_number and len(set(cells)) == len(cells) > 1

    def is_of_age(self, column: int) -> bool:
        """Whether a column gives ages, which are great for what is old."""
        return not frozenset(terms(self._table.names[column])).isdisjoint(_AGE)

    def fits_limit(self, column: int, scale: Scale, limit: Limit) -> bool:
        """Whether the values of a column can be compared with the limits on a scale."""
        values = self._table.values(column, scale)
        if values is None:
            return False
        first = next(iter(values.values()))
        match scale:
            case "day":
                return limit.admits_day(first) is not None
            case "time":
                return ":" in f"{limit.low}{limit.high}" and limit.admits_time(first) is not None
            case _:
                is_of_unit = bool(limit.family) and self._table.family(column) == limit.family
                return limit.admits_amount(first) is not None and (
                    is_of_unit or self._is_hinted(column) or self._is_measured_by(column, limit.measure)
                )

    def _is_hinted(self, column: int) -> bool:
        """Whether a word of the question is in the name of the column."""
        return not self._table.column_terms(column).isdisjoint(self._asked)

    def one_of(self, columns: Sequence[int], measure: Measure | None = None) -> int | None:
        """The column that the question names, else the only one of the measure, else of all but those of a birth."""
        hinted = [column for column in columns if self._is_hinted(column)]
        if not hinted:
            hinted = [column for column in columns if self._is_measured_by(column, measure)]
        if len(hinted) == 1:
            return hinted[0]
        if len(columns) == 1:
            return columns[0]
        others = [column for column in columns if self._table.column_terms(column).isdisjoint(_BIRTH)]
        return others[0] if len(others) == 1 and not hinted else None

    def _is_measured_by(self, column: int, measure: Measure | None) -> bool:
        """Whether a column is of a measure, or of one that an adjective of the question names: "over 20 m tall"."""
        names = self._table.column_terms(column)
        if measure is not None:
            return not names.isdisjoint(terms(_COLUMNS[measure]))
        return not self._asked.isdisjoint(self.adjectives_of(column))

    def adjectives_of(self, column: int) -> frozenset[str]:
        """The terms of the adjectives and verbs for what a column measures: "tall" of "Height"."""
        names = self._table.column_terms(column)
        found = (terms(words) for measure, words in _ADJECTIVES if not names.isdisjoint(terms(_COLUMNS[measure])))
        return frozenset(term for each in found for term in each)

    def for_extreme(self, extreme: Extreme, question: str) -> tuple[int, Scale] | None:
        """The column to compare, and how."""
        if extreme.measure == "age":
            # Hours of a day do not say what is oldest.
            column = self._column_of_age() or self._column_of_time()
            return column if column is None or column[1] != "time" else None
        if extreme.measure == "time":
            return self._column_of_time()
        if (column := self._column_of_amount(extreme.measure, extreme.beside(question))) is not None:
            return column, "amount"
        graded = [c for c in self.of("grade") if self._is_hinted(c)]
        return (graded[0], "grade") if len(graded) == 1 else None

    def _column_of_amount(self, measure: Measure, beside: Sequence[frozenset[str]]) -> int | None:
        columns = self.of("amount")
        hints = frozenset(terms(_COLUMNS[measure]))
        families = _FAMILIES.get(measure, ())
        named = [c for c in columns if self._is_hinted(c)]
        of_measure = [c for c in columns if not self._table.column_terms(c).isdisjoint(hints)]
        for fits in (
            self._fullest([c for c in columns if self.is_named(c)]),
            *([c for c in named if not self._table.column_terms(c).isdisjoint(near)] for near in beside),
            # Of "the tallest tree planted", the height counts and not the year.
            of_measure if named and self._are_days(named) else [],
            named,
            of_measure,
            [c for c in columns if not frozenset(terms(self._table.names[c])).isdisjoint(hints)],
            [c for c in columns if self._table.family(c) in families],
        ):
            if len(fits) == 1:
                return fits[0]
        row = self._table.rows[0]
        above = frozenset(terms(f"{row.passage.heading} {row.passage.units[row.at].heading} {row.passage.title}"))
        return columns[0] if len(columns) == 1 and not above.isdisjoint(hints) else None

    def _fullest(self, columns: Sequence[int]) -> list[int]:
        """Of "Unemployed" and "Unemployment rate", both of which the question has, the one with more words."""
        most = max((len(self._table.asked_column_terms(c)) for c in columns), default=0)
        return [c for c in columns if len(self._table.asked_column_terms(c)) == most > 1]

    def _are_days(self, columns: Sequence[int]) -> bool:
        """Whether all of the columns give days or years, which are amounts too."""
        return all(self._table.values(column, "day") is not None for column in columns)

    def _column_of_age(self) -> tuple[int, Scale] | None:
        table = self._table
        ages = [c for c in self.all if self.is_of_age(c)]
        if len(ages) == 1 and table.values(ages[0], "amount") is not None:
            return ages[0], "amount"
        days = self.of("day")
        of_making = [c for c in days if not frozenset(terms(table.names[c])).isdisjoint(_MADE)]
        return (of_making[0], "day") if len(of_making) == 1 else None

    def _column_of_time(self) -> tuple[int, Scale] | None:
        table = self._table
        days = self.of("day")
        if (day := self.one_of(days)) is not None:
            return day, "day"
        times = self.of("time")
        if (time := self.one_of(times)) is not None:
            return time, "time"
        starts = [c for c in times if frozenset(terms(table.names[c])).isdisjoint(_ARRIVES)]
        return (starts[0], "time") if starts and not days else None

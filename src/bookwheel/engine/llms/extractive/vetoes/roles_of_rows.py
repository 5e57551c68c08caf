"""Whether a person in a row has another role than the one asked for: "Director: Ada Orr" names no author."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import cells_of
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

# What is done, and what those are called who do it.
_ROLES = (
    (
        "write wrote written author writer playwright librettist text schreiben schrieb geschrieben autor autorin"
        " verfasser écrire écrit auteur autrice escribir escribió escrito autora scrivere scritto autore schrijven"
        " schreef schrijver"
    ),
    (
        "direct directed director producer regie regisseur regisseurin inszenieren inszeniert metteur réalisateur"
        " dirigir dirigió director directora regista diretto"
    ),
    (
        "make made maker build built builder construct constructed constructor manufacturer architect bauen baute"
        " gebaut erbaut erbauer hersteller construire construit constructeur fabricant construir construyó"
        " construido fabricante constructora costruire costruito costruttore bouwen bouwde bouwer"
    ),
    (
        "compose composed composer music komponieren komponiert komponist musik composer composé compositeur"
        " musique componer compuso compositor música comporre composto compositore musica"
    ),
    "paint painted painter artist malen malte gemalt maler malerin peindre peint peintre pintar pintó pintor",
    (
        "translate translated translator übersetzen übersetzt übersetzer traduire traduit traducteur traducir"
        " tradujo traductor"
    ),
    (
        "buy bought buyer customer purchaser kaufen kaufte gekauft käufer kunde acheter acheté acheteur comprar"
        " compró comprador cliente"
    ),
    (
        "sell sold seller vendor dealer supplier verkaufen verkaufte verkauft verkäufer händler vendre vendu"
        " vendeur vender vendió vendedor"
    ),
    "donate donated give gave donor giver spenden gespendet spender donner donné donateur donar donó donante",
    (
        "teach taught teacher tutor unterrichten unterrichtet lehrer lehrerin enseigner enseigné professeur"
        " enseñar enseñó profesor"
    ),
    ("inspect inspected inspector examiner surveyor prüfen geprüft prüfer inspecter inspecté inspecteur inspeccionar"),
)
_FIGURE = lazy_regex(r"\d")
_FULL_NAME = lazy_regex(
    r"(?<![^\W_])[^\W\d_a-zß-ÿ][\w.’'-]+ (?:(?:de|del|di|da|van|von|der|la|le) )*[^\W\d_a-zß-ÿ][\w’'-]+"
)


def is_of_another_role(question: str, row: str) -> bool:
    """Whether a row has persons only in columns of other roles than what the question asks who did it."""
    asked = frozenset(terms(question))
    wanted = frozenset[str]().union(*(role for role in _roles() if not role.isdisjoint(asked)))
    persons = [frozenset(terms(name)) for name, _ in _persons(question, row)]
    if not wanted or not persons or not wanted.isdisjoint(terms(row)):
        return False
    return all(any(not role.isdisjoint(name) for role in _roles()) for name in persons)


def is_birth_of_another(asked: AskedQuestion, cells: Sequence[str]) -> bool:
    """Whether the birth or age of a person is asked who only owns what a row is about: "Smoke", "cat", "2020"."""
    value = asked.value
    if not asked.birth and (value is None or value.kind != "age"):
        return False
    person = asked.own_terms - asked.birth - (value.terms if value is not None else frozenset[str]())
    of_cells = [frozenset(terms(cell)) for cell in cells if cell and not _FIGURE.search(cell)]
    return bool(of_cells) and person.isdisjoint(of_cells[0]) and any(person <= cell for cell in of_cells)


def _persons(question: str, row: str) -> Iterator[tuple[str, str]]:
    """The columns of a row, with their cells, that have a first and a last name which the question has not."""
    for name, cell in cells_of(row):
        if any(found not in question for found in _FULL_NAME.findall(cell)):
            yield name, cell


@cache
def _roles() -> list[frozenset[str]]:
    return [frozenset(terms(line)) for line in _ROLES]

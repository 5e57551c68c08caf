"""Whether a unit tells what is asked of a thing, and does not only stand in its table, its record or under its name."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.form_bonus import says_whether
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.said_otherwise import gives_kind
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

# Of more words, some may stand elsewhere or be said otherwise.
MANY = 5
# What a column of places is called.
PLACES = lazy_terms(
    "place location from to at stop station destination port platform berth von nach vers desde cupboard cabinet shelf"
    " drawer room floor rack position bay aisle hall warehouse store"
    " depot address street town city country ort raum schrank regal zimmer etage gebäude halle lager fach straße"
    " stadt lieu salle armoire étagère bâtiment adresse rue ville lugar sala armario estante edificio dirección calle"
    " ciudad luogo stanza armadio scaffale edificio indirizzo via città local plaats kamer kast plank adres straat stad"
)
_FIGURE = lazy_regex(r"\d")
# "No dogs in the halls" and "Dogs are welcome" say whether dogs are allowed.
_PERMITTED = lazy_terms(
    "access admitted zugang accès acceso accesso"
    " allowed permitted forbidden prohibited banned erlaubt verboten gestattet permis autorisé interdit permitido"
    " prohibido permesso vietato proibido toegestaan verboden"
)
_OF_SOME = lazy_regex(
    r"(?i)\b(?:of|for|with|without|von|für|mit|ohne|pour|avec|sans|para|con|sin)"
    r" (?:an?|eine[mnrs]?|ein|une?|una) ([^\W\d_]+)"
)
_HOW = lazy_regex(r"(?i)^\W*(?:how (?:did|was|were|is|are|do|does)|wie (?:hat|wurde|wird|haben)|comment|cómo|come)\b")
_ENDS_IN_PLACE = lazy_regex(r"(?i)\b(?:where|wo|in|at|on|kept|im|bei|auf|dans|à|sur|où|en|dónde|dove|nel)\W*$")
_IS_THERE = lazy_regex(
    r"(?i)^\W*(?:(?:is|are) there|do (?:you|we|they) have|gibt es|haben wir|y a-t-il|est-ce qu['’]il y a|hay|c['’]è"
    r"|ci sono"
    r"|há|is er|zijn er)\b"
)
WARNS = lazy_regex(
    r"(?i)\b(?:kills?|poison(?:s|ous)|toxic|deadly|fatal|lethal|harm(?:s|ful)|dangerous|tödlich|giftig|schädlich"
    r"|gefährlich"
    r"|töte[tn]|tue|mortel(?:le)?s?|toxique|dangereu\w+|mata|mortal|tóxic[oa]|peligros[oa]|uccide|mortale|tossic[oa]"
    r"|pericolos[oa]|dodelijk|gevaarlijk)\b"
)
_WHENEVER = lazy_regex(
    r"(?i)\b(?:after|before|during|while|when|nach|vor|während|wenn|après|avant|pendant|después|antes|durante|dopo|prima)"
    r" ([^?,]{3,40})\W*$"
)
_LETTERS = lazy_regex(r"[^\W\d_]{3,}")


def only_names_thing(
    asked: AskedQuestion, best: BestUnit, matter: AbstractSet[str], over: AbstractSet[str], near: AbstractSet[str]
) -> bool:
    """Whether a unit has the names of the thing, and lacks a word for what is asked of it.

    `matter` are the words that the question is about, of which `over` stand in and above the unit, `near` around it.
    """
    asked_now = matter & (asked.own_terms or matter)
    if asked.is_comparison or asked.is_how_to or best.is_asked_above or len(asked_now) > MANY:
        return False
    if best.is_row:
        if has_only_figures(asked, best.cells) or _names_no_place(asked, best):
            return True
        # What another line of the record says is not said by this one.
        if _is_of_no_column(asked, best, over) or is_birth_of_another(asked, [cell for _, cell in best.cells]):
            return True
        missing = asked_now - (over - (best.covered - best.told))
        return bool(missing) and not (
            asked.is_list or asked.is_of_mail or _has_asked_cell(asked, best, missing, matter)
        )
    if asked.may_one and says_whether(f"{best.text} {best.answer}"):
        asked_now -= _PERMITTED()
        if asked.action <= near and len(asked_now & near) > 1:
            # "Filming for television needs consent" in the contract of a loan says whether one may film the loan.
            asked_now -= best.in_document
    if _IS_THERE.match(asked.text) and not asked_now.isdisjoint(best.synonyms | best.kinds) and not best.is_row:
        # A swimming club is no swimming pool.
        return not says_whether(best.own_text)
    # A contract says once what place it is about.
    unsaid = asked.place
    if (
        asked.may_one
        and says_whether(best.own_text)
        and asked.action & near
        and 2 * len(asked_now & near) >= len(asked_now)
    ):
        # "Filming for television needs consent" in an agreement about the objects.
        unsaid |= asked_now - asked.action
    if asked.may_one and WARNS.search(best.own_text) and len(asked_now & near) > 1:
        # "Paracetamol kills cats", whenever it is given.
        when = _WHENEVER.search(asked.text)
        asked_now -= frozenset(terms(when[1])) if when is not None else frozenset[str]()
    lacks_word = asked.limit is None and bool(asked_now - near - (unsaid & best.in_document))
    return asked.is_yes_no and lacks_word


def has_only_figures(asked: AskedQuestion, cells: Sequence[tuple[str, str]]) -> bool:
    """Whether "How did Ada pay?" is asked, and the column with the verb has a day or a sum: "Paid on: 2024-07-15".

    Where it is asked where something was done, a column of places answers too.
    """
    if asked.value is not None or (asked.kind != "where" and _HOW.match(asked.text) is None):
        return False
    names = " ".join(name for name, _ in cells)
    if asked.kind == "where" and not PLACES().isdisjoint(terms(names)):
        return False
    named = [cell for name, cell in cells if not asked.own_terms.isdisjoint(terms(name))]
    return bool(named) and not any(_LETTERS.search(cell) for cell in named)


def _names_no_place(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether it is asked where a thing is, and a row has no column of places: "Monday: Pottery" of a studio."""
    names = [name for name, _ in best.cells]
    if not asked.asks_where_it_is or not names or any(map(_ENDS_IN_PLACE.search, names)):
        return False
    return PLACES().isdisjoint(best.names | best.above)


def _is_of_no_column(asked: AskedQuestion, best: BestUnit, over: AbstractSet[str]) -> bool:
    """Whether "What breed is Bruno?" is asked of the row of Bruno, in which no column or cell names a breed.

    A word of the question that names a column may stand for it: "Which firm supplies the ropes?" and "Supplier".
    """
    if asked.value is not None or asked.is_list or not asked.category or not asked.category.isdisjoint(over):
        return False
    names = best.names | best.above
    return bool(best.cells) and names.isdisjoint(best.told) and not gives_kind(asked.category, best.own_text)


def _has_asked_cell(asked: AskedQuestion, best: BestUnit, missing: AbstractSet[str], matter: AbstractSet[str]) -> bool:
    """Whether one word alone is missing, and a column with another one has the value: "Rent in euros: 42" for "pay"."""
    if len(missing) > 1 or asked.is_yes_no or asked.kind in ("who", "where"):
        return False
    if missing <= best.covered:
        # "printer.address: 10.0.0.7" is not of the camera that another line of the settings names.
        return False
    # The fee for a rabbit is not that for a dog.
    if not missing <= asked.head and any(missing <= set(terms(thing)) for thing in _OF_SOME.findall(asked.text)):
        return False
    value = asked.value
    return any(
        _FIGURE.search(cell)
        if value is None or value.kind in ("money", "figure", "count")
        else has_value(value, asked.completed, f"{name}: {cell}")
        for name, cell in best.cells
        if not matter.isdisjoint(terms(name))
    )


def is_birth_of_another(asked: AskedQuestion, cells: Sequence[str]) -> bool:
    """Whether the birth or age of a person is asked who only owns what a row is about: "Smoke", "cat", "2020"."""
    value = asked.value
    if not asked.birth and (value is None or value.kind != "age"):
        return False
    person = asked.own_terms - asked.birth - (value.terms if value is not None else frozenset[str]())
    of_cells = [frozenset(terms(cell)) for cell in cells if cell and not _FIGURE.search(cell)]
    return bool(of_cells) and person.isdisjoint(of_cells[0]) and any(person <= cell for cell in of_cells)

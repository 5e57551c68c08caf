"""Whether a unit lacks the value that a question asks for, or has one of another thing."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit, cells_of
from bookwheel.engine.llms.extractive.vetoes.asked_doers import lacks_doer
from bookwheel.engine.llms.extractive.vetoes.asked_kinds import only_repeats_kind
from bookwheel.engine.llms.extractive.vetoes.asked_reasons import lacks_reason
from bookwheel.engine.llms.extractive.vetoes.counted_things import lacks_count_of
from bookwheel.engine.llms.extractive.vetoes.near_misses import (
    is_of_another_size,
    is_price_of_another,
    is_value_of,
    lacks_count,
    lasts_in_larger_units,
    lasts_otherwise,
    without_births,
    without_ends,
)
from bookwheel.engine.llms.extractive.vetoes.unsaid_values import is_least_age
from bookwheel.engine.text.asked_values import AskedValue, asked_value, has_value
from bookwheel.engine.text.code_lines import name_of_constant
from bookwheel.engine.text.question_kinds import names_people
from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.engine.text.value_patterns import DATES, UNITS, WORD_NUMBERS, ValueKind
from bookwheel.engine.text.values.other_amounts import without_changes, without_other_sums
from bookwheel.lazy_regex import lazy_regex

_SUMS = lazy_terms(
    "amount sum total price cost fee paid betrag summe preis kosten umsatz montant somme prix importe precio importo"
    " prezzo bedrag prijs сумма цена"
)
# The columns of a cash book.
_OF_ACCOUNT = lazy_regex(
    r"(?i)(?:in|out|debit|credit|expen[cs]es?|income|spent|received|soll|haben|ein|aus|einnahmen?|ausgaben?|eingang"
    r"|ausgang|débit|crédit"
    r"|recettes?|dépenses?|ingresos?|gastos?|entrate|uscite|receitas?|despesas?|uitgaven|inkomsten|приход"
    r"|расход)\b.{0,12}"
)
_NAMED_VALUES = ("language", "colour", "firm")
_WHICH_FIRM = lazy_regex(
    r"(?i)^\W*(?:which|what) (?:\w+ )?(?:company|firm|manufacturer|maker|business|shipyard|yard|foundry)"
)
_PRICES = lazy_terms("price cost fee fare charge amount rent deposit salary wage fine tax prize budget premium pay")
_PRICE_NAMES = lazy_terms(
    "price cost fee fare rent salary wage preis kosten gebühr tarif miete prix coût loyer precio coste tarifa prezzo"
    " prijs preise preço цена"
)
_CELL = lazy_regex(r"(?:(?<=; )|(?<=\n)|\A)([^:=;\n]{1,60})(?::| ?=) ?[^;\n]*")
_SMALL_OR_MEASURED = lazy_regex(
    rf"\d|\d[\d.,]* ?(?:{UNITS['length']}|{UNITS['mass'].replace('pounds?|', '')}|{UNITS['duration']})"
)
_FIGURE, _BEGINS_AS_SUM = lazy_regex(r"\d+"), lazy_regex(r"\W*\d")
# A cell that is a number, with its currency or not.
_AMOUNT = lazy_regex(r"\A\W*\d|(?<![\w-])\d[\d.,]*\W*\Z(?<!\w \d\Z)")
_YEAR = lazy_regex(r"(?:19|20)\d\d")
# A column with one of these names says how many there are of what the row names.
QUANTITY = lazy_terms(
    "qty quantity count pieces pcs stock units available menge anzahl stück stückzahl bestand vorrat"
    " quantité nombre pièces cantidad unidades existencias quantità pezzi quantidade aantal stuks voorraad количество"
)
_KINDS_OF_FIGURES = ("age", "money", "length", "mass", "heat", "speed", "power", "sound", "size", "count", "figure")
_FIGURE_OR_WORD = lazy_regex(rf"(?i)\d[\d.,]*|\b(?:{WORD_NUMBERS})\b")
_NUMBERS = ("duration", "count", "figure", "phone", "often")
_OF_UNITS = lazy_regex(
    rf"(?i)(?:\d[\d.,]*|\b(?:{WORD_NUMBERS}))[ -](?:(?:further|more|full|whole|other) )?(?:{UNITS['duration']}"
    rf"|{UNITS['money']}"
    r"|(?:quarters?|thirds?|halves|fifths?|tenths?|percent|per cent)\b)|\b(?:once|twice|half|none|einmal|zweimal)\b"
    r"|(?:\A|\n)\W*\d{1,2}[.)]\s"
)
_SENT = lazy_regex(r"(?i)\bmails?\b.*\b(?:sent|send|written|dated)\b")
_SAYS_SENT = lazy_regex(r"(?i)^\W*(?:date|sent|datum|gesendet|fecha|data)\s?:|\b(?:sent|wrote|written|mail|dated)\b")
_BARE = lazy_regex(r"[+(]?\d[\d.,/ ()-]*")
_PHONES = lazy_terms("phone telephone tel telefon mobile fax extension durchwahl téléphone teléfono telefono telefoon")
_SHARE = lazy_regex(r"(?i)percent|prozent|per cent|%")
_HAS_MONEY = lazy_regex(rf"(?i)[€$£¥]|\d ?(?:{UNITS['money']})|\b(?:half|discount|rabatt|free)\b")
# "It costs 340", "bill 1,960", "the fare becomes 4.90": in a country's own papers the currency often goes unsaid.
_BARE_SUM = lazy_regex(
    r"(?i)\b(?:costs?|costing|(?:bill|invoice|price|fare|fee|charge|rent|deposit|offer|paid|pay|pays|asks?|charges?"
    r"|sold|bought|kosten|kostet\w*|rechnung|preis|gebühr|miete|zahl\w+|coûtent|coûte|prix|facture|paie|payé\w*"
    r"|cuestan?|costó|precio|factura|paga\w*|costano|costa|prezzo|fattura|kost|rekening|prijs)"
    r"(?: (?:is|was|are|of|at|for|from|to|about|only|now|rises|becomes|stays|von|beträgt|est|de|es|è|di|van))*)"
    r"[:,]? (?!(?:in|im|en|nel|since|until) (?:1[5-9]|20)\d\d\b)(?:[^\W\d_]+ ){0,1}(?:\d{1,3}(?:[ ,.’']\d{3})+"
    r"|\d+[.,]\d\d|\d{2,})(?![\d:/-])"
    r"(?=\s*(?:[.,;:!?)]|\Z)| (?:a|an|per|for|each|and|in|on|from|to|instead|less|more|plus|until|or|if|of which|pro|je"
    r"|für|und|im|am|ab|par|pour|et|par|por|para|y|e|al|per|en|voor)\b)"
)
_SUM_EACH = lazy_regex(
    r"(?i)\b(?:at|for|zu|à|a) \d+[.,]\d\d (?:each|apiece|a (?:piece|head)|per [^\W\d_]+|das stück|pro [^\W\d_]+"
    r"|chacune?|(?:la )?pièce|cada un[oa]|l['’]un[oa])\b|\b(?:je|jeweils) \d+[.,]\d\d(?![\d.,])"
)
_EARNING = lazy_regex(
    r"(?i)\b(?:earns?|salary|wages?|verdien\w+|gehalt|lohn|gagne\w*|salaire|gana\w*|salario|guadagna\w*|stipendio"
    r"|verdient)\b"
)
_MORE = lazy_regex(
    r"(?i)\b(?:more|fewer|less|most|fewest|twice|than|mehr|weniger|meisten|als|plus|moins|más|menos|più|meno|mais)\b"
)
_LONGEST_UNIT = 12
# "It stands two hundred metres further east" does not say how tall it is.
_ASKS_FOR_WAY = lazy_regex(
    r"(?i)\b(?:far|distance|away|way|weit|entfern\w*|abstand|loin|distance|lejos|distancia|lontano|distanza)\b"
)
_WAY_FROM = lazy_regex(
    rf"(?i)(?:\d[\d.,]*|(?:{WORD_NUMBERS})(?: (?:hundred|thousand))?) ?(?:{UNITS['length']})\.?"
    r" (?:further|farther|away|from|east|west|north|south|up the|down the|along|behind|beyond|past"
    r"|weiter|entfernt|östlich|westlich|nördlich|südlich|plus loin|más lejos|más adelante)\b"
)
_MEASURED = ("length", "mass", "duration", "heat", "speed", "power", "sound", "age", "size")
_OF_CONSTANTS = ("money", "count", "figure")
# What stands under "Price per day" is rented.
_PER_DAY = lazy_regex(
    r"(?i)\b(?:per|a|pro|je|par|por|al) (?:hour|day|night|week|weekend|month|stunde|tag|nacht|woche|monat|heure|jour"
    r"|nuit|semaine"
    r"|mois|hora|día|noche|semana|mes|giorno)\b|täglich"
)
_RENTING = lazy_terms(
    "rent hire lease borrow book use mieten leihen ausleihen louer alquilar noleggiare affittare alugar huren"
)
_PAYING = lazy_terms(
    "pay spend cost charge transfer zahlen zahlt zahlte gezahlt bezahlen bezahlt bezahlte überweisen überwies"
    " kosten kostet kostete ausgeben ausgegeben payer payé coûter coûte pagar pagó pagado pagato pagou costar costó"
    " betalen betaald"
    " ticket fare billet billete boleto pasaje fahrkarte fahrschein biglietto bilhete kaartje"
)


def gives_value(asked: AskedQuestion, best: BestUnit, matter: frozenset[str], wanted: AbstractSet[str]) -> bool:
    """Whether the unit has a value of the kind asked for; True if none is asked for.

    `matter` are the words of the question that it must be about, `wanted` all of its words.
    """
    value = asked.value
    answer, own = _texts_for(asked, value, best)
    if value is None or has_value(value, asked.completed, answer):
        return True
    if _is_asked_above(value, best, answer) or is_least_age(asked, value, own):
        return True
    if value.kind == "reason":
        return False
    if best.is_code and value.kind in _OF_CONSTANTS and not matter.isdisjoint(terms(name_of_constant(own))):
        # "HOURLY_RATE = 68  # euros for an hour" has its unit in a comment, or none.
        return True
    if value.kind in _NAMED_VALUES and best.is_row and is_value_of(asked.category, best.own_text):
        return True
    # "spent by May" over "3,905", a row below "Prices": a column of sums need not repeat the currency.
    # What the question calls the price ("cost", of a column "price") counts as well.
    names = matter | value.terms | (_PRICES() & wanted)
    text = without_other_sums(asked.completed, best.text)
    is_of_sums = _is_sum_in_column(names, best) or not _PRICES().isdisjoint(terms(text)) or _has_sum(own)
    if value.kind in _MEASURED and best.is_row and (_is_measured(value, best) or _has_unit_beside(value.kind, best)):
        return True
    if value.kind == "money" and not best.is_row and _has_bare_sum(answer) and not _EARNING.search(asked.text):
        return True
    if value.kind in _NUMBERS and best.is_row:
        # "Item: buoys; Qty: 6" says how many buoys there are.
        of_count = QUANTITY() if value.kind == "count" and matter <= best.covered | best.above else frozenset[str]()
        named = _PHONES() if value.kind == "phone" else value.terms | matter | of_count
        return _is_in_column(value, named, best)
    return value.kind == "money" and best.is_row and is_of_sums and _has_amount(own)


def _texts_for(asked: AskedQuestion, value: AskedValue | None, best: BestUnit) -> tuple[str, str]:
    """The answer of a unit and its own text without what is no value of the kind asked for: changes, sums, ways."""
    answer, own = without_changes(asked.completed, _answer_for(value, best)), best.own_text
    if value is not None and value.kind == "money":
        answer, own = (without_other_sums(asked.completed, text) for text in (_without_shares(answer), own))
    if value is not None and value.kind in ("length", "size") and not _ASKS_FOR_WAY.search(asked.text):
        answer, own = (_WAY_FROM.sub(" ", text) for text in (answer, own))
    return answer, own


def _is_sum_in_column(names: AbstractSet[str], best: BestUnit) -> bool:
    """Whether a column with one of the names has an amount: "Spent by May: 3,905", not "Lamp: PAR 64; Power: 90"."""
    if names.isdisjoint(best.above) or not best.cells:
        return not names.isdisjoint(best.above)
    is_priced = not _PRICES().isdisjoint(terms(best.text))
    # "Tins: 3" and "Focal length: 1,900 mm" are not prices if no heading or column above them says "price".
    return any(
        _BEGINS_AS_SUM.match(cell)
        and not names.isdisjoint(terms(name))
        and (is_priced or not _SMALL_OR_MEASURED.fullmatch(cell.strip()) or not _SUMS().isdisjoint(terms(name)))
        for name, cell in best.cells
    )


def _is_asked_above(value: AskedValue, best: BestUnit, answer: str) -> bool:
    """Whether the question above asks for the same kind of value: "From what age?" over "From fourteen"."""
    above = asked_value(best.asking) if best.asking and _FIGURE_OR_WORD.search(answer) else None
    return above is not None and above.kind == value.kind and value.kind in _KINDS_OF_FIGURES


def _answer_for(value: AskedValue | None, best: BestUnit) -> str:
    """The answer of a unit in which a value of the kind may be, with the heading that names it, without prices."""
    # "Depth" over "may be lowered to 20 m".
    is_named_above = value is not None and value.kind == "length" and not value.terms.isdisjoint(terms(best.text))
    answer = f"{best.text}\n{best.answer}" if is_named_above else best.answer
    is_measured = value is not None and value.kind in _MEASURED and best.is_row
    return _CELL.sub(lambda cell: " " if _is_price(cell[1]) else cell[0], answer) if is_measured else answer


def _is_price(name: str) -> bool:
    """Whether a column or key is one of prices: "prices.massage: 44" does not say how long a massage takes."""
    return not _PRICE_NAMES().isdisjoint(terms(name))


def _has_amount(row: str) -> bool:
    """Whether a cell of a row is an amount: "3,905", not "fares, engine 4"."""
    cells = [cell.strip() for _, cell in cells_of(row)]
    if not cells:
        return _FIGURE.search(row) is not None
    return any(_AMOUNT.search(cell) and not _YEAR.fullmatch(cell) for cell in cells)


def _has_bare_sum(text: str) -> bool:
    """Whether a sentence gives a sum without its currency."""
    text = " ".join(text.split())
    return _BARE_SUM.search(text) is not None or _SUM_EACH.search(text) is not None


def counts_in_cell(best: BestUnit, counted: frozenset[str]) -> bool:
    """Whether a cell of a row says how many there are: "Memory: 500 readings", "Pieces: 4"."""
    cells = [f"{name} {cell}" for name, cell in best.cells] or best.own_text.split("|")
    return best.is_row and any(_FIGURE.search(cell) and not counted.isdisjoint(terms(cell)) for cell in cells)


def counts_no_people(asked: AskedQuestion, best: BestUnit, over: AbstractSet[str]) -> bool:
    """Whether people are to be counted, and the unit has neither people nor all other words of the question."""
    if not asked.counts_people:
        return False
    if best.is_prose and _FIGURE_OR_WORD.search(_OF_UNITS.sub(" ", best.answer)) is None:
        # "After 28 days it goes to the next person on the list."
        return True
    return not names_people(best.answer) and not asked.own_terms - asked.people <= over


def counts_what_title_names(
    asked: AskedQuestion, best: BestUnit, in_title: frozenset[str], missing: frozenset[str]
) -> bool:
    """Whether a sentence lacks a word and counts something else: "five frames of brood" in a text about bees."""
    value = asked.value
    if value is None or value.kind != "count" or not in_title:
        return False
    if best.is_row:
        # The minutes of a programme are not its listeners.
        return in_title.isdisjoint(best.names | best.above | frozenset(terms(best.own_text)) | _counting(best))
    return best.is_prose and bool(missing) and in_title.isdisjoint(terms(best.answer))


def _counting(best: BestUnit) -> frozenset[str]:
    """The terms of the names of a row's columns where one of them is of a quantity: it counts what the title names."""
    return frozenset(terms(best.text)) if not QUANTITY().isdisjoint(best.names | best.above) else frozenset()


def paying(asked: AskedQuestion, best: BestUnit) -> frozenset[str]:
    """The terms for paying that a row with a sum need not repeat: "Payee: Pella Sails; Amount: 815.50".

    What is paid for with a ticket is the way or the show that the row tells.
    """
    is_of_sum = asked.value is not None and asked.value.kind in ("money", "figure") and best.is_row
    if not is_of_sum or not _has_sum(best.own_text):
        return frozenset()
    return _PAYING() | _RENTING() if any(_PER_DAY.search(name) for name, _ in best.cells) else _PAYING()


def _has_sum(row: str) -> bool:
    return any(
        _FIGURE.search(cell) and (_OF_ACCOUNT.fullmatch(name.strip()) or not _SUMS().isdisjoint(terms(name)))
        for name, cell in cells_of(row)
    )


def _without_shares(text: str) -> str:
    """A text about no price without its percentages: "humidity_max_percent: 85" says no cost."""
    return text if not _PRICES().isdisjoint(terms(text)) or _HAS_MONEY.search(text) else _SHARE.sub(" ", text)


def _is_in_column(value: AskedValue, asked: AbstractSet[str], best: BestUnit) -> bool:
    """Whether a word of the question is the name of a column with a bare number: "Left: 19", "Phone: 26"."""
    return any(
        _BARE.fullmatch(cell.strip())
        and not asked.isdisjoint(terms(name))
        and (value.kind not in _MEASURED or not _is_price(name))
        for name, cell in best.cells
    )


def _is_measured(value: AskedValue, best: BestUnit) -> bool:
    """Whether a column or key names what is measured, and the cell has a figure: "height: 31" of "How high?"."""
    cells = best.cells
    return any(_FIGURE.search(cell) and not value.terms.isdisjoint(terms(name)) for name, cell in cells)


def _has_figure_for(matter: AbstractSet[str], best: BestUnit) -> bool:
    """Whether a column with a word of the question has a figure: "fade_seconds: 7" for how long the fade lasts."""
    return any(_FIGURE.search(cell) and not matter.isdisjoint(terms(name)) for name, cell in best.cells)


def _has_unit_beside(kind: ValueKind, best: BestUnit) -> bool:
    """Whether one cell is a unit of this kind and another one a bare number: "value: 81; unit: °C"."""
    cells = [cell.strip() for _, cell in best.cells]
    if kind not in UNITS or not any(map(_BARE.fullmatch, cells)):
        return False
    return any(len(cell) <= _LONGEST_UNIT and re.match(UNITS[kind], cell, re.IGNORECASE) for cell in cells)


def has_only_columns(asked: AskedQuestion, best: BestUnit, matter: AbstractSet[str]) -> bool:
    """Whether a value is asked for, and only the columns of a row have words of the question, none of its cells.

    Any row of the table has as much: "Oil: Linseed; Dries in: 3 days" does not say how long walnut oil takes.
    """
    is_of_table = best.is_row and "; " in best.own_text
    return asked.value is not None and is_of_table and matter.isdisjoint(terms(best.cells_for(frozenset())))


def lacks_value(asked: AskedQuestion, best: BestUnit, matter: frozenset[str], wanted: AbstractSet[str]) -> bool:
    """Whether the unit does not have the value asked for, as `gives_value` knows it, or that of another thing."""
    value = asked.value
    if not (asked.is_yes_no or asked.is_comparison) and is_of_another_size(asked.text, best.own_text):
        return True
    if value is None and _compares_numbers(asked, best):
        return True
    if value is None:
        return best.is_prose and not asked.is_list and only_repeats_kind(asked.text, best.answer)
    if _is_of_another(asked, value, best, matter, wanted):
        return True
    if value.kind in ("date", "reason") and best.asking and not best.asking.rstrip(" *_\n").endswith(("?", "？")):
        # "Ring us if" stands over it: the cases say when.
        return False
    if value.kind == "duration" and _lasts_otherwise(asked, best, matter):
        return True
    if value.kind == "reason":
        return lacks_reason(asked, best, matter, is_given=gives_value(asked, best, matter, wanted))
    if value.kind == "date" and asked.is_of_mail and _SENT.search(asked.text) and not _SAYS_SENT.search(best.own_text):
        # "New rates from 1 July" is the subject of a mail, not its day.
        return True
    if value.kind == "date" and best.is_row and not asked.birth:
        return not has_value(value, asked.completed, without_ends(asked.text, without_births(best.answer)))
    return not gives_value(asked, best, matter, wanted)


def _lasts_otherwise(asked: AskedQuestion, best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether a unit tells how long something else takes, or in larger units than are asked for."""
    if best.is_prose and lasts_in_larger_units(asked.text, best.answer):
        return True
    return not _has_figure_for(matter, best) and lasts_otherwise(asked.text, f"{best.text} {best.answer}")


def _compares_numbers(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether "Who saw more, the camera or the people?" is asked, and a unit neither compares nor has two numbers."""
    if not asked.compares_counts or best.is_row:
        return False
    numbers = _FIGURE_OR_WORD.findall(DATES.sub(" ", best.own_text))
    return len(numbers) < 2 and _MORE.search(best.own_text) is None


def _is_of_another(
    asked: AskedQuestion, value: AskedValue, best: BestUnit, matter: frozenset[str], wanted: AbstractSet[str]
) -> bool:
    if value.kind in ("count", "date") and (lacks_count(asked.text, best.own_text) or lacks_count_of(asked, best)):
        return True
    if value.kind == "colour":
        # "Press the grey lever" in a manual does not say what colour the machine is.
        return wanted.isdisjoint(terms(best.own_text))
    if value.kind == "firm":
        return lacks_doer(_WHICH_FIRM.sub("Who", asked.text), best.answer)
    if value.kind == "money":
        # "A night costs 19 euros" is not a price of the token in the next sentence.
        texts = (best.answer, best.own_text) if best.is_sentence and not best.leans else (best.answer,)
        return any(is_price_of_another(text, wanted, matter | asked.thing_terms) for text in texts)
    return False

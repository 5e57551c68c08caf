"""Whether a row has the words of a question, and no column or cell for what is asked of the thing."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.counted_things import is_count
from bookwheel.engine.llms.extractive.vetoes.value_vetoes import QUANTITY
from bookwheel.engine.text.question_terms import content_terms, lazy_terms, nearest_term, synonyms, terms
from bookwheel.engine.text.values.counted_nouns import counted_noun
from bookwheel.lazy_regex import lazy_regex

STEM = 4
# "Who wrote it?": the verb, behind an auxiliary or not; "was" and "is" ask who it is.
_WHO_DID = lazy_regex(
    r"(?i)^\W*(?:who|wer|qui|quién(?:es)?|chi|quem|wie) (?:(?:has|have|had|hat|haben|a|ont|ha|han|hanno|heeft) )?"
    r"(?!(?:the|an?|our|my|your|der|die|das|den|ein\w*|le|la|les|une?|el|los|las|un[ao]|il|lo|gli|i)\b)"
    r"(?!(?:is|was|are|were|has|have|had|did|does|do|will|can|may|must|should|ist|war|sind|waren|wird|wurde|hat|haben"
    r"|est|sont|était|a|es|era|son|fue|è|sono|ha|foi|é)\b)([^\W\d_]{3,})\b"
)
_LAST = lazy_regex(r"(?i)\bhat\b.*?([^\W\d_]+)\W*$")
_OF_MAIL = lazy_regex(r"(?i)(?:\A|; )(?:from|to|cc|subject|von|an|de|betreff|objet|asunto|oggetto): ")
# A column of people that does not say what they did.
_OF_ANYBODY = lazy_terms(
    "person people who whom by name contact staff responsible member team lead leader worker agent handled done user"
    " wer zuständig verantwortlich ansprechpartner kontakt mitarbeiter bearbeiter personne responsable contact qui"
    " persona responsable contacto quién responsabile contatto chi"
)
_PERSON = lazy_regex(r"[^\W\d_a-zß-ÿ][\w’'-]*|[\u4e00-\u9fff\u3040-\u30ff]")
_DOERS = {
    "writ": "author writer", "build": "builder maker yard shipyard manufacturer firm", "found": "founder",
    "make": "maker manufacturer brand builder make firm supplier producer", "paint": "painter artist",
    "own": "owner", "teach": "teacher trainer tutor", "sell": "seller vendor shop supplier dealer",
    "lead": "leader head guide teacher chair", "run": "manager owner operator host leader",
    "draw": "artist illustrator", "play": "player cast actor musician", "sing": "singer", "tak": "photographer",
    "cook": "cook chef", "bak": "baker", "repair": "mechanic firm repairer", "drive": "driver", "driv": "driver",
    "buy": "buyer customer client purchaser", "order": "customer client", "borrow": "borrower", "pay": "payer payee",
}  # fmt: skip


def lacks_column(asked: AskedQuestion, best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether a row has no column or cell for the number, the doer, the event or the price that is asked for."""
    is_other = asked.is_yes_no or asked.is_comparison or asked.is_list or best.is_asked_above
    if is_other or not best.is_row or not best.cells or _OF_MAIL.search(best.own_text) is not None:
        return False
    kind = asked.value.kind if asked.value is not None else ""
    if kind == "count":
        return _counts_something_else(asked, best)
    if kind == "date":
        return _tells_of_another_event(asked, best)
    if asked.kind == "who":
        return _names_another_doer(asked, best, matter)
    return _has_head_in_other_words(asked, best)


def _counts_something_else(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether no count stands in a column, or with a word, of what is counted: "Role: clerk; Days of leave: 25"."""
    counted = frozenset(terms(counted_noun(asked.text)))
    if not counted or not counted.isdisjoint(asked.people):
        return False
    known = frozenset(asked.terms) - counted
    for name, cell in best.cells:
        if not is_count(cell):
            continue
        of_column = _as(name, counted)
        if not counted.isdisjoint(of_column | _as(cell, counted)) or not QUANTITY().isdisjoint(of_column):
            return False
        # "Kilos a week: 18" of what the café takes; a key with the verb, "max_open = 4".
        if len(counted) == 1 and len(known.intersection(content_terms(name.replace("_", " ")))) > 1:
            return False
        if not counted.isdisjoint(_as(best.own_text, counted)) and not known.isdisjoint(terms(name)):
            # "Passengers to the island; 2019: 412; 2020: 208".
            return False
        if not asked.verb.isdisjoint(of_column) or not asked.passive.isdisjoint(of_column):
            return False
    return True


def _as(text: str, wanted: AbstractSet[str]) -> frozenset[str]:
    return frozenset(nearest_term(term, list(wanted)) for term in terms(text.replace("_", " ")))


def _names_another_doer(asked: AskedQuestion, best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether the persons of a row stand in columns of another deed: "borrower: Ada Rook" of "Who wrote it?"."""
    match = _WHO_DID.match(asked.text) or _LAST.search(asked.text)
    if match is None:
        return False
    deed = verb = frozenset(terms(match[1]))
    doers = frozenset(terms(" ".join(_DOERS.get(term, "") for term in verb)))
    verb |= doers.union(*map(synonyms, verb))
    of_cells = [(name, cell) for name, cell in best.cells if _PERSON.search(cell) is not None]
    named = [(frozenset(terms(name)), frozenset(terms(cell))) for name, cell in of_cells]
    of_doer = (cell for name, cell in of_cells if not verb.isdisjoint(_as(name, verb)) or _shares_stem(name, match[1]))
    if any(any(map(str.isalpha, cell)) for cell in of_doer):
        return False
    if any(not deed.isdisjoint(cell) for _, cell in named):
        # "Relay replaced by Ada Rook".
        return False
    asked_for = matter | frozenset(asked.terms)
    return not any(not name.isdisjoint(_OF_ANYBODY()) and not cell <= asked_for for name, cell in named)


def _shares_stem(name: str, verb: str) -> bool:
    """Whether the name of a column is the noun of a verb: "Mieter" of "gemietet"."""
    stem = verb.casefold().removeprefix("ge")[:STEM]
    return len(stem) == STEM and any(word.casefold().startswith(stem) for word in name.replace("_", " ").split())


_EVENT = lazy_regex(
    r"(?i)^\W*(?:when|in what year|in which year) (?:was|were|has|have) .+? (?:been )?"
    r"(founded|built|established|opened|made|born|planted|painted|written|published|invented|discovered|bought|sold"
    r"|stolen|repaired|replaced|closed|destroyed|signed|launched|released|installed|inspected)\b"
    r"|^\W*wann wurden? .+? (gegründet|gebaut|erbaut|eröffnet|geboren|gepflanzt|geschrieben|gekauft|verkauft"
    r"|gestohlen|repariert|ersetzt|geschlossen|unterschrieben|erfunden)\b"
)
_OF_ANY_TIME = lazy_regex(
    r"(?i)\b(?:date|day|when|year|time|since|age|datum|tag|jahr|wann|seit|zeit|jour|année|depuis|fecha|año|día|desde"
    r"|data|anno|giorno|dal|on)\b"
)


def _tells_of_another_event(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether no column or cell has the event whose day is asked for: "Ordered", "Arrives" of "founded"."""
    match = _EVENT.search(asked.text)
    if match is None:
        return False
    event = frozenset(terms(match[1] or match[2]))
    event = event.union(*map(synonyms, event))
    if not event.isdisjoint(best.covered) or any(not event.isdisjoint(_as(f"{n} {c}", event)) for n, c in best.cells):
        return False
    above = _as(best.text, event)
    return event.isdisjoint(above) and not any(_OF_ANY_TIME.search(name.replace("_", " ")) for name, _ in best.cells)


# "What is Ada's profession?"
_OF_PERSON = lazy_regex(r"(?i)^\W*what (?:is|was) [^?]{2,40}['’]s? ([^\W\d_]+)\W*$")


def names_no_event(question: str, names: Sequence[str]) -> bool:
    """Whether no column has the event whose day a question asks for, and none is of any day."""
    match = _EVENT.search(question)
    if match is None:
        return False
    event = frozenset(terms(match[1] or match[2]))
    event = event.union(*map(synonyms, event))
    return not any(
        _OF_ANY_TIME.search(name.replace("_", " ")) or not event.isdisjoint(_as(name, event)) for name in names
    )


def _has_head_in_other_words(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a cell, and no column, has another word for what is asked of the thing: "Employment" of "profession"."""
    of_person = _OF_PERSON.search(asked.text)
    wanted = asked.head or (frozenset(terms(of_person[1])) if of_person else frozenset[str]())
    head = wanted & (best.synonyms | best.kinds)
    return bool(head) and head == wanted and head.isdisjoint(best.names | best.above) and _is_of_cells(head, best)


def _is_of_cells(head: AbstractSet[str], best: BestUnit) -> bool:
    names = frozenset(terms(" ".join(name for name, _ in best.cells)))
    return not any(synonyms(term) & names for term in head)

"""Answers a question for one field of an event or a contact: "Where is the fire drill?", "What is Ada's number?"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.question_terms import content_words, lazy_terms, terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MOST_QUOTED = 3
LONGEST_NAME = 90
# The names that our readers give to the fields, with the words that ask for them.
_WORDS: dict[str, Callable[[], frozenset[str]]] = {
    "Begins": lazy_terms(
        "begin begins start starts date day time beginnen beginnt anfangen fängt datum tag uhrzeit uhr commencer"
        " commence heure jour empezar empieza comenzar comienza fecha hora inizia cominciare data ora orario"
    ),
    "Ends": lazy_terms("end ends finish over enden endet aufhören terminer termine finir finit acabar termina finisce"),
    "Due": lazy_terms("due deadline fällig frist échéance vence plazo scadenza scade vencimento"),
    "Lasts": lazy_terms("last lasts duration long dauern dauert dauer durer dure durée durar dura duración durata"),
    "Repeats": lazy_terms("repeat repeats often recur wiederholen wiederholt oft répéter repetir ripetere"),
    "Place": lazy_terms("place location venue room ort raum lieu salle endroit lugar sala sitio luogo plaats"),
    "Organizer": lazy_terms("organizer organiser organize organise organisieren veranstalter organisateur organizador"),
    "Attendee": lazy_terms("attendee attend invited participant teilnehmer eingeladen invité participante invitado"),
    "Phone": lazy_terms(
        "phone telephone number mobile cell call telefon telefonnummer handynummer rufnummer nummer handy téléphone"
        " numéro portable teléfono número móvil telefono numero cellulare telefone telefoonnummer"
    ),
    "Mail": lazy_terms("mail email e-mail mailadresse emailadresse courriel correo electrónico"),
    "Address": lazy_terms(
        "address live lives adresse anschrift wohnen wohnt habite habiter dirección vive indirizzo abita"
    ),
    "Birthday": lazy_terms(
        "birthday birth born geburtstag geboren anniversaire né née cumpleaños nació compleanno nato"
    ),
    "Title": lazy_terms("title job position titel beruf stelle poste fonction cargo puesto ruolo posizione"),
    "Role": lazy_terms("role job position rolle aufgabe rôle poste rol cargo ruolo"),
    "Organisation": lazy_terms("organisation organization company firm employer work works firma arbeiten arbeitet"),
    "Web": lazy_terms("web website site page homepage webseite internetseite sitio página sito"),
}
# "Mail address"; the address alone is where somebody lives.
_BESIDE_MAIL = lazy_terms("address adresse dirección indirizzo adres endereço")
# What a question says of an event that no field is asked for by.
_FRAME = lazy_terms(
    "held happen take takes place meet meeting event appointment contact treffen termin stattfinden findet statt liegt"
    " kontakt événement rendez-vous lieu evento cita appuntamento contacto contatto me us"
)
_BY_QUESTION = (
    (lazy_regex(r"(?i)^\W*(?:(?:and )?where|wo|où|dónde|dove|onde|waar)\b"), ("Place", "Address")),
    (lazy_regex(r"(?i)^\W*(?:(?:and )?when|wann|quand|cuándo|quando|wanneer|at what time)\b"), ("Begins", "Due")),
    (lazy_regex(r"(?i)^\W*(?:how long|wie lange?|combien de temps|cuánto tiempo|quanto tempo)\b"), ("Lasts",)),
    (
        lazy_regex(r"(?i)^\W*(?:who is|who['’]s|wer ist|qui est|quién es|chi è|quem é|wie is)\b"),
        ("Title", "Role", "Organisation"),
    ),
    (lazy_regex(r"(?i)^\W*(?:how often|wie oft|à quelle fréquence|con qué frecuencia)\b"), ("Repeats",)),
)
_FIELD = lazy_regex(r"(?P<label>[A-Z][a-z]+)(?: \([a-z]+\))?: \S")


@dataclass(frozen=True, slots=True)
class _EntryField:
    """A field of an entry: the indexes of its unit and of the name above it."""

    passage: PassageView
    at: int
    name: int
    label: str


def field_quotes(question: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The field that is asked for, below the name of its entry; empty where the question asks for anything else."""
    wanted = frozenset(terms(" ".join(content_words(question))))
    asked = next((labels for pattern, labels in _BY_QUESTION if pattern.match(question)), ())
    fields = [field for passage in passages for field in _fields_of(passage)]
    found = [field for field in fields if _is_asked(field, wanted, asked)]
    if not found or len(found) > MOST_QUOTED:
        return []
    return [Quote(one.passage.node, tuple(one.passage.units[at] for at in _shown(one)), 1.0) for one in found]


def _shown(field: _EntryField) -> list[int]:
    """The indexes of the name, the field and, behind the beginning of an event, its end."""
    passage, after = field.passage, field.at + 1
    ends = field.label == "Begins" and after < len(passage.texts) and passage.texts[after].startswith("Ends: ")
    return [field.name, field.at, *([after] if ends else [])]


def _is_asked(field: _EntryField, wanted: frozenset[str], asked: Sequence[str]) -> bool:
    """Whether the question has words of the entry's name and else those of the field, or asks where or when it is."""
    name = frozenset(terms(field.passage.texts[field.name]))
    rest = wanted - name
    own = _WORDS[field.label]() | frozenset(terms(field.label))
    beside = _FRAME() | (_BESIDE_MAIL() if field.label == "Mail" else frozenset[str]())
    if wanted.isdisjoint(name) or rest - own - beside:
        return False
    return bool(rest & own) or (field.label in asked and not rest - _FRAME())


def _fields_of(passage: PassageView) -> Iterator[_EntryField]:
    """The fields of each entry: lines that follow its name without a blank line."""
    text, name = passage.node.node.text, -1
    for at, unit in enumerate(passage.units):
        is_next = at > 0 and text.count("\n", passage.units[at - 1].end, unit.start) == 1
        match = _FIELD.match(passage.texts[at])
        if match is None:
            is_name = "\n" not in passage.texts[at] and len(passage.texts[at]) <= LONGEST_NAME
            name = at if is_name else -1
        elif not is_next:
            name = -1
        elif name >= 0 and match["label"] in _WORDS:
            yield _EntryField(passage, at, name, match["label"])

"""Words of a question that a text says without them: "from 5 May" says when it starts, "Surveyor:" who surveyed."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.on_and_off import OFF, OFF_WORDS, ON, ON_WORDS
from bookwheel.engine.llms.extractive.asked.release_headings import RELEASING, is_release_heading
from bookwheel.engine.text.question_terms import lazy_terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME
from bookwheel.lazy_regex import lazy_regex

LONGEST_HEADING = 40
_NAMES_DAY = lazy_regex(r"(?i)[^:\n]{0,30}\b(?:date|dated|\w*datum|fecha|data|дата)\b[^:\n]{0,20}:\s*\S")
_ISSUING = lazy_terms(
    "issue issued date dated write written sign signed ausstellen ausgestellt erstellt datiert geschrieben émis émise"
    " datée emitida emitido emessa emesso datata uitgegeven gedateerd"
)
_DAY = (
    rf"(?:the |dem |le |el |il )?(?:\d{{1,2}}(?:\.|st|nd|rd|th|er)? (?:of |de )?(?:{MONTHS_BY_NAME})"
    rf"|(?:{MONTHS_BY_NAME}) \d|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}})"
)
_FROM_DAY = lazy_regex(
    rf"(?i)\b(?:from|since|as of|starting|ab|seit|vom|à partir du|à compter du|dès le|depuis le|du|a partir del?"
    rf"|desde el|dal|vanaf) {_DAY}"
)
_UNTIL_DAY = lazy_regex(rf"(?i)\b(?:until|till|to|through|bis|bis zum|jusqu['’]au|au|hasta el|al|fino al|tot) {_DAY}")
_STARTING = lazy_terms(
    "start begin commence beginning anfangen beginnen beginn anfang commencer débuter début empezar comenzar inicio"
    " iniziare cominciare inizio começar início begin aanvang"
)
_ENDING = lazy_terms(
    "end expire finish lapse enden ablaufen ende finir terminer expirer fin terminar acabar vencer finire terminare"
    " scadere fine eindigen aflopen einde"
)
# "friday: 08:30-15:30" says when it opens and closes.
_HOURS = lazy_regex(
    r"(?i)(?<![\d:.])[012]?\d[:.h][0-5]\d(?: ?h| ?uhr)?\s?(?:-|–|—|to|until|till|bis|à|a|al"
    r"|tot)\s?[012]?\d[:.h][0-5]\d(?![\d:.])"
    # "Saturday from 12 to 23", a cell "12-23" or "12 h - 18 h".
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun|diens|donners|frei|sams|sonn|mittwoch|lun|mar|mi[ée]|jeu|jue|ven|vie"
    r"|sam|s[áa]b|dim|dom|gio|mer|seg|ter|qua|qui|sex|maan|dins|woens|donder|vrij|zater|zon)[^\W\d_]*,? (?:\S+ ){0,4}?"
    r"(?:from|von|de|des|dalle|das|van|: ?) ?[012]?\d(?: ?(?:h|uhr|uur|am|pm))?"
    r" (?:to|until|till|bis|à|a|al|alle|às|tot) [012]?\d\b"
    r"|(?:\||: |, |;)\s?[012]?\d ?(?:h|uhr)?\s?[-–]\s?[012]?\d(?: ?h| ?uhr)?\s*(?=\||;|$)"
)
_OPENING = lazy_terms(
    "open close shut start begin end finish öffnen öffnet schließen schließt zu auf anfangen enden ouvrir ouvre"
    " fermer ferme"
    " commencer finir abrir abre cerrar cierra empezar terminar aprire apre chiudere chiude iniziare finire abrir"
    " fechar"
    " openen sluiten"
)
# "It never holds more than 200 pounds" gives the largest sum.
_AT_MOST = lazy_regex(
    r"(?i)\b(?:at (?:the )?most|up to|(?:no|not|never|nor)(?: [^\W\d_]+)? (?:more|longer|higher|heavier|larger|older"
    r"|later) than|max(?:imum|imal)?"
    r"|limit(?:ed)?|höchstens|maximal|bis zu|nicht (?:mehr|länger|höher|schwerer|größer) als|au (?:plus|maximum)"
    r"|jusqu['’]à|pas plus (?:de|que)"
    r"|como máximo|hasta|no más de|al massimo|fino a|non più di|no máximo|até|hoogstens|maximaal)\b"
)
_AT_LEAST = lazy_regex(
    r"(?i)\b(?:at (?:the )?least|no (?:less|fewer) than|not (?:less|fewer|under)|min(?:imum|imal)?|mindestens"
    r"|wenigstens|minimal"
    r"|au (?:moins|minimum)|al menos|como mínimo|almeno|minimo|pelo menos|minstens|minimaal)\b"
)
_GREATEST = lazy_terms(
    "largest biggest highest greatest most maximum max limit longest heaviest höchste größte längste schwerste"
    " höchstbetrag"
    " maximum limite máximo límite massimo"
)
_LEAST = lazy_terms(
    "smallest lowest least minimum min shortest lightest kleinste niedrigste wenigste kürzeste mindestbetrag mínimo"
    " minimo"
)
# What a text is known by, without being called so: "10.1.9.23" is an IP address.
_FORMS = (
    (lazy_terms("ip"), lazy_regex(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")),
    (
        lazy_terms("live person area wohnen leben habiter vivre vivir habitar abitare vivere"),
        lazy_regex(
            r"(?i)\d[\d.,]* (?:million )?(?:inhabitants|residents|people|einwohner\w*|habitants|habitantes|abitanti)\b"
        ),
    ),
    # "While the lift is out", "is off".
    (
        lazy_terms("order service broken working unavailable"),
        lazy_regex(r"(?i)\b(?:is|are|was|were|stays?) (?:out|off|down)(?=\W*\Z|[.,:;!])"),
    ),
    # "7. Term. From 1 March for two years": how long the contract runs.
    (
        lazy_terms(
            "run last contract agreement lease laufen dauern gelten vertrag mietvertrag pachtvertrag durer courir"
            " contrat bail durar contrato durare contratto locazione lopen duren contract"
        ),
        lazy_regex(
            r"(?i)\A[\W\d]*(?:term|duration|laufzeit|vertragsdauer|mietdauer|dauer|durée|duración|plazo|durata|looptijd"
            r"|duur)\b[.:*_) ]"
        ),
    ),
    (lazy_terms("iban"), lazy_regex(r"(?<!\w)[A-Z]{2}\d{2} ?[A-Z\d]{4} ?[A-Z\d]{4}")),
    (
        lazy_terms("email mail courriel correo emailadresse mailadresse"),
        lazy_regex(r"(?<!\S)[<(]?[\w.+-]+@[\w-]+\.\w"),
    ),
    (
        lazy_terms("website url link homepage webpage webseite internetseite site web página sito"),
        lazy_regex(r"https?://\S|(?<!\S)www\.\w"),
    ),
)


def says_hours(text: str) -> bool:
    """Whether a text says from when to when: "Saturday from 12 to 23"."""
    return _HOURS.search(text) is not None


def implied_terms(text: str, wanted: Sequence[str], *, is_heading: bool) -> list[str]:
    """The wanted terms that a unit says in another way."""
    found: list[str] = []
    if is_heading and not RELEASING().isdisjoint(wanted):
        # "## 2.1.0 - 2024-03-02" says when 2.1.0 was released.
        found += RELEASING().intersection(wanted) if is_release_heading(text) else ()
    if is_heading and len(text) <= LONGEST_HEADING:
        # "Switching off" is how a thing is shut down.
        for words, way in ((OFF_WORDS(), OFF), (ON_WORDS(), ON)):
            found += asked if (asked := words.intersection(wanted)) and way.search(text) else ()
    if _NAMES_DAY.match(text):
        # "Date of invoice: 6 May" says when it was issued.
        found += _ISSUING().intersection(wanted)
    for words, pattern in (
        (_STARTING(), _FROM_DAY),
        (_ENDING(), _UNTIL_DAY),
        (_OPENING(), _HOURS),
        (_GREATEST(), _AT_MOST),
        (_LEAST(), _AT_LEAST),
        *((words(), pattern) for words, pattern in _FORMS),
    ):
        if (asked := words.intersection(wanted)) and pattern.search(text):
            found += asked
    return found

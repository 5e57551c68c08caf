"""Words of a question that a text says without them: "from 5 May" says when it starts, "Surveyor:" who surveyed."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.release_headings import RELEASING, is_release_heading
from bookwheel.engine.text.question_terms import lazy_terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME
from bookwheel.lazy_regex import lazy_regex

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


def implied_terms(text: str, wanted: Sequence[str], *, is_heading: bool) -> list[str]:
    """The wanted terms that a unit says in another way."""
    found: list[str] = []
    if is_heading and not RELEASING().isdisjoint(wanted):
        # "## 2.1.0 - 2024-03-02" says when 2.1.0 was released.
        found += RELEASING().intersection(wanted) if is_release_heading(text) else ()
    if _NAMES_DAY.match(text):
        # "Date of invoice: 6 May" says when it was issued.
        found += _ISSUING().intersection(wanted)
    for words, pattern in ((_STARTING(), _FROM_DAY), (_ENDING(), _UNTIL_DAY)):
        if (asked := words.intersection(wanted)) and pattern.search(text):
            found += asked
    return found

"""Whether it is asked how a thing is started or shut down, and which of both a heading is about."""

from __future__ import annotations

from bookwheel.engine.text.question_terms import lazy_terms
from bookwheel.lazy_regex import lazy_regex

# The words for it that a heading with another word for it need not have.
OFF_WORDS = lazy_terms(
    "shut switch turn stop ausschalten abschalten abstellen herunterfahren ausgeschaltet abgeschaltet"
    " éteindre arrêter apagar parar spegnere fermare desligar uitschakelen"
)
ON_WORDS = lazy_terms(
    "start switch turn boot einschalten anschalten starten anstellen hochfahren anfahren eingeschaltet"
    " allumer démarrer encender arrancar accendere avviare ligar inschakelen"
)
_THING = r"(?: (?:the |an? |my |our |die |das |den |le |la |l['’]|el |il )?[^\W\d_]+(?: [^\W\d_]+)??)?"
OFF = lazy_regex(
    rf"(?i)\b(?:shut(?:ting)?{_THING} down|switch(?:ing|ed)?{_THING} off|turn(?:ing|ed)?{_THING} off|power(?:ing"
    rf"|ed)?{_THING}"
    r" (?:off|down)|clos(?:e|ed|ing) down|shutdown|stopp(?:ing|ed)|(?:how (?:do|can) (?:i|we|you) stop)"
    r"|aus(?:zu)?schalten"
    r"|ab(?:zu)?schalten|ab(?:zu)?stellen|herunter(?:zu)?fahren|(?:aus|ab)geschaltet|ausmachen|abschaltung|éteindre"
    r"|arrêter"
    r"|arrêt|extinction|apagar|apagado|spegnere|spegnimento|desligar|uitschakelen|uitzetten)\b"
)
ON = lazy_regex(
    rf"(?i)\b(?:start(?:ing|ed|s)?(?: up)?|start-?up|switch(?:ing|ed)?{_THING} on|turn(?:ing|ed)?{_THING} on"
    rf"|power(?:ing|ed)?{_THING} (?:on|up)|boot(?:ing|ed)?|light(?:ing)?|ein(?:zu)?schalten|an(?:zu)?schalten"
    rf"|anfahren"
    r"|hoch(?:zu)?fahren|eingeschaltet|starten|inbetriebnahme|allumer|allumage|démarrer|démarrage|mise en (?:marche"
    r"|route)"
    r"|encender|encendido|arrancar|arranque|puesta en marcha|accendere|accensione|avviare|avvio|ligar|inschakelen)\b"
)


def is_of_other_way(question: str, heading: str) -> bool:
    """Whether it is asked how to shut a thing down and a heading is about starting it, or the other way round."""
    if OFF.search(question):
        return ON.search(heading) is not None and OFF.search(heading) is None
    return ON.search(question) is not None and OFF.search(heading) is not None and ON.search(heading) is None


def is_of_same_way(question: str, heading: str) -> bool:
    """Whether "How is it shut down?" is asked, and a heading is "Switching off"; so for starting."""
    return any(way.search(question) is not None and way.search(heading) is not None for way in (OFF, ON))

"""Questions for a key, an option, a command or a function: what need not be repeated of what names it alone."""

from __future__ import annotations

from functools import lru_cache

from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

_KIND = (
    r"(?:environment|config(?:uration)?|global|command[- ]line|keyboard)? ?"
    r"(?:keys?|shortcuts?|hotkeys?|options?|settings?|flags?|switch(?:es)?|parameters?|(?:sub)?commands?|directives?"
    r"|placeholders?|variables?|arguments?)"
)
_ASKED = lazy_regex(
    rf"(?i)^\W*(?:(?:with|by|through) )?(?:which|what) ({_KIND})\b(?! (?:of|in|for|are|is)\b)"
    r"|^\W*(?:(?:mit|durch|über) )?welche[rmns]? (umgebungsvariablen?|tasten?|tastenkombination(?:en)?|option(?:en)?"
    r"|einstellung(?:en)?|schalter|befehle?|kommandos?|parameter|variablen?)\b"
    r"|^\W*(?:avec |par )?quel(?:le)?s? (touches?|raccourcis?|options?|réglages?|paramètres?|commandes?|variables?)\b"
    r"|^\W*(?:con |por )?(?:qué|cuál(?:es)?) (teclas?|atajos?|opci(?:ón|ones)|ajustes?|comandos?|parámetros?"
    r"|variables?)\b"
    r"|^\W*(?:con )?(?:quale?|quali|che) (tast[oi]|scorciatoi[ae]|opzion[ei]|impostazion[ei]|comand[oi]|parametr[oi]"
    r"|variabil[ei])\b"
)
# "Turns the mouse off", "disables it": a table of settings names the thing, and says that it is on.
_SWITCHED = lazy_regex(
    r"(?i)\b(?:(turn|switch)(?:s|es|ed)? (?=\S+ |(?:on|off)\b).*?\b(?:on|off)\b"
    r"|(enable|disable|activate|deactivate)[sd]?\b"
    r"|(schalte)[nt]?\b.*\b(?:ein|aus|an|ab)\b|(?:de|des|dés)?(activer?|activar?|attivar?|aktivier\w+|deaktivier\w+)\b)"
)
# Of "opens the help" and "sets the width" a table has "Help" and "Width".
_SAID_OF_ANY = lazy_terms(
    "open show display start launch set choose control configure change define specify give use determine press"
    " öffnen zeigen anzeigen starten setzen wählen bestimmen ändern angeben ouvrir afficher montrer lancer définir"
    " choisir changer abrir mostrar iniciar definir elegir cambiar aprire mostrare avviare impostare scegliere"
)
# "Which function computes the volume?": its name and the note beside it say what comes of it.
_FUNCTION = lazy_regex(
    r"(?i)^\W*(?:which|what|welche|quelle|qué|quale) (functions?|methods?|routines?|subroutines?|procedures?|scripts?"
    r"|macros?|class(?:es)?|formulas?|funktion|methode|formel|fonction|méthode|función|método|funzione|metodo)\b"
)
_COMPUTING = lazy_terms(
    "compute calculate return give yield work determine get find tell berechnen berechnet liefern liefert ergibt"
    " bestimmt calculer calcule renvoie donne calcular calcula devuelve da calcolare calcola restituisce"
)


def asks_for_function(question: str) -> bool:
    """Whether it asks which function does something."""
    return _FUNCTION.match(question) is not None


@lru_cache(8)
def kind_of_code(question: str) -> str:
    """What the question asks the name of: "key", "environment variable"; empty for other questions."""
    match = _ASKED.search(question)
    return next((found.strip() for found in match.groups() if found), "") if match is not None else ""


def unsaid_of_codes(question: str) -> frozenset[str]:
    """The terms that a row or an entry of a manual need not have: the kind, "on" and "off", verbs that fit any."""
    if (function := _FUNCTION.match(question)) is not None:
        return frozenset(terms(function[1])) | _COMPUTING()
    kind = kind_of_code(question)
    if not kind:
        return frozenset()
    switched = (word for match in _SWITCHED.finditer(question) for word in match.groups() if word)
    return frozenset(terms(" ".join((kind, *switched)))) | _SAID_OF_ANY()

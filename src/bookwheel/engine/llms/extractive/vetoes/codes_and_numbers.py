"""Whether a PIN, a password or a number of a person, a paper or a thing is asked for, and a text gives it."""

from __future__ import annotations

import re

from bookwheel.engine.llms.extractive.asked.asked_codes import asks_for_function
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.asked_names import words_in
from bookwheel.engine.text.code_lines import DEFINITION
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME
from bookwheel.lazy_regex import lazy_regex

_MARKER = lazy_regex(r"(?m)^\s*(?:\(?\d{1,3}[.)]|§+ ?\d{1,3}\w?)\s")
_CODES = (
    r"(?-i:PIN|IBAN|BIC|CAP)|pin[- ]?(?:code|nummer|number)|pass(?:word|phrase|code)s?|combination"
    r"|(?:(?:door|access|entry|gate|lock|alarm|wi-?fi|zip|postal|area|dialling|discount|voucher|security)[- ])?code"
    r"|post ?codes?"
    r"|(?:wi-?fi|network|licen[cs]e|product) key|(?:licen[cs]e|number|registration) plate"
    r"|(?:account|serial|customer|invoice|order|member(?:ship)?|room|house|flat|reference|registration|licen[cs]e"
    r"|policy|tax|flight|train|bus|line|ticket|article|part|model|contract|case|file|tracking|claim|meter|locker"
    r"|platform|plot|seat|id|alarm|emergency|hotline) numbers?"
    r"|\w*(?:passwort|kennwort|zahlenkombination|geheimzahl|kennzeichen|postleitzahl"
    r"|(?:konto|serien|kunden|rechnungs|bestell|mitglieds|zimmer|haus|steuer|vertrags|artikel|zähler"
    r"|aktenzeichen)nummer"
    r"|(?:tür|zugangs|sicherheits|rabatt|wlan-?)code)"
    r"|mot de passe|code (?:postal|d'accès|pin|de la porte|du portail|wifi)|numéro de (?:compte|série|client|chambre"
    r"|contrat|dossier|membre)|contraseña|clave|matrícula|código (?:postal|de acceso|pin|de la puerta)"
    r"|número de (?:cuenta|serie|cliente|habitación|contrato|socio)|codice (?:postale|di accesso|pin|fiscale)|targa"
    r"|numero di (?:conto|serie|cliente|camera|contratto|tessera)|senha|palavra-passe|número da conta"
    r"|wachtwoord|pincode|kenteken|toegangscode|(?:rekening|klant|kamer|huis)nummer"
)
# "What is the door code of the annexe?"; "Who knows the code?" asks for no code.
_ASKS_FOR_CODE = lazy_regex(
    r"(?i)^\W*(?:what(?:'s| is| was| are)?|which|wie (?:lautet|ist|heißt)|was ist|welche[nrs]?|quel(?:le)?(?: est)?"
    r"|cuál es|qué|qual (?:è|é)|wat is|welke?)\s+"
    rf"(?:(?!of\b|for\b|von\b|für\b|de\b|di\b|da\b|van\b|do\b|does\b|did\b|can\b|must\b|may\b|kind\b"
    rf"|sort\b)\S+\s+){{0,3}}?"
    rf"(?:{_CODES})(?!\w)(?! (?:format|length|policy|type|names?|style))"
)
# The number of a person, of a phone or of a paper; in English "the number of" mostly counts.
_ASKS_FOR_NUMBER = lazy_regex(
    r"(?i)^\W*what(?:'s| is| was) the number of (?:the|my|our|your|his|her) (?:[^\W\d_]+ )??[^\W\d_]*[^\W\d_s]\W*$"
    r"|^\W*(?:(?:what(?:'s| is| was)) (?:.{2,40}['’]s? |the )?(?:(?:tele)?phone|mobile|fax|cell) numbers?"
    r"|what(?:'s| is) (?:mr|mrs|ms|dr)\.? .{2,30}['’]s? number"
    r"|(?:wie|was) (?:ist|lautet) die \w*nummer (?:von|der|des)"
    r"|quel est (?:le|son) numéro|cuál es (?:el|su) número|qual (?:è|é) (?:il|o|il suo|o seu) n[uú]mero)\b"
)
_NOT_A_CODE = lazy_regex(
    rf"(?i)\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}(?:\.|st|nd|rd|th)? (?:of )?(?:{MONTHS_BY_NAME})\b(?: \d{{4}})?"
    rf"|\b(?:{MONTHS_BY_NAME}) \d{{1,2}}\b"
    r"|\b(?:in|since|from|until|im jahr|seit|en|depuis|desde|nel|dal) (?:1[5-9]|20)\d\d\b|\b\d{1,2}[:.]\d\d\b"
    r"|(?<![\w-])\d+ (?:(?:working|full) )?(?:times?|days?|weeks?|months?|years?|hours?|minutes?|digits?|characters?"
    r"|letters?"
    r"|euros?|pounds?|tage?n?|wochen?|monate?n?|jahre?n?|stunden?|minuten?|stellen|zeichen|jours?|semaines?|mois|ans"
    r"|chiffres"
    r"|días|semanas|meses|años|cifras|giorni|settimane|mesi|anni|cifre|dagen|weken|maanden|jaar|cijfers)\b"
)
_IS_CODE = lazy_regex(
    r"\w*\d\w*|[\"“„«`‘'*_][^\s\"”“»`’'*_][^\"”“»`’'\n]{0,40}[\"”“»`’'*_](?!\w)"
    rf"|(?i:(?:{_CODES})[^.;\n]{{0,40}}?(?:\bis|\bwas|\blautet|\bist|\best|\bes|è|:|=)"
    r" [^\s.,;]{2,40}(?=\W*$|[.,;]))"
)


def lacks_code(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a PIN, a password or a number of that kind is asked for: "its PIN is sent by post" is none.

    Of code that is no definition, no line is the function that is asked for.
    """
    if best.is_code and asks_for_function(asked.text) and not DEFINITION.search(best.text):
        return True
    rest = _NOT_A_CODE.sub(" ", _MARKER.sub("", best.answer))
    if _ASKS_FOR_NUMBER.search(asked.text) is not None:
        return re.search(r"\d", rest) is None
    if _ASKS_FOR_CODE.search(asked.text) is None:
        return False
    known = frozenset(words_in(asked.completed))
    return not any(match[0].casefold() not in known for match in _IS_CODE.finditer(rest))

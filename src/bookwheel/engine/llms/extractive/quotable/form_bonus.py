"""What the form of a unit says about whether it answers: it names a person, has a value, defines a word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.asked_codes import kind_of_code
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.explained.definitions import explains
from bookwheel.engine.text.passage_units import Unit
from bookwheel.engine.text.question_kinds import looks_like_answer, says_where_it_is
from bookwheel.engine.text.question_terms import content_terms, lazy_terms, terms
from bookwheel.engine.text.text_blocks import KEY_VALUE
from bookwheel.lazy_regex import lazy_regex

# For "The shop is in the yard" in a document about the Freewheel, asked where the Freewheel is.
IS_THERE = 0.5
# For the row of the thing itself, not one that mentions it: "Beer: Stout".
IS_NAMED = 0.2
IS_HEAD = 0.05
IS_RESTATED = 0.3
# For "This notebook compares two ovens", which says what a paper is about and answers little else.
OF_PAPER = 0.25
_OF_PAPER = lazy_regex(
    r"(?i)\W*(?:this|these|diese[rs]?|cet(?:te)?|ce|est[ea]|quest[oa]|deze|dit) (?:(?:little|short|small|kleine|petit"
    r"|pequeño|piccolo) )?(?:notebook|paper|page|document|sheet|book(?:let)?|leaflet|chapter|procedure|note|buch|heft"
    r"|kapitel|livret?|chapitre|libr[oe]|capítulo|capitolo|protocol"
    r"|instructions?|report|study|guide|manual|anweisung|anleitung|bericht|blatt|dokument|seite|page|fiche|rapport"
    r"|guide"
    r"|documento|informe|página|guía|relazione|pagina|scheda|handleiding|verslag)\b"
)
_ANNOUNCED = lazy_regex(
    r"(?i)\b(?:how|who|why|when|where|what|which|whether|wie|wer|warum|wann|wo|was|welche\w?|comment|qui|pourquoi|quand"
    r"|où|ce qu\w*|cómo|quién|por qué|cuándo|dónde|qué|come|chi|perché|quando|dove|cosa)\b"
)
# "Up to five days may be carried over" does not say how many days one gets.
_ASKS_FOR_ALL = lazy_regex(
    r"(?i)\bhow (?:many|much)\b.*\b(?:get|gets|have|has|got|are there)\W*$|\bwie viele?\b.*\b(?:gibt es|bekomm\w+|hat"
    r"|haben)\b|\bcombien\b.*\b(?:a-t-\w+|ont|avons|y a-t-il|reçoi\w+)\b|\bcuánt[oa]s?\b.*\b(?:hay|tienen?|reciben?)\b"
)
_UP_TO = lazy_regex(
    r"(?i)\b(?:up to|at most|no more than|bis zu|höchstens|jusqu['’]à|au plus|hasta|como máximo|fino a)"
    r" (?:\d|[^\W\d_]+ )"
)
# "For drivers under 25" is the row "under 25", not "25 to 69".
_LIMIT_SAID = lazy_regex(
    r"(?i)\b(?:under|over|above|below|up to|from|at least|more than|less than|unter|über|ab|bis|moins de|plus de"
    r"|à partir de|menos de|más de|hasta|meno di|più di|fino a) \d+\b"
)
_CELL = lazy_regex(r"[;|]")
_SAYS_WHETHER = lazy_regex(
    r"(?i)\b(?:never|must|may|not|only|forbidden|allowed|permitted|prohibited|cannot|no|can't|don't|ha(?:s"
    r"|ve) to|stays?|remain|darf|dürfen"
    r"|needs? (?:the |an? |your |our )?(?:written |prior )*(?:consent|permission|approval|permit)"
    r"|verboten|erlaubt|(?:is|are) (?:fine|ok|okay|all right)|welcome|willkommen|bienvenue?s?|bienvenid[oa]s?"
    r"|benvenut[oaie]|bem-vind[oa]s?|welkom"
    r"|nicht|kein\w*|nur|muss|müssen|bleib\w+|restent?|doi(?:t|vent)|deben?|se admite\w*|interdite?s?"
    r"|permise?s?|autorisée?s?|seulement|prohibid[oa]s?|permitid[oa]s?|permite|sólo|solo"
    r"|vietat[oaie]|permess[oaie]|proibid[oa]s?|verboden|toegestaan|niet|geen|запрещен\w*|можно|нельзя)\b"
)
_SAYS_YES_OR_NO = lazy_regex(
    r"(?i)\W*(?:yes|no|not|only|never|ja|nein|noch nicht|nur|nie|oui|non|pas encore|seulement|sí|no|solo|sólo"
    r"|todavía no|sì|não|sim"
    r"|ainda não|nee|nog niet|alleen|да|нет)\b(?! (?:one|later|\d))"
)
# "LIMIT = 5" for "What is the value of LIMIT?".
_ASSIGNED = lazy_regex(r"\s*([A-Z][A-Z0-9_]{2,})\s*=")
_AGED = lazy_regex(r"(?i)\byears?[- ]olds?\b|\bjährig\w*|\bchild of\b")
_OF_AGE = lazy_regex(r"(?i)\b(?:under|over|from|until|up to|age[ds]?|children|years?|unter|ab|kinder|jahren?)\b")
EARLIER = lazy_regex(
    r"(?i)\b(?:before|earlier|previously|formerly|vorher|früher|zuvor|avant|auparavant|antes|prima|vroeger|eerder)\b"
)
# "Use the `--quiet` option": the name of a command, an option or a file.
_NAMES_CODE = lazy_regex(r"`[^`\n]+`|(?<![\w-])--?[a-z][\w-]+")
# A row or an entry of a manual: "| `c` | Copy |", "--all, -a".
_OPENS_WITH_CODE = lazy_regex(r"[|*\s-]{0,6}(?:`[^`\n]+`|--?\w)")
# "See also: the guide", "The exit codes are described in :ref:`codes`": it says where the answer is, not what it is.
_POINTS = lazy_regex(
    r"(?is)\W*(?:(?:please |for (?:more|further|all) [^.]{0,60}?,? )?"
    r"(?:see|refer to|consult|siehe|voir|v[ée]ase|vedi|zie)\b(?! that| how| if).{0,160}"
    r"|(?!.*[.!?] ).{0,120}\b(?:is|are|can be|wird|werden|ist|sind|est|sont|está|están|è|sono|wordt|worden) (?:\w+ )?"
    r"(?:documented|described|explained|listed|covered|detailed|beschrieben|erklärt|décrite?s?|descrit[oa]s?"
    r"|descritt[oaie]|beschreven) (?:in|under|unter|im|dans|en) (?:.{0,60}"
    r"(?:section|chapter|page|guide|manual|documentation|appendix|readme|abschnitt|kapitel|chapitre|capítulo|capitolo"
    r"|hoofdstuk|https?://|\]\()|[^\W\d_]+[-_]\w+).{0,120})\Z"
)
_ASKS_FOR_TEXT = lazy_regex(
    r"(?i)\b(?:documented|described|explained|listed|mentioned|read|look up|find out|beschrieben|erklärt|steht"
    r"|nachlesen|décrite?s?|expliquée?s?|lire|descrit[oa]s?|leer|descritt[oaie]|leggere|beschreven|lezen)\b"
)
# `{"verbose": false}`, `<folder paused="false">`: data uses a word and does not say what it means.
_IS_DATA = lazy_regex(r"\s*(?:`{3}\w*\s*)?[{\[<]|\s*\"[^\"\n]{1,80}\"\s*:")
# "Defaults to 16", "lz4 by default"; "(default: $SIZE)" names no value.
_ASKS_DEFAULT = lazy_regex(
    r"(?i)\bdefaults?\b|\bstandard(?:wert|mäßig|einstellung)\w*|\bvoreinstellung|\bdéfaut\b|\bdefecto\b|\bpredeterminad"
    r"|\bpredefinit|\bstandaard(?:waarde)?\b"
)
_GIVES_DEFAULT = lazy_regex(
    r"(?i)\bdefaults?(?: \w+)?(?: is| are| to|s to|:| =)+ (?!\$)\S|\bdefaulted? to\b|\bby default\b"
    r"|\w[^\S\n]*\(default\)|\bstandardmäßig\b|\bstandard(?:wert|einstellung)? ist\b|\bpar défaut\b|\bpor defecto\b"
    r"|\bpredeterminad|\bpredefinit|\bstandaard (?:is|wordt)\b"
)
_RAISES = lazy_regex(r"(?i)\bwhether\b|\bask(?:s|ed)? (?:if|which|how)\b|\bob (?:der|die|das|es|sie)\b")
ASKS = lazy_regex(r"[?？](?:[\"”»]|[*_]*\s*$)")
# "Who is the new treasurer?" over "Ada Rook succeeds him".
_NEW = lazy_regex(
    r"(?i)\b(?:new|next|going to be|will be|future|successor|neue[rsn]?|nächste[rsn]?|nachfolge\w*|nouvelle|nouveau"
    r"|prochaine?"
    r"|nuev[oa]|próxim[oa]|nuov[oa]|nov[oa]|nieuwe)\b"
)
_SUCCEEDS = lazy_regex(
    r"(?i)\b(?:succe(?:ed|ss)\w*|follow(?:s|ed)? (?:him|her|them)|takes? (?:over|office|up)|took (?:over|office)"
    r"|replac(?:es|ed)"
    r"|elected|appointed|gewählt|folgt|nachfolg\w*|übernimmt|ernannt|succèd\w*|remplac\w+|élue?|nommée?|suced\w+"
    r"|sustituy\w+"
    r"|elegid[oa]|nombrad[oa]|succed\w+|elett[oa]|nominat[oa]|eleit[oa]|verkozen|volgt)\b"
)
# Over "Behind the fish hall, third gate".
_TELLS_WAY = lazy_regex(
    r"(?i)\b(?:(?:how to )?find(?:ing)? us|(?:how to )?get(?:ting)? (?:here|there)|directions|where we are|location"
    r"|address|way in"
    r"|anfahrt|wegbeschreibung|so finden sie uns|anschrift|adresse|accès|nous trouver|venir|dónde estamos"
    r"|cómo llegar|dirección"
    r"|dove siamo|come arrivare|indirizzo|onde estamos|como chegar|route|bereikbaarheid)\b"
)
_SENDER = lazy_regex(r"(?i)(?:from|von|de|da|van|от)\s*:")
_RECEIVER = lazy_regex(r"(?i)(?:to|an|à|para|a|aan|кому)\s*:")
_TO_WHOM = lazy_regex(
    r"(?i)\b(?:to whom|whom (?:did|does|has)|who (?:did|does|has) .* to|recipient|an wen|wem|à qui|a quién|a chi|a quem"
    r"|aan wie|кому)\b"
)
_COPY = lazy_regex(r"(?i)(?:cc|bcc|kopie|copie|copia)\s*:")
_COPYING = lazy_terms("copy cc bcc kopie copie copia")
_SENDING = lazy_terms("write send schreiben senden écrire envoyer escribir enviar scrivere inviare schrijven sturen")
# "Womit entkalkt man das Gerät?" over "Verwenden Sie dazu Zitronensäure".
_WITH_WHAT = lazy_regex(
    r"(?i)^\W*(?:womit|mit was|wodurch|with what|what .* with\W*\Z|avec quoi"
    r"|con qué|con (?:che )?cosa|com (?:o )?qu[eê]|waarmee)\b"
)
_USES = lazy_regex(
    r"(?i)\b(?:verwende\w*|benutz\w+|nehmen|nimmt?|dazu|mithilfe|mittels|us(?:e|es|ing)|utilis\w+|us[aeo]n?|usar|usare|emple\w+"
    r"|utiliz\w+|gebruik\w*)\b"
)
# "A bookwheel is …": the subject, then at once the verb.
_DEFINES = lazy_regex(
    r"\W*(?:(?:an?|the|der|die|das|ein|eine|un|une|le|la|el|los|las|il|lo|o|um|uma|de|het|een)\s)?(?:[^\s.!?]+\s){1,5}?"
    r"(?:is|are|was|were|means|ist|sind|bedeutet|est|sont|désigne|es|son|significa|è|sono|são|betekent)\s",
    re.IGNORECASE,
)
_TERM_ABOVE = lazy_regex(r"[^\n.!?]{2,40}(?:\n\s+\S|\s?[:=–—]\s)")


def form_bonus(asked: AskedQuestion, wanted: frozenset[str], text: str, unit: Unit, unit_terms: Sequence[str]) -> float:
    """What the form of a unit adds to its score: a name for "who", a value of the kind asked for, a definition."""
    bonus = -OF_PAPER if _OF_PAPER.match(text) and not asked.is_about else 0.0
    bonus += 0.12 if looks_like_answer(asked.kind, text, "item" if unit.kind == "item" else "sentence") else 0.0
    if asked.value is not None:
        bonus += 0.1 if has_value(asked.value, asked.completed, text) else -0.1
        bonus -= 0.12 if _ASKS_FOR_ALL.search(asked.text) and _UP_TO.search(text) else 0.0
    bonus += _fit_bonus(asked, wanted, text, unit)
    if unit.kind in ("code", "output") and asked.word_to_explain.isalpha() and _IS_DATA.match(text):
        bonus -= IS_THERE
    if unit.kind == "line":
        bonus += _bonus_of_field(asked, wanted, text)
    if _COPY.match(text) and not _COPYING().isdisjoint(wanted):
        bonus += 2 * IS_THERE
    if not asked.head.isdisjoint(unit_terms):
        # "The rent is 72 euros" for "rent of the garden house", not a sentence below the same heading.
        bonus += IS_HEAD
    if ASKS.search(text):
        # A question does not answer one.
        bonus -= 0.35
    bonus -= IS_THERE if _POINTS.match(text) and not _ASKS_FOR_TEXT.search(asked.text) else 0.0
    bonus += _definition_bonus(asked, wanted, text, unit_terms)
    if unit.kind in ("code", "line") and any(text.lstrip().startswith(thing.text) for thing in asked.things):
        bonus += 0.3
    count = len(text.split())
    if count < 4 and unit.kind == "sentence" and len(text) < 24:
        bonus -= 0.15
    if unit.kind == "front":
        bonus -= 0.15
    return bonus - min(0.12, max(0, count - 45) * 0.004)


def only_announces(text: str) -> bool:
    """Whether a sentence says what its paper will tell, and does not tell it: "This guide shows how to sow"."""
    return _OF_PAPER.match(text) is not None and _ANNOUNCED.search(text) is not None


def _bonus_of_row(asked: AskedQuestion, wanted: frozenset[str], text: str) -> float:
    """What the row of the thing itself adds, and one with the limit of the question in its words: "under 25"."""
    bonus = IS_NAMED if any(_is_named(cell, wanted) for cell in _CELL.split(text)) else 0.0
    said = _LIMIT_SAID.search(asked.text)
    return bonus + (IS_NAMED if said is not None and said[0].casefold() in text.casefold() else 0.0)


def _fit_bonus(asked: AskedQuestion, wanted: frozenset[str], text: str, unit: Unit) -> float:
    """What a text adds that says what is asked for: who sent it, where it is, whether one may, what was before."""
    bonus = 0.0
    if asked.kind == "who" and _SENDER.match(text) and not wanted.isdisjoint(_SENDING()):
        bonus += IS_THERE
    if asked.kind == "who" and _RECEIVER.match(text) and _TO_WHOM.search(asked.text):
        bonus += 2 * IS_THERE
    if unit.kind == "row":
        bonus += _bonus_of_row(asked, wanted, text)
    if (asked.is_comparison or asked.is_yes_no) and _RAISES.search(text):
        # "We asked whether it is warmer" does not say that it is.
        bonus -= IS_NAMED
    if (assigned := _ASSIGNED.match(text)) and assigned[1] in asked.text:
        bonus += IS_THERE
    if asked.is_yes_no:
        bonus += _yes_or_no_bonus(asked, text)
    if unit.kind != "code" and _ASKS_DEFAULT.search(asked.text) and _GIVES_DEFAULT.search(text):
        bonus += IS_NAMED
    bonus += _bonus_of_time(asked, text) + _bonus_of_means(asked, text)
    if asked.asks_where_it_is:
        bonus += IS_THERE if says_where_it_is(text) else IS_NAMED if _TELLS_WAY.search(unit.heading) else 0.0
    if (asked.is_how_to and unit.kind == "sentence" and names_code(text)) or _names_asked_code(asked, text, unit):
        bonus += IS_NAMED
    return bonus


def _bonus_of_time(asked: AskedQuestion, text: str) -> float:
    """What a text adds that tells of the one before or after: "What was she before?", "Who is the new chair?"."""
    is_new = asked.kind == "who" and _NEW.search(asked.text) is not None and _SUCCEEDS.search(text) is not None
    is_earlier = EARLIER.search(asked.text) is not None and EARLIER.search(text) is not None
    return (2 * IS_THERE if is_new else 0.0) + (IS_NAMED if is_earlier else 0.0)


def _bonus_of_means(asked: AskedQuestion, text: str) -> float:
    """What a text adds that says what is used, where it is asked with what something is done."""
    return IS_NAMED if _WITH_WHAT.match(asked.text) and _USES.search(text) else 0.0


def _names_asked_code(asked: AskedQuestion, text: str, unit: Unit) -> bool:
    """Whether a key or an option is asked for, and this row or entry opens with one."""
    is_entry = unit.kind in ("row", "item", "sentence") and _OPENS_WITH_CODE.match(text) is not None
    return is_entry and kind_of_code(asked.text) != ""


def _yes_or_no_bonus(asked: AskedQuestion, text: str) -> float:
    bonus = IS_NAMED if says_yes_or_no(text) else 0.0
    if asked.limit is not None and asked.limit.is_limited_in(text):
        bonus += IS_THERE
    if _AGED.search(asked.text) and _OF_AGE.search(text):
        bonus += IS_NAMED
    if asked.may_one and _SAYS_WHETHER.search(text):
        bonus += IS_NAMED
    return bonus


def _bonus_of_field(asked: AskedQuestion, wanted: frozenset[str], line: str) -> float:
    """What a line of a record adds: "scada.port: 4840" says which port, "scada.server: 10.50.1.9" does not."""
    bonus = 0.0
    key = frozenset(terms(line.partition(":")[0])) if KEY_VALUE.match(line) else frozenset[str]()
    # "What is the status of sheet 40?" is answered by "Status: final".
    if (asked.category and asked.category <= key) or (key and key == asked.head):
        bonus += IS_RESTATED
    if not asked.is_yes_no and _only_restates(wanted, line):
        bonus -= IS_RESTATED
    return bonus


def _only_restates(wanted: frozenset[str], line: str) -> bool:
    """Whether a line of a record has only what the question names: "place: Gull Point" of the keeper there."""
    value = frozenset(content_terms(line.partition(":")[2])) if KEY_VALUE.match(line) else frozenset[str]()
    return bool(value) and value <= wanted


def names_code(text: str) -> bool:
    """Whether a text names a command, an option or a file, as an instruction for a program does."""
    return _NAMES_CODE.search(text) is not None


def says_whether(text: str) -> bool:
    """Whether a text says that something must, may or must not be done."""
    return _SAYS_WHETHER.search(text) is not None


def says_yes_or_no(text: str) -> re.Match[str] | None:
    """The first words of a text that opens with yes, no or only, as an answer does."""
    return _SAYS_YES_OR_NO.match(text)


def _is_named(cell: str, wanted: frozenset[str]) -> bool:
    there = terms(cell.rpartition(": ")[2])
    return 0 < len(there) and wanted.issuperset(there)


def _definition_bonus(asked: AskedQuestion, wanted: frozenset[str], text: str, unit_terms: Sequence[str]) -> float:
    """ "A cotter is a wedge": a bonus for the term followed by its definition."""
    term = asked.definition_terms
    if explains(asked.word_to_explain, text):
        return IS_THERE
    if not term:
        return 0.2 if asked.kind == "what_is" and _DEFINES.match(text) and wanted.intersection(unit_terms[:4]) else 0.0
    is_first = term <= frozenset(unit_terms[: len(term) + 2])
    if not is_first:
        return 0.0
    return 0.35 if _DEFINES.match(text) or _TERM_ABOVE.match(text) else 0.1

"""What a question asks of a thing or a person by its noun (a PIN, a name, who does it), and whether a text gives it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.form_bonus import EARLIER
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes import said_otherwise as said
from bookwheel.engine.llms.extractive.vetoes.asked_doers import lacks_doer
from bookwheel.engine.llms.extractive.vetoes.asked_names import lacks_name_of, lacks_origin, only_tells_of
from bookwheel.engine.llms.extractive.vetoes.bare_mentions import has_other_number, lacks_colour, only_mentions
from bookwheel.engine.llms.extractive.vetoes.restated_words import only_repeats_category
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.names import GERMAN
from bookwheel.engine.text.question_terms import STOP_WORDS, content_terms, content_words, is_unspaced, terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, UNITS
from bookwheel.lazy_regex import lazy_regex

SHORTEST_STEM, SHORTEST_ROOT, FEW, MANY, LONG_SENTENCE = 4, 3, 3, 4, 20
_MARKER = lazy_regex(r"(?m)^\s*(?:\(?\d{1,3}[.)]|§+ ?\d{1,3}\w?)\s")
_FIGURE = lazy_regex(r"\d+")
# The last word of a phrase that begins with an article, and any word after "with".
# Not behind "did": in "did the council agree to raise" the word before "to" is the verb.
_AFTER_ARTICLE = lazy_regex(
    r"(?i)(?<!\bdo )(?<!\bdoes )(?<!\bdid )(?<!\bwill )"
    r"\b(?:an?|the|my|our|your|der|die|das|den|dem|eine?[nmr]?|le|la|une?|el|los|las|il|lo|o|um|uma|het|een)"
    r" (?:[^\W\d_]+ )?([^\W\d_]{3,})(?=\W*\Z|,| (?:of|in|on|at|for|to|from|with|by|and|or|that|which|who|when|if|is"
    r"|are|was|were"
    r"|has|have|do|does|did|can|may|must|will|im|am|auf|für|von|vom|mit|bei|zum|zur|und|oder|ist|sind|hat|wird|kostet"
    r"|de|du|des|à|au|en|pour|avec|dans|est|sont|del|para|con|es|son|di|della|per|è|sono|do|da|com|van|voor|met)\b)"
    r"|\b(?:with|without|mit|ohne|avec|sans|con|sin|senza|com|sem|met) ([^\W\d_]{3,})(?! [^\W\d_]*ed\b)"
)
_WHAT_IS = lazy_regex(
    r"(?i)^\W*(?:what|which|who|was|wer|quel\w*|qui|qué|cuál|qual|wat) (?:is|are|was|were|ist|sind|est|es|è|é) \S+ "
)
_SUPERLATIVE = lazy_regex(r"(?i)(?:ing|est|ste[nrms]?|issim[oa])\Z")
_CELLS = lazy_regex(r"(?:\A|; )([^:;\n]{1,40}): ([^;\n]*)")
_OF_THINGS = lazy_regex(
    r"(?i)\b(?:place|where|room|shelf|date|day|week|month|time|thing|item|object|title|subject|colou?r|town|city|street"
    r"|address|number|no|id|status|state|type|kind|sort|model|language|location|village|notes?|remarks?|reason|on|at"
    r"|ort|raum|datum|tag|zeit|ding|gegenstand|titel|farbe|stadt|straße|adresse|nummer|nr|art|typ|zustand|bemerkung"
    r"|lieu|salle|jour|heure|objet|titre|couleur|ville|rue|lugar|sala|fecha|día|hora|objeto|título|ciudad|calle"
    r"|luogo|data|giorno|ora|oggetto|titolo|città|via|local|plaats|kamer|dag|kleur)\b"
)
_PERSON = lazy_regex(r"[^\W\d_a-zß-ÿ][\w’'-]*|[\u4e00-\u9fff\u3040-\u30ff]")

_CODES = (
    r"(?-i:PIN|IBAN|BIC|CAP)|pin[- ]?(?:code|nummer|number)|pass(?:word|phrase|code)s?|combination"
    r"|(?:(?:door|access|entry|gate|lock|alarm|wi-?fi|zip|postal|area|dialling|discount|voucher|security)[- ])?code"
    r"|post ?codes?"
    r"|(?:wi-?fi|network|licen[cs]e|product) key|(?:licen[cs]e|number|registration) plate"
    r"|(?:account|serial|customer|invoice|order|member(?:ship)?|room|house|flat|reference|registration|licen[cs]e"
    r"|policy|tax|flight|train|bus|line|ticket|article|part|model|contract|case|file|tracking|claim|meter|locker"
    r"|platform|plot|seat|id) numbers?"
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
    r"(?i)^\W*(?:(?:what(?:'s| is| was)) (?:.{2,40}['’]s? |the )?(?:(?:tele)?phone|mobile|fax|cell) numbers?"
    r"|what(?:'s| is) (?:mr|mrs|ms|dr)\.? .{2,30}['’]s? number"
    r"|(?:wie|was) (?:ist|lautet) die \w*nummer (?:von|der|des)"
    r"|quel est (?:le|son) numéro|cuál es (?:el|su) número|qual (?:è|é) (?:il|o|il suo|o seu) n[uú]mero)\b"
)
_NOT_A_CODE = lazy_regex(
    rf"(?i)\b\d{{1,2}}(?:\.|st|nd|rd|th)? (?:of )?(?:{MONTHS_BY_NAME})\b(?: \d{{4}})?"
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
_ASKS_FOR_NAME = lazy_regex(
    r"(?i)^\W*(?:(?:what(?:'s| is| was| are| were)|which is|wie (?:ist|lautet)|was ist|quel (?:est|était)|cuál es"
    r"|qual (?:è|é)|wat is) (?:(?:the|der|die|le|el|il|lo|o|de) )?(?:(?:full|first|last) )?"
    r"(?:names?|name|nom|prénom|nombre|nome|naam) (?:of|der|des|von|vom|d[eu]s?|del\w*|d[io]|da|van)\b"
    r"|(?:what(?:'s| is| was)) .{2,60}['’]s? (?:full |first |last )?name\W*$"
    r"|what (?:is|was|are|were) .{2,60} called\W*$"
    r"|wie hei(?:ß|ss)t|wie hei(?:ß|ss)en|comment s['’]appell|cómo se llama|come si chiama|como se chama|hoe heet"
    r"|(?:(?:(?:of|by) )?(?:what|which) (?:make|brand)|(?:von )?welche[rs]? marke|(?:de )?quelle marque"
    r"|(?:de )?qu[ée] marca|(?:di )?che marca|(?:van )?welk merk)\b)"
)
_CAPITAL = lazy_regex(
    r"(?<=[\w,;:)\]\"'’”] )[\"'“(*]?[^\W\d_a-zß-ÿ][\w’'-]+|[\"“„«`*_][^\s\"”“»`*_]|[\u4e00-\u9fff\u3040-\u30ff]"
)
_AT_START = lazy_regex(
    r"(?:\A|[.!?:\n|;–—]\s*)[\"'“*_]?([^\W\d_a-zß-ÿ][\w’'-]+)(?:,? (?:is|was|are|and|my|our|the)\b|[,:|(]|\s*$)"
)
# "**Prices.** A friend who does not want to be named".
_SUM = lazy_regex(rf"(?i)\d[\d.,]* ?(?:{UNITS['money']})")
_BOLD_LABEL = lazy_regex(r"(?m)^\s*(?:[-*+•] )?\*\*[^*\n]+[.:]\*\*")
_IN_CAPITALS = lazy_regex(r"(?m)^(?=[^\n]{8})(?:(?![^\W\d_A-ZÀ-Þ])[^\n])*$")
_CALLED = lazy_regex(
    r"(?i)(?<!\bto be )(?<!\bnot )\b(?:called|named|known as|nicknamed|referred to as|se conocen? como"
    r"|conocid[oa]s? como|reciben? el nombre|heißt|heißen|genannt|namens|appelée?s?|nommée?s?|dit[es]?"
    r"|llamad[oa]s?|se llama"
    r"|chiamat[oaie]|si chiama|chamad[oa]s?|genaamd|heet)\b"
)
_KIN = (
    r"daughters?|sons?|wife|husband|mother|father|mum|dad|sisters?|brothers?|grand(?:mother|father|ma|pa|son"
    r"|daughter)s?"
    r"|aunt|uncle|niece|nephew|cousins?|partner|fianc[ée]e?|girlfriend|boyfriend|bab(?:y|ies)|child(?:ren)?|twins?"
    r"|dogs?|cats?"
    r"|horses?|pon(?:y|ies)|parrot|rabbits?|tochter|töchter|sohn|söhne|frau|mann|mutter|vater|schwestern?|br[uü]der"
    r"|oma|opa"
    r"|großmutter|großvater|tante|onkel|nichte|neffe|cousine?|kind(?:er)?|hund(?:e|in)?|katzen?|kater|pferde?"
    r"|fille|fils|femme|mari|mère|père|sœur|soeur|frère|chien(?:ne)?|chat(?:te)?|hij[oa]s?|esposa|marido|mujer|madre"
    r"|padre"
    r"|herman[oa]s?|perr[oa]|gat[oa]|figli[oae]?|moglie|marito|sorella|fratello|cane|filh[oa]s?|mulher|mãe|pai|irmã[o]?"
    r"|dochter|zoon|vrouw|moeder|vader|zus|broer|hond|kat"
)
_KIN_ASKED = lazy_regex(rf"(?i)\b(?:{_KIN})\b")
_NAME = (
    r"(?!(?:my|his|her|their|our|your|the|an?|meine?|seine?|ihre?|unsere?|der|die|das|ma|mon|sa|son|la|le|mi|su|il|mia"
    r"|mio|sua|suo)\b)(?-i:[^\W\d_a-zß-ÿ][\w’'-]+)"
)
# "My daughter Lina", "Lina is my daughter", "her dog is called Bo"; not "my daughter was ill, so Nils came".
_LINK = (
    r"[\s,(–:-]{1,3}(?:(?:is|are|was|were|ist|sind|war|est|es|è|is) )?(?:(?:called|named|heißt|heißen|hieß|namens"
    r"|s['’]appelle"
    r"|appelée?|se llama|llamad[oa]|si chiama|chiamat[oa]|chamad[oa]|heet|genaamd|by the name of)[\s:]+)?"
)
_WHOSE = (
    r"[\s,(–:-]{1,3}(?:(?:is|was|are|ist|war|est|es|è|is|and|und) )?(?:(?:my|his|her|their|our|your|the|an?|meine?"
    r"|seine?|ihre?"
    r"|unsere?|die|der|ma|mon|sa|son|leur|la|le|mi|su|il|mia|mio|sua|suo|a|o|mijn|zijn|haar|de|het|[\w-]+['’]s|\w+s['’]"
    r"|elde(?:st|r)|young(?:est|er)|little|only|\w+(?:est|ste[rn]?)) ){0,3}"
)
_OWNS = lazy_regex(r"(?i)\b(?:owns|owned|owners?|belong\w*|property of|owners?hip)\b|\b(?:i|we|they|you) own\b")
# "They keep their own things there" does not say who owns the place, and a finder is not the owner.
_WHO_OWNS = lazy_regex(r"(?i)^\W*who (?:(?:is|was|are|were) the (?:\w+ )?owners?|(?:\w+ )?own(?:s|ed)?)\b")
_ROLE = lazy_regex(
    r"(?i)^\W*(?:(?:who|wer|qui|quién|chi|quem|wie) (?:is|was|are|were|ist|war|sind|est|était|es|era|è|é)"
    r" (?:(?:the|our|your|my|der|die|das|unser\w*|mein\w*|le|la|el|il|lo|o|a|de|het|(?:\S+ )?\S+['’]s?) |l['’])"
    r"(?:new |old |neue |alte )?(?P<role>[^\W\d_]{4,}))"
)
_WHO_DOES = lazy_regex(
    r"(?i)^\W*(?:who|whom) (?:(?:\w+ly|also|first|else|usually|all) )?(?:(?:did|has|have|had|will|is|was|are|were"
    r"|can|may|must|should)"
    r" (?:be |been |to )?)?(?P<en>[^\W\d_]{3,})|^\W*(?:wer|qui|quién|chi|quem) (?:a |ont |ha |han |hat |haben "
    r"|hatte )?(?P<other>[^\W\d_]{4,})"
)
_SURE_NAME = lazy_regex(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Mme|Sr|Sra|Dott|Herrn?|Frau|Familie|Family|Monsieur|Madame|Señora?|Signora?|Ehepaar"
    r"|Eheleute)\b\.?"
    r" [^\W\d_a-zß-ÿ]|(?<![.!?:] )(?<!\A)\b[^\W\d_a-zß-ÿ][^\W\d_]+ (?:(?:van|von|de|da|di"
    r"|del) )?[^\W\d_a-zß-ÿ][^\W\d_]+"
    r"|\b(?:GmbH|AG|KG|e\. ?V\.|Ltd|Inc|SA|SARL|S\.L\.|BV)\b"
)
_WHICH_MAKER = lazy_regex(
    r"(?i)^\W*(?:(?:by|to|from|at|with|of|in|for) )?(?:which|what)(?: \w+)? (?:dry[- ])?(?P<maker>cleaners?|tailor"
    r"|plumber|electrician"
    r"|carpenter|joiner|painter|builder|mechanic|garage|dentist|doctor|vet|surgeon|nurse|lawyer|solicitor|notary"
    r"|architect"
    r"|engineer|teacher|trainer|instructor|coach|pianist|organist|violinist|singer|conductor|director|photographer"
    r"|author|writer|artist|sculptor|caterer|baker|bakery|butcher|brewery|farmer|gardener|florist|printer's|publisher"
    r"|school|college|university|hotel|restaurant|café|pub|hospital|clinic|museum|theatre|church|shop|laboratory"
    r"|courier"
    r"|accountant|auditor|judge|player|team|club|neighbour|colleague|airline|carrier|craftsman|tuner|sponsor)\b"
)


def lacks_attribute(
    asked: AskedQuestion,
    best: BestUnit,
    near: frozenset[str],
    matter: frozenset[str],
    names: AbstractSet[str],
    anywhere: frozenset[str],
) -> bool:
    """Whether a unit names the thing or the person, and not what is asked of it.

    `near` are the wanted terms in and around the unit, `matter` those that it must be about, `names` the names of
    them, and `anywhere` the terms of all passages.
    """
    if any(map(is_unspaced, content_words(asked.completed))):
        # Imported late: questions with spaces do without it.
        from bookwheel.engine.llms.extractive.vetoes.unspaced_vetoes import lacks_what_is_asked

        return lacks_what_is_asked(asked.text, best.answer)
    # Long sentences of prose say much in other words: in XQuAD these two refused 33 English answers of 1,190.
    is_long = best.is_prose and len(best.own_text.split()) > LONG_SENTENCE
    is_long |= best.is_prose and len(matter) > MANY
    besides = len(matter - names) if best.is_prose else 0
    return (
        _lacks_code(asked, best)
        or _lacks_name(asked, best)
        or (not is_long and besides <= FEW and _lacks_holder(asked, best, near, matter))
        or (not is_long and besides <= 1 and _has_only_names(asked, best, near, matter, names))
        or _says_nothing_of_names(asked, best, near, names)
        or _only_restates(asked, best)
        or _says_nothing_else(asked, best)
        or (matter <= names and lacks_origin(asked.text, best.answer))
        or _lacks_category(asked, best, near)
        or (not is_long and _lacks_noun(asked, best, near | anywhere, matter))
        or (not (asked.is_yes_no or asked.is_comparison) and has_other_number(asked.text, best.answer, best.is_row))
        or (not asked.is_yes_no and lacks_colour(asked.text, near, matter))
        or only_mentions(asked.text, matter, names, best.own_text, f"{best.text} {best.answer}", _has_new_name)
    )


def _lacks_code(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a PIN, a password or a number of that kind is asked for: "its PIN is sent by post" is none."""
    rest = _NOT_A_CODE.sub(" ", _MARKER.sub("", best.answer))
    if _ASKS_FOR_NUMBER.search(asked.text) is not None:
        return re.search(r"\d", rest) is None
    if _ASKS_FOR_CODE.search(asked.text) is None:
        return False
    known = frozenset(_words(asked.completed))
    return not any(match[0].casefold() not in known for match in _IS_CODE.finditer(rest))


def _lacks_name(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a name is asked for, and the unit has none, or none of the relative or the animal."""
    maker, text = _WHICH_MAKER.search(asked.text), best.answer
    if best.is_prose and lacks_name_of(asked.text, text):
        return True
    if maker is None and _ASKS_FOR_NAME.search(asked.text) is None:
        return False
    kin = _KIN_ASKED.findall(asked.text) if maker is None else []
    there = frozenset(map(str.casefold, _KIN_ASKED.findall(text)))
    if kin and (same := there.intersection(map(str.casefold, kin))):
        return not _names_one_of(same, text, asked.completed)
    return not _has_new_name(text, asked.completed)


def _names_one_of(kin: AbstractSet[str], text: str, question: str) -> bool:
    """Whether a relative or an animal stands beside a name: "my daughter Lina", "her dog is called Bo"."""
    known, who = frozenset(_words(question)), "|".join(map(re.escape, kin))
    of = r"(?:['’]s name| (?:of|von|de|di|van|der) [\w’'-]+)?"
    names = (
        *re.findall(rf"(?i)\b(?:{who})\b{of}{_LINK}({_NAME})", text),
        *re.findall(rf"(?i)({_NAME}){_WHOSE}(?:{who})\b", text),
    )
    return any(known.isdisjoint(_words(name)) for name in names)


def _has_new_name(text: str, question: str) -> bool:
    known, text = frozenset(_words(question)), _BOLD_LABEL.sub("", text)
    if _CALLED.search(text):
        return True
    # "CHANGING A WHEEL" is a heading.
    text = _IN_CAPITALS.sub(" ", MONTH_OR_WEEKDAY.sub(" ", text))
    found = (match[0] for match in _CAPITAL.finditer(text))
    starts = (match[1] for match in _AT_START.finditer(text) if match[1].casefold() not in STOP_WORDS)
    return any(frozenset(_words(name)).isdisjoint(known) for name in (*found, *starts))


def _words(text: str) -> list[str]:
    return text.casefold().replace("’s", "").replace("'s", "").translate(_MARKS).split()


_MARKS = str.maketrans(dict.fromkeys('.,;:!?()"“”„«»`*_|', " "))


def _lacks_holder(asked: AskedQuestion, best: BestUnit, near: frozenset[str], matter: frozenset[str]) -> bool:
    """Whether "who" is asked, and nothing near says the verb or the office: "vermietet" names no "Vermieter"."""
    if asked.kind != "who":
        return False
    if _WHO_OWNS.match(asked.text) and not _OWNS.search(f"{best.text} {best.answer}"):
        return True
    role = _ROLE.search(asked.text)
    if role is not None:
        if not GERMAN.search(asked.text):
            return not _has_new_name(best.answer, asked.text)
        is_other = _only_says_verb_of(role["role"].casefold(), _words(f"{best.text} {best.answer}"))
        return is_other and _SURE_NAME.search(best.answer) is None
    if best.is_row and (cells := _CELLS.findall(best.own_text)) and not _names_person(cells, asked.completed):
        return True
    verb = _WHO_DOES.search(asked.text)
    if verb is None or asked.is_of_mail:
        return False
    done = frozenset(terms(verb["en"] or verb["other"]))
    if not best.is_row and done <= asked.light & asked.own_terms - near:
        # "Who gave the lathe?": of a light verb, as "give", another may be there, but then with a name.
        return not _has_new_name(best.answer, asked.completed)
    return bool(done & matter) and done.isdisjoint(matter & near)


def _names_person(cells: Sequence[tuple[str, str]], question: str) -> bool:
    """Whether a cell may name a person: not the place, the thing or the day of a row about what was found."""
    known = frozenset(_words(question))
    return any(
        _OF_THINGS.search(column) is None
        and _PERSON.search(value) is not None
        and not frozenset(_words(value)) <= known
        for column, value in cells
    )


def _only_says_verb_of(role: str, there: Sequence[str]) -> bool:
    """Whether a word of the text is of the verb of the role ("vermietet" of "Vermieter"), and none is the role."""
    if any(word.startswith(role) or word.endswith(role) for word in there):
        return False
    stem = role[:-2]
    return len(stem) >= SHORTEST_STEM and any(word.startswith(stem) for word in there)


def _has_only_names(
    asked: AskedQuestion, best: BestUnit, near: frozenset[str], matter: frozenset[str], names: AbstractSet[str]
) -> bool:
    """Whether a sentence only has the names of the question: "Ada Rook retires" does not say what she studied."""
    if not names or not best.is_prose or best.is_asked_above:
        return False
    asked_of_it = matter - names
    if not asked_of_it or (EARLIER.search(asked.text) and EARLIER.search(best.own_text)):
        return False
    is_said = said.gives_year_or_place(asked, asked_of_it, names, best.own_text)
    return not is_said and (asked_of_it | asked.category).isdisjoint(near)


def _says_nothing_of_names(asked: AskedQuestion, best: BestUnit, near: frozenset[str], names: AbstractSet[str]) -> bool:
    """Whether no word for what is asked is near: "Present: Ada Rook" does not say which illness she has."""
    if asked.is_comparison or asked.value is not None or best.is_asked_above:
        return False
    wanted = frozenset(asked.terms)
    if names <= best.covered and said.gives_kind(asked.category, best.own_text):
        return False
    if asked.category & wanted:
        return (wanted - names - asked.thing_terms - asked.light | asked.category).isdisjoint(near)
    # "How did Ada get there?" has no word besides the name.
    return asked.kind == "how" and bool(names) and wanted <= names


def _only_restates(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether the text says again what was done, or "the band", and the question asks by whom, or which band."""
    if asked.is_yes_no or best.is_row:
        return False
    if asked.kind == "who":
        return lacks_doer(asked.text, best.answer)
    is_named = asked.is_comparison or asked.value is not None or not best.is_prose
    return not is_named and only_repeats_category(asked.category, asked.completed, best.answer)


def _says_nothing_else(asked: AskedQuestion, best: BestUnit) -> bool:
    """Whether a unit has no word that the question does not have: "Ada Rook is ill" names no illness."""
    if asked.is_yes_no or best.is_row:
        return False
    if best.is_prose and asked.value is None and only_tells_of(asked.text, best.own_text):
        return not _has_new_name(best.answer, asked.completed)
    there = content_terms(best.answer)
    return bool(there) and all(any(_is_of_one_word(term, wanted) for wanted in asked.terms) for term in there)


def _is_of_one_word(one: str, other: str) -> bool:
    return one == other or (
        min(len(one), len(other)) >= SHORTEST_ROOT and (one.startswith(other) or other.startswith(one))
    )


def _lacks_category(asked: AskedQuestion, best: BestUnit, near: frozenset[str]) -> bool:
    """Whether "Which camera …?" is asked, and a unit has neither the word nor a name nor a number of its own."""
    is_other = best.is_row or asked.is_list or asked.is_comparison or asked.value is not None
    if is_other or not asked.category or not asked.category.isdisjoint(near):
        return False
    if said.gives_kind(asked.category, best.own_text):
        return False
    known = frozenset(_words(asked.completed))
    # "Which songs?" is not answered by "gets 1,100 euros".
    figures = _FIGURE.findall(_SUM.sub("", _MARKER.sub("", best.answer)))
    has_number = not said.asks_for_place(asked.category) and not known.issuperset(figures)
    is_day = MONTH_OR_WEEKDAY.search(best.answer) is not None
    is_german = GERMAN.search(asked.text) is not None
    return not (has_number or is_day or is_german or _has_new_name(best.answer, asked.completed))


def _lacks_noun(asked: AskedQuestion, best: BestUnit, there: frozenset[str], matter: frozenset[str]) -> bool:
    """Whether the word behind an article, "a child with mumps", is in none of the passages."""
    if not best.is_prose or (EARLIER.search(asked.text) and EARLIER.search(best.own_text)):
        return False
    # What comes right after "What is" is asked of the thing, and a text says it otherwise: "the nickname of".
    found_words = (match[1] or match[2] for match in _AFTER_ARTICLE.finditer(_WHAT_IS.sub("", asked.text)))
    words = (word for word in found_words if not _SUPERLATIVE.search(word))
    return any(bool(found := frozenset(terms(word)) & matter) and found.isdisjoint(there) for word in words)

"""Whether a text mentions the thing or the person whose name or origin is asked for, and does not give it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.question_terms import STOP_WORDS, terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.lazy_regex import lazy_regex

# Longer sentences name things farther away.
LONG_SENTENCE = 24
_ASKED = (
    lazy_regex(
        r"(?i)^\W*what(?:['’]s| is| was) the name of (?:the|an?|our|my|your|his|her|their) "
        r"(?P<last>(?:[^\W\d_]+ ){0,2}?[^\W\d_]+)"
        r"(?=\W*$|,? (?:of|at|in|near|on|by|that|who|which|from|with|behind|next)\b)"
    ),
    lazy_regex(
        r"(?i)^\W*what (?:is|was) (?:the|an?|our|my|\S+['’]s?) (?P<last>(?:[^\W\d_]+ ){0,2}?[^\W\d_]+)"
        r"(?: (?:of|at|in|near|on|by|from|with|behind) (?:\S+ ){0,3}?\S+)? called\W*$"
    ),
    lazy_regex(r"^\W*[Ww]ie hei(?:ß|ss)t (?:de[rn]|die|das|unser\w*|mein\w*) (?:[a-zäöüß]+ )?(?P<first>[^\W\d_]+)"),
    lazy_regex(
        r"(?i)^\W*(?:(?:of|by) )?(?:what|which) (?P<made>make|brand) (?:is|are|was|were) "
        r"(?:the|an?|our|my|your|his|her|their) (?P<last>(?:[^\W\d_]+ ){0,2}?[^\W\d_]+)"
        r"(?=\W*$|,? (?:of|at|in|on|by|that|who|which|from|with)\b)"
    ),
    lazy_regex(
        r"(?i)^\W*(?:von |de )?(?:welche[rs]?|quelle|qu[eé]) (?P<made>marke|marque|marca) (?:ist|est|es)"
        r" (?:de[rn]|die|das|le|la|el|los|las|unser\w*|notre|nuestr[oa]) (?P<first>[^\W\d_]+)"
    ),
    lazy_regex(r"(?i)^\W*comment s['’]appelle(?:nt)? (?:l[ea] |l['’]|une? |leur |son |sa |notre )(?P<first>[^\W\d_]+)"),
    lazy_regex(r"(?i)^\W*cómo se llaman? (?:el|la|los|las|su|un|una|nuestr[oa]) (?P<first>[^\W\d_]+)"),
    lazy_regex(r"(?i)^\W*come si chiama (?:il |la |lo |l['’])(?P<first>[^\W\d_]+)"),
)
_CALLED_BESIDE = lazy_regex(
    r"(?i)\b(?:called|named|known as|name is|heißt|heißen|genannt|namens|appel|nomm|llama|chiama)|[\"“„«`]"
)
_MADE = lazy_regex(r"(?i)\b(?:made|make|brand|built|manufactur\w+|marke|hersteller|fabrikat|marque|marca|merk)\b")
_LINKS = (
    r"(?:is|was|are|ist|war|est|es|era|è|Mr|Mrs|Ms|Dr|Herr|Frau|M|Mme|Mlle|Señora?|Don|Doña|Signora?|and|our|my|the|an?"
    r"|der|die|das|unsere?|eine?|gewisser?|certaine?|un[ao]?|certain|tal|le|la|notre|el|su|nuestr[oa]|il|new|old|neue"
    r"|at|in|from|of|aus|von|zu|de|du|del|di)"
)
# "The first series of the programme, An Unearthly Child".
_OF_IT = r"(?: (?:of|in|at|near|im|bei|à|en|de|del|du|des|der|von|della|di)(?: (?:the|la|el|le))? [\w’'-]+)?"
_NAME_BESIDE = r"([^\W\d_a-zß-ÿ][\w’'-]+)"

_COMES_FROM = lazy_regex(
    r"(?i)^\W*(?:where (?:do|does|did|is|are|was|were) .{2,60} (?:come )?from|wo(?:her| .{2,60} her\b)"
    r"|d['’]où (?:vien|est)"
    r"|de dónde (?:es|vien|son)|di dove (?:è|sono)|da dove (?:vien|veng)|de onde (?:é|vem)|waar komt? .* vandaan)"
)
_FROM = lazy_regex(
    r"(?i)\b(?:from|born|native|grew up|raised|origin\w*|countr(?:y|ies)|comes?|aus|stammt|geboren|gebürtig|herkunft"
    r"|vient|viennent|né[es]*|originaire|viene|nacid[oa]|nat[oa]|originari[oa]|pa[ií]s|paese|vem|nascid[oa]|uit"
    r"|afkomstig)\b"
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
_PLURAL = lazy_regex(r"[^\W\d_]+s (?:are|were)\b")
_AT_START = lazy_regex(
    r"(?:\A|[.!?:\n|;–—]\s*)[\"'“*_]?([^\W\d_a-zß-ÿ][\w’'-]+)(?:,? (?:is|was|are|and|my|our|the)\b|[,:|(]|\s*$)"
)
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
_BY_NAME = (
    r"(?:called|named|heißt|heißen|hieß|namens|s['’]appelle|appelée?|se llama|llamad[oa]|si chiama|chiamat[oa]"
    r"|chamad[oa]|heet|genaamd|by the name of)"
)
# "My daughter Lina", "Lina is my daughter", "her dog is called Bo"; not "my daughter was ill, so Nils came".
_LINK = (
    r"[\s,(–:-]{1,3}(?:(?:is|are|was|were|ist|sind|war|est|es|è|is) )?"
    rf"(?:{_BY_NAME}[\s:]+)?"
)
_WHOSE = (
    r"[\s,(–:-]{1,3}(?:(?:is|was|are|ist|war|est|es|è|is|and|und) )?(?:(?:my|his|her|their|our|your|the|an?|meine?"
    r"|seine?|ihre?"
    r"|unsere?|die|der|ma|mon|sa|son|leur|la|le|mi|su|il|mia|mio|sua|suo|a|o|mijn|zijn|haar|de|het|[\w-]+['’]s|\w+s['’]"
    r"|elde(?:st|r)|young(?:est|er)|little|only|\w+(?:est|ste[rn]?)) ){0,3}"
)
_WHICH_MAKER = lazy_regex(
    r"(?i)^\W*(?:(?:by|to|from|at|with|of|in|for) )?(?:which|what)(?: \w+)? (?:dry[- ])?(?P<maker>cleaners?"
    r"|insurance(?: company)?|insurer"
    r"|locksmith|roofer|glazier|wholesaler|importer|haulier|optician|tailor"
    r"|plumber|electrician"
    r"|carpenter|joiner|painter|builder|mechanic|garage|dentist|doctor|vet|surgeon|nurse|lawyer|solicitor|notary"
    r"|architect"
    r"|engineer|teacher|trainer|instructor|coach|pianist|organist|violinist|singer|conductor|director|photographer"
    r"|author|writer|artist|sculptor|caterer|baker|bakery|butcher|brewery|farmer|gardener|florist|printer's|publisher"
    r"|school|college|university|hotel|restaurant|café|pub|hospital|clinic|museum|theatre|church|shop|laboratory"
    r"|courier"
    r"|accountant|auditor|judge|player|team|club|neighbour|colleague|airline|carrier|craftsman|tuner|sponsor)\b"
    r"|^\W*(?:à |de |chez |a |con )?(?:quel(?:le)?|qué|quale|che) (?P<autre>assurance|assureur|garage|hôtel|école"
    r"|magasin|banque|atelier"
    r"|seguro|aseguradora|taller|hotel|escuela|tienda|banco|assicurazione|officina|albergo|scuola|negozio)\b"
)
_REPORTING = (
    r"(?:reports?|reported|says?|said|tells|told|informs?|informed|announce[sd]?|notes|noted|adds|added|asks?|asked"
    r"|berichte\w*|sagte?|meldete?|teilte?|fragte?|rapporte|annonce|signale|informe|dit|demande|informa|comunica|señala"
    r"|dice|pregunta|riferisce|comunica|dice|chiede|relata|diz|meldt|zegt|vraagt)"
)
_REPORTS = lazy_regex(rf"(?i)\b{_REPORTING}\b")
_REPORTER = lazy_regex(
    r"(?:(?<=^)|(?<=[.!?:;*] ))(?:[^\W\d_a-zß-ÿ][\w’'.-]+ ){1,3}(?i:"
    rf"{_REPORTING})(?i: (?:us |uns |nous )?(?:that|whether|if|for|dass|ob|mit|que|si|qu['’]|che|se|dat|of)\b|,|:)"
)
_GERMAN_NAME = r"(?!(?:Der|Die|Das|Den|Dem|Des|Eine?[nmrs]?|Im|Am|Unsere?|Sie|Ihre?)\b)[^\W\d_a-zß-ÿ][^\W\d_]+"
# Behind the verb, a colon or a title, or behind another word with a capital.
_HOLDER = lazy_regex(
    r"(?:\b(?:ist|sind|war|waren|bleib\w*|blieb\w*|wird|wurden?|heißt|hieß|hat|hatte|durch|von|an|bei|als|namens"
    rf"|Herrn?|Frau|Dr\.|Prof\.)|[:(–—]|\b{_GERMAN_NAME}(?: von| van| zu| de)?) ({_GERMAN_NAME})"
    rf"|[(,] ?({_GERMAN_NAME})(?=[,.()])"
)
_MARKS = str.maketrans(dict.fromkeys('.,;:!?()"“”„«»`*_|', " "))


def lacks_origin(question: str, text: str) -> bool:
    """Whether it is asked where someone comes from, and the text does not say "from"."""
    return _COMES_FROM.search(question) is not None and _FROM.search(text) is None


def lacks_name_of(question: str, text: str) -> bool:
    """Whether the noun of "What is the name of the farmer?", "Which make is the car?" has no name beside it."""
    asked = next(filter(None, (pattern.match(question) for pattern in _ASKED)), None)
    if asked is None:
        return False
    found = asked.groupdict()
    noun = found.get("first") or found["last"].split()[-1]
    is_called = _MADE if found.get("made") else _CALLED_BESIDE
    of_noun = frozenset(terms(noun))
    said = [one for one in plain_sentences(text, by_line=True) if not of_noun.isdisjoint(terms(one))]
    if not said or any(len(one.split()) > LONG_SENTENCE for one in said) or any(map(is_called.search, said)):
        return False
    known = frozenset(re.findall(r"\w+", question.casefold()))
    return not any(_has_name_beside(MONTH_OR_WEEKDAY.sub(" ", one), of_noun, known) for one in said)


def _has_name_beside(sentence: str, noun: frozenset[str], known: frozenset[str]) -> bool:
    words = {word for word in re.findall(r"[^\W\d_]+", sentence) if not noun.isdisjoint(terms(word))}
    of_noun = "|".join(map(re.escape, words))
    beside = rf"[ ,(:–-]{{1,3}}(?:{_LINKS}\b\.?[ ,]{{1,2}}){{0,3}}"
    new_name = rf"(?!(?i:{'|'.join(map(re.escape, known))})\b){_NAME_BESIDE}"
    behind = re.findall(rf"\b(?:{of_noun})\)?(?: [^\W\d_]+)?{_OF_IT}{beside}{new_name}", sentence)
    before = re.findall(rf"\b{new_name}{beside}(?:[^\W\d_]+ )?(?:{of_noun})\b", sentence)
    return bool(behind) or any(name.casefold() not in STOP_WORDS for name in before)


def lacks_name(asked: AskedQuestion, best: BestUnit, near: AbstractSet[str]) -> bool:
    """Whether a name is asked for, and the unit has none, or none of the relative or the animal.

    `near` are the wanted terms in and around the unit.
    """
    maker, text = _WHICH_MAKER.search(asked.text), best.answer
    if best.is_prose and lacks_name_of(asked.text, text):
        return True
    if maker is None and _ASKS_FOR_NAME.search(asked.text) is None:
        return False
    kin = _KIN_ASKED.findall(asked.text) if maker is None else []
    if kin and frozenset(terms(" ".join(kin))).isdisjoint(near):
        # "The Bowden family wishes you a good rest" names no dog.
        return True
    there = frozenset(map(str.casefold, _KIN_ASKED.findall(text)))
    if kin and (same := there.intersection(map(str.casefold, kin))):
        return not _names_one_of(same, text, asked.completed)
    return not has_new_name(text, asked.completed)


def _names_one_of(kin: AbstractSet[str], text: str, question: str) -> bool:
    """Whether a relative or an animal stands beside a name: "my daughter Lina", "her dog is called Bo"."""
    known, who = frozenset(words_in(question)), "|".join(map(re.escape, kin))
    of = r"(?:['’]s name| (?:of|von|de|di|van|der) [\w’'-]+)?"
    names = (
        *re.findall(rf"(?i)\b(?:{who})\b{of}{_LINK}({_NAME})", text),
        *re.findall(rf"(?i)({_NAME}){_WHOSE}(?:{who})\b", text),
        # "The dog of the Bowden family is called Bo".
        *re.findall(rf"(?i)\b(?:{who})\b[^.,;!?\n]{{0,50}}? {_BY_NAME}[\s:]+({_NAME})", text),
    )
    return any(known.isdisjoint(words_in(name)) for name in names)


# "The conductor, who was rehearsing in Ghent" names no conductor.
_ASKS_FOR_PERSON = lazy_regex(r"(?i)^\W*(?:who|wer|qui|quién|chi|quem|wie) (?:is|was|ist|war|est|était|es|era|è|é) ")
_AT_PLACE = lazy_regex(r"\b(?:in|near|nach|aus) [A-ZÄÖÜÉ][^\W\d_]+\b(?! [A-ZÄÖÜÉ])")


def has_new_name(text: str, question: str) -> bool:
    """Whether a text has a name that the question has not, and not only that of who tells it."""
    known, text = frozenset(words_in(question)), _BOLD_LABEL.sub("", without_reporters(question, text))
    if _CALLED.search(text):
        return True
    # "CHANGING A WHEEL" is a heading.
    text = _IN_CAPITALS.sub(" ", MONTH_OR_WEEKDAY.sub(" ", text))
    if _ASKS_FOR_PERSON.match(question):
        text = _AT_PLACE.sub(" ", text)
    found = (match[0] for match in _CAPITAL.finditer(text))
    # "Releases are made on Tuesdays" begins with no name.
    starts = (
        match[1]
        for match in _AT_START.finditer(text)
        if match[1].casefold() not in STOP_WORDS and not _PLURAL.match(text, match.start(1))
    )
    return any(frozenset(words_in(name)).isdisjoint(known) for name in (*found, *starts))


def names_holder(text: str, question: str) -> bool:
    """Whether a German text has a name that the question has not; "besteht aus dem Vorsitzenden" has only nouns."""
    known = frozenset(words_in(question))
    found = (match[1] or match[2] for match in _HOLDER.finditer(MONTH_OR_WEEKDAY.sub(" ", text)))
    return any(frozenset(words_in(name)).isdisjoint(known) for name in found)


def without_reporters(question: str, text: str) -> str:
    """A text without the names of who reports or asks, unless that is asked: "Ada Rook reports that two have left"."""
    return text if _REPORTS.search(question) else _REPORTER.sub(" ", text)


def words_in(text: str) -> list[str]:
    return text.casefold().replace("’s", "").replace("'s", "").translate(_MARKS).split()

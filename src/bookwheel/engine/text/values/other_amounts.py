"""Amounts that are not of the sort that a question asks for: a deposit is not a price, "every week" not a duration."""

from __future__ import annotations

import re

from bookwheel.engine.text.question_terms import content_terms, lazy_terms, synonyms, terms
from bookwheel.engine.text.value_patterns import (
    DATES,
    HAS_VALUE,
    MONTHS_BY_NAME,
    NUMBERED_PLACE,
    OF_SIZE,
    UNITS,
    WORD_NUMBERS,
    is_amount_word,
    without_times,
)
from bookwheel.lazy_regex import lazy_regex

# What is high and has no height: "How high is the fee?".
_HEIGHT = lazy_regex(
    r"(?i)\bhow high (?:is|are|was|were) (?!(?:it|they|this|that|these|those)\b)(?![^?]*\b(?:rate|interest|risk|score"
    r"|mark|grade|rating|pressure|voltage|current|temperature|heat|fever|humidity|moisture|dose|limit|threshold|number"
    r"|count|content|concentration|density|level|consumption|output|yield|demand|profit|loss|turnout|quota|resolution"
    r"|frequency|volume|speed|load|value|amount|sum|total|debt|cap|maximum|minimum)s?\b)"
)
# "§§ 2 to 4" and "section 7, 8 and 9" say where something stands.
REFERENCE = lazy_regex(
    r"(?i:§+ ?\d+[a-z]?|\b(?:abs(?:atz|ätze|\.)|satz|sätze|nr\.|nummern?|artikels?|art\.|buchstabe|anlage|sections?"
    r"|articles?|paragraphs?|chapters?|clauses?|kapitel|chapitres?|alinéas?|artículos?|apartados?|articol[io]|commi?)"
    r" \d+[a-z]?\b)(?:(?:,| bis| und| oder| to| and| or| et| à| y| e|–|-) ?\d+[a-z]?\b)*"
)
SHARE = lazy_regex(r"(?i)\d ?(?:%|per ?cent\b)|\bper ?cent\b")
_PRICES = lazy_terms(
    "price cost preis kosten kostet kosteten coût coûte prix precio coste cuesta costo prezzo costa preço custa"
    " prijs expensive teuer"
)
# Sums that are not what one pays for a thing.
_NOT_PRICES = lazy_terms(
    "deposit fine penalty wage salary grant donation discount refund kaution pfand strafe bußgeld lohn gehalt zuschuss"
    " spende rabatt caution arrhes amende salaire subvention don remise fianza multa sueldo salario subvención donación"
    " descuento cauzione stipendio contributo sconto"
)
# "Repaired for 300 euros" is not a price of the boiler.
_DONE_FOR = lazy_regex(
    r"(?i)\b(?:(?!(?:offer|pric|rent|hir|leas|purchas|acquir|order|deliver|charg|insur|valu|suppli"
    r"|auction)ed\b)(?P<en>[a-z]{3,}ed)"
    r"\b[^.;:!?]{0,60}?\bfor|(?!vend|achet|lou|acqu)(?P<fr>[^\W\d_]{3,}ée?s?)\b[^.;:!?]{0,60}?\bpour"
    r"|(?!vend|compr|alquil|adquir)(?P<es>[^\W\d_]{3,}[ai]d[oa]s?)\b[^.;:!?]{0,60}?\bpor)"
    rf" (?:about |only |just )?(?:[€$£¥] ?)?\d[\d.,]* ?(?:{UNITS['money']})?"
    rf"|\bfür \d[\d.,]* ?(?:{UNITS['money']}) (?P<de>(?!gekauft|geliefert)(?:ge[^\W\d_]+[tn]|[^\W\d_]+iert))\b"
)
_BUYING = lazy_regex(
    r"(?i)\b(?:buy|order|purchase|acquire|sell|hire|rent|lease|kaufen|bestellen|acheter|commander|vendre|comprar|vender"
    r"|comprare|acquistare|vendere)\b"
)
_PART = lazy_regex(r"(?<=[^\W\d_])[.;!?]\s+|,\s(?!\d)|;\s|\n+|\s(?:and|but|und|aber|et|mais|y|pero|e|ma)\s")

_HIGH = lazy_regex(r"(?i)\b(?:how (?:high|tall)|wie hoch|hoe hoog|quelle hauteur|qué altura|quanto è alt[oa])\b")
# "A night costs 48 euros" does not say how high a hut is, but what the entrance costs is how high that is.
_COSTS_SO_MUCH = lazy_regex(
    r"(?i)\b(?:costs?|kosten|kostet\w*|coûte(?:nt)?|cuestan?|costano?|custam?)\b[^.;\d]{0,20}"
    rf"(?:[€$£¥] ?)?\d[\d.,]* ?(?:{UNITS['money']})?"
)
_PAID_SUMS = lazy_terms(
    "entrance admission entry ticket rate eintritt fahrkarte karte entrée billet entrada billete ingresso biglietto"
)
_N_OF_POUNDS = rf"(?:\d[\d.,]*|\b(?:{WORD_NUMBERS}))"
_WEIGHS = lazy_regex(
    r"(?i)\bhow (?:heavy|much (?:does|do|did))\b|\bhow many [^\W\d_]+ (?:does|do|did) [^?]* weigh\b"
    r"|\bwie (?:schwer|viel wieg\w+)\b|\bwieviel wieg\w+|\bcombien pès\w+"
    r"|\bcuánto pesa\w*|\bquanto pesa\w*|\bhoe zwaar\b"
)
_MASS = rf"(?:je |each |cada |(?:ein|eine[mnrs]?) )?(?:\d[\d.,/]*|\b(?:{WORD_NUMBERS}))[ -]?(?:{UNITS['mass']})"
# "36 loaves of one kilo": so many other things of so much each.
_SO_MANY_OF_SO_MUCH = lazy_regex(
    rf"(?i)(?:\d[\d.,]*|\b(?:{WORD_NUMBERS})) (?P<things>[^\W\d_]+(?: [^\W\d_]+)?)"
    rf" (?:of|at|zu|zu je|mit|von|de|à|di|da|van|weighing|à raison de) (?:about |up to |etwa )?{_MASS}"
)
# "Bakes loaves of 500, 750 or 1,000 g".
_OF_SO_MUCH_EACH = lazy_regex(
    rf"(?i)\b(?P<things>[^\W\d_]{{3,}}(?:s|en|er|i|e)) (?:of|weighing|von|zu|mit|de|da|di|van)"
    rf" (?:\d[\d.]*,? (?:(?:and|or|to|und|oder|bis|et|ou|y|o|e) )?)*{_MASS}"
)
# What a crane lifts or a van carries is not what it weighs.
_LIFTS = lazy_regex(
    r"(?i)\b(?:lifts?|takes?|nimmt|prend|prende|toma|neemt|carr(?:y|ies)|bears?|hauls?|pulls?|supports?|loads?|trägt"
    r"|hebt|zieht|schleppt|lädt|porte(?:nt)?"
    r"|soulève(?:nt)?|supporte(?:nt)?|tire(?:nt)?|charge(?:nt)?|carga|levanta|soporta|lleva|arrastra|solleva|regge"
    rf"|sopporta|tilt|draagt|trekt|holds?|fasst|fassen|contien(?:t|nent)|admite|caben?"
    rf"|contiene)\b[^.;\d]{{0,30}}?{_MASS}"
)
# "Turns pieces of up to 40 kg" says what the machine takes.
_UP_TO = lazy_regex(
    rf"(?i)(?<!weigh )(?<!weighs )(?<!wiegt )\b(?:up to|bis zu|jusqu['’]à|hasta|fino a|até|tot) {_MASS}"
)
_POUNDS = lazy_regex(rf"(?i){_N_OF_POUNDS} ?pounds?\b(?! of\b)")
# "The floor cannot take its weight. It is borrowed at 25 pounds a day."
_POUNDS_PAID = lazy_regex(
    rf"(?i)\b(?:at|for|costs?|paid|pays?|fee of|price of|rent of) {_N_OF_POUNDS} ?pounds?\b(?! of\b)"
    rf"|{_N_OF_POUNDS} ?pounds? (?:an?|per|each|every) (?:hour|day|night|week|month|year|head|person|ticket|seat)\b"
)
# "250 g of flour" are not the weight of the cake.
_SO_MUCH_OF_IT = lazy_regex(
    rf"(?i)(?<!cast of )(?<!made of )(?<!aus )(?<!\d){_MASS}\s+(?:(?:of|de|di|von|van)\s+|d['’])(?:the |la |l['’]|el "
    rf"|il )?(?!which\b|it\b"
    rf"|them\b)(?P<of>[^\W\d_]{{3,}})"
    rf"|{_MASS}\s+(?-i:(?P<noun>[A-ZÄÖÜ][a-zäöüß]{{2,}}|[a-z]{{3,}}(?=\s*(?:,|\n|\Z)| and | or )))"
)
# "Aux noix" of "le gâteau aux noix".
_WHICH_ONE = lazy_regex(r"(?i)\b(?:(?:of|with|aux?|de|di|mit|von|con|al|met|van) |à l[ae'’] ?|d['’])(?:the )?[^\W\d_]+")
_WEIGHING = lazy_terms(
    "weigh weight heavy light load mass weighing wiegen gewicht schwer pèse poids lourd pesa pesar peso pesado weegt"
    " zwaar"
)
# A bag that holds 25 kg weighs as much.
_SACK = lazy_regex(
    r"(?i)\b(?:sacks?|bags?|cart(?:on)?s?|pack(?:et|age)?s?|säcke?|beutel|tüten?|sacs?|sacos?|bolsas?|sacch[io])\b"
    # The hoist for sacks is no sack.
    r"(?! (?!of\b|with\b|weigh|mit\b|wieg|de\b|con\b|di\b|is\b)[a-z]+)"
)
_LARGE = lazy_regex(r"(?i)\b(?:how (?:large|big)|wie groß|hoe groot|quelle taille|qué tamaño|quanto è grande)\b")
_N = rf"(?:\d[\d.,]* ?(?:to|and|or|bis|und|oder|à|et|a|y|e|[-–]) ?)?(?:\d[\d.,]*|\b(?:{WORD_NUMBERS}))"
# "S-40" is a name, but "A4" a size.
_NAMED_BY_SIGNS = r"\b(?!A\d\b)[A-Za-z]+-?\d[\w-]*"
_NO_SIZE = lazy_regex(
    rf"{_NAMED_BY_SIGNS}|(?i:\b(?:at once|once (?:a|the|per|every|more|again|it|you)|twice)\b"
    rf"|\ba las? (?:{WORD_NUMBERS})\b"
    rf"|{_N}[ -]?(?:{UNITS['duration']}|{UNITS['sound']}|{UNITS['speed']}|{UNITS['power']}))"
)
_NOT_HIGH = lazy_regex(
    rf"(?i:{_N}[ -]?(?:{UNITS['mass']}))"
    r"|\d[\d.,]* (?!(?i:euro|cent|dollar|franken|kronen|prozent|meter|zentimeter|kilometer|grad|punkte?|mio|mrd"
    r"|millionen|milliarden|stockwerke|etagen|fuß|zoll|quadratmeter)\w*)[A-ZÄÖÜ][a-zäöüß]{2,}"
    # "Until the end of the 32nd month of life" is not a height.
    r"|(?i:\b(?:des|der|die|dem|den|das|vom|zum|zur|im|am) \d{1,3}\.(?= ))"
)
_NOT_LARGE = lazy_regex(
    rf"(?i){_N}[ -]?(?:{UNITS['mass']}|{UNITS['heat']}|%|per ?cent\b|prozent\b|pour cent\b|por ciento\b)"
)
_YEARS = lazy_regex(
    rf"(?i)(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d.,]\d|\d|[ -]?(?:{UNITS['length']}|kg\b|m²|m\. ?ü|acres?\b))"
)
_IN_YEAR = lazy_regex(r"(?i)\b(?:in|im jahr|en|nel|em|since|seit|depuis|desde|dal) (?:1[5-9]|20)\d\d\b(?![.,]\d)")
STAMP = lazy_regex(r"(?<!\d)\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?(?!\d)")
# "Three carriers", but "40 members", "six rooms" and "12 pages" say how large a club, a flat and a book are.
_COUNTS_SOME = lazy_regex(rf"(?i)(?<![\w.,-])(?:\d[\d.,]*|(?:{WORD_NUMBERS})\b) ([^\W\d_]{{3,}})\b")
# So many people are not a height.
_PEOPLE = lazy_regex(
    r"(?i)(?:members?|people|persons?|inhabitants|residents|employees|staff|pupils|students|mitglieder\w*|personen"
    r"|menschen|einwohner\w*|mitarbeiter\w*|membres|habitants|miembros|habitantes|membri|abitanti)"
)
_SHARE = lazy_regex(r"(?i)pro[zc]ent|percent|per$|vom$|pour$|por$|punkt|point")
# What one fills or loads says how much of it there is.
_FILLED = lazy_regex(
    r"(?i)(?:[a-z]*lit(?:re|er)s?n?|[a-z]*litros?|[a-z]*litr[io]|gallons?|pints?|barrels?|bushels?|cubic|kubik\w*|cups?"
    r"|glass\w*|spoons?|\w*spoonfuls?|bottles?|buckets?|bags?|sacks?|boxes|jars?|loads?|cans?|drops?|pinch"
    r"|flaschen?|eimer|säcke?|beutel|tassen?|gläser|löffel|kanister|fässer|fuhren|bouteilles?|seaux?|sacs?"
    r"|tasses?|verres?|cuillères?|cuillerées?|botellas?|cubos?|sacos?|tazas?|vasos?|cucharad\w+|cargas?|garrafas?"
    r"|bottigli\w+|secchi|sacchi|tazze|bicchieri|cucchia\w+|times|mal|fois|veces)"
)
_HOW_MUCH_OF = lazy_regex(
    r"(?i)^\W*(?:how much|wie ?viel|combien d(?:e |['’])|cuánt[oa]|quant[oa]|hoeveel) (?!of\b)[^\W\d_]{3,}"
)
_HOW_MUCH_IS = lazy_regex(r"(?i)^\W*how much (?:is|are|was|were) ")
_NO_SUM = lazy_regex(rf"(?i){_N}[ -]?(?:{UNITS['duration']}|{UNITS['heat']}|{UNITS['sound']}|{UNITS['speed']})")
_NUMBER_OF_ONE = lazy_regex(r"(?i)^\W*what(?:['’]s| is) the number of (?:the |my |our )?(?:\S+ ){0,2}?\S+(?:['’]s?) ")

_AMOUNTS_OF_TIME = rf"(?:\d[\d.,]*|\b[^\W\d_]{{2,9}})[ -]?{UNITS['duration']}"
# "Booked two weeks ahead" does not say how long the tour takes.
_LASTS = lazy_regex(r"(?i)\bhow long (?:does|do|did|will) .*\b(?:take|last)\b|\bwie lange dauer")
_AHEAD = lazy_regex(
    rf"(?i){_AMOUNTS_OF_TIME} (?:ahead|in advance|before(?:hand)?|earlier|ago|(?:of )?notice|vorher|zuvor|im voraus"
    r"|(?:vor|nach)\s(?:der |de[sm] |diesem )?(?:ablauf|ende|beginn|eintritt|zeitpunkt|\w+ung)|avant|après|antes"
    r"|después|prima|dopo)\b"
)
# "It takes five to ten years before it pays" says so.
_TAKES = lazy_regex(r"(?i)\b(?:takes?|took|requir\w+|needs?|needed|lasts?|lasted|dauer\w*)\b[^.;]{0,20}\Z")
# "Trains were diverted for seven months" does not say how long the bridge is; "the lease is for two years" does.
_LONG_THING = lazy_regex(
    r"(?i)\b(?:how long|wie lang) (?:is|are|was|were|ist|sind|war|waren)\b"
    r"(?!.*(?:(?-i:\b[a-zäöü])[^\W\d_]*(?:ed|en|ing)|\b(?:kept|held|lent|sold|shut|valid|good|fresh|free|away|out"
    r"|ill|gültig|haltbar|offen|frei|weg|krank))\W*$)"
)
_FOR_SO_LONG = lazy_regex(
    r"(?i)(?<!\bis )(?<!\bwas )(?<!\bare )(?<!\bruns )(?<!\blasts )(?<!\bgilt )(?<!\bläuft )"
    rf"\b(?:for|over|seit|für|during|within|after|nach|since) {_AMOUNTS_OF_TIME}"
    r"|\b(?:from|von) \d{1,2}(?:[.:]\d\d)? (?:to|bis) \d{1,2}(?:[.:]\d\d)?\b"
)
# "Until it is back" does not say how long a boat is.
_UNTIL_SO = lazy_regex(
    r"(?i)\b(?:until|till|bis|jusqu['’]à ce qu['’e]|hasta que) ?(?:it|he|she|they|we|you|then|er|sie|es|wir|dahin|il"
    r"|elle)\b"
)
_HOW_OFTEN = lazy_regex(
    rf"(?i)\b(?:every|each|alle|jede[rns]?|tous les|toutes les|cada|ogni|elke|om de) {_AMOUNTS_OF_TIME}"
)
_OF_ALL_MEASURES = lazy_terms(
    "weight mass load height length depth width distance size diameter duration time age speed temperature power noise"
    " level range thickness gewicht höhe länge tiefe breite entfernung größe dauer zeit alter temperatur leistung"
    " poids hauteur longueur profondeur largeur distance taille durée temps âge température puissance peso altura"
    " longitud largo profundidad anchura distancia tamaño duración tiempo edad temperatura potencia"
    " value total average mean max min maximum minimum altezza lunghezza"
    " keep retention delete expire expiry timeout store aufbewahrung löschen conservation retención"
)
# "Price per kg" gives no weight.
_PER = lazy_regex(r"(?i)\b(?:per|pro|je|par|por|al)\W*\Z")


# "How long has he been the caretaker?" asks for years, or since when; "from 8 to 14 Uhr" are his hours.
_SO_FAR = lazy_regex(
    r"(?i)^\W*(?:how long (?:has|have)\b|wie lange? .*\bschon\b|(?:depuis|ça fait) combien de temps"
    r"|(?:hace )?cuánto (?:tiempo )?(?:lleva|hace)|da quanto tempo|há quanto tempo|hoe lang .*\bal\b)"
)
_SINCE = lazy_regex(
    rf"(?i)\b(?:since|seit|depuis|desde|dal|sinds):? (?:(?:the|dem|der|le|la|el) )?(?:\w+ )?"
    rf"(?:(?:1[5-9]|20)\d\d|{MONTHS_BY_NAME})\b"
)
_TAKING = lazy_regex(r"(?i)\b(?:takes?|took|dauer\w*|brauch\w*|prend\w*|tard\w+|keep|stored?|before|after|ago)\b")
_TIME = rf"(?:(?:1[5-9]|20)\d\d|{MONTHS_BY_NAME})"
# "Valid: April to October", "from 1870 to 1939".
_FROM_TO = lazy_regex(
    rf"(?i)\b{_TIME}\b(?: to | until | till | through | bis | à | au | a | al | hasta | tot |[–-]){_TIME}\b"
)
_HOURS_AND_ENDS = lazy_regex(
    r"(?i)\d{1,2}(?:[.:]\d\d)? ?(?:uhr|h|o['’]clock|uur|[ap]\.?m)\b"
    r"|\b(?:until|till|bis|jusqu|hasta|fino)\b|\d\s?[–-]\s?\d"
)


def says_since_when(question: str, text: str) -> bool:
    """Whether "How long has he been there?" is asked, and the text says since when, or from when to when."""
    if _SO_FAR.search(question) is not None:
        return _SINCE.search(text) is not None
    return _TAKING.search(question) is None and _FROM_TO.search(text) is not None


def without_other_sums(question: str, text: str) -> str:
    """The parts of a text with a price, where one is asked for: without "Deposit: 60" and "50 euros of fine"."""
    asked = frozenset(terms(question))
    if _PRICES().isdisjoint(asked) or not _NOT_PRICES().isdisjoint(asked):
        return text

    def kept_deed(done: re.Match[str]) -> str:
        deed = frozenset(terms(" ".join(filter(None, done.groups()))))
        # "Mended for 118 euros" says what the repair cost, and "decided to order" is to order.
        is_bought = _BUYING.search(done[0]) is not None
        return done[0] if is_bought or asked & deed.union(*map(synonyms, deed)) else " "

    text = _DONE_FOR.sub(kept_deed, text)
    if _NOT_PRICES().isdisjoint(terms(text)):
        return text
    kept: list[str] = []
    last = 0
    for end in (*(match.end() for match in _PART.finditer(text)), len(text)):
        part, last = text[last:end], end
        there = frozenset(terms(part))
        kept.append(" " if _PRICES().isdisjoint(there) and not _NOT_PRICES().isdisjoint(there) else part)
    return "".join(kept)


_CHANGING = (
    r"(?:shr[aiu]nk|grew|grown|rose|risen|raised|lowered|reduced|extended|shortened|lengthened|widened|sunk|sank"
    r"|fell|fallen"
    r"|gewachsen|gesunken|gestiegen|geschrumpft|eingelaufen|verkürzt|verlängert|erhöht|gesenkt|rétréci\w*|grandi\w*"
    r"|baissé\w*|monté\w*|réduit\w*|augmenté\w*|raccourci\w*|rallongé\w*|encogi\w+|creci\w+|subi(?:do|ó)|baja(?:do|ó)"
    r"|reduc\w+|aument\w+|ristrett\w+|cresciut\w+|allungat\w+|accorciat\w+|gekrompen|gegroeid|gedaald|gestegen)"
)
_CHANGES = lazy_regex(rf"(?i)\b{_CHANGING}")
_BY_SO_MUCH = rf"(?:\d+(?:[.,]\d+)*|\b(?:{WORD_NUMBERS}))"
_CHANGED_BY = lazy_regex(
    rf"(?i)\b{_CHANGING} (?:\w+ )?(?:by|de|en|di|da|met|em|um) (?:about |over |etwa |rund )?{_BY_SO_MUCH} ?[^\W\d_]+"
    rf"|\bum (?:etwa |rund )?{_BY_SO_MUCH} ?[^\W\d_]+ (?:{_CHANGING}|länger|kürzer|höher|tiefer|breiter)"
)


def without_changes(question: str, text: str) -> str:
    """A text without how much something grew or shrank, unless that is asked: "shrunk by 20 cm" is not a height."""
    return text if _CHANGES.search(question) else _CHANGED_BY.sub(" ", text)


def without_other_times(question: str, text: str) -> str:
    """A text without the spans of time that are not a duration: "every 200 hours", and "two weeks ahead" of a tour.

    So long before something it may take.
    """
    rest = _HOW_OFTEN.sub(" ", STAMP.sub(" ", text))
    if _SO_FAR.search(question):
        return _HOURS_AND_ENDS.sub(" ", rest)
    if is_of_long_thing(question):
        return _UNTIL_SO.sub(" ", _FOR_SO_LONG.sub(" ", rest))
    if _LASTS.search(question) is None:
        return rest
    return _AHEAD.sub(lambda found: found[0] if _TAKES.search(rest[: found.start()]) else " ", rest)


def is_of_long_thing(question: str) -> bool:
    """Whether "How long is it?" asks for miles or hours, and not how long something goes on."""
    return _LONG_THING.search(question) is not None


def sizes_in(question: str, text: str) -> str:
    """A text without the figures that say no size: "made in 1872" does not say how tall a thing is."""
    found = NUMBERED_PLACE.sub(" ", _YEARS.sub(" ", DATES.sub(" ", STAMP.sub(" ", text))))
    if is_of_long_thing(question):
        return without_other_times(question, found)
    if _LARGE.search(question):
        found = _NOT_LARGE.sub(" ", found)
    if _LARGE.search(question) or _HIGH.search(question):
        found = without_counts_of_others(question, _NO_SIZE.sub(" ", found))
    if _HIGH.search(question) is None:
        return found
    found = _COSTS_SO_MUCH.sub(" ", found) if _PAID_SUMS().isdisjoint(terms(question)) else found
    return _NOT_HIGH.sub(" ", found)


def masses_in(question: str, text: str) -> str:
    """A text without the masses of what is in or on the thing, where it is asked how heavy that is."""
    asked = frozenset(terms(question))
    if _WEIGHING().isdisjoint(terms(text)):
        # "Gasket changed, 148 pounds" is a price.
        text = _POUNDS.sub(" ", text)
    text = _POUNDS_PAID.sub(" ", text)
    if _WEIGHS.search(question) is None or _SACK.search(question) is not None:
        return text

    def kept(match: re.Match[str]) -> str:
        return " " if asked.isdisjoint(terms(match["things"])) else match[0]

    things = frozenset(terms(_WHICH_ONE.sub(" ", question)))

    def weighed(match: re.Match[str]) -> str:
        return " " if things.isdisjoint(terms(match["of"] or match["noun"])) else match[0]

    text = _UP_TO.sub(" ", text)
    text = _SO_MUCH_OF_IT.sub(weighed, text) if _WEIGHING().isdisjoint(terms(text)) else text
    text = _OF_SO_MUCH_EACH.sub(kept, text)
    return _SO_MANY_OF_SO_MUCH.sub(kept, text if _LIFTS.search(question) else _LIFTS.sub(" ", text))


def without_counts_of_others(question: str, text: str) -> str:
    """Without "three carriers": how many there are of another thing is not how large or how much a thing is."""
    asked = frozenset(terms(question))
    is_of_mass, is_of_height = _HOW_MUCH_OF.match(question) is not None, _HIGH.search(question) is not None

    def kept(match: re.Match[str]) -> str:
        noun = match[1]
        is_size = (
            is_amount_word(noun.casefold())
            or _SHARE.match(noun)
            or ((_FILLED if is_of_mass else OF_SIZE).fullmatch(noun) and not (is_of_height and _PEOPLE.fullmatch(noun)))
            or not asked.isdisjoint(terms(noun))
        )
        return match[0] if is_size else " "

    return _COUNTS_SOME.sub(kept, text)


def figures_in(question: str, text: str) -> str:
    """A text without counts of things where "how much gas" is asked, and without sums where a number is."""
    if _HOW_MUCH_OF.match(question):
        return without_counts_of_others(question, re.sub(_NAMED_BY_SIGNS, " ", text))
    if _HOW_MUCH_IS.match(question):
        return _NO_SUM.sub(" ", without_times(text))
    text = _IN_YEAR.sub(" ", text)
    return without_times(HAS_VALUE["money"].sub(" ", text)) if _NUMBER_OF_ONE.match(question) else text


def is_of_another_measure(before: str, after: str, question: str) -> bool:
    """Whether a column in some unit measures something else: "Price per kg", "meters connected" of a height."""
    named = frozenset(content_terms(f"{before} {after}"))
    is_of_another = _OF_ALL_MEASURES().isdisjoint(named) and named.isdisjoint(terms(question))
    return _PER.search(before) is not None or (bool(named) and is_of_another)


def is_height(question: str) -> bool:
    """Whether "how high" asks for the height of a thing, or for a sum or share: not any number answers it."""
    return _HEIGHT.search(question) is not None


def without_names_of(question: str, text: str) -> str:
    """The text without the words with a capital that the question has."""
    names = frozenset(word for word in re.findall(r"\w+", question) if word[0].isupper())
    return re.sub(r"\w+", lambda match: " " if match[0] in names else match[0], text)

"""Answers "What is the severance policy?" and "How do bonuses work?" with the section that is named for the topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import BETWEEN_HEADINGS, PassageView
from bookwheel.engine.text.passage_units import Unit
from bookwheel.engine.text.question_terms import content_terms, lazy_terms, nearest_term, terms
from bookwheel.lazy_regex import lazy_regex

# A topic has more than a sentence says, and less than a page.
MOST_TOPIC_CHARS = 900
# "Pet Insurance" is near enough to "insurance for pets", "A note for those who travel by train" is not to "trains".
MOST_OTHER_TERMS = 1
# A text that is about a thing says its name more than twice in a paragraph.
FEWEST_TOLD = 3
BEGINNING = "its beginning"

_X = r"(?P<topic>[^?!.;,]{2,60}?)"
_HERE = r"(?: (?:here|there|exactly|in general|at all|please))?"
_THE = r"(?:the |our |your |their |its |my |a |an |company |official )*"
_RULES_EN = r"(?:polic(?:y|ies)|rules?|regulations?|guidelines?|procedures?|process|terms|arrangements?|conditions)"
_DER = r"(?:(?:die|der|das|den|dem|ein(?:e[nrm]?)?|unsere?[nrm]?|mit) )*"
_REGELN = r"(?:regeln|regelung(?:en)?|vorschriften|bestimmungen|richtlinien?|vorgaben|bedingungen)"
_FÜR = r"(?:für|zu|zum|zur|bei|beim|über)"
_LE = r"(?:(?:les?|la|un|une|nos|notre) |l['’])?"
_RÈGLES = r"(?:règles?|règlement|politique|dispositions|consignes|conditions|procédure)"
_DE_FR = r"(?:de la |de l['’]|du |des |de |d['’]|pour |concernant |sur |en matière de )"
_EL = r"(?:el |la |los |las |un |una |nuestr[oa]s? )?"
_NORMAS = r"(?:normas?|reglas?|política|reglamento|condiciones|procedimiento|disposiciones)"
_IL = r"(?:(?:il|lo|la|i|gli|le|un|una) |l['’])?"
_REGOLE = r"(?:regole?|regolamento|politica|norme|condizioni|procedura|disposizioni)"
# "What are the safety rules for guests?": rules of one kind, for one group of people.
_RULES_OF = lazy_regex(rf"(?i)(?P<rules>[^\W\d_]+) {_RULES_EN} (?:for|of|in|at) {_THE}(?P<of>.{{3,40}})")
# "What is the severance policy?", "Welche Regeln gelten für Gäste?".
_RULES_ASKED = tuple(
    lazy_regex(rf"(?i)\W*{pattern}\W*")
    for pattern in (
        rf"what(?:['’]s| is| are) {_THE}{_X} {_RULES_EN}{_HERE}",
        (
            rf"what(?:['’]s| is| are| does| do) {_THE}{_RULES_EN}(?: (?:say|have))?"
            rf" (?:on|for|about|of|regarding|concerning|around|governing|when it comes to) {_THE}{_X}{_HERE}"
        ),
        rf"what (?:are|is) {_THE}{_X} {_RULES_EN} like",
        rf"(?:what|which) are {_THE}(?P<topic>[^\W\d_]+ {_RULES_EN} (?:for|of|in|at) {_THE}[^?!.;,]{{3,40}}?)",
        rf"(?:which|what) {_RULES_EN} (?:apply|applies|are there|exist) (?:to|for|about|on) {_THE}{_X}{_HERE}",
        rf"(?:welche|was sind(?: die)?) {_REGELN}(?: (?:gelten|gibt es|bestehen))? {_FÜR} {_DER}{_X}",
        rf"quel(?:le)?s? (?:sont|est) (?:les |la |le ){_RÈGLES} {_DE_FR}{_X}",
        rf"quel(?:le)?s {_RÈGLES} (?:s['’]appliquent|y a-t-il) (?:à la |à l['’]|aux? |à |pour ){_LE}{_X}",
        (
            rf"¿?(?:cuáles son|cuál es|qué) (?:las |la |el )?{_NORMAS}(?: hay| rigen| se aplican)?"
            rf" (?:del? |para |sobre |en ){_EL}{_X}"
        ),
        rf"quali sono (?:le |gli |i ){_REGOLE} (?:per |su(?:l(?:la|l['’])?)? |di |del(?:la|le|l['’])? |dei ){_IL}{_X}",
    )
)
# "How does it work?", "Tell me about it".
_TOLD_ASKED = tuple(
    lazy_regex(rf"(?i)\W*{pattern}\W*")
    for pattern in (
        rf"how (?:does|do) {_THE}{_X} work{_HERE}",
        rf"how (?:is|are) {_THE}{_X} (?:handled|regulated|organi[sz]ed|governed|dealt with|managed){_HERE}",
        rf"(?:please )?(?:explain|describe)(?: to me)? {_THE}{_X}(?: to me)?{_HERE}",
        rf"(?:please )?tell me (?:(?:more|something|all|everything) )?about {_THE}{_X}",
        rf"what (?:should|must|do|does) (?:i|we|one|you) (?:need to )?know about {_THE}{_X}",
        rf"wie (?:funktionier(?:t|en)|geht|läuft|laufen) {_DER}{_X}(?: ab)?",
        rf"wie (?:ist|sind|wird|werden) {_DER}{_X} (?:geregelt|gehandhabt|organisiert)",
        rf"was (?:gilt|ist)(?: alles)? (?:für|bei|beim|zum|zur) {_DER}{_X}(?: zu beachten)?",
        rf"(?:erkläre?|beschreibe?|erkläre[nt]? sie)(?: mir)?(?: bitte)? {_DER}{_X}",
        rf"(?:erzähle?|sage?)(?: mir)? (?:etwas |mehr |alles )?(?:über|von|vom|zu|zum|zur) {_DER}{_X}",
        rf"comment (?:fonctionne(?:nt)?|marche(?:nt)?|se passe(?:nt)?) {_LE}{_X}",
        rf"comment (?:est|sont) (?:réglée?s?|organisée?s?|gérée?s?) {_LE}{_X}",
        rf"explique[zr]?(?:-moi)? {_LE}{_X}",
        rf"¿?cómo (?:funcionan?|se (?:gestionan?|regulan?|organizan?)|van?) {_EL}{_X}",
        rf"(?:explíca(?:me)?|explique|háblame de) {_EL}{_X}",
        rf"come (?:funzionan?o?|si (?:svolge|gestisce|regola)) {_IL}{_X}",
        rf"(?:spiegami|parlami di) {_IL}{_X}",
    )
)
_SAYS_RULE = lazy_regex(
    rf"(?i)\b(?:{_RULES_EN}|{_REGELN}|{_RÈGLES}|{_NORMAS}|{_REGOLE}|must|may|can(?:not)?|should|shall|not|never|only"
    r"|allowed|permitted|required|forbidden|prohibited|free|needs? to|ha(?:s|ve) to|eligible|muss|müssen|darf|dürfen"
    r"|soll|sollen|kann|können|nicht|kein\w*|nur|erlaubt|verboten|doit|doivent|peut|peuvent|pas|interdit\w*|permis\w*"
    r"|faut"
    r"|deben?|pueden?|prohibid\w+|permitid\w+|sólo|devono|deve|può|possono|vietat\w+|permess\w+)\b|n['’]t\b"
)
# A heading need not say that it is one of rules: "Sabbatical" is over the rules for sabbaticals.
_OF_RULES = lazy_terms(
    "policy policies rule rules regulation regulations guideline guidelines procedure process terms arrangement"
    " condition conditions note notes information info overview general about how work works program programme scheme"
    " system package plan benefit regel regeln regelung regelungen vorschrift bestimmung bestimmungen richtlinie"
    " hinweis hinweise allgemeines règle règles règlement politique norma normas regla reglas"
    " política regole regolamento"
)
_UNDERLINE = lazy_regex(r"(?m)^\s*([^\w\s])\1{2,}\s*$")


def asked_topic(question: str) -> str:
    """What a question wants to have told as a whole: "severance"; empty for other questions."""
    for pattern in (*_RULES_ASKED, *_TOLD_ASKED):
        if (match := pattern.fullmatch(question)) is not None:
            return match["topic"]
    return ""


def lacks_rules(question: str, quotes: Sequence[Quote]) -> bool:
    """Whether rules are asked for and the quotations only mention the thing: nothing may, must or need be done."""
    if not any(pattern.fullmatch(question) for pattern in _RULES_ASKED):
        return False
    return not any(_SAYS_RULE.search(text) for quote in quotes for text in quote.texts)


def titled_quotes(phrase: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The text below the only heading that has just the words of a phrase without a verb: "shop hours"."""
    wanted = frozenset(content_terms(phrase))
    headings = {
        heading.casefold(): _text_below(passage, heading, first)
        # Of two documents with that heading, the one that fits better stays.
        for passage in reversed(passages)
        for heading, first in _sections(passage)
        if len(wanted) > 1 and frozenset(content_terms(heading)) == wanted
    }
    return [quote for quote in headings.values() if quote is not None] if len(headings) == 1 else []


def topic_quotes(topic: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The text below the heading or title that has all words of `topic`, else the paragraph that says most of them.

    Of "safety rules for guests" the words behind "for" may stand in the title. Empty where neither is there, or several
    headings are as near.
    """
    whole, of = frozenset(content_terms(topic)) - _OF_RULES(), _RULES_OF.fullmatch(topic)
    if of is not None:
        wanted, around = frozenset(content_terms(of["rules"])), frozenset(content_terms(of["of"]))
        passages = [one for one in passages if around <= frozenset(terms(f"{one.title} {one.file_name} {one.heading}"))]
        return _named(wanted, passages) if wanted else []
    return _named(whole, passages) or _most_told(whole, passages) if whole else []


def _named(wanted: frozenset[str], passages: Sequence[PassageView]) -> list[Quote]:
    found: dict[tuple[int, str], Quote] = {}
    for passage in passages:
        for heading, first in _sections(passage):
            there = frozenset(nearest_term(term, list(wanted)) for term in content_terms(heading)) - _OF_RULES()
            quote = _text_below(passage, heading, first) if wanted <= there else None
            if quote is not None and len(there - wanted) <= MOST_OTHER_TERMS:
                found.setdefault((len(there - wanted), heading.casefold()), quote)
    nearest = min((others for others, _ in found), default=0)
    alike = [quote for (others, _), quote in found.items() if others == nearest]
    return alike if len(alike) == 1 or not nearest else []


def _most_told(wanted: frozenset[str], passages: Sequence[PassageView]) -> list[Quote]:
    """The paragraph with all the terms that has them most often: it is about them, one mention is not."""
    best, most = [], FEWEST_TOLD - 1
    for passage in passages:
        for run in (passage.run_of(at) for at, unit in enumerate(passage.units) if unit.kind == "sentence"):
            said = [term for at in run for term in passage.raw_terms[at] if term in wanted]
            units = tuple(passage.units[run[0] : run[-1] + 1])
            if wanted <= frozenset(said) and len(said) > most and _length(units) <= MOST_TOPIC_CHARS:
                best, most = [Quote(passage.node, units, passage.score)], len(said)
    return best


def _sections(passage: PassageView) -> Iterator[tuple[str, int]]:
    """Each heading of a passage and where its text begins; also the one that the passage begins under."""
    if passage.units and passage.units[0].kind != "heading":
        yield passage.heading.rpartition(BETWEEN_HEADINGS)[2] or passage.title, 0
    for at, unit in enumerate(passage.units):
        if unit.kind == "heading":
            yield _UNDERLINE.sub("", passage.texts[at]).strip(" #*=:\n"), at + 1


def _text_below(passage: PassageView, heading: str, first: int) -> Quote | None:
    """The units up to the next heading, in whole paragraphs and lists as far as they fit; None without any."""
    kept: list[Unit] = []
    at, label = first, heading
    while at < len(passage.units) and passage.units[at].kind != "heading":
        block = passage.units[at : passage.run_of(at)[-1] + 1]
        if kept and _length((kept[0], *block)) > MOST_TOPIC_CHARS:
            label = f"{heading} ({BEGINNING})"
            break
        kept += [unit for own, unit in enumerate(block, at) if passage.is_quotable(own, of_mail=False)]
        at += len(block)
    return Quote(passage.node, tuple(kept), passage.score, label) if kept else None


def _length(units: Sequence[Unit]) -> int:
    return units[-1].end - units[0].start

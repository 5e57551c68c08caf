"""Whether a unit gives a reason for what "why" asks about, and not only what was done, when, or what came of it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit, cells_of
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.engine.text.value_patterns import HAS_VALUE, MONTHS_BY_NAME, WORD_NUMBERS
from bookwheel.lazy_regex import lazy_regex

# Longer sentences give reasons in more ways than these patterns know.
LONG_SENTENCE = 22
# The column or key that says why: "status: failed", "detail: seal worn".
_SAYS_WHY = lazy_regex(
    r"(?i)\b(?:details?|reasons?|causes?|errors?|messages?|msg|notes?|comments?|remarks?|descriptions?|explanations?"
    r"|grund|gründe"
    r"|ursache|fehler\w*|meldung|bemerkung\w*|hinweis\w*|anmerkung\w*|beschreibung|raison|motif|remarques?|commentaire"
    r"|motivo|causa|observaci[oó]n\w*|nota|descripción|osservazion[ei]|descrizione|motivação|observaç\w+|reden|oorzaak"
    r"|opmerking\w*|причина|примечание|описание|сообщение)\b"
)
_TIME = (
    rf"(?:\d|(?!une? |an? |eine? |un[ao] )(?:{WORD_NUMBERS})\b|(?:{MONTHS_BY_NAME})\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
    r"|(?:then|last|yesterday|today|noon|midnight|easter|christmas|lunch|dinner|breakfast)\b"
    r"|(?:(?:the|this|that|early|late|all|some|new) )*(?:spring|summer|autumn|winter|morning|evening|beginning|start"
    r"|end"
    r"|day|week|month|year|season|night|weekend|time|first|next|moment)\b)"
)
# "For 900 pounds", "as a toolmaker", "has to sign", "um 10 Uhr", "por las noches": no reasons.
_NO_REASON = lazy_regex(
    rf"(?i)\b(?:since|after|when|while|for|as|until|depuis|pour|seit|nach|desde|para) {_TIME}"
    r"|\bfor (?:us|you|them|him|her|me|everyone|everybody|sale|rent|hire|example|free|instance)\b"
    r"|\b(?:left|leaves?|leaving|sail\w*|depart\w*|head(?:s|ed|ing)?|makes?|made|bound|train|flight|ferry|bus)"
    r"(?: [^\W\d_]+){0,2} for (?-i:[A-Z])\w+"
    r"|\bas (?:an?|the|soon|well|many|much|long|far|of|usual|before|always|chair\w*)\b"
    r"|\b(?:such|known|serves?|works?) as\b"
    # "Resigns as treasurer at the end of the year", "left as vice president of finance": an office.
    r"|\b(?:resign\w*|retire\w*|step(?:s|ped|ping)? down|le(?:ft|aves?)|quits?|elected|appointed|acts?|acted|hired"
    r"|chosen|named|continues?|stays?|stood)(?: [^\W\d_]+){0,3} as"
    r" (?!(?:i|it|he|she|they|we|you|there|this|that|these|those|his|her|its|their|our|my|no|all)\b)(?-i:[a-z]+)"
    r"|\bas [a-z]+(?= (?:at|in|of|on|from|since|until|for|after|by)\b|\W*$|[.,;])"
    r"|\bso (?:far|on|many|much|long)\b|\b(?:or|and) so\b|\bdue (?:on|in|by|at|for|back|\d)"
    r"|\b(?:ha[sd]|have|wants?|wanted|needs?|needed|ought|going|likes?|used|able|asked|asks?|decide[sd]?|hope[sd]?"
    r"|try|tries|tried|begins?|began|starts?|continues?|refuse[sd]?|agreed?|agrees|plans?|planned|promised?"
    r"|recommend(?:s|ed)?|forgot|allowed|expected|is|are|was|were|be|seems?|seemed|willing|ready|open) to (?-i:[a-z]+)"
    r"|\b(?:sustitu\w+|cambi\w+|reemplaz\w+)\b[^.;]{0,20} por\b"
    rf"|\bum (?:\d|(?:{WORD_NUMBERS})\b|den|die|das)|\bzu (?:\d|dem|den|der|hause|beginn|ende|\w+(?:en|ern|eln)\b)"
    r"|(?<![,;] )\b(?-i:da|wants?)\b|\b(?:the|an?|le|un|our|my|your|by|du|au|ce|en) (?:\w+ )?car\b"
    r"|\bpor (?:las? (?:noche|mañana|tarde)s?|teléfono|correo|escrito|favor|ejemplo|persona|semana|día|hora|mes|año|\d)"
    r"|\bper (?:day|week|month|year|hour|person|head|cent|litre|hundred)\b"
    # How the votes were cast.
    r"|\b\d+ (?:votes? |in favour )?(?:for|against|to \d+)\b|\b(?:for|pour|por|per|für)(?=\W*[,;:)]|\W*\Z)"
)
# These say a reason also in a sentence of their own.
_SURE_REASON = lazy_regex(
    r"(?i)\b(?:because|therefore|reasons?|caus(?:e|es|ed)|owing|due to|so that|otherwise|weil|denn|wegen|deshalb|daher"
    r"|darum|sonst|grund|ursache|parce qu|puisqu|car|donc|à cause|c['’]est pourquoi|porque|por eso|debido|ya que"
    r"|motivo|(?:which|that|this) is why|weswegen|c['’]est pour(?:quoi| cela)|por lo que"
    r"|perché|quindi|poiché|omdat|daarom|want (?:het|de|een|hij|zij|ze|er|dat|dit|ik|we)\b)"
    r"|原因|因为|ため|ので|恐れ|おそれ"
)
_PURPOSE = lazy_regex(r"\bto (?![a-z]+s? \d)(?!(?:the|an?|his|her|its|their|our|my|us|them|him|me|you|it)\b)[a-z]{2,}")
_INFINITIVE_OF_PURPOSE = lazy_regex(r"(?i)\bum\b[^.;!?]*\bzu \w+n\b|\bum\b[^.;!?]*\w+zu\w+n\b")
_LOG = lazy_regex(r"\W*\d{4}-\d\d-\d\d\b")
_SIDE = lazy_regex(r"\s*(?:[(–—]| - |:\s)\s*")
# "A flat loaf has proved too long."
_TOO = lazy_regex(
    r"(?i)\b(?:is|are|was|were|has|have|had|got|ist|sind|war|hat|wurde|est|sont|était|a|ont|es|son|está|era|ha|han|è)"
    r" (?:[^\W\d_]+ ){0,2}(?:too|zu|trop|demasiado|troppo) (?!\w+ to\b)[^\W\d_]{3,}"
)
# Who is there gives no reason.
_ATTENDANCE = lazy_regex(
    r"(?i)\W*(?:present|absent|apologies|sorry|excused|in the room|attending|attendance|anwesend|abwesend|entschuldigt"
    r"|présente?s?|excusée?s?"
    r"|asistentes|presentes?|presenti|assenti|aanwezig|afwezig)\b[^:.\n]{0,20}:(?![^.\n]*\b(?:because|since|as|who"
    r"|weil|da|car|porque)\b)"
)
FEWEST_NEW, SHORTEST_NOTE = 2, 3
# What follows from it, what to do meanwhile, where another thing is: no reasons.
_GOES_ON_OTHERWISE = lazy_regex(
    r"(?i)\W*(?:until then|(?:in the )?mean(?:time|while)|instead|please|as a result|from (?:now on|next|then on)"
    r"|next (?-i:[a-z])"
    r"|bis dahin|inzwischen|stattdessen|bitte|ab (?:jetzt|sofort)|en attendant|d['’]ici là|à la place|mientras tanto"
    r"|hasta entonces|en su lugar|nel frattempo|fino ad allora|invece|per favore|s['’]il vous plaît|por favor)\b"
    r"|\W*(?:the|an?|our|his|her|their|der|die|das|le|la|les|une?|el|los|las|il|lo|gli|i|l['’])\s?(?:[^\W\d_]+ ){1,2}?"
    r"(?:is|are|stands?|hangs?|lies?|ist|sind|steht|liegt|hängt|est|se trouve|está|è|sono|si trova)"
    r" (?:behind|beside|next to|near|opposite|hinter|neben|bei|gegenüber|derrière|devant|à côté|près|detrás|delante"
    r"|junto|cerca|dietro|davanti|accanto|vicino|presso)\b"
)
_IT_IS = lazy_regex(
    r"(?i)\W*(?:it|they|he|she|this|these|er|sie|es|ils?|elles?|ce|él|ellos|está[n]?|esso|essi) ?"
    r"(?:is|are|was|were|stands?|lies?|hangs?|ist|sind|war|waren|steht|stehen|liegt|liegen|est|sont|es|son|è|sono)\b"
    r"(?! too\b| zu\b| trop\b)"
)
_VOTES = lazy_regex(r"(?i)\d+ (?:votes? )?(?:for|against|in favour)\b|\b\d+ to \d+\b")
_BEGINS_REASON = lazy_regex(r"(?i)\b(?:for|to|as|after|when|so|für|zu|um|nach|pour|à|por|para|per|da) ([^\W\d_]+)")
# What a reason begins with, and a consequence, before which the reason stands.
_REASON = lazy_regex(
    r"(?i)\b(?:because|since|so that|owing|due to|in order|as(?! (?:soon|well|many|much|long|far|of)\b)|weil|denn|damit"
    r"|wegen|aufgrund|parce qu['e]|car|puisqu['e]|en raison|à cause|afin|porque|ya que|debido|para que|perché|poiché"
    r"|a causa|siccome|dato che|pois|por causa|omdat|want|doordat|vanwege|потому|поскольку|чтобы|из-за)"
)
_CONSEQUENCE = lazy_regex(
    r"(?i), so\b|\b(?:(?:which|that|this) is why|weswegen|por lo que|therefore|thus|hence|otherwise|deshalb|daher"
    r"|darum|sonst|donc|c'est pourquoi|sinon|por eso|così"
    r"|quindi|por isso|daarom|dus|поэтому)\b"
)
_CLAUSE_END = lazy_regex(r"[.;,:!?](?=\s|$)|$")

# "A lorry had hit its pillar.": within the first words, so that the sentence tells nothing else first; "had to" and
# "had 40 beds" tell no deed.
_HAD_HAPPENED = lazy_regex(
    r"(?i)\A\W*(?:[\w'’-]+ ){1,6}?(?:"
    r"(?:had|['’]d) (?!to\b|been (?:able|allowed)\b)(?:[\w-]+ly |just |not |already |been ){0,2}"
    r"(?:[a-z]+(?:ed|wn|en)\b|hit|cut|burst|split|broken?|lost|left|come|gone|run|got|put|set|let|bent|struck|stuck|torn"
    r"|blown|caught|built|sunk|found|made|begun)"
    r"|(?:hatten?|waren?) [^.;]{0,80}?(?:\bge\w+(?:t|en)|\w+ge\w+(?:t|en)|\b(?:be|ver|zer|ent|er)\w+(?:t|en)|iert)"
    r"(?: worden)?\W*\Z"
    r"|(?:avai(?:en)?t|étai(?:en)?t) (?:[\w-]+ ){0,2}?[\w-]+(?:é|i|u|is|it|ert)e?s?\b"
    r"|había[ns]? (?:[\w-]+ ){0,1}?[\w-]+(?:ado|ido|to|cho)\b"
    r"|(?:aveva(?:no)?|era(?:no)?) (?:[\w-]+ ){0,1}?[\w-]+(?:ato|uto|ito|tto|so|sto|ata|uta|ita|tta)\b)"
)
_SAYS_TIME = lazy_regex(r"(?i)\A\W*(?:before|until|by then|zuvor|davor|bis dahin|auparavant|avant|antes|prima)\b")


def tells_what_had_happened(sentence: str) -> bool:
    """Whether a sentence tells what had happened before that of which the one above it tells."""
    return _HAD_HAPPENED.search(sentence) is not None and _SAYS_TIME.match(sentence) is None


def lacks_reason(asked: AskedQuestion, best: BestUnit, matter: frozenset[str], *, is_given: bool) -> bool:
    """Whether the unit gives no reason; `is_given` if it has a word that may begin one."""
    if _ATTENDANCE.match(best.own_text):
        return True
    if best.is_row:
        # The "To:" of a mail is not a reason.
        return not _says_why(asked, best.own_text)
    if _LOG.match(best.own_text) is not None and not is_given:
        return not _has_part(best.own_text, matter)
    if len(matter) == 1 and not (best.is_near or best.is_asked_above):
        # Of "Why is the heating off?" the title "Heating of the flat" has the only word.
        return True
    if best.leans and _leads_elsewhere(best.own_text, matter):
        return True
    is_note = best.is_item and len(best.own_text.split()) <= SHORTEST_NOTE and not _SAYS_WHY.search(best.text)
    if is_note and not (is_given or best.is_asked_above):
        # "4. Megaphone. Refused."
        return True
    if best.is_item and not (best.is_prose or best.is_asked_above) and _is_all_of_it(asked.text, best, matter):
        # "- 60 g seeds, crushed" does not say why.
        return not _SAYS_WHY.search(best.text)
    names = asked.named.terms
    if _is_itself_the_reason(best.answer, matter, names):
        return True
    return not _gives_cause(best, matter) and _only_says_it(asked.text, best, matter)


def _leads_elsewhere(text: str, matter: frozenset[str]) -> bool:
    """Whether a sentence without a reason tells what to do meanwhile, or says again what is asked: "It is shut"."""
    if HAS_VALUE["reason"].search(_NO_REASON.sub(" ", text)) is not None or _SURE_REASON.search(text) is not None:
        return False
    says_it_again = _IT_IS.match(text) is not None and not matter.isdisjoint(terms(text))
    return says_it_again or _GOES_ON_OTHERWISE.match(text) is not None


def _is_all_of_it(question: str, best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether a line has the words of the question, and no reason, no part behind a colon or a bracket."""
    rest = _VOTES.sub(" ", _without_own(question, _NO_REASON.sub(" ", best.own_text)))
    is_given = HAS_VALUE["reason"].search(rest) is not None or _PURPOSE.search(rest) is not None
    return not is_given and matter <= frozenset(terms(best.own_text)) and not _has_side(best.own_text, matter)


def _without_own(question: str, text: str) -> str:
    """A text without the words that begin a reason where the question has them: "the motion for uniforms"."""
    known = frozenset(match[0].casefold() for match in _BEGINS_REASON.finditer(question))
    return _BEGINS_REASON.sub(lambda match: " " if match[0].casefold() in known else match[0], text)


def _only_says_it(question: str, best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether a short sentence says what is asked about, and neither it nor the others give a reason."""
    sentences = plain_sentences(best.own_text)
    # The label of "3. Swing. The swing was taken down, since …" says as much in fewer words.
    said = max(sentences, key=lambda sentence: (len(matter.intersection(terms(sentence))), len(sentence)))
    there = frozenset(terms(said))
    # One with all words of the question shows better what it lacks.
    longest = LONG_SENTENCE + (10 if matter <= there and len(matter) > 1 else 0)
    is_other = not best.is_prose or best.is_asked_above or len(said.split()) > longest
    if is_other or (2 * len(matter & there) < len(matter) and _is_said_above(best, matter)):
        return False
    beside = best.answer.replace(said, " ")
    if best.is_sentence and any(map(tells_what_had_happened, plain_sentences(beside))):
        return False
    if _SURE_REASON.search(beside) or _INFINITIVE_OF_PURPOSE.search(said):
        return False
    rest = _without_own(question, _NO_REASON.sub(" ", said))
    rest = _VOTES.sub(" ", rest)
    if HAS_VALUE["reason"].search(rest) is not None or _PURPOSE.search(rest) is not None:
        return False
    # Imported late: few sentences come so far.
    from bookwheel.engine.text.values.values_in_words import gives_reason_in_words

    if gives_reason_in_words(said):
        return False
    return not (matter <= there and _has_side(said, matter))


def _gives_cause(best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether a sentence gives a cause without a word that begins one: "was too cold"."""
    return bool(matter) and matter <= best.covered and _TOO.search(best.own_text) is not None


def _is_said_above(best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether the headings above have what is asked about: "Why is the bath closed?" over "A pump failed."."""
    return best.leans or matter <= frozenset(terms(best.text))


def _has_side(text: str, matter: frozenset[str]) -> bool:
    """Whether a part behind a colon or a bracket is new: "The bath is closed: the pump failed"."""
    sides = _SIDE.split(_VOTES.sub(" ", text))
    first = next((at for at, side in enumerate(sides) if not matter.isdisjoint(terms(side))), len(sides))
    # "The order goes to the joiner: 40 chairs of oak" gives no reason for the oak.
    behind = [_new_in(side, matter) for side in sides[first:] if matter.isdisjoint(terms(side))]
    return any(len(side) >= FEWEST_NEW for side in behind)


def _has_part(line: str, matter: AbstractSet[str]) -> bool:
    """Whether a line of a log goes on with something that may be the reason: "cycle 7 aborted, door seal torn"."""
    parts = [part for part in line.split(", ")[1:] if matter.isdisjoint(terms(part)) and not part[:1].isdigit()]
    return any(len(_new_in(part, matter)) >= FEWEST_NEW for part in parts)


def _new_in(text: str, matter: AbstractSet[str]) -> list[str]:
    """The words of a text that the question lacks, without figures and names of months and days."""
    found = content_terms(MONTH_OR_WEEKDAY.sub(" ", text))
    return [term for term in found if term.isalpha() and term not in matter]


def _says_why(asked: AskedQuestion, text: str) -> bool:
    """Whether a row or a line of a record has a column for the reason, and words in it that the question lacks."""
    known = frozenset(asked.terms)
    return any(_new_in(cell, known) for name, cell in cells_of(text) if _SAYS_WHY.search(name))


def _is_itself_the_reason(text: str, matter: frozenset[str], names: AbstractSet[str]) -> bool:
    """Whether what is asked about is the reason of something else: "The post is vacant, since Ada Rook moved away"."""
    found = list(_REASON.finditer(text))
    if not found or not matter or _CONSEQUENCE.search(text):
        return False
    # "Ada has resigned, as she has moved": whom it is about may stand before.
    core = matter - names or matter
    there = core.intersection(terms(text))
    if len(there) < min(FEWEST_NEW, len(core)):
        return False
    ends = (_CLAUSE_END.search(text, match.end()) for match in found)
    clauses = [text[match.end() : end.start() if end else len(text)] for match, end in zip(found, ends, strict=True)]
    is_before = not core.isdisjoint(terms(text[: found[0].start()]))
    return not is_before and all(there <= frozenset(terms(clause)) for clause in clauses)

"""The words of a question that only say how it is asked, and that no answer need repeat."""

from __future__ import annotations

from bookwheel.engine.llms.extractive.asked.asked_codes import unsaid_of_codes
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

STEPS = lazy_regex(
    # The steps of stairs are counted.
    r"(?i)\b(?:how many steps(?![^?]*\b(?:have|has|had|there (?:in|on|up)|lead|leads|led|up to)\b)"
    r"|wie ?viele schritte|combien d['’]étapes|cuántos pasos|quanti passi)\b"
    r"|^\W*(?:the )?steps (?:to|for|when|in case of|after|before)\b"
    r"|^\W*(?:die )?schritte (?:zu[mr]?|für|bei|nach|vor)\b"
    r"|^\W*(?:les )?étapes (?:pour|après|avant|en cas)\b|^\W*(?:los )?pasos (?:para|en caso|después|antes)\b"
)
_OF_STEPS = "step take need schritt étape paso passo"
# "How do I prepare an animal for an operation?" over "Before an operation".
# "Where can I collect lost things?" asks where they are.
_FETCHING = "find get collect fetch pick leave finden liegen stehen hängen befinden trouver trouvent encontrar trovare"
# "Where was the theatre located?" asks where it was.
_LOCATED = lazy_regex(
    r"(?i)^\W*(?:where|wo|où|dónde|dove|onde|waar)\b.*?\b(located|situated|based|gelegen|liegt|steht|befindet|situé"
    r"|située"
    r"|ubicad[oa]|situad[oa]|situat[oa]|localizado|gevestigd|headquartered|headquarters|seat|sede|sitz|siège|zetel)\b"
)
# "Whom do I call about the lift?" asks who sees to it.
_CALLING = lazy_regex(
    r"(?i)^\W*whom? (?:do|should|must|can) (?:i|we|you|one) (call|ask|contact|ring|phone|write|turn|tell|talk|speak"
    r"|report"
    r"|complain|go|inform|notify)\b"
    r"|^\W*an wen\b.*?\b(wenden?|richten?|schreiben?)\b|^\W*à qui\b.*?\b(adresser|demander|écrire|téléphoner)\b"
    r"|^\W*a quién\b.*?\b(dirijo|dirigir|pregunt[oa]r?|llam[oa]r?)\b"
)
_DOING = "prepare handle perform manage treat vorbereiten préparer preparar preparare voorbereiden behandeln"
# What is wrong with a thing is its fault, which a text names otherwise; whom one calls about it is who sees to it.
_IS_WRONG = lazy_regex(
    r"(?i)^\W*(?:what (?:is|was|were|are|'s) (?:wrong|the (?:matter|problem|trouble|fault)) with\b"
    r"|what went wrong with\b"
    r"|what (?:goes|can go|could go|may go|might go) wrong (?:if|when|with)\b"
    r"|was (?:war|ist) (?:mit .* los|an .* (?:kaputt|defekt))|was fehlt(?:en?|e)?\b"
    r"|qu['’]est-ce qui (?:n['’]allait pas|cloch\w+)"
    r"|qu['’]avait\b|qué (?:le|les) pasa(?:ba)?\b|cosa (?:aveva|c['’]era che non andava)\b)"
)
_WRONG = "go wrong matter problem trouble fehlt"
# "How long does the lease run?" asks for its term, and no text need say "run".
_LASTING = lazy_regex(r"(?i)^\W*how long (?:does|do|did|will) .{3,60} (run|last|take|apply|go on|hold)\W*$")
# "How long can I keep it?": how a text says that is known by its verb.
HOW_LONG_KEPT = lazy_regex(
    r"(?i)\bhow long (?:can|may|should|will|does|do|could)\b.*\b(keep|stored?|last)\W*"
    r"(?:$|(?:the|a|an|my|it|them|in|at)\b)"
    r"|\bwie lange (?:kann|darf|soll|können|lassen|hält|halten)\b.*\b(aufbewahren|lagern|halten|haltbar|aufheben"
    r"|sich)\b"
    r"|\bcombien de temps\b.*\b(garder|conserv\w+)\b|\bcuánto (?:tiempo )?\b.*\b(guardar|conserva\w*|aguanta)\b"
)
# "How many people came to hear the concert?" asks how many came.
_COMING = lazy_regex(
    r"(?i)\b(?:c[ao]me|went|go|gone|turned up) to (hear|see|watch|listen|visit|attend|join|look)\b"
    r"|\b(?:venue?s?|vin(?:rent|t)) (écouter|voir|entendre|assister)\b|\bvinieron a (ver|oír|escuchar)\b"
    r"|\bkamen?\b.*\bzu (hören|sehen)\b"
)
# "When is the fair held?" asks when it is.
_HELD = lazy_regex(
    r"(?i)^\W*(?:(?:on |in |at )?(?:when|where|what|which)\b).*\b(?:is|are|was|were|be|being)\b"
    r".*\b(held|celebrated|staged|hosted|played|performed|screened|contested)\b"
)
# "How long is the walk to the lake?" is told by a column "Time" as well.
_WAY = lazy_regex(
    r"(?i)\bhow (?:long|far) is (?:the|it|a) (walk|way|hike|path|trip|tour|ride|drive|crossing|journey|flight|route"
    r"|climb|ascent)\b"
    r"|\bwie (?:lang|weit) ist (?:der|die|es|eine?) (weg|wanderung|fahrt|tour|flug|aufstieg)\b"
)
# "Where did the van end up?" asks where it went.
_ENDING_UP = lazy_regex(
    r"(?i)\bwhere (?:did|does|do|has|have|will) .*\b(end|wind|turn|land) up\W*$|\bwo .*\b(gelandet|geblieben)\W*$"
)
# "Which tools are required for it?" is answered below "Tools".
_REQUIRED = lazy_regex(
    r"(?i)^\W*(?:what|which|welche[rsn]?|was|quel(?:le)?s?|qué|quali) .*\b(needed|required|necessary|gebraucht"
    r"|benötigt"
    r"|nötig|erforderlich|nécessaires?|requis(?:es)?|necesari[oa]s?|necessari[oae]?)\b"
)
# "How do I find out whether there is a leak?" over "When you suspect a leak".
_FINDING_OUT = lazy_regex(
    r"(?i)\b(find out|check|tell|know|see|notice|test|make sure|herausfinden|feststellen|merke|prüfe|erkenne|savoir"
    r"|vérifier|saber|comprobar|capire|verificare) (?:if|whether|ob|si|se)\b"
)
# "A leak in my house": the document does not say "house", for it is written for the people who live there.
_AT_MINE = lazy_regex(
    r"(?i)\b(?:(?:in|at|inside) (?:my|our) (house|flat|home|apartment|room|place|building)|at (home)"
    r"|in (?:mein|unser)\w* (haus|wohnung|zimmer)|(zu hause)|dans (?:mon|ma|notre) (maison|appartement)"
    r"|en mi (casa|piso))\b"
)
# "What help is there for residents?": for whom a paper is, it need not say.
_AUDIENCE = lazy_regex(
    r"(?i)^\W*(?:what|which) (?!.*\b(?:cost|price|fee)).*\b(?:for|to) (?:the |our |all )?(residents|tenants"
    r"|neighbours"
    r"|visitors|guests|members|customers|passengers|participants|pupils|parents|users|employees|colleagues)\b"
)
# "What should I bring to a sailing course?": the paper is of courses.
_BRINGING = lazy_regex(
    r"(?i)\b(?:bring|take|pack|wear|need)\b.* (?:to|for|on) (?:an?|the|my|our) (?:[^\W\d_]+ ){0,2}?(course|class"
    r"|lesson"
    r"|trip|tour|visit|stay|outing|hike|event|workshop|meeting|session)\W*$"
)
# "À partir de quelle température": from which one on.
_FROM_ON = lazy_regex(r"(?i)\b[àa] (partir) (?:de|du|des|d['’])")
# "Was regelt § 3?"
_OF_SECTION = lazy_regex(
    r"(?i)\b(regelt|besagt|bestimmt|steht|says?|covers?|governs?|provides?|prévoit|dit|dispone|establece|dice)\b"
    r"(?: (?:in|der|die|the|le|la|el|l['’]))? ?(?:§|section|article|artikel|paragraph|clause|rule|artículo)"
    r"|§ ?\d+[a-z]? (?:about|say|cover|govern|provide)\b"
)
# "For which reasons is a sample refused?" asks when that is so: a text need not call them reasons.
_IN_CASES = lazy_regex(
    r"(?i)^\W*(?:(?:for|on|under|in) (?:which|what)|(?:aus|unter|in|bei) welche[nm]|(?:pour|dans|à|en) quel(?:le)?s"
    r"|(?:por|en|bajo|con) (?:qué|cuáles)|(?:per|in|a) quali) (reason|ground|condition|case|circumstance|gr[üu]nd"
    r"|bedingung|voraussetzung|fäll|umst[äa]nd|raison|condition|cas|circonstance|motivo|razon|condicion|caso"
    r"|circunstancia|motiv|condizion|cas|circostanz)\w{0,4}\b"
)
# "A question concerning the orchard" is one about it.
_ABOUT = lazy_regex(
    r"(?i)\b(concerning|regarding|relating|pertaining|betreffend|bezüglich|concernant|respecto|riguardo)\b"
)
# "To my own mail address" is to my mail.
_MAIL_ADDRESS = lazy_regex(
    r"(?i)\be?-?mail[- ]?(address|adresse)\b|\b(adresse|dirección|indirizzo|endereço) (?:de |di )?(?:e-?mail|correo"
    r"|courriel|posta)\b"
)
# "Why is smoking not allowed?" over "Nobody smokes here, because …".
_WHY_NOT = lazy_regex(
    r"(?i)^\W*(?:why|for what reason|warum|weshalb|wieso|pourquoi|por qué|perché|por que|waarom)\b.*\b(allowed"
    r"|permitted"
    r"|forbidden|prohibited|banned|erlaubt|verboten|gestattet|untersagt|permise?s?|autorisée?s?|interdite?s?"
    r"|permitid[oa]s?"
    r"|prohibid[oa]s?|permess[oaie]|vietat[oaie]|proibid[oa]s?|toegestaan|verboden)\b"
)
# "How much leave do employees get?" in the rules for employees.
_OF_STAFF = lazy_regex(
    r"(?i)\b(?:do|does|did|can|may|must|should) (?:the |our |all |an? |new )?(employees?|staff|workers?|colleagues)"
    r" (?:get|have|receive|need|earn|take|expect)\b"
)
# "What does the mill ask of its visitors?" over "What we ask of you".
_OF_ITS = lazy_regex(
    r"(?i)^\W*what (?:does|do) .{2,40} (?:of|for|from|to) (?:its|their|the|our) (visitors|guests|members|customers"
    r"|users|staff"
    r"|employees|tenants|residents|parents|students|pupils|passengers|readers|drivers|riders|participants)\W*$"
)
# "The wood beneath the floor" is under it, and "really" asks nothing.
_PLACED = lazy_regex(
    r"(?i)\b(beneath|underneath|inside|onto|alongside|amid|throughout) (?=(?:the|an?|my|our|your|its|their|this)\b)"
    r"|\b(really|actually|simply|quite)\b"
)
# "In case of fire" is if it burns, and one's own car is your own.
_IN_CASE_OF = lazy_regex(r"(?i)\b(?:in|en) (case|cas|caso) (?=of|d[ei]\b|d['’])|\b(one)['’]s\b")
_HOW_SOON = lazy_regex(r"(?i)\bhow (soon|promptly|speedily)\b")
_FRAMES = (
    _PLACED,
    _HOW_SOON,
    _IN_CASE_OF,
    _CALLING,
    HOW_LONG_KEPT,
    _COMING,
    _HELD,
    _LOCATED,
    _ENDING_UP,
    _WAY,
    _OF_SECTION,
    _ABOUT,
    _IN_CASES,
    _WHY_NOT,
    _OF_STAFF,
    _REQUIRED,
    _AUDIENCE,
    _BRINGING,
    _FROM_ON,
    _OF_ITS,
)
# "A parcel weighs 30 kg, is that ok?": what only asks whether one may.
_IS_IT_FINE = lazy_regex(
    r"(?i)[,.;:–—-] *(?:is|would|was|will) (?:that|this|it)(?: be)? (?:still |even |really )?"
    r"(ok|okay|fine|all right|alright|allowed|permitted|possible|enough|too \w+|a problem|legal|in order"
    r"|acceptable)\b"
    r"|[,.;:–—-] *(?:ist (?:das|dies|es)(?: noch| auch)? (ok|okay|in ordnung|erlaubt|möglich|zu \w+|genug"
    r"|ein problem|zulässig)"
    r"|(?:geht|reicht|passt) (?:das|es))\b"
    r"|[,.;:–—-] *(?:est-ce(?: que c['’]est)?|c['’]est|ça|est-ce que ça) (bon|permis|possible|trop|assez|autorisé"
    r"|un problème|va|passe)\b"
    r"|[,.;:–—-] *¿?(?:está|es|eso es|vale|se) (bien|posible|permitido|demasiado|suficiente|un problema|puede)\b"
    r"|[,.;:–—-] *(?:va|è|si) (bene|possibile|permesso|troppo|abbastanza|un problema|può)\b"
)
# "I stay with a friend in Cardiff next week instead of a hotel": what another case of the kind would have too.
_OF_CASE = lazy_regex(
    r"\b(?:in|at|to|from|near|nach|aus|à|en|a) [A-ZÄÖÜÉ][^\W\d_]+\b|(?i:\b(?:instead of|rather than|statt|anstatt"
    r"|au lieu d[eu']|en vez de"
    r"|invece di) (?:an? |the |eine[snmr]? |der |des |un |une |una )?[^\W\d_]+|\b(?:next|this|last|nächste[nrsm]?"
    r"|diese[nrsm]?|letzte[nrsm]?)"
    r" (?:week|month|year|weekend|time|summer|winter|woche|monat|jahr|wochenende|mal)\b|\b(?:la semaine"
    r"|le mois) prochaine?"
    r"|\bla semana que viene|\bel próximo mes|\b(?:old|good|new|dear|little|big|alte[nrsm]?|gute[nrsm]?|vieil|bon"
    r"|viejo|buen)\b)"
)


def asks_whom_to_turn_to(question: str) -> bool:
    """Whether it is asked who sees to something: "Whom do I call about the lift?"."""
    return _CALLING.match(question) is not None


def asks_whether_fine(question: str) -> bool:
    """Whether something is told first, and then asked whether it may be so: "…, is that ok?"."""
    return _IS_IT_FINE.search(question) is not None


def told_terms(question: str) -> frozenset[str]:
    """The terms that ask whether a told case is fine, and of the place and time that belong to the case."""
    fine = (next(filter(None, match.groups()), "") for match in _IS_IT_FINE.finditer(question))
    case = (match[0] for match in _OF_CASE.finditer(question.rpartition(",")[0]))
    return frozenset(term for words in (*fine, *case) for term in terms(words))


def framing_terms(question: str, *, is_how_to: bool, is_of_place: bool) -> frozenset[str]:
    """The terms that only ask for a place, for a code, or for how something is done."""
    found = frozenset(terms(_WRONG)) if _IS_WRONG.match(question) else frozenset[str]()
    found |= frozenset(terms(_FETCHING if is_of_place else ""))
    found |= unsaid_of_codes(question)
    of_text = (match for pattern in _FRAMES for match in pattern.findall(question))
    found |= frozenset(
        term for match in of_text for term in terms(match if isinstance(match, str) else " ".join(match))
    )
    if (lasting := _LASTING.search(question)) is not None:
        found |= frozenset(terms(lasting[1]))
    if is_how_to:
        own = (word for pattern in (_FINDING_OUT, _AT_MINE) for word in pattern.findall(question))
        found |= frozenset(
            term for words in own for term in terms(words if isinstance(words, str) else " ".join(words))
        )
        found |= frozenset(term for match in _MAIL_ADDRESS.finditer(question) for term in terms(match[1] or match[2]))
        found |= frozenset(terms(f"{_DOING} {_OF_STEPS}" if STEPS.search(question) else _DOING))
    return found


# "Which open files does the office have for Ada?" asks for the files of a list of them, which is the office's.
_CURRENT = lazy_regex(
    r"(?i)^\W*(?:which|what) (?:(open|current|present|pending|ongoing|active|running|existing) )?[^\W\d_]+s"
    r" (?:do|does) (?:the|our|your) ([^\W\d_]+) (?:have|hold|keep|list) (?:open |now )?(?:for|from|with|by|on"
    r"|about)\b"
    r"|^\W*welche (?:(offenen|laufenden|aktuellen) )?[^\W\d_]+ hat (?:die|das|der|unser\w*) ([^\W\d_]+) (?:für|von"
    r"|zu)\b"
)


def current_terms(question: str) -> frozenset[str]:
    """The terms of "open" and of "office" in "Which open files does the office have for Ada?"."""
    match = _CURRENT.match(question)
    return frozenset(terms(" ".join(filter(None, match.groups())))) if match is not None else frozenset()

"""A question without greeting and politeness: "Hi all, can somebody tell me how I scan?" is "How do I scan?"."""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

_GREETING = (
    r"(?:(?:hi|hiya|hello|hey|dear|good (?:morning|afternoon|evening)|sorry|excuse me|hallo|moin|servus"
    r"|guten (?:morgen|tag|abend)"
    r"|liebe|entschuldigung|bonjour|bonsoir|salut|pardon|excusez-moi|hola|buen[oa]s (?:días|tardes|noches)|perdón"
    r"|perdona"
    r"|disculpen?|ciao|salve|buongiorno|buonasera|scus[ai]|olá|bom dia|boa tarde|dag|goedemorgen|goedendag)"
    r"(?: (?:all|everyone|everybody|team|there|folks|colleagues|zusammen|alle|leute|kollegen|à tous|tout le monde"
    r"|a todos|todos|tutti"
    r"|a tutti|allemaal))?)"
)
_ASIDE = (
    r"(?:(?:just )?(?:a |one )?(?:quick|short|small|silly|stupid|brief) (?:one|question)|(?:just )?(?:a|one"
    r"|another) question"
    r"|(?:nur )?(?:mal )?(?:eine |'ne )?(?:kurze|schnelle|kleine|dumme) frage|(?:juste )?une (?:petite "
    r"|dernière )?question(?: rapide)?"
    r"|una (?:pregunta|consulta|duda)(?: rápida)?|una domanda(?: veloce)?|uma (?:pergunta|dúvida)(?: rápida)?"
    r"|een (?:korte )?vraag(?:je)?)"
)
_OPENING = lazy_regex(
    rf"(?i)^\W*(?:{_GREETING}|{_ASIDE})\s*(?:[,;:!.–—-]+\s*|(?=(?:can|could|how|what|when|where|who|which|why)\b))"
)
_ANYONE = (
    r"(?:you|anyone|anybody|someone|somebody|one of you|any of you|mir jemand|mir einer|jemand|einer|sie|du|ihr"
    r"|quelqu['’]un|alguien"
    r"|qualcuno|alguém|iemand)"
)
# What only asks that somebody tells: "Can you tell me", "Weiß jemand", "J'aimerais savoir".
_TELL_ME = lazy_regex(
    rf"(?i)^\W*(?:(?:can|could|would|will) {_ANYONE} (?:please |kindly )?(?:tell|explain to|remind|show"
    rf"|say to) (?:me|us)"
    rf"|(?:do|does|did|would) {_ANYONE} (?:happen to )?(?:know|remember)|(?:i['’]d|i would) (?:like|love) to know"
    rf"|i (?:want|need) to know"
    r"|i (?:was|am|['’]m) (?:just )?wondering|i wonder|(?:any|no) (?:idea|clue)|(?:please |kindly )?(?:tell"
    r"|remind) (?:me|us)(?: please)?"
    rf"|(?:kann|könnte|können|könnten|kannst|könntest) {_ANYONE}(?: mir| uns)?(?: bitte| vielleicht| kurz)? (?:sagen"
    rf"|erklären|verraten)"
    rf"|wei(?:ß|ss|ßt|sst) {_ANYONE}|wissen sie|(?:ich )?(?:wollte|möchte|würde gern|will) (?:gern(?:e)? "
    rf"|mal )?(?:wissen|fragen)"
    r"|(?:bitte )?sag(?:t|en sie)? (?:mir|uns)(?: bitte)?"
    rf"|(?:peux-tu|pouvez-vous|pourriez-vous|pourrais-tu|{_ANYONE} (?:peut|pourrait)) (?:me|nous) (?:dire|expliquer"
    rf"|rappeler)"
    rf"|(?:est-ce que )?{_ANYONE} sait|(?:savez-vous|sais-tu)|je (?:voudrais|veux|me demande)(?: bien)?(?: savoir)?"
    rf"|j['’]aimerais (?:bien )?savoir"
    rf"|(?:me |nos )?(?:puedes?|podrías?|pueden|puede) (?:alguien )?(?:decirme|decirnos|decir|explicarme|explicar)"
    rf"|{_ANYONE} (?:sabe|(?:me )?(?:puede|podría) decir(?:me)?)|(?:sabes?|saben)(?: alguien)?|(?:quisiera|quiero"
    rf"|quería|me gustaría) saber"
    rf"|(?:mi )?(?:puoi|può|potrebbe|potresti) (?:dirmi|dire|spiegarmi)|{_ANYONE} (?:sa|(?:mi )?(?:può"
    rf"|potrebbe) dire)|vorrei sapere"
    rf"|(?:pode|poderia|podes) (?:me )?dizer(?:-me)?|{_ANYONE} sabe|gostaria de saber|kun(?:t u|nen jullie|je) (?:me"
    rf"|mij) zeggen"
    r"|weet iemand|ik wil(?:de)? (?:graag )?weten)"
    r"[,:]?\s+(?!about\b)(?=\S)"
)
_CLOSING = lazy_regex(
    r"(?i)(?<=\w)[,.;!]?\s+(?:please|pls|thanks(?: a lot| in advance)?|thank you|cheers|bitte|danke(?: schön)?"
    r"|vielen dank"
    r"|s['’]il (?:vous|te) pla[iî]t|merci(?: d['’]avance| beaucoup)?|por favor|(?:muchas )?gracias|per favore|grazie"
    r"|obrigad[oa]"
    r"|alstublieft|bedankt)\s*([?!.]*)\W*$"
)
# How it is to be told, "step by step", and what says no more than "now" and "finally".
_MANNER = lazy_regex(
    r"(?i),? (?:in the end|at the moment|right now|at present|these days|so far|to date|by the way|after all|am ende"
    r"|zurzeit|zur zeit|im moment|momentan|derzeit|eigentlich|finalement|en ce moment|au final|al final|ahora mismo"
    r"|en este momento|alla fine|al momento)(?=\W*$)|"
    r"[,;]? (?:(?:step|point|stap) (?:by|voor) (?:step|point|stap)|in (?:detail|order|short|a few words"
    r"|one sentence)"
    r"|one after the other|schritt für schritt|der reihe nach|im einzelnen|(?:étape|pas) (?:par|à) (?:étape|pas)"
    r"|en détail|paso a paso|en detalle|passo (?:dopo|a|per) passo|in dettaglio|em detalhe)(?=\W*$)"
)
# "How I scan" of "tell me how I scan": the verb of a question of its own stands before who does it.
_INDIRECT = lazy_regex(
    r"(?i)^(?P<word>(?:(?:to |from |at |on |for |with )?(?:how (?:much|many|long|often)|what|which|how|where|when"
    r"|why|whom?)(?: [^\W\d_]+)??)) "
    r"(?P<who>i|we|you|one|they|it|he|she|(?:the|my|our"
    r"|an?) (?:[^\W\d_]+ )??[^\W\d_]+) (?P<verb>[^\W\d_]+)\b(?P<rest>.*)$"
)
_BEFORE_WHO = frozenset(
    "am is are was were can could must may might shall should will would do does did has have had".split()
)
_BARE_WHO = frozenset("i we you they".split())
_WHETHER = lazy_regex(
    r"(?i)^(?:if|whether) (?P<who>.{1,60}?) (?P<verb>is|are|was|were|can|could|must|may|should|will|has|have|do|does"
    r"|did)\b(?P<rest>.*)$"
    r"|^ob (?P<wer>.{2,80}?) (?P<ist>ist|sind|war|waren|darf|dürfen|kann|können|muss|müssen|hat|haben|gibt|wird"
    r"|werden)(?P<mehr>\W*)$"
)
FEWEST_WORDS = 2
# "When can the work really begin?" asks when it begins; "Is it really true?" is left alone.
_REALLY = lazy_regex(
    r"(?i)(?<=\w) (?:really|actually|in fact|tatsächlich|wirklich|réellement|vraiment|realmente|davvero|echt)"
    r" (?=(?-i:[a-zäöü])[^\W\d_]+)"
)
# A question in the present asks of now: no text need say "at the moment".
_NOW = lazy_regex(
    r"(?i)(?<=\w) (?:at the moment|right now|at present|just now|these days|im moment|zur ?zeit|derzeit|momentan"
    r"|en ce moment|actuellement|en este momento|ahora mismo|actualmente|in questo momento|attualmente|no momento"
    r"|op dit moment)(?=[?!.]*\W*$)"
)
# "When must I ring? Give me all the signs": what was asked is asked for again.
_ORDER = lazy_regex(
    r"(?i)(?<=\?)\s+(?:please )?(?:give|tell|list|name|show|bitte|nenne?|zeige?|donne|cite|dime|nombra)\b[^?]*$"
)
# Steps are told one by one anyway.
_STEPWISE = lazy_regex(
    r"(?i),? ?\b(?:(?:please )?explain )?(?:step[- ]by[- ]step|schritt für schritt|étape par étape|pas à pas"
    r"|paso a paso|passo (?:a|per|dopo) passo|stap voor stap)\b:?"
)


def without_padding(question: str) -> str:
    """The question alone; as it is where nothing, or less than two words, would be left."""
    rest, is_told = question, False
    while (match := _OPENING.match(rest) or _TELL_ME.match(rest)) is not None:
        is_told |= _TELL_ME.match(rest) is not None
        rest = rest[match.end() :]
    rest = _ORDER.sub("", _STEPWISE.sub("", rest).strip())
    rest = _REALLY.sub(" ", rest)
    rest = _NOW.sub("", _MANNER.sub("", _CLOSING.sub(r"\1", rest)))
    if len(rest.split()) < FEWEST_WORDS:
        return question
    return _as_question(rest) if is_told else rest


def _as_question(told: str) -> str:
    """A question of its own for an indirect one: "how I scan" as "how do I scan", "if dogs are allowed" as "are …"."""
    if (whether := _WHETHER.match(told)) is not None:
        who, verb, rest = (whether[one] or whether[other] or "" for one, other in _PARTS)
        return f"{verb} {who}{rest}"
    if (match := _INDIRECT.match(told)) is None:
        return told
    word, who, verb, rest = match["word"], match["who"], match["verb"], match["rest"]
    if verb.casefold() in _BEFORE_WHO:
        return f"{word} {verb} {who}{rest}"
    if who.casefold() in _BARE_WHO:
        return f"{word} do {who} {verb}{rest}"
    return told


_PARTS = (("who", "wer"), ("verb", "ist"), ("rest", "mehr"))

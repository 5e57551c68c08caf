"""The forms of questions in each language: how to, which, whether, and where their verbs stand."""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

HOW_TO = lazy_regex(
    r"(?i)^\W*(?:how (?:do|does|can|could|should|would|must|to|is|are)\b(?! (?:\w+ ){0,3}(?:differ|compare))"
    r"|what (?:are the )?steps|wie (?:kann|mache|muss|soll|wird|öffne|lässt|"
    r"geht|bekomme|stelle|\w+e ich|\w+ man)\b|comment\b(?! s['’]appel)|cómo\b(?! se llama)|como\b(?! se chama)"
    r"|come (?:si(?! chiama)|posso|faccio)\b|hoe (?:kan"
    r"|moet|doe|krijg)\b|怎么|如何|どうやって|.*(?:どうすれば|どうしたら))"
    r"|(?i:\bwas tun\b|\bwas ist zu tun\b|\bwas (?:mache|muss|soll) ich (?:tun|machen|,)"
    r"|^\W*was (?:muss|müssen|soll\w*|sollte) (?:ich|wir|man) [^?]*\b(?:tun|machen|erledigen|beachten)\W*$"
    r"|que faire|qué hacer"
    r"|\bwhat (?:to do|(?:do|should|must|can) (?:i|we|you|one|they) (?:have to |need to )?do)\b)"
)
LIST = lazy_regex(
    r"(?i)\b(?:list|all (?:the|of)|ingredients?|to-?do|agenda|contents?|checklist|zutaten|liste|ingr[ée]dients?"
    r"|ingredientes|ingredienti)\b"
    r"|^\W*(?:what|which)(?: \w+)? (?:do|does|must|should|can) (?:i|you|we|one|they) (?:need|bring|take|get"
    r"|make|learn|see|do|wear|pack|eat"
    r"|have to bring|have to take|use)"
    r"|^\W*(?:the )?\w{4,}(?<!s)s (?:of|on|in|for) (?:the|our|my|a)\b|^\W*(?:for|on|under|in) (?:which|what) (?:reason"
    r"|ground|condition|case|circumstance)s\b"
    r"|^\W*what (?:does|do) [^?]{2,40} (?:provide|offer|supply|lend)\b"
    r"|^\W*(?:what(?:'s| is)|was ist) (?:there )?(?:in|im|inside) |^\W*what (?:goes|comes|belongs) (?:in|into|on) "
    r"|^\W*what (?:\w+ ){0,2}(?:is|are) (?:needed|required) (?:for|to)\b|^\W*was (?:kommt|gehört) (?:in|auf) "
    r"|^\W*what is (?:not )?(?:\w+ed|\w+den|\w+ten|\w+own) (?:in|on|at|by|with|from|for)\b"
    r"|^\W*(?:what|which) (?:are|were) (?:the )?\w+s\b|^\W*(?:what|which) (?:\w+ ){0,2}(?!is\b|was\b|does\b"
    r"|this\b|happens\b|comes\b|goes\b)\w{3,}(?<!s)s (?!is\b|was\b)"
    r"|\bwelche \w+(?:en|er|e|n) |^\W*was (?:brauche|muss) ich|^\W*quels |^\W*quelles |^\W*qué \w+s |^\W*quali "
    r"|^\W*quais |哪些"
)
YES_NO = lazy_regex(
    r"(?i)^\W*(?:is|are|was|were|do|does|did|can|could|may|must|should|has|have|had|will|would|ist|sind|war|hat"
    r"|haben|darf|dürfen|kann|können"
    r"|muss|müssen|soll|gibt es|est-ce|peut-on|y a-t-il|puis-je|dois-je|ai-je|puede|puedo|podemos|pueden|debo"
    r"|se puede|hay|es posible|tiene|tengo|può|si può|posso|possiamo|devo"
    r"|c'è|pode|há|is er|mag|kan)\b|吗[？?]?$|ますか|ですか"
)
# "I stay with a friend, do I get anything for that?": what is told first is the case that is asked about.
TOLD_THEN_ASKED = lazy_regex(
    r"(?i)^\W*(?:i|we|my|our|an?|the|one of|there['’]?s|there (?:is|are)|ich|wir|mein\w*|unser\w*|eine?|der|die|das"
    r"|je|j['’]|nous"
    r"|mon|ma|mes|notre|un|une|le|la|les|tengo|yo|mi|mis|nuestr\w+|una|el|ho|il|lo)\b[^?,;.]{4,}[,;.] ?(?:so |and "
    r"|but |also |donc |y |¿)?"
    r"(?:is|are|do|does|can|could|may|must|should|have|has|will|would|darf|kann|muss|ist|sind|bekomme|soll|brauche"
    r"|gibt es|dürfen|können"
    r"|müssen|est-ce|puis-je|dois-je|peut-on|ai-je|y a-t-il|puedo|tengo que|debo|hay|se puede|es|posso|devo|si può"
    r"|c['’]è)\b"
)
# "May a rider who weighs 100 kg come?" asks for no name, but "Do you know who built it?" does.
ASKS_WHETHER = lazy_regex(
    r"(?i)^\W*(?:is|are|do|does|did|can|could|may|must|should|has|have|will|darf|dürfen|kann|können|muss)\b"
    r"(?!.*\b(?:tell|know|say|explain|show|find out|sagen|weißt?|wissen|erklären|zeigen)\b)"
)
MAY_ONE = lazy_regex(
    r"(?i)^\W*(?:may|can|must|is it allowed|darf|dürfen|kann man|können|muss|puis-je|peut-on|puedo|se puede|posso"
    r"|si può|pode|mag|kan|можно)\b"
    r"|\b(?:have|has|get) access to\b|\b(?:zutritt|zugang) zu[mr]?\b|\baccès à\b|\bacceso a\b|\b(?:admitted|allowed"
    r"|permitted|forbidden|erlaubt|verboten|permis|interdit|permitido"
    r"|prohibido|permesso|vietato)\b"
)
ACTION = lazy_regex(
    r"(?i)^\W*(?:may|can|must) (?:i|we|you|one|(?:the |an? |my )?[^\W\d_]+) (?:be )?([^\W\d_]+)\b"
    r"|^\W*(?:darf|dürfen|kann|können) .*?\b(?-i:([a-zäöüß]+(?:en|eln|ern)))\W*$"
    r"|^\W*(?:puis-je|peut-on|pouvons-nous) ([^\W\d_]{3,}(?:er|ir|re))\b"
    r"|^\W*(?:puedo|se puede|podemos) ([^\W\d_]{3,}[aei]r)\b"
    r"|^\W*(?:posso|si può|possiamo) ([^\W\d_]{3,}[aei]re?)\b"
)
# "Inside the laboratory" says no more than "in" it.
INSIDE = lazy_regex(r"(?i)\b(?:inside|within) (?:the|our|my|an?|this)\b")
CATEGORY = lazy_regex(
    r"(?i)^\W*(?:(?:in|on|at|for|from|with|to|by|into) )?(?:what|which|welche[rsmn]?|quel(?:le)?s?|qué|quale|quali|qual"
    r"|quais|welke?)\s+(?:\w+ )?([^\W\d_]{3,}?)"
    r"\s+(?:is|are|was|were|do|does|did|can|may|must|has|have|had|ist|sind|hat|haben|gibt)\b"
    r"|^\W*welche[rsmn]?\s+([^\W\d_]{3,})\s+[^\W\d_]{2,}(?:t|en)\b"
)
AT_WHICH = lazy_regex(
    r"(?i)^\W*(?:in|on|at|from|to|under|by|with|an|auf|bei|aus|mit|unter|dans|sur|à|par|avec|en|con|por|a|su|da|op|bij)"
    r" (?:which|what|welche[rsmn]?|quel(?:le)?s?|qué|quale?|welke?)\b"
)
# "In the flat" of "May I smoke in the flat?".
PLACE = lazy_regex(
    r"(?i)\b(?:(?:in|at|on|inside|auf|dans|en|nel\w*) (?:the|an?|my|our|der|dem|den|einem|einer|mein\w*|la|les?"
    r"|l['’]|el"
    r"|los|las|il|lo)|im|am|au|aux|nell['’])\b ?([^\W\d_]+(?: [^\W\d_]+)?)"
)
# "If it rains", not "Do you know if it rains?".
CONDITION = lazy_regex(
    r"(?i)(?<!\bknow )(?<!\btell )(?<!\bsee )(?<!\bask )(?<!\bcheck )\b(?:if|in case of|in the event of|wenn|falls"
    r"|en cas d[e'’]|lorsqu\w+|s['’]il|en caso de|in caso di|bij)\b ?(?!any\b|at all\b|überhaupt\b|necessary\b"
    r"|nötig\b|possible\b|möglich\b)([^,?]+)"
)
# "Which guide leads the tour?": what a column may be called, and what it says of the rest of the row.
DOES_ONE = lazy_regex(
    r"(?i)^\W*(?:which|what) ([^\W\d_]{2,}[^\W\d_s]) (?!(?:is|was|does|has)\b)([^\W\d_]{2,}s|[^\W\d_]{2,}ed|led|taught"
    r"|made|built|wrote|ran) (?:the|an?|our|my|your|his|her|their|this|that)\b"
    r"|^\W*welche[rsmn]? ([^\W\d_]{3,}) ([^\W\d_]{2,}te?) (?:der|die|das|den|dem|im|am|in|an|auf|zum|zur|mit|für)\b"
    r"|^\W*(?:quel(?:le)?|qué|quale?|welke?) ([^\W\d_]{3,}) (?!(?:est|es|è|is)\b)([^\W\d_]{3,})"
    r" (?:l[ea]s?\b|l['’]|un\w*\b|el\b|los\b|il\b|lo\b|gli\b|o\b|a\b|de\b|het\b|een\b)"
)
# "What does velocity compute?" asks for a function of that name.
FUNCTION = lazy_regex(
    r"(?i)^\W*what (?:does|do) ([a-z]{3,}) (?:compute|calculate|return|raise|yield)s?\W*$"
    r"|\b(?:the|die|la|le|el) (?:function|method|subroutine|macro|funktion|methode|fonction|méthode|función|método)"
    r" (?!of\b|for\b|that\b|which\b|der\b|die\b|des\b|de\b|du\b|que\b|qui\b)(?-i:([a-z]{3,}))\b(?=.*\b(?:do|does"
    r"|compute|calculate|return"
    r"|raise|tut|macht|berechnet|fait|calcule|renvoie|hace|calcula|devuelve)s?\b|\W*$)"
)
DOES = lazy_regex(
    r"(?i)^\W*what (?:does|do|did) (?![^?]* (?:to|for|on|at|in|of) (?:an?|the|my|our) (?:[^\W\d_]+ )?[^\W\d_]+\W*$)"
    r"[^?,;]{2,60}? (?<!\bits )(?<!\btheir )([^\W\d_]+)"
    r"(?:\W*$| (?:for|to|with|of) (?:its|their|the|his|her|our|us|me|you|new|all)\b)"
)
# The verb of "Which box did the school borrow?", "Welche Kiste hat die Schule geliehen?".
VERB_AT_END = lazy_regex(
    r"(?i)\b(?:do|does|did|has|have|had|hat|haben|hatte|ont|ha|han|hanno|heeft|hebben) (?:\S+ )*?"
    r"(?!(?:for|of|in|on|at|to|from|with|the|an?|für|von|mit|der|die|das|pour|de|du|des|para|per|voor|van) )"
    r"\S+ ([^\W\d_]+)(?: (?:in|out|up|off|back|away|down|on|over|at|to|for|with|from|about))?\W*$"
)
# "On which channel do you reach the pilots?"
VERB_OF_ONE = lazy_regex(r"(?i)\b(?:do|does|can|must|should|may) (?:you|we|one|they|i|people) ([^\W\d_]{3,})\b")
PASSIVE = lazy_regex(
    r"(?i)\b(?:is|are|was|were|be|get|gets|ist|sind|wird|werden|est|sont|es|son|se|è|sono|é|são|worden|wordt|été"
    r"|stat[oa]|sido)"
    r" (?:\S+ ){0,3}?"
    r"(?!open\b)((?:sent|spent|lent|found|paid|laid|held|fed|led|hung|done|drawn)\b|[^\W\d_]{2,}(?:ed|en|et|own|orn"
    r"|ept|ade|old|ght|és?|ées?|ad[oa]s?|id[oa]s?|at[oiae]|it[oiae]))"
    r"(?: (?:up|down|off|out|away|back|over))?"
    r"(?: (?:on|in|at|by|for|from|to|am|an|im|um|zum|le|à|en|el|a|il|op|om)(?: [^\W_]+){1,2})?\W*$"
)
# "Given up" is another thing than "given".
PHRASAL = lazy_regex(
    r"(?i)\b(?:is|are|was|were|been) (?:\S+ ){1,6}?(given|taken|put|set|made|done) (?:up|down|off|out|away|back)\W*$"
)
PRESENT = lazy_regex(r"(?i)^\W*(?:when|wann|quand|cuándo|quando|wanneer) (?:is|are|does|do|wird|ist|est|se|viene|é)\b")
# "Art" means "kind" in German, but is a subject in English.
KIND_OF = lazy_regex(r"(?i)\bwelche\w?\s+art\b|\bart\s+(?:von|der|des)\b")
HEAD = lazy_regex(
    # The marks are matched whole, or a bare phrase would begin with "¿".
    r"(?i)^\W*(?=\w)(?:(?:what|which|how (?:high|large|big|much)|wie (?:hoch|groß|lange?)|was"
    r"|quel(?:le)? est|cuál es|qual è|wat) (?:is|are|was|were|ist|sind|war|waren) "
    r"(?:(?:the|der|die|das|de|het|la|el|il|le) )?(?P<asked>[^,;?]{2,40}?)"
    r"|(?!(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|may|must|has|have|had|wer"
    r"|was|wann"
    r"|wo|wie|warum|welche\w?|ist|sind|darf|kann|muss|hat|qui|que|quand|où|comment|combien|quel\w*|pourquoi|qué|quién"
    r"|cuándo"
    r"|dónde|cómo|cuánt\w+|chi|dove|come|quanto|wat|waar|hoe|and|und|et|y|e)\b)"
    r"(?!(?:a|en|de|por|con|para|desde|hasta|di|da|su|per|à|pour|dans|in|at|on|for|from|to|with|by|auf|an|mit|für|von)"
    r" (?:qu|cu[áa]l|d[óo]nd|ch|what|which|who|where|we|wo))(?P<bare>[^,;?\n]{2,30}?))"
    r" (?:of|for|von|vom|der|des|für|du|de|des|del|della|di|do|da|van|voor) [^?]{2,60}\W*$"
)
# "Which limit holds?": a text states the limit alone.
HOLDS = lazy_regex(
    r"(?i)^\W*(?:\w+ )?(?:which|what|welche[rsmn]?|quel(?:le)?s?|qué|cuál|quale|qual|welke?) (?:\w+ ){1,3}?"
    r"(holds?|applies|apply|gilt|gelten|vaut|valent|vale|rige|geldt)\b"
)
THE_COSTS = lazy_regex(r"\b[Dd](?:ie|er|e) [Kk]osten\b")
# "What was done for the guest after the fall?": what follows the event in its entry.
WHAT_WAS_DONE = lazy_regex(
    r"(?i)^\W*(?:what (?:was|has been|had been|is) (?:then )?(?:done|undertaken)\b"
    r"|(?:what|how) did (?!.*\bdo\W*\Z)[^?]{2,40}? (?:do|react)\b"
    r"|what (?:happened|followed) (?:after|next|then)\b"
    r"|was (?:wurde|hat man|haben sie|geschah|passierte)\b.*\b(?:nach|gegen|getan|gemacht|unternommen|danach)\b"
    r"|qu['’](?:a-t-on|ont-ils|est-ce qu['’]on a) fait\b|que s['’]est-il passé après\b"
    r"|¿?qué (?:se hizo|hicieron|pasó después)\b|(?:che )?cosa (?:è stato fatto|hanno fatto|è successo dopo)\b)"
)

"""Values that a text gives in words of its own: "nothing is to be paid", "on day ten", "for life", "a couple of"."""

from __future__ import annotations

from bookwheel.engine.text.question_terms import terms
from bookwheel.engine.text.value_patterns import WORD_NUMBERS, ValueKind
from bookwheel.engine.text.values.counted_nouns import counted_noun
from bookwheel.lazy_regex import lazy_regex

_FEES = r"(?:fees?|charges?|fines?|costs?|payments?|penalt(?:y|ies)|rents?|deposits?|price|surcharges?|admission)"
_DROPPED = r"(?:dropped|waived|abolished|scrapped|lifted|cancelled|done away with|no longer (?:charged|asked|due))"
_NO_MONEY = (
    r"\bnothing (?:(?:is|was|will be|has|have|need|needs|more) )*(?:to )?(?:be )?(?:paid|pay|due|owed|charged"
    r"|payable)\b"
    r"|\b(?:pays?|paid|charges?|charged|costs?|owes?|asks?|taken?)(?: (?:you|us|them|members|guests))? nothing\b"
    rf"|\b(?:no|without(?: an?y?)?|not? [^.;]{{0,20}}\bany) (?:[^\W\d_]+ )?{_FEES}\b"
    r"|\bfor free\b|\bat no (?:[^\W\d_]+ )?(?:costs?|charge)\b|\bn(?:o|['’])t cost (?:\w+ )?(?:anything|a penny)\b"
    rf"|\b{_FEES} (?:(?:is|are|was|were|has|have|been|now) )+{_DROPPED}\b"
    r"|\b(?:did|do|does|done|doing) away with (?:the|all|its|our) (?:[^\W\d_]+ )?(?:fees?|charges?|fines?)\b"
    r"|(?<!not )\bincluded in\b|\bby donation\b|\bpays? (?:what|as much as) (?:they|you|one|he|she)\b"
    r"|\b(?:fiver|tenner)s?\b"
    r"|\b(?:kostet|kosten|zahlt|zahlen|bezahlt|bezahlen)\b[^.;]{0,30}\bnichts\b"
    r"|\bnichts (?:zu (?:be)?zahlen|berechnet|bezahlt|verlangt|fällig)\b|\bgebührenfrei\w*|\bunentgeltlich\w*"
    r"|\b(?:keine?n?|ohne) (?:[^\W\d_]+ )?(?:gebühr(?:en)?|kosten|eintritt|entgelt|aufpreis|aufschlag|miete|strafe)\b"
    r"|\b(?:gebühr(?:en)?|kosten|strafen?) (?:fallen|fällt|entstehen|entsteht|werden|wird|entfallen|entfällt)"
    r"(?: (?:keine|nicht|dafür|hier|mehr|an|erhoben))*\b"
    r"|(?<!nicht )\bim preis (?:inbegriffen|enthalten)\b|(?<!nicht )\binbegriffen\b|\bspendenbasis\b"
    r"|\b(?:coûte|paie|paye|paient|payent|doit|doivent|facture)(?:nt)? rien\b|\brien à payer\b"
    r"|\bsans (?:frais|supplément)\b|\baucune?s? (?:frais|supplément|redevance|taxe)\b|\bpas de frais\b"
    r"|(?<!pas )\b(?:compris|inclus)e?s? dans\b|\b(?:est|sont) offert(?:e?s?)\b|\bprix libre\b"
    r"|\bno (?:se )?(?:cuestan?|pagan?|cobran?|valen?) nada\b|\bsin (?:cargo|coste|costo|recargo)s?\b"
    r"|\bnada que pagar\b"
    r"|(?<!no está )\bincluid[oa]s? en\b|\bde balde\b|\bningún (?:cargo|coste|costo|recargo)\b"
    r"|\bnon (?:si )?(?:costano?|paga(?:no)?) (?:nulla|niente)\b|\bsenza (?:spese|costi|supplement[oi])\b"
    r"|\bnessun (?:costo|supplemento)\b|(?<!non )(?<!non è )\b(?:compres|inclus)[oaie] (?:in|nel\w*)\b"
    r"|\bofferta libera\b"
    r"|\bgrátis\b|\bnão (?:se )?(?:custam?|pagam?) nada\b|\bsem (?:custos?|taxas?)\b"
    r"|\b(?:kost|kosten|betaalt|betalen)\b[^.;]{0,20}\bniets\b|\bkosteloos\b|\bzonder (?:kosten|toeslag)\b"
    r"|\bgeen (?:kosten|toeslag)\b|(?<!niet )\binbegrepen\b"
)
_SPAN_OF_ONE = (
    r"\b(?:fresh|good|valid|beyond|past|open|closed|shut|away|out|off|keeps?|stays?|runs?|holds?|covers?|absent|ill)"
    r" an? (?:[^\W\d_]+ )?(?:minute|hour|day|night|week|fortnight|month|year|decade)\b"
    r"|\bein(?:e[nm]?)? (?:(?:knappe|gute|ganze|volle|weitere|halbe)[nrs]? )?(?:minute|stunde|tag|nacht|woche|monat"
    r"|jahr"
    r"|jahrzehnt|jahrhundert)\b"
)
_WHOLE_SPAN = (
    r"\b(?:for|during) (?:(?:his|her|their|its|your) whole )?life\b|\bfor good\b(?! (?:measure|reasons?|luck))"
    r"|\bpermanently\b|\bin perpetuity\b"
    r"|\b(?:all|(?:the|an?) (?:whole|entire|full)) (?:day|night|week|month|year|season|term|shift|summer|winter"
    r"|spring"
    r"|autumn|morning|afternoon|evening|journey)\b|\bmost of the (?:day|night|week|month|year|summer|winter|season)\b"
    r"|\bno (?:end date|time limit)\b|\bwithout (?:(?:a|any) )?(?:time )?limit\b|\bopen-ended\b"
    r"|\bnever (?:expires?|runs out|ends?)\b"
    r"|\bunbefristet\w*|\bunbegrenzt\w*|\bauf lebenszeit\b|\blebenslang\w*|\bfür immer\b|\bdauerhaft\w*"
    r"|\bzeitlebens\b"
    r"|\bganzjährig\b|\b(?:den|die|das) (?:ganzen?|halben?) (?:tag|nacht|woche|monat|jahr|sommer|winter|saison)\b"
    r"|\bà vie\b|\bpour toujours\b|\bsans limite\b|\btoute (?:la (?:journée|nuit|saison|semaine)|l['’]année|sa vie)\b"
    r"|\btout (?:l['’](?:été|hiver)|le mois)\b|\bindéfiniment\b|\bdurée indéterminée\b"
    r"|\bde por vida\b|\bpara siempre\b|\bindefinid\w+|\btodo el (?:día|año|mes|verano|invierno)\b"
    r"|\btoda la (?:noche|semana|temporada|vida)\b|\bsin límite\b"
    r"|\ba vita\b|\bper sempre\b|\btutto (?:il (?:giorno|mese)|l['’](?:anno|inverno))\b|\bsenza (?:limiti|scadenza)\b"
    r"|\btutta la (?:notte|stagione|vita|settimana)\b|\btempo indeterminato\b"
    r"|\bpara sempre\b|\bvitalíci\w+|\bo (?:dia|ano) todo\b|\btoda a noite\b|\btempo indeterminado\b"
    r"|\blevenslang\b|\bvoor altijd\b|\bonbepaalde tijd\b|\bhet hele jaar\b|\bde hele (?:dag|nacht|week|winter)\b"
)
_ORDINALS = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|last"
    r"|\w+teenth|twentieth|thirtieth)"
)
_SPANS = (
    r"(?:minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?|tage?n?|wochen?|monate?n?|jahre?n?|stunden?"
    r"|jours?|semaines?|mois|ans|heures?|d[íi]as?|semanas?|mes(?:es)?|años?|horas?|giorn[io]|settiman[ae]|mes[ei]"
    r"|ann[io]"
    r"|or[ae]|anos?|dag(?:en)?|weken|maanden|jaar|uur)"
)
_DAY_IN_WORDS = (
    rf"\b{_ORDINALS} (?:working |full )?(?:day|night|week|weekend|month)\b|\bday (?:\d{{1,3}}\b|{WORD_NUMBERS})"
    rf"|\b(?:on|by|until|from|before|after) the {_ORDINALS}(?=\W*\Z|[.,;]| of\b)"
    r"|\b(?:am|bis zum|zum|ab dem|vor dem) (?:ersten|zweiten|dritten|vierten|fünften|sechsten|siebten|achten|neunten"
    r"|zehnten|fünfzehnten|zwanzigsten|letzten|\d{1,2}\.)(?= tag| eines| des| im|\W*\Z|[.,;])|\bmonats(?:ersten"
    r"|letzten)\b"
    r"|\ble (?:premier|dernier|[^\W\d_]+ième|\d{1,2}e) (?:jour|du mois|de chaque)\b"
    r"|\b(?:al|el) (?:primer|último|segundo|tercer|cuarto|quinto|sexto|séptimo|octavo|noveno|décimo"
    r"|\d{1,2}\.?º) día\b"
    r"|\b(?:il|al) (?:primo|ultimo|secondo|terzo|quarto|quinto|sesto|settimo|ottavo|nono|decimo|\d{1,2}º) giorno\b"
    r"|\bop de (?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|laatste|\d{1,2}e) dag\b"
)
_SO_MUCH_LATER = (
    rf"(?:\d+|\b(?:an?|{WORD_NUMBERS})) (?:{_SPANS}) (?:later|on(?=\W*\Z|[.,;])|earlier|ahead|afterwards|später"
    rf"|früher"
    r"|plus tard|plus tôt|más tarde|antes|dopo|prima|depois|later)\b"
)
_TIME_IN_WORDS = (
    rf"{_DAY_IN_WORDS}|{_SO_MUCH_LATER}"
    r"|\b(?:at|by|from|towards|until) the (?:start|beginning|end|close|middle|turn) of\b"
    r"|\b(?:next|this|last|coming|following) (?:week|weekend|month|year|season|term|quarter)\b"
    r"|\b(?:sunset|sunrise|nightfall|daybreak|high tide|low tide|full moon|new moon)\b"
    r"|\bon (?:receipt|delivery|arrival|departure|signing|demand|application|completion)\b"
    r"|\b(?:right|straight) away\b|\bimmediately\b|\bforthwith\b|\bas (?:early|soon) as\b|\bat the latest\b"
    r"|\bweek \d{1,2}\b|\bnew year['’]?s\b|\bwhitsun\w*|\bpentecost\b|\bmichaelmas\b|\badvent\b|\blent\b|\bholidays\b"
    r"|\bhalf-term\b"
    r"|\bsofort\b|\bumgehend\b|\bpfingsten\b|\bmonats(?:ende|anfang)\b|\b(?:anfang|mitte|ende) (?:der|des|jede[ns])\b"
    r"|\bspätestens\b|\bsonnen(?:auf|unter)gang\b|\bbei (?:lieferung|erhalt|abholung|ankunft)\b|\bferien\b"
    r"|\bnächste[nrms]?\b"
    r"|\b(?:début|fin|milieu) de (?:mois|l['’]année|semaine|saison)\b|\bà la (?:réception|livraison|fin|signature)\b"
    r"|\bimmédiatement\b|\btout de suite\b|\bpentecôte\b|\b(?:semaine|mois|année) prochaine?\b|\ble premier du mois\b"
    r"|\b(?:a|al) (?:primeros|principios|finales|fin|final|comienzo) de\b|\benseguida\b|\binmediatamente\b"
    r"|\bal recib\w+|\ba la entrega\b|\b(?:semana|mes|año) que viene\b|\bpróxim[oa] (?:semana|mes|año)\b"
    r"|\b(?:all['’]|a )(?:inizio|fine|metà) (?:de[li]\w* )?[^\W\d_]+|\balla (?:consegna|fine)\b|\bsubito\b"
    r"|\bpentecoste\b"
    r"|\bprossim[oa] (?:settimana|mese|anno)\b|\bno (?:início|fim) d[oae]\b|\bimediatamente\b"
    r"|\b(?:begin|eind) (?:van|januari)\b|\bmeteen\b|\bvolgende (?:week|maand)\b|\bpinksteren\b"
)
# "When was it built?": "in the reign of Anne", "three years later", and no "at the end of the lane".
_PAST_IN_WORDS = (
    rf"{_DAY_IN_WORDS}|{_SO_MUCH_LATER}|\b(?:during|in|after|before|since) the (?:[^\W\d_]+ ){{0,2}}(?:war|reign"
    rf"|flood"
    r"|revolution|renaissance|middle ages|(?:stone|bronze|iron) age)\b|\bmiddle ages\b|\bmittelalter\w*|\bmoyen âge\b"
    r"|\bedad media\b|\bmedioevo\b|\b(?:im|nach dem|vor dem) (?:[^\W\d_]+ )?krieg\b"
)
_HOURS = (
    r"\b(?:sunset|sunrise|nightfall|daybreak|dawn|dusk|sonnen(?:auf|unter)gang|morgengrauen|lever du (?:soleil|jour)"
    r"|coucher du soleil|amanecer|anochecer|alba|tramonto|zons(?:op|onder)gang)\b|\b[012]\d[0-5]\d (?:hours|hrs)\b"
    rf"|\b(?:halb|viertel (?:vor|nach)|kurz (?:vor|nach)) (?:\d{{1,2}}|{WORD_NUMBERS})\b"
    rf"|\b(?:half|quarter) (?:past|to) (?:\d{{1,2}}|{WORD_NUMBERS})\b"
)
_OFTEN = (
    r"\b(?:fortnightly|nightly|hourly|biweekly|bimonthly|(?:mid)?week(?:days|ends)|(?:first|second|third|last)"
    r" (?:mon|tues|wednes|thurs|fri|satur|sun)day of|stündlich|minütlich|zweiwöch\w+|(?:tages|wochen|monats)rhythmus"
    r"|(?:premier|dernier) (?:lun|mar|mercre|jeu|vendre|same)di|le (?:lun|mar|mercre|jeu|vendre|same)di"
    r"|l[oa]s (?:lunes|martes|miércoles|jueves|viernes|sábados|domingos)|tutt[ie] (?:i|le|gli)"
    r"|(?:il|di) (?:luned|marted|mercoled|gioved|venerd)ì|dagelijks|wekelijks|maandelijks|jaarlijks)\b"
)
_NO_AGE = (
    r"(?! ?(?:%|:|\.\d|-|euros?|pounds?|kg|km|cm|m\b|°|degrees|people|persons|others?|members|o['’]clock|uhr|h\b"
    r"|metres"
    r"|miles|minutes|hours|days|weeks|months|percent|minuten|stunden|tage|wochen|monate|kilo|grad|personen))"
)
_AGE = (
    rf"\b(?:(?:at|im) )?(?:the age of|aged?|alter von) (?:\d{{1,2}}|{WORD_NUMBERS}){_NO_AGE}\b"
    rf"|\b(?:died|dies|starb|retired|married) (?:at|mit) (?:\d{{1,2}}|{WORD_NUMBERS}){_NO_AGE}\b"
    rf"|\b(?:{WORD_NUMBERS}) (?:ans|años|anni|anos|jaar|jahre)\b|\bcent['’]anni\b"
    r"|\bin (?:his|her|its|their) [^\W\d_]+(?:th|first|second|third) year\b"
)
# "Everybody over ten may join" says how old one must be, and not how old the club is.
_LEAST_AGE = (
    rf"\b(?:(?:over|under|above|below|from|at least|ab|über|unter|mindestens|dès) (?:the age of )?"
    rf"|(?:must|has to|have to|need to|muss|müssen) (?:be )?)(?:\d{{1,2}}|{WORD_NUMBERS}){_NO_AGE}\b"
    rf"|\b\d{{1,2}} (?:or|and|oder|und) (?:over|older|above|under|younger|älter|jünger)\b"
    rf"|\bmuss (?:mindestens )?\d{{1,2}} sein\b"
    r"|\b(?:of (?:full )?age|adults only|grown-ups only|volljährig\w*|majeure?s?|mayor(?:es)? de edad|maggiorenn[ei]"
    r"|maior(?:es)? de idade|meerderjarig)\b"
)
_NEAR = (
    r"\bstone['’]s throw\b|\bround the corner\b|\bnext door\b|\bshort walk\b|\b(?:a few|some) (?:steps|paces|yards"
    r"|minutes)\b"
    r"|\bwithin (?:sight|reach|earshot)\b|\bkatzensprung\b|\bum die ecke\b|\bgleich nebenan\b|\bin sichtweite\b"
    r"|\b(?:geh|fahr|auto|bahn)(?:minuten?|stunden?)\b|\bà deux pas\b|\ba dos pasos\b|\ba due passi\b|\bom de hoek\b"
    r"|\b(?:eine?|une?|un[ao]?) (?:gute|knappe|bonne|petite|buena|buona) (?:stunde|viertelstunde|heure|hora|ora)\b"
)
_AT_ONCE = (
    r"\b(?:the )?(?:same|next|following) (?:day|night|morning|evening|week)\b|\bwhile you wait\b|\bat once\b"
    r"|\bovernight\b"
    r"|\bimmediately\b|\bby return\b|\bstraight away\b|\bumgehend\b|\bsofort\b|\b(?:selben|gleichen|nächsten) tag\b"
    r"|\ble (?:jour même|lendemain)\b|\bimmédiatement\b|\b(?:el )?mismo día\b|\bal día siguiente\b|\bstesso giorno\b"
    r"|\bdezelfde dag\b"
)
_MEASURES = (
    r"\b(?:an?|eine?n?|une|una?|uma?|een) (?:[^\W\d_]+ )?(?:cup(?:ful)?|spoon(?:ful)?|pinch|splash|handful|dash|drop"
    r"|knob"
    r"|glass(?:ful)?|bottle|sack|bag|bucket(?:ful)?|jug|tasse|löffel|prise|schuss|spritzer|glas|flasche|eimer|pincée"
    r"|poignée|cuillerée|verre|tasse|pizca|puñado|cucharada|vaso|taza|pizzico|manciata|cucchiaio|bicchiere|tazza)\b"
    r"|\benough\b[^.;]{0,20}\bto\b"
)
_OVEN = (
    r"\b(?:heat|bake|roast|oven|preheat|backen|ofen)\w*\b[^.;\d]{0,40}\b(?:to|at|bei|auf) \d{2,3}\b(?! ?(?:min"
    r"|hours?|g\b))"
)
_REASON = (
    r"\b(?:on (?:account|grounds) of|in (?:view|light|the light|consequence|deference|memory) (?:of|to)|given (?:the"
    r"|that|how)"
    r"|seeing that|considering|at the (?:request|wish|insistence|suggestion) of|on the (?:advice|orders?) of"
    r"|out of (?:consideration|respect|regard|concern|fear|care|caution)|lest|thanks to|for (?:the sake|fear"
    r"|reasons) of"
    r"|(?:is|was|are|were) (?:a matter|a question|down|up) (?:of|to) (?:the |a )?[^\W\d_]{4,}|culprit|(?:to"
    r"|the) blame"
    r"|(?:comes?|came|stems?|arises?|arose) from|(?:makes?|made) (?:it|this|that|them) (?:im)?possible|put paid to"
    r"|forced|prevent(?:s|ed)|stopped (?:it|us|them)|(?:did|does|would|will) not (?:allow|let|permit)"
    r"|brought (?:about|on)"
    r"|put down to|the result of|explains? (?:it|this|why))\b"
    r"|\b(?:mit rücksicht auf|aus (?:rücksicht|angst|sorge|furcht|mangel|respekt|platzgründen)|infolge|angesichts"
    r"|zugunsten"
    r"|auf (?:wunsch|rat|anordnung|bitte|verlangen) (?:de[rs]|von|vom)|zuliebe|halber|schuld (?:ist|war|sind|waren"
    r"|hat)"
    r"|li(?:eg)?t (?:an|am)|lag(?:en)? (?:an|am)|kommt (?:von|vom|daher)|ließ (?:es|sie) nicht zu|(?:mit )?hinsicht"
    r"|aufgrund|auf grund|zwecks|(?:ver|be)hinderte|zwang)\b"
    r"|\b(?:à la suite d|vu (?:le|la|les|qu)|étant donné|compte tenu|par (?:crainte|égard|respect|peur|manque"
    r"|souci) d"
    r"|par égard pour|sous prétexte|(?:vient|provient|proviennent|viennent) d|à la demande d|sur (?:le conseil"
    r"|ordre) d"
    r"|pour cause d|empêch\w+|oblig(?:e|ea|é)\b|du fait d|eu égard)"
    r"|\b(?:debido a|a raíz d|en vista d|gracias a|dad[oa]s? (?:que|el|la|los|las)|como (?:no )?[^\W\d_]+(?:aba|ía"
    r"|an|a|e)\b"
    r"|por (?:respeto|miedo|culpa|falta|temor|causa|motivos?|consejo|orden) |a petición d|viene d|impid\w+|oblig(?:a"
    r"|ó)\b"
    r"|con motivo d|puesto que)"
    r"|\b(?:in seguito a|vist[oaie] (?:il|la|i|gli|le|che|l['’])|grazie a|siccome|dat[oaie] (?:il|la|i|che|l['’])"
    r"|per (?:rispetto|paura|colpa|mancanza|via|timore|motivi) |su (?:richiesta|consiglio) d|viene da|a motivo d"
    r"|imped\w+|costri\w+)"
    r"|\b(?:devido a|graças a|por causa d|dado que|visto que|em virtude d|a pedido d|por (?:respeito|medo|falta))"
    r"|\b(?:vanwege|door (?:de|het|een)|uit (?:respect|angst|voorzorg|zorg)|dankzij|wegens|op (?:verzoek|advies) van"
    r"|gezien|aangezien|komt (?:door|van))\b"
)
_IN_WORDS = {
    "money": lazy_regex(f"(?i){_NO_MONEY}"),
    "duration": lazy_regex(f"(?i){_SPAN_OF_ONE}|{_WHOLE_SPAN}"),
    "date": lazy_regex(f"(?i){_TIME_IN_WORDS}"),
    "past": lazy_regex(f"(?i){_PAST_IN_WORDS}"),
    "hour": lazy_regex(f"(?i){_HOURS}"),
    "often": lazy_regex(f"(?i){_OFTEN}"),
    "age": lazy_regex(f"(?i){_AGE}"),
    "least age": lazy_regex(f"(?i){_AGE}|{_LEAST_AGE}"),
    "way": lazy_regex(f"(?i){_NEAR}"),
    "speed": lazy_regex(f"(?i){_AT_ONCE}"),
    "figure": lazy_regex(f"(?i){_MEASURES}"),
    "reason": lazy_regex(f"(?i){_REASON}"),
    "heat": lazy_regex(f"(?i){_OVEN}"),
}
_GROUPS = (
    r"(?:couple|pair|dozen|handful|score|dutzend|paar|handvoll|douzaine|dizaine|quinzaine|vingtaine|trentaine"
    r"|centaine"
    r"|paire|docena|decena|centenar|par|dozzina|decina|ventina|centinaio|paio|dúzia|dezena|par|dozijn|tiental)"
)
_SO_MANY = lazy_regex(
    rf"(?i)\b(?:an?|eine?n?|une?|un[ao]?|uma?|een|the) {_GROUPS}\b|\b{_GROUPS} of\b"
    # Without its article, which was taken for that of another thing.
    r"|\b(?:dozen|dutzend|handvoll|douzaine|(?:di|quin|ving|tren|cen)t?aine|docena|decena|dozzina|decina|dúzia"
    r"|dozijn)\b"
)
_NOBODY = lazy_regex(
    r"(?i)\b(?:nobody|no one|niemand|keiner|personne n|aucun|nadie|ninguno|nessuno|ninguém|nenhum)\b"
    r"|\bpersonne n['’e]"
)
# "Quanti hanno votato contro?" counts people without naming them.
_NOTHING_COUNTED = lazy_regex(
    r"(?i)[^\W\d_]+(?:aron|ieron|aram|eram)|hanno|sono|ont|sont|han|haben|hatten|waren|sind|hebben|zijn|of|came"
    r"|voted|"
)
_NO_OR_ONE = lazy_regex(
    r"(?i)\b(?:no|not an?y?|not one|a single|without an?y?|keine?[rns]?|kein einzige[rns]?|ohne|eine einzige[rns]?"
    r"|aucune?|pas d(?:e|['’])|un(?:e)? seule?|ningún|ninguna|un[ao]? sol[ao]|nessun[ao]?|nenhuma?|geen)"
    r" ?([^\W\d_]+(?:[ -][^\W\d_]+)?)"
)
_OF_QUANTITY = lazy_regex(r"(?i)^\W*(?:how much|wie ?viel|combien d|cuánt[oa]|quant[oa]|hoeveel)\b")
_OF_LEAST_AGE = lazy_regex(
    r"(?i)\b(?:must|have to|has to|should|need|may|can|muss|müssen|soll|sollen|darf|kann|faut|doit|peut|tiene|hay que"
    r"|debe|puede|deve|bisogna|può|precisa|moet|mag)\b"
)
_OF_WAY = lazy_regex(r"(?i)\b(?:how far|wie weit|hoe ver|à quelle distance|a qué distancia|quanto è lontan\w+)\b")


def is_said_in_words(kind: ValueKind, question: str, text: str, *, is_past: bool, of_people: bool = False) -> bool:
    """Whether a text without a figure, date or unit of the kind asked for gives the value all the same.

    `of_people` if people are counted.
    """
    if kind == "count":
        return _counts_in_words(question, text, of_people=of_people)
    key = (
        "past" if kind == "date" and is_past else "way" if kind == "length" and _OF_WAY.search(question) else str(kind)
    )
    if key == "age" and _OF_LEAST_AGE.search(question):
        key = "least age"
    if key == "figure" and _OF_QUANTITY.match(question) is None:
        return False
    pattern = _IN_WORDS.get(key)
    return pattern is not None and pattern.search(text) is not None


def gives_reason_in_words(text: str) -> bool:
    """Whether a text gives a reason in such words: "out of consideration for the neighbours"."""
    return _IN_WORDS["reason"].search(text) is not None


def _counts_in_words(question: str, text: str, *, of_people: bool) -> bool:
    """Whether a text says "nobody", "a pair", or "no eggs" and "a single egg" of the eggs that are counted."""
    noun = counted_noun(question)
    if _SO_MANY.search(text):
        return True
    if _NOBODY.search(text) and (of_people or _NOTHING_COUNTED.fullmatch(noun)):
        return True
    counted = frozenset(terms(noun))
    return any(not counted.isdisjoint(terms(match[1])) for match in _NO_OR_ONE.finditer(text))

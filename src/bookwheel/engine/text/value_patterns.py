"""What the values of each kind look like in a text: amounts with their units, dates, hours, addresses."""

from __future__ import annotations

import re
from typing import Literal

from bookwheel.engine.text.figures import is_scale
from bookwheel.engine.text.named_values import COLOURS, LANGUAGES
from bookwheel.lazy_regex import lazy_regex

ValueKind = Literal[
    "money", "duration", "length", "mass", "sound", "heat", "age", "size", "speed", "often", "count", "figure",
    "date", "hour", "phone", "address", "firm", "reason", "power", "language", "colour", "version",
]  # fmt: skip

ASKS_FOR_VERSION = (
    r"\b(?:which|what) (?:[^\W\d_]+ )?(?:version|release)\b(?! (?:manager|notes?)\b| v?\d)"
    r"|\bwelche[rnms]? (?:[^\W\d_]+)?version\b|\bquelle version\b|\bqué versión\b|\b(?:che|quale) versione\b"
    r"|\bque versão\b|\bwelke versie\b|\b(?:какая|какой|какую) верси[яию]\b"
)
WORD_NUMBERS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven"
    r"|eigh|nine)ty(?:-\w+)?"
    r"|dozens?|hundreds?|thousands?|[mb]illions?|half|once|twice|none|ein(?:e[mnrs]?|mal)?|zwei|drei|vier|fünf"
    r"|sechs|sieben|acht|neun"
    r"|elf|zwölf|\w*(?:zehn|[zß]ig|hundert|tausend)|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize"
    r"|quatorze|quinze|seize"
    r"|vingt|trente|quarante|cinquante|soixante|cents?|mille|une?|uno|dos|tres|cuatro|cinco|seis|siete|ocho"
    r"|nueve|diez|once|doce|trece"
    r"|catorce|quince|dieci\w+|veint\w+|treinta|cuarenta|cincuenta|sesenta|dix-(?:sept|huit|neuf)|undici|dodici"
    r"|(?:tre|quattor|quin|se)dici|cien\w*|mil|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|venti\w*"
    r"|trenta|quaranta|cinquanta|sessanta|settanta|ottanta|novanta|quarenta|cinquenta|sessenta|setenta|ochenta|noventa"
    r"|veertig|vijftig|zestig|zeventig|tachtig|negentig|dertig|twintig|один|одна|одну|два|две|три|четыре|пять|шесть"
    r"|семь|восемь|девять|десять|двадцать|тридцать|сорок|пятьдесят|cento|mila|dois|duas|três|quatro|oito|dez|vinte"
    r"|trinta|cem|twee|drie|vijf|zes|zeven|negen|tien"
    r"|twaalf|honderd|duizend|dieci(?:séis|siete|ocho|nueve)|undici|dodici|(?:tre|quattor|quin|se)dici|dicia(?:ssett"
    r"|nnov)e|diciotto|treze|quinze|dez(?:esseis|essete|oito|enove)"
)
_N = rf"(?:\d[\d.,/ ]{{0,12}}|\b(?:{WORD_NUMBERS})\b[ -]?)"
# "Turns a minute", "tours par minute", "mal in der Minute": so much in a span of time.
_PER = (
    r"(?:an?|per|each|every|in (?:an?|one)|pro|je|in (?:der|einer)|im|par|à la|por|a la|al|all|alla|ogni|cada"
    r"|chaque|elke?)[ ’'] ?(?:second|minute|hour|day|week|month|year|sekunde|stunde|tag|woche|monat|jahr"
    r"|seconde|heure|jour|semaine|mois|an|année|segundo|minuto|hora|día|semana|mes|año|secondo|ora|giorno"
    r"|settimana|mese|anno|dia|ano|uur|dag|maand|jaar|minuut)s?\b|(?<=l)['’]an(?:no|née)?\b"
)
# "21 working days", "3 volle Monate".
_OF_WORK = (
    r"(?:working|business|calendar|consecutive|full|whole|school|volle[nr]?|ganze[nr]?|werk|arbeits|kalender"
    r"|jours? ouvr(?:és|ables) de |días? hábiles de )[ -]?"
)
# "None of the contracts": no number stands there.
_NONE_OF = r"\b(?:keine[rs]?|ningun[oa]|aucune?|nessun[oa]|nenhuma?|geen) (?:der|von|de|des|du|di|del\w*|d[ao]s|van)\b"
_CJK_N = "[一二三四五六七八九十百千万两0-9]"
# "Una settimana", "een week", "неделю": the article is the number.
_ONE_SPAN = (
    r"\b(?:una?|une|een|uma?) (?:mezz[ao] |medi[ao] |mei[ao] |demi[- ]|halve? )?(?:seconde?|secondo|segundo|minut[eo]"
    r"|minuut|heure|ora|hora|uur|jour|giorno|d[íi]a|dag|semaine|settimana|semana|week|mois|mese?|mes|maand|an|année"
    r"|anno?|año|ano|jaar|siècle|secolo|siglo|século)\b|\b(?:un|mezz)['’]ora\b|\b(?:неделю|месяц|год|час|сутки|полгода"
    r"|полчаса)\b"
    # "For a year", "an hour and a half": "3 euros a day" has no span.
    r"|\b(?:for|within|after|takes?|took|lasts?|lasted|needs?|about|around|roughly|approximately|another|nearly|almost"
    r"|least|over|under|than|of|is|was|whole|wait|rest|stay|cook|bake|simmer|soak|stand|:)"
    r" (?:just |only |about |around |roughly |approximately |another |nearly |almost |over |at least |at most |up to )?"
    r"an? (?:whole |full |good |single )?(?:second|minute|hour|day|night|week|fortnight|month|year|decade|century)\b"
    r"|\ban? (?:minute|hour|day|week|month|year) (?:and a half|or (?:two|so|more|longer))\b"
    # "Nach sechsmonatigem Bestehen", "eine zweiwöchige Frist".
    rf"|\b(?:\d{{1,3}}-?|{WORD_NUMBERS}|ein|halb|mehr)(?:jährig|monatig|wöchig|tägig|stündig|minütig)(?:e[mnrs]?)?\b"
    r"|\b(?:half|quarter of) an? (?:minute|hour|day|month|year)\b|\b(?:anderthalb|eineinhalb|zweieinhalb) [^\W\d_]+"
    r"|\b(?:a (?:few|couple of)|some) (?:seconds|minutes|hours|days|nights|weeks|months|years)\b"
    r"|\b(?:halbe[nrs]? |(?:drei)?viertel)(?:stunden?|minuten?|tage?s?|jahre?s?)\b"
    r"|\b(?:quarts?|cuartos?|quart[oi]) d(?:['’]|[ei] )(?:heure|h?ora)s?\b|\b(?:kwartier|(?:half|kwart) uur)\b"
    r"|\b(?:medi[ao]|mei[ao]) (?:hora|año|ano|d[ií]a)\b|半(?:小时|小時|時間|年|天|日|个月)"
)
UNITS: dict[ValueKind, str] = {
    "money": (
        r"€|\$|£|¥|eur\b|euros?\b|dollars?\b|usd\b|pounds?\b|pence\b|cents?\b|centimes?\b|francs?\b"
        r"|franken\b|chf\b|crowns?\b"
        r"|kron\w+|kč|zł|shillings?\b|pesos?\b|reais\b|rupees?\b|rs\b|yuan\b|rubel\w*|руб\w*|₽"
        r"|guilders?\b|gulden\b|florins?\b|fiorini\b|florines\b|thalers?\b|tale[rn]+\b|marks?\b|mark\b|pfennige?n?\b"
        r"|groschen\b|kreuzer\b|heller\b|schillinge?n?\b|ducats?\b|dukaten\b|ducados\b|ducati\b|lir[ae]\b|escudos?\b"
        r"|reales\b|maravedíes\b|pesetas?\b|livres\b|sous\b|denarii\b|drachmas?\b|r[ou]+bles?\b|guineas?\b|farthings?\b"
        r"|penn(?:y|ies)\b|forints?\b|dinars?\b|dirhams?\b|riyals?\b|yen\b|quid\b|zlotys?\b|korun\w*"
    ),
    "duration": (
        r"(?:(?:m|[µμ])s|mill?i?se[ckg]\w+|mi[ck]rose[ckg]\w+|s|sec|secs|seconds?|min|mins|minutes?|h|hrs?|hours?"
        r"|nights?|nächten?|nuits?|noches?|notti|noites?|nachten|days?|weeks?|fortnights?|months?"
        r"|years?|decades?|centur\w+|sekunden?|minuten?|stunden?|tagen?|tage|wochen?|monaten?|monate|jahren?|jahre|uhr"
        r"|secondes?|heures?|jours?|semaines?|mois|ans?|années?|segundos?|minutos?|horas?|d[íi]as?|semanas?"
        r"|mes(?:es)?|años?"
        r"|secondi|minuti|or[ae]|giorn[io]|settiman[ae]|mes[ei]|ann[io]|dias?|anos?|seconden|minuut|uur|uren"
        r"|dag(?:en)?|week|weken|maand(?:en)?|jaar|минут\w*|час\w*|дн\w+|недел\w*|месяц\w*|лет|год\w*)\b"
    ),
    "length": (
        r"(?:[µμn]m|mi[ck]romet\w+|nanomet\w+|mm|cm|dm|m|km|inch(?:es)?|in(?!\s+[^\W\d_])|ft|feet|foot|yards?|miles?"
        r"|metres?|meters?|metern?|kilomet\w+|centimet\w+|millimet\w+"
        r"|zoll|mètres?|metros?|metri|nautical|fathoms?|paces|steps|storeys|leagues|schritte?n?|passos|pasos|passi)\b"
        r"|(?<![^\W\d_]\d)(?<!\"\d)(?<!\"\d\d)(?<!\"\d{3})[\"′″]"
    ),
    "mass": (
        r"(?:mg|g|kg|kilos?|quilos?|chili|kilogram\w*|chilogramm\w*|kilogramos?|quilogramas?|grams?|gramme?n?"
        r"|grammes?|gramos?"
        r"|grammi|gramas?|(?:mega|giga)?(?:tons?|tonnes?|tonnen)|tonnellat\w+|toneladas?|ton|кг|килограмм\w*"
        r"|грамм\w*|тонн\w*|t|lbs?|pounds?|ounces?|oz|stone)\b"
    ),
    "sound": r"(?:db|decibels?|dezibel)\b",
    "heat": r"(?:°|degrees?\b|grad\b|degrés?\b|grados\b|gradi\b|graus\b|graden\b|c\b|f\b|kelvin\b|градус\w*)",
    "speed": (
        r"(?:km/h|mph|knots?|knoten|nœuds|nudos|nodi|m/s|kmh|rpm|bit/s|[mk]b/s|u/min|tr/min|stundenkilometern?"
        r"|km (?:pro|per|par|por) \w+)"
    ),
    "power": r"(?:[kmg]?wh?|watts?|hp|ps|ch|cv|[km]?va|amps?|amperes?|a|volts?|[km]?j|joules?|kcal)\b",
}
# "Guests may stay" names no month.
MONTHS_BY_NAME = (
    r"january|february|march|april|(?-i:May|MAY)|(?<=\d )may|june|july|august|september|october|november|december"
    r"|januar|februar|märz|mai|juni|juli"
    r"|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero"
    r"|febrero|marzo|abril"
    r"|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno"
    r"|luglio|settembre|ottobre"
    r"|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|januari|februari|maart|mei|augustus"
)
SHORT_DATE = (
    r"\b\d{1,2}\.? (?:de )?(?:jan|febr?|mar|mär|apr|jun|jul|aug|sept?|okt|oct|nov|de[zc]|déc|janv|févr?|avr|juil|ene"
    r"|abr|ago|sett?|ott|dic|gen|giu|lug|out|mrt)(?:\.|(?![^\W\d_]))"
    r"|\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.? \d{1,2}\b"
    r"|\b(?:on|by|until|till|before|after|since|from) the \d{1,2}(?:st|nd|rd|th)\b"
    r"|\b(?:am|bis zum|vor dem|nach dem|ab dem|seit dem|vom) (?:[12]?\d|3[01])\.(?!\d)"
)
# "14.3." and "14.03", "14/3"; "14.3" is a decimal number, and "version 2.2." and ">= 2.2." are not days either.
DAY_AND_MONTH = (
    r"(?<![<>=~^] )(?<![<>=~^v])(?<!sion )(?<!tion )(?<!chnitt )(?<!apitel )(?<![\d.,/])"
    r"(?:0?[1-9]|[12]\d|3[01])(?:/(?:0?[1-9]|1[0-2])(?![\d.,])"
    r"|\.(?:(?:0?[1-9]|1[0-2])\.(?!\d(?!\d))|(?:0[1-9]|1[0-2])(?![\d%]|\.\d(?!\d))))"
)
_OTHER_WEEKDAYS = (
    r"(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes"
    r"|miércoles|jueves|viernes|sábado|domingo|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica"
    r"|(?:segunda|terça|quarta|quinta|sexta)-feira|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
)
WEEKDAYS = rf"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|{_OTHER_WEEKDAYS}"
# "13,000 BP", "44 BC", "AD 79".
OF_AN_ERA = r"\d ?(?:BP|BCE?|CE|AD|v\. ?Chr|n\. ?Chr|a\. ?C\.|d\. ?C\.|av\. ?J)\b|\bAD ?\d"
_DATE = (
    rf"{OF_AN_ERA}|(?i:{SHORT_DATE})|\b(?:1\d{{3}}|20\d\d)(?:s|er)?\b|\b\d0(?:s|er)\b|\b\d{{1,2}}[:.]\d\d\b|[年月]"
    rf"|\b[0-3]?\d\. (?:0?[1-9]|1[0-2])\.(?!\d)|\b[0-3]\d\.(?:0[1-9]|1[0-2])\.(?!\d)"
    rf"|\d\s?[日号]|[一二三四五六七八九十]{1, 3}[点點时時]|曜|周[一二三四五六日]|星期|(?i:\b(?:{MONTHS_BY_NAME}|(?:mon"
    rf"|tues|wednes|thurs|fri|satur|sun)days?"
    rf"|{_OTHER_WEEKDAYS}|spring|summer|autumn|winter|frühling|sommer|herbst|century"
    r"|jahrhunderts?|siècles?|siglos?|secol[oi]"
    r"|yesterday|tomorrow|daily|weekly|monthly|yearly|noon|midnight|dawn|dusk|evening|morning"
    r"|(?:werk|arbeits|bank)tage?n?s?|(?:working|business) days?|jours? ouvr(?:é|able)s?|d[íi]as? h[áa]bil(?:es)?"
    r"|giorn[oi] lavorativ[oi]|werkdag(?:en)?|christmas|easter|weihnachten|ostern"
    r"|(?:januar|februar|märz|april|juni|juli|august|september|oktober|november|dezember)(?:woche|hälfte"
    r"|wochenende)n?|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)\b)"
)
_HOUR = (
    r"\d{1,2}:\d\d|(?<![\d.,])(?:0\d|[1-9]|1\d|2[0-3])\.[0-5]\d(?![\d%]|\.\d)"
    r"|\d{1,2} ?h(?:\.? ?\d\d)?\b|\bore \d{1,2}\b|(?<=: )[012]?\d ?[–-] ?[012]?\d(?=;|\s*\Z)"
    r"|\d{1,2}\s?(?:o'clock|uhr|am\b|pm\b|[ap]\. ?m|uur|点|時|시)|[一二三四五六七八九十]{1,3}[点點时時]|\b(?:noon"
    r"|midnight|mittags?|mitternacht"
    r"|midi|minuit|mediodía|medianoche)\b|\b(?:at|from|to|until|till|between|by) \d{1,2}\b"
    r"|\b(?:de|das|dalle|von|van) \d{1,2} ?(?:h|uhr)? (?:a|à|às|alle|bis|tot) \d{1,2}(?=\W*\Z|[.,;:)]| h\b| uhr\b"
    r"| [a-z]+[,;.])"
)

# A bare hour: "at 9", "um neun", "a las nueve"; "at nine revolutions" is not one.
_BARE_HOURS = (
    r"[12]?\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eins|zwei|drei|vier|fünf|sechs|sieben"
    r"|acht|neun|zehn|elf|zwölf|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|due|tre|quattro|cinque"
    r"|sei|sette|otto|nove|dieci|undici|dodici"
)
_BARE_HOUR = (
    r"\b(?:at|from|to|until|till|between|by|before|after|um|ab|bis|von|gegen|a las?|de las?|hasta las?|alle|dalle"
    r"|fino alle)(?: about| around| half past| quarter (?:past|to)| halb| viertel (?:nach|vor))?"
    rf" (?:{_BARE_HOURS})(?=\W*$|\s*[.,;:!?)–-]|\s+(?:and|or|to|until|till|in the|at|on|every|each|sharp|tomorrow"
    r"|und|oder|bis|am|an|jeden|y|de la|en punto|todos|e|di|in punto|ogni|del"
    r"|from|with|for|via|vom|von|ab|aus|zum|zur|nach|mit|im|desde|con|para|da|dal|dalla|per)\b)"
    rf"|\b(?:{_BARE_HOURS}) (?:uhr|o['’]clock|horas)\b"
    r"|\b(?:une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|\d{1,2}) heures?\b"
)
# A time may also be given by what comes before or after it, or by how regularly it comes.
_RELATIVE = (
    r"\b(?:when|if|wenn|falls|lorsque|quand|cuando|quando|before|after|as soon as"
    r"|once|during|whenever|within|innerhalb|binnen|entro|dentro de"
    r"|vor|nach|sobald|während|avant|après|dès que|pendant|antes"
    r"|vortags?|folgetags?|previous day|next day|veille|lendemain|víspera|vigilia"
    r"|vorher|zuvor|im voraus|mit (?:der )?(?:vollendung|ablauf|beginn|ende)|upon"
    r"|beforehand|in advance|(?:à l|d)[’']avance|antelación|anticipo|antecedência|van tevoren"
    r"|después|durante|dopo|prima|appena|every night|always)\b"
    # "When is it due?" is answered by "every 18 months".
    rf"|\b(?:every|each|alle|jede[nrs]?|tou(?:te)?s les|chaque|cada|ogni|elke) (?:(?:\d+|other|{WORD_NUMBERS}) )?"
    rf"(?:{UNITS['duration']})"
)

# "At twelve revolutions" leaves out the minute.
_TURNS = r"(?:revolutions|turns|rotations|umdrehungen|tours|vueltas|giri|voltas|omwentelingen|strokes|beats)\b"
# "It is collected in January" does not say when the club was founded.
IS_PRESENT = lazy_regex(
    r"(?i)\b(?:is|are|takes?|every|each|ist|sind|wird|werden|jede\w*|est|sont|chaque|es|son|cada|è|sono|ogni|wordt"
    r"|elke?)\b"
)
# "The plumber closed it at half past six": an hour of that day.
IS_PAST = lazy_regex(
    r"(?i)(?<!is )(?<!are )\b(?:[^\W\d_]{3,}ed|was|were|had|left|began|went|came|rang|met|broke|rose|fell|woke|struck"
    r"|sat|ran|swam|sank|flew|drove|rode|ate|won|sold|bought|brought|caught|heard|wurden?|war|hatten?"
    r"|(?:an|ab|be|ent|er|ver|zer|auf|aus|ein)?(?:schloss|begann|kam|ging|fuhr|fand|stand|lief|rief|traf|starb|ließ"
    r"|hielt|zog|brach|fiel|stieg|sank|flog|lag|saß|aß|trank|las|gab|nahm|sah|trat|sprang|sprach|schien)(?:en)?"
    r"|[^\W\d_]{2,}(?:te|ten) um|a été|était|fue|estaba|è stat[oa]|era|foi|werd)\b"
)
# "Quarry Lane 4" and "room 17" say nothing about a size.
NUMBERED_PLACE = lazy_regex(
    r"(?i)\b(?:\w*(?:lane|street|road|avenue|alley|stra(?:ß|ss)e|gasse|weg|platz|straat|laan)|rue|calle|via|rua|room"
    r"|flat|house|plot|zimmer|wohnung|parzelle|chambre|appartement|habitación|camera|kamer) \d{1,4}[a-z]?\b"
)
# "Moves from Tuesdays to Wednesdays" gives no opening days.
MOVES = lazy_regex(
    r"(?i)\b(?:moves?|moved|shift(?:s|ed)|chang(?:es|ed)|postponed|put (?:off|back)|verleg\w+|verschob\w+|wechsel\w+"
    r"|déplac\w+|cambi\w+|spost\w+|mud\w+)\b"
)
# "40 members", "six rooms" and "12 pages" say how large a club, a flat and a book are.
OF_SIZE = lazy_regex(
    r"(?i)(?:square|cubic|acres?|hectares?|members?|people|persons?|inhabitants|residents|rooms?|seats?|beds?|pages?"
    r"|storeys|floors?"
    r"|employees|staff|pupils|students|volumes?|places|quadrat\w+|kubik\w+|hektar|mitglieder\w*|personen|menschen"
    r"|einwohner\w*"
    r"|zimmer\w*|plätze|betten|seiten|stockwerke|mitarbeiter\w*|mètres?|carrés?|membres|habitants|pièces|places|lits"
    r"|metros|cuadrados"
    r"|miembros|habitantes|habitaciones|plazas|metri|quadri|membri|abitanti|stanze|posti|by|x|mal|sur|por|per)"
)

# "At 7 o'clock" and "once a week" count nothing.
HOUR_OR_HOW_OFTEN = lazy_regex(
    r"(?i)\b(?:\d{1,2}(?:[:.]\d\d)? (?:und|bis|to|and|until|à|et|a|y) )?\d{1,2}(?:[:.]\d\d)? ?(?:o['’]clock|uhr"
    r"|[ap]\.?m\b|h\b)|\b(?:once|twice|one|einmal|zweimal) (?:an? |per |each |every |pro |im |am )"
)

# "Policy HI-77231" and "Date: Mon, 3 Nov 2025" count nothing.
_CODE = lazy_regex(
    r"\b[A-Z]{1,6}-\d[\w-]*|\b[A-Z]{1,3}\d+\b"
    r"|\b\d{1,2}\.? (?:[A-Z][a-z]{2,8}\.?) (?:1\d|20)\d\d\b|\b\d\d:\d\d(?::\d\d)?(?: [+-]\d{4})?"
)
# "Two percent" counts no visitors.
_SHARES = lazy_regex(
    r"(?i)(?:\d[\d.,]*|\b[^\W\d_]{2,9}) ?(?:%|(?:percent|per cent|prozent|pour cent|por ciento|per cento|por cento"
    r"|procent)\b)"
)
_MONTHS_IN_RUSSIAN = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
# "From 17 to 21 March" and "since 2019" count nothing either.
DATES = lazy_regex(
    r"(?i)\b\d{1,2}(?:\.|st|nd|rd|th|er|º)?"
    r"(?:\s*(?:bis zum|bis|to|until|–|-|au|al|tot|a)\s*\d{1,2}(?:\.|st|nd|rd|th)?)?"
    rf" (?:of |de )?(?:{MONTHS_BY_NAME}|{_MONTHS_IN_RUSSIAN})\b(?: (?:de )?\d{{4}})?|{SHORT_DATE}"
    rf"|\b(?:{MONTHS_BY_NAME}) (?:de )?\d{{4}}\b|\b(?:aged?|age of|im alter von|à l'âge de|a la edad de|all'età di) \w+"
    r"|\b(?:in|since|until|till|from|by|im jahr|seit|bis|ab|depuis|en|desde|nel|dal|sinds) (?:1[5-9]|20)\d\d\b"
    r"(?!\s(?!(?:in|at|on|by|for|and|with|to|of|when|as|because|im|am|als|und|mit|von|en|et|à|y|con|e|per)\b)[^\W\d_])"
)

HAS_VALUE: dict[ValueKind, re.Pattern[str]] = {
    "money": lazy_regex(
        rf"(?:€|\$|£|¥|CHF|USD|EUR)\s?\d"
        rf"|{_N}\s?(?:mi[ol]\w*\.?|m[lr]n?d?\.?|billion\w*|k|млн\.?|тыс\.?|tsd\.?)?\s?(?:di |de |d['’])?"
        rf"(?:{UNITS['money']})|\b(?:two|three|four|five|six|seven|eight|nine|ten|half|tup)-?(?:pence|penn(?:y|ies))\b"
        rf"|{_CJK_N}\s?(?:[元円圆块角]|法郎|欧元|美元|英镑|日元|港币|フラン|ユーロ|ドル|ポンド)"
        r"|(?<!head )(?<!hand )(?<!hands )(?<!feet )(?<!ends )(?<!side )(?<!way )(?<!path )(?<!left )\bfree\b"
        r"(?! (?:of (?!charge)|from|to|time|space|port|hand|will|trade))|\bgratis\b"
        r"|kostenlos|kostenfrei|umsonst|\b(?:ist|sind) frei\b|\bfreier eintritt|\b(?:est|sont) libres?\b|entrée libre"
        r"|entrada libre|ingresso libero|gratuit|de graça|бесплатно|for nothing|pays? nothing|percent|prozent|%"
        r"|\b(?:pays?|paid|costs?|charged?|refund\w*|keeps?|kept)\b[^.\n]{0,30}\bhalf\b"
        r"|\bhalf (?:of )?(?:the |its )?(?:price|fee|costs?|rent|amount|sum|fare|money|deposit)\b"
        r"|\b(?:pays?|paid|costs?|charged?)\b(?! for\b)[^.\n]{0,20}\b(?:third|quarter|tenth|the (?:hire|price|fee"
        r"|fare|rent))\b"
        r"|\b(?:zahl|pai?[eg]|kost|co[sû]t)[^\W\d_]*\b[^.\n]{0,20}\b(?:hälfte|moitié|mitad|metà)\b"
        r"|\b(?:hälfte|moitié|mitad|metà|ein drittel|un tiers|un tercio|un terzo)\b"
        r"(?! d\w{0,4}['’ ](?!preis|betrag|miet|kost|gebühr|prix|loyer|montant|tarif|preci|import|prezz|cost))",
        re.IGNORECASE,
    ),
    "duration": lazy_regex(
        rf"{_N}[ -]?(?:and a (?:half|quarter) )?(?:{_OF_WORK})?(?:{UNITS['duration']})|{_ONE_SPAN}"
        rf"|{_CJK_N}\s?(?:天|日|个?(?:小时|钟头|星期|礼拜)|時間|分|週|周|か月|个月|年)"
        rf"|\b(?:several|mehrere|einige|plusieurs|quelques|vari[oa]s|algun[oa]s|diversi|alcuni"
        rf"|vários|enkele) {UNITS['duration']}"
        rf"|\blast(?:s|ed)? (?:for |about |at least |up to |some )?(?:\d+|\b(?:{WORD_NUMBERS})) [^\W\d_]{{4,}}"
        r"|\b(?:until|till|(?:well |far )into|forever"
        rf"|indefinite\w*|unbestimmt\w*"
        r"|bis|jusqu|hasta|fino|overnight|all (?:day|night))\b|\d\s?[–-]\s?\d",
        re.IGNORECASE,
    ),
    "length": lazy_regex(
        rf"(?:{_N}|\b(?:half|quarter of) an? |\b(?:halbe[nrms]?|viertel|demi-|medio|mezzo|meio) ?)[ -]?"
        rf"(?:{UNITS['length']})|{_N} ?[^\W\d_]+ (?:deep|wide|thick|broad|tall|high|tief|breit|dick|hoch)\b"
        rf"|{_CJK_N}\s?(?:米|公里|メートル|キロ|厘米)",
        re.IGNORECASE,
    ),
    "mass": lazy_regex(rf"{_N}[ -]?(?:{UNITS['mass']})|{_CJK_N}\s?(?:克|公斤|キロ|グラム|吨)", re.IGNORECASE),
    "sound": lazy_regex(rf"{_N}\s?(?:{UNITS['sound']})|分贝", re.IGNORECASE),
    "heat": lazy_regex(rf"{_N}\s?(?:{UNITS['heat']})|{_CJK_N}\s?[度℃]", re.IGNORECASE),
    "speed": lazy_regex(
        rf"{_N}\s?(?:{UNITS['speed']}|{_TURNS})|{_PER}|\b(?:(?:with)?in|en|under|after|nach|après|tras|dopo) {_N}"
        rf"\s?(?:{UNITS['duration']})|\b(?:walking|snail[’']s) pace|schritt(?:geschwindigkeit|tempo)|au pas\b"
        r"|al pass?o\b|\bmal so schnell|as fast as",
        re.IGNORECASE,
    ),
    "power": lazy_regex(rf"{_N}[ -]?(?:{UNITS['power']})", re.IGNORECASE),
    "age": lazy_regex(
        r"\baged? \d|\d[- ]years?[- ]old|\d+ years? of age|\d jahre\b|\bjährig|\d ans\b|\d años|\d anni|\d anos"
        r"|\d jaar|\bborn\b|\bgeboren"
        rf"|{_N}\s?(?:mill\w+|mili\w+|billion\w*|thousand|tausend|mil)?\s?(?:de |di )?"
        r"(?:years?|months?|weeks?|days?|decades?"
        r"|jahren?|ans|años|anni|centur\w+|jahrhunderte?|monate|wochen|tage|mois|siècles?|mes(?:es)?"
        rf"|siglos?|mesi|secoli) (?:old|alt)?\b"
        r"|\bage of \d|\b(?:built|founded|made|planted|dates? (?:from|back)|erbaut|gebaut|gegründet|stammt"
        r"|date de|data del?|risale)\b[^.]{0,40}\d{3,4}"
        rf"|\blebensjahr\w*|\bné[e]?\b|\bnacid|\bnat[oa]\b|{_CJK_N}\s?[岁歳]|生于|出生|生まれ"
        rf"|\b(?:{WORD_NUMBERS}) years? old|\b(?:was|is) (?:{WORD_NUMBERS})\b|\bturned \d",
        re.IGNORECASE,
    ),
    "size": lazy_regex(rf"\d|{_CJK_N}|\b(?:{WORD_NUMBERS})\b", re.IGNORECASE),
    "often": lazy_regex(
        r"\b(?:every|each|once|twice|times|daily|weekly|monthly|yearly|annually|per|jede\w*|täglich|wöchentlich"
        r"|monatlich|jährlich|mal"
        r"|chaque|fois|tous les|toutes les|cada|veces|ogni|volte|alle|elke|keer|occasions?|ocasiones|occasioni"
        r"|quarterly|always|never|rarely|seldom"
        r"|regularly|(?:halb|viertel)jährlich|(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)mal"
        r"|immer|nie|selten|mensuel\w*|hebdomadaire\w*|quotidien\w*|annuel\w*"
        r"|trimestr\w+|semanal\w*|mensual\w*|diari\w+|anual\w*|settimanal\w+|mensil\w+|quotidian\w+|annual\w+|una vez"
        rf"|una volta|todos los|todas las|раза? в|еже(?:днев|недель|месяч|год)но"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
        rf"|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs)\b|{_PER}|每|毎|\d (?:days?|weeks?"
        r"|months?)\b|\ba (?:day|week|month|year)\b",
        re.IGNORECASE,
    ),
    "count": lazy_regex(rf"\d|{_CJK_N}|\b(?:{WORD_NUMBERS})\b|{_NONE_OF}", re.IGNORECASE),
    "figure": lazy_regex(
        r"\b(?:half|thirds?|quarters?|hälfte|drittel|viertel|moitié|tiers|mitad|tercio|metà|terzo|metade)\b"
        rf"|\d|{_CJK_N}|\b(?:{WORD_NUMBERS})\b",
        re.IGNORECASE,
    ),
    "date": lazy_regex(rf"{_DATE}|(?i:{_HOUR}|{_BARE_HOUR}|{_RELATIVE})"),
    "hour": lazy_regex(rf"{_HOUR}|{_BARE_HOUR}", re.IGNORECASE),
    "phone": lazy_regex(
        # A code ("FH-2024-118"), a day ("2024-05-14"), a year before an hour: none of them is called.
        r"(?<![\w.,/-])(?<!\d:)(?<!order )(?<!invoice )(?=(?:[ /()-]*\d){7}|(?:[ /()]*\d){6})"
        r"(?!\d{4}-\d\d-\d\d(?!\d))(?!(?:19|20)\d\d[ -]\d{1,3}(?:[:.]|\b(?! ?\d)))"
        r"(?:\+|\(\+?)?\d[\d /()-]{5,}\d(?![\w:]|[.,-]\d)"
    ),
    "address": lazy_regex(r"@|https?://|www\."),
    "firm": lazy_regex(r"(?<=[\w,;:)\]\"'’”] )[\"'“(]?[^\W\d_a-z]\w+|[\u4e00-\u9fff]"),
    "language": lazy_regex(LANGUAGES, re.IGNORECASE),
    "colour": lazy_regex(COLOURS, re.IGNORECASE),
    "version": lazy_regex(r"\d"),
    "reason": lazy_regex(
        r"(?i:: (?:they|it|this|he|she|sie|es|er|ils?|elles?)\b"
        r"|\b(?:grund|gründe|ursache|raison|motivo|razón|causa|reden"
        r"|причина|because|since|as|so that|so|due|thus|therefore|hence|for|reasons?|caused?|leads?|results?|otherwise"
        r"|in order|owing|(?:which|that|this) is why|weswegen|c['’]est pourquoi|por lo que|after|when|to (?!(?:the"
        r"|an?|his|her|its|their|our|my)\b|\d)(?-i:[a-z])"
        r"|weil|denn|da|damit|wegen|aufgrund|nachdem|um|zu|parce|car|puisque|pour|afin|porque|ya que|para|por"
        r"|perché|poiché|per|pois|omdat|faute de|faute d['’]|grâce à|mangels|dank|thanks to|for (?:want|lack) of"
        r"|want|zodat|sonst|andernfalls|sinon|autrement|de lo contrario|altrimenti|senão"
        r"|потому|поскольку|чтобы|иначе|из-за)\b)|因为|因|为了|から|ため|ので|原因|おそれ|恐れ"
    ),
}


# "How many kilometres …?" asks for a length, which "74 km" gives; "How many steps …?" counts them.
_COUNTED_UNIT = lazy_regex(
    r"(?i)(?:kilom[eèé]t\w+|met(?:re|er)s?n?|mètres|metros|metri|miles?|meilen|centim[eèé]t\w+|kilos?|kilogramm?\w*"
    r"|gram(?:m(?:e[ns]?|i|os?)?|s|[ao]s?)?"
    r"|tonn\w*|degrees?|grad|degrés|grados|gradi|graus|watts?|euros?|dollars?|pounds?)"
)


def counted_unit(word: str) -> ValueKind | None:
    """The kind of value that a counted word measures; None for a thing that is counted."""
    if not _COUNTED_UNIT.fullmatch(word):
        return None
    return next((kind for kind, unit in UNITS.items() if re.fullmatch(unit, word, re.IGNORECASE)), None)


def is_amount_word(word: str) -> bool:
    """Whether a word only scales or measures: "million", "kg", "hours"."""
    return is_scale(word) or any(re.fullmatch(unit, word, re.IGNORECASE) for unit in UNITS.values())


def without_times(text: str) -> str:
    """A text without hours, days, codes, percentages and the numbers of places, which count nothing."""
    for pattern in (HOUR_OR_HOW_OFTEN, _CODE, DATES, _SHARES, NUMBERED_PLACE):
        text = pattern.sub(" ", text)
    return text


# "Ten minutes on foot", "half an hour by train" say how far something is.
WAY_IN_TIME = lazy_regex(
    rf"(?i)(?:\d[\d.,]*|\b(?:{WORD_NUMBERS}|an?|eine?r?|une|un[ao]?|half an))[ -]?(?:{UNITS['duration']})"
)

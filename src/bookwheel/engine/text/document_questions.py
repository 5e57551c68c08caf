"""Questions about whole documents: what one is about, its summary, what was decided; in eight languages and Chinese."""

from __future__ import annotations

from bookwheel.engine.text.follow_ups import points_back
from bookwheel.lazy_regex import lazy_regex

# Who says something, or in what: "the strains" and "the word" suggest nothing in writing.
_WRITERS = (
    r"reports?|stud(?:y|ie)|papers?|articles?|surveys?|reviews?|audit|inspection|[ei]nquiry|assessment|analys[ie]s"
    r"|evaluation"
    r"|investigation|research|trial|test|experiment|letter|mail|memo|note|minutes|document|plan|guide|guideline"
    r"|polic(?:y|ie)"
    r"|book|thesis|chapter|manual|handbook|proposal|draft|leaflet|brochure|statement|author|writer|expert|consultant"
    r"|committee|board|council|commission|panel|team|group|part(?:y|ie)|engineer|surveyor|inspector|auditor|doctor|vet"
    r"|researcher|scientist|lawyer|advis[eo]r|manager|director|treasurer|chair\w*|secretary|member|staff|they|we|you"
    r"|he|she"
    r"|it|this|conference|workshop|meeting|assembly|society|association|club|compan(?:y|ie)|firm|office|agency|ministry"
    r"|department|institute|union|teacher|parent|tenant|neighbour|owner|keeper|trainer|coach"
)
SUMMARY = lazy_regex(
    r"(?i)\b(?:summar(?:y|i[sz]e)|sum up|overview|tl;?dr|gist|main (?:points|findings|results)|key (?:points|findings)"
    r"|zusammenfass\w*|fasse? .* zusammen|überblick über|wichtigste[nr]? punkte|résum\w+|synthèse|points principaux"
    r"|resum(?!e[sd]?\b|ing\b|ption)\w+|resume(?= (?:el|la|los|las|lo|est[aeo]s?|esse|essa|o|os|as|le|les|ce|cette)\b)"
    r"|puntos principales|riassum\w+|riassunto|sintesi|punti principali|pontos principais|sintetiz\w+"
    r"|samenvat\w+|vat .* samen|hoofdpunten)\b|кратко изложи|резюмируй|краткое содержание|подведи итог|основные пункты"
    r"|总结|概述|要約"
    r"|^\W*what (?:was|were|has been|did (?:the )?(?:[\w'’-]+ ){1,5}?)\s?(?:decided?|agreed?|resolved?|settled?"
    r"|dealt with"
    r"|discuss(?:ed)?|talk(?:ed)? about)\b|^\W*what (?:came out of|was talked about|was on the agenda"
    r"|happened) (?:at |in )?the (?:[\w'’-]+ ){0,3}(?:meeting|talk|round|session|assembly|conference|call)\b"
    r"|^\W*what (?:came|comes) out of the (?:[\w'’-]+ ){0,3}(?:test|trial|inspection|survey|review|study|notebook"
    r"|analysis|report|poll|experiment"
    r"|audit|exam\w*|check|vote|election|negotiations?)\b"
    r"|^\W*what (?:does|did) the (?:[\w'’-]+ ){0,3}(?:amendment|revision|addendum|correction)\b.{0,60}"
    r" (?:change|alter|amend|add|replace)\W*$"
    r"|^\W*was (?:wurde|hat .{3,60}|beschloss .{3,60}) ?.{0,80}\b(?:beschlossen|entschieden|vereinbart)\b"
    r"|^\W*was (?:wurde|haben .{3,60}) ?.{0,80}\b(?:besprochen|behandelt|beredet)\b|^\W*(?:de quoi a-t-on (?:parlé"
    r"|discuté)"
    r"|qu'a-t-on discuté)|^\W*qu'est-ce qui a été discuté|^\W*(?:de )?qué se (?:habló|trató|discutió)"
    r"|^\W*di (?:che )?cosa si è (?:parlato|discusso)"
    r"|^\W*was (?:beschloss|entschied)en? |^\W*qu'est-ce qui a été (?:décidé|convenu)|^\W*qu'a(?:-t-on| décidé)"
    r"|^\W*(?:qué|que) (?:se )?(?:decidió|acordó|decidieron|acordaron)"
    r"|^\W*(?:che )?cos?a? (?:è stato|si è|ha|hanno) .{0,60}\b(?:deciso|deliberato|discusso)"
    r"|^\W*(?:che )?cosa è stato deciso"
    r"|^\W*(?:o )?que (?:foi|se|ficou) decid\w+|^\W*(?:o )?que (?:decidiu|decidiram)"
    r"|^\W*wat (?:is|werd|heeft) .{0,60}\b(?:besloten|afgesproken|besproken)"
    r"|^\W*что (?:было )?(?:решили|решило|решено|решил[аи]?)\b"
    r"|^\W*what (?:are|were|is|was) the (?:results?|findings?|conclusions?|recommendations?|outcomes?) of\b"
    r"|^\W*what (?:are|were) the (?:results?|findings|conclusions?|recommendations?)\b"
    r"|^\W*what (?:does|do|did) .{3,60} (?:recommend|conclude|advise)\b"
    rf"|^\W*what (?:does|do|did) (?=(?:(?!find|propose|suggest).)*(?:\b(?:{_WRITERS})s?\b|(?-i:[A-Z])|\.\w))"
    r".{2,60} (?:find|propose|suggest)\b"
    r"|^\W*what (?:advice|recommendations?|suggestions?) (?:does|do|did) .{3,60} (?:give|make|contain)\W*$"
    r"|^\W*what (?:does|did|do) (?:the|this) (?:letter|notice|mail|email|e-mail|circular|message|memo) .{0,60}\bsay\W*$"
    r"|^\W*was steht in (?:dem|der|diesem) (?:brief|mail|e-mail|rundschreiben|schreiben|aushang)\b.{0,60}$"
    r"|^\W*que dit (?:la lettre|le courriel|l['’]avis|la circulaire)\b.{0,60}$"
)
ABOUT = lazy_regex(
    r"(?i)^\W*(?:what(?:'s| is| are| was)|tell me) .{0,80}\babout\W*$|^\W*what (?:does|do) .{3,80} (?:deal with"
    r"|cover|describe|contain|treat)\W*$|^\W*what(?:'s| is| are| do (?:i|we) (?:find|have)| can (?:i|we) find)(?: \w+)?"
    r" (?:in|on) (?:this|these|the|my) (?:folder|director(?:y|ies)|drive|disk|share|stick)\W*$|^\W*what(?:['’]?s| is"
    r"| stands| do(?:es)? (?:i|we"
    r"|one) find) (?:written )?(?:in|inside)"
    r" (?:the (?:file )?)?[\w-]+\.[a-z]{1,5}\W*$|^\W*was (?:steht|ist) in (?:der datei )?[\w-]+\.[a-z]{1,5}\W*$"
    r"|^\W*(?:qu['’](?:y a-t-il|est-ce qu['’]il y a)|que (?:contient"
    r"|trouve-t-on)) (?:dans )?(?:le fichier )?[\w-]+\.[a-z]{1,5}\W*$"
    r"|^\W*qué (?:hay|pone|contiene)(?: en)? (?:el (?:archivo|fichero) )?[\w-]+\.[a-z]{1,5}\W*$"
    r"|^\W*what (?:is|are|does) (?:the (?:\w+ )?)?[\w-]+"
    r"\.[a-z]{1,5}(?: (?:used )?(?:for|do|good for))?\W*$"
    r"|worum geht es|wovon handel[nt]|de quoi (?:parle|s'agit|traite)|de qué (?:trata|habla)|di (?:che )?cosa (?:parla"
    r"|tratta)|(?:do|de) que (?:trata|fala)|sobre o que é|waar ga(?:at|an) .* over|waarover ga(?:at|an)"
    r"|^\W*о ч[её]м\b|чему посвящ"
    r"|讲什么|关于什么|何について"
)
FOLDER = lazy_regex(
    r"(?i)\b(?:this|these|the|my|your|all|diese[nmrs]?|dem|der|ce|cet|ces|este|estos|esta|estas|questa|questi|queste"
    r"|deze|эт[аио]|этой|этих) (?:\w+ )?(?:folders?|director(?:y|ies)|drive|documents?|files?"
    r"|collection|library|papers|archive|ordner|verzeichnis|dokumente?|unterlagen|dossier|documents|fichiers"
    r"|carpeta|documentos|archivos|cartella|documenti|pasta|ficheiros|map|bestanden|папк[аеи]|документы|файлы)\W*"
    r"(?:(?:cover|contain|deal with|describe)\W*$|about\W*$|$|\bum\b|\bover\b)|^\W*what(?:'s| is) (?:in|on) (?:this"
    r"|the|my) (?:folder|directory"
    r"|drive|disk|share|stick)"
)
DECIDED = lazy_regex(
    r"(?i)\b(?:decid\w+|decisions?|agreed|resolved|beschl\w+|entsch\w+|vereinbart|décid\w+|convenu|decis\w+|acord\w+"
    r"|deliberat\w*|beslo\w+|afgesproken|реши\w+|решен\w+)\b"
)
TASKS = lazy_regex(
    r"(?i)^\W*(?:what|which things?) (?:must|(?:has|have|needs?|is|was|are|were) (?:still |yet )?to|should"
    r"|is there to|is left to)"
    r"(?: \w+)? (?:be done|do)\b|\b(?:to-?do list|to-?dos|action items|open tasks)\b"
    r"|^\W*(?:what|which|whose|who got (?:what|which)) (?:tasks?|actions?|jobs?|to-?dos?)\b"
    r"|^\W*who (?:has|have|had|needs?|is|was) (?:still )?to do what\b|^\W*who must do what\b|^\W*wer muss was (?:tun"
    r"|machen)\b"
    r"|^\W*qui doit faire quoi\b"
    r"|^\W*was (?:ist|war|muss|sollte?|bleibt)\b.{0,60}\b(?:zu (?:tun|erledigen)|(?:erledigt|getan|gemacht) werden)"
    r"|^\W*(?:que|qu')\s?(?:faut-il|reste-t-il à|doit-on) faire\b"
    r"|^\W*qué (?:hay|queda|se debe|tenemos) (?:que |por )?hacer"
    r"|^\W*(?:che )?cosa (?:si deve|bisogna|resta da|c'è da) fare|^\W*o que (?:há|falta|é preciso) (?:para )?fazer"
    r"|^\W*wat (?:moet|is) er (?:nog )?(?:gedaan worden|te doen)|^\W*что (?:нужно|надо|осталось) сделать"
)
TASK_HEADING = lazy_regex(
    r"(?i)\b(?:to-?\s?dos?|tasks?|action (?:items|points)|actions|next steps|follow-ups?"
    r"|who does what|what has to be done|to be done|wer macht was|qui fait quoi|quién hace qué|chi fa cosa"
    r"|aufgaben|zu erledigen|zu tun|nächste schritte|offene punkte|à faire|tâches|tareas|pendientes|por hacer|da fare"
    r"|compiti|tarefas|a fazer|taken|actiepunten|задачи|поручения)\b"
)
FINDINGS = lazy_regex(
    r"(?i)\b(?:results?|findings?|outcomes?|what (?:did .{3,80} find|c[ao]mes? out(?= of\b|\W*$))"
    r"|was kam .{3,80} heraus|conclu\w+"
    r"|ergebnis\w*|résultats?|resultados?|recommend\w*|empf\w+"
    r"|recomm?and\w*|recom\w+|propos\w+|suggest\w*|advise)\b"
)
# "Give me an overview", "What's in here?", "Summarise this": no document is named, so all are meant.
_OF_ALL = lazy_regex(
    r"(?i)\W*(?:(?:please )?(?:(?:(?:give|show)(?: me)?|can i have|i (?:want|need)) )?(?:an? |the )?"
    r"(?:(?:short|brief|quick) )?(?:overview|summary|tl;?dr|gist)"
    r"(?: (?:of (?:this|it all|everything|all(?: of (?:it|this))?)|please))?"
    r"|(?:please )?(?:summari[sz]e|sum up)(?: (?:this|everything|all(?: of (?:it|this))?"
    r"|(?:all |the |my |these |this )(?:documents?|files?|notes?|folder|papers?|text)))?(?: please)?"
    r"|what(?:['’]?s| is| do (?:we|i) have) (?:in )?here"
    r"|(?:what|which) (?:(?:sort|kind|type)s? of )?(?:papers|documents|files|things|notes|material|texts)"
    r" (?:are|is|can (?:i|one) find|do (?:i|we) (?:find|have))(?: (?:collected|kept|stored|gathered|there|found))?"
    r" (?:in )?(?:here|this folder|the folder|this collection)"
    r"|was für (?:papiere|dokumente|unterlagen|texte) (?:sind|liegen|gibt es) hier(?: gesammelt)?"
    r"|quel(?:le)?s? (?:sortes? de )?(?:papiers|documents|textes) (?:y a-t-il|sont rassemblés) ici"
    r"|qué (?:tipo de )?(?:papeles|documentos|textos) (?:hay|se guardan) aquí|what(?:['’]?s"
    r"| is) (?:all )?this(?: all)?(?: about)?"
    r"|what are (?:these|all these)(?: about)?|what does (?:this|it all) say"
    r"|(?:worum geht (?:es|das)|was (?:ist|steht)(?: das| alles)?|was habe ich|was gibt es)(?: hier| da)?(?: drin)?"
    r"|(?:(?:gib mir )?(?:einen? )?(?:kurzen? )?(?:überblick|übersicht|zusammenfassung)|fasse? (?:das|alles|dies"
    r"|(?:die|alle|das|diese?s?) (?:dokumente?|dateien|unterlagen|text))(?: bitte)? zusammen)(?: bitte)?"
    r"|(?:de quoi s['’]agit-il|de quoi ça parle|qu['’]est-ce que c['’]est|qu['’]y a-t-il ici)(?: ici)?"
    r"|(?:un |le )?(?:aperçu|résumé)|résume[zr]?(?: tout| ceci| ça| (?:les|ces|ce) (?:documents?|textes?))?"
    r"|de qué (?:se )?trata(?: esto| todo esto)?|qué (?:es esto|hay aquí)"
    r"|(?:un |el )?resumen|resum[ea](?: (?:todo|esto|(?:los|este|estos) (?:documentos?|textos?)))?"
    r"|di (?:che )?cosa (?:si tratta|parla)(?: questo)?|(?:un |il )?riassunto|riassumi(?: tutto| questo)?)\W*"
)
# Added to the search for a question about a folder, whose overview may be in another language.
OVERVIEW_NAMES = "README overview index start welcome contents files papers"
# What is asked of the sections of a text: a pump has parts and a box contents, so these words alone mean none.
_TITLED = r"([^?.!]{2,80}?)"
_SECTIONS = (
    r"(?:(?:main|top|top-level|all|all the|different|individual) )?"
    r"(?:sections?|sub-?sections?|chapters?|headings|table of contents|toc|outline)"
)
_THE = r"(?:(?:the|this|my) )?"
_OF_TEXT = rf"(?: (?:of|in|from|for|are (?:there )?in) {_THE}{_TITLED})?"
_ABSCHNITTE = r"(?:(?:einzelnen|wichtigsten|alle) )?(?:abschnitte|kapitel|überschriften|gliederung|inhaltsverzeichnis)"
_DER = r"(?:(?:der|die|das|des|dem|den|dieses|diese) )?"
_FOR_OUTLINE = (
    rf"(?:what(?:['’]s| is| are)|which are) (?:the )?{_SECTIONS}{_OF_TEXT}",
    rf"(?:what|which) {_SECTIONS} (?:does|do) {_THE}{_TITLED} (?:have|contain|include|consist of)",
    rf"(?:what|which) {_SECTIONS} (?:are|exist)(?: there)? in {_THE}{_TITLED}",
    rf"(?:(?:please )?(?:list|show|give|print|name|quote)(?: me| us)? )?(?:the )?{_SECTIONS}{_OF_TEXT}",
    rf"how is {_THE}{_TITLED} (?:structured|organi[sz]ed|divided|laid out)",
    rf"(?:into )?(?:which|what) (?:sections|chapters|parts) is {_THE}{_TITLED} divided(?: into)?",
    rf"(?:was|welche) sind (?:die )?{_ABSCHNITTE} (?:von |im |in )?{_DER}{_TITLED}",
    rf"welche {_ABSCHNITTE} (?:hat|enthält|umfasst|(?:gibt es|stehen|sind) (?:in|im)) {_DER}{_TITLED}",
    rf"(?:(?:zeige?|nenne?|gib)(?: mir| uns)? )?(?:die |das )?{_ABSCHNITTE}(?: (?:von |im |in )?{_DER}{_TITLED})?",
    rf"wie ist {_DER}{_TITLED} (?:gegliedert|aufgebaut|strukturiert)",
    (
        r"(?:quel(?:le)?s sont (?:les )?(?:sections|chapitres|titres)|(?:la )?table des matières|(?:le )?sommaire)"
        rf"(?: (?:de la |de l['’]|du |des |de |d['’]|dans (?:le |la )?){_TITLED})?"
    ),
    rf"quel(?:le)?s (?:sections|chapitres) (?:contient|comporte|a) (?:le |la |l['’])?{_TITLED}",
    rf"comment est (?:structuré|organisé|divisé)e? (?:le |la |l['’])?{_TITLED}",
    (
        r"(?:cuáles son (?:las secciones|los capítulos|los apartados)|(?:el )?índice|(?:la )?tabla de contenidos?)"
        rf"(?: (?:de la |del |de |en (?:el |la )?){_TITLED})?"
    ),
    rf"qué (?:secciones|capítulos|apartados) (?:tiene|contiene|hay en) (?:el |la )?{_TITLED}",
    (
        r"(?:quali sono (?:le sezioni|i capitoli)|(?:l['’])?indice|(?:il )?sommario)"
        rf"(?: (?:dell['’]|della |del |di |nel |nella ){_TITLED})?"
    ),
    rf"quali (?:sezioni|capitoli) (?:ha|contiene) (?:il |la |l['’])?{_TITLED}",
    (
        r"(?:quais são (?:as seções|os capítulos)|wat zijn de (?:hoofdstukken|secties)|(?:de )?inhoudsopgave)"
        rf"(?: (?:da |do |de |van (?:de |het )?){_TITLED})?"
    ),
)
_OUTLINES = tuple(lazy_regex(rf"(?i)\W*(?:{pattern})\W*") for pattern in _FOR_OUTLINE)
# Faster than to try all patterns.
_MAY_BE_OUTLINES = lazy_regex(
    r"(?i)section|chapter|heading|contents|\btoc\b|outline|structured|organi[sz]ed|divided|laid out|abschnitte|kapitel"
    r"|überschriften|gliederung|gegliedert|aufgebaut|strukturiert|inhalt|chapitre|titres|matières|sommaire|structuré"
    r"|organisé|divisé|seccion|capítulo|apartado|índice|contenido|sezion|capitol|indice|sommario|seções|hoofdstuk"
    r"|secties"
)


def is_about_folder(question: str, completed: str) -> bool:
    """Whether the question asks what a folder, or all documents together, are about.

    After another question, `completed` has words of it: "Summarise this" is about what was spoken of then.
    """
    if ABOUT.search(question) is not None and FOLDER.search(question) is not None:
        return True
    return _OF_ALL.fullmatch(question) is not None and (question == completed or not points_back(question))


def asks_for_overview(query: str) -> bool:
    """Whether a query is for what all documents together are about; `OVERVIEW_NAMES` stand at its end then."""
    return query.endswith(OVERVIEW_NAMES)


def outline_of(question: str) -> str | None:
    """Of which document a question asks for the sections, "" where it names none; None for other questions."""
    if _MAY_BE_OUTLINES.search(question) is None:
        return None
    match = next(filter(None, (pattern.fullmatch(question) for pattern in _OUTLINES)), None)
    return next(filter(None, match.groups()), "") if match is not None else None

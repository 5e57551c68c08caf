"""Irregular forms, synonyms, and words of a question that say little about its subject."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain

from bookwheel.engine.text.folding import fold

# Between the slashes: forms of one word.
_FORMS = """
arise arose arisen / bear bore borne / beat beaten / become became / begin began begun beginning / bend bent
bind bound / bite bit bitten / bleed bled / blow blew blown / break broke broken breaks breaking / breed bred
bring brought / build built building builder / burn burnt / buy bought / carry carried carries / catch caught
choose chose chosen choice / come came / creep crept / cut cutting / deal dealt / dig dug digging
draw drew drawn / drink drank drunk / drive drove driven driver / eat ate eaten / fall fell fallen / feed fed
feel felt / fight fought / find found / fly flew flown flight / forbid forbade forbidden
forget forgot forgotten / freeze froze frozen / get got gotten getting / give gave given / go went gone goes going
grow grew grown growth / hang hung / hear heard / hide hid hidden / hit hitting / hold held / keep kept
know knew known / lay laid / lead led / leave left / lend lent / light lit / lose lost loss / make made
mean meant / meet met meeting / pay paid payment / put putting / read reading / ride rode ridden
ring rang rung / rise rose risen / run ran running / say said / see saw seen / seek sought / sell sold
send sent / set setting / shake shook shaken / shear sheared shorn / shine shone / shoot shot
show showed shown / shut shutting / sing sang sung / sink sank sunk / sit sat sitting / sleep slept / slide slid
mow mowed mown mower / sow sowed sown / sew sewed sewn
speak spoke spoken / spend spent / spin spun / split splitting / spread spreading / stand stood
steal stole stolen / stick stuck / strike struck / swear swore sworn / sweep swept / swim swam swum
take took taken / teach taught teacher / tear tore torn / tell told / think thought / throw threw thrown
understand understood / wake woke woken / wear wore worn / weave wove woven / win won winner winning
write wrote written writer writing / child children / foot feet / goose geese / life lives / man men
thief thieves / knife knives / loaf loaves / calf calves / half halves / hoof hooves / scarf scarves
shrink shrank shrunk / spill spilt / undo undid undone / repay repaid / rebuild rebuilt / swing swung
sting stung / flee fled / withdraw withdrew withdrawn / overtake overtook overtaken / oversee oversaw overseen
mouse mice / person people / shelf shelves / tooth teeth / wife wives / woman women / wolf wolves
good better best / bad worse worst / die died death dead / born birth / high height higher / deep depth
wide width / long length / weigh weight weighed weighs / hot heat / sign signature / decide decision
approve approval / begin beginning / arrive arrival / depart departure / fail failure / grow growth
cover covered coverage / store stored storage / leak leaked leakage / break breakage / deliver delivered delivery
close closed closure / prove proved proof / enter entered entrance entry / attend attended attendance
maintain maintained maintenance / differ differed difference / treat treated treatment / agree agreed agreement
employ employed employment / ship shipped shipment / reimburse reimbursed reimbursement / refuse refused refusal
remove removal / renew renewed renewal / retire retired retirement / appoint appointed appointment
complain complaint / disturb disturbance / assist assistance / accept acceptance / refer reference
prefer preference / absent absence / respond response / discover discovery / recover recovery / injure injured injury
cancel cancelled cancellation / expose exposed exposure / behave behaviour / advise advice / succeed success
believe belief / relieve relief / speak speech / bury buried burial / mix mixture / please pleasure
partner partnership / member membership / owner ownership / leader leadership / friend friendship
citizen citizenship / sponsor sponsorship / champion championship / relation relationship
eligible eligibility / available availability / responsible responsibility / safe safety / thick thickness
ill illness / sick sickness / strong strength / warm warmth / broad breadth / true truth / young youth / hungry hunger
insure insurance insurer / guarantee warranty / replace replacement / install installation installing
restore restoring / describe description / explain explanation / permit permission permitted
beginnen begann begonnen beginnt beginn / sinken gesunken sinkt / versenken versenkt versenkte
bleiben blieb geblieben / brechen brach gebrochen bricht bruch
bringen bringe brachte gebracht / denken dachte gedacht / dürfen darf durfte / enden endet geendet ende
essen aß gegessen isst / fahren fuhr gefahren fährt fahrt / fallen fiel gefallen fällt
fangen fing gefangen fängt / finden finde fand gefunden findet / fliegen flog geflogen / geben gebe gab gegeben gibt
gehen gehe ging gegangen geht / gießen gegossen gießt / graben gegraben gräbt / haben hat hatte gehabt
halten halte hielt gehalten hält / heißen heißt hieß / helfen helfe half geholfen hilft hilfe / kennen kannte gekannt
kommen komme kommt kam kamen gekommen
laufen laufe lief gelaufen läuft / leihen leihe lieh geliehen / lesen lese las gelesen liest
liegen liege lag gelegen liegt / messen maß gemessen misst / mähen gemäht mähte mäht / nehmen nehme nahm genommen nimmt
nennen nannte genannt / rufen rufe rief gerufen / schließen schließe schloss geschlossen schließt
schreiben schreibe schrieb geschrieben / schwimmen schwamm geschwommen / sehen sehe sah gesehen sieht
singen sang gesungen
sitzen saß gesessen / sprechen spreche sprach gesprochen spricht / stehen stand gestanden steht
steigen steige stieg gestiegen steigt anstieg / sterben starb gestorben stirbt tod tot
tragen trage trug getragen trägt
treffen traf getroffen trifft / trinken trinke trank getrunken / tun tat getan / verbieten verbot verboten
verlieren verlor verloren / wachsen wuchs gewachsen wächst / waschen wasche wusch gewaschen wäscht
werden wurde geworden wird / wissen wusste gewusst weiß / ziehen ziehe zog gezogen / bauen gebaut baute erbaut
kosten kostet kostete kosteten gekostet / öffnen öffne geöffnet öffnet offen öffnung
zahlen zahle gezahlt bezahlt zahlt zahlung
kaufen kaufe kauft kaufte gekauft / verkaufen verkauft verkaufte / machen macht machte gemacht / sagen sagt sagte gesagt
arbeiten arbeitet gearbeitet / wohnen wohnt wohnte gewohnt / leben lebt lebte gelebt / holen holt holte geholt
stellen stelle stellt stellte gestellt / legen legt legte gelegt / setzen setzt setzte gesetzt
zeigen zeigt zeigte gezeigt
planen plant plante geplant / prüfen prüft prüfte geprüft / malen malt malte gemalt / wählen wählt wählte gewählt
mieten mietet mietete gemietet / liefern liefert lieferte geliefert / melden melde meldet meldete gemeldet
pflanzen pflanzt pflanzte gepflanzt / feiern feiert feierte gefeiert / gründen gründet gründete gegründet
leiten leitet leitete geleitet / führen führt führte geführt / drucken druckt druckte gedruckt
kochen kocht kochte gekocht
springen sprang gesprungen springt / schlafen schlief geschlafen schläft / werfen werfe warf geworfen wirft
bieten bot geboten / binden band gebunden / brennen brannte gebrannt brennt / frieren fror gefroren
fressen fraß frisst / gewinnen gewann gewonnen / heben hob gehoben / laden lud geladen lädt
gelten gilt galt gegolten / treten tritt trat getreten / weisen wies gewiesen /
scheiden schied geschieden / schwinden schwand geschwunden / greifen griff gegriffen / leiden litt gelitten
hängen hing gehangen / werben warb geworben wirbt / bekommen bekam bekamen bekommt
reißen riss gerissen / reiten ritt geritten
schieben schob geschoben / schießen schoss geschossen / schlagen schlug geschlagen schlägt
schneiden schnitt geschnitten / stehlen stahl gestohlen / streichen strich gestrichen / streiten stritt gestritten
vergessen vergaß vergisst / wiegen wog gewogen / beißen biss gebissen / backen gebacken / anrufen angerufen
abholen abgeholt / mitbringen mitgebracht / einladen eingeladen / anfangen angefangen / ausleihen ausgeliehen
umziehen umgezogen / abgeben abgegeben / zurückgeben zurückgegeben / abreißen abgerissen / aufhören aufgehört
schicken schicke schickt schickte geschickt / testen testet testete getestet / heiraten heiratet heiratete geheiratet
spielen spielt spielte gespielt / suchen sucht suchte gesucht / retten rettet rettete gerettet
vertreten vertritt vertrat vertretung
fragen fragt fragte gefragt / sammeln sammelt sammelte gesammelt / löschen löscht löschte gelöscht
landen landet landete gelandet / grillen gegrillt / verantwortlich verantwortung
garer gare garent garé / payer paye paie payent paient payé / louer loue louent loué / laver lave lavent lavé
fumer fume fument fumé / voter vote votent voté / loger loge logent logé / jouer joue jouent joué / nager nage nagent
poser pose posent posé / aider aide aident aidé / tirer tire tirent tiré / vider vide vident vidé
avoir eu / boire bu / conduire conduit
construire construit construite construisit construction / courir couru / devenir devenu devient deviennent
devoir doit doivent dû / dire dit / dormir dormi / écrire écrit écrite écrivit / faire fait / lire lu
mettre mis / mourir mort morte mourut / naître né née naquit
ouvrir ouvre ouvert ouverte / partir part parti départ / peindre peint / perdre perdu perdit
pouvoir peut peuvent peux pu / peser pèse pesait pesé pèsent
prendre pris prend prennent prit / recevoir reçu / savoir sait savent su / tenir tenu tient tiennent
vendre vendu vend vente / venir venu vient viennent / vivre vécu vit / voir vu / vouloir veut veulent voulu
produire produit production / cuire cuit cuite cuisson cuisent / rendre rend rendu rendue / joindre joint jointe
éteindre éteint éteinte / acheter achète achat / jeter jette jeté / lever lève / suivre suit suivi / servir sert servi
répondre répond répondu / attendre attend attendu / coudre cousu / battre bat battu / descendre descendu descendus
abrir abre abierto abierta / costar cuesta cuestan costó costaba costaron
andar anduvo / caer cayó / cerrar cierra cerrado cerró cierran
comenzar comienza comenzó comienzan / conducir condujo / construir construyó construido / dar dio / decir dijo dicho
dormir duerme /
empezar empieza empezó empiezan empezaba / escribir escrito escribió / hacer hizo hecho hace / ir / leer leyó
llegar llega llegada / medir mide / morir murió muerto muerte / nacer nació nacido / oír oyó / pagar paga pago
pedir pide pidió / perder pierde pierdo pierda pierden / poder puede pudo / poner pone ponen puso puesto puesta
querer quiere / romper roto
saber sabe supo / salir sale salida / tener tiene tuvo / traer trajo / venir viene vino / ver visto vio
volver vuelve vuelto / encontrar encuentra encuentran
dirigere dirige diretto diretta diretti diresse / leggere legge letto lesse
hornear horneado hornea / morire morto morta morì / nascere nato nata nacque / aprire aperto aperta apre aprì
chiudere chiuso chiusa chiude chiuse / scrivere scritto scritta scrisse / fare fatto fatta fa fece
prendere preso presa prese / vendere venduto venduta vendette / perdere perso persa perse
mettere messo messa mise / venire venuto viene venne / vedere visto vide / spendere speso spese
rompere rotto rotta ruppe / scegliere scelto scelta scelse / vincere vinto vinse
costruire costruito costruita costruì / vivere vissuto visse
fondare fondato fondata fondò
tenere tenuto tenne / beginnen begon / breken brak gebroken / brengen bracht / kopen kocht gekocht
schrijven schreef geschreven / sluiten gesloten sloot / verliezen verloren verlies / zoeken zocht
openen opende geopend opent / verkopen verkocht verkoopt / bouwen bouwde gebouwd bouwt / winnen won gewonnen wint
kiezen koos gekozen kiest / komen kwam gekomen komt / geven gaf gegeven geeft / nemen nam genomen neemt
vinden vond gevonden vindt / zien zag gezien ziet / spreken sprak gesproken / sterven stierf gestorven
vertrekken vertrok vertrokken vertrekt / betalen betaalde betaald betaalt / verhuizen verhuisde verhuisd
stichten stichtte gesticht / krijgen kreeg gekregen / leveren leverde geleverd
"""

# Between the strokes: everyday words for the same thing, asked in one and answered in another.
_SYNONYMS = """
store save keep locate lie hold / delete remove erase / change switch edit modify / start launch run begin
start launch open
stop cancel abort interrupt end quit exit / show display view / leave close quit exit / leave depart
fahren abfahrt / ankommen ankunft / partire partenza / arrivare arrivo / vertrekken vertrek
create make build founded establish / create make write / make manufacture produce / invent design devise
cost price fee charge amount rate fare expensive dear cheap / pay charge cost price / buy purchase / fast quick speed
large big huge size / help assist support / need require compulsory obligatory necessary must mandatory
permit allow may can forbid prohibit ban / mend repair fix / throw discard / teach instructor taught lecturer
lead head run manage responsible charge / responsible charge care / join participate attend part / bring carry
hold carry bear support / phone telephone ring call / picture photo photograph image / accident crash collision
last duration take keep / rent lease hire borrow / guarantee warranty / dustbin rubbish waste garbage trash / sick ill
bike bicycle / car vehicle automobile / mail email message letter / author written wrote / raise increase rise
lower reduce decrease cut fall / sender from / recipient to / copy cc / subject betreff / date when day
manager head director / salary wage pay / boss chief head / wohnen leben / kosten preis gebühr betrag
allow limit maximum / heavy weight mass / tall height / hot temperature warm cold / loud noise sound volume
old age / long duration time / fast velocity / miss absent / reply answer respond / meeting minutes
rollback revert restore undo back / finish complete graduate / collect pick fetch / caretaker janitor
wrong fail error fatal problem fault / earn pay wage salary / sleep night overnight / pay accept / withdraw cancel
two 2 / three 3 / four 4 / five 5 / six 6 / seven 7 / eight 8 / nine 9 / ten 10 / twelve 12
markdown md / javascript js / typescript ts / jpeg jpg / yaml yml / macos mac osx
measure height size / mesurer hauteur taille / medir altura talla / misurare altezza
carry load bear capacity / sell sale / headquarters seat / sitz hauptsitz zentrale
l litre liter / kg kilo kilogram kilogramm / kn knot knots / km kilometre kilometer / cm centimetre zentimeter
g gram gramm
kubikmeter m³ / responsible contact person / park stand / life live
eat food feed / founded establish start open / reserve book / injure hurt wound
allow maximum max / least minimum min
guarda guardar conserva conservar aguanta aguantar
schwer gewicht / laut lautstärke geräusch / heiß warm kalt temperatur / alt alter / schnell geschwindigkeit / hoch höhe
tief tiefe / breit breite / abgeben hinterlegen abliefern übergeben / hausmeister hauswart / treffen sitzung versammlung
lourd poids peser / chaud froid température / haut hauteur / profond profondeur / vieux âge / rapide vitesse
pesado peso pesar / alto altura / profundo profundidad / caliente frío temperatura / sacar llevar prestar
pesante peso pesare / alto altezza / profondo profondità / caldo freddo temperatura / zwaar gewicht / hoog hoogte
diep diepte / breed breedte / warm temperatuur
dauern dauer / erlauben dürfen gestatten verbieten untersagen / anrufen telefonieren / reparieren ausbessern
coûter prix tarif / costar precio valer cuesta / permettre interdire autoriser / permitir prohibir / durer durée
"""

# Words that frame a question ("what type of", "how do I get") more than they say what it is about.
_LIGHT = """
year name type kind number example term called sort thing people person amount value way part place time
take last cost become happen go come get give make do use need keep mean have work look let put set say tell find found
normal normally usually today nowadays behave verhalten comporter comportar comportarse comportarsi
know want like please must should ought enough apply applies total currently exactly actually
right correct proper suitable richtig correcto correcta giusto juste
used usual usually typical typically approximately roughly estimate estimated üblich üblicherweise typisch
llaman llamado llamada llamó considera consideran considerado considerada usan usa usar usado utilizan utiliza utilizar
utilisé utilise utilisent utiliser appelle appellent usano usato usata utilizzano utilizzato chiamano chiamato
typischerweise ungefähr verwenden verwendet environ habituellement aproximadamente normalmente circa
devenir diventare
kein keine keinen keinem keiner mein meine meinen meinem meiner unser unsere unseren muss musst heute normalerweise
aujourd'hui normalement hoy normalmente oggi hoje vandaag
dürfen können müssen sollen poder deber pouvoir devoir potere dovere kunnen mogen moeten mag moet kan può deve pode
puedo puedes podemos pueden debo debes debemos deben quiero queremos tengo tenemos posso possiamo devo dobbiamo voglio
vorrei dois doit devons devez doivent veux voulons pouvons dürft soll sollst möchte möchten worth
bedragen bedraagt beträgt belaufen élève élever monte asciende ascender ammonta ammontare
nehmen bekommen erhalten kriegen
dauern kosten machen gehen kommen geben heißen werden haben brauchen finden liegen stehen gelten nennen betragen sagen
jahr name zahl teil tun erledigen
faire être coûter durer avoir aller venir prendre trouver dire appeler nom année
costar hacer tener durar haber ir venir lleva llevan tomar encontrar llamar nombre año
costare avere durare andare venire trovare chiamare nome anno
custar fazer ter durar nome ano
one ones new newest current latest neu neue neuer neuen aktuell aktuelle nouveau nouvelle actuel actuelle nuevo nueva
nuovo nuova attuale novo nova atual nieuw nieuwe huidige
belong belongs gehört gehören still already yet today nowadays including inclusive
einschließlich inklusive inclus compris incluido incluida
incluso todavía aún ancora tuttora ainda heute aujourd'hui oggi hoje vandaag сегодня ещё
main primary major principal entity entities   location attribute percentage percent originally previously
believe believed consider considered commonly generally result resulted cause occur occurred provide determine various
past extra additional further zusätzlich zusätzliche zusätzlicher supplémentaire supplémentaires adicional adicionales
certain prior several different method purpose reason word phrase
lautet lautete laut passiert passierte passieren befindet befinden befand ursprünglich prozentsatz anzahl begriff
zuerst mal bereich verschieden verschiedene gewöhnlich hauptsächlich allgemein allgemeinen grund zweck methode
wort geschah geschieht mon ma mes notre nos votre vos mi mis nuestro nuestra mio mia nostro nostra
pasa pasaba ocurre sucede sucedió puis lassen ließ lässt gelassen
tipo tipos lugar llama porcentaje entidad principal manera forma final originalmente cantidad valor término
palabra persona personas pasó ocurrió determinar realizar realizó vez motivo razón método   número
type sorte lieu appelé appelée nommé pourcentage  principale manière façon quantité valeur terme mot personne
nombre raison méthode  chose
luogo chiamava chiama percentuale  modo quantità termine parola numero ragione metodo  secondo
chamava chama chamado porcentagem percentagem quantidade termo palavra pessoa razão segundo coisa
soort plaats heet noemde belangrijkste manier hoeveelheid waarde woord persoon aantal reden
kosten doen hebben duren maken liggen naam jaar
"""

# Verbs with these have no "ge" in the participle.
_PREFIXES = ("ver", "zer", "ent", "miss", "be", "er")
_SHORTEST_ROOT, _LONGEST_ENDING = 3, 2


def base_form(word: str) -> str:
    """The first of the irregular forms of a folded word; the word itself where none is known."""
    return _base_forms((word,))[0]


def _base_forms(words: Iterable[str]) -> list[str]:
    """As `base_form`, without a call for each of the thousand words of a list."""
    bases = _bases()
    return [
        bases.get(word) or (_base_with_prefix(word) if word.startswith(_PREFIXES) else "") or word for word in words
    ]


def _base_with_prefix(word: str) -> str:
    """The infinitive of an irregular German verb with a prefix that stays: "verleihen" of "verliehen", "verlieh"."""
    prefix = next((prefix for prefix in _PREFIXES if word.startswith(prefix)), "")
    rest = word[len(prefix) :]
    if not prefix or len(rest) < _SHORTEST_ROOT:
        return ""
    base = _bases().get(rest) or _bases().get(f"ge{rest}") or ""
    return f"{prefix}{base}" if base.endswith("en") and base != rest else ""


def other_forms(word: str) -> tuple[str, ...]:
    """The irregular forms of a word beside itself, as they are written: "began" and "begun" of "begin"."""
    folded = fold(word)
    # The forms as they are written take as long to collect as all bases, and most words have none.
    return tuple(form for form in _written_forms()[folded] if form != word) if folded in _bases() else ()


def synonyms_of(word: str) -> frozenset[str]:
    """The folded words that everyday speech puts for `word`, itself left out."""
    return _synonyms().get(base_form(word), frozenset()) - {base_form(word)}


def words_with_synonyms() -> frozenset[str]:
    """All folded words that have synonyms, each in its first form."""
    return frozenset(_synonyms())


def is_everyday_word(word: str) -> bool:
    """Whether a word is among the irregular forms, those with synonyms or the light ones: it is spelled right."""
    folded = fold(word)
    return folded in _bases() or base_form(folded) in _synonyms() or is_light(folded)


def is_light(word: str) -> bool:
    """Whether a folded word frames a question more than it says what the question is about."""
    if base_form(word) in _light() or word.removesuffix("ed") in _light():
        return True
    # "Braucht" of "brauchen", "dauert" of "dauern".
    root = word.removesuffix("t")
    return root != word and (f"{root}en" in _light() or (root.endswith("er") and f"{root}n" in _light()))


@cache
def _bases() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _groups(_FORMS):
        for form in group:
            found.setdefault(form, found.get(group[0], group[0]))
    return found


@cache
def _written_forms() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for written, folded in zip(_lines_of(_FORMS), _lines_of(fold(_FORMS)), strict=True):
        forms = tuple(written.split())
        for form in folded.split():
            found[form] = found[form] + forms if form in found else forms
    return found


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for words in _groups(_SYNONYMS):
        group = frozenset(_base_forms(words))
        for word in group:
            found[word] = found.get(word, frozenset()) | group
    return found


@cache
def _light() -> frozenset[str]:
    return frozenset(_base_forms(chain(*_groups(_LIGHT))))


def _groups(text: str) -> list[list[str]]:
    return [group.split() for group in _lines_of(fold(text)) if group.strip()]


def _lines_of(text: str) -> list[str]:
    return text.replace("\n", "/").split("/")


def begins_as(one: str, other: str) -> bool:
    """Whether two words differ by little at their end: "rejection" and "reject"."""
    shorter, longer = sorted((one, other), key=len)
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(shorter))
    added = len(longer) - len(shorter)
    # A visitor is not a visit.
    is_ending = shared == len(shorter) and added == _LONGEST_ENDING and not longer.endswith("or")
    is_ending |= shared == len(shorter) and added == len("ion") and longer.endswith("tion")
    return shared >= 5 and (shared >= 0.75 * len(longer) or is_ending)

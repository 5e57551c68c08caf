"""Which language a text is written in, as far as searching needs to know."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bookwheel.lazy_regex import lazy_regex

ENGLISH = "english"
# Scripts without spaces between words (Chinese, Japanese, Thai…), and Korean, whose words take many endings.
UNSEGMENTED = "unsegmented"
UNSTEMMED = "unstemmed"
VIETNAMESE = "vietnamese"

# Character classes of the scripts whose words are not separated by spaces, or not usefully so: signs for syllables and
# words, and alphabets.
IDEOGRAPHS = (
    "\u1100-\u11ff\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3100-\u318f\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
LETTERS_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
UNSEGMENTED_CHARACTERS = LETTERS_WITHOUT_SPACES + IDEOGRAPHS
# To compile a class takes as long as it has characters: those of ideographs 2.5 ms, a fifth of a bare interpreter. Most
# texts have nothing but Latin letters, their marks and signs.
_BEYOND_LATIN = lazy_regex("[^\x00-\u036f\u1e00-\u2bff]")
_UNSEGMENTED_CHARACTER = lazy_regex(f"[{UNSEGMENTED_CHARACTERS}]")

_SAMPLE = 2_000
# "Was bedeutet das?" has one English word and no German one of the lists: more than one word must speak against the
# language that is expected.
_EXPECTED = 1.5
# A short text of one is easily taken for another.
_ALIKE = ({"danish", "norwegian", "swedish"}, {"spanish", "portuguese", "italian"})
# One letter in this many must be of such a script.
_PERSIAN_SHARE = 20
_VIETNAMESE_SHARE = 25
_SCRIPTS = {
    UNSEGMENTED: _UNSEGMENTED_CHARACTER,
    "russian": lazy_regex("[\u0400-\u052f]"),
    "greek": lazy_regex("[\u0370-\u03ff\u1f00-\u1fff]"),
    "arabic": lazy_regex("[\u0600-\u06ff\u0750-\u077f]"),
    "tamil": lazy_regex("[\u0b80-\u0bff]"),
    "hebrew": lazy_regex("[\u0590-\u05ff]"),
    UNSTEMMED: lazy_regex(
        "[\u0530-\u058f\u0700-\u074f\u0780-\u0b7f\u0c00-\u0dff\u0f00-\u0fff\u10a0-\u10ff\u1200-\u139f]"
    ),
}
_LATIN_LETTER = lazy_regex("[A-Za-z]")
_LATIN_WORD = lazy_regex(r"[^\W\d_]+")
# What stands between the words of a text in ASCII, as spaces.
_BETWEEN_WORDS = {code: " " for code in range(0x80) if not chr(code).isalpha()}
_NOT_ASCII = lazy_regex("[\u00a1-\u1eff]")
# Letters that Persian and Urdu use often, and Arabic does not have.
_NOT_ARABIC = lazy_regex("[\u067e\u0686\u0698\u06a9\u06af\u06cc\u0679\u0688\u0691\u06d2]")
# Letters that no other language has: two with a hook, and vowels with two marks.
_VIETNAMESE = lazy_regex("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")

# Words that are frequent in one language and rare in the others.
_FUNCTION_WORDS = {
    ENGLISH: "the of and to is was that for with are this which from by what how who does when where a an on in at "
    "as it its be been or not can has have had do did their there than any all if about into between i my me you "
    "your we our us he she his her him they them these those would could should will shall may might must also but "
    "so such then because while why whose whom both each other some more most only out up over under after before "
    "during through against without within no just please get am were here now",
    "german": "der die das und ist nicht mit ein eine dem den von zu auf für sich wird wurde welche wer wie wann wo "
    "werden sie kann oder im bei aus auch einen einem eines sind ich mein meine meinen mir mich wir uns unser ihr "
    "ihre ihren ihnen er es sein seine war hat haben habe hatte waren nach vor über unter durch gegen ohne um als "
    "wenn dass nur noch mehr sehr alle diese dieser dieses diesen was warum wieso welcher welches welchen welchem "
    "wem wessen muss müssen soll sollte darf dürfen man in an da am vom zum zur beim bis gibt gilt mache machen "
    "könnte wäre sollten sowie bitte keine kein s wen worauf wozu wogegen weshalb wodurch womit wofür finden statt",
    "french": "le les des est une dans pour qui que sur avec par pas sont au du quel quelle combien où aux cette "
    "vous votre ce peut ou et je tu il elle nous ils elles on mon ma mes ton ta tes son sa ses leur leurs notre nos "
    "vos se ne plus comment pourquoi quand quelles quels quoi mais comme être avoir fait faire ai a as avez ont été "
    "était sans sous entre ces en à y dois doit puis peuvent si de la l d j qu c s n m aussi très bien tout tous "
    "toute toutes depuis chez lors dont",
    "spanish": "el los las una que es por con para del se fue como más qué cuál cuándo cuántos quién dónde y su sus "
    "puede está un lo yo mi mis me te tu tus nos nuestro nuestra le les ha he han hay son era ser estar este esta "
    "esto estos estas cómo cuáles cuánto cuánta cuántas porque si sí no pero sin sobre entre muy también hasta desde "
    "debo puedo puedes pueden tengo tiene tienen hacer en a la de al cuando donde quien todo todos otra otro ya",
    "italian": "il gli che di è per una con non sono della del nel dei quale quando quanti dove chi anche si le dal "
    "alla può io mio mia miei mie mi ti ci vi lo la ho hai ha abbiamo hanno sei siamo essere avere fare faccio devo "
    "posso possono potete voglio vorrei come cosa perché perchè qual quali quanto quanta quante nella nelle nello "
    "negli degli delle dello agli alle allo ai al sul sulla sui suo sua suoi questo questa questi queste ma se o e "
    "ed in a da i più già senza tra fra quello quella un uno l d viene vengono ogni c tutti tutto deve devono serve "
    "cos avete su",
    "portuguese": "o os uma que do da em não para com são foi dos das ao qual quando quem onde quantos mais um por "
    "você pode no na eu meu minha meus minhas me seu sua seus suas nos nas pela pelo à às aos é ser ter tem têm há "
    "está estão como porque quais quanto quanta quantas posso devo preciso fazer isso este esta esse essa muito "
    "também já sem até entre de a e se sobre pelos pelas vocês podem",
    "dutch": "het een van en niet dat zijn voor met op te wordt werd welke wie hoe wanneer waar de bij kan deze ik "
    "je jij u uw mijn wij we zij ze hij haar hun er om als dan maar ook nog wel naar uit over tegen door zonder tot "
    "moet moeten mag mogen heb hebben heeft had zou zal waarom welk wat dit die in was aan bent kunnen kunt worden "
    "werden geen meer veel alle mij ons onze na",
    "swedish": "och att det som är på en av för med inte till den ett vilken vem hur när var från du kan eller om "
    "jag mig min mitt mina dig din vi oss ni er hon han de dem sig sin sitt sina har hade ska skall ville vill måste "
    "bör man så men vad varför vilka vilket hos efter vid under över genom utan mot mellan alla mycket mer finns "
    "vara blir blev få får göra gör i ditt dina samt",
    "danish": "og at det som er på en af for med ikke til den et hvilken hvem hvordan hvornår hvor fra kan eller "
    "blev jeg mig min mit mine du dig vi os jer hun han de dem sig sin sit sine har havde skal vil må man så men "
    "hvad hvorfor hvilke hvilket efter ved under over gennem uden mod mellem alle meget mere blive var i have være "
    "gøre gør findes hvis også kun mange",
    "norwegian": "og at det som er på en av for med ikke til den et hvilken hvem hvordan når hvor fra kan eller ble "
    "jeg meg min mitt mine du deg vi oss dere hun han de dem seg sin sitt sine har hadde skal vil må man så men hva "
    "hvorfor hvilke hvilket etter ved under over gjennom uten mot mellom alle mye mer bli var i ha være gjøre gjør "
    "finnes hvis også kun noen ut heter fikk mange",
    "finnish": "ja on ei että se oli ovat mutta kun joka mitä missä milloin kuka kuinka sekä myös tai voit jos mikä "
    "kuin ennen jälkeen vuonna ole hän sen minä sinä me te he minun sinun voin voiko saa saako pitää täytyy mitkä "
    "miksi kenen paljonko olen olet olemme olla oliko onko tämä tässä sitä niin vain kaikki minulla",
    "hungarian": "az és nem hogy egy is volt meg ezt mint mely melyik mikor hol ki hány már csak vagy ha egyes lehet "
    "ez amely én te mi ti ők van vannak lesz kell kellene milyen miért hogyan mennyi amikor ami aki azt ezek azok a "
    "tudok tudom szükséges után alatt mit miben melyek kik voltak által",
    "romanian": "și în este nu cu la pe din care sunt pentru ce cine unde când câte mai fost să al sau de un o eu tu "
    "noi voi ei ele am ai are avem au pot poate trebuie cum cât câți câtă cea cel cei cele acest această aceste lui "
    "lor prin sub fără despre dar dacă a se mi îmi își vă fi avut era asupra între",
    "turkish": "ve bir bu için ile olarak olan da de ne kim nerede kaç hangi çok daha gibi veya sonra en ise ben sen "
    "biz siz o şu nasıl neden niçin kadar var yok mı mi mu mü değil her şey ki ama bana benim neler hangisi kaçta "
    "nedir midir mıdır gerekir yapmak olur olduğu",
    "polish": "się nie na jest do że w z i jak od przez są oraz po który która które dla być tym może aby lub był co "
    "czy gdzie kiedy dlaczego ile jaki jaka jakie jakich kto kogo mi mnie mój moja moje ja ty on ona my wy oni mam "
    "masz ma mamy mogę można muszę trzeba ale więc tylko także również przed pod nad bez u były była było ten ta to "
    "te tego tej tych a należy jakiś mogą",
    "czech": "se na je že v s z o i jako po od které který pro nebo jsou by být byl aby také jeho lze při k co kde "
    "kdy proč kolik jaký jaká jaké kdo mi můj moje já ty on my vy mám máme mohu musím ale tak jen před pod bez u "
    "byla bylo ten ta to tento tato a může",
    "slovak": "sa na je že v s z o i ako po od ktoré ktorý pre alebo sú by byť bol aby tiež jeho pri k čo kde kedy "
    "prečo koľko aký aká aké kto mi môj moja ja ty my vy mám máme môžem musím ale tak len pred pod bez u bola bolo "
    "ten tá to tento táto a môže",
    "croatian": "je u se da na za koji koja koje su od ili kao što nije biti može te iz do sam bio tko gdje kada "
    "zašto koliko kakav mi moj moja ja ti vi imam imamo mogu moram ali samo prije pod bez bila bilo taj ta to ovaj "
    "ova a treba",
    "slovene": "je in v se da na za ki so od ali kot ni biti lahko pa iz do tudi bil ter s z kaj kdo kje kdaj zakaj "
    "koliko kakšen mi moj moja jaz ti vi imam imamo moram ampak samo pred pod brez bila bilo ta to a naj",
    "indonesian": "yang dan di untuk dengan dari ini pada adalah itu tidak ke dalam oleh akan atau anda dapat juga "
    "sebagai kapan siapa apa berapa mana telah saya kami kita mereka ia dia bagaimana mengapa kenapa dimana "
    "dimanakah apakah siapakah berapakah kapankah bisa harus sudah belum pernah ada lebih sangat antara ketika jika "
    "maka seorang sebuah para tersebut yaitu seperti karena namun setelah bagi saat sampai hanya",
    "swahili": "ya na wa kwa ni katika la za kama cha vya kuwa hiyo huo nini nani gani wapi lini ambayo pia yake hii",
    "latvian": "un ir no ar uz ka par kas tas vai lai kā pie tiek var jūs pēc bet savu šo nav",
    "lithuanian": "ir yra iš su kad į ar kaip tai kas bei apie jūs gali buvo per nuo arba savo šis nėra",
    "estonian": "ja on ei et see oma kui mis ning või ka oli seda kes siis võib selle kuid saab mida",
    "catalan": "el els les una que és per amb del dels al als no es i com aquest aquesta més seva va ser o",
    "yoruba": "ni ti tí ó àti ní fún sí wọn láti kan náà jẹ́ bí ṣe pé gbogbo nínú kí àwọn",
    "filipino": "ang ng sa mga na at ay para ito isang hindi kung ni may ano sino kailan saan siya ka",
    "afrikaans": "die en van nie is het in te vir op met dat wat word deur was hy aan kan ook",
}
# Letters that a language has besides those of English: in a short text they identify it better than words do.
_LETTERS = {
    "german": "äöüß",
    "french": "éèêàâçùœëïîôû",
    "spanish": "ñ¿¡áéíóú",
    "italian": "àèéìòù",
    "portuguese": "ãõçáéêâíóú",
    "swedish": "åäö",
    "danish": "æøå",
    "norwegian": "æøå",
    "finnish": "äö",
    "hungarian": "őűáéíóöü",
    "romanian": "țșăâîţş",
    "turkish": "ğışçöü",
    "polish": "ąęłżźśćńó",
    "czech": "řěůčšžýáíé",
    "slovak": "ľĺŕôčšžýáíé",
    "croatian": "čćšžđ",
    "slovene": "čšž",
    "latvian": "āēīūļņķģšž",
    "lithuanian": "ąčęėįšųūž",
    "estonian": "õäöü",
    "catalan": "àçèéíòóúï",
    "yoruba": "ẹọṣ",
}
_VOTES: dict[str, frozenset[str]] = {
    name: frozenset(words.split()) | frozenset(_LETTERS.get(name, "")) for name, words in _FUNCTION_WORDS.items()
}
_VOTING = frozenset(word for words in _VOTES.values() for word in words)
_STEMMED = frozenset(
    "danish dutch english finnish french german hungarian italian norwegian portuguese romanian spanish swedish "
    "turkish".split()
)


def is_beyond_latin(text: str) -> bool:
    """Whether the text has characters other than Latin letters, their marks and the common signs."""
    return not text.isascii() and _BEYOND_LATIN.search(text) is not None


def count_unsegmented(text: str) -> int:
    """How many characters are of scripts without spaces between words."""
    return len(_UNSEGMENTED_CHARACTER.findall(text)) if is_beyond_latin(text) else 0


def language_of(text: str, among: Collection[str] | None = None, expected: str = "") -> str:
    """The language of a text, named as its stemmer is; English when there is no evidence for another.

    `UNSEGMENTED` stands for scripts without spaces between words, `UNSTEMMED` for those with words but no stemmer.
    With `among`, only these and English are considered; without evidence the first of them is taken. One word more is
    needed for another language than the `expected` one.
    """
    sample = text[:_SAMPLE]
    if not sample.isascii():
        by_script = _script_of(sample)
        if by_script is not None:
            return by_script
    considered = [name for name in _VOTES if among is None or name == ENGLISH or _named(name) in among]
    votes = _votes_in(sample, considered)
    if expected:
        votes = {name: count + (_EXPECTED if _named(name) == expected else 0) for name, count in votes.items()}
    best = max(votes, key=votes.__getitem__)
    if votes[best] > votes[ENGLISH]:
        return _named(best)
    return next(iter(among), ENGLISH) if among and not votes[ENGLISH] else ENGLISH


def is_in_another_language(text: str, language: str) -> bool:
    """Whether there is evidence that the text is in another language, and not in one that is written alike."""
    own = language_of(text)
    if own == language or any({own, language} <= alike for alike in _ALIKE):
        return False
    return own != ENGLISH or language_of(text, among=(language,)) == ENGLISH


def function_words_in(text: str, language: str) -> frozenset[str]:
    """The words that are frequent in what a text is written in, one of the languages that are named `language`.

    Empty without evidence for one.
    """
    votes = _votes_in(text[:_SAMPLE], [name for name in _VOTES if _named(name) == language])
    best = max(votes, key=lambda name: votes[name], default="")
    return _VOTES[best] if best and votes[best] else frozenset()


def _votes_in(sample: str, languages: Iterable[str]) -> dict[str, int]:
    # Each word counts once: a repeated name or foreign phrase is not evidence.
    lowered = sample.lower()
    if lowered.isascii():
        # A sixth of the time that the pattern takes.
        seen = _VOTING.intersection(lowered.translate(_BETWEEN_WORDS).split())
    else:
        seen = _VOTING.intersection(_LATIN_WORD.findall(lowered))
        seen |= _VOTING.intersection(_NOT_ASCII.findall(lowered))
    return {name: len(seen & _VOTES[name]) for name in languages}


def _named(language: str) -> str:
    return language if language in _STEMMED else UNSTEMMED


def _script_of(sample: str) -> str | None:
    scripts = _SCRIPTS if is_beyond_latin(sample) else {}
    counts = {name: len(pattern.findall(sample)) for name, pattern in scripts.items()}
    best = max(counts, key=lambda name: counts[name], default=ENGLISH)
    latin = len(_LATIN_LETTER.findall(sample))
    # A Chinese character counts about as much as a Latin word.
    weight = 3 if best == UNSEGMENTED else 1
    if counts.get(best, 0) * weight > latin:
        is_persian = best == "arabic" and len(_NOT_ARABIC.findall(sample)) * _PERSIAN_SHARE > counts[best]
        return UNSTEMMED if is_persian else best
    return VIETNAMESE if len(_VIETNAMESE.findall(sample)) * _VIETNAMESE_SHARE > latin else None

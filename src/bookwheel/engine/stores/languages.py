"""Which language a text is written in, as far as searching needs to know."""

import re

ENGLISH = "english"
# Scripts without spaces between words (Chinese, Japanese, Thai…), and Korean, whose words take many endings.
UNSEGMENTED = "unsegmented"
UNSTEMMED = "unstemmed"

# Character classes of the scripts whose words are not separated by spaces, or not usefully so.
UNSEGMENTED_CHARACTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3100-\u318f"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)

_SAMPLE = 2_000
_SCRIPTS = {
    UNSEGMENTED: re.compile(f"[{UNSEGMENTED_CHARACTERS}]"),
    "russian": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
    "tamil": re.compile("[\u0b80-\u0bff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    UNSTEMMED: re.compile("[\u0700-\u074f\u0780-\u0b7f\u0c00-\u0dff\u0f00-\u0fff\u10a0-\u10ff\u1200-\u137f]"),
}
_LATIN_WORD = re.compile(r"[^\W\d_]+")

# Words that are frequent in one language and rare in the others.
_FUNCTION_WORDS = {
    ENGLISH: "the of and to is was that for with are this which from by what how who does when where a an on in at as "
    "it its be been or not can has have had do did their there than any all if about into between",
    "german": "der die das und ist nicht mit ein eine dem den von zu auf für sich wird wurde welche wer wie wann wo",
    "french": "le les des est une dans pour qui que sur avec par pas sont au du quel quelle combien où aux cette",
    "spanish": "el los las una que es por con para del se fue como más qué cuál cuándo cuántos quién dónde y",
    "italian": "il gli che di è per una con non sono della del nel dei quale quando quanti dove chi anche",
    "portuguese": "o os uma que do da em não para com são foi dos das ao qual quando quem onde quantos mais",
    "dutch": "het een van en niet dat zijn voor met op te wordt werd welke wie hoe wanneer waar de bij",
    "swedish": "och att det som är på en av för med inte till den ett vilken vem hur när var från",
    "danish": "og at det som er på en af for med ikke til den et hvilken hvem hvordan hvornår hvor fra",
    "norwegian": "og at det som er på en av for med ikke til den et hvilken hvem hvordan når hvor fra",
    "finnish": "ja on ei että se oli ovat mutta kun joka mitä missä milloin kuka kuinka sekä myös",
    "hungarian": "az és nem hogy egy is volt meg ezt mint mely melyik mikor hol ki hány már csak",
    "romanian": "și în este nu cu la pe din care sunt pentru ce cine unde când câte mai fost",
    "turkish": "ve bir bu için ile olarak olan da de ne kim nerede kaç hangi çok daha gibi",
}
_VOTES: dict[str, frozenset[str]] = {name: frozenset(words.split()) for name, words in _FUNCTION_WORDS.items()}


def language_of(text: str) -> str:
    """The language of a text, named as its stemmer is; English when nothing speaks for another.

    `UNSEGMENTED` stands for scripts without spaces between words, `UNSTEMMED` for those with words but no stemmer.
    """
    sample = text[:_SAMPLE]
    if not sample.isascii():
        by_script = _script_of(sample)
        if by_script is not None:
            return by_script
    # Each word counts once: a name or a foreign phrase that comes again and again says nothing.
    words = set(_LATIN_WORD.findall(sample.lower()))
    votes = {name: len(words & known) for name, known in _VOTES.items()}
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] > votes[ENGLISH] else ENGLISH


def _script_of(sample: str) -> str | None:
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    best = max(counts, key=lambda name: counts[name])
    latin = len(re.findall("[A-Za-z]", sample))
    # A Chinese character says about as much as a Latin word does.
    weight = 3 if best == UNSEGMENTED else 1
    return best if counts[best] and counts[best] * weight > latin else None

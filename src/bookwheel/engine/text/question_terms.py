"""The content words of a question, reduced so that the same word in a passage gives the same term."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from functools import cache, lru_cache

from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.languages import is_beyond_latin
from bookwheel.engine.text.word_forms import base_form, begins_as, is_light, synonyms_of, words_with_synonyms
from bookwheel.lazy_regex import lazy_regex

# Scripts without spaces between words: their terms are pairs of characters.
_UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u1000-\u109f"
_TOKEN = lazy_regex(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:['’][^\W\d_{_UNSPACED}]+)?")
_LATIN_TOKEN = lazy_regex(r"[^\W_]+(?:['’][^\W\d_]+)?")
_IS_UNSPACED = lazy_regex(rf"[{_UNSPACED}]")
# Japanese particles and endings; content words are written in other scripts.
_HIRAGANA_ONLY = lazy_regex(r"[\u3040-\u309f]+")
_WITH_PARTICLE = lazy_regex("[^\u3040-\u309f][はがをにでのもとへや]|[はがをにでのもとへや][^\u3040-\u309f]")
_VERB_SIGN = lazy_regex("[\u4e00-\u9fff](?![はがをにでのもとへや])[\u3040-\u309f]")

# Stop words of scripts without spaces.
_UNSPACED_STOPS = lazy_regex(
    "怎么办|多少钱|(?:需要|要|能|可以|会|得)(?=[多几怎什])|有多长时间|多长时间|有多长|多长|有多大|多大|有多高|多高|有多重|多重|有多远|多远|有多深|多深|どのくらい|どれくらい|几点开始|几点结束|几点|星期几|周几|礼拜几|什么时间|多长时间|多久|哪天|几天|什么时候|为什么|什么|怎么样|怎么|如何|多少|哪里|哪些|哪个|哪一年|何时|请问|有没有|谁|几个|いくら|是|的|了|吗|呢|吧|在|和|与"
    "|甚麼|怎麼|為什麼|嗎|何ですか|なぜ|どこ|いつ|だれ|誰|何"
)

# Stop words: they ask or connect, and say nothing about the subject.
STOP_WORDS = frozenset(
    """
a about above after again all also am an and any are as at be been before being below between both but by can could
did do does doing done down during each few for from further get gets give given got had has have having he her here
hers him his how i if in into is it its itself just let like me more most much many my no nor not now of off on once
only or other our out over own please same shall she should show so some such tell than that the their them then there
these they this those through to too under until up us very want was we were what when where which while who whom whose
why will with would you your yours don doesn didn isn aren wasn s t explain describe mean means there
ik mij hoeveel wieviel jusqu'à jusqu'au ab
bedeutet bedeuten signifie signifient significa significan betekent betekenen означает
sich noch bitte hier schon sein seine ihre gibt
hay ha han faut ont
fueron estaba estaban está están eran había habían hubo sido siendo
était étaient été avait avaient fut furent
erano fu furono stato stata stati state hanno aveva avevano
wurde wurden worden gewesen sei seien habe habt hätte
der die das den dem des ein eine einer eines einem einen und oder aber ist sind war waren wird werden wie was wer wo
wann warum welche welcher welches welchem welchen wessen wem wen wofür womit wodurch wovon wozu woran worin seit
damit dazu hatte hatten mit von zu zum zur im in auf an für über aus bei nach nicht auch es er sie wir ihr
ich mich mir man hat haben kann dass als um durch
el la los las un una unos unas y o pero es son era fue ser como que qué quién quiénes cuál cuáles cuándo cuánto cuántos
cuánta cuántas dónde cómo por para con sin de del al en se su sus lo le les no si más este esta estos estas
le la les un une des du de et ou mais est sont était sera que qui quoi quel quelle quels quelles quand où comment
pourquoi combien pour par avec sans dans sur au aux ce cette ces se sa son ses ne pas plus il elle ils elles on nous
vous je
il lo gli i le un uno una e o ma è sono era che chi cosa quale quali quando quanto quanta quanti quante quantos
quantas dove come perché
per con senza di del della
dei delle da dal in nel nella su al alla si non più
o os as um uma e ou mas é são foi que quem qual quais quando onde como por para com sem de do da dos das em no na nos
nas se não mais
de het een en of maar is zijn was waren wat wie waar wanneer hoe welke waarom met van te op in aan voor door niet ook
upon per within without among amongst around along toward towards besides aside despite according whether although
though however since because another others ever might either neither
vom beim ans ins unter gegen während nachdem bevor statt anstatt neben zwischen hinter vor ohne bis wenn weil ob indem
sowie sowohl weder dieser dieses diese diesem diesen jener jene jenes ihrer ihres ihrem ihren seiner seines seinem
seinen alle allem allen aller alles andere anderen anderer anderes anderem beide beiden beider einige einigen einiger
viele vielen vieler mehr meisten immer wieder worüber worauf worum wonach wohin woher wieso weshalb etwas jemand trotz
wegen innerhalb außerhalb abgesehen konnte konnten könnte wollte wollten sollte sollten musste mussten durfte hätten
würde würden wäre wären viel wenig
sobre durante contra desde hasta hacia entre tras ante bajo según antes después dentro fuera cuando donde aunque
mientras porque también otro otra otros otras mismo misma mismos mismas algún alguna algunos algunas cada todo toda
todos todas muy mucho mucha muchos muchas tiene tienen tenía tenían tuvo tuvieron ese esa esos esas aquel aquella eso
ello quien quienes cual cuales cuyo cuya además aparte través
celui celle ceux celles
durant pendant contre depuis jusque jusqu vers après avant sous chez selon malgré lors lorsque parce puisque afin donc
alors aussi autre autres même mêmes chaque tout toute tous toutes très beaucoup plusieurs quelques certains cet leur
leurs notre votre nos vos dont laquelle lequel lesquels lesquelles auquel duquel
contro verso tra fra dopo prima sotto sopra mentre anche altro altra altri altre stesso stessa ogni tutto tutta tutti
tutte molto molti molte questo questa questi queste quel quello quella quelli quelle cui loro suo sua suoi sue
até após depois sob enquanto também outro outra outros outras mesmo mesma muito muita muitos muitas estes esse essa
esses essas aquele aquela isso isto seu sua seus suas dele dela deles delas tem têm tinha tinham teve
tijdens tegen sinds tussen onder boven na vanaf volgens terwijl omdat want ander andere elke ieder iedere veel meer
meeste deze dit dat hun haar had hadden heeft hebben kon konden zou zouden werd werden worden
что кто где куда откуда когда как почему зачем какой какая какое какие каков какова сколько в во на с со по для из от до
о об к ко у за под над при через между после перед и или но а не ни был была было были есть это этот эта эти его её их
он она оно они который которая которое которые ли же бы так также
när hur vem vilken vilket vilka varför hvornår hvordan hvem hvilken hvilket hvilke hvorfor hvad
milloin missä kuka mikä kuinka miten kiedy gdzie kto ile który która które dlaczego kdy kde kdo kolik který která proč
nerede kaç nasıl când unde cine mikor hány milyen πότε πού ποιος ποια ποιο πόσο
""".split()
)

# "Die" is an article in German, "door" is "through" in Dutch, "state" is "been" in Italian; in English they are nouns.
_ENGLISH = lazy_regex(r"(?i)\b(?:the|did|does|when|where|how|why|who|what|which|of|to)\b")
_CONTENT_IN_ENGLISH = frozenset(
    "die door war man hat son hay state pour den sin non comment todo os del van met par".split()
)
# "The mileage of the Up": a word with a capital after "the" is a name.
_NAMED_AFTER = lazy_regex(r"(?<=[a-z] )the [A-Z][a-z]+\Z|\A(?:And|What about|How about) the [A-Z][a-z]+\Z")
# "May I bring a dog?" does not ask about the month.
_MAY_AT_START = lazy_regex(r"(?i)^\W*may (?!\d)")

# The last are those of verbs in Spanish, Portuguese and Italian: "entramos" and "entraron".
_ENDINGS = frozenset(
    (
        "",
        *"amos aron aba aban ado ando iendo emos ieron iamo ano mo ron ndo".split(),
        *"e en em es n s t te ten tet st et".split(),
    )
) | frozenset("a o as os i is".split())
_VERB_ENDINGS = frozenset(("t", "te", "ten", "st"))
SHORT_STEM = 3
SHORTEST_WITH_PREFIX = 8
SHORTEST_ROOT = 4
_OF_VERB = lazy_regex(r"(?:ung|en|et|st|t)$")
# "Aufzubewahren" and "eingereicht": of verbs whose prefix stands apart, the infinitive with "zu" and the participle.
_WITH_PREFIX = lazy_regex(
    r"(ab|an|auf|aus|bei|dar|ein|fest|frei|her|hin|los|mit|nach|vor|weg|weiter|zuruck|zusammen|um|durch|uber|unter"
    r"|wieder|bereit"
    r"|statt|teil|hoch|vorbei|entgegen|heraus|herein|hinein|hinaus)(?:zu([a-z]{3,}n)|ge([a-z]{3,}t)|(ge[a-z]{3,}en))"
)
# "Geprobt" of "proben", but not "Gewicht" and "Gericht".
_PARTICIPLE = lazy_regex(
    r"ge(?!wicht|richt|biet|rhart|rat|sicht|halt|stalt|burt|dicht|fecht|rucht|walt|schaft|lenkt?|wandt|bet|lernt?\b|schenk)"
    r"([a-z]{2,}(?:(?<![aeiou])t|[td]et))"
)
SHORTEST_PARTICIPLE = 5
# "No longer" denies; it says nothing of a length.
_NO_LONGER = lazy_regex(r"(?i)\b(?:no|any|not)\s+longer\Z")
# "I'm", "we've", "isn't", "what's".
_CONTRACTED = lazy_regex(
    r"(?i)(?:i|you|he|she|it|we|they|that|there|here|who|what|where|when|why|how)['’](?:m|s|re|ve|ll|d)|[a-z]+n['’]t"
)
_POSSESSIVE = lazy_regex(r"['’]s?$")
# "L'amende", "dell'officina": the article before a vowel.
_ELISION = lazy_regex(
    r"(?i)^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|(?:d|n|c)?all|de?ll|ne?ll|da?ll|su?ll|un|quest|quell|cos|dov"
    r"|com)"
    r"['’](?=[^\W\d_]{2})"
)
# "Given up", "gave away".
_GIVEN_UP = lazy_regex(r"(?i)\b(?:give[ns]?|gave) (?:up|away)\b")
# "From … on" in French, Spanish, Portuguese and Italian, not the verb.
_FROM_ON = lazy_regex(r"(?i)\b[aà] partire?\Z")
_START = 2
_LOST_E = lazy_regex(r"[^aeiou][aeiou][^aeiouwxy]")
_WITH_LY = frozenset(
    "supply apply reply imply comply multiply rely family assembly ally rally tally bully italy july".split()
)
_SUFFIXES = ("ations", "ation", "ingly", "ings", "ing", "edly", "ed", "ly", "ers", "er", "es", "s")


def terms(text: str) -> list[str]:
    """All terms of a text in order: folded, lightly stemmed words, and pairs of characters where no spaces are."""
    if not is_beyond_latin(text):
        return list(map(_term, _LATIN_TOKEN.findall(text)))
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if _IS_UNSPACED.match(token):
            found += [token[at : at + 2] for at in range(len(token) - 1)] or [token]
        else:
            found.append(_term(token))
    return found


def lazy_terms(words: str) -> Callable[[], frozenset[str]]:
    """The terms of some words, made on the first call: to stem those of all lists takes 3 ms of each start."""
    return cache(lambda: frozenset(terms(words)))


def words_of_terms(text: str) -> list[str]:
    """The folded words that the terms of a text are made of, in order; without spaces in its script, runs of it."""
    tokens = _TOKEN if is_beyond_latin(text) else _LATIN_TOKEN
    return [_plain(match[0]) for match in tokens.finditer(text)]


def content_terms(text: str) -> list[str]:
    """The distinct terms of a text that say what it is about, in order."""
    return list(dict.fromkeys(term for word in content_words(text) for term in _content_terms_of(word)))


def content_words(text: str) -> list[str]:
    """The words of a text that say what it is about, as they are written."""
    found: list[str] = []
    tokens = _TOKEN if is_beyond_latin(text) else _LATIN_TOKEN
    for match in tokens.finditer(text):
        token = match[0]
        if is_unspaced(token):
            found += [part for part in _UNSPACED_STOPS.split(token) if part and _content_terms_of(part)]
        elif token == "May" and _MAY_AT_START.match(text):
            continue
        elif token == "longer" and _NO_LONGER.search(text, 0, match.end()):
            continue
        elif _is_content(text, token, match.end()):
            found.append(token)
    return found


def _is_content(text: str, token: str, end: int) -> bool:
    if token.casefold() in ("partir", "partire") and _FROM_ON.search(text, 0, end) is not None:
        return False
    if not _is_stop_word(token) or (token[0].isupper() and _NAMED_AFTER.search(text, 0, end) is not None):
        return True
    if token in ("give", "gives", "given", "gave") and _GIVEN_UP.match(text, end - len(token)) is not None:
        return True
    return token in _CONTENT_IN_ENGLISH and _ENGLISH.search(text) is not None


def _is_stop_word(token: str) -> bool:
    if _CONTRACTED.fullmatch(token) is not None:
        return True
    # "May" is a month.
    if token == "may" or not STOP_WORDS.isdisjoint((token.casefold(), fold(token))):
        return True
    bare = _without_article(token)
    return bare != token and not STOP_WORDS.isdisjoint((bare.casefold(), fold(bare)))


def _without_article(token: str) -> str:
    # To look for the apostrophe first takes a tenth of the time, and few words have one.
    return _ELISION.sub("", token) if "'" in token or "’" in token else token


def is_unspaced(word: str) -> bool:
    """Whether the word is of a script without spaces between words."""
    return is_beyond_latin(word) and _IS_UNSPACED.match(word) is not None


def _content_terms_of(word: str) -> list[str]:
    if is_unspaced(word):
        pairs = [pair for pair in terms(word) if not _HIRAGANA_ONLY.fullmatch(pair)]
        # Of "屋台は誰" the pair "台は" has half a word.
        return [pair for pair in pairs if not _WITH_PARTICLE.fullmatch(pair)] or pairs
    return [_term(word)]


def nearest_term(term: str, wanted: Sequence[str], names: Set[str] = frozenset()) -> str:
    """The wanted term that `term` is a form of (another ending, a compound with it), else the term itself.

    Of `names` only other endings are forms: Pringle is another family than Pring.
    """
    if len(term) == 2 and _VERB_SIGN.fullmatch(term):
        # "使わ" and "使っ" are of one verb.
        return next((other for other in wanted if other[0] == term[0] and _VERB_SIGN.fullmatch(other)), term)
    if term in wanted or len(term) < 4 or not term.isalpha() or term in STOP_WORDS:
        return term
    start = term[:SHORT_STEM]
    for other in wanted:
        # Most words differ in their first letters: only one in twenty is compared letter by letter.
        begins_alike = other.startswith(start)
        if begins_alike and len(other) >= 4 and other.isalpha() and _is_inflected(term, other):
            return other
        if other in names or len(other) < 5 or len(term) < 5 or not other.isalpha():
            continue
        if begins_alike and begins_as(term, other):
            return other
        if "ung" in (term[-3:], other[-3:]) and _has_same_root(term, other):
            return other
        if _is_participle(term, other) or _is_participle(other, term):
            return other
        if len(other) >= 6 and ((term.startswith(other) and not names_person(term)) or term.endswith(other)):
            return other
    return term


_PERSONS = lazy_terms("mistress master teacher keeper woman girl boy friend owner maker")


def names_person(term: str) -> bool:
    """Whether a compound is a person: a schoolmistress is no school."""
    return term.endswith(tuple(_PERSONS()))


def _is_participle(one: str, other: str) -> bool:
    """Whether a German word is the participle of another: "gebacken" of "backen", "gemietet" of "mieten"."""
    if not one.startswith("ge") or not one.endswith(("n", "t", "et")) or not other.endswith("n"):
        return False
    return one[2:] == other or one[2:].removesuffix("t").removesuffix("e") == other.removesuffix("n").removesuffix("e")


def _has_same_root(one: str, other: str) -> bool:
    """Whether two German words are of one verb: "Reinigung" and "gereinigt"."""
    root = _root(one)
    return len(root) >= SHORTEST_ROOT and root == _root(other)


def _root(word: str) -> str:
    return _OF_VERB.sub("", word.removeprefix("ge") if word.endswith(("t", "en")) else word)


def _is_inflected(one: str, other: str) -> bool:
    """Whether two words differ by an ending alone: "öffne" and "öffnen"."""
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    endings = one[shared:], other[shared:]
    if shared == SHORT_STEM:
        # "Ruft" and "rufen": of short stems only the endings of German verbs.
        return "en" in endings and not _VERB_ENDINGS.isdisjoint(endings)
    return shared > SHORT_STEM and _ENDINGS.issuperset(endings)


def synonyms(term: str) -> frozenset[str]:
    """The terms used for `term` in everyday speech, without `term` itself."""
    # A stem has the first letters of its word: to stem all 1,200 words takes half a bare interpreter.
    same_start = [word for word in _words_by_start().get(term[:_START], ()) if _stem(word) == term]
    return frozenset(_stem(other) for word in same_start for other in synonyms_of(word)) - {term}


def synonym_words(word: str) -> frozenset[str]:
    """The words used for `word`, in any of its forms, in everyday speech."""
    term = _term(word)
    same_start = [other for other in _words_by_start().get(term[:_START], ()) if _stem(other) == term]
    return frozenset(synonym for other in same_start for synonym in synonyms_of(other)) - {fold(word)}


@lru_cache(maxsize=1)
def _words_by_start() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words_with_synonyms():
        found.setdefault(word[:_START], []).append(word)
    return found


def light_terms(words: Iterable[str]) -> frozenset[str]:
    """The terms of those words that frame a question more than they say what it is about."""
    bare = ((word, fold(_without_article(word))) for word in words)
    # "Mache" is of "machen".
    return frozenset(
        _term(word)
        for word, folded in bare
        if is_light(folded) or is_light(folded.removesuffix("s")) or (folded.endswith("e") and is_light(f"{folded}n"))
    )


@lru_cache(maxsize=65_536)
def _term(token: str) -> str:
    word = infinitive_of(base_form(_plain(token)))
    stem = _stem(word)
    # "keys" of a key, but not "founded" of find. "Part" is of the French "partir", and so is "parting".
    base = base_form(stem)
    if not word.endswith("s") and not (len(base) > len(stem) and base.endswith(("ir", "er", "re", "en"))):
        base = stem
    stem = _stem(base) if base != stem else stem
    # "Theme" and "themes" are not forms of "them".
    return f"{stem}e" if stem in STOP_WORDS and word.removesuffix("s") == f"{stem}e" else stem


def infinitive_of(word: str) -> str:
    """The infinitive of a German verb for a folded form with "zu" or "ge" inside or before; other words as they are."""
    if len(word) >= SHORTEST_WITH_PREFIX and (parts := _WITH_PREFIX.fullmatch(word)) is not None:
        return parts[1] + (parts[2] or (_infinitive(parts[3]) if parts[3] else base_form(parts[4])))
    if len(word) >= SHORTEST_PARTICIPLE and (participle := _PARTICIPLE.fullmatch(word)) is not None:
        return _infinitive(participle[1])
    return word


def _infinitive(participle: str) -> str:
    """The infinitive of a regular German participle without "ge": "reichen" of "reicht", "liefern" of "liefert"."""
    root = participle.removesuffix("et") if participle.endswith("et") else participle.removesuffix("t")
    return f"{root}n" if root.endswith(("er", "el")) else f"{root}en"


@lru_cache(maxsize=65_536)
def _plain(token: str) -> str:
    folded = fold(_without_article(token))
    return _POSSESSIVE.sub("", folded) if "'" in folded or "’" in folded else folded


def _stem(word: str) -> str:
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith(("ies", "ied")) and len(word) > 4:
        # "Dried" is of "dry", which has no stem of its own.
        return word[:-3] + ("y" if len(word) == len("dried") else "i")
    if word.endswith(("ss", "eed")) or word.removesuffix("s") in ("evening", "summer"):
        return word if word.endswith("ss") else word.removesuffix("s")
    if word in _WITH_LY:
        # "Supply" is the verb of "supplies".
        return f"{word[:-1]}i"
    for suffix in _SUFFIXES if word.endswith(_SUFFIXES) else ():
        stem = word.removesuffix(suffix)
        # "PDFs" are several, though "pdf" has no vowel.
        if stem != word and len(stem) >= 3 and (suffix == "s" or any(vowel in stem for vowel in "aeiouy")):
            # "Moved" is of "move": a short verb without an e doubles its last letter ("cutting"), or ends in w, x, y.
            word = f"{stem}e" if suffix in ("ing", "ed", "es") and _LOST_E.fullmatch(stem) else stem
            if suffix in ("ing", "ings", "ed") and word.endswith("er") and len(word) > 4:
                # "Ordered" is of "order", whose own ending goes too.
                word = word[:-2]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return (
        word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word.removesuffix("e") if len(word) > 4 else word
    )

"""Whether a word of a text is a form of a word of the dictionary: its plural, another case, person or tense."""

from __future__ import annotations

from functools import lru_cache

from bookwheel.engine.text.word_forms import base_form

# The endings that a word may change for each other.
_ENDINGS = {
    "german": "e en n s es er ern em et t te ten st est end ende enden",
    "dutch": "e en n s es er t te ten de den d je jes",
    "french": "s x e es ee ees er ez ent ait aient a ant aux al ale ales eur euse if ive eux elle elles le t "
    "ons re r nt ra",
    "spanish": "s es o a os as e en an ar er ir ado ada ados adas ido ida idos idas ando iendo io aba aban on "
    "ces z r n mos ron ba ban do da dos das ndo",
    "italian": "o a i e he hi ie are ere ire ato ata ati ate uto uta uti ute ito ita iti ite ano ono ando endo "
    "re no to ta ti te ndo va vano",
    "portuguese": "s es o a os as e em am ar er ir ado ada ados adas ido ida idos idas ando endo ou ao oes aes is "
    "l r m do da dos das ram va vam",
    "russian": "а я о е ы и у ю ь ом ем ой ей ою ею ов ев ам ям ами ями ах ях ый ий ая яя ое ее ые ие ого его ому ему "
    "ым им ых их ую юю ть ться тся л ла ло ли лся лась лись ет ит ут ют ят ат ешь ишь ете ите",
}
_SETS = {language: frozenset(("", *endings.split())) for language, endings in _ENDINGS.items()}
SHORTEST_SHARED = 3
_LONGEST_ENDING = 3
_SHORT, _LONG = 4, 7
_VOWELS = "aeiouyаеиоуыэюяь"
# English has few endings, and "care" is not a form of "car": what an ending of the base is changed for.
_ENGLISH = {"": ("s", "ed", "ing"), "e": ("ing",), "y": ("ies", "ied"), "f": ("ves",), "fe": ("ves",)}
_HISSING = ("s", "x", "z", "ch", "sh", "o")


# Nouns that look like forms of a verb: a building is more than what is built.
_THINGS = frozenset("building meeting painting drawing crossing landing wedding clothing glasses goods arms".split())


def stem_of_forms(word: str) -> str:
    """The beginning that all forms of a word have."""
    return word[: max(SHORTEST_SHARED, len(word) - _LONGEST_ENDING)]


# A word is in many groups: each is compared with a word of the question once.
@lru_cache(maxsize=8_192)
def is_form(base: str, word: str, language: str) -> bool:
    """Whether `word` is a form of `base`, both folded."""
    if base == word:
        return True
    if base in _THINGS or word in _THINGS:
        return False
    if base_form(base) == base_form(word):
        return True
    shared = next((at for at, (a, b) in enumerate(zip(base, word, strict=False)) if a != b), min(len(base), len(word)))
    if shared < max(SHORTEST_SHARED, len(base) - _longest_ending(base)):
        return False
    known = _SETS.get(language)
    if known is not None:
        return base[shared:] in known and word[shared:] in known
    return _is_english_form(base, base[shared:], word[shared:])


def _longest_ending(base: str) -> int:
    """How many letters of a word other forms may lack: of "стол" none, or "стоит" would be a form of it."""
    if len(base) > _SHORT:
        return _LONGEST_ENDING if len(base) >= _LONG else _LONGEST_ENDING - 1
    return 1 if base[-1] in _VOWELS else 0


def _is_english_form(base: str, of_base: str, of_word: str) -> bool:
    if of_word in _ENGLISH.get(of_base, ()):
        return True
    if of_base:
        return False
    doubled = f"{base[-1]}ed", f"{base[-1]}ing"
    return of_word in doubled or (of_word == "d" and base[-1] == "e") or (of_word == "es" and base.endswith(_HISSING))

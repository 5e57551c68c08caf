"""Where a sentence ends: full stops as opposed to those of abbreviations, ordinals, initials and numbers.

The lists hold for English, German, French, Spanish, Italian, Portuguese, Dutch and Russian together, because a passage
may quote another language. In languages without a list a full stop after a letter, a short number, or a word
without vowels does not end a sentence: one that is too long reads better than half of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bookwheel.engine.text.dates import MONTHS
from bookwheel.engine.text.languages import language_of
from bookwheel.lazy_regex import lazy_regex

CITATION_MARKS = r"(?:[ \t]?\[\d{1,3}(?:[ ]?[,;–-][ ]?\d{1,3}){0,20}\])"
_CLOSING = r"[\"'”’“»«)*_`」』）]"
# Every sign that can end a sentence comes first, in one class: a search for a class of characters is much faster.
CANDIDATE = lazy_regex(
    rf"[.!?…。！？｡।॥؟۔](?:(?<=[.!?…])[.!?…]{{0,7}}|(?<=[।॥؟۔])|(?<=[。！？｡])(?P<wide>[。！？｡]{{0,7}}))(?P<closing>\]?{_CLOSING}{{0,8}})"
    rf"(?P<cited>{CITATION_MARKS}{{0,20}}{_CLOSING}{{0,8}}(?:(?<=\])[.])?)(?(wide)|(?=\s|\Z|(?<=[!?])(?![\x00-\u303f\uff00-\uff65])))"
)
_NEXT_WORD = lazy_regex(r"\s+[-–—\"'“„«»(\[*_¿¡]*([^\W_]+(?:['’][^\W\d_]+)?)?")
_LAST_WORD = lazy_regex(r"(?:[^\W\d_]+(?:(?:[.'’-]|\.-(?=à))[^\W\d_]+)*|\d+[.,:\d]*)\Z")
_LONGEST_WORD = 24
_ORDINAL = lazy_regex(r"(?<![\d.,:/-])\d{1,2}\Z")
# "1. 10. 2024", "bis 31. 12. geöffnet".
_DAY_AND_MONTH = lazy_regex(r"(?<![\d.,:/-])\d{1,2}\.\s\d{1,2}\.\s(?:(?:19|20)\d\d(?!\d)|[^\W\d_A-ZÄÖÜ])")
_AND_SO_ON = lazy_regex(r"\bт\.\s?[дп]\Z")
_AFTER_CLOCK = lazy_regex(r"\bkl\.?\s?\d{1,2}\Z")
_LIST_NUMBER = lazy_regex(r"(?:\A|\n)[ \t>]*(?:\d{1,3}|[A-Za-z])\Z")
_NUMBERED_PART = lazy_regex(r"(?:Item|Note|Section|Chapter|Part|Lot|Annex)\s\w{1,3}\Z")
_ROMAN = lazy_regex(r"[IVXLC]+\Z")
_AFTER_NUMBER = lazy_regex(r"\d\s?\Z")
_LABEL = lazy_regex(r"\d|[IVXLC]+\Z|[A-Z]{1,3}\d{0,6}\Z|[A-Za-z]\Z")
# "Sat. 3 June", "zo. 4 mei", "Mo. 3. 6.".
_DAY = lazy_regex(
    r"\b(?:mon|tues?|wed|thurs?|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|tors|tis|ons|lör|sön|mié|jue|vie|sáb|dom|gio|sab"
    r"|seg|ter|qua|qui|sex|ma|wo|vr|za|zo|пн|вт|ср|чт|пт|сб|вс)\. \d{1,2}(?:\.|st|nd|rd|th)? (?:de )?([^\W_]+)",
    re.IGNORECASE,
)
_NOTE = lazy_regex(r"\b(?:N\. ?B|P\. ?[SD])\Z")
# "At 5 p.m. Friday", "at 9 a.m. EST".
_AFTER_NOON = lazy_regex(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\Z|[ECMP][SD]?T\Z|GMT\Z|UTC\Z|CES?T\Z|BST\Z")
_PARTICLES = frozenset("De Van La Le Los Von Di Den Der Ten Ter El Las".split())
_UNITS = frozenset("gr km min мин ч т".split())
_CITED_BEFORE = lazy_regex(r"\d\]\Z")
_APOSTROPHE = lazy_regex("['’]")
_PARTICLE = lazy_regex("[とってがをはにのも]")
# A question in Greek is known by its word for "who", "when", "how".
_GREEK_WORD = lazy_regex(
    r"\b(?:πότε|πού|που|πώς|πως|γιατί|τι|μήπως|ποι(?:ος|α|ο|οι|ες|ου|ον|ων)|πόσ(?:ο|οι|ος|η|α|ες|ων|ους))\b",
    re.IGNORECASE,
)
_GREEK_MARK = lazy_regex(r"(?<=[^\W\d_]);(?=\s+[Α-ΩΆΈΉΊΌΎΏ«])")
_VOWEL = lazy_regex("[aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýαεηιουωаеёиоуыэюяіїє]", re.IGNORECASE)
_SIGNS = tuple("§№#≈~±")
_NOT_BEFORE = tuple("€$£¥%°,;:)]}=+/&")

_BEFORE_NAMES = frozenset(
    """Dr Prof Mr Mrs Ms Mx Messrs St Mt Ft Gen Col Capt Lt Sgt Maj Cmdr Adm Rev Hon Gov Sen Rep Pres Inc Ltd Co Corp
    Bros Jr vs
    Hr Hrn Dipl Ing Mag med phil jur rer nat habil Hl dent vet
    Mme Mmes Mlle Mlles MM Mgr
    Sr Sra Srta Sres Av Avda Dra Ud Uds Vd Vds Lic Arq Exmo Exma Eng Profa
    Dott Sig Sigg Avv Geom Arch Rag Spett Egr Gent Dir Rev
    Dhr dhr Mevr mevr Mw mw Drs drs Mej Fam fam sig dott avv sr sra dr ir ing mr ds Ir Ds
    Fa fa Univ av bld Bd pça Pça Profª Excmo Excma Ilmo
    Проф Акад Доц доц Им Св Гр Ул Инж тов Тов канд Ім ім вул Вул бул просп
    ул пер пл просп наб пр-т корп кв тов гр проф акад им св обл гл инж ред
    Pvt Cpl Cdr Supt Pr Ste Stes Ets Cie cie Éd Ed Eds sté bd pl rég dép Col Cav On Mons Ecc Es Ist Kol Burg Prov
    Jhr Mij Gebr Op Dña Sta Sto Pza pza avda Ctra ctra Pl dpto Dpto depto Depto edif Edif urb Urb pol Ind ind
    gral Gral cnel Cnel Cía Cia cía cia Hnos hnos Gob Admón Fr Pe Dª Trav Ltda Lda Exa cel Cel gen prof dipl
    Dept dept Gal Ten Cap Maj em Emer Sgto Cmdte Tte Rvdo Vda Ma Abt Edo Mpio Fco Pdte Ntra Magg Flt Pt Sdn Städt
    städt Ev ev Kath kath""".split()
)
# Found in any case: streets, places, ranks and posts of Russian.
_RUSSIAN_NAMES = frozenset(
    """пер наб бульв б-р пр-кт пр-д ш пос дер мкр р-н гражд г-н г-жа д-р канд техн ген полк подп кап изд прим зам нач
    гос респ оз о-в пгт ст-ца майор лейт доц проф акад им св гр ул пл инж тов просп худ реж сост пом""".split()
)
_BEFORE_NUMBERS = frozenset(
    """no nos nr nrs num núm núms nº n.º p pp pag pág págs pagg s fig figs abb tab eq eqs gl art arts artt sec sect
    ch chap kap
    cap caps vol vols bd bde abs ziff tit lfd apt tel tél aufl ed éd ver app anh pt para par rif es str hs blz hfdst
    al réf ref nro telef all alleg
    jan feb febr mar mär apr jun jul aug sep sept okt oct nov dec dez déc janv févr juil ene abr ago dic gen mag
    giu lug
    ott fev set out mrt mei sett fév jän mrz
    ext rm fl hwy bldg ave blvd rd ln zi postf geb gr rn rdnr afb sub esc bât cód apdo párr máx mín km
    ap apto bl cel int sc lett séc pos ref vers kto livr appt niv ste lok
    ст гл рис стр табл п пп д кв корп им т тел буд янв фев мар апр авг сент окт нояб дек
    июн июл сен ноя февр моб абз разд эт каб оф под ок макс мин ч ауд пом прил""".split()
)
# Something follows these; those of `_MAY_END` end a list or a measure, and may end the sentence too.
_LEADING = frozenset(
    """e.g i.e eg ie cf viz approx resp incl excl esp c ca bzw vgl ggf evtl inkl exkl zzgl abzgl sog z.b d.h u.a
    i.d.r z.t insb
    insbes bsp bspw geb gest gem entspr zw max mind min lt p.ex c.-à-d aprox ej p.ej cfr ovv bijv o.a d.w.z т.е
    т.к напр см env
    ex mtl jährl tägl wöchentl monatl ehem einschl ausschl bzgl zuzügl durchschn vorm nachm betr versch
    ong evt alg máx mín obs p.es sogen urspr ungef eigtl jew por.ex""".split()
)
_MAY_END = frozenset(
    """etc al est usw o.ä u.ä allg bes jh jhd jhdt verh u.u dgl ecc enz m.b.t nl i.p.v pág т.д т.п т.н др пр руб коп экз
    чел кг""".split()
)
# Before names, and in the middle of a sentence, in languages whose other rules are not known here.
_OF_OTHERS = frozenset(
    """prof dr hab mgr inż ing mudr judr phdr rndr bc doc ks św sv płk gen ul al os im nám tř woj pow tzw tzv tj np
    m.in por zob wg např mj resp bl.a t.ex s.k f.d d.v.s f.eks bl bkz örn doç av sn cad sok mah esim ns ts mm ifj id özv
    pl ún kb tzn dl dna str bd cca ca npr tzv odg mr gosp zw hrv jl tp δρ καθ οδ λεωφ π.χ λ.χ κκ डॉ श्री प्रो पं
    श्रीमती""".split()
)
_NUMBERED_BY_OTHERS = frozenset(
    """č čís čl čp odst písm poz pkt ust godz kl kap nr sz αρ σελ τηλ бр cca ca kb str s""".split()
)
# Money and amounts: "5 Mio. Euro" goes on with a capital letter in German and in others.
_AMOUNTS = frozenset("mio mrd mia tsd млн млрд тыс".split())
_TITLES = frozenset("Dr Prof Ing Mgr MUDr JUDr PhDr Doc Av".split())
# Words that begin a sentence more often than they follow an abbreviation or an ordinal.
_OPENERS = frozenset(
    """the a an this that these those it its he she they we you i in on at for from with by but and or so then there
    here when
    while if as after before since however also no not yes all each every some many most what who where why how
    our their
    der die das dem den des ein eine einen einem einer es er sie wir ihr ich im am an auf für aber auch dies diese
    dieser dieses
    danach dann dort hier wenn weil nach bei beim zum zur als alle jede jeder man wer was wo wie und oder nur mit
    von
    le la les un une des il elle ils elles on nous vous je ce cette ces cela dans en pour avec sur mais et ou si
    puis
    el los las una uno se su sus por para con al este esta estos estas hay lo
    lo gli i è per non si nel nella dal della questo questa
    o os as um uma em na não ele ela isto
    de het een dit dat op met voor er hij zij ze
    в на и но он она они это для по с не из при если мы вы я""".split()
)
# Short words that are a sentence, or end one in a form that is else cut short.
_WHOLE = frozenset(
    """yes not right correct wrong well good stop done never great both left amen end nein gut halt recht fertig richtig
    falsch nichts schluss non bon rien bien alors fort sin sim fin dat niet goed nej tak нет вот так стоп club bar gas
    film sport hotel tram bus nord sud est ovest con per del nel robot album web chef""".split()
)
_LONGEST_CUT = 7
_CONSONANT_END = lazy_regex(r"[^\W\d_aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýαεηιουωаеёиоуыэюяіїє]\Z")
_NEW_LINE = lazy_regex(r"\n\s*\n|\n[ \t]*[-*•>#|]")
# Ends and beginnings of no whole word: "tabl", "quadr", "Fdo", "Sez".
_ODD_END = r"(?:[bcdfgkmnpqstvxz][lrwv]|[^aeiou]j|[bcdfgkmpqtvwxz]n)\Z"
_ODD_BEGIN = (
    r"\A(?!(?:[bcdfgpt][lr]|ch|ll|ps|gn|pn|rh|th|ph|wh|qu|s[^aeiou]|h?[aeiouáéíóúy]|y)|.[aeiouáéíóúàèìòùâêôãõüy])"
)
_CUT_FORMS = {
    "english": lazy_regex(r"(?:[bcdfgkmnpqtvz][lrwv]|[^aeiou]j)\Z"),
    "german": lazy_regex(_ODD_END),
    "dutch": lazy_regex(rf"{_ODD_END}|[vz]\Z"),
    "french": lazy_regex(rf"{_ODD_END}|(?:[vj]|ll|mm|nn|pp|ff|cc|gg|rr)\Z"),
    "spanish": lazy_regex(rf"{_ODD_END}|[bcfghkmpqtvw]\Z|{_ODD_BEGIN}"),
    "portuguese": lazy_regex(rf"{_ODD_END}|[bcdfghkpqtv]\Z|{_ODD_BEGIN}"),
    "italian": lazy_regex(rf"{_ODD_END}|[bcdfghkmnpqrstvzl]\Z|{_ODD_BEGIN}"),
}
# Languages without a full stop after an ordinal number.
_WITHOUT_ORDINALS = frozenset("english french spanish italian portuguese dutch russian swedish romanian".split())
_KNOWN = frozenset("english german french spanish italian portuguese dutch russian".split())
_PLAIN_END = lazy_regex(r"(?<=[^\W\d_]{2}[.!?])\s+")
_LINE_OR_PLAIN_END = lazy_regex(r"(?<=[^\W\d_]{2}[.!?])\s+|\n+")


def sentences(text: str, start: int = 0, end: int | None = None, language: str = "") -> Iterator[tuple[int, int]]:
    """The sentences of `text[start:end]` as ranges without the blanks around them."""
    end = len(text) if end is None else end
    begin = start
    for border in (*sentence_ends(text, start, end, language), end):
        piece = text[begin:border]
        if piece.strip():
            yield begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip())
        begin = border


def sentence_ends(text: str, start: int, end: int, language: str | Callable[[], str] = "") -> Iterator[int]:
    """Each offset after a sentence of `text[start:end]`, with its closing marks and citations, in order.

    `language` is named as its stemmer is, or by a function that is called when a full stop first depends on it; else it
    is taken from the words of the text. Time is linear in the length.
    """
    rules = _Rules(text, start, end, language)
    begin = start
    is_greek = text.find(";", start, end) >= 0 and _GREEK_WORD.search(text, start, end) is not None
    for match in CANDIDATE.finditer(text, start, end):
        border = rules.wide_border(match) if match["wide"] is not None else rules.border(match)
        if border is not None:
            if is_greek:
                yield from _greek_questions(text, begin, border)
            begin = rules.begin = border
            yield border
    if is_greek:
        yield from _greek_questions(text, begin, end)


def _greek_questions(text: str, begin: int, end: int) -> Iterator[int]:
    """Where a question in Greek ends: its mark is also what separates the cells of a row."""
    for mark in _GREEK_MARK.finditer(text, begin, end):
        if mark.end() < end and _GREEK_WORD.search(text, begin, mark.start()) is not None:
            yield mark.end()
            begin = mark.end()


class _Rules:
    """Decides about the full stops of one text; detects its language when a full stop first depends on it."""

    def __init__(self, text: str, begin: int, end: int, language: str | Callable[[], str]) -> None:
        self.begin = begin
        """Where the sentence begins that is looked at."""
        self._text = text
        self._end = end
        self._named = language

    def wide_border(self, match: re.Match[str]) -> int | None:
        """As `border`, for a full stop of East Asia: 「…。」と goes on with a particle."""
        goes_on = match["closing"][-1:] in ("」", "』") and _PARTICLE.match(self._text, match.end(), self._end)
        return None if goes_on else match.end()

    def border(self, match: re.Match[str]) -> int | None:
        """Where the sentence with this mark ends; None when it goes on."""
        text, stop = self._text, match.start("closing")
        following = _NEXT_WORD.match(text, match.end(), self._end)
        word = (following and following[1]) or ""
        if following and not word and text[following.end() : following.end() + 1] in _NOT_BEFORE:
            return None
        if following and not word and text[following.end() : following.end() + 1] in _SIGNS:
            word = "0"  # "gem. § 4"
        if word[:1].islower() and not _CITED_BEFORE.search(text, max(0, match.start() - 8), match.start()):
            # "It is so. [1] says more": the citation begins the next sentence, if anything ends here.
            return match.end("closing") if match["cited"].strip() and text[stop - 1] in ".!?" else None
        if text[stop - 1] == "." and stop - match.start() == 1:
            is_initial = len(word) == 1 and following is not None and text[following.end() : following.end() + 1] == "."
            is_opener = word.lower() in _OPENERS and not is_initial
            if self._goes_on(match.start(), word, is_opener=is_opener):
                return None
        return match.end()

    def _goes_on(self, dot: int, following: str, *, is_opener: bool) -> bool:
        """Whether the full stop at `dot` belongs to what is before it: an abbreviation, an ordinal, an initial."""
        text = self._text
        begin = max(0, dot - _LONGEST_WORD)
        if _LIST_NUMBER.search(text, begin, dot) or _NUMBERED_PART.search(text, begin, dot):
            return True
        found = _LAST_WORD.search(text, begin, dot)
        if found is None:
            # A vowel sign of an Indian script is not a letter to `re`.
            return text[begin:dot].rpartition(" ")[2] in _OF_OTHERS
        word, before = found[0], text[max(0, found.start() - 3) : found.start()]
        if word[0].isdigit():
            return not is_opener and bool(following) and self._is_ordinal(dot, following)
        if not following:
            return False
        if _goes_on_with_label(word, following, before) or self._is_followed(found.start(), dot, word, following):
            return True
        if is_opener:
            return False
        return self._is_abbreviation(word, following, before) or self._looks_cut(found.start(), word, following)

    def _looks_cut(self, begin: int, word: str, following: str) -> bool:
        """Whether a short word stands alone ("Anl. 3 liegt bei") or has a form that its language does not know."""
        if len(word) > _LONGEST_CUT or not word[1:].islower() or word >= "\u0530":
            return False
        lowered = word.lower()
        if lowered in _WHOLE or lowered in _MAY_END:
            return False
        if word[0].isupper() and _CONSONANT_END.search(lowered) and self._is_alone(begin):
            return True
        # Names may be foreign: their form tells nothing, but names do not come before numbers.
        if not (word[0].islower() or following[0].isdigit()) or _AFTER_NUMBER.search(
            self._text[max(0, begin - 3) : begin]
        ):
            return False
        form = _CUT_FORMS.get(self._language)
        return form is not None and form.search(lowered) is not None

    def _is_alone(self, begin: int) -> bool:
        """Whether a word begins its sentence, its paragraph, or an item of a list."""
        before = self._text[max(self.begin, begin - 6) : begin]
        return not any(map(str.isalnum, before)) and (begin - self.begin < 6 or _NEW_LINE.search(before) is not None)

    def _is_followed(self, begin: int, dot: int, word: str, following: str) -> bool:
        """Whether the two words show it: "Fri. 3 May", "Dr. De Vries", "Tel. No. 7", "N. B. The"."""
        text = self._text
        if following in _PARTICLES and word in _BEFORE_NAMES:
            return text[text.find(following, dot) + len(following) :][1:2].isupper()
        if following[0].isdigit():
            day = _DAY.match(text, begin, min(dot + 24, self._end))
            month = "" if day is None else day[1].lower()
            return month[:1].isdigit() or month in MONTHS or month in _BEFORE_NUMBERS
        if _AFTER_NOON.match(following) is not None:
            return word.lower() in ("a.m", "p.m")
        return word[-1] in "BSD" and _NOTE.search(text, max(0, dot - 5), dot) is not None

    def _is_ordinal(self, dot: int, following: str) -> bool:
        """ "3. November", "im 5. Stock"."""
        if _ORDINAL.search(self._text, max(0, dot - 4), dot) is None:
            return False
        if _AFTER_CLOCK.search(self._text, max(0, dot - 8), dot) is not None:
            return False
        if following[0].isdigit():
            day = _DAY_AND_MONTH.search(self._text, max(0, dot - 8), min(dot + 12, self._end))
            return day is not None and (day[0][-1].isdigit() or self._language not in _WITHOUT_ORDINALS)
        if following.lower() in MONTHS:
            return True
        return self._language not in _WITHOUT_ORDINALS and following not in _TITLES

    def _is_abbreviation(self, word: str, following: str, before: str) -> bool:
        word = _APOSTROPHE.split(word)[-1]
        last, is_measured = word.rpartition(".")[2], _AFTER_NUMBER.search(before) is not None
        if len(last) == 1 or len(word) == 1:
            return _is_initial(word, following, before)
        if len(last) == 2 and last[0] == last[1] and last.isupper():  # "EE. UU."
            return True
        if is_measured and word.lower() in _UNITS:
            return False
        if word in _BEFORE_NAMES or word.lower() in _AMOUNTS or word.lower() in _LEADING:
            return True
        if word >= "\u0400" and (word.lower() in _RUSSIAN_NAMES or (word == "пр" and before[-2:] != "и ")):
            return True
        if word.lower() in _MAY_END:
            return following[0].isdigit() or self._language not in _KNOWN or self._language == "german"
        # No word: "Bldg.", "hl."; scripts beyond Cyrillic do not write vowels as these do.
        if len(last) <= 4 and last[1:].islower() and last < "\u0530" and _VOWEL.search(last) is None:
            return not is_measured
        if self._language not in _KNOWN:
            return _is_of_another_language(word, following)
        return bool(_ROMAN.match(word)) and self._language == "german"

    @property
    def _language(self) -> str:
        if callable(self._named):
            self._named = self._named()
        if not self._named:
            self._named = language_of(self._text)
        return self._named


def _goes_on_with_label(word: str, following: str, before: str) -> bool:
    """ "No. 7", "art. 4", "Fig. B", "Hauptstr. 12", "Tel. No. 7"."""
    lowered = _APOSTROPHE.split(word.lower())[-1]
    if following.lower() in ("nr", "no", "núm", "num", "nº"):
        return lowered in _BEFORE_NUMBERS or word in _BEFORE_NAMES
    if _LABEL.match(following) is None or (lowered in _UNITS and _AFTER_NUMBER.search(before) is not None):
        return False
    if lowered in _BEFORE_NUMBERS or lowered.endswith(("str", "straat")):
        # "The answer is no. A man came": a capital alone is a word too.
        return following[0].isdigit() or following.lower() not in _OPENERS
    return following[0].isdigit() and (lowered in _LEADING or lowered in _MAY_END)


def _is_initial(word: str, following: str, before: str) -> bool:
    if _AND_SO_ON.search(f"{before}{word}"):
        return following[0].isdigit()
    if word == "h" and following[0].isdigit():
        return True
    # "10 g. Shake it" ends; "44 a. C." and initials do not.
    is_unit = word.islower() and word != "u" and _AFTER_NUMBER.search(before) is not None
    return not is_unit or len(following) == 1


def _is_of_another_language(word: str, following: str) -> bool:
    lowered = word.lower()
    return lowered in _OF_OTHERS or (lowered in _NUMBERED_BY_OTHERS and following[0].isdigit())


def plain_sentences(text: str, *, by_line: bool = False) -> list[str]:
    """The sentences of one quotation, cut at full stops behind two letters alone.

    With `by_line` a line ends a sentence too: for several units, not for a paragraph that is broken into lines.
    """
    return (_LINE_OR_PLAIN_END if by_line else _PLAIN_END).split(text)

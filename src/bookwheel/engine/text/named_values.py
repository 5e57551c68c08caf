"""What the names of languages, colours and sorts of firms look like in a text."""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

LANGUAGES = (
    r"(?!(?:the|this|that|each|every|which|what|his|her|their|second|first|foreign|native|programming|die|eine)\b)"
    r"(?-i:\b[A-Z][a-z]+)(?: (?:sign )?language\b| \w*sprache\b)|"
    r"\b(?:english|german|french|spanish|italian|portuguese|dutch|russian|polish|czech|danish|swedish|norwegian|finnish"
    r"|hungarian|romanian|bulgarian|serbian|croatian|slovak|slovene|slovenian|ukrainian|turkish|arabic|hebrew|persian"
    r"|hindi|urdu|bengali|chinese|mandarin|cantonese|japanese|korean|vietnamese|thai|latin|greek|welsh|irish"
    r"|gaelic|scots|basque|catalan|galician|occitan|breton|frisian|yiddish|sanskrit|swahili|quechua|nahuatl|esperanto"
    r"|icelandic|estonian|latvian|lithuanian|albanian|armenian|georgian|mongolian|tibetan|malay|indonesian|tagalog"
    r"|aramaic|coptic|akkadian|sumerian|\w+(?:isch|esisch|ösisch)|fran[cç]ais|anglais|allemand|espagnol|italien"
    r"|portugais|néerlandais|russe|inglés|alemán|francés|italiano|portugués|ruso|inglese|tedesco|francese|spagnolo"
    r"|portoghese|russo|inglês|alemão|francês|espanhol|engels|duits|frans|spaans|python|rust|java|javascript|typescript"
    r"|kotlin|swift|scala|haskell|erlang|elixir|ruby|perl|php|lua|julia|fortran|cobol|pascal|ada|lisp|clojure|ocaml"
    r"|prolog|matlab|bash|sql|dialects?)\b|\bgo\b(?= \d)|(?:\bin|\b[Uu]ses) (?:Go|C|R)\b|\bC(?:\+\+|#)|[语語]|русск\w*"
)
COLOURS = (
    r"\b(?:red|blue|green|yellow|black|white|gr[ae]y|brown|orange|purple|violet|pink|beige|gold\w*|silver\w*|crimson"
    r"|scarlet|turquoise|maroon|navy|ivory|cream|ochre|indigo|magenta|cyan|(?!(?:par|car|t)rots?\b)(?<!found )(?<!dry )"
    r"(?<!wet )\w*(?:rot|blau|grün|gelb|schwarz|weiß|grau"
    r"|braun|lila|violett|rosa)(?:e[mnrs]?)?|rouges?|bleue?s?|verte?s?|jaunes?|noire?s?|blanc(?:he)?s?|grise?s?"
    r"|bruns?|roj[oa]s?"
    r"|azul(?:es)?|verdes?|amarill[oa]s?|negr[oa]s?|blanc[oa]s?|gris(?:es)?|marr(?:ón|one)|ross[oaie]|blu|verd[ei]"
    r"|giall[oaie]"
    r"|ner[oaie]|bianc\w+|grigi\w*|vermelh[oa]s?|amarel[oa]s?|pret[oa]s?|branc[oa]s?|rood|rode|blauwe?|groene?|gele?"
    r"|zwarte?"
    r"|witte?|grijze?|bruine?)\b|[红蓝绿黄黑白灰紫赤青緑]|(?:colou?r|farbe|couleur|color|colore|cor|kleur)\W"
)

SORTS_OF_FIRM = {
    "bank": lazy_regex(r"(?i)\w*bank|\baccounts?\b|\w*kontos?\b"),
    "insurer": lazy_regex(r"(?i)\binsur|versicher"),
    "supplier": lazy_regex(r"(?i)\bsuppl|\bdeliver|liefer"),
    "publisher": lazy_regex(r"(?i)\bpubli|verlag|verleg"),
    "manufacturer": lazy_regex(r"(?i)\bmanufact|\bma[dk]e|\bbuilt\b|herst"),
    "agency": lazy_regex(r"(?i)\bagen"),
}
_SORT_OF_FIRM = lazy_regex(rf"(?i)\b(?:{'|'.join(SORTS_OF_FIRM)})\b")


def is_of_another_sort(question: str, text: str) -> bool:
    """Whether the text says nothing of the sort of firm asked for: a landlord with a name is not the bank."""
    sort = _SORT_OF_FIRM.search(question)
    return sort is not None and SORTS_OF_FIRM[sort[0].lower()].search(text) is None

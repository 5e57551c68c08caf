"""Answers a question that names a setting by its section and key: "What is the port in the [server] section?"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.asked_values import asked_value, has_value
from bookwheel.engine.text.names import named as names_of
from bookwheel.engine.text.question_terms import content_words, lazy_terms, terms
from bookwheel.engine.text.values.settings_lines import is_section
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MOST_QUOTED = 3
# A list of values is quoted whole up to so many.
MOST_VALUES = 12
# In a text of prose a line with a colon is not a setting.
FEWEST_SETTINGS = 2
SETTINGS_SHARE = 0.6
# What a question says of a setting that its line need not repeat.
_FRAME = lazy_terms(
    "section block group table entry key setting option parameter variable property field value file config"
    " configuration settings configured set defined given specified assigned used use run runs running listen listens"
    " expose exposes enabled default under inside what which long high large big"
    " abschnitt gruppe eintrag schlüssel einstellung wert parameter option datei konfiguration eingestellt gesetzt"
    " steht lautet verwendet benutzt hat hoch lang groß"
    " bloc groupe clé paramètre valeur fichier configuration défini réglé utilise"
    " sección grupo clave parámetro opción valor archivo fichero configuración definido usa utiliza"
    " sezione gruppo chiave parametro opzione valore configurazione impostato usa"
    " seção chave parâmetro valor arquivo configuração sectie sleutel waarde instelling bestand"
)
_COUNTING = lazy_terms("count number num size total max maximum no nr anzahl zahl nombre número numero qty")
_MAY_NAME_ONE = lazy_regex(
    r"(?i)^\W*(?:(?:on |in |at |to |from |as )?(?:what|which|where|how (?:many|much|long|large|big|often)|is|are)\b"
    r"|(?:auf |in |unter )?(?:was|welche\w*|wo|wie (?:ist|sind|lautet|viele?|groß|lang\w*|oft|hoch)|ist|zeige?)\b"
    r"|(?:sur |dans )?(?:quel\w*|combien|où|est-ce)\b|(?:en )?(?:cuál\w*|qué|cuánt\w+|dónde)\b"
    r"|(?:su |in )?(?:qual\w*|quant\w+|dov\w+|che|cosa)\b|(?:em )?(?:qua(?:l|is)|onde)\b"
    r"|(?:op )?(?:wat|welke?|hoeveel)\b)"
)
_ASSIGNED = lazy_regex(r"\A\s*(?:- |export |set )?(?P<key>[\"']?[^\W\d][\w. -]{0,200}?[\"']?)\s*(?:=|:(?=\s))\s*\S")
_WHO = lazy_regex(r"(?i)^\W*(?:who|wer|qui|quién|chi|quem|wie is)\b")
_NAME = lazy_terms("name")
_CASE_BORDER = lazy_regex(r"(?<=[a-z])(?=[A-Z])")
_WORDS = lazy_regex(r"[^\W\d_]+")
_COMMENT = lazy_regex(r"\A\s*[#;]")


@dataclass(frozen=True, slots=True)
class _Setting:
    """A line with its key and the names of the sections over it; `last` is the unit where its values end."""

    at: int
    last: int
    key: frozenset[str]
    path: frozenset[str]


def setting_quotes(question: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The settings that have all words of a question in their key, their sections and the name of their file."""
    if _MAY_NAME_ONE.match(question) is None and _WHO.match(question) is None:
        return []
    wanted = _terms_of(" ".join(content_words(question))) - _FRAME()
    if _WHO.match(question) is not None:
        wanted |= _NAME()  # `BuyerTradeParty.Name`
    found = [(match, passage, setting) for passage in passages for match, setting in _matching(wanted, passage)]
    if not found:
        found = [(0, passage, setting) for passage in passages for setting in _without_noun(question, wanted, passage)]
    best = max((match for match, _, _ in found), default=None)
    quotes = [_quote(passage, setting, wanted) for match, passage, setting in found if match == best]
    return quotes if len(quotes) <= MOST_QUOTED else []


def _matching(wanted: frozenset[str], passage: PassageView) -> Iterator[tuple[int, _Setting]]:
    """The settings that fit, each with how many words of the question are in its key and its sections."""
    of_file = _terms_of(f"{passage.file_name} {passage.title}")
    for setting in _settings_of(passage):
        in_key, in_path = wanted & setting.key, wanted & setting.path
        is_whole = setting.key - wanted <= _COUNTING()
        if in_key and wanted <= setting.key | setting.path | of_file and (is_whole or in_path - in_key):
            yield 4 * is_whole + len(in_key) + 2 * len(in_path), setting


def _without_noun(question: str, wanted: frozenset[str], passage: PassageView) -> Iterator[_Setting]:
    """The settings of a file that the question names, or of a group with a name of it, that lack one noun.

    "weekly = 6" under `[keep]` says how many weekly copies are kept, and "carrier.pickup: 16:30" when "Swift Post",
    the name of that carrier, picks up the parcels.
    """
    is_of_file = bool(passage.file_name) and passage.file_name.casefold() in question.casefold()
    value = asked_value(question)
    if value is None:
        return
    settings, names = list(_settings_of(passage)) or list(_alone(passage, share=0.0)), names_of(question).terms
    wanted -= value.terms
    # "Pick up" is the key "pickup".
    pairs = list(pairwise(_WORDS.findall(question)))
    for setting in settings:
        joined = [pair for pair in pairs if not setting.key.isdisjoint(terms("".join(pair)))]
        asked = wanted - frozenset(term for pair in joined for term in terms(" ".join(pair)))
        asked |= frozenset(term for pair in joined for term in terms("".join(pair)))
        others = [one for one in settings if setting.path and one.path == setting.path and one.at != setting.at]
        named = asked & _terms_of(" ".join(passage.texts[one.at] for one in others))
        missing = asked - setting.key - setting.path - named
        missing -= _terms_of(f"{passage.file_name} {passage.title}") if is_of_file else frozenset[str]()
        is_of_group = (is_of_file and not asked.isdisjoint(setting.path)) or (bool(names) and names <= named)
        text = _without_comment(passage.texts[setting.at])
        if setting.key <= asked and is_of_group and len(missing) <= 1 and has_value(value, question, text):
            yield setting


def _settings_of(passage: PassageView) -> Iterator[_Setting]:
    has_sections = any(map(is_section, passage.headings))
    yield from _below_sections(passage) if has_sections else _alone(passage)


def _alone(passage: PassageView, share: float = SETTINGS_SHARE) -> Iterator[_Setting]:
    """The settings of a file without sections, and of one whose keys have all names: "server.port: 8443"."""
    lines = (at for at, unit in enumerate(passage.units) if unit.kind == "line")
    matches = {at: match for at in lines if (match := _ASSIGNED.match(_without_comment(passage.texts[at]))) is not None}
    if len(matches) < max(FEWEST_SETTINGS, share * len(passage.units)):
        return
    for at, match in matches.items():
        above, _, key = match["key"].rpartition(".")
        yield _Setting(at, at, _terms_of(key), _terms_of(f"{passage.units[at].heading} {above}"))


def _below_sections(passage: PassageView) -> Iterator[_Setting]:
    """The settings of a file with sections: lines, and names of lists with their items."""
    first = passage.texts[0] if _COMMENT.match(passage.texts[0]) else ""
    of_file = " ".join(line.lstrip("#;! \t").strip() for line in first.splitlines())
    for at, unit in enumerate(passage.units):
        text, path = _without_comment(passage.texts[at]), _terms_of(unit.heading.removeprefix(of_file))
        if unit.kind in ("line", "item") and (match := _ASSIGNED.match(text)) is not None:
            yield _Setting(at, at, _terms_of(match["key"]), path)
        elif unit.kind == "heading" and (items := _items_below(passage, at)):
            yield _Setting(at, items[-1], _terms_of(text), path)


def _without_comment(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(dropwhile(_COMMENT.match, lines))


def _items_below(passage: PassageView, at: int) -> list[int]:
    following = range(at + 1, len(passage.units))
    end = next((other for other in following if passage.units[other].kind != "item"), len(passage.units))
    return list(range(at + 1, min(end, at + 1 + MOST_VALUES)))


def _quote(passage: PassageView, setting: _Setting, wanted: frozenset[str]) -> Quote:
    """The setting with the name of its section, and of the sections above that the question names."""
    path = passage.units[setting.at].heading
    above = {
        name: at
        for at in range(setting.at)
        if (name := _without_comment(passage.texts[at]).strip("- :[]\"'")) and name in path
    }
    sections = [at for at in above.values() if passage.units[at].kind == "heading"]
    shown = {*sections[-1:], *(at for name, at in above.items() if not wanted.isdisjoint(_terms_of(name)))}
    units = (passage.units[at] for at in (*sorted(shown), *range(setting.at, setting.last + 1)))
    return Quote(passage.node, tuple(units), passage.score)


def _terms_of(names: str) -> frozenset[str]:
    """The terms of names; of "replicaCount" those of its parts."""
    return frozenset(terms(_CASE_BORDER.sub(" ", names)))

"""Headings that are a version or a day, as in a changelog, and the questions about the releases below them."""

from __future__ import annotations

from bookwheel.engine.text.dates import MONTHS
from bookwheel.engine.text.question_terms import lazy_terms
from bookwheel.lazy_regex import lazy_regex

_MONTH = "|".join(sorted((name for name in MONTHS if len(name) > 2), key=len, reverse=True))
_DAY = (
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th|er)? (?:of |de )?(?:{_MONTH})\.?,? (?:de )?\d{{4}}"
    rf"|(?:{_MONTH})\.? (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?\d{{4}}"
)
_VERSION = r"v?\d+(?:\.\d+)+(?:[-.]?(?:rc|alpha|beta|a|b|post|dev)\.?\d*)?"
# "## [2.4.0] - 2025-03-18", "1.12.0 (2023-06-01)", "Squirrel 3.1", "Release 4.0, March 2024", "2024-05-30".
_RELEASE_HEADING = lazy_regex(
    rf"(?i)[\W_]*(?:(?:[^\W\d_][\w+-]*\s+){{0,3}}\[?{_VERSION}\]?(?:[\s(\[,:/–—-]+(?:[^\W\d_]+\s+){{0,3}}(?:{_DAY}))?"
    rf"|(?:{_DAY})(?:[\s(\[,:/–—-]+(?:[^\W\d_]+\s+)?{_VERSION})?)[\W_]*(?:\(?(?:yanked|lts|latest|current|stable)\)?)?[\W_]*"
)
_MARKS = lazy_regex(r"^[\s#=*]+|[\s#=*]+$|\n\s*[=\-~^*+#\"'`]{3,}\s*$")
# "Since when has it needed …?", "When was … removed?": what happened in a release.
_PAST = lazy_regex(
    r"(?i)^\W*(?:since when|when (?:was|were|did|has|have|had)|from when|seit wann|ab wann|wann (?:wurden?|war|kam|hat)"
    r"|depuis quand|quand (?:a|ont|fut)|desde cuándo|cuándo (?:fue|se|dejó)|da quando|quando (?:è|fu|foi|ha)"
    r"|desde quando|sinds wanneer|wanneer (?:werd|is|kwam)|с каких пор|когда (?:был|появил|удал|добав))"
)
_CHANGES = lazy_regex(
    r"(?i)^\W*(?:what|which (?:bugs?|things?|features?|changes?))(?:['’]s| is| are| was| were| has| have| had)?"
    r"(?: been)? (?:new|changed?|fixed|added|removed|deprecated|dropped|improved|introduced|broken|bring|brought)\b"
    r"|^\W*what (?:does|did) .* (?:bring|add|change|fix|remove)\W*$"
    r"|^\W*was (?:ist|war|hat|wurde) .*\b(?:neu|geändert|behoben|entfernt|hinzugefügt|verbessert|hinzugekommen)\b"
    r"|^\W*(?:quoi de neuf|qu'est-ce qui (?:a changé|est nouveau|a été))"
    r"|^\W*qué (?:hay de nuevo|cambió|ha cambiado|se (?:corrigió|añadió|eliminó))"
    r"|^\W*(?:che )?cosa (?:c'è di nuovo|è cambiato|è stato)|^\W*o que (?:há de novo|mudou)"
    r"|^\W*wat is er (?:nieuw|veranderd)|^\W*что (?:нового|изменилось)"
)
# Each kind of change: the words of a question, and those of the heading over the changes of that kind.
_KINDS_OF_CHANGES = tuple(
    (lazy_regex(rf"(?i)\b(?:{asked})\b"), lazy_regex(rf"(?i)\b(?:{heading})\b"))
    for asked, heading in (
        (
            "add(?:ed|s)?|hinzugefügt|añadi\\w+|ajout\\w+",
            "added|new|features?|hinzugefügt|neu|neuerungen|ajouts?|añadido",
        ),
        (
            "fix(?:ed|es)?|bugs?|behoben|corrigi\\w+|corrig\\w+",
            "fix(?:ed|es)?|bug ?fix\\w*|behoben|corrections?|corregido",
        ),
        (
            "remov\\w+|dropped|entfernt|supprim\\w+|elimin\\w+",
            "removed|removals|dropped|entfernt|supprimé\\w*|eliminado",
        ),
        ("deprecat\\w+|veraltet", "deprecat\\w+|veraltet"),
    )
)

RELEASING = lazy_terms(
    "release released publish published come came out appear issue issued date version veröffentlichen veröffentlicht"
    " erscheinen erschien erschienen herausgegeben publier publié sorti publicar publicado publicada salió pubblicare"
    " pubblicata uscita lançada publicada uitgebracht verscheen вышла выпущена"
)


def is_release_heading(heading: str) -> bool:
    """Whether a heading, with or without its marks, is a version, a day, or both."""
    # Most headings have no digit, and the pattern is the largest of a question.
    is_possible = any(map(str.isdigit, heading))
    return is_possible and _RELEASE_HEADING.fullmatch(plain_heading(heading)) is not None


def plain_heading(heading: str) -> str:
    """A heading without the marks that make it one."""
    return _MARKS.sub("", heading.strip()).strip()


def asks_when_it_came(question: str) -> bool:
    """Whether the question asks when something was changed, as "Since when …?" and "When was … removed?" do."""
    return _PAST.search(question) is not None


def asks_for_changes(question: str) -> bool:
    """Whether the question asks what is new, changed or fixed."""
    return _CHANGES.search(question) is not None


def is_heading_of_others(question: str, heading: str) -> bool:
    """Whether a heading is over changes of another kind than the question asks for: "Removed" of "What was fixed?"."""
    asked = [there for words, there in _KINDS_OF_CHANGES if words.search(question)]
    known = [there for _, there in _KINDS_OF_CHANGES if there.search(heading)]
    return bool(asked) and bool(known) and not any(there in known for there in asked)

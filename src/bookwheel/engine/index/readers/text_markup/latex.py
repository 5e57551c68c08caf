"""LaTeX: the text with its sections as headings; comments and commands are left out, mathematics stays as written."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.text_markup.latex_macros import expanded
from bookwheel.engine.index.readers.text_markup.latex_tables import tables_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_SECTIONS = {"part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5, "paragraph": 6}
_SECTION = lazy_regex(rf"\\(?P<kind>{'|'.join(_SECTIONS)})\*?[ \t]*(?:\[[^\]\n]{{0,300}}\])?[ \t]*(?={{)")
_FIELD = lazy_regex(r"\\(?P<key>title|author|date)[ \t]*(?:\[[^\]\n]{0,300}\])?[ \t]*(?={)")
_AND = lazy_regex(r"\s*\\and(?![A-Za-z])\s*")
_NOTE = lazy_regex(r"\\thanks[ \t]*{[^{}]{0,300}}")
_LONGEST_ARGUMENT = 500
_MOST_FIELDS = 20
_BLANK_LINES = lazy_regex(r"[ \t]*\n[ \t]*\n\s*")

_MATHS = "equation|align|gather|multline|eqnarray|displaymath|math|flalign|alignat"
# In this order: kept as written, dropped with its arguments, replaced by a character, dropped alone.
_TOKEN = lazy_regex(
    rf"(?P<verbatim>\\begin{{(?P<env>verbatim|lstlisting|{_MATHS})(?P<star>\*?)}})"
    r"|(?P<math>\$\$[^$]{1,4000}\$\$|\$(?:[^$\\\n]|\\.|\n(?!\s*\n)){1,2000}\$|\\\([^$]{1,2000}?\\\)|\\\[[^$]{1,4000}?\\\])"
    r"|(?P<dropped>\\(?:label|vspace|hspace|includegraphics|usepackage|documentclass|bibliographystyle|bibliography|input"
    r"|include|pagestyle|thispagestyle|setlength|newcommand|renewcommand|def|index|end|phantom|graphicspath|hypersetup)"
    r"\*?(?:\[[^\]\n]{0,300}\]|{[^{}\n]{0,300}}){0,3})"
    r"|\\begin{(?P<begin>[^{}\n]{1,60})}(?:\[[^\]\n]{0,300}\]|{[^{}\n]{0,300}}){0,3}"
    r"|\\(?P<refers>(?:auto|page|eq|c|C|no)?(?:ref|cite)[a-z]{0,12})\*?(?:\[[^\]\n]{0,300}\]){0,2}{(?P<keys>[^{}\n]{1,500})}"
    r"|\\href{[^{}\n]{0,2000}}"
    r"|\\(?P<accent>[`'^\"~=.]|[uvHckr](?![A-Za-z]))[ \t]{0,3}(?:{\\?(?P<in_braces>[A-Za-z])}|\\?(?P<bare>[A-Za-z]))"
    r"|(?P<newline>\\\\(?:\[[^\]\n]{0,40}\])?|\s{0,80}\\item(?![A-Za-z])[ \t]{0,9}|\\(?:newline|par)(?![A-Za-z]))"
    r"|\\(?P<escaped>[%&_#${}])"
    r"|\\(?P<command>[A-Za-z@]{1,60})\*?(?P<options>\[[^\]\n]{0,300}\])?[ \t]?"
    r"|(?P<sign>---|--|``|''|~|\\[ ,;:!/@-]|[{}&])"
)
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
_SIGNS = {
    "---": "—",
    "--": "–",
    "``": "“",
    "''": "”",
    "~": " ",
    "\\ ": " ",
    "\\,": " ",
    "\\;": " ",
    "\\:": " ",
    "&": " | ",
}
_COMMANDS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "i", "j": "j", "ldots": "…", "dots": "…", "textbackslash": "\\", "S": "§", "P": "¶", "copyright": "©",
    "pounds": "£", "euro": "€", "textendash": "–", "textemdash": "—", "LaTeX": "LaTeX", "TeX": "TeX", "quad": " ",
    "qquad": " ", "textasciitilde": "~", "footnote": " ",
}  # fmt: skip


def read(source: Source) -> Document:
    """The text between `\\begin{document}` and `\\end{document}`, with the title, author and date of its title page."""
    whole = expanded(clean(decoded(source)))
    begin, end = whole.find("\\begin{document}"), whole.rfind("\\end{document}")
    fields = {
        match["key"]: plain_text(_AND.sub(", ", _NOTE.sub("", _argument(whole, match.end()))))
        for match in islice(_FIELD.finditer(whole), _MOST_FIELDS)
    }
    body = whole[begin + len("\\begin{document}") if begin >= 0 else 0 : end if end > begin else len(whole)]
    composer = Composer()
    composer.heading(1, fields.get("title", ""))
    composer.paragraph("\n".join(f"{key.title()}: {fields[key]}" for key in ("author", "date") if fields.get(key)))
    at = 0
    for match in _SECTION.finditer(body):
        if match.start() >= at:
            composer.paragraph(_text(_without_fields(body[at : match.start()])))
            title = _argument(body, match.end())
            composer.heading(_SECTIONS[match["kind"]] + 1, plain_text(title))
            at = match.end() + len(title) + 2
    composer.paragraph(_text(_without_fields(body[at:])))
    if composer.is_empty:
        raise DocumentError("it has commands but no text")
    return composer.document(source, title=fields.get("title"), author=fields.get("author"), date=fields.get("date"))


def _argument(text: str, at: int) -> str:
    """The text in the braces that open at `at`."""
    depth = 0
    for index in range(at, min(len(text), at + _LONGEST_ARGUMENT)):
        if text[index] in "{}" and text[index - 1] != "\\":
            depth += 1 if text[index] == "{" else -1
            if depth == 0:
                return text[at + 1 : index]
    return ""


def _without_fields(text: str) -> str:
    for match in reversed(list(islice(_FIELD.finditer(text), _MOST_FIELDS))):
        text = text[: match.start()] + text[match.end() + len(_argument(text, match.end())) + 2 :]
    return text


def _text(source: str) -> str:
    """Plain text, each table as lines that name their columns."""
    parts: list[str] = []
    at = 0
    for table in tables_of(source):
        rows = [[plain_text(cell) for cell in row] for row in table.rows]
        parts += [plain_text(source[at : table.start]), "\n".join(table_lines(rows, header_rows=table.header_rows))]
        at = table.end
    return "\n\n".join(filter(None, [*parts, plain_text(source[at:])]))


def plain_text(text: str) -> str:
    """LaTeX as text: letters for accents, mathematics as written, nothing for other commands."""
    pieces: list[str] = []
    at = 0
    while match := _TOKEN.search(text, at):
        pieces.append(text[at : match.start()])
        at = match.end()
        if match["verbatim"]:
            end = text.find(f"\\end{{{match['env']}{match['star']}}}", at)
            at, kept = (len(text), text[at:]) if end < 0 else (end, text[at:end])
            is_listing = match["env"] in ("verbatim", "lstlisting")
            pieces += ["\n" if is_listing else "", kept.strip("\n"), "\n" if is_listing else ""]
        else:
            pieces.append(_shown(match))
    pieces.append(text[at:])
    return _BLANK_LINES.sub("\n\n", "".join(pieces)).replace(" \n", "\n").strip()


def _shown(match: re.Match[str]) -> str:
    if letter := match["in_braces"] or match["bare"]:
        return unicodedata.normalize("NFC", letter + _ACCENTS[match["accent"]])
    if match["newline"]:
        return "\n- " if "\\item" in match["newline"] else "\n"
    if match["command"]:
        return _COMMANDS.get(match["command"], "")
    if match["keys"]:
        return f"[{match['keys']}]"
    return match["math"] or match["escaped"] or _SIGNS.get(match["sign"] or "", "")

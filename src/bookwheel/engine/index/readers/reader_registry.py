"""Which reader reads a file: by its suffix, else by how it begins.

Our readers and those of other packages (entry points of the group `bookwheel.readers`, named by suffix: ".epub") are
listed without importing them; a reader is imported when the first file of its kind is read.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from bookwheel.engine.index.progress import PICTURE_REASON
from bookwheel.engine.plugins import Plugin, plugins
from bookwheel.engine.schema import Document
from bookwheel.errors import BookwheelError, DocumentError, PluginError, shortage_of
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from bookwheel.engine.index.readers.reader import Reader, Source

HEAD_BYTES = 8_192
# Raise it when a reader gives another text for the same bytes: indexed files are then read again.
READERS_VERSION = 16

_CODE = frozenset(
    (
        ".py .pyi .js .mjs .cjs .jsx .ts .tsx .java .kt .kts .scala .groovy .c .h .cc .cpp .cxx .hpp .hh .cs "
        ".go .rs .swift .m .rb .php .pl .pm .lua .r .jl .sh .bash .zsh .fish .ps1 .hs .ml .ex .exs .erl "
        ".clj .lisp .el .vim .zig .nim .d .dart .proto .tf .cmake "
    ).split()
)

_BINARY = frozenset(
    (
        ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .ico .heic .avif .psd .ai .eps .mp3 .wav .flac .ogg .m4a "
        ".aac .mp4 .mkv .mov .avi .webm .wmv .zip .gz .tgz .bz2 .xz .zst .7z .rar .tar .jar .war .whl .egg "
        ".deb .rpm .apk .dmg .iso .img .exe .dll .so .dylib .a .o .obj .lib .bin .class .pyc .pyo .wasm .ttf "
        ".otf .woff .woff2 .eot .sqlite .sqlite3 .db .mdb .parquet .feather .arrow .npy .npz .pkl .pickle .h5 "
        ".hdf5 .mat .pt .pth .onnx .safetensors .gguf .ds_store .swp "
    ).split()
)

# Formats without a reader, and the one into which their programs, or Calibre, can turn them.
_NOT_SUPPORTED = {
    **dict.fromkeys((".mobi .azw .azw3 .kfx .lit .prc .pdb .chm").split(), "EPUB"),
    **dict.fromkeys((".djvu .djv .odg .sxw .wpd .wps .ps .xps .oxps .one .vsdx .pub .vsd").split(), "PDF"),
}
# Pictures may show text, which is recognised with the extra `ocr`.
_PICTURES = frozenset((".png .jpg .jpeg .tif .tiff .bmp .webp").split())
# Formats that the extra `formats` reads.
_OTHER = frozenset(
    (".doc .docm .dotx .ppt .pptm .ppsx .potx .xls .xlsb .xlsm .xltx .pages .numbers .key .msg .hwp .hwpx ").split()
)

# Formats that are not plain text. The suffix alone decides; their readers raise an error for other bytes.
_NOT_TEXT = frozenset(
    {
        "docx",
        "email",
        "epub",
        "fb2",
        "mbox",
        "mhtml",
        "ods",
        "odp",
        "odt",
        "other",
        "pdf",
        "picture",
        "pptx",
        "rtf",
        "webarchive",
        "xlsx",
    }
)

_BY_SUFFIX = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd"), "markdown"),
    **dict.fromkeys((".adoc", ".asciidoc"), "asciidoc"),
    **dict.fromkeys((".rst", ".rest"), "rst"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys(_CODE, "code"),
    **dict.fromkeys(_PICTURES, "picture"),
    **dict.fromkeys(_OTHER, "other"),
    ".bib": "bib",
    ".csv": "csv",
    ".docx": "docx",
    **dict.fromkeys((".drawio", ".dio"), "drawio"),
    **dict.fromkeys((".eml", ".emlx"), "email"),
    ".ics": "ics",
    ".mbox": "mbox",
    **dict.fromkeys((".mhtml", ".mht"), "mhtml"),
    ".epub": "epub",
    ".fb2": "fb2",
    **dict.fromkeys((".po", ".pot"), "gettext"),
    ".ipynb": "notebook",
    **dict.fromkeys((".json", ".geojson", ".topojson", ".jsonc", ".json5", ".webmanifest", ".har"), "json"),
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    **dict.fromkeys((".ods", ".fods"), "ods"),
    **dict.fromkeys((".odp", ".fodp"), "odp"),
    **dict.fromkeys((".odt", ".fodt"), "odt"),
    ".org": "org",
    ".pdf": "pdf",
    ".pptx": "pptx",
    ".rtf": "rtf",
    **dict.fromkeys((".srt", ".vtt", ".sbv", ".ass", ".ssa", ".ttml", ".dfxp", ".smi", ".sub", ".lrc"), "subtitles"),
    ".properties": "properties",
    ".sql": "sql",
    ".svg": "svg",
    ".tab": "csv",
    ".tex": "latex",
    ".tsv": "csv",
    ".txt": "text",
    **dict.fromkeys((".vcf", ".vcard"), "vcf"),
    ".webarchive": "webarchive",
    **dict.fromkeys((".wiki", ".mediawiki"), "mediawiki"),
    ".xlsx": "xlsx",
    **dict.fromkeys(
        (
            ".xml .plist .rss .atom .opml .gpx .kml .enex .dita .dbk .docbook .tei .nxml .xlf .xliff .resx .xsd .csproj"
            " .wsdl .rdf .owl .mm .graphml .tmx .musicxml .pom .vcxproj .props .targets .config"
        ).split(),
        "xml",
    ),
}

_CAPTIONS = lazy_regex(rb"webvtt\b|(?:\d{1,5}\r?\n|\[)?(?:\d{1,2}:)?\d\d:\d\d[.,]\d{3}[ \t]*-->[ \t]*\d")
_GIT_LOG = lazy_regex(rb"commit [0-9a-f]{7,64}(?: \([^)\n]{1,200}\))?\r?\n(?:merge: [^\n]{1,200}\n)?author: ")
_MAN = lazy_regex(rb"(?m)^\.(?:TH[ \t]+\S|Dd[ \t])")
_DRAWN_WORDS = lazy_regex(rb"<(?:\w{1,20}:)?(?:text|title|desc|foreignObject)\b|<!-- ")

# The module of each format below this folder, and its function.
_READERS = {
    "asciidoc": "text_markup.asciidoc:read",
    "bib": "text_markup.bib:read",
    "code": "code:read",
    "csv": "data.csv:read",
    "docx": "office.docx:read",
    "drawio": "pictures.drawio:read",
    "email": "mail.email:read",
    "epub": "epub:read",
    "fb2": "fb2:read",
    "gettext": "data.gettext:read",
    "git_log": "data.git_log:read",
    "html": "web.html:read",
    "ics": "mail.ics:read",
    "json": "data.json:read",
    "json_lines": "data.json:read_lines",
    "latex": "text_markup.latex:read",
    "man": "text_markup.man:read",
    "markdown": "text_markup.markdown:read",
    "mbox": "mail.email:read_mailbox",
    "mediawiki": "text_markup.mediawiki:read",
    "mhtml": "mhtml:read",
    "notebook": "text_markup.notebook:read",
    "odp": "office.odt:read_slides",
    "ods": "office.ods:read",
    "odt": "office.odt:read",
    "org": "text_markup.org:read",
    "other": "other_formats:read",
    "pdf": "pdf.pdf:read",
    "picture": "pictures.picture:read",
    "pptx": "office.pptx:read",
    "properties": "data.properties:read",
    "rst": "text_markup.rst:read",
    "rtf": "office.rtf:read",
    "sql": "data.sql:read",
    "subtitles": "subtitles:read",
    "svg": "pictures.svg:read",
    "text": "text:read",
    "vcf": "mail.vcf:read",
    "webarchive": "webarchive:read",
    "xlsx": "office.xlsx:read",
    "xml": "data.xml:read",
}


def format_names() -> list[str]:
    """Every format that can be read."""
    return sorted({*_BY_SUFFIX.values(), *_plugins()})


def format_named(name: str) -> str | None:
    """The format that is called `name` or has this suffix ("pdf", ".md", "md"); None for an unknown name."""
    plain = name.lower()
    suffix = plain if plain.startswith(".") else f".{plain}"
    if suffix in _plugins():
        return suffix
    return plain if plain in _BY_SUFFIX.values() else _BY_SUFFIX.get(suffix)


def own_format(suffix: str) -> str | None:
    """Our format of this suffix (".md"), found without reading the metadata of other packages."""
    return _BY_SUFFIX.get(suffix.lower())


def left_out_by_name(name: str) -> str | None:
    """Why a file of this name is not opened; None when it is."""
    suffix = _suffix(name)
    reason = _left_out(suffix)
    # Only here are the packages asked that are installed: to read what a hundred of them register takes 3 ms.
    return None if reason is None or suffix in _plugins() else reason


def _left_out(suffix: str) -> str | None:
    if suffix in _OTHER and not _formats_is_installed():
        return "needs the optional part 'formats': pip install 'bookwheel[formats]'"
    if suffix in _PICTURES:
        return None if _pictures_are_read() else PICTURE_REASON
    if suffix in _BINARY:
        return "binary"
    better = _NOT_SUPPORTED.get(suffix)
    return None if better is None else f"cannot be read: convert it to {better}"


def format_of(name: str, head: bytes) -> str | None:
    """The format of a file by its name and its first bytes; None for binary files of no known format."""
    suffix = _suffix(name)
    if suffix in _plugins():
        return suffix
    if b"%PDF-" in head[:1_024]:
        return "pdf"
    known = _BY_SUFFIX.get(suffix)
    if known in _NOT_TEXT:
        return known
    from bookwheel.engine.index.readers.encodings.encoding import is_text

    if not is_text(head):
        return None
    if known == "svg" and len(head) < HEAD_BYTES and _DRAWN_WORDS.search(head) is None:
        return None  # an icon: a picture like others
    return _sniffed(head) if known in (None, "text") else known


def reader_of(format_name: str) -> Reader:
    """The reader of a format that `format_of` named."""
    if format_name.startswith("."):
        return _plugin_reader(_plugins()[format_name])
    module_name, _, function = _READERS[format_name].partition(":")
    module = import_module(f"bookwheel.engine.index.readers.{module_name}")
    return cast("Reader", getattr(module, function))


@cache
def _formats_is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("kreuzberg") is not None


def _pictures_are_read() -> bool:
    from bookwheel.engine.index.readers.pictures.ocr import ocr_is_installed

    return ocr_is_installed()


def _suffix(name: str) -> str:
    # Books in this format are usually packed one by one.
    return ".fb2" if name.lower().endswith(".fb2.zip") else os.path.splitext(name)[1].lower()


def _sniffed(head: bytes) -> str:
    begin = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begin.startswith((b"<!doctype html", b"<html")):
        return "html"
    if begin.startswith((b"<?xml", b"<svg")):
        return "svg" if b"<svg" in head else "xml"
    if begin.startswith(b"#!"):
        return "code"
    if begin[:1] in (b".", b"'") and _MAN.search(head):
        return "man"
    if _CAPTIONS.match(begin):
        return "subtitles"
    if _GIT_LOG.match(begin):
        return "git_log"
    from bookwheel.engine.index.readers.data.delimited_text import is_delimited

    return "csv" if is_delimited(head) else "text"


@cache
def _plugins() -> dict[str, Plugin]:
    return {name: plugin for name, plugin in plugins("readers").items() if name.startswith(".")}


def _plugin_reader(plugin: Plugin) -> Reader:
    try:
        reader = cast("Reader", plugin.load())
    except PluginError as error:
        raise DocumentError(error.message, hint=error.hint) from error

    def read(source: Source) -> Document:
        try:
            document = reader(source)
        except (BookwheelError, MemoryError):
            raise
        except Exception as error:  # the boundary to the code of another package
            if shortage_of(error) is not None:
                raise
            raise DocumentError(f"{by} failed on it ({type(error).__name__}: {error})") from error
        if not isinstance(document, Document):  # pyright: ignore[reportUnnecessaryIsInstance] - another package's code
            raise DocumentError(f"{by} returned a {type(document).__name__}, not a Document")
        return document

    by = f"the {plugin.name} reader of the package {plugin.package}"
    return read

"""`SimpleDirectoryReader`: files and folders as Documents, in this process and without an index."""

from __future__ import annotations

import asyncio
import mimetypes
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Protocol

from bookwheel.engine.index.file_bytes import read_file
from bookwheel.engine.index.parse_limits import DEFAULT_LIMITS
from bookwheel.engine.index.readers.about import add_remarks
from bookwheel.engine.index.readers.after_reading import doubts_about
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.index.walk import FoundFile, absolute_root, walk
from bookwheel.engine.schema import Document, JsonObject
from bookwheel.engine.selection import file_day
from bookwheel.errors import DocumentError, DocumentPathError, UsageError


class BaseReader:
    """A base for readers of one's own, which have `load_data` or `lazy_load_data`."""

    def lazy_load_data(self, *args: Any, **kwargs: Any) -> Iterable[Document]:
        """The documents, one after the other."""
        raise NotImplementedError(f"{type(self).__name__} has neither load_data nor lazy_load_data.")

    def load_data(self, *args: Any, **kwargs: Any) -> list[Document]:
        """All documents."""
        return list(self.lazy_load_data(*args, **kwargs))

    async def aload_data(self, *args: Any, **kwargs: Any) -> list[Document]:
        """As `load_data`, in a thread."""
        return await asyncio.to_thread(self.load_data, *args, **kwargs)


# In the metadata, but neither in prompts nor in what is embedded, as in LlamaIndex.
_FACTS_OF_FILES = ("file_name", "file_type", "file_size", "creation_date", "last_modified_date", "last_accessed_date")


class FileReader(Protocol):
    """What reads the files of one format, as the readers of LlamaIndex do."""

    def load_data(self, file: Path, extra_info: JsonObject | None = None) -> Iterable[Any]:
        """The documents of a file; `extra_info` is what is known about it."""
        ...


class SimpleDirectoryReader:
    """Reads a folder (`input_dir`) or single files (`input_files`).

    `recursive` goes into the folders below; `required_exts` (".md") keeps only those; `exclude` are patterns of paths
    below `input_dir` or of names. Ignored, binary and huge files are left out, as in the app, and hidden ones unless
    `exclude_hidden` is False.

    `file_metadata` gives further metadata for a path; with `filename_as_id` the id of a document is its path.
    `file_extractor` has a reader of one's own for a suffix (".md"), with LlamaIndex's `load_data(path, extra_info=…)`;
    with `filename_as_id` each of its documents has `_part_0`, `_part_1` … after the path. `encoding` and `errors` are
    accepted for LlamaIndex's sake: the encoding of each file is detected.
    """

    def __init__(
        self,
        input_dir: str | Path | None = None,
        input_files: Sequence[str | Path] | None = None,
        *,
        exclude: Sequence[str] | None = None,
        recursive: bool = False,
        required_exts: Sequence[str] | None = None,
        num_files_limit: int | None = None,
        file_metadata: Callable[[str], JsonObject] | None = None,
        filename_as_id: bool = False,
        exclude_hidden: bool = True,
        encoding: str | None = None,
        errors: str | None = None,
        file_extractor: Mapping[str, FileReader] | None = None,
        raise_on_error: bool = False,
    ) -> None:
        if (input_dir is None) == (not input_files):
            raise UsageError(
                "SimpleDirectoryReader takes either input_dir or input_files.", hint="Give it one of the two."
            )
        roots = [input_dir] if input_dir is not None else list(input_files or ())
        self._roots = [absolute_root(root) for root in roots]
        self._readers = {suffix.lower(): reader for suffix, reader in (file_extractor or {}).items()}
        self._limits = replace(DEFAULT_LIMITS, reads_hidden=not exclude_hidden, read_suffixes=tuple(self._readers))
        self._exclude = list(exclude or ())
        self._recursive = recursive
        self._suffixes = None if required_exts is None else {suffix.lower() for suffix in required_exts}
        self._most_files = num_files_limit
        self._file_metadata = file_metadata
        self._filename_as_id = filename_as_id
        self._raises = raise_on_error

    def load_data(self, show_progress: bool = False, num_workers: int | None = None) -> list[Document]:
        """All documents, in the order of their paths. `show_progress` and `num_workers` have no effect.

        Raises DocumentError when a folder or a file that was named cannot be read or no file is found; a broken file
        inside a folder is skipped (the app's library reports those) unless `raise_on_error`.
        """
        return [document for documents in self.iter_data() for document in documents]

    async def aload_data(self, show_progress: bool = False, num_workers: int | None = None) -> list[Document]:
        """As `load_data`, in a thread."""
        return await asyncio.to_thread(self.load_data)

    def iter_data(self, show_progress: bool = False) -> Iterator[list[Document]]:
        """As `load_data`: the documents of each file, one file after the other."""
        given = 0
        for file in self._files():
            if self._most_files is not None and given >= self._most_files:
                return
            if documents := self._read(file):
                given += 1
                yield documents

    @property
    def input_files(self) -> list[Path]:
        """The files that are read, in the order of their paths; raises as `load_data`."""
        return [Path(file.path) for file in self._files()][: self._most_files]

    def list_resources(self) -> list[str]:
        """The paths of `input_files`."""
        return [str(path) for path in self.input_files]

    def load_resource(self, resource_id: str) -> list[Document]:
        """The documents of one of these files; raises DocumentError for another one."""
        found = next((file for file in self._files() if file.path == str(absolute_root(resource_id))), None)
        if found is None:
            raise DocumentPathError(f"{resource_id} is not one of the files.", hint="list_resources() names them.")
        return self._read(found)

    def _files(self) -> Iterator[FoundFile]:
        is_empty = True
        for file in self._found():
            is_empty = False
            yield file
        if is_empty:
            names = ", ".join(str(root) for root in self._roots)
            raise DocumentPathError(
                f"No files found in {names}.", hint="Check recursive=, required_exts= and exclude=."
            )

    def _found(self) -> Iterator[FoundFile]:
        for root in self._roots:
            found = walk(root, limits=self._limits)
            if found.problem:
                raise DocumentPathError(f"{root} cannot be read: {found.problem}.", hint="Check the path.")
            if not found.files and found.left_out and found.left_out[0].path == root:
                raise DocumentPathError(f"{root} cannot be read: {found.left_out[0].reason}.")
            yield from filter(self._is_wanted, found.files)

    def _is_wanted(self, file: FoundFile) -> bool:
        if file.path == file.root:
            return True
        relative = os.path.relpath(file.path, file.root)
        name = os.path.basename(relative)
        if not self._recursive and name != relative:
            return False
        if self._suffixes is not None and os.path.splitext(name)[1].lower() not in self._suffixes:
            return False
        return not any(fnmatch(relative, pattern) or fnmatch(name, pattern) for pattern in self._exclude)

    def _read(self, file: FoundFile) -> list[Document]:
        reader = self._readers.get(os.path.splitext(file.path)[1].lower())
        try:
            return [self._described(_read(file), file)] if reader is None else self._read_by(reader, file)
        except (DocumentError, OSError) as error:
            if file.path != file.root and not self._raises:
                return []
            reason = error.message if isinstance(error, DocumentError) else error.strerror
            raise DocumentError(f"{file.path} cannot be read: {reason}.") from error

    def _read_by(self, reader: FileReader, file: FoundFile) -> list[Document]:
        about = self._facts(file) | {"file_path": file.path, "file_name": os.path.basename(file.path)}
        try:
            found = reader.load_data(Path(file.path), extra_info=about)
            documents = [_document_of(other) for other in found]
        except ImportError:
            raise
        except Exception as error:  # a reader of the user's own may raise anything
            raise DocumentError(f"{type(reader).__name__} failed with {type(error).__name__}: {error}") from error
        for part, document in enumerate(documents):
            document.metadata = about | document.metadata
            _keep_from_models(document)
            if self._filename_as_id:
                document.id_ = f"{file.path}_part_{part}"
        return documents

    def _described(self, document: Document, file: FoundFile) -> Document:
        document.metadata |= self._facts(file)
        _keep_from_models(document)
        if self._filename_as_id:
            document.id_ = file.path
        return document

    def _facts(self, file: FoundFile) -> JsonObject:
        facts: JsonObject = {
            "file_type": mimetypes.guess_type(file.path)[0] or "application/octet-stream",
            "file_size": file.size,
        }
        changed = file_day(file.mtime_ns)
        if changed is not None:
            facts["last_modified_date"] = changed.isoformat()
        if (made := _made_on(file.path)) is not None:
            facts["creation_date"] = made.isoformat()
        return facts if self._file_metadata is None else facts | self._file_metadata(file.path)


def _keep_from_models(document: Document) -> None:
    document.excluded_llm_metadata_keys = [*document.excluded_llm_metadata_keys, *_FACTS_OF_FILES]
    document.excluded_embed_metadata_keys = [*document.excluded_embed_metadata_keys, *_FACTS_OF_FILES]


def _made_on(path: str) -> date | None:
    """The day on which a file was made; where the system does not know it, that of its last change of any kind."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    made_ns: float = getattr(found, "st_birthtime_ns", found.st_ctime_ns)
    return file_day(int(made_ns))


def _document_of(document: Any) -> Document:
    """The document as ours, also one that another package made."""
    if isinstance(document, Document):
        return document
    return Document(text=document.text, metadata=dict(document.metadata), id_=document.id_)


def _read(file: FoundFile) -> Document:
    found = read_file(file.root, file.path, largest_file=DEFAULT_LIMITS.largest_file)
    format_name = format_of(os.path.basename(file.path), found.data[:HEAD_BYTES])
    if format_name is None:
        raise DocumentError("it is binary")
    document = reader_of(format_name)(Source(file.path, found.data))
    add_remarks(document.metadata, doubts_about(document.text, format_name))
    return document

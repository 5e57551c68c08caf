"""`SimpleDirectoryReader`: files and folders as Documents, in this process and without an index."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

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


class SimpleDirectoryReader:
    """Reads a folder (`input_dir`) or single files (`input_files`).

    `recursive` goes into the folders below; `required_exts` (".md") keeps only those; `exclude` are patterns of paths
    below `input_dir` or of names. Ignored, binary and huge files are left out, as in the app, and hidden ones unless
    `exclude_hidden` is False.

    `file_metadata` gives further metadata for a path; with `filename_as_id` the id of a document is its path.
    `encoding` and `errors` are accepted for LlamaIndex's sake: the encoding of each file is detected.
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
    ) -> None:
        if (input_dir is None) == (not input_files):
            raise UsageError("SimpleDirectoryReader takes either input_dir or input_files.")
        roots = [input_dir] if input_dir is not None else list(input_files or ())
        self._roots = [absolute_root(root) for root in roots]
        self._limits = replace(DEFAULT_LIMITS, reads_hidden=not exclude_hidden)
        self._exclude = list(exclude or ())
        self._recursive = recursive
        self._suffixes = None if required_exts is None else {suffix.lower() for suffix in required_exts}
        self._most_files = num_files_limit
        self._file_metadata = file_metadata
        self._filename_as_id = filename_as_id

    def load_data(self, show_progress: bool = False, num_workers: int | None = None) -> list[Document]:
        """All documents, in the order of their paths. `show_progress` and `num_workers` have no effect.

        Raises DocumentError when a folder or a file that was named cannot be read; a broken file inside a folder is
        skipped (the app's library reports those).
        """
        return list(self.iter_data())

    def iter_data(self) -> Iterator[Document]:
        """As `load_data`, one after the other."""
        given = 0
        for root in self._roots:
            found = walk(root, limits=self._limits)
            if found.problem:
                raise DocumentPathError(f"{root} cannot be read: {found.problem}.", hint="Check the path.")
            if not found.files and found.left_out and found.left_out[0].path == root:
                raise DocumentPathError(f"{root} cannot be read: {found.left_out[0].reason}.")
            for file in filter(self._is_wanted, found.files):
                if self._most_files is not None and given >= self._most_files:
                    return
                document = self._read(file)
                if document is not None:
                    given += 1
                    yield document

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

    def _read(self, file: FoundFile) -> Document | None:
        try:
            return self._described(_read(file), file)
        except (DocumentError, OSError) as error:
            if file.path != file.root:
                return None
            reason = error.message if isinstance(error, DocumentError) else error.strerror
            raise DocumentError(f"{file.path} cannot be read: {reason}.") from error

    def _described(self, document: Document, file: FoundFile) -> Document:
        changed = file_day(file.mtime_ns)
        document.metadata["file_type"] = mimetypes.guess_type(file.path)[0] or "application/octet-stream"
        document.metadata["file_size"] = file.size
        if changed is not None:
            document.metadata["last_modified_date"] = changed.isoformat()
        if self._file_metadata is not None:
            document.metadata |= self._file_metadata(file.path)
        if self._filename_as_id:
            document.id_ = file.path
        return document


def _read(file: FoundFile) -> Document:
    found = read_file(file.root, file.path, largest_file=DEFAULT_LIMITS.largest_file)
    format_name = format_of(os.path.basename(file.path), found.data[:HEAD_BYTES])
    if format_name is None:
        raise DocumentError("it is binary")
    document = reader_of(format_name)(Source(file.path, found.data))
    add_remarks(document.metadata, doubts_about(document.text, format_name))
    return document

"""A file of the data folder with a table and many parts, of which a run reads those that it uses, one by one."""

from __future__ import annotations

import marshal
import os
from binascii import crc32
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from bookwheel.own_files import open_own, write_own

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_Place: TypeAlias = "tuple[int, int, int]"
"""Where a part begins and ends after the table, and its checksum."""

# A file of another form is passed over as one of another version is.
_FORM = "2"
_LARGEST_TABLE = 16_000_000
# The checksum of all that `write_own` puts before the rest; the length of the table; the checksum of the table.
_BEFORE_LENGTH, _BEFORE_TABLE = 4, 12


class PartsFile:
    """The file at `path`, if it is whole and of this version; without a path, or with another version, it is empty.

    To read all parts at once takes longer: memory is new, and a part is cold when it is decoded.
    """

    def __init__(self, path: Path | None = None, version: tuple[str, ...] = ()) -> None:
        self.more = b""
        """What was kept beside the parts, read at once."""
        self.is_damaged = False
        self._places: Mapping[str, _Place] = {}
        self._fd = -1
        self._start = 0
        if path is not None:
            # `marshal` may not be given what others can write, which `open_own` does not open.
            with suppress(OSError, EOFError, ValueError, TypeError):
                self._fd = open_own(path)
                self._read_table(version)

    def _read_table(self, version: tuple[str, ...]) -> None:
        head = os.pread(self._fd, _BEFORE_TABLE, 0)
        length, checksum = (int.from_bytes(head[at : at + 4], "big") for at in (_BEFORE_LENGTH, _BEFORE_LENGTH + 4))
        table = os.pread(self._fd, min(length, _LARGEST_TABLE), _BEFORE_TABLE)
        if len(table) != length or crc32(table) != checksum:
            return
        known_version, size, places, more = marshal.loads(table)
        if known_version == (_FORM, *version) and os.fstat(self._fd).st_size == _BEFORE_TABLE + length + size:
            self._places, self.more, self._start = places, more, _BEFORE_TABLE + length

    @property
    def names(self) -> list[str]:
        """The names of the parts, in the order in which they were written."""
        return list(self._places)

    def part(self, name: str) -> bytes | None:
        """The part of this name; None where there is none, it is damaged, or the file has been closed."""
        if (place := self._places.get(name)) is None:
            return None
        start, end, checksum = place
        with suppress(OSError):
            part = os.pread(self._fd, end - start, self._start + start)
            if crc32(part) == checksum:
                return part
            self.is_damaged = True
        return None

    def close(self) -> None:
        """Give no part from now on."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def write_parts(path: Path, version: tuple[str, ...], parts: Mapping[str, bytes], more: bytes = b"") -> None:
    """Replace the file as a whole; without the right to write, nothing is kept. `more` is read at once."""
    places: dict[str, _Place] = {}
    end = 0
    for name, part in parts.items():
        places[name] = end, (end := end + len(part)), crc32(part)
    table = marshal.dumps(((_FORM, *version), end, places, more))
    head = len(table).to_bytes(4, "big") + crc32(table).to_bytes(4, "big")
    write_own(path, b"".join((head, table, *parts.values())))

"""Zip files that hold a document (EPUB, ODT, DOCX…): sizes are checked before unpacking, and unpacking stays in memory.

The names inside are looked up and compared, never used as paths.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType

from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

MOST_BYTES = 64 << 20
HIGHEST_RATIO = 100
MOST_MEMBERS = 20_000

_HARDLY_PACKED = 2  # times smaller: pictures and sounds, which cost no more memory than the file itself
_TOO_SMALL_TO_BE_A_BOMB = 1 << 20
_ENCRYPTED = 0x1
_PIECE = 1 << 16
# Office saves the strict form of ISO/IEC 29500 with other names of the same markup; the libraries know the usual ones.
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = lazy_regex(rb"http://purl\.oclc\.org/ooxml/(\w{1,40})/")
_USUAL_NAME = rb"http://schemas.openxmlformats.org/\1/2006/"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)


class Archive:
    """The members of a zip file. Raises DocumentError when it is broken, locked, or unpacks to more than it may."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            # A password wraps an office file in the container format of Office 97.
            raise DocumentError(
                "it is locked by a password or in the format of Office 97; save a new copy without a password"
            )
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise DocumentError("it is broken: not a whole zip file") from error
        self._members = {info.filename: info for info in self._zip.infolist()}
        self._check_directory(len(data))

    def read(self, name: str) -> bytes | None:
        """The bytes of a member; None when there is none of that name."""
        info = self._members.get(name)
        return None if info is None else self._unpacked(info)

    def parts(self, folder: str) -> Iterator[bytes]:
        """The bytes of each member whose name begins with `folder`."""
        for name in self.names(folder):
            yield self._unpacked(self._members[name])

    def names(self, prefix: str) -> list[str]:
        """The names of the members that begin with `prefix`."""
        return [name for name in self._members if name.startswith(prefix)]

    def copy(self, check: Callable[[bytes], None], replaced: Mapping[str, bytes] = MappingProxyType({})) -> BytesIO:
        """The same zip file with all members unpacked, for libraries that do not check sizes themselves.

        `check` gets the bytes of each member and may raise; `replaced` are other contents for members, by name.
        """
        copied = BytesIO()
        with zipfile.ZipFile(copied, "w", zipfile.ZIP_STORED) as target:
            for name, info in self._members.items():
                data = replaced[name] if name in replaced else self._unpacked(info)
                check(data)
                target.writestr(zipfile.ZipInfo(name), data)
        copied.seek(0)
        return copied

    def _check_directory(self, size: int) -> None:
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS:
            raise DocumentError(f"it has {len(members):,} parts; up to {MOST_MEMBERS:,} can be read")
        if any(info.flag_bits & _ENCRYPTED for info in members):
            raise DocumentError("it is locked by a password; save a copy without one")
        if len(members) != len(self._members) or sum(info.compress_size for info in members) > size:
            raise DocumentError("it is broken: its parts overlap")
        packed = [info for info in members if info.file_size > _HARDLY_PACKED * info.compress_size]
        if sum(info.file_size for info in packed) > MOST_BYTES:
            raise DocumentError(f"it would unpack to more than {MOST_BYTES >> 20} MB")
        for info in packed:
            if info.file_size > max(HIGHEST_RATIO * info.compress_size, _TOO_SMALL_TO_BE_A_BOMB):
                raise DocumentError(f"it would unpack to more than {HIGHEST_RATIO} times its size (a zip bomb?)")

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DocumentError("it uses a compression method that its format does not allow")
        # Read in pieces: the directory may lie about sizes. In pieces, zipfile unpacks no more than the declared size
        # (which is checked); a single read unpacks everything first.
        try:
            with self._zip.open(info) as member:
                data = b"".join(iter(lambda: member.read(_PIECE), b""))
        except _BROKEN as error:
            raise DocumentError("it is broken: a part of it cannot be unpacked") from error
        return _STRICT_NAME.sub(_USUAL_NAME, data) if _STRICT in data else data

"""What libraries write past Python to standard error while the app has the screen: kept back, and told afterwards.

Textual draws on standard error. A native library that complains there (tantivy does of a damaged file, before it is
healed) would write into the middle of the page.
"""

from __future__ import annotations

import os
from tempfile import TemporaryFile

from bookwheel.transcript.sanitize import clean

_STDERR = 2
_LONGEST = 4_000


class KeptStderr:
    """`screen` writes to the terminal that standard error was; between `keep` and `give_back` all else goes to a file.

    Where standard error is no terminal nothing is kept: it goes where the user has sent it.
    """

    def __init__(self) -> None:
        self._terminal = os.dup(_STDERR)
        self._kept = TemporaryFile(mode="a+b", buffering=0)
        self.screen = open(self._terminal, "w", encoding="utf-8", errors="backslashreplace", closefd=False)

    def keep(self) -> None:
        if os.isatty(self._terminal):
            os.dup2(self._kept.fileno(), _STDERR)

    def give_back(self) -> None:
        os.dup2(self._terminal, _STDERR)

    def take(self) -> str:
        """What has been kept, cleaned, and of a long text the end; it is forgotten then."""
        size = self._kept.seek(0, os.SEEK_END)
        self._kept.seek(max(0, size - _LONGEST))
        text = self._kept.read().decode("utf-8", errors="replace")
        self._kept.truncate(0)
        return clean(text).strip()

"""What may have changed on disk since it was last looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """Files that were made, changed, moved or deleted; with `is_everything` any other may have been, too."""

    paths: frozenset[str] = frozenset()
    is_everything: bool = False

    def __bool__(self) -> bool:
        return self.is_everything or bool(self.paths)

    def overlaps(self, other: Changes) -> bool:
        """Whether both are about everything, or about the same file."""
        return (self.is_everything and other.is_everything) or bool(self.paths & other.paths)

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.paths | other.paths, self.is_everything or other.is_everything)


NOTHING = Changes()
EVERYTHING = Changes(is_everything=True)

"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bookwheel.engine.schema import JsonObject

Level = Literal["ok", "note", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `remedy` says what to do."""

    subject: str
    level: Level
    what: str
    remedy: str = ""

    def as_json(self) -> JsonObject:
        return {"subject": self.subject, "level": self.level, "what": self.what, "remedy": self.remedy}

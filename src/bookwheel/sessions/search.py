"""Search over saved sessions: every word must be in the title, a question or an answer."""

from __future__ import annotations

from io import BufferedReader

from bookwheel.engine.events.run_events import RunFinished, RunStarted
from bookwheel.engine.record import parse_line
from bookwheel.sessions.log_reader import border_lines

_EXCERPT = 120


def find_in_session(words: list[str], title: str, log: BufferedReader) -> str | None:
    """Where the words are, as an excerpt around the first of them; None when one is missing. Words are casefolded."""
    missing = {word for word in words if word not in title.casefold()}
    excerpt = title if len(missing) < len(words) else ""
    for line in border_lines(log):
        if not missing:
            break
        text = _spoken(line)
        folded = text.casefold()
        found = {word for word in missing if word in folded}
        if found:
            excerpt = _around(text, folded.find(min(found, key=folded.find)))
            missing -= found
    return None if missing else excerpt


def _spoken(line: bytes) -> str:
    try:
        record = parse_line(line.decode("utf-8"))
    except ValueError:
        return ""
    match record.event:
        case RunStarted(user_msg=text) | RunFinished(response=text):
            return text
        case _:
            return ""


def _around(text: str, position: int) -> str:
    start = max(0, position - _EXCERPT // 3)
    piece = " ".join(text[start : start + _EXCERPT].split())
    return f"{'…' if start else ''}{piece}{'…' if start + _EXCERPT < len(text) else ''}"

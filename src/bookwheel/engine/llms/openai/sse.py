"""Decodes server-sent events from chunks of bytes, by the WHATWG rules.

    event: message         the name of the event, "message" when absent
    data: {"a": 1}         lines of data, joined by newlines
    id: 7                  remembered for the events that follow
    : anything             a comment
                           an empty line ends the event

Lines end only in LF, CR or CRLF. A byte that is not UTF-8 becomes U+FFFD, and the stream continues.
"""

from __future__ import annotations

from typing import NamedTuple

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_EVENT_BYTES = 8 * 1024 * 1024


class SseEvent(NamedTuple):
    """One decoded event."""

    event: str
    data: str
    id: str


class SseTooLongError(ValueError):
    """An event is longer than the decoder's limit."""


class SseDecoder:
    """Decodes the bytes of one response to events; `feed` accepts chunks of any size.

    `lines` counts the complete lines so far, including comments, which show that the server is alive.
    """

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.lines = 0
        self._max_event_bytes = max_event_bytes
        self._tail = bytearray()
        self._at_start = True
        self._after_cr = False
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._event = b""
        self._id = b""

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """The events completed by `chunk`.

        Raises SseTooLongError when an event is longer than the limit.
        """
        events: list[SseEvent] = []
        for line in self._complete_lines(chunk):
            self.lines += 1
            if not line:
                self._dispatch_into(events)
            elif line.startswith(b"data: "):
                self._add_data(line[6:])
            else:
                self._take_field(line)
        return events

    def _complete_lines(self, chunk: bytes) -> list[bytes]:
        if self._after_cr and chunk:
            self._after_cr = False
            # The CR that ended the last chunk was the first half of a CRLF.
            chunk = chunk.removeprefix(b"\n")
        if self._at_start:
            chunk = self._without_byte_order_mark(chunk)
        if not chunk:
            return []
        if b"\n" not in chunk and b"\r" not in chunk:
            self._keep_tail(chunk)
            return []
        if self._tail:
            chunk = bytes(self._tail) + chunk
            self._tail.clear()
        # bytes.splitlines splits at LF, CR and CRLF only, unlike str.splitlines.
        lines = chunk.splitlines()
        if chunk.endswith(b"\r"):
            self._after_cr = True
        elif not chunk.endswith(b"\n"):
            self._keep_tail(lines.pop())
        return lines

    def _without_byte_order_mark(self, chunk: bytes) -> bytes:
        start = bytes(self._tail) + chunk
        self._tail.clear()
        if len(start) < len(BYTE_ORDER_MARK) and BYTE_ORDER_MARK.startswith(start):
            self._tail += start
            return b""
        self._at_start = False
        return start.removeprefix(BYTE_ORDER_MARK)

    def _keep_tail(self, rest: bytes) -> None:
        self._tail += rest
        if len(self._tail) > self._max_event_bytes:
            raise SseTooLongError(f"a line is longer than {self._max_event_bytes} bytes")

    def _add_data(self, value: bytes) -> None:
        self._data.append(value)
        self._data_bytes += len(value)
        if self._data_bytes > self._max_event_bytes:
            raise SseTooLongError(f"an event is longer than {self._max_event_bytes} bytes")

    def _take_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._add_data(value)
        elif name == b"event":
            self._event = value
        elif name == b"id" and b"\0" not in value:
            self._id = value

    def _dispatch_into(self, events: list[SseEvent]) -> None:
        if self._data:
            data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
            name = self._event.decode("utf-8", "replace") if self._event else "message"
            last_id = self._id.decode("utf-8", "replace") if self._id else ""
            events.append(SseEvent(name, data.decode("utf-8", "replace"), last_id))
            self._data = []
            self._data_bytes = 0
        self._event = b""


def apart(events: list[SseEvent]) -> list[SseEvent]:
    """The events, and several for one in which a server left out the empty lines between them."""
    for event in events:
        if "\n" in event.data:
            return [one for event in events for one in _lines_apart(event)]
    return events


def _lines_apart(event: SseEvent) -> list[SseEvent]:
    lines = event.data.split("\n")
    is_each_one = all(line[:1] in ("{", "[") and line[-1:] in ("}", "]") for line in lines)
    return [event._replace(data=line) for line in lines] if is_each_one else [event]

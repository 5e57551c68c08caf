"""The first and last event of a run in the log, and the events that all kinds of runs share."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bookwheel.engine.events.event_base import Event, SideEvent
from bookwheel.engine.events.workflow_events import InternalEvent
from bookwheel.engine.schema import JsonObject, NumberedNode
from bookwheel.lazy_dataclass import dataclass

RunStatus: TypeAlias = Literal["completed", "cancelled", "failed"]
Cut: TypeAlias = Literal["length", "content_filter"]
SupportStatus: TypeAlias = Literal["supported", "unsupported", "unchecked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event of every run.

    `mode` is `query`, `agent`, `research` or `workflow`. `filter` limits the search to some documents, in the
    form of `desk_filter`; None for all. `resumes` is the id of the run that this one resumes, "" for a new question.
    `parent` is the run whose answer this question follows, "" for a new conversation, None for the previous run in the
    log.
    """

    user_msg: str = ""
    mode: str = ""
    model: str = ""
    filter: JsonObject | None = None
    resumes: str = ""
    parent: str | None = None

    def model_dump(self) -> JsonObject:
        """The fields for the log; `filter`, `resumes` and `parent` only if they are set."""
        data: JsonObject = {"user_msg": self.user_msg, "mode": self.mode, "model": self.model}
        if self.filter:
            data["filter"] = self.filter
        if self.resumes:
            data["resumes"] = self.resumes
        if self.parent is not None:
            data["parent"] = self.parent
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceSupport:
    """The result of comparing the answer's characters `start` to `end` with one passage."""

    start: int
    end: int
    status: SupportStatus
    missing: tuple[str, ...] = ()

    def model_dump(self) -> JsonObject:
        return {"start": self.start, "end": self.end, "status": self.status, "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source of an answer with its exact location; `page` from 1, None where there are no pages.

    `remarks` say which parts of its document could not be read. `support` lists the sentences that were compared
    with it; None when the answer was not checked.
    """

    number: int
    node_id: str
    path: str
    page: int | None
    start_char_idx: int
    end_char_idx: int
    text: str
    score: float | None = None
    title: str = ""
    heading: str = ""
    remarks: tuple[str, ...] = ()
    support: tuple[SentenceSupport, ...] | None = None

    @classmethod
    def of(cls, found: NumberedNode, support: tuple[SentenceSupport, ...] | None = None) -> Citation:
        """The citation of a found passage."""
        node, metadata = found.node, found.node.metadata
        title, heading = metadata.get("title"), metadata.get("heading")
        return cls(
            number=found.number,
            node_id=node.id_,
            path=node.path or "",
            page=node.page,
            start_char_idx=node.start_char_idx or 0,
            end_char_idx=node.end_char_idx or 0,
            text=node.text,
            score=found.score,
            title=title if isinstance(title, str) else "",
            heading=heading if isinstance(heading, str) else "",
            remarks=node.remarks,
            support=support,
        )

    def model_dump(self) -> JsonObject:
        """The passage as `RunFinished.citations` writes it."""
        data: JsonObject = {"number": self.number, "node_id": self.node_id, "path": self.path, "page": self.page}
        if self.title:
            data["title"] = self.title
        if self.heading:
            data["heading"] = self.heading
        if self.remarks:
            data["remarks"] = list(self.remarks)
        data |= {
            "start_char_idx": self.start_char_idx,
            "end_char_idx": self.end_char_idx,
            "score": self.score,
            "text": self.text,
        }
        if self.support is not None:
            data["support"] = [each.model_dump() for each in self.support]
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUsage:
    """Tokens of a whole run; `estimated` when the endpoint did not count all of them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    estimated: bool = False

    def model_dump(self) -> JsonObject:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.total_tokens,
            "estimated": self.estimated,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunError:
    """The error of a run: its class, one sentence, and what to do."""

    type: str = ""
    message: str = ""
    hint: str = ""

    def model_dump(self) -> JsonObject:
        return {"type": self.type, "message": self.message, "hint": self.hint}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the documents were indexed when their passages were found.

    `changed` of the others were changed since they were read, and searched by their former text.
    """

    indexed: int
    total: int
    changed: int = 0

    def model_dump(self) -> JsonObject:
        data: JsonObject = {"indexed": self.indexed, "total": self.total}
        return {**data, "changed": self.changed} if self.changed else data


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsupportedSentence:
    """A sentence of the answer, from `start` to `end`; the texts in `missing` are not in any passage."""

    start: int
    end: int
    cited: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()

    def model_dump(self) -> JsonObject:
        return {"start": self.start, "end": self.end, "cited": list(self.cited), "missing": list(self.missing)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCheck:
    """The result of comparing an answer with its passages: the sentences without support, and counts of all."""

    unsupported: tuple[UnsupportedSentence, ...] = ()
    supported_count: int = 0
    unsupported_count: int = 0
    unchecked_count: int = 0

    def model_dump(self) -> JsonObject:
        counts: JsonObject = {
            "supported": self.supported_count,
            "unsupported": self.unsupported_count,
            "unchecked": self.unchecked_count,
        }
        return {"unsupported": [sentence.model_dump() for sentence in self.unsupported], "sentences": counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchCounts:
    """The counts of a research run; `stopped_by` names the limit that ended its search, "" for none."""

    branches: int = 0
    notes: int = 0
    refused: int = 0
    stopped_by: str = ""

    def model_dump(self) -> JsonObject:
        return {
            "branches": self.branches,
            "notes": self.notes,
            "refused": self.refused,
            "stopped_by": self.stopped_by or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The last event of every run, however it ended.

    `cut` says that the model stopped before its answer was complete. `supported` is False when the documents were
    searched and hold no answer. `ttft_s` is the time to the first piece of the answer, both times in seconds.
    """

    status: RunStatus
    response: str = ""
    citations: tuple[Citation, ...] = ()
    usage: RunUsage | None = None
    error: RunError | None = None
    cut: Cut | None = None
    ttft_s: float | None = None
    duration_s: float | None = None
    supported: bool | None = None
    coverage: Coverage | None = None
    check: AnswerCheck | None = None
    research: ResearchCounts | None = None

    def model_dump(self) -> JsonObject:
        """The fields for the log; the last four only if they are set."""
        data: JsonObject = {
            "status": self.status,
            "response": self.response,
            "citations": [citation.model_dump() for citation in self.citations],
            "usage": self.usage.model_dump() if self.usage is not None else None,
            "error": self.error.model_dump() if self.error is not None else None,
            "cut": self.cut,
            "ttft_s": _rounded(self.ttft_s),
            "duration_s": _rounded(self.duration_s),
        }
        if self.supported is False:
            data["supported"] = False
        if self.coverage is not None:
            data["coverage"] = self.coverage.model_dump()
        if self.check is not None:
            data |= self.check.model_dump()
        if self.research is not None:
            data["research"] = self.research.model_dump()
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A part of the answer of `run` that the user keeps in the brief, with the sources it cites."""

    run: str
    text: str
    citations: tuple[Citation, ...] = ()

    def model_dump(self) -> JsonObject:
        return {"run": self.run, "text": self.text, "citations": [each.model_dump() for each in self.citations]}


class BriefChanged(InternalEvent):
    """The whole brief, in order; the last of several events counts. It does not belong to a run or open a block.

    `pins` are `Pin.model_dump()`s.
    """

    pins: list[JsonObject] = []


class Retrieval(Event):
    """A search: `query` is the query, `nodes` are the passages found, best first.

    Sent before the model is called, so that the sources are known before the answer begins.
    """

    query: str
    nodes: list[NumberedNode] = []


class Notice(SideEvent):
    """A line for the user, such as "asking again in 4 s"; never a part of the answer."""

    text: str


class ForeignEvent(SideEvent):
    """A logged event of a class that Bookwheel does not know."""

    type: str
    data: JsonObject


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)

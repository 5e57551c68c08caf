"""What came of checking a run's answer against its sources, as the fields of `RunFinished`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.support.answer_check import CheckedSentence, Passage, Status, check_answer
from bookwheel.transcript import fields


def support_data(
    answer: str, nodes: Mapping[int, JsonObject], question: str, tool_outputs: Sequence[str] = ()
) -> JsonObject:
    """The checked answer, ready for the log.

    `citations`: each cited passage with its `support`, the sentences that it was compared with; `unsupported`: the
    sentences that no source bears out, whatever they cite; `sentences`: how many there are of each status. Places are
    characters of the answer. `nodes` are the passages found in the run, by number. What another tool than a search gave
    (a calculation) may be said without a source.
    """
    passages = [_passage(number, node) for number, node in nodes.items()]
    calculated = [
        output for output in tool_outputs if not any(passage.text and passage.text in output for passage in passages)
    ]
    checked = check_answer(answer, passages, question, "\n".join(calculated))
    counts = Counter(sentence.status for sentence in checked)
    cited = [number for number in sorted(set(cited_numbers(answer))) if number in nodes]
    return {
        "citations": [{"number": number, **nodes[number], "support": _support_of(number, checked)} for number in cited],
        "unsupported": [sentence.model_dump() for sentence in checked if sentence.status == "unsupported"],
        "sentences": {status: counts[status] for status in ("supported", "unsupported", "unchecked")},
    }


def _passage(number: int, node: JsonObject) -> Passage:
    path = fields.text(node, "path")
    name = path if "://" in path else PurePath(path).name
    place = [name, fields.text(node, "title"), fields.text(node, "heading")]
    return Passage(number, fields.text(node, "text"), " \n".join(place))


def _support_of(number: int, checked: Sequence[CheckedSentence]) -> list[JsonObject]:
    return [
        {
            "start": sentence.start,
            "end": sentence.end,
            "status": _status(number, sentence),
            "missing": list(sentence.missing),
        }
        for sentence in checked
        if number in sentence.cited or number in sentence.borne_out_by
    ]


def _status(number: int, sentence: CheckedSentence) -> Status:
    """A sentence is supported by those of its passages in which something of it was found."""
    if sentence.status == "supported" and number not in sentence.borne_out_by:
        return "unchecked"
    return sentence.status

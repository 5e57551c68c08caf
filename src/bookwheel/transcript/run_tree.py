"""The questions of a session as a tree: each follows the answer to another, and several may follow the same one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.blocks import Block, QuestionBlock

_MOST_QUOTED = 80
START = ""
"""What the questions follow that begin the talk."""


class RunTree:
    """Made from the blocks of a session in the order of its log; blocks that are not there yet may be added later.

    Runs are named by their ids. Of a long session only the last runs are known at first: the parent of the first of
    them is then an id that the tree does not know, and paths end there.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._questions: dict[str, QuestionBlock] = {}
        self._parents: dict[str, str] = {}
        self._children: dict[str, list[str]] = {}
        before = START
        for block in blocks:
            if isinstance(block, QuestionBlock):
                parent = before if block.parent is None else block.parent
                self._questions[block.run] = block
                self._parents[block.run] = parent
                self._children.setdefault(parent, []).append(block.run)
                before = block.run

    @property
    def is_branched(self) -> bool:
        """Whether the questions are more than one line."""
        return any(question.parent is not None for question in self._questions.values())

    @property
    def last(self) -> str:
        """The run that was begun last; "" where there is none."""
        return next(reversed(self._questions), START)

    def parent(self, run: str) -> str:
        """The run that `run` follows; "" at the beginning and for an unknown run."""
        return self._parents.get(run, START)

    def path(self, tip: str) -> frozenset[str]:
        """The runs from the beginning to `tip`."""
        runs: set[str] = set()
        while tip in self._parents and tip not in runs:
            runs.add(tip)
            tip = self._parents[tip]
        return frozenset(runs)

    def leaf(self, run: str) -> str:
        """The last run of the branch that goes on from `run`, by the latest question at each fork."""
        while self._children.get(run):
            run = self._children[run][-1]
        return run

    def siblings(self, run: str) -> Sequence[str]:
        """The runs that follow the same answer as `run`, `run` among them, in the order in which they were asked."""
        return self._children.get(self.parent(run), ()) if run in self._parents else ()

    def shown(self, blocks: Iterable[Block], tip: str) -> tuple[Block, ...]:
        """The blocks on the path to `tip`; a question with others beside it says which one it is."""
        if not self.is_branched and tip == self.last:
            return tuple(blocks)
        path = self.path(tip)
        return tuple(self._numbered(block) for block in blocks if block.run in path)

    def numbered(self, blocks: Iterable[Block]) -> list[Block]:
        """All blocks; a question with others beside it says which one it is, and what they follow."""
        return [self._numbered(block) for block in blocks]

    def rows(self) -> Iterator[TreeRow]:
        """Every question in the order of the picture: a branch is indented, what follows without a fork is not."""
        pending = [(run, "", "") for run in reversed(self._roots())]
        if len(pending) > 1:
            pending = _forked([run for run, _, _ in reversed(pending)], "")
        while pending:
            run, lead, below = pending.pop()
            yield TreeRow(self._questions[run], lead)
            children = self._children.get(run, [])
            if len(children) > 1:
                pending += _forked(children, below)
            else:
                pending += [(child, below, below) for child in children]

    def _roots(self) -> list[str]:
        return [run for run, parent in self._parents.items() if parent not in self._parents]

    def _numbered(self, block: Block) -> Block:
        if not isinstance(block, QuestionBlock) or len(siblings := self.siblings(block.run)) < 2:
            return block
        before = self._questions.get(self.parent(block.run))
        after = before.text if before is not None else ""
        return replace(block, branch=siblings.index(block.run) + 1, branches=len(siblings), after=after)


def question_notes(block: QuestionBlock) -> str:
    """What an export says below a question: its filter, and which branch of the session it begins."""
    notes = [f"only {block.filter}"] if block.filter else []
    if block.branches:
        after = f"after “{_shortened(block.after)}”" if block.after else "at the beginning"
        notes.append(f"branch {block.branch} of {block.branches} {after}")
    return " · ".join(notes)


def _shortened(text: str) -> str:
    """A question as a part of a line."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_QUOTED else f"{line[: _MOST_QUOTED - 1]}…"


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A question and the lines before it: "├─ ", "└─ ", "│  " and blanks."""

    question: QuestionBlock
    lead: str


def _forked(runs: Sequence[str], below: str) -> list[tuple[str, str, str]]:
    """The branches of a fork, the first of them last: the list is taken from its end."""
    last = len(runs) - 1
    return [
        (run, f"{below}{'└─ ' if number == last else '├─ '}", f"{below}{'   ' if number == last else '│  '}")
        for number, run in reversed(list(enumerate(runs)))
    ]

"""The questions of a session as a tree."""

from bookwheel.transcript.blocks import QuestionBlock
from bookwheel.transcript.run_tree import RunTree


def _asked(run: str, parent: str | None = None) -> QuestionBlock:
    return QuestionBlock(id=f"{run}.1", run=run, text=f"question {run}", parent=parent)


FORKED = (
    _asked("r1"),
    _asked("r2"),
    _asked("r3"),
    _asked("r4", "r1"),
    _asked("r5"),
    _asked("r6", "r1"),
    _asked("r7", ""),
)


def test_a_question_follows_the_one_before_it_unless_it_names_another() -> None:
    tree = RunTree(FORKED)
    assert [tree.parent(f"r{number}") for number in range(1, 8)] == ["", "r1", "r2", "r1", "r4", "r1", ""]
    assert tree.path("r5") == {"r1", "r4", "r5"}
    assert tree.siblings("r4") == ["r2", "r4", "r6"]
    assert tree.leaf("r2") == "r3"
    assert tree.last == "r7"


def test_only_the_branch_is_shown_and_its_questions_at_forks_are_numbered() -> None:
    shown = RunTree(FORKED).shown(FORKED, "r5")
    assert [block.run for block in shown] == ["r1", "r4", "r5"]
    assert [(block.branch, block.branches) for block in shown if isinstance(block, QuestionBlock)] == [
        (1, 2), (2, 3), (0, 0)
    ]  # fmt: skip


def test_a_session_of_one_line_is_shown_as_it_is() -> None:
    line = (_asked("r1"), _asked("r2"))
    assert RunTree(line).shown(line, "r2") == line
    assert [block.run for block in RunTree(line).shown(line, "r1")] == ["r1"]


def test_the_picture_indents_a_branch_and_not_what_follows_without_a_fork() -> None:
    rows = [(row.question.run, row.lead) for row in RunTree(FORKED).rows()]
    assert rows == [
        ("r1", "├─ "), ("r2", "│  ├─ "), ("r3", "│  │  "), ("r4", "│  ├─ "), ("r5", "│  │  "), ("r6", "│  └─ "),
        ("r7", "└─ "),
    ]  # fmt: skip


def test_the_beginning_of_a_long_session_is_added_later() -> None:
    """Of the first known question the parent is not known, whether it is named or the one before it."""
    tail = (_asked("r41", "r2"), _asked("r42"))
    assert RunTree(tail).path("r42") == {"r41", "r42"}
    whole = (_asked("r1"), _asked("r2"), _asked("r3"), *tail)
    assert RunTree(whole).path("r42") == {"r1", "r2", "r41", "r42"}


def test_parents_that_name_each_other_end_the_path() -> None:
    tree = RunTree((_asked("r1", "r2"), _asked("r2", "r1")))
    assert tree.path("r1") == {"r1", "r2"}
    assert list(tree.rows()) == []

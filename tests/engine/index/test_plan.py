"""Scanning only some files: when that is enough, and what it finds."""

import os
from pathlib import Path

import pytest

from bookwheel.engine.index.ingest import Ingest
from bookwheel.engine.index.plan import Plan, make_plan, make_plan_for
from bookwheel.engine.stores.memory import MemoryStore
from bookwheel.engine.stores.store_protocol import Store


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    for name in ("wheel.txt", "sub/axle.txt", "empty.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("" if "empty" in name else f"The {name}.")
    return tmp_path


@pytest.fixture
def store(desk: Path) -> Store:
    """A store in which the desk is indexed."""
    store = MemoryStore()
    carry_out(store, make_plan(store, [str(desk)]))
    return store


def carry_out(store: Store, plan: Plan) -> None:
    ingest = Ingest(store)
    with store.writer() as writer:
        for task in plan.tasks:
            ingest.bring_in(writer, task)
        for stored in plan.removed:
            writer.remove(stored.ref)
        for root, rows in plan.left_out.items():
            writer.set_left_out(root, rows)


def plan_for(store: Store, desk: Path, *names: str) -> Plan:
    return make_plan_for(store, [str(desk)], [str(desk / name) for name in names])


def test_only_the_named_files_are_scanned(desk: Path, store: Store) -> None:
    (desk / "wheel.txt").write_text("The wheel spins.")
    (desk / "sub/axle.txt").write_text("The axle holds.")
    (desk / "new.txt").write_text("A spindle.")
    plan = plan_for(store, desk, "wheel.txt", "new.txt")
    assert plan.is_partial
    assert [Path(task.path).name for task in plan.tasks] == ["wheel.txt", "new.txt"]
    assert (plan.removed, plan.left_out) == ([], {})
    carry_out(store, plan)
    again = plan_for(store, desk, "wheel.txt", "new.txt")
    assert (again.is_empty, len(again.unchanged)) == (True, 2)


def test_deleted_and_newly_left_out_files_are_removed(desk: Path, store: Store) -> None:
    (desk / "wheel.txt").unlink()
    (desk / "sub/axle.txt").write_bytes(b"")
    (desk / "empty.txt").unlink()
    plan = plan_for(store, desk, "wheel.txt", "sub/axle.txt", "empty.txt", "never-there.txt")
    assert [Path(stored.path or "").name for stored in plan.removed] == ["wheel.txt", "axle.txt"]
    assert plan.vanished == [str(desk / "empty.txt")]
    carry_out(store, plan)
    assert [Path(row.path).name for row in store.left_out(str(desk))] == ["axle.txt"]
    assert make_plan(store, [str(desk)]).is_empty


def test_each_file_is_judged_as_the_walk_would_judge_it(desk: Path, store: Store) -> None:
    (desk / ".gitignore").write_text("*.log\n")
    (desk / "sub/.gitignore").write_text("!kept.log\n")
    os.symlink(desk / "wheel.txt", desk / "link.txt")
    os.mkfifo(desk / "pipe.txt")
    names = ["a.log", "sub/kept.log", "sub/left.log", "sound.mp3", ".hidden.txt"]
    for name in names:
        (desk / name).write_text("text")
    plan = plan_for(store, desk, *names, "link.txt", "pipe.txt")
    walked = make_plan(store, [str(desk)])
    assert {task.path for task in plan.tasks} == {task.path for task in walked.tasks} == {str(desk / "sub/kept.log")}
    reasons = {row.path: row.reason for row in walked.left_out[str(desk)]}
    told = {row.path: row.reason for row in plan.left_out[str(desk)]}
    assert told == {path: reason for path, reason in reasons.items() if not path.endswith(".gitignore")}


def test_everything_is_scanned_where_one_file_is_not_enough(desk: Path, store: Store) -> None:
    assert not plan_for(store, desk, "sub").is_partial
    roots = [str(desk), str(desk / "sub")]
    assert not make_plan_for(store, roots, [str(desk / "sub/axle.txt")]).is_partial
    assert not make_plan_for(store, [str(desk / "sub")], [str(desk / "wheel.txt")]).is_partial
    os.rename(desk / "sub", desk.with_name("elsewhere"))
    plan = plan_for(store, desk, "sub")
    assert not plan.is_partial
    assert [Path(stored.path or "").name for stored in plan.removed] == ["axle.txt"]


def test_a_long_pdf_is_read_after_the_notes_beside_it(tmp_path: Path) -> None:
    for name, size in (("a.pdf", 150_000), ("b.md", 400_000), ("c.txt", 20), ("d.pdf", 30)):
        (tmp_path / name).write_bytes(b"%" * size)
    tasks = make_plan(MemoryStore(), [str(tmp_path)]).tasks
    assert [Path(task.path).name for task in tasks] == ["c.txt", "d.pdf", "b.md", "a.pdf"]

"""The plan of a refresh: which files to index and which documents to remove."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field

from bookwheel.engine.index.file_task import Task, is_up_to_date
from bookwheel.engine.index.parse_limits import DEFAULT_LIMITS, ParseLimits
from bookwheel.engine.index.progress import is_slow
from bookwheel.engine.index.sources.source_registry import add_facts, has_source
from bookwheel.engine.index.walk import FoundFile, Walk, look, walk
from bookwheel.engine.stores.store_protocol import (
    DamagedStoreError,
    LeftOutRow,
    Store,
    StoredDocument,
    document_ref,
    is_inside,
)
from bookwheel.lazy_dataclass import dataclass


@dataclass(slots=True)
class Plan:
    """`tasks` are files that are new or changed; `unchanged` those that the index has as they are.

    `is_partial` when only some files were checked; `vanished` are those that were left out and no longer exist.
    `damage` says why the index cannot be used.
    """

    walks: list[Walk]
    tasks: list[Task] = field(default_factory=list[Task])
    unchanged: list[StoredDocument] = field(default_factory=list[StoredDocument])
    removed: list[StoredDocument] = field(default_factory=list[StoredDocument])
    vanished: list[str] = field(default_factory=list[str])
    left_out: dict[str, list[LeftOutRow]] = field(default_factory=dict[str, list[LeftOutRow]])
    needs_repair: bool = False
    damage: str = ""
    is_partial: bool = False
    is_forced: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be written."""
        return not (self.tasks or self.removed or self.left_out or self.needs_repair)

    def take(self, file: FoundFile, stored: StoredDocument | None) -> None:
        """Add a file that is to be in the index; `stored` is its document there."""
        task = Task(
            file.path,
            file.root,
            file.size,
            file.mtime_ns,
            failed=file.failed,
            is_forced=self.is_forced,
            facts=file.facts,
            text=file.text,
        )
        if stored is not None and not self.is_forced and is_up_to_date(stored, task):
            self.unchanged.append(stored)
        else:
            self.tasks.append(task)


def make_plan(
    store: Store, roots: Sequence[str], *, limits: ParseLimits = DEFAULT_LIMITS, is_forced: bool = False
) -> Plan:
    """Walk `roots` (absolute) and compare the files there with the store's. Writes nothing.

    With `is_forced` all files are read again, also those that did not change.
    """
    plan = Plan([walk(root, limits=limits) for root in dict.fromkeys(roots)], is_forced=is_forced)
    for found in plan.walks:
        add_facts(found)
    known = _known(store, roots, plan)
    seen: set[str] = set()
    for file in (file for found in plan.walks for file in found.files):
        if file.path not in seen:
            seen.add(file.path)
            plan.take(file, known.get(file.path))
    # Small files first: the notes beside a long PDF can be searched while it is read.
    plan.tasks.sort(key=lambda task: (is_slow(task.path, task.size), task.size))
    if known:
        kept = _KeptDocuments(plan.walks, store.roots())
        plan.removed = [stored for path, stored in known.items() if path not in seen and not kept.holds(path)]
    return plan


def make_plan_for(
    store: Store, roots: Sequence[str], paths: Collection[str], *, limits: ParseLimits = DEFAULT_LIMITS
) -> Plan:
    """As `make_plan`, but only `paths` are checked where that is enough: files whose folders were walked before."""
    try:
        if any(has_source(store.left_out(root)) for root in roots):
            return make_plan(store, roots, limits=limits)
        if store.needs_repair() or not all(_stands_alone(store, roots, path) for path in paths):
            return make_plan(store, roots, limits=limits)
        plan = Plan([], is_partial=True)
        for root in dict.fromkeys(roots):
            _look_again(store, plan, root, [path for path in paths if is_inside(path, [root])], limits)
    except DamagedStoreError:
        return make_plan(store, roots, limits=limits)
    return plan


def _stands_alone(store: Store, roots: Sequence[str], path: str) -> bool:
    """Whether a change of `path` concerns no other file: it is not, and was not, a folder, and is in one root."""
    if sum(is_inside(path, [root]) for root in roots) != 1 or os.path.isdir(path):
        return False
    return all(stored.path == path for stored in store.documents([path]))


def _look_again(store: Store, plan: Plan, root: str, paths: Collection[str], limits: ParseLimits) -> None:
    if not paths:
        return
    found = Walk(root)
    before = store.left_out(root)
    left_out = {row.path: row for row in before}
    for path in paths:
        was_left_out = left_out.pop(path, None) is not None
        stored = store.find(document_ref(path))
        what = look(root, path, limits=limits)
        match what:
            case FoundFile():
                plan.take(what, stored)
                continue
            case LeftOutRow():
                left_out[path] = what
                found.left_out.append(what)
            case None if was_left_out:
                plan.vanished.append(path)
            case None:
                pass
        if stored is not None:
            plan.removed.append(stored)
    plan.walks.append(found)
    if root not in store.roots() or set(left_out.values()) != set(before):
        plan.left_out[root] = list(left_out.values())


def _known(store: Store, roots: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
    try:
        plan.needs_repair = store.needs_repair()
        known = {stored.path: stored for stored in store.documents(roots) if stored.path is not None}
        registered = set(store.roots())
        for found in plan.walks:
            if not found.problem and (found.root not in registered or store.left_out(found.root) != found.left_out):
                plan.left_out[found.root] = found.left_out
    except DamagedStoreError as error:
        plan.needs_repair = True
        plan.damage = error.message
        plan.left_out = {found.root: found.left_out for found in plan.walks if not found.problem}
        return {}
    return known


class _KeptDocuments:
    """Documents that stay although this walk did not find them."""

    def __init__(self, walks: Iterable[Walk], known_roots: Iterable[str]) -> None:
        walked = {found.root for found in walks}
        # Hidden or ignored folders below a root that were named by themselves.
        self._named = [
            root for root in known_roots if root not in walked and any(_is_below(root, top) for top in walked)
        ]
        # A file that cannot be read now may still exist.
        self._unreadable = [
            row.path for found in walks for row in found.left_out if row.reason.startswith("not readable")
        ]
        self._unreadable += [found.root for found in walks if found.problem.startswith("not readable")]

    def holds(self, path: str) -> bool:
        if any(_is_below(path, folder) for folder in self._unreadable):
            return True
        return any(path == root or _is_below(path, root) for root in self._named) and os.path.lexists(path)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")

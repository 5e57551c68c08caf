"""What has to be done so that the index is in step with the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bookwheel.engine.index.ingest import Task, is_up_to_date
from bookwheel.engine.index.limits import DEFAULT_LIMITS
from bookwheel.engine.index.walk import Walk, walk
from bookwheel.engine.stores.base import DamagedStoreError, LeftOutRow, Store, StoredDocument


@dataclass(slots=True)
class Plan:
    """`tasks` are files that are new or changed; `unchanged` those that the index has as they are."""

    walks: list[Walk]
    tasks: list[Task] = field(default_factory=list[Task])
    unchanged: list[StoredDocument] = field(default_factory=list[StoredDocument])
    removed: list[StoredDocument] = field(default_factory=list[StoredDocument])
    left_out: dict[str, list[LeftOutRow]] = field(default_factory=dict[str, list[LeftOutRow]])
    needs_repair: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be written at all."""
        return not (self.tasks or self.removed or self.left_out or self.needs_repair)


def make_plan(store: Store, roots: Sequence[str], *, largest_file: int = DEFAULT_LIMITS.largest_file) -> Plan:
    """Walk `roots` (absolute) and compare what is there with what the store has. Writes nothing."""
    plan = Plan([walk(root, largest_file=largest_file) for root in dict.fromkeys(roots)])
    known = _known(store, roots, plan)
    seen: set[str] = set()
    for candidate in (candidate for found in plan.walks for candidate in found.candidates):
        if candidate.path in seen:
            continue
        seen.add(candidate.path)
        task = Task(candidate.path, candidate.root, candidate.size, candidate.mtime_ns)
        stored = known.get(candidate.path)
        if stored is not None and is_up_to_date(stored, task):
            plan.unchanged.append(stored)
        else:
            plan.tasks.append(task)
    if known:
        kept = _Kept(plan.walks, store.roots())
        plan.removed = [stored for path, stored in known.items() if path not in seen and not kept.holds(path)]
    return plan


def _known(store: Store, roots: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
    try:
        plan.needs_repair = store.needs_repair()
        known = {stored.path: stored for stored in store.documents(roots) if stored.path is not None}
        registered = set(store.roots())
        for found in plan.walks:
            if not found.problem and (found.root not in registered or store.left_out(found.root) != found.left_out):
                plan.left_out[found.root] = found.left_out
    except DamagedStoreError:
        plan.needs_repair = True
        plan.left_out = {found.root: found.left_out for found in plan.walks if not found.problem}
        return {}
    return known


class _Kept:
    """Documents that stay although this walk did not come to them."""

    def __init__(self, walks: Iterable[Walk], known_roots: Iterable[str]) -> None:
        walked = {found.root for found in walks}
        # Somebody named a hidden or ignored folder below one of these by itself.
        self._named = [
            root for root in known_roots if root not in walked and any(_is_below(root, top) for top in walked)
        ]
        # What cannot be read now may be there all the same.
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

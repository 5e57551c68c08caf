"""The shape of the tree: small modules that say what they are for, and nothing of any one machine."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
MODULES = sorted((REPO / "src").rglob("*.py"))
LONGEST_MODULE = 400
SHORTEST_MODULE = 25
FULLEST_FOLDER = 25
# Parallel files: a command and its work, and the same part of several back ends.
PARALLEL = {
    frozenset({"cli/commands", "cli/work"}),
    frozenset({"engine/stores/embedded", "engine/stores/postgres"}),
}
BACK_ENDS = "engine/llms/", "engine/stores/"
# Short by their nature: the entry of `python -m`, a command whose work is elsewhere.
SHORT = {"__main__.py", "cli/commands/doctor.py", "engine/tools/base.py"}


@dataclass(frozen=True)
class Module:
    """What the tests want to know of a module: they share one look at its tree."""

    path: Path
    docstring: str
    lines: int
    classes: list[str]
    texts: list[tuple[int, str]]


@cache
def modules() -> list[Module]:
    found: list[Module] = []
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        texts = list(_texts_but_annotations(tree))
        found.append(Module(path, ast.get_docstring(tree) or "", source.count("\n"), classes, texts))
    return found


def _texts_but_annotations(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts of one word, which an event's name is, with their lines; not those in `list["AgentStream"]`."""
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.lineno, node.value
        if not isinstance(node, ast.Subscript):
            left += ast.iter_child_nodes(node)


def test_a_module_opens_with_a_sentence_and_stays_small() -> None:
    openings = {module.path: module.docstring.partition("\n\n")[0] for module in modules()}
    assert {path: opening for path, opening in openings.items() if not opening.endswith((".", ":", "!"))} == {}
    assert {module.path: module.lines for module in modules() if module.lines > LONGEST_MODULE} == {}


def test_a_base_name_stands_once_in_the_tree() -> None:
    folders: dict[str, set[str]] = {}
    for path in MODULES:
        if not path.name.startswith("__"):
            folders.setdefault(path.name, set()).add(path.parent.relative_to(REPO / "src" / "bookwheel").as_posix())
    twice = {name: found for name, found in folders.items() if len(found) > 1}
    assert {name: found for name, found in twice.items() if not _are_parallel(found)} == {}


def test_a_class_name_stands_once_in_the_tree() -> None:
    """A message class is nested in the widget that posts it, so that its name need only be new there."""
    folders: dict[str, list[str]] = {}
    for module in modules():
        folder = module.path.parent.relative_to(REPO / "src" / "bookwheel").as_posix()
        for name in module.classes:
            folders.setdefault(name, []).append(folder)
    twice = {name: found for name, found in folders.items() if len(found) > 1}
    assert {
        name: found for name, found in twice.items() if len(set(found)) < len(found) or not _are_parallel(set(found))
    } == {}


def test_events_are_named_as_text_only_by_the_decoder_and_the_bridge() -> None:
    """Elsewhere an event is its class, so that the type checker finds every reader of it."""
    source = REPO / "src" / "bookwheel"
    allowed = {source / "__init__.py", source / "transcript" / "bridge.py", *(source / "engine/events").glob("*.py")}
    events = [module for module in modules() if module.path.parent == source / "engine" / "events"]
    names = {name for module in events for name in module.classes} - {"Event"}  # a word of other formats too
    assert names
    found = [
        f"{module.path.relative_to(source)}:{line}: {text}"
        for module in modules()
        if module.path not in allowed
        for line, text in module.texts
        if text in names
    ]
    assert found == []


def _are_parallel(folders: set[str]) -> bool:
    return frozenset(folders) in PARALLEL or all(folder.startswith(BACK_ENDS) for folder in folders)


def test_no_folder_is_crowded() -> None:
    counts = Counter(path.parent for path in MODULES)
    assert {folder.name: count for folder, count in counts.items() if count > FULLEST_FOLDER} == {}


def test_no_file_is_too_short_to_have_a_subject() -> None:
    short = {
        path.relative_to(REPO / "src" / "bookwheel").as_posix()
        for path in MODULES
        if path.name != "__init__.py" and path.read_text(encoding="utf-8").count("\n") < SHORTEST_MODULE
    }
    assert short <= SHORT


def _tracked_text_files() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files belong to the project")
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = REPO / name
        if path.suffix in {".pdf", ".png"} or not path.is_file():
            continue
        yield name, path.read_text(encoding="utf-8", errors="replace")


def test_nothing_of_any_one_machine_is_in_the_tree() -> None:
    """No path of a work folder, and no host of a package registry, which every machine chooses itself."""
    foreign = re.compile(r"/(work|root|opt)/|py(pi\.org|thonhosted)|registry\.(npm|yarn)")
    found = [f"{name}: {match.group()}" for name, text in _tracked_text_files() for match in foreign.finditer(text)]
    assert found == []


def test_the_locks_name_no_index() -> None:
    for lock in sorted((REPO / "requirements").glob("*.txt")):
        lines = lock.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line.lstrip().startswith(("--index", "--extra", "-i ", "--find", "-f "))]
        assert not [line for line in lines if "://" in line]


def test_textuals_private_parts_are_used_in_two_files() -> None:
    private = re.compile(r"textual\._|from textual\.\w+ import .*\b_\w+|reportPrivateUsage")
    found = {
        path.name for path in (REPO / "src/bookwheel/tui").rglob("*.py") if private.search(path.read_text("utf-8"))
    }
    assert found == {"textual_private.py", "textual_styles.py"}


def test_the_file_of_private_parts_names_the_pinned_version() -> None:
    source = (REPO / "src/bookwheel/tui/textual_private.py").read_text(encoding="utf-8")
    pinned = re.search(r'"textual==([\d.]+)"', (REPO / "pyproject.toml").read_text(encoding="utf-8"))
    assert pinned is not None
    assert f'CHECKED_ON = "{pinned[1]}"' in source

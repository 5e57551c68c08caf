"""What the pages for readers say is so: their links lead somewhere, their examples run, their names exist."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

import bookwheel
from bookwheel.cli.root import root

REPO = Path(__file__).resolve().parents[2]
PAGES = sorted({*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md"), REPO / "benchmarks" / "README.md"})


def _name(path: Path) -> str:
    return str(path.relative_to(REPO))


def _examples() -> list[tuple[str, str]]:
    return [
        (f"{_name(page)}-{number}", code)
        for page in PAGES
        for number, code in enumerate(re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.M | re.S), 1)
    ]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_change_is_put_where_there_is_something() -> None:
    """Each file and folder of the table is there: below `src/bookwheel`, in the repository, or by its name alone."""
    table = (REPO / "ARCHITECTURE.md").read_text("utf-8").partition("## Where to put…")[2].partition("\n## ")[0]
    named = re.findall(r"`([\w./*-]+(?:/|\.(?:py|toml|tcss|txt|md)))`|`(\w+(?:/\w+)+)`", table)
    places = [one or other for one, other in named]
    names = {path.name for top in ("src", "tests", "docs") for path in (REPO / top).rglob("*")}
    tops = (REPO / "src" / "bookwheel", REPO)
    assert len(places) > 100
    assert [
        place
        for place in places
        if place.strip("/") not in names and not any(list(top.glob(place.strip("/"))) for top in tops)
    ] == []


def test_every_extra_that_is_named_can_be_installed() -> None:
    """`docs/models.md` named an extra `keyring` that pip did not know."""
    there = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    pages = [*PAGES, REPO / "config.example.toml", *(REPO / "src").rglob("*.py"), *(REPO / "src").rglob("*.md")]
    mention = re.compile(r"""(?:bookwheel\[|\bextra [`"])(\w+)[]`"]""")
    named = {name for page in pages for name in mention.findall(page.read_text("utf-8"))}
    assert {"local", "office", "keyring"} <= named
    assert named <= set(there)


@pytest.mark.parametrize("page", ["docs/command-line.md", "src/bookwheel/samples/11-command-line.md"])
def test_every_command_is_explained(page: str) -> None:
    text = (REPO / page).read_text(encoding="utf-8")
    assert [name for name in root.list_commands(click.Context(root)) if f"`bookwheel {name}" not in text] == []


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in _examples()])
def test_an_example_runs_as_it_stands(code: str) -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_library_page_lists_the_public_names_exactly() -> None:
    table = (REPO / "docs" / "library.md").read_text(encoding="utf-8").partition("## Names")[2]
    named = [name for line in table.splitlines() if line.startswith("| ") for name in re.findall(r"`(\w+)`", line)]
    assert sorted(named) == sorted(bookwheel.__all__)


@pytest.mark.parametrize("name", getattr(bookwheel, "__all__", []))
def test_a_public_name_resolves(name: str) -> None:
    assert getattr(bookwheel, name) is not None


def test_type_checkers_know_the_public_names_exactly() -> None:
    stub = (REPO / "src" / "bookwheel" / "__init__.pyi").read_text("utf-8")
    known = re.findall(r"(?m)^from (\S+) import (\w+) as (\w+)$", stub)
    assert sorted(name for _, _, name in known) == sorted(bookwheel.__all__)
    assert all(getattr(importlib.import_module(module), name) is getattr(bookwheel, name) for module, name, _ in known)


def _import_lines() -> list[tuple[str, str]]:
    """Of each row of the table for LlamaIndex's users: its import line, and the one that takes its place."""
    page = (REPO / "docs" / "coming-from-llamaindex.md").read_text("utf-8")
    rows = re.findall(
        r"(?m)^\| `from ((?:llama_index|workflows)\S*) import ([^`]+)` \| `from bookwheel import ([^`]+)`", page
    )
    return [(f"{module}: {theirs}", theirs if ours == "…" else ours) for module, theirs, ours in rows]


def test_every_row_of_the_import_table_is_read() -> None:
    page = (REPO / "docs" / "coming-from-llamaindex.md").read_text("utf-8")
    assert len(_import_lines()) == len(re.findall(r"\| `from (?:llama_index|workflows)", page)) > 10


@pytest.mark.parametrize("names", [pytest.param(names, id=row) for row, names in _import_lines()])
def test_an_import_line_for_llamaindexs_users_works(names: str) -> None:
    imported: dict[str, object] = {}
    exec(f"from bookwheel import {names}", imported)
    assert {name.strip() for name in names.split(",")} <= {name for name, value in imported.items() if value}

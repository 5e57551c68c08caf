"""What importing costs: the library and `--help` load no terminal, no model client and no parser.

Each test asks a child process, because this one has long imported everything.
"""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "openai", "tavily", "httpx", "httpx2", "pydantic", "textual", "rich", "tantivy", "pypdfium2", "selectolax",
    "markdown_it", "sqlite3", "pathspec", "tomli_w",
}  # fmt: skip
NOT_FOR_THE_LIBRARY = HEAVY | {"click", "platformdirs"}


def _loaded_after(code: str) -> set[str]:
    """The top-level modules in `sys.modules` of a child process that ran `code`."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted({{m.partition('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_library_loads_nothing_heavy() -> None:
    assert _loaded_after("import bookwheel") & NOT_FOR_THE_LIBRARY == set()


def test_listing_the_public_names_loads_nothing_heavy() -> None:
    assert _loaded_after("import bookwheel; dir(bookwheel); bookwheel.__all__") & NOT_FOR_THE_LIBRARY == set()


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_asking_the_command_about_itself_loads_nothing_heavy(argument: str) -> None:
    code = f"""
from bookwheel.__main__ import main
import sys
sys.argv = ["bookwheel", {argument!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    assert _loaded_after(code) & HEAVY == set()


def test_using_every_public_name_loads_no_model_client_and_no_screen() -> None:
    code = "import bookwheel\nfor name in bookwheel.__all__: getattr(bookwheel, name)"
    assert _loaded_after(code) & {"openai", "tavily", "httpx", "httpx2", "textual", "rich"} == set()


def test_the_rooms_below_the_app_know_no_screen() -> None:
    """Every module of the engine and of the rooms above it up to the assistant, imported: Textual stays out."""
    code = """
import importlib, pkgutil, bookwheel
for found in pkgutil.walk_packages(bookwheel.__path__, "bookwheel."):
    if found.name.split(".")[1] not in ("tui", "cli", "__main__", "samples"):
        importlib.import_module(found.name)
"""
    assert _loaded_after(code) & {"textual", "rich"} == set()

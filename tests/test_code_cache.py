"""The code of modules is kept in one file; changed sources are read again, a file that is not ours is passed over."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bookwheel.code_cache import CodeCache

PACKAGE = "kept_wheels"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of a package and a module, found as installed ones are."""
    folder = tmp_path / "site" / PACKAGE
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "inner" / "__init__.py").write_text("TURNS = 6\n")
    (folder / "inner" / "axle.py").write_text('"""An axle."""\nLENGTH = 3\n')
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    yield folder
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    importlib.invalidate_caches()


def imported(root: Path, file: Path) -> tuple[ModuleType, bool]:
    """The module `inner.axle`, imported anew; whether its code came from `file`."""
    forget()
    importlib.import_module(PACKAGE)
    cache = CodeCache(PACKAGE, str(root))
    cache.open(file)
    try:
        module = importlib.import_module(f"{PACKAGE}.inner.axle")
    finally:
        cache.close()
    return module, type(module.__loader__).__name__ != "SourceFileLoader"


def test_a_module_from_the_file_is_the_one_that_python_imports(root: Path, tmp_path: Path) -> None:
    usual, was_kept = imported(root, tmp_path / "code.bin")
    assert not was_kept
    kept, is_kept = imported(root, tmp_path / "code.bin")
    assert is_kept
    assert (kept.LENGTH, kept.__doc__, kept.__file__) == (3, "An axle.", usual.__file__)
    assert sys.modules[f"{PACKAGE}.inner"].__path__ == [str(root / "inner")]
    assert sys.modules[f"{PACKAGE}.inner"].TURNS == 6


def test_a_changed_source_is_read_again_and_kept(root: Path, tmp_path: Path) -> None:
    imported(root, tmp_path / "code.bin")
    (root / "inner" / "axle.py").write_text('"""An axle."""\nLENGTH = 4000\n')
    assert [imported(root, tmp_path / "code.bin")[0].LENGTH for _ in range(2)] == [4000, 4000]
    assert imported(root, tmp_path / "code.bin")[1]


def test_a_removed_module_is_missing(root: Path, tmp_path: Path) -> None:
    imported(root, tmp_path / "code.bin")
    (root / "inner" / "axle.py").unlink()
    with pytest.raises(ModuleNotFoundError):
        imported(root, tmp_path / "code.bin")


def test_only_new_code_is_written(root: Path, tmp_path: Path) -> None:
    imported(root, tmp_path / "code.bin")
    before = (tmp_path / "code.bin").stat().st_ino
    imported(root, tmp_path / "code.bin")
    assert (tmp_path / "code.bin").stat().st_ino == before


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "shared", "link", "missing folder"])
def test_a_damaged_or_shared_file_is_passed_over(root: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "code.bin"
    imported(root, path)
    data = path.read_bytes()
    match damage:
        case "cut":
            path.write_bytes(data[:-9])
        case "changed":
            path.write_bytes(data[:200] + bytes([data[200] ^ 0xFF]) + data[201:])
        case "empty":
            path.write_bytes(b"")
        case "shared":
            path.chmod(0o666)
        case "link":
            path.rename(tmp_path / "other.bin")
            path.symlink_to(tmp_path / "other.bin")
        case _:
            path = tmp_path / "missing" / "code.bin"
    module, is_kept = imported(root, path)
    assert (module.LENGTH, is_kept) == (3, False)


def test_damaged_code_is_read_from_its_source_and_kept_anew(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "code.bin"
    imported(root, path)
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 0xFF]) + data[-8:])
    assert imported(root, path)[0].LENGTH == 3
    assert imported(root, path)[0].LENGTH == 3
    assert imported(root, path)[1]
    assert path.read_bytes() == data


def test_code_is_imported_as_usual_once_the_file_is_closed(root: Path, tmp_path: Path) -> None:
    imported(root, tmp_path / "code.bin")
    forget()
    importlib.import_module(PACKAGE)
    cache = CodeCache(PACKAGE, str(root))
    cache.open(tmp_path / "code.bin")
    spec = cache.find_spec(f"{PACKAGE}.inner")
    cache.close()
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.TURNS == 6


def test_nothing_is_written_where_python_is_to_write_no_bytecode(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    imported(root, tmp_path / "code.bin")
    assert not (tmp_path / "code.bin").exists()


def test_another_installation_does_not_use_the_file(root: Path, tmp_path: Path) -> None:
    imported(root, tmp_path / "code.bin")
    other = tmp_path / "elsewhere" / PACKAGE
    other.parent.mkdir()
    root.rename(other)
    sys.path.insert(0, str(other.parent))
    try:
        module, is_kept = imported(other, tmp_path / "code.bin")
    finally:
        sys.path.remove(str(other.parent))
    assert (module.LENGTH, is_kept) == (3, False)


AXLE, HUB = f"{PACKAGE}.inner.axle", f"{PACKAGE}.hub"


@pytest.fixture
def hub(root: Path) -> Path:
    """A module that imports a package, which imports a module of its own; both count how often they are run."""
    (root / "counted.py").write_text("RUNS = []\n")
    (root / "inner" / "__init__.py").write_text(
        f"from {PACKAGE} import counted\nfrom {PACKAGE}.inner.axle import LENGTH\ncounted.RUNS.append(__name__)\n"
    )
    (root / "inner" / "axle.py").write_text(
        f'"""An axle."""\nfrom {PACKAGE} import counted\ncounted.RUNS.append(__name__)\nLENGTH = 3\n'
    )
    (root / "hub.py").write_text(f"from {PACKAGE} import inner\nLENGTH = inner.LENGTH\n")
    return root / "hub.py"


def imported_together(root: Path, file: Path, name: str = HUB) -> set[str]:
    """Have a module imported anew with all that it imports; the modules that no finder was asked for."""
    forget()
    importlib.import_module(PACKAGE)
    cache, asked = CodeCache(PACKAGE, str(root)), Asked()
    cache.open(file)
    sys.meta_path.insert(0, asked)
    try:
        cache.import_all(name)
    finally:
        sys.meta_path.remove(asked)
        cache.close()
    return {name for name in sys.modules if name.startswith(f"{PACKAGE}.")} - asked.names


class Asked:
    """A finder that finds nothing, and notes what Python's import looks for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        self.names.add(name)


@pytest.mark.usefixtures("hub")
def test_modules_that_were_imported_together_are_those_that_python_imports(root: Path, tmp_path: Path) -> None:
    assert imported_together(root, tmp_path / "code.bin") == set()
    usual = {name: described(name) for name in (HUB, AXLE, f"{PACKAGE}.inner", f"{PACKAGE}.counted")}
    assert imported_together(root, tmp_path / "code.bin") >= {HUB, f"{PACKAGE}.counted"}
    assert {name: described(name) for name in usual} == usual
    assert sys.modules[PACKAGE].hub is sys.modules[HUB]
    assert sys.modules[f"{PACKAGE}.counted"].RUNS == [AXLE, f"{PACKAGE}.inner"]


def described(name: str) -> tuple[object, ...]:
    module = sys.modules[name]
    spec = module.__spec__
    assert spec is not None
    facts = (spec.name, spec.origin, spec.parent, spec.has_location, spec.submodule_search_locations)
    own = ("__name__", "__package__", "__file__", "__doc__", "__path__", "LENGTH")
    return (*facts, *(getattr(module, attribute, None) for attribute in own))


def test_what_a_changed_module_imports_now_is_imported_together_the_next_time(
    root: Path, tmp_path: Path, hub: Path
) -> None:
    imported_together(root, tmp_path / "code.bin")
    hub.write_text(f"from {PACKAGE} import counted\nLENGTH = 12\n")
    assert imported_together(root, tmp_path / "code.bin") == set()
    assert AXLE not in sys.modules
    assert imported_together(root, tmp_path / "code.bin") == {HUB, f"{PACKAGE}.counted"}
    assert sys.modules[HUB].LENGTH == 12


@pytest.mark.usefixtures("hub")
def test_modules_whose_code_is_known_are_imported_together_the_next_time(root: Path, tmp_path: Path) -> None:
    imported(root, tmp_path / "code.bin")
    assert imported_together(root, tmp_path / "code.bin", AXLE) == set()
    assert imported_together(root, tmp_path / "code.bin", AXLE) == {f"{PACKAGE}.counted"}


def test_a_module_that_fails_is_not_left_by_halves(
    root: Path, tmp_path: Path, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.write_text('import os\nLENGTH = int(os.environ["WHEELS"])\n')
    monkeypatch.setenv("WHEELS", "6")
    imported_together(root, tmp_path / "code.bin")
    monkeypatch.delenv("WHEELS")
    with pytest.raises(KeyError, match="WHEELS"):
        imported_together(root, tmp_path / "code.bin")
    assert HUB not in sys.modules

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

"""Where things are: the user's folders, and the files that Bookwheel brings along."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

PRIVATE_DIR_MODE = 0o700
PRIVATE_FILE_MODE = 0o600

_PACKAGE = Path(__file__).resolve().parent


def working_folder() -> Path:
    """The working folder; when it was deleted meanwhile, what the shell called it."""
    try:
        return Path.cwd()
    except OSError:
        return Path(os.environ.get("PWD") or home())


def home() -> Path:
    """The home of the user; "/" for a user that the system does not know, as containers call it."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def from_home(path: str | Path) -> Path:
    """`path` with its `~` replaced; the `~name` of an unknown user is the name of a file."""
    return Path(os.path.expanduser(path))


def last_path(text: str) -> str:
    """The path or web address that begins last in a typed line; the quotes around a pasted path are not part of it.

    As in Emacs: behind "/home/me/", which is given, one may type "/mnt/x" or "~/x".
    """
    text = text.strip()
    for scheme in ("http://", "https://"):
        if (at := text.lower().find(scheme)) >= 0:
            return text[at:]
    for quote in ("'", '"'):
        before, _, quoted = text.partition(quote)
        if quoted.endswith(quote) and (not before or quoted[0] in "/~"):
            text = before + quoted[:-1]
    home = len(text) - 1 if text.endswith("/~") else text.rfind("/~/") + 1
    return text[max(home, text.rfind("//") + 1) :]


def absolute(path: str | Path) -> Path:
    """`path` from the working folder, with its `~` replaced."""
    return working_folder() / from_home(path)


def config_dir() -> Path:
    """The folder of the settings, sessions and own themes (`BOOKWHEEL_CONFIG_DIR` overrides)."""
    override = os.environ.get("BOOKWHEEL_CONFIG_DIR", "").strip()
    if override:
        return absolute(override)
    if sys.platform == "linux":
        return _absolute(_xdg_folder("XDG_CONFIG_HOME", ".config"), ".config")
    import platformdirs

    return _absolute(platformdirs.user_config_path("bookwheel", appauthor=False), ".config")


def data_dir() -> Path:
    """The folder of the index (`BOOKWHEEL_DATA_DIR` overrides)."""
    override = os.environ.get("BOOKWHEEL_DATA_DIR", "").strip()
    if override:
        return absolute(override)
    if sys.platform == "linux":
        return _absolute(_xdg_folder("XDG_DATA_HOME", ".local/share"), ".local/share")
    import platformdirs

    return _absolute(platformdirs.user_data_path("bookwheel", appauthor=False), ".local/share")


def _xdg_folder(variable: str, usual: str) -> Path:
    """What platformdirs gives on Linux; importing it takes 4 ms."""
    given = os.environ.get(variable, "").strip()
    return (Path(given) if given else home() / usual) / "bookwheel"


def _absolute(path: Path, usual: str) -> Path:
    """`path`, unless an XDG variable with a relative path led to it: such a value is to be ignored."""
    return path if path.is_absolute() else home() / usual / "bookwheel"


def config_file() -> Path:
    """The settings file; it need not exist."""
    return config_dir() / "config.toml"


def sessions_dir() -> Path:
    """The folder with one folder a session."""
    return config_dir() / "sessions"


def user_themes_dir() -> Path:
    """The folder of the user's own themes."""
    return config_dir() / "themes"


def index_dir() -> Path:
    """The folder of the index files."""
    return data_dir() / "index"


def make_private_dir(path: Path, *, is_durable: bool = False) -> Path:
    """Make `path` and its missing parents, readable by the owner alone (0700 with any umask).

    With `is_durable` they survive a power cut from then on. Raises OSError when it cannot be made.
    """
    missing: list[Path] = []
    folder = path
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        folder.mkdir(mode=PRIVATE_DIR_MODE, exist_ok=True)
        folder.chmod(PRIVATE_DIR_MODE)
        if is_durable:
            _sync(folder.parent)
    return path


def _sync(folder: Path) -> None:
    """Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def mend_private_dir(path: Path) -> bool:
    """Take all rights to `path` from others than its owner; whether that was needed and done.

    A folder shared by its sticky bit stays as it is.
    """
    with suppress(OSError):  # a read-only file system: it stays as private as it was
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~PRIVATE_DIR_MODE and not mode & stat.S_ISVTX:
            path.chmod(PRIVATE_DIR_MODE)
            return True
    return False


def samples_dir() -> Path:
    """The bundled documents (Bookwheel's own guide), which `bookwheel demo` opens."""
    return _PACKAGE / "samples"


def shipped_themes_dir() -> Path:
    """The themes that come with Bookwheel: a wheel holds them inside the package, a checkout at its top."""
    installed = _PACKAGE / "themes"
    return installed if installed.exists() else _PACKAGE.parent.parent / "themes"

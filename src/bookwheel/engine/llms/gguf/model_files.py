"""Model files on this disk: what a GGUF file says of itself, and where Ollama and LM Studio keep theirs."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_object, text_of
from bookwheel.errors import ModelNotFoundError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.paths import home

_MAGIC = b"GGUF"
_MOST_ENTRIES = 100_000
_MOST_TEXT = 16_000_000
_MOST_FILES = 500
_MAX_MANIFEST = 1_000_000
_OLLAMA_MODEL = "application/vnd.ollama.image.model"
_DIGEST = lazy_regex(r"sha256:([0-9a-f]{64})")
_LATER_PART = lazy_regex(r"-(?!0*1-of-)\d+-of-\d+\.gguf$")
_BLOB = lazy_regex(r"sha256-[0-9a-f]{64}")
# The value types of the format by number: how many bytes each takes. 8 is a text, 9 a list.
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_NUMBERS = {4: "<I", 5: "<i", 10: "<Q", 11: "<q"}
_TEXT, _LIST = 8, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model file; `keeper` is the program whose it is, `size` is in bytes."""

    name: str
    path: Path
    keeper: str
    size: int


def is_model_file(name: str) -> bool:
    """Whether a model's name is the path of a file: `*.gguf`, or one of Ollama's blobs."""
    return name.lower().endswith(".gguf") or ("/" in name and _BLOB.fullmatch(name.rpartition("/")[2]) is not None)


def trained_context(path: Path) -> int:
    """How many tokens the model was trained to read; 0 where the file does not say.

    Blocks. Raises ModelNotFoundError when it is not a whole GGUF file.
    """
    try:
        with path.open("rb") as file:
            return _context_length(file)
    except OSError as error:
        raise ModelNotFoundError(
            f"The model file {path} cannot be read: {error.strerror or error}.", hint="Check the path after --model."
        ) from error
    except (ValueError, struct.error, OverflowError, MemoryError) as error:
        raise ModelNotFoundError(
            f"{path} is not a GGUF model file: {error}.", hint="Download it again, or name another file."
        ) from error


def find_model_files(home: Path, environ: Mapping[str, str]) -> list[ModelFile]:
    """The models that Ollama and LM Studio keep on this disk, by name. Blocks; what cannot be read is left out."""
    found: list[ModelFile] = []
    ollama = Path(environ.get("OLLAMA_MODELS") or home / ".ollama" / "models")
    for search in (_of_ollama(ollama), _of_lm_studio(home / ".lmstudio" / "models")):
        try:
            found += sorted(search, key=lambda file: file.name.casefold())
        except OSError:
            continue
    return found[:_MOST_FILES]


def known_name(path: Path) -> str:
    """The name of a model file: for one of Ollama's blobs the model that it belongs to. Blocks."""
    if not _BLOB.fullmatch(path.name):
        return path.stem
    kept = find_model_files(home(), {"OLLAMA_MODELS": str(path.parent.parent)})
    return next((file.name for file in kept if file.path == path), path.name)


def _of_ollama(root: Path) -> Iterator[ModelFile]:
    """Its manifests name the file by the digest of its content: `manifests/HOST/library/NAME/TAG`."""
    for manifest in root.glob("manifests/*/*/*/*"):
        if not manifest.is_file() or manifest.stat().st_size > _MAX_MANIFEST:
            continue
        listing = parse_object(manifest.read_bytes()) or {}
        for layer in map(object_of, list_of(listing.get("layers"))):
            digest = _DIGEST.fullmatch(text_of((layer or {}).get("digest")) or "")
            if layer is None or digest is None or layer.get("mediaType") != _OLLAMA_MODEL:
                continue
            blob = root / "blobs" / f"sha256-{digest[1]}"
            if blob.is_file():
                name = f"{manifest.parent.name}:{manifest.name}"
                yield ModelFile(name=name, path=blob, keeper="Ollama", size=blob.stat().st_size)


def _of_lm_studio(root: Path) -> Iterator[ModelFile]:
    """`PUBLISHER/MODEL/*.gguf`, without the parts after the first and the files that only add pictures to a model."""
    for file in root.glob("*/*/*.gguf"):
        if file.is_file() and not file.name.startswith("mmproj") and not _LATER_PART.search(file.name):
            yield ModelFile(name=file.stem, path=file, keeper="LM Studio", size=file.stat().st_size)


def _context_length(file: BinaryIO) -> int:
    if file.read(4) != _MAGIC:
        raise ValueError("it does not begin with GGUF")
    version, _tensors, entries = struct.unpack("<IQQ", file.read(20))
    if version < 2 or entries > _MOST_ENTRIES:
        raise ValueError(f"version {version} with {entries} entries is not known")
    length = 0
    # All entries are read: a file that was not downloaded to its end breaks off in one of them.
    for _ in range(entries):
        key = _text(file)
        value = _value(file, struct.unpack("<I", file.read(4))[0])
        if key.endswith(".context_length") and isinstance(value, int):
            length = value
    return length


def _text(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > _MOST_TEXT:
        raise ValueError(f"a text in it has {length:,} bytes")
    data = file.read(length)
    if len(data) < length:
        raise ValueError("it ends in the middle of a text")
    return data.decode("utf-8", "replace")


def _value(file: BinaryIO, kind: int) -> str | int | None:
    """A text or a whole number; other values are passed over."""
    if kind == _TEXT:
        return _text(file)
    if kind == _LIST:
        inner, count = struct.unpack("<IQ", file.read(12))
        _skip_list(file, inner, count)
        return None
    data = file.read(_size_of(kind))
    return struct.unpack(_NUMBERS[kind], data)[0] if kind in _NUMBERS else None


def _skip_list(file: BinaryIO, kind: int, count: int) -> None:
    if kind != _TEXT:
        file.seek(_size_of(kind) * count, 1)
        return
    for _ in range(min(count, _MOST_TEXT)):
        (length,) = struct.unpack("<Q", file.read(8))
        file.read(length) if length < 4096 else file.seek(length, 1)


def _size_of(kind: int) -> int:
    if kind not in _SIZES:
        raise ValueError(f"it has a value of the unknown kind {kind}")
    return _SIZES[kind]

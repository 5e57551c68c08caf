"""Model files on disk: what a GGUF file says of itself, and the files of Ollama and LM Studio."""

import json
import struct
from pathlib import Path

import pytest

from bookwheel.engine.llms.gguf.file_server import FileServer
from bookwheel.engine.llms.gguf.model_files import find_model_files, is_model_file, known_name, trained_context
from bookwheel.errors import MissingExtraError, ModelNotFoundError


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(*entries: bytes, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(entries)) + b"".join(entries)


ARCHITECTURE = text("general.architecture") + struct.pack("<I", 8) + text("llama")
CONTEXT = text("llama.context_length") + struct.pack("<II", 4, 8192)
TOKENS = text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
SCORES = text("tokenizer.ggml.scores") + struct.pack("<IIQ", 9, 6, 2) + bytes(8)
TEMPLATE = text("tokenizer.chat_template") + struct.pack("<I", 8) + text("{{ messages }}")


def test_the_context_that_a_model_was_trained_with_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(gguf(ARCHITECTURE, TOKENS, SCORES, CONTEXT, TEMPLATE))
    assert trained_context(file) == 8192
    file.write_bytes(gguf(ARCHITECTURE))
    assert trained_context(file) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a model",
        gguf(version=1),
        gguf(ARCHITECTURE)[:-3],
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60),
        gguf(struct.pack("<Q", 2**62)),
        gguf(text("x") + struct.pack("<I", 99)),
        gguf(text("x") + struct.pack("<IIQ", 9, 8, 2**62)),
    ],
)
def test_a_file_that_is_not_a_whole_model_is_refused_with_its_name(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "wrong.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelNotFoundError, match=r"wrong\.gguf is not a GGUF model file"):
        trained_context(file)


def test_models_of_ollama_and_lm_studio_are_found_by_name(tmp_path: Path) -> None:
    digest = "ab" * 32
    manifest = tmp_path / ".ollama/models/manifests/registry.ollama.ai/library/qwen3/8b"
    blob = tmp_path / f".ollama/models/blobs/sha256-{digest}"
    studio = tmp_path / ".lmstudio/models/someone/big"
    for folder in (manifest.parent, blob.parent, studio):
        folder.mkdir(parents=True)
    layers = [
        {"mediaType": "application/vnd.ollama.image.template", "digest": f"sha256:{'cd' * 32}"},
        {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}"},
    ]
    manifest.write_text(json.dumps({"layers": layers}))
    manifest.with_name("broken").write_text("{")
    manifest.with_name("escape").write_text(
        json.dumps({"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../../etc"}]})
    )
    blob.write_bytes(gguf(ARCHITECTURE))
    for name in ("big-00001-of-00002.gguf", "big-00002-of-00002.gguf", "mmproj-big.gguf", "small.gguf"):
        (studio / name).write_bytes(b"GGUF")
    found = find_model_files(tmp_path, {})
    assert [(file.name, file.keeper) for file in found] == [
        ("qwen3:8b", "Ollama"),
        ("big-00001-of-00002", "LM Studio"),
        ("small", "LM Studio"),
    ]
    assert found[0].path == blob
    assert is_model_file(str(blob))
    assert known_name(blob) == "qwen3:8b"
    assert find_model_files(tmp_path / "another", {"OLLAMA_MODELS": str(tmp_path / ".ollama/models")}) == found[:1]


def test_names_of_endpoints_are_not_files() -> None:
    assert is_model_file("./models/Qwen.GGUF")
    assert not is_model_file("qwen3:8b")
    assert not is_model_file("library/qwen3")


async def test_a_missing_extra_names_itself_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookwheel.engine.llms.gguf.file_server.find_spec", lambda name: None)
    file = tmp_path / "m.gguf"
    file.write_bytes(gguf(ARCHITECTURE))
    with pytest.raises(MissingExtraError, match=r"m\.gguf needs the optional part 'gguf'"):
        await FileServer(file).start()
    with pytest.raises(ModelNotFoundError, match="cannot be read"):
        await FileServer(tmp_path / "absent.gguf").start()

"""What a release is made of: `python docs/bill_of_materials.py FILE` writes it as CycloneDX (`make release`).

The distributions and their hashes are those of the lock; licences are what the installed ones say of themselves. The
same lock gives the same bytes.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
LOCK = REPO / "requirements" / "runtime.txt"
# Only for building Bookwheel from its checkout.
BUILD_ONLY = frozenset({"editables", "hatchling", "packaging", "pluggy", "tomlkit", "trove-classifiers"})

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)((?:.*\n)(?:    --hash=sha256:.*\n)*)", re.MULTILINE)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")
_NAMES = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}


@dataclass(frozen=True)
class Component:
    """A locked distribution; `licence` is "" and `megabytes` 0 where it is not installed on this system."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    megabytes: float


def components() -> Iterator[Component]:
    """What an installation of Bookwheel without its optional parts brings along, by name."""
    for name, pinned, rest in _PIN.findall(LOCK.read_text(encoding="utf-8")):
        if name in BUILD_ONLY:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            yield Component(name, pinned, tuple(sorted(_HASH.findall(rest))), "", 0.0)
            continue
        yield Component(name, pinned, tuple(sorted(_HASH.findall(rest))), _licence(found), _megabytes(found))


def _licence(found: Distribution) -> str:
    classifiers = [text for text in found.metadata.get_all("Classifier") or () if text.startswith("License ::")]
    said = found.metadata.get("License-Expression") or (
        classifiers[0] if classifiers else found.metadata.get("License", "")
    )
    said = said.splitlines()[0].rpartition(":: ")[2].strip() if said else ""
    return _NAMES.get(re.sub(r"  .*", "", said), said)


def _megabytes(found: Distribution) -> float:
    paths = (Path(str(found.locate_file(file))) for file in found.files or ())
    return sum(path.stat().st_size for path in paths if path.suffix != ".pyc" and path.is_file()) / 1e6


def bill() -> str:
    """The bill of materials as CycloneDX 1.6 in JSON."""
    listed = [
        {
            "type": "library",
            "name": item.name,
            "version": item.version,
            "purl": f"pkg:pypi/{item.name}@{item.version}",
            "bom-ref": f"pkg:pypi/{item.name}@{item.version}",
            "licenses": [{"expression": item.licence}] if item.licence else [],
            "externalReferences": [
                {"type": "distribution", "url": f"pkg:pypi/{item.name}@{item.version}", "hashes": [
                    {"alg": "SHA-256", "content": digest} for digest in item.hashes
                ]}
            ],
        }
        for item in components()
    ]  # fmt: skip
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(listed, sort_keys=True))
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "bookwheel", "version": version("bookwheel")}},
        "components": listed,
    }
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(bill(), encoding="utf-8")

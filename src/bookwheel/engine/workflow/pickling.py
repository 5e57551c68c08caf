"""`PickleSerializer`, which saves any object; reading its output can run code."""

from __future__ import annotations

import warnings
from typing import Any


class PickleSerializer:
    """Saves any object that Python can pickle. Reading a pickle can run code: read only your own.

    It is used only when it is given to `to_dict` and `from_dict`; each use warns.
    """

    def serialize(self, value: Any) -> str:
        """`value` as a pickle in base64."""
        import base64
        import pickle

        _warn()
        return base64.b64encode(pickle.dumps(value)).decode()

    def deserialize(self, value: str) -> Any:
        """The object of a pickle in base64."""
        import base64
        import pickle

        _warn()
        return pickle.loads(base64.b64decode(value))


JsonPickleSerializer = PickleSerializer
"""LlamaIndex's older name; values that JSON can hold are saved as JSON with both."""


def _warn() -> None:
    warnings.warn(
        "Reading a pickle can run code. Use PickleSerializer only for your own contexts.",
        UserWarning,
        stacklevel=3,
    )

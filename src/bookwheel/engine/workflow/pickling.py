"""The serializers that save any object, at a price: reading what they wrote runs code."""

from __future__ import annotations

import warnings
from typing import Any


class PickleSerializer:
    """Saves any object that Python can pickle. Reading a pickle runs the code that is in it: read only your own.

    It is never used unless it is given to `to_dict` and `from_dict` by name; each use warns.
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
"""LlamaIndex's older name: what JSON has a form for is saved as JSON in either case."""


def _warn() -> None:
    warnings.warn(
        "A pickle runs the code that is in it when it is read: use it for contexts of your own alone.",
        UserWarning,
        stacklevel=3,
    )

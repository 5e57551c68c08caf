"""Serves the documents of a desk to other programs: over the Model Context Protocol and the Agent Client Protocol."""

from __future__ import annotations

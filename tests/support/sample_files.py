"""A small valid file of each format, made here."""

import json
from collections.abc import Callable

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# The wheel\n", "\n", "It turns *slowly*.\n", "## Parts"]},
        {
            "cell_type": "code",
            "source": "turn(3)",
            "outputs": [
                {"output_type": "stream", "text": ["\u001b[31mthree\u001b[0m ", "turns\n"]},
                {"output_type": "execute_result", "data": {"text/plain": ["42"], "image/png": "AAAA"}},
                {"output_type": "error", "ename": "ValueError", "evalue": "stuck", "traceback": ["long"]},
            ],
        },
        {"cell_type": "raw", "source": "as it is"},
    ],
    "metadata": {"authors": [{"name": "Ada"}, {"name": "Bob"}]},
    "nbformat": 4,
}
RECORDS = {
    "title": "Wheels",
    "date": "1588-05-01T00:00:00Z",
    "maker": {"name": "Ramelli", "version": 1.10},
    "parts": [{"id": 1, "uses": [{"of": "oak"}]}, {"id": 2}],
    "tags": ["oak", "iron"],
    "note": "one\ntwo",
    "nothing": None,
    "turns": True,
}


def notebook() -> bytes:
    return json.dumps(NOTEBOOK).encode()


def json_file() -> bytes:
    return json.dumps(RECORDS, indent=1).replace("1.1\n", "1.10\n").encode()


def json_lines() -> bytes:
    return b'{"name": "Ada", "born": 1815}\n\nnot json\n{"name": "Bob"}\n'


def csv() -> bytes:
    return 'Name;Born;City\n"Lovelace; Ada";1815;London\nBob;;"São\nPaulo"\n\n'.encode()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "notebook.ipynb": notebook,
    "records.json": json_file,
    "records.jsonl": json_lines,
    "people.csv": csv,
}

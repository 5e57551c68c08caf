"""The words of a shared index: in the postings a term is only a digest, so near words are looked for here.

An index of before has none until a document is stored; then it has those of the documents stored since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, LiteralString

from psycopg import errors

from bookwheel.engine.stores.mistyped_terms import is_near

if TYPE_CHECKING:
    from bookwheel.engine.stores.postgres.server import Connection

# `letters` has a bit for each letter of the word, so that the server need not compare spellings.
TABLE: LiteralString = """
    CREATE TABLE IF NOT EXISTS bookwheel.words (word text COLLATE "C" PRIMARY KEY, letters int4 NOT NULL)"""
_SHORTEST = 3
_LONGEST = 40
_BITS = 31


def remember(connection: Connection, terms: Iterable[str]) -> None:
    """Keep the words among the terms of a batch, when this user may."""
    words = sorted(term for term in terms if _SHORTEST <= len(term) <= _LONGEST and term.isalpha())
    if not words or not _is_there(connection):
        return
    # In order, so that two writers cannot wait for each other. Words of removed documents stay: they are in no posting.
    statement = """
        INSERT INTO bookwheel.words SELECT * FROM unnest(%s::text[], %s::int4[]) AS new (word, letters)
        WHERE NOT EXISTS (SELECT FROM bookwheel.words w WHERE w.word = new.word) ORDER BY new.word COLLATE "C"
        ON CONFLICT DO NOTHING"""
    try:
        with connection.transaction():
            connection.execute(statement, (words, list(map(_letters, words))))
    except errors.InsufficientPrivilege:
        return  # rights were given before the table was made


def near(connection: Connection, text: str, most: int) -> Sequence[str]:
    """The words that at most `most` typing errors make of `text`."""
    query = """
        SELECT word FROM bookwheel.words
        WHERE length(word) BETWEEN %s AND %s AND bit_count((letters # %s)::bit(32)) <= %s ORDER BY word"""
    length = len(text)
    try:
        # An error changes at most two letters of the set.
        rows = connection.execute(query, (length - most, length + most, _letters(text), 2 * most)).fetchall()
    except (errors.UndefinedTable, errors.InsufficientPrivilege):
        return ()
    return [word for (word,) in rows if is_near(text, word, most)]


def _is_there(connection: Connection) -> bool:
    if connection.execute("SELECT to_regclass('bookwheel.words')").fetchone() != (None,):
        return True
    try:
        with connection.transaction():
            connection.execute(TABLE)
    except errors.InsufficientPrivilege:
        return False
    return True


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % _BITS
    return bits

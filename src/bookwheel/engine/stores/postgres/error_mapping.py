"""Maps the errors of PostgreSQL to ours: what happened, in which database, and what to do; never the password."""

from __future__ import annotations

import os

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from bookwheel.engine.stores.postgres.bounded_connection import NoAnswerError
from bookwheel.engine.stores.store_protocol import DamagedStoreError
from bookwheel.errors import StoreError

_RIGHTS = "Ask its owner for them: the rights that a reader and a writer need are in docs/shared-index.md."
_PLACES = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER"}
_ADDRESS = (
    "It is written postgresql://USER@HOST:PORT/DATABASE, with / and @ in a name as %2F and %40; "
    "put the password in PGPASSWORD or ~/.pgpass."
)


def parsed(address: str) -> dict[str, str]:
    """The parameters of an address, completed from the environment.

    Raises StoreError when it is not an address.
    """
    defaults = {name: os.environ[variable] for name, variable in _PLACES.items() if os.environ.get(variable)}
    given = _given(address)
    if given is None or _may_split_a_password(address) or not given.get("port", "0").replace(",", "0").isdecimal():
        # Not chained and not quoted: the message of libpq repeats the address with its password.
        raise StoreError("The address of the shared index cannot be understood.", hint=_ADDRESS)
    return defaults | given if "service" not in given else given


def _given(address: str) -> dict[str, str] | None:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None}
    except psycopg.ProgrammingError:
        return None


def _may_split_a_password(address: str) -> bool:
    """Whether a password with `/` or `@` in it would be taken for the host or the database, which messages name."""
    host, _, database = address.partition("://")[2].partition("?")[0].partition("/")
    return host.count("@") > 1 or "@" in database


def described(parameters: dict[str, str]) -> str:
    """The database for messages: its name and its host."""
    hosts = parameters.get("host", "").split(",")
    ports = parameters.get("port", "").split(",")
    addresses = [
        f"{host}:{port}" if port and not host.startswith("/") else host
        for host, port in zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=False)
    ]
    name = parameters.get("dbname") or parameters.get("user") or "postgres"
    return f"'{name}' at {', '.join(addresses) or 'this machine'}"


def is_lost(error: psycopg.Error) -> bool:
    """Whether the server is gone, not there yet, or read-only: another try may help."""
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return True
    state = error.sqlstate
    if state is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state.startswith("08") or state in ("57P01", "57P02", "57P03")


def is_collision(error: psycopg.Error) -> bool:
    """Whether two writers collided; an immediate retry succeeds."""
    return isinstance(error, (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation))


def explained(error: psycopg.Error, database: str, user: str) -> StoreError:
    """The error as ours."""
    match error:
        case errors.InsufficientPrivilege():
            return StoreError(f"{_who(user)} lacks rights in {database}: {_reason(error)}.", hint=_RIGHTS)
        case errors.ReadOnlySqlTransaction():
            return StoreError(
                f"The shared index {database} cannot be written: it is a standby, or was made read-only.",
                hint="Name the primary too: postgresql://PRIMARY,STANDBY/DATABASE. Searching goes on.",
            )
        case errors.DiskFull():
            return StoreError(
                f"The disk of the server is full: the shared index {database} cannot be written.",
                hint="Free some space there, then index again; nothing that was indexed is lost.",
            )
        case errors.TooManyConnections():
            return StoreError(
                f"The server has no connection left for the shared index {database}.",
                hint="Close some desks, or raise max_connections there.",
            )
        case NoAnswerError():
            return StoreError(
                f"The shared index {database} does not answer: {_reason(error)}.",
                hint="The server hangs, is overloaded, or another program has locked the tables. Try again later.",
            )
        case errors.LockNotAvailable():
            return StoreError(
                f"The shared index {database} cannot be written: another program has locked its tables.",
                hint="Find it there with: SELECT * FROM pg_stat_activity. Then index again.",
            )
        case errors.UndefinedTable() | errors.InvalidSchemaName():
            # The next refresh makes the tables and reads the documents again.
            return DamagedStoreError(
                f"The tables of the shared index {database} were dropped.",
                hint="Index the documents again: bookwheel index PATH",
            )
        case _:
            return _other(error, database, user)


def _other(error: psycopg.Error, database: str, user: str) -> StoreError:
    if error.sqlstate is None:
        # A failed connection has no error code, only a message.
        text = str(error)
        if "password" in text:
            return _refused(database, user)
        if "database" in text and "does not exist" in text:
            return StoreError(f"There is no database {database}.", hint="Make it, for example with: createdb NAME")
    if is_lost(error):
        return StoreError(
            f"The shared index {database} cannot be reached: {_reason(error)}.",
            hint="Check the server and the address, then try again; nothing that was indexed is lost.",
        )
    return StoreError(f"The shared index {database} failed: {_reason(error)}.", hint="Run: bookwheel doctor")


def _refused(database: str, user: str) -> StoreError:
    return StoreError(
        f"The database {database} refuses {_who(user)}: a password is missing or wrong.",
        hint="Set PGPASSWORD, or keep the password in ~/.pgpass (0600): HOST:PORT:DATABASE:USER:PASSWORD",
    )


def _who(user: str) -> str:
    return f"the user '{user}'" if user else "the user"


def _reason(error: psycopg.Error) -> str:
    """The last reason in a message: libpq writes lines for each attempt."""
    text = error.diag.message_primary or str(error).strip() or type(error).__name__
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reasons = [line for line in lines if " failed: " in line] or lines
    return reasons[-1].rpartition(" failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")

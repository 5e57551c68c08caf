"""A module imported lightly works as always; what it seldom uses is imported when it uses it.

A child process each time, because this one has long imported everything.
"""

import subprocess
import sys

import pytest

IMPORTED = """
import sys
from bookwheel.deferred_modules import import_lightly
for name in ("pathlib", "dataclasses", "asyncio"):
    import_lightly(name)
"""


def run(code: str) -> list[str]:
    """The words that a child process printed after the light imports."""
    done = subprocess.run([sys.executable, "-I", "-W", "error", "-c", IMPORTED + code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_what_is_seldom_used_is_not_imported() -> None:
    seldom = ["asyncio.sslproto", "asyncio.staggered", "fnmatch", "inspect", "ipaddress", "locale", "logging", "ssl"]
    seldom += ["string", "subprocess", "textwrap", "traceback", "urllib.parse"]
    code = f"""
import asyncio, dataclasses, pathlib
asyncio.run(asyncio.to_thread(pathlib.Path("a").joinpath, "b"))
print(*sorted(set({seldom}) & set(sys.modules)))
"""
    # These Pythons use one themselves: 3.12 when pathlib is imported, 3.14 when asyncio is.
    assert run(code) == {(3, 12): ["fnmatch"], (3, 14): ["inspect"]}.get(sys.version_info[:2], [])


def test_who_imports_such_a_module_later_gets_the_module_itself() -> None:
    code = """
import asyncio.sslproto, inspect, ssl, traceback, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of iscoroutinefunction, in Python 3.14
print(inspect.__spec__.name, ssl.__spec__.name, asyncio.sslproto.__spec__.name)
print(asyncio.base_events.ssl.SSLContext is ssl.SSLContext, asyncio.iscoroutinefunction(asyncio.sleep))
try:
    inspect.getsource(len)
except TypeError:
    print(len(traceback.format_exc().splitlines()) > 2)
"""
    assert run(code) == ["inspect", "ssl", "asyncio.sslproto", "True", "True", "True"]


def test_a_submodule_stays_an_attribute_of_its_package() -> None:
    assert run("import asyncio\nprint(asyncio.sslproto.SSLProtocol.__module__)") == ["asyncio.sslproto"]


def test_what_a_deferred_module_lacks_is_an_attribute_error() -> None:
    code = """
import asyncio
try:
    asyncio.base_events.ssl.wheels
except AttributeError as error:
    print(error)
"""
    assert " ".join(run(code)) == "module 'ssl' has no attribute 'wheels'"


@pytest.mark.parametrize("address", ["http://[::1]/a", "http://[v1.a]/a"])
def test_addresses_in_brackets_are_still_checked(address: str) -> None:
    assert run(f"from urllib.parse import urlsplit\nprint(urlsplit({address!r}).netloc)") == [address[7:-2]]


def test_a_path_still_becomes_an_address() -> None:
    assert run("from pathlib import Path\nprint(Path('/a b').as_uri())") == ["file:///a%20b"]


def test_a_child_process_still_starts_with_its_pipes() -> None:
    code = """
import asyncio, subprocess

async def main():
    echo = await asyncio.create_subprocess_exec("echo", "wheel", stdout=asyncio.subprocess.PIPE)
    print((await echo.communicate())[0].decode())

asyncio.run(main())
constants = asyncio.subprocess
print([getattr(constants, name) == getattr(subprocess, name) for name in ("PIPE", "STDOUT", "DEVNULL")].count(True))
"""
    assert run(code) == ["wheel", "3"]


def test_what_asyncio_logs_is_logged_as_always() -> None:
    code = """
import asyncio, concurrent.futures, io, sys
sys.stderr = io.StringIO()

async def main():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)

asyncio.run(main())
done = concurrent.futures.Future()
done.add_done_callback(lambda _: 1 / 0)
done.set_result(None)
print(sys.stderr.getvalue().count("ZeroDivisionError: division by zero"), asyncio.futures.STACK_DEBUG)
import logging
logging.basicConfig(level=logging.DEBUG)
asyncio.run(asyncio.sleep(0))
print(sys.stderr.getvalue().count("DEBUG:asyncio:Using selector"))
"""
    assert run(code) == ["2", "9", "1"]


def test_a_future_of_a_loop_in_debug_mode_knows_who_made_it() -> None:
    code = """
import asyncio

async def maker():
    names = {frame.name for frame in asyncio.get_running_loop().create_future()._source_traceback}
    print("maker" in names, "_extract_stack" in names)

asyncio.run(maker(), debug=True)
"""
    assert run(code) == ["True", "False"]


def test_streams_with_tls_work() -> None:
    """Anonymous keys, because a certificate would have to be made for it."""
    code = """
import asyncio, ssl

def context(kind):
    made = ssl.SSLContext(kind)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("aNULL:@SECLEVEL=0")
    return made

async def echo(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()

async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=context(ssl.PROTOCOL_TLS_SERVER))
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context(ssl.PROTOCOL_TLS_CLIENT))
        writer.write(b"wheel\\n")
        print((await reader.readline()).decode())
        writer.close()

asyncio.run(main())
"""
    assert run(code) == ["wheel"]

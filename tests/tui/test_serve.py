"""The interface in a browser: on this machine only unless a token is set; a key stores a label."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import UsageError
from workbench.serve import check_address
from workbench.services.project import Project

TOKEN = "a-token-of-some-length"
PATIENCE_SECONDS = 120.0
_BLANK_BYTES = 15_000
"""A picture of the page before the terminal is drawn takes less."""

pytest.importorskip("textual_serve", reason="needs textual-serve, which is not installed")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(project: Project, *options: str) -> Iterator[str]:
    """Serve a project; yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "workbench", "-C", str(project.root), "serve"]
    line = [*command, "--port", str(port), "--annotator", "ana", *options]
    server = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while status_of(address) == 0:
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def status_of(address: str, **headers: str) -> int:
    """Return the HTTP status of an address; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org"])
def test_an_address_of_the_network_needs_a_token(host: str) -> None:
    with pytest.raises(UsageError, match="no token"):
        check_address(host, None)
    check_address(host, TOKEN)


def test_this_machine_needs_none_and_a_short_token_is_refused() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        check_address(host, None)
    with pytest.raises(UsageError, match="too short"):
        check_address("127.0.0.1", "short")


@pytest.mark.usefixtures("worker_environment")
def test_pages_and_sockets_are_refused_to_strangers(finished: Project) -> None:
    with served(finished, "--token", TOKEN) as address:
        assert status_of(address) == 401
        assert status_of(f"{address}/ws?token=wrong") == 401
        assert status_of(f"{address}/?token={TOKEN}") == 200
        assert status_of(address, Cookie=f"workbench-token={TOKEN}") == 200
        assert status_of(f"{address}/?token={TOKEN}", Origin="http://evil.example") == 403
        assert status_of(f"{address}/?token={TOKEN}", Host="evil.example") == 403


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium, not installed")
@pytest.mark.usefixtures("worker_environment")
async def test_a_key_pressed_in_a_browser_stores_a_label(finished: Project, tmp_path: Path) -> None:
    aiohttp = pytest.importorskip("aiohttp", reason="aiohttp is not installed")
    port = free_port()
    with served(finished) as address:
        browser = await asyncio.create_subprocess_exec(
            "chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-unsafe-swiftshader",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={tmp_path / 'browser'}",
            f"--remote-debugging-port={port}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with aiohttp.ClientSession() as http:
                page = await _page(http, port)
                async with http.ws_connect(page, max_msg_size=0) as socket:
                    await _label(socket, address, finished)
        finally:
            browser.terminate()
            await browser.wait()
    first = finished.store.decisions.active()[0]
    assert (first.kind, first.class_id, first.annotator) == ("label", 1, "ana")


async def _page(http: Any, port: int) -> str:
    """Return the socket that drives the browser's page."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            async with http.get(f"http://127.0.0.1:{port}/json") as answer:
                pages = [page for page in await answer.json() if page["type"] == "page"]
                if pages:
                    return str(pages[0]["webSocketDebuggerUrl"])
        except OSError:
            await asyncio.sleep(0.05)
    pytest.fail("the browser does not start")


async def _label(socket: Any, address: str, project: Project) -> None:
    """Open the page, go to Annotate and press a digit until the label is there."""
    n_calls = 0

    async def call(method: str, *, within: float = PATIENCE_SECONDS, **parameters: Any) -> Any:
        nonlocal n_calls
        n_calls += 1
        await socket.send_json({"id": n_calls, "method": method, "params": parameters})
        while True:
            answer = json.loads((await socket.receive(timeout=within)).data)
            if answer.get("id") == n_calls:
                return answer.get("result")

    async def press(key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" else {}
            await call("Input.dispatchKeyEvent", type=kind, key=key, **text)

    deadline = time.monotonic() + PATIENCE_SECONDS
    await call("Page.navigate", url=address)
    await _picture(call, deadline, lambda picture: len(picture) > _BLANK_BYTES)
    focus = "document.querySelector('.xterm-helper-textarea').focus()"
    await call("Runtime.evaluate", expression=focus)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not project.store.decisions.active():
        # The program may be starting, or reading the queue: then the keys decide nothing.
        assert time.monotonic() < deadline, "the label does not arrive"
        for key in "ga2":
            await press(key)
        await asyncio.sleep(0.3)


async def _picture(call: Any, deadline: float, is_it: Callable[[bytes], bool]) -> bytes:
    """Return a picture of the page, once it is one that is waited for."""
    while time.monotonic() < deadline:
        try:
            shot = await call("Page.captureScreenshot", within=20, format="png")
        except TimeoutError:  # a page that changes while it is asked may leave that unanswered
            continue
        # Between two pages there is none.
        picture = b"" if shot is None else base64.b64decode(shot["data"])
        if is_it(picture):
            return picture
        await asyncio.sleep(0.1)
    pytest.fail("the page does not show what it should")

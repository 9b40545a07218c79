"""``workbench serve``: the terminal interface in a browser, for this machine or behind a token."""

from __future__ import annotations

import ipaddress
import secrets
import shlex
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import click

from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.services.project import Project

_COOKIE = "workbench-token"


class _Context(Protocol):
    def open_project(self) -> AbstractContextManager[Project]:
        """Open the project of the call."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--annotator", metavar="NAME", help="Who decides; by default your user name.")
@click.option(
    "--token",
    metavar="TEXT",
    envvar="WORKBENCH_TOKEN",
    help="What a browser must know; needed for any address but this machine's.",
)
@click.option("--public-url", metavar="URL", help="How browsers reach it, behind a proxy.")
@click.pass_obj
def serve(
    context: _Context,
    host: str,
    port: int,
    annotator: str | None,
    token: str | None,
    public_url: str | None,
) -> None:
    """Show the terminal interface in a browser.

    It listens on this machine only, unless a token is set: whoever reaches it can change the
    project.
    """
    check_address(host, token)
    with context.open_project() as project:
        words = [sys.executable, "-m", "workbench", "-C", str(project.root), "tui"]
    if annotator is not None:
        words += ["--annotator", annotator]
    server = make_server(words, host=host, port=port, token=token, public_url=public_url)
    address = f"{server.public_url}/?token={token}" if token else server.public_url
    click.echo(f"open {address}\nCtrl-C ends it", err=True)
    server.serve()


def check_address(host: str, token: str | None) -> None:
    """Refuse to listen beyond this machine without a token.

    Raises
    ------
    UsageError
        If anybody on the network could change the project.
    """
    if token is not None and len(token) < 16:
        raise UsageError(
            "the token is too short", hint=f"For example: --token {secrets.token_urlsafe(16)}"
        )
    if token is None and not _is_this_machine(host):
        raise UsageError(
            f"{host} is open to the network, and no token is set",
            hint=f"Set one: --token {secrets.token_urlsafe(16)}, or leave --host out.",
        )


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_server(
    command: list[str], *, host: str, port: int, token: str | None, public_url: str | None = None
) -> Any:
    """Return a server that starts a command for each browser that opens its page.

    Parameters
    ----------
    command
        The words that start the interface.
    host, port
        Where to listen.
    token
        What a browser must send, in the address once and then as a cookie; None for no such thing.
    public_url
        How browsers reach it.

    Raises
    ------
    UsageError
        If textual-serve is not installed.
    """
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError as error:
        raise UsageError(
            "the web server is not installed", hint='Run: pip install "workbench[serve]"'
        ) from error

    allowed = {public_url or f"http://{host}:{port}"}
    if _is_this_machine(host):
        allowed |= {f"http://{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")}

    @web.middleware
    async def guard(request: Any, handler: Any) -> Any:
        # A page of another site may not open the socket: it would act as the person here.
        origin = request.headers.get("Origin")
        if origin is not None and origin not in allowed:
            raise web.HTTPForbidden(text="this page may not use the workbench")
        # Nor may a name that was made to point here (DNS rebinding).
        if f"http://{request.host}" not in allowed and public_url is None:
            raise web.HTTPForbidden(text="the workbench is not served under this name")
        if token is not None:
            sent = request.query.get("token") or request.cookies.get(_COOKIE) or ""
            if not secrets.compare_digest(sent.encode(), token.encode()):
                raise web.HTTPUnauthorized(text="the address needs ?token=…")
        response = await handler(request)
        if token is not None and not response.prepared:
            response.set_cookie(_COOKIE, token, httponly=True, samesite="Strict")
        return response

    # The package is optional: where it is missing, mypy takes its class for Any.
    class GuardedServer(Server):  # type: ignore[misc, unused-ignore]
        """The server of textual-serve behind the guard."""

        async def _make_app(self) -> Any:
            app = await super()._make_app()
            app.middlewares.append(guard)
            return app

        async def on_startup(self, app: Any) -> None:
            """Say nothing: the command has told where to look."""

    return GuardedServer(
        shlex.join(command), host=host, port=port, title="workbench", public_url=public_url
    )

"""The local Prefect server, and what Prefect's own lacks: `python -m ...prefect_process PORT`.

It answers its own pages and programs of this machine, but no other web page. Prefect's server would
answer a page whose name leads to this machine, and take what a page of any place sends.

Garbage is collected beside the event loop. Python collects it in the thread that happens to
allocate, in a server mostly the event loop's. A cursor of SQLite may be among it: one that was not
read to its end or, up to Python 3.11, one that has failed, kept by its exception. To end it, the
thread waits for the cursor's connection, which may wait, in its own thread, for the database's one
writer; and that one waits for the event loop, to commit. The server then answers nothing until
SQLite gives up, after a minute. (Seen with Prefect 3.8 and Python 3.11, once in some hundreds of
flow runs.) A thread that does nothing else may wait: the event loop goes on.
"""

from __future__ import annotations

import gc
import itertools
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

_SECONDS_BETWEEN_COLLECTIONS = 1.0
#: Most garbage is young; to look through everything takes the interpreter for long.
_COLLECTIONS_UNTIL_ALL = 60

_HOSTS = ("127.0.0.1", "localhost")
_REFUSED = "this server answers its own pages only\n"


class _OwnPagesOnly:
    """Middleware that refuses what a web page of another origin asks.

    A browser names the page's origin in whatever that page sends elsewhere. Prefect's setting for
    origins is not enough: it has a browser hide the answer, to a request that was carried out.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], origins: Collection[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer a request, or the wish for a WebSocket."""
        from starlette.datastructures import Headers
        from starlette.responses import PlainTextResponse

        answer: Callable[..., Awaitable[None]] = self._app
        if scope["type"] in ("http", "websocket"):
            origin = Headers(raw=scope["headers"]).get("origin")
            if origin is not None and origin not in self._origins:
                answer = PlainTextResponse(_REFUSED, status_code=403)
        await answer(scope, receive, send)


def collect_beside() -> None:
    """Have a thread collect garbage, and no other."""
    gc.disable()
    threading.Thread(target=_collect, name="garbage", daemon=True).start()


def _collect() -> None:
    for number in itertools.count(1):
        time.sleep(_SECONDS_BETWEEN_COLLECTIONS)
        gc.collect(2 if number % _COLLECTIONS_UNTIL_ALL == 0 else 1)


def origins_of(port: int) -> list[str]:
    """Return the origins of the pages of a server on loopback, one for each name of the machine."""
    return [f"http://{host}:{port}" for host in _HOSTS]


def main() -> None:
    """Serve on loopback until asked to end."""
    port = int(sys.argv[1])
    collect_beside()
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app = create_app(final=True)
    app.add_middleware(_OwnPagesOnly, origins=origins_of(port))
    # The name in the request: a page of any name may lead here, and is then of the same origin.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)
    level = get_current_settings().server.logging_level.lower()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level=level)


if __name__ == "__main__":
    main()

"""A server in a thread: opened where a mistake can still be told, and closed when what it knows is sent."""

import asyncio
from collections.abc import Coroutine
from threading import Event, Thread
from typing import Any, Protocol

START_S = 10.0
END_S = 5.0


class Server(Protocol):
    """**Protocol:** listens, in a loop that is not its own. All methods are called by the loop's thread."""

    async def open(self) -> None:
        """Listen.

        Raises:
            ConfigError: The address cannot be had.
        """
        ...

    async def quiet(self) -> None:
        """Let nothing more in; who waits for an answer still gets it."""
        ...

    async def close(self) -> None:
        """Send what is known, and end all connections."""
        ...


class Loop:
    """Runs a server.

    Args:
        server: What listens.
        name: Name of the thread.
    """

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._runs = Event()

    def open(self) -> None:
        """Listen.

        Raises:
            ConfigError: The address cannot be had.
        """
        self._thread.start()
        self._runs.wait(START_S)
        self._do(self._server.open(), START_S)

    def quiet(self) -> None:
        """Let nothing more in."""
        self._do(self._server.quiet(), END_S)

    def close(self) -> None:
        """End all connections and the thread."""
        if self._thread.is_alive():
            self._do(self._server.close(), END_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(END_S)
        if not self._loop.is_running() and not self._loop.is_closed():
            self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._runs.set)
        self._loop.run_forever()

    def _do(self, work: Coroutine[Any, Any, None], patience_s: float) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(patience_s)

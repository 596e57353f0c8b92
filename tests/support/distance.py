"""A server that is far away: a relay in a process of its own that holds every byte back.

What is under way has no limit and keeps its order, as on a wire; a thread in the process of whoever
waits would be slowed by the wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import Iterator

from loopback import free_ports

_HOST = "127.0.0.1"
_CHUNK = 65536


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Bytes from *reader* to *writer*, each *delay* seconds later."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def arrive() -> None:
        while True:
            at, chunk = await under_way.get()
            await asyncio.sleep(at - time.monotonic())
            if not chunk:
                writer.close()
                return
            writer.write(chunk)

    arriving = asyncio.create_task(arrive())
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(_CHUNK):
            under_way.put_nowait((time.monotonic() + delay, chunk))
    under_way.put_nowait((time.monotonic() + delay, b""))
    await arriving


async def _relay(port: int, target: int, delay: float) -> None:
    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(_HOST, target)
        await asyncio.gather(_carry(reader, far_writer, delay), _carry(far_reader, writer, delay))

    async with await asyncio.start_server(both, _HOST, port) as server:
        await server.serve_forever()


def _serve(port: int, target: int, delay: float) -> None:
    asyncio.run(_relay(port, target, delay))


@contextlib.contextmanager
def far(target: int, seconds: float) -> Iterator[int]:
    """A port by which the port *target* of this machine is *seconds* away, there and back."""
    (port,) = free_ports(1)
    relay = multiprocessing.Process(target=_serve, args=(port, target, seconds / 2), daemon=True)
    relay.start()
    try:
        yield port
    finally:
        relay.terminate()
        relay.join()

"""A TCP proxy on loopback that can cut, stall and refuse connections, for tests of faults."""

from __future__ import annotations

import contextlib
import socket
import threading

from loopback import free_ports

_HOST = "127.0.0.1"
_CHUNK = 65536


class Proxy:
    """Forwards connections to `target` (a port on loopback) while it is told to.

    with Proxy(broker.port) as proxy:
        connect_to(proxy.port)
        proxy.stall()   # bytes stop, connections stay open
        proxy.resume()
        proxy.drop()    # every connection is reset; new ones are taken
        proxy.refuse()  # every connection is reset and none is taken until accept()
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._flowing = threading.Event()
        self._flowing.set()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        (self.port,) = free_ports(1)

    def __enter__(self) -> Proxy:
        self.accept()
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()
        self._flowing.set()

    def accept(self) -> None:
        """Take connections."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_HOST, self.port))
        listener.listen()
        self._listener = listener
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def refuse(self) -> None:
        """Take no connections and reset those that are open."""
        if self._listener is not None:
            # Waking the thread in accept(); closing alone would leave it there.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.drop()

    def drop(self) -> None:
        """Reset every open connection."""
        with self._lock:
            dropped, self._open = self._open, set()
        for each in dropped:
            with contextlib.suppress(OSError):
                # An abortive close, as of a machine that vanished.
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def stall(self) -> None:
        """Keep connections open and let nothing through."""
        self._flowing.clear()

    def resume(self) -> None:
        """Let everything through again, what waited included."""
        self._flowing.set()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((_HOST, self._target))
            except OSError:
                client.close()
                continue
            for each in (client, server):
                # As clients and servers set it: what is sent ahead in small pieces would wait for
                # an acknowledgement that the other side delays, 40 ms each time.
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(_CHUNK):
                self._flowing.wait()
                sink.sendall(chunk)
        with self._lock:
            self._open -= {source, sink}
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

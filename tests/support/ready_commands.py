"""Runs commands of dondoc in processes of their own that need not start an interpreter first.

A process that has imported every command, and done nothing else, forks for each one that is asked
for: what a command does, prints and ends with is as ever, without a third of a second of imports.
Whoever tests starting itself, signals or the environment starts the real program.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Self

_LONGEST = 100_000
"""Bytes of what can be asked: arguments and the environment."""


class ReadyCommands:
    """The process that forks; one for all tests of a process. *program* is what it calls itself."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float
    ) -> tuple[int, str, str] | None:
        """What the command ends with, and what it prints on standard output and standard error;
        None where it cannot be asked for here: another thread is waiting for one, or it is too
        long. Raises TimeoutExpired."""
        asked = json.dumps({"arguments": [*arguments], "cwd": str(cwd), "env": {**env}}).encode()
        if len(asked) > _LONGEST or not self._lock.acquire(blocking=False):
            return None
        try:
            with _Pipe() as out, _Pipe() as err, Path(os.devnull).open() as nothing:
                told = self._ask(asked, [nothing.fileno(), out.entry, err.entry], timeout)
                return told, out.text(), err.text()
        finally:
            self._lock.release()

    def _ask(self, asked: bytes, files: list[int], timeout: float) -> int:
        if self._socket is None:
            self._socket = self._start()
        socket.send_fds(self._socket, [asked], files)
        self._socket.settimeout(timeout)
        try:
            return int(self._socket.recv(64))
        except TimeoutError:
            assert self._process is not None
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._socket.close()
            self._socket = None
            raise TimeoutExpired(self._program, timeout) from None

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno()), self._program],
            pass_fds=[theirs.fileno()],
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        return ours


class _Pipe:
    """A pipe that is read while it is written to."""

    def __enter__(self) -> Self:
        self._exit, self.entry = os.pipe()
        self._read = b""
        self._reader = threading.Thread(target=self._take, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        if self.entry >= 0:
            os.close(self.entry)
            self.entry = -1

    def _take(self) -> None:
        with os.fdopen(self._exit, "rb") as file:
            self._read = file.read()

    def text(self) -> str:
        """All that was written, once nobody can write any more."""
        self._close()
        self._reader.join()
        return self._read.decode().replace("\r\n", "\n")


def _serve(door: socket.socket, program: str) -> None:
    """Fork for each command that is asked for at *door*, and tell how it ended."""
    _import_everything()
    # What is there stays until the end: no child looks through it when it ends, which took most of
    # what a command takes.
    gc.collect()
    gc.freeze()
    while True:
        asked, files, _, _ = socket.recv_fds(door, _LONGEST, 3)
        if not asked:
            return
        child = os.fork()
        if child == 0:
            door.close()
            # From here it ends as the program does: connections are closed, what is left is said.
            _become(json.loads(asked), files, program)
            return
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        door.send(str(os.waitstatus_to_exitcode(status)).encode())


def _import_everything() -> None:
    from importlib import import_module

    from dondoc import cli

    for names in cli.COMMANDS.values():
        for name in names:
            import_module(f"dondoc.commands.{name}")
    import_module("dondoc.storage.engines.postgres")
    import_module("dondoc.rules.holidays_of").holidays_of("VN")


def _become(asked: Mapping[str, object], files: Sequence[int], program: str) -> None:
    """Be the command that is *asked* for. Raises what it ends with."""
    from dondoc import cli

    for at, file in enumerate(files):
        os.dup2(file, at)
        os.close(file)
    os.chdir(str(asked["cwd"]))
    env, arguments = asked["env"], asked["arguments"]
    assert isinstance(env, dict)
    assert isinstance(arguments, list)
    os.environ.clear()
    os.environ.update(env)
    for at, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        errors = getattr(sys, name).errors
        stream = open(at, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
    sys.argv = [program, *arguments]
    cli.main()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])

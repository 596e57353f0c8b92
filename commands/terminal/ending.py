"""How a command begins and ends: the standard streams as they may be, and errors in one line.

Whoever starts a command may have closed its streams, filled the disk under them, or read enough.
None of it may show a traceback or a line of the interpreter's own, and none may end with the code
for done where what was to be said was lost.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

from ...rules.faults import tell_fault
from ...rules.mendable import Mendable
from .lazy import LazyGroup
from .options import DONE, FAILED
from .presentation import say
from .usage import shown
from .words import Words, remember_line, words, words_for

NAME = "dondoc"
_LOST = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EAGAIN, errno.ENXIO}
)
"""What writing to a standard stream may fail with; a file that a command writes says its name."""


class Commands(LazyGroup):
    """Commands whose errors end in one line; faults of dondoc in places, without their texts."""

    def __call__(self, args: Sequence[str] | None = None) -> Any:
        """Run the command that *args* name (none: the command line's), and exit."""
        replace_closed_streams()
        line = sys.argv[1:] if args is None else args
        code = _reported(lambda: self._ended(args), lambda: words_for(line))
        # What is left would be written by the interpreter, with words and a code of its own.
        for stream in (sys.stdout, sys.stderr):
            _give_up(stream)
        sys.exit(code)

    def _ended(self, args: Sequence[str] | None) -> int:
        """The exit code that the command ends with."""
        try:
            code = self.main(args, prog_name=NAME, standalone_mode=False)
        except SystemExit as exit_:
            code = exit_.code
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE

    def make_context(self, *arguments: Any, **named: Any) -> click.Context:
        """Read the command line, or give the help or the version that it asks for."""
        with _noticing_the_reader():
            return super().make_context(*arguments, **named)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, of which `words` takes the language."""
        remember_line(ctx, args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and say in one line what went wrong."""
        with _noticing_the_reader():
            try:
                return super().invoke(ctx)
            except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
                raise
            except Exception as error:  # noqa: BLE001 - ends the command, told as far as it may be
                raise click.ClickException(_told(error, words())) from None


class _ReadEnough(Exception):
    """Whoever read our output has seen enough."""


@contextmanager
def _noticing_the_reader() -> Iterator[None]:
    """Raises _ReadEnough for a broken pipe, which click would take for a failure."""
    try:
        yield
    except BrokenPipeError:
        raise _ReadEnough from None


def replace_closed_streams() -> None:
    """Put the null device where a standard stream was closed by whoever called us: the next file
    that is opened, such as a database, would otherwise be taken for it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - to the end


def _reported(step: Callable[[], int], told: Callable[[], Words]) -> int:
    """The exit code of *step*; what stopped it is said on standard error, where that is open, in
    the words that *told* gives."""
    try:
        return step()
    except (_ReadEnough, BrokenPipeError):
        _give_up(sys.stdout)
        return DONE
    except click.Abort:
        return _said([told().say("terminal.usage.aborted")], FAILED)
    except click.exceptions.NoArgsIsHelpError as error:
        return _said(error.message.splitlines(), error.exit_code)
    except click.ClickException as error:
        return _said(shown(error, told()), error.exit_code)
    except OSError as error:
        if error.errno not in _LOST:
            raise
        text = told().say("terminal.usage.error", message=_told(error, told()))
        return _said([text], FAILED)


def _said(lines: Sequence[str], code: int) -> int:
    """*code*, after standard error has been told *lines*, where it takes them."""
    _give_up(sys.stdout)
    with suppress(OSError):
        for line in lines:
            say(line, err=True)
    return code


def _give_up(stream: TextIO) -> None:
    """Let what *stream* still holds go nowhere, where it cannot go where it should."""
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        stream.flush()


def _told(error: Exception, told: Words) -> str:
    """What *error* means, in one line; of a fault of dondoc nothing but its places, since its
    text may quote a row or a message."""
    if isinstance(error, Mendable):
        return told.told(error)
    if isinstance(error, OSError) and error.errno in _LOST and error.filename is None:
        return told.say("terminal.output.lost", reason=told.reason(error))
    if isinstance(error, UnicodeEncodeError) and error.encoding != "utf-8":
        return told.say("terminal.output.encoding", encoding=error.encoding)
    return told.sentence(tell_fault(error))

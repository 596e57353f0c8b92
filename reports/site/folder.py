"""A directory of pages: whoever reads it sees the old pages or the new ones, whole.

Inside it stand a marker, which says that it is ours, and a tree of pages that the link `current`
leads to; a web server serves `current`. New pages are built beside the old ones, and the link is
replaced in one step. A run that is killed leaves a tree that no link leads to, and the next one
removes it. Nothing is ever deleted in a directory without the marker.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from ...rules.mendable import Mendable

MARKER, CURRENT = ".dondoc-site", "current"
FILE_MODE, FOLDER_MODE = 0o640, 0o750
UNIT, PUBLIC = "unit", "public"
"""What a directory may be for: what officials alone may see, or what everybody may."""

_NEXT = ".current.next"
_MARKER_NEXT = f"{MARKER}.next"
"""What a run may leave that was ended, or had no disk, as it made a directory ours."""
_TREE = re.compile(r"made-(\d{1,12})")
PATIENCE = 120.0
"""Seconds that a run waits for another one in the same directory."""


class CannotPublish(Mendable):
    """Pages cannot be written where they should be; one line that says what to mend."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What a directory of ours says of itself: its ``id``, what it is for, and how it is made:
    as of which day ("": the day of the making), and for which group ("": as it comes)."""

    id: str
    kind: str
    as_of: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """How many pages there are now, and how many of them were not so before."""

    pages: int
    changed: int


def marker_of(directory: Path) -> Marker | None:
    """What *directory* says of itself; None where it is not there or not ours. Raises
    `CannotPublish` where it cannot be read."""
    try:
        told = json.loads((directory / MARKER).read_text(encoding="utf-8"))
        return Marker(**{key: str(value) for key, value in told.items()})
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CannotPublish(f"{directory}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, AttributeError):
        raise CannotPublish(f"{directory / MARKER}: is not what dondoc wrote") from None


def claim(directory: Path, kind: str, as_of: str, group: str) -> Marker:
    """Make *directory* ours, for pages of that *kind*; one that is not there is made, in a
    directory that is. Raises `CannotPublish` where it is somebody else's, or for another kind."""
    there = marker_of(directory)
    if there is not None and there.kind != kind:
        if there.kind == PUBLIC:
            raise CannotPublish.of(
                "holds_public_page",
                "{directory}: holds the page for everybody; name another directory for officials'"
                " pages",
                directory=directory,
            )
        raise CannotPublish.of(
            "holds_pages",
            "{directory}: holds pages for officials; name another directory for the public one",
            directory=directory,
        )
    try:
        if there is None:
            _make_private(directory)
            if not is_free(directory):
                raise CannotPublish.of(
                    "not_our_pages",
                    "{directory}: is not empty and not of dondoc's making; name a new directory",
                    directory=directory,
                )
        marker = Marker(there.id if there else uuid4().hex, kind, as_of, group)
        if marker != there:
            _write_marker(directory, marker)
    except OSError as error:
        raise _refused(directory, error) from error
    return marker


def is_free(directory: Path) -> bool:
    """Whether *directory*, which is there, may be made ours. Raises OSError."""
    return all(each.name == _MARKER_NEXT for each in directory.iterdir())


def _make_private(directory: Path) -> None:
    with suppress(FileExistsError):
        directory.mkdir(FOLDER_MODE)
        directory.chmod(FOLDER_MODE)


def _write_marker(directory: Path, marker: Marker) -> None:
    part = directory / _MARKER_NEXT
    part.write_text(json.dumps(asdict(marker)) + "\n", encoding="utf-8")
    part.chmod(FILE_MODE)
    part.replace(directory / MARKER)


@contextmanager
def held(directory: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Nobody else writes pages into *directory* meanwhile, which is ours; whoever does is waited
    for, *patience* seconds at most. Whatever is to be shown must be read within, so that nothing
    older can come after it. Raises `CannotPublish`."""
    try:
        lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _refused(directory, error) from error
    try:
        _await_turn(lock, directory, patience)
        yield
    finally:
        os.close(lock)


def _await_turn(lock: int, directory: Path, patience: float) -> None:
    waited = 0.0
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waited >= patience:
                raise CannotPublish.of(
                    "another_run",
                    "{directory}: another run has been at it for {seconds} s; end it, or"
                    " run this again later",
                    directory=directory,
                    seconds=round(patience),
                ) from None
            time.sleep(0.1)
            waited += 0.1
        else:
            return


def write(directory: Path, pages: Iterable[tuple[str, str]], group: int | None = None) -> Written:
    """Have *pages* (address and HTML) be all that *directory* shows, for the group of that id
    (None: whichever the directory gives). The caller holds it. Raises `CannotPublish`."""
    try:
        return _written(directory, pages, group)
    except OSError as error:
        raise _refused(directory, error) from error


def _written(directory: Path, pages: Iterable[tuple[str, str]], group: int | None) -> Written:
    if group is not None and directory.stat().st_gid != group:
        os.chown(directory, -1, group)
    before = clean(directory)
    tree = directory / f"made-{_number(before) + 1:06}"
    tree.mkdir(FOLDER_MODE)
    folders, count, changed = [tree], 0, 0
    for address, html in pages:
        file, content = tree / address, html.encode()
        if not file.parent.exists():
            file.parent.mkdir(FOLDER_MODE)
            folders.append(file.parent)
        old = before / address if before is not None else None
        if old is not None and _is_same(old, content, group):
            os.link(old, file)
        else:
            _write_file(file, content, group)
            changed += 1
        count += 1
    # Last, since it may take away what has new files get the directory's group.
    for folder in folders:
        _give(folder, FOLDER_MODE, group)
    _show(directory, tree)
    if before is not None:
        shutil.rmtree(before)
    return Written(count, changed)


def clean(directory: Path) -> Path | None:
    """Remove what killed runs have left; gives the tree that is shown, None where none is."""
    (directory / _NEXT).unlink(missing_ok=True)
    shown = _shown(directory)
    for each in directory.iterdir():
        if _TREE.fullmatch(each.name) and each != shown and not each.is_symlink():
            shutil.rmtree(each)
    return shown


def remove(directory: Path) -> None:
    """Take down everything of ours in *directory*, and the directory where nothing else is in it.
    The caller holds it. Raises `CannotPublish`."""
    try:
        (directory / CURRENT).unlink(missing_ok=True)
        clean(directory)
        (directory / _MARKER_NEXT).unlink(missing_ok=True)
        (directory / MARKER).unlink(missing_ok=True)
        if not any(directory.iterdir()) and os.access(directory.parent, os.W_OK):
            directory.rmdir()
    except OSError as error:
        raise _refused(directory, error) from error


def _shown(directory: Path) -> Path | None:
    try:
        name = str((directory / CURRENT).readlink())
    except OSError:
        return None
    tree = directory / name
    return tree if _TREE.fullmatch(name) and tree.is_dir() else None


def _show(directory: Path, tree: Path) -> None:
    following = directory / _NEXT
    following.symlink_to(tree.name)
    following.replace(directory / CURRENT)


def _number(tree: Path | None) -> int:
    found = _TREE.fullmatch(tree.name) if tree else None
    return int(found[1]) if found else 0


def _is_same(old: Path, content: bytes, group: int | None) -> bool:
    """Whether *old* is the file that would be written. Its bytes are read: a power failure may
    have left fewer than were written."""
    try:
        there = old.lstat()
        return (
            stat.S_ISREG(there.st_mode)
            and stat.S_IMODE(there.st_mode) == FILE_MODE
            and there.st_size == len(content)
            and group in (None, there.st_gid)
            and old.read_bytes() == content
        )
    except OSError:
        return False


def _write_file(file: Path, content: bytes, group: int | None) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    with os.fdopen(opened, "wb") as out:
        out.write(content)
    _give(file, FILE_MODE, group)


def _give(path: Path, mode: int, group: int | None) -> None:
    """Let the group read *path*, and nobody else; called where it is not so already, since a
    hardened service may change no owners."""
    there = path.stat()
    if group is not None and there.st_gid != group:
        os.chown(path, -1, group)
    if stat.S_IMODE(there.st_mode) != mode:
        path.chmod(mode)


def _refused(directory: Path, error: OSError) -> CannotPublish:
    where = error.filename or directory
    return CannotPublish.of(
        "no_pages_written",
        "{file}: pages cannot be written: {reason}",
        file=where,
        reason=error.strerror,
    )

"""`dondoc init`: a settings file with comments, a directory of bodies, the broker's URL in a file
of its own, and the model of a regulation where that is wanted.

What is there already is never changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

import click

from ..connector.transport import parse_address
from ..rules.mendable import Mendable
from ..rules.reading.directory import parse_directory
from ..storage.database import open_store
from .assembly.clock import today
from .assembly.loading import MODEL, load_regulations, packaged
from .assembly.settings import SHIPPED, Settings
from .assembly.settings_file import NAME, SYSTEM, SYSTEM_DATABASE, is_system
from .assembly.toml_writing import commented, toml_value
from .terminal.days import DayParam
from .terminal.documented import Command
from .terminal.presentation import say
from .terminal.words import words
from .terminal.writing import CannotWrite, cannot_write, write_new

BODIES, BROKER_URL, REGULATION = "bodies.toml", "broker-url", "regulation.toml"
COMMUNE, LATER = "commune", "later"
"""What may be said of the regulation, beside `SHIPPED`: the model for a commune; none yet."""
TO_FILL_IN = "CHANGE-ME"
"""Stands for the broker's password until somebody writes it."""
_OWNER_ALONE, _EVERYBODY = 0o600, 0o644


@dataclass(frozen=True)
class _Answers:
    """What is asked; as it is taken by --yes where nobody says otherwise."""

    database: str
    since: date
    broker: str = "127.0.0.1:5672"
    vhost: str = "/"
    user: str = "dondoc"
    password: str = TO_FILL_IN
    code: str = "VP"
    name: str = "Văn phòng HĐND và UBND"
    regulation: str = LATER

    @property
    def url(self) -> str:
        """The broker's URL."""
        user, password, vhost = (
            quote(each, safe="") for each in (self.user, self.password, self.vhost)
        )
        return f"amqp://{user}:{password}@{self.broker}/{'' if self.vhost == '/' else vhost}"


@click.command("init", cls=Command)
@click.argument("directory", default=Path(), type=click.Path(path_type=Path, file_okay=False))
@click.option("--yes", is_flag=True)
def command(directory: Path, yes: bool) -> None:
    """Write a settings file and a directory of bodies to begin with."""
    file = directory / NAME
    if file.is_symlink() or file.exists():
        raise CannotWrite(words().say("init.there", file=file))
    database = SYSTEM_DATABASE if directory / NAME == SYSTEM else Settings.database_url
    answers = _Answers(database, today())
    if not yes:
        if not _at_a_terminal():
            raise click.UsageError(words().say("init.nobody"))
        answers = _asked(answers)
    _written(directory, answers)


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _written(directory: Path, answers: _Answers) -> None:
    """Write the files into *directory*, the settings last, and say what is left to do."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(directory, error) from error
    told = words()
    texts = {
        BODIES: (_bodies(answers), _EVERYBODY),
        BROKER_URL: (f"{answers.url}\n", _OWNER_ALONE),
        NAME: (_settings(answers), _OWNER_ALONE),
    }
    if answers.regulation == COMMUNE:
        texts = {REGULATION: (packaged(MODEL).read_text("utf-8"), _EVERYBODY), **texts}
    made = set()
    for name, (text, most) in texts.items():
        target = directory / name
        if target.is_symlink() or target.exists():
            say(told.say("init.kept", file=target))
        else:
            write_new(target, text, most)
            made.add(name)
            say(told.say("init.written", file=target))
    if BROKER_URL in made and answers.password == TO_FILL_IN:
        say(told.say("init.password", file=directory / BROKER_URL, text=TO_FILL_IN))
    if BODIES in made:
        say(told.say("init.bodies", file=directory / BODIES))
    if REGULATION in made:
        say(told.say("init.model", file=directory / REGULATION))
    elif answers.regulation == LATER:
        say(told.say("init.no_regulation", taken=_shipped(), file=directory / NAME))
    if os.geteuid() == 0:
        files = " ".join(str(directory / name) for name in (NAME, BROKER_URL))
        say(told.say("init.root", files=files))
    if directory == Path() or is_system(directory / NAME):
        say(told.say("init.then"))
    else:
        say(told.say("init.then_named", file=directory / NAME))


def _settings(answers: _Answers) -> str:
    """The text of the settings file."""
    told = words()

    def section(name: str, *lines: str) -> str:
        comment = commented(told.say(f"init.comments.{name}"))
        return "\n".join([comment, *lines]) + "\n"

    return "\n".join(
        [
            section("head"),
            section("broker", "[broker]", f"url_file = {toml_value(BROKER_URL)}"),
            section("database", "[database]", f"url = {toml_value(answers.database)}"),
            section("metrics", "[metrics]", f"listen = {toml_value(Settings.metrics_listen)}"),
            section("tracking", "[tracking]", f"since = {answers.since}"),
            section("bodies", f"bodies = {toml_value(BODIES)}"),
            section("regulation", _regulation(answers.regulation)),
            section("ui", "[ui]", f"lang = {toml_value(told.language)}"),
            section(
                "mail", '# [mail]\n# host = "mail.xa.example"\n# sender = "don-doc@xa.example"'
            ),
            section("report", '# [report]\n# organ = "UBND xã …"\n# place = "…"'),
        ]
    )


def _regulation(said: str) -> str:
    """The line of the settings that names the regulation; a comment where none was chosen."""
    if said == LATER:
        return f"# regulations = {toml_value([REGULATION])}"
    return f"regulations = {toml_value([REGULATION if said == COMMUNE else SHIPPED])}"


def _shipped() -> str:
    """What the regulation that ships is cited as."""
    (shipped,) = load_regulations(()).all
    return shipped.cited_as


def _bodies(answers: _Answers) -> str:
    """The text of the directory: the Office alone, and how others are written."""
    told = words()
    office = {"code": answers.code, "name": answers.name, "kind": "office"}
    body = "\n".join(["[[body]]", *(f"{key} = {toml_value(said)}" for key, said in office.items())])
    others = (
        '[[body]]\ncode = "KT"\nname = "Phòng Kinh tế"\nkind = "department"\n'
        'head = "Trưởng phòng"\nemail = "kinhte@xa.example"'
    )
    comments = [commented(told.say(f"init.comments.{key}")) for key in ("directory", "others")]
    return "\n\n".join([comments[0], body, f"{comments[1]}\n{commented(others)}"]) + "\n"


def _asked(default: _Answers) -> _Answers:
    """What somebody at the terminal says; asked again where it cannot be used."""
    told = words()

    def broker(**said: str) -> None:
        parse_address(_Answers(default.database, default.since, **said).url)

    def office(**said: str) -> None:
        parse_directory({"body": [{"code": "-", "name": "-", "kind": "office", **said}]}, "")

    return _Answers(
        broker=_ask("broker", default.broker, lambda said: broker(broker=said)),
        vhost=_ask("vhost", default.vhost, lambda said: broker(vhost=said)),
        user=_ask("user", default.user, lambda said: broker(user=said)),
        password=click.prompt(
            told.say("init.asks.password"),
            default=TO_FILL_IN,
            hide_input=True,
            show_default=False,
            err=True,
        ),
        code=_ask("code", default.code, lambda said: office(code=said)),
        name=_ask("name", default.name, lambda said: office(name=said)),
        regulation=_ask("regulation", default.regulation, _known),
        database=_ask("database", default.database, open_store),
        since=_day(_ask("since", told.day(default.since), _day)),
    )


def _ask(key: str, default: str, require: Callable[[str], object]) -> str:
    """The answer to the question *key*; asked again while *require* refuses it."""
    told = words()
    while True:
        said: str = click.prompt(told.say(f"init.asks.{key}"), default=default, err=True).strip()
        try:
            require(said)
        except Mendable as error:
            say(told.told(error), err=True)
        except click.BadParameter as error:
            say(error.message, err=True)
        else:
            return said


def _known(said: str) -> None:
    if said not in (SHIPPED, COMMUNE, LATER):
        raise click.BadParameter(words().say("init.no_such_regulation", given=said))


def _day(said: str) -> date:
    return DayParam().convert(said, None, None)

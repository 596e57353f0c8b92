"""`dondoc mail run`: the process that writes to bodies, from start to its end."""

from __future__ import annotations

import logging
from importlib.metadata import version

import click

from ..assembly.mail import mail_of, mail_service
from ..assembly.serving import begin_serving, prepared_when_there
from ..terminal.documented import Command
from ..terminal.options import Context, in_context

log = logging.getLogger(__name__)


@click.command("run", cls=Command)
@in_context
def command(context: Context) -> None:
    """Take reminders from the queue of mail and send letters, until SIGTERM or SIGINT."""
    settings = context.settings
    mail = mail_of(settings)
    stop = begin_serving()
    application = prepared_when_there(settings, context.database, stop.asked)
    if application is None:
        return
    service = mail_service(application)
    log.info("dondoc %s: database %s", version("dondoc"), application.store.name)
    log.info("letters go through mail server %s", mail.server)
    stop.of(service)
    service.run()
    log.info("drained and stopped")

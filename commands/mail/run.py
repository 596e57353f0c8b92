"""`dondoc mail run`: the process that writes to bodies, from start to its end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import click

from ...mail.service import MailService
from ...metrics.endpoint import Endpoint
from ...metrics.health import ALIVE, health
from ..assembly.broker import broker_names
from ..assembly.mail import mail_of, mail_service
from ..assembly.mail_settings import MailSettings
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
    application = prepared_when_there(settings, context.database, stop)
    if application is None:
        return
    service = mail_service(application)
    log.info("dondoc %s: database %s", version("dondoc"), application.store.name)
    log.info("letters go through mail server %s", mail.server)
    stop.of(service, f"takes reminders from {broker_names(settings).mail}, sends letters")
    with _answering(mail, service):
        service.run()
    log.info("drained and stopped")


@contextmanager
def _answering(mail: MailSettings, service: MailService) -> Iterator[None]:
    """Answer meanwhile, where the settings say so, how *service* is. Raises CannotListen."""
    if mail.listen is None:
        yield
        return
    endpoint = Endpoint(mail.listen, health(service.condition), service.fail, "[mail] listen")
    endpoint.start()
    log.info("health at http://%s%s", endpoint.address, ALIVE)
    try:
        yield
    finally:
        endpoint.stop()

"""What mail needs of the settings, put together."""

from __future__ import annotations

from importlib.util import find_spec

from ...mail.service import MailQueue, MailService
from .application import Application, Refused
from .broker import broker_address, broker_names, wanted_topology
from .clock import now
from .fresh_directory import FreshDirectory
from .loading import load_texts
from .mail_settings import MailSettings
from .settings import Settings


def mail_of(settings: Settings) -> MailSettings:
    """The settings of mail. Raises Refused where there are none, or what composes is missing."""
    if settings.mail is None:
        raise Refused.of(
            "no_mail",
            "{file}: [mail] is not set up: give it host and sender",
            file=settings.file,
        )
    if find_spec("jinja2") is None:
        raise Refused.of(
            "no_jinja", "letters need jinja2: install dondoc[mail] instead of dondoc alone"
        )
    server = settings.mail.server
    if server.user is not None and server.password is None:
        raise Refused.of(
            "no_mail_password",
            "{setting}: has no password: name its file in DONDOC_MAIL_PASSWORD_FILE",
            setting=settings.named("mail.user"),
        )
    return settings.mail


def mail_service(application: Application) -> MailService:
    """The process that sends letters, ready to run. Raises Refused and InvalidAddress."""
    settings = application.settings
    mail = mail_of(settings)
    queue = MailQueue(
        broker_address(settings), wanted_topology(settings), broker_names(settings).mail
    )
    return MailService(
        application.store,
        application.law,
        load_texts(),
        queue,
        mail.server,
        mail.plan,
        FreshDirectory(settings, application.law.directory).current,
        now,
    )

"""Publishes rows of HSCV's outbox to dondoc: docs/publishing.md says what a row holds.

Standard input: a row a line, as JSON. Standard output: the id of each row that the broker has on
disk; mark that row as sent. A row whose id is not printed is published again the next time.
HSCV_BROKER_URL: amqp://hscv:PASSWORD@HOST:5672/VHOST, or amqps:// for TLS.

HSCV runs it, where nothing of dondoc is installed: so it uses pika itself.
"""

import json
import os
import sys
import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Any

import pika

EXCHANGE = "hscv.events"
SOURCE = "/hscv/yen-lam"  # names this HSCV, and never changes
VIETNAM = timezone(timedelta(hours=7))


def body_of(row: dict[str, Any]) -> bytes:
    # The database keeps Vietnam's time without an offset; an event says it with one.
    time = datetime.fromisoformat(row["happened_at"]).replace(tzinfo=VIETNAM)
    event = {
        "specversion": "1.0",
        "id": row["id"],  # made with the row: the same however often it is published
        "source": SOURCE,
        "type": "hscv." + row["type"],
        "time": time.isoformat(timespec="seconds"),
        "subject": row["subject"],
        "secrecy": "normal",
        "data": row["data"],
    }
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return unicodedata.normalize("NFC", text).encode()


def parameters() -> pika.URLParameters:
    try:
        return pika.URLParameters(os.environ["HSCV_BROKER_URL"])
    except (KeyError, ValueError):  # its text may hold a part of the password
        raise SystemExit("HSCV_BROKER_URL is missing or cannot be read") from None


def main() -> None:
    connection = pika.BlockingConnection(parameters())
    channel = connection.channel()
    # From here on basic_publish waits for the broker, and raises NackError where the broker could
    # not keep an event, UnroutableError where no queue takes it.
    channel.confirm_delivery()
    properties = pika.BasicProperties(
        content_type="application/cloudevents+json",
        delivery_mode=pika.DeliveryMode.Persistent.value,
        headers={"secrecy": "normal"},
    )
    for line in sys.stdin.buffer:
        row = json.loads(line)
        if row["secrecy"] != "normal":
            raise SystemExit(f"{row['id']} is secret and must not be in the outbox")
        channel.basic_publish(EXCHANGE, row["type"], body_of(row), properties, mandatory=True)
        print(row["id"], flush=True)
    connection.close()


if __name__ == "__main__":
    try:
        main()
    except (pika.exceptions.AMQPError, OSError) as error:
        raise SystemExit(f"{error!r}; what is not sent stays in the outbox") from None

"""Shows reminders as a department's own system would receive them.

Binds a queue of its own to the exchange `dondoc.reminders` and writes the text of each reminder
that arrives to a file, one after another, until it is stopped. Part of the demo.

    python deploy/received.py --output received.txt
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from dondoc.connector.transport import Client, TransportError, parse_address
from dondoc.connector.transport.topology import BrokerNames

AT_ONCE = 200
PAUSE_SECONDS = 0.2


def main() -> int:
    """Receive until SIGTERM; the broker is the one at DONDOC_BROKER_URL."""
    parser = argparse.ArgumentParser(description="Write reminders to a file as they arrive.")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address = parse_address(os.environ["DONDOC_BROKER_URL"])
    try:
        with Client(address) as client, options.output.open("w", encoding="utf-8") as output:
            queue = client.temporary_queue(BrokerNames().reminders, "#")
            # The file's being there says that nothing can be missed any more.
            output.flush()
            print(f"listening on {queue}", flush=True)
            while True:
                for reminder in client.get(queue, AT_ONCE):
                    text = json.loads(reminder.body)["data"]["text"]
                    output.write(f"{reminder.routing_key}\n{text}\n\n")
                    client.acknowledge(reminder)
                output.flush()
                time.sleep(PAUSE_SECONDS)
    except TransportError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

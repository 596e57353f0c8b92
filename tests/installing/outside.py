"""From outside of the root: what is fetched with the machine's network, then everything without."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests import bare

OFFICE_OF_THAT_TIME = "7a6cfc7"
"""A commit whose schema lacks two migrations, and which has no `dondoc init` yet."""
PACKAGES = (
    "rabbitmq-server",
    "prometheus",
    "php-cli",
    "php-amqplib",
    "php-intl",
    "python3-aiosmtpd",
)
# First what a newcomer does on an empty Debian, where there is no broker yet: code 3 is "done, and
# check has something to mend". Then the servers, and every wheel that is needed without a network.
_FETCH = f"""
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1
code=0; bash deploy/install.sh || code=$?
test "$code" = 3
apt-get update -q
apt-get install -q -y --no-install-recommends {" ".join(PACKAGES)}
python3 -m venv /srv/tools
for list in deploy/requirements.txt deploy/requirements-build.txt; do
    /srv/tools/bin/pip download -q --require-hashes --only-binary :all: -d /srv/wheels -r "$list"
done
/srv/tools/bin/pip install -q --no-index --find-links /srv/wheels -r deploy/requirements-build.txt
/srv/tools/bin/pip wheel -q --no-index --no-build-isolation --no-deps -w /srv/former \\
    /srv/former-source
"""


def try_installer(root: Path, shown: Sequence[str]) -> None:
    """Run the installer in *root* in every way that it is used; ends where one fails."""
    former = bare.within(root, "/srv/former-source")
    former.mkdir()
    archive = subprocess.run(
        ["git", "-C", str(bare.CHECKOUT), "archive", OFFICE_OF_THAT_TIME],
        check=True,
        stdout=subprocess.PIPE,
    )
    subprocess.run(["tar", "-xf", "-", "-C", str(former)], check=True, input=archive.stdout)
    with bare.told("bash deploy/install.sh, and what the rest needs"):
        bare.inside(root, shown, "bash", "-c", _FETCH)
    with bare.told("everything else, with loopback alone"):
        command = ("python3", "-u", "-m", "tests.installing.steps")
        bare.inside(root, shown, *command, network=False)

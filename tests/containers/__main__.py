"""`python -m tests.containers`: the Dockerfile built and compose.yaml's services run, as root.

    python -m tests.containers                 debootstrap, buildah, then the sample from end to end
    python -m tests.containers --base ROOT     with a copy of a root that debootstrap has made

No engine runs where this is run: buildah builds the Dockerfile without a daemon, on a base that
debootstrap made in place of the image that the Dockerfile names; the services' own lines in
compose.yaml are then run in what was built, as the image's user, on a read-only root and without
capabilities, in a network of their own with a private RabbitMQ, PostgreSQL and mail server.
Exit code 1 where anything is not as it should be. All that it makes is removed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests"), str(_ROOT / "deploy")]

from containers.building import Builder  # noqa: E402 - found only by the path above
from containers.office import run_the_sample  # noqa: E402 - found only by the path above

from tests import bare  # noqa: E402 - found only by the path above

NEEDED = ("buildah", "debootstrap", "ip", "openssl", "setpriv", "unshare")


def main() -> int:
    """Build, run, and say how long each took."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.containers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--base", type=Path, help="a root that debootstrap has made")
    parser.add_argument("--folder", type=Path, help="where to work [the temporary one]")
    options = parser.parse_args()
    if os.geteuid() != 0:
        bare.fail("Only root can make a root directory: sudo python -m tests.containers")
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        bare.fail(f"missing: {', '.join(missing)}; apt-get install buildah debootstrap iproute2")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = Path(tempfile.mkdtemp(prefix="dondoc-containers-", dir=options.folder))
    work.chmod(0o755)
    builder = Builder(work, _ROOT)
    try:
        with bare.told("a base in place of the image that the Dockerfile names"):
            base = work / "base"
            if options.base is None:
                bare.make_root(base, "bookworm")
            else:
                bare.run(["cp", "--archive", str(options.base), str(base)])
            shown = bare.configure(base, "bookworm")
            builder.take_in(base)
        with bare.told("buildah: the Dockerfile"):
            image = builder.build(shown)
        with bare.told("compose.yaml's services of it"):
            run_the_sample(_ROOT, image, work)
    finally:
        builder.clean_up()
        bare.remove(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())

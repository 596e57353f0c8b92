"""`python -m tests.audit`: are vulnerabilities published of what constraints.txt pins?

Exit code 0 where none is, 1 where there are, 3 where nobody could be asked. pip-audit asks OSV,
over the network; tests/run.sh goes on after a 3, which is told on the last line.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints.txt"
IGNORED: dict[str, str] = {}
"""Vulnerabilities that do not concern dondoc, by id, with the reason why not."""
PATIENCE_SECONDS = 10


def main() -> int:
    """Ask, and print what was answered."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("--osv-url", help="another address of OSV's query")
    where: str | None = parser.parse_args().osv_url
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"),
            *("--requirement", str(CONSTRAINTS), "--no-deps", "--disable-pip"),
            *("--vulnerability-service", "osv", "--timeout", str(PATIENCE_SECONDS)),
            *(word for name in IGNORED for word in ("--ignore-vuln", name)),
            *(("--osv-url", where) if where else ()),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if not asked.stdout.startswith("{"):
        reason = (asked.stderr.strip() or f"exit code {asked.returncode}").splitlines()[-1]
        print(f"NOT AUDITED: {reason}")
        return 3
    packages = json.loads(asked.stdout)["dependencies"]
    found = [(package, each) for package in packages for each in package.get("vulns", ())]
    for package, each in found:
        mended = ", ".join(each["fix_versions"]) or "no version"
        print(f"{package['name']} {package['version']}: {each['id']}, mended in {mended}")
    print(f"{len(packages)} packages, {len(found)} published vulnerabilities")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

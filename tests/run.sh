#!/usr/bin/env bash
# Prepares the machine, then runs every check and every test, with a real RabbitMQ and a real
# PostgreSQL. Arguments go to pytest. The last line is pytest's own; the exit code tells.
set -euo pipefail
# shellcheck source=deploy/prepare.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../deploy/prepare.sh"
cd "$ROOT"
trap stop_patient EXIT
# Settings of an installation on this machine are not the tests' business.
unset "${!DONDOC_@}"

install_package "[postgres,reports,mail,test,release]"
need_rabbitmq
need_postgresql
need_pgbouncer
need_openssl
need_shellcheck
need_prometheus
need_alertmanager
need_chromium
need_libreoffice
need_zsh
need_php

bin=$VENV/bin
failed=0
say "ruff check"
"$bin/ruff" check . || failed=1
say "ruff format --check"
"$bin/ruff" format --check . || failed=1
say "mypy (strict)"
"$bin/mypy" -p dondoc || failed=1
say "pip-audit (published vulnerabilities)"
# Exit code 3: nobody could be asked, which it says.
"$bin/python" -m tests.audit || (($? == 3)) || failed=1
((failed == 0)) || note "A check above has failed: the exit code will be 1 whatever the tests say."

say "pytest: unit, legal, integration, acceptance and faults (several minutes)"
# Four at a time, a file always by one: most tests wait for servers more than they work. In the
# order of their folders, so that the long runs of faults do not come last, one behind the other.
"$bin/python" -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder "$@" || failed=1
exit "$failed"

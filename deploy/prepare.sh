# Prepares a bare Debian 12 for the demo and the tests; sourced by deploy/demo.sh and tests/run.sh.
# shellcheck shell=bash
#
# Everything it makes is inside the checkout: the virtual environment .venv and the directory
# .cache. Debian packages are installed only where something is missing, and only after saying so.
# The second time it has nothing to do and takes less than a second.

# The checkout.
ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
CACHE=$ROOT/.cache

# Without its compiled modules kept, every command compiles them again: a quarter of its start.
unset PYTHONDONTWRITEBYTECODE

say() { printf '\n==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# The command that `patiently` waits for; whoever sources this stops it at the end.
PATIENT=
stop_patient() { [[ -z $PATIENT ]] || kill "$PATIENT" 2>/dev/null || true; }

# patiently WHAT COMMAND… runs a command that may take long: its output goes to a log, a line
# every ten seconds says that it is still at work, and where it fails the end of the log is shown.
patiently() {
    local what=$1 log began=$SECONDS told=0
    shift
    mkdir -p "$CACHE"
    log=$CACHE/$(tr -cs '[:alnum:]' '-' <<<"$what").log
    note "$what"
    "$@" >"$log" 2>&1 &
    PATIENT=$!
    while kill -0 "$PATIENT" 2>/dev/null; do
        sleep 0.2
        if ((SECONDS - began >= told + 10)); then
            told=$((SECONDS - began))
            note "… still at it after $told s"
        fi
    done
    if ! wait "$PATIENT"; then
        PATIENT=
        tail -n 15 "$log" >&2
        fail "Failed: $what. The whole output is in $log"
    fi
    PATIENT=
}

# install_debian WHY PACKAGE… installs Debian packages, as root or with sudo.
install_debian() {
    local why=$1 rights=()
    shift
    if ! command -v apt-get >/dev/null; then
        fail "$why Install it with your system's package manager (Debian calls it: $*)."
    fi
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            fail "$why As root, run: apt-get install $*"
        fi
        rights=(sudo)
    fi
    say "$why Installing it: ${rights[*]:-} apt-get install $*"
    if ((EUID != 0)); then
        sudo true || fail "Without sudo it cannot be installed here. As root, run: apt-get install $*"
    fi
    # A package list that cannot be read is not yet a package that cannot be installed.
    # shellcheck disable=SC2016 # for the inner shell to expand
    patiently "installing $*" "${rights[@]}" env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get update -q; apt-get install -q -y --no-install-recommends "$@"' sh "$@"
}

# look_for_python sets PYTHON to an interpreter of version 3.11 or later, the system's own, which
# users have, before whatever else is on the path; empty where there is none.
look_for_python() {
    local candidate
    PYTHON=
    for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$candidate
            return
        fi
    done
}

# find_python sets PYTHON, and installs it where there is none.
find_python() {
    look_for_python
    if [[ -z $PYTHON ]]; then
        install_debian "Python 3.11 or later is missing." python3 python3-venv
        PYTHON=python3
        "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
            fail "This system's Python is older than 3.11: install a newer one and run this again."
    fi
}

# is_made_by PYTHON tells whether the virtual environment is whole and PYTHON's.
is_made_by() {
    local which='import sys; print(sys.base_prefix, sys.version)'
    [[ -x $VENV/bin/python ]] && "$VENV/bin/python" -c 'import pip' 2>/dev/null &&
        [[ $("$VENV/bin/python" -c "$which") == $("$1" -c "$which") ]]
}

# digest_of_package is different whenever an installation would be.
digest_of_package() {
    (
        cd "$ROOT" || exit
        find . \( -path './.*' -o -path ./build -o -path ./dist -o -path ./tests -o -path ./docs -o \
            -path ./benchmarks -o -name '*.egg-info' -o -name __pycache__ \) -prune \
            -o -type f \( -name '*.py' -o -name '*.toml' -o -name '*.cfg' -o -name '*.txt' -o \
            -name '*.typed' -o -name '*.html' -o -name '*.css' -o -name '*.js' -o -name README.md \) -print0 |
            sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
    )
}

# install_package EXTRAS makes the virtual environment and installs dondoc and its dependencies
# in the versions of constraints.txt, EXTRAS as in "[postgres,test]" or none.
install_package() {
    local extras=$1 digest stamp
    find_python
    if ! is_made_by "$PYTHON"; then
        if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
            install_debian "Python cannot make virtual environments." python3-venv
        fi
        say "Making a virtual environment in .venv ($("$PYTHON" --version))"
        "$PYTHON" -m venv --clear "$VENV" || fail "Cannot make $VENV; is the disk full or read-only?"
    fi
    digest=$(digest_of_package)
    stamp=$VENV/installed${extras//[^a-z]/-}
    if [[ ! -f $stamp || $(<"$stamp") != "$digest" ]]; then
        say "Installing dondoc$extras into .venv"
        # What setuptools left of an earlier build would go into this one.
        rm -rf "$ROOT/build"
        patiently "fetching and installing packages" "$VENV/bin/python" -m pip install \
            --disable-pip-version-check --constraint "$ROOT/constraints.txt" \
            setuptools "$ROOT$extras"
        rm -rf "$ROOT/build"
        printf '%s\n' "$digest" >"$stamp"
    fi
    # So that type checkers find the package whatever the checkout is called.
    mkdir -p "$CACHE/types"
    ln -sfn "$ROOT" "$CACHE/types/dondoc"
}

# need_rabbitmq sees to it that a private RabbitMQ node can be started.
need_rabbitmq() {
    if [[ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]]; then
        install_debian "RabbitMQ is missing." rabbitmq-server
        note "Debian may have started RabbitMQ's own service too; dondoc does not touch it."
    fi
}

# need_postgresql sees to it that a private PostgreSQL cluster can be started.
need_postgresql() {
    if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
        install_debian "PostgreSQL is missing." postgresql
        note "Debian may have started a cluster of its own too; dondoc does not touch it."
    fi
}

# need_pgbouncer sees to it that a private PgBouncer can be started.
need_pgbouncer() {
    if ! PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null; then
        install_debian "PgBouncer is missing." pgbouncer
        note "Debian may have started PgBouncer's own service too; dondoc does not touch it."
    fi
}

# need_openssl: the tests make certificates.
need_openssl() {
    command -v openssl >/dev/null || install_debian "openssl is missing." openssl
}

# need_shellcheck: the tests read the scripts with it.
need_shellcheck() {
    command -v shellcheck >/dev/null || install_debian "shellcheck is missing." shellcheck
}

# need_zsh: the tests have it complete commands.
need_zsh() {
    command -v zsh >/dev/null || install_debian "zsh is missing." zsh
}

# need_php: the tests publish with the program in PHP of docs/publishing.md.
need_php() {
    if ! command -v php >/dev/null || [[ ! -e /usr/share/php/PhpAmqpLib/autoload.php ]] ||
        ! php -r 'exit(class_exists("Normalizer") ? 0 : 1);'; then
        install_debian "PHP or its AMQP library is missing." php-cli php-amqplib php-intl
    fi
}

# need_prometheus sees to it that a private Prometheus can be started; promtool comes with it.
need_prometheus() {
    if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then
        install_debian "Prometheus is missing." prometheus
        note "Debian may have started Prometheus' own service too; dondoc does not touch it."
    fi
}

# need_alertmanager sees to it that a private Alertmanager can be started.
need_alertmanager() {
    if ! command -v prometheus-alertmanager >/dev/null; then
        install_debian "Alertmanager is missing." prometheus-alertmanager
        note "Debian may have started its own service too; dondoc does not touch it."
    fi
}

# need_chromium: the tests open pages in a real browser.
need_chromium() {
    command -v chromium >/dev/null || install_debian "Chromium is missing." chromium
}

# need_libreoffice: the tests open letters in it, and look into the PDF that it makes of them. Its
# fonts have the widths of the one that letters are set in, and the letters of Vietnamese.
need_libreoffice() {
    if ! command -v soffice >/dev/null || ! command -v pdftotext >/dev/null ||
        ! compgen -G '/usr/share/fonts/truetype/liberation2/*' >/dev/null; then
        install_debian "LibreOffice is missing." libreoffice-writer-nogui fonts-liberation2 \
            poppler-utils
    fi
}

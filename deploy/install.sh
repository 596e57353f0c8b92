#!/usr/bin/env bash
# Installs dondoc on Debian 12 or 13, or brings an installation to this version; run it again at will.
#
#     sudo bash deploy/install.sh [--wheel FILE] [--vhost NAME] [--new-broker-password] [--no-backup] [--no-start]
#     sudo bash deploy/install.sh --uninstall
#     bash deploy/install.sh --dry-run
#     bash deploy/install.sh --prefix DIR
#
# Without --wheel it builds one of the checkout that it stands in. docs/operations.md says what it
# makes. Exit code 0: done, and `dondoc check` has nothing to mend; 3: done, and it has; 1: not done,
# the last line says why; 2: it was called wrongly.
set -euo pipefail
# A stricter one of root's would hide the program from the service.
umask 022
# shellcheck source=deploy/prepare.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/prepare.sh"
DEPLOY=$ROOT/deploy
REQUIREMENTS=$DEPLOY/requirements.txt
BUILD_REQUIREMENTS=$DEPLOY/requirements-build.txt
VHOST_DEFAULT=hscv
# shellcheck source=deploy/install/acts.sh
source "$DEPLOY/install/acts.sh"
# shellcheck source=deploy/install/environment.sh
source "$DEPLOY/install/environment.sh"
# shellcheck source=deploy/install/broker.sh
source "$DEPLOY/install/broker.sh"
# shellcheck source=deploy/install/service.sh
source "$DEPLOY/install/service.sh"
# shellcheck source=deploy/install/upgrade.sh
source "$DEPLOY/install/upgrade.sh"

WHEEL='' PREFIX='' VHOST=''
DRY=0 BACKUP=1 START=1 UNINSTALL=0 NEW_PASSWORD=0
UNFINISHED=''

usage() {
    sed -n '2,/^set/{s/^# \{0,1\}//p}' "$DEPLOY/install.sh"
}

# wrong LINE ends with exit code 2.
wrong() {
    printf '%s\n' "$* See: bash deploy/install.sh --help" >&2
    exit 2
}

read_arguments() {
    while (($#)); do
        case $1 in
            --wheel | --prefix | --vhost)
                [[ -n ${2:-} ]] || wrong "$1 needs a value."
                case $1 in
                    --wheel) WHEEL=$(realpath -m -- "$2") ;;
                    --prefix) PREFIX=$(realpath -m -- "$2") ;;
                    --vhost) VHOST=$2 ;;
                esac
                shift
                ;;
            --dry-run) DRY=1 ;;
            --no-backup) BACKUP=0 ;;
            --no-start) START=0 ;;
            --new-broker-password) NEW_PASSWORD=1 ;;
            --uninstall) UNINSTALL=1 ;;
            -h | --help)
                usage
                exit 0
                ;;
            *) wrong "There is no argument $1." ;;
        esac
        shift
    done
    [[ -z $WHEEL || -f $WHEEL ]] || wrong "There is no wheel $WHEEL."
    [[ -z $WHEEL || ${WHEEL##*/} == dondoc-*.whl ]] || wrong "$WHEEL is no wheel of dondoc: its name begins with dondoc- and ends in .whl."
    [[ -n $WHEEL || -f $ROOT/setup.cfg ]] || ((UNINSTALL)) || wrong "This is no checkout: name a wheel with --wheel."
    [[ -z $VHOST || $VHOST =~ ^[A-Za-z0-9_./-]+$ ]] || wrong "--vhost takes letters, digits and _ . / - only."
    [[ $PREFIX != / ]] || PREFIX=''
}

name_paths() {
    OPT=$PREFIX/opt/dondoc
    ETC=$PREFIX/etc/dondoc
    VAR=$PREFIX/var/lib/dondoc
    BIN=$PREFIX/usr/local/bin/dondoc
    UNITS=$PREFIX/etc/systemd/system
    SETTINGS=$ETC/dondoc.toml
    COPIES=$VAR/before-upgrade
    SYSTEMD=0
    [[ -n $PREFIX || ! -d /run/systemd/system ]] || SYSTEMD=1
}

# know_the_system says on what it runs, where nobody has tried that.
know_the_system() {
    local system
    # shellcheck source=/dev/null
    system=$( (source /etc/os-release && echo "${ID:-} ${VERSION_ID:-}") 2>/dev/null || true)
    case $system in
        'debian 12' | 'debian 13') ;;
        'ubuntu 24.04') note "No test of dondoc has reached Ubuntu 24.04 yet." ;;
        *) note "No test of dondoc has reached this system (${system:-unknown}); Debian 12 and 13 are tested." ;;
    esac
}

# at_end goes back from an upgrade that is under way, and leaves nothing half done behind.
at_end() {
    local code=$?
    trap '' INT TERM HUP
    set +e
    stop_patient
    ((!UNDER_WAY)) || go_back
    [[ -z $UNFINISHED ]] || rm -rf "$UNFINISHED"
    rm -rf "$WORK"
    exit "$code"
}

make_account() {
    [[ -z $PREFIX ]] || return 0
    account_exists || act "make the system user dondoc" \
        useradd --system --user-group --home-dir "$VAR" --no-create-home --shell /usr/sbin/nologin dondoc
}

make_directories() {
    local owner=()
    [[ -n $PREFIX ]] || owner=(-o dondoc -g dondoc)
    [[ -d $VAR ]] || act "make $VAR, the service's alone" install -d -m 0700 "${owner[@]}" "$VAR"
    [[ -n $PREFIX ]] || owner=(-g dondoc)
    [[ -d $ETC ]] || act "make $ETC" install -d -m 0750 "${owner[@]}" "$ETC"
}

# make_settings writes the settings of `dondoc init`, where there are none.
make_settings() {
    local file
    [[ -e $SETTINGS ]] || act "write $SETTINGS, and beside it what it names" write_settings
    for file in "$SETTINGS" "$ETC/broker-url"; do
        if [[ -z $PREFIX && -e $file ]] && ! as_service test -r "$file"; then
            act "let the service read $file" let_service_read "$file"
        fi
    done
}

write_settings() {
    "$ENVIRONMENT/bin/dondoc" init --yes "$ETC" || return 1
    # `init` knows the database of /etc/dondoc alone.
    [[ -z $PREFIX ]] || sed -i 's|"sqlite:///dondoc.db"|"sqlite:///../../var/lib/dondoc/dondoc.db"|' "$SETTINGS"
}

let_service_read() { chgrp dondoc "$1" && chmod 0640 "$1"; }

# use_environment turns the links to ENVIRONMENT where none is in use yet.
use_environment() {
    [[ -L $OPT/current ]] || act "turn $OPT/current to ${ENVIRONMENT##*/}" link_to "versions/${ENVIRONMENT##*/}" "$OPT/current"
    # The units name /opt/dondoc/bin, whatever the version.
    [[ -L $OPT/bin ]] || act "make $OPT/bin" link_to current/bin "$OPT/bin"
    if [[ ! -e $BIN && ! -L $BIN ]]; then
        act "make the link $BIN" link_command
    elif [[ $(readlink "$BIN") != "$OPT/bin/dondoc" ]]; then
        left "$BIN is not a link to $OPT/bin/dondoc and stays as it is: remove it and run this again"
    fi
}

link_command() { mkdir -p "${BIN%/*}" && link_to "$OPT/bin/dondoc" "$BIN"; }

# prepare_service makes the database, and the queue from which on events are collected.
prepare_service() {
    local said
    if said=$(dondoc_of "$ENVIRONMENT" "$SETTINGS" --lang en migrate 2>&1); then
        [[ $said == *"nothing"* ]] || { CHANGES=$((CHANGES + 1)) && note "database: $(head -n 1 <<<"$said") …"; }
    fi
    [[ -z $PREFIX ]] || return 0
    if said=$(dondoc_of "$ENVIRONMENT" "$SETTINGS" --lang en declare 2>&1); then
        [[ $said == *"nothing was missing"* ]] || { CHANGES=$((CHANGES + 1)) && note "broker: $(paste -s -d ';' <<<"$said")"; }
    fi
}

# conclude has everything tried as the service, and says what is left to do.
conclude() {
    local code=0 line again=dondoc
    say "dondoc check"
    dondoc_of "$ENVIRONMENT" "$SETTINGS" check || code=$?
    begin_service "$((code != 0))"
    [[ -e $ETC/broker-url ]] || left "the units read the broker's URL from $ETC/broker-url: write it there"
    if ((CHANGES)); then
        say "Installed: dondoc $(version_of "$ENVIRONMENT")"
    else
        say "Nothing to change: dondoc $(version_of "$ENVIRONMENT") is installed"
    fi
    [[ -z $PREFIX ]] || again="$BIN --config $SETTINGS"
    ((code == 0)) || left "what check says above; then: $again check"
    for line in "${LEFT[@]}"; do note "left to do: $line"; done
    ((code == 0)) || exit 3
}

install_or_upgrade() {
    need_python
    name_environment
    [[ ! -e $OPT/pyvenv.cfg ]] ||
        fail "$OPT is an environment that was made by hand: stop dondoc, move it away (mv $OPT $OPT.by-hand) and run this again; settings and data stay."
    [[ -d $OPT/versions ]] || act "make $OPT" mkdir -p "$OPT/versions"
    if [[ -d $OPT ]]; then
        exec 9<"$OPT"
        flock -n 9 || fail "Another installation is at work in $OPT: wait for its end."
    fi
    say "dondoc in $ENVIRONMENT"
    make_environment
    undo_interrupted
    make_account
    make_directories
    if [[ -L $OPT/current && $(readlink "$OPT/current") != "versions/${ENVIRONMENT##*/}" ]]; then
        OLD=$OPT/versions/$(basename "$(readlink "$OPT/current")")
    fi
    if [[ -n $OLD && -e $OLD/bin/dondoc && -e $SETTINGS ]]; then
        upgrade
    elif [[ -n $OLD ]]; then
        act "turn $OPT/current to ${ENVIRONMENT##*/}" link_to "versions/${ENVIRONMENT##*/}" "$OPT/current"
    fi
    use_environment
    make_settings
    [[ -n $PREFIX ]] || set_up_broker
    install_units "$ENVIRONMENT/units" "$ENVIRONMENT/units"
    if ((DRY)); then
        act "make the database, declare the queues, and run dondoc check" true
        say "$CHANGES acts, none done"
        return
    fi
    prepare_service
    conclude
}

# uninstall takes away the program and nothing that an office has written or that came to it.
uninstall() {
    local unit working=()
    mapfile -t working < <(running_units)
    stop_units "${working[@]}"
    ((DRY)) || require_no_strangers
    while read -r unit; do
        if cmp -s "$unit" "$UNITS/${unit##*/}"; then
            ((!SYSTEMD)) || ! systemctl is-enabled -q "${unit##*/}" 2>/dev/null ||
                act "disable ${unit##*/}" systemctl disable "${unit##*/}"
            act "remove $UNITS/${unit##*/}" rm -f "$UNITS/${unit##*/}" "$UNITS/${unit##*/}.new"
        fi
    done < <(units_of "$OPT/current/units")
    ((!SYSTEMD)) || act "have systemd read its units again" systemctl daemon-reload
    [[ $(readlink "$BIN") != "$OPT/bin/dondoc" ]] || act "remove $BIN" rm -f "$BIN"
    act "remove $OPT" rm -rf "$OPT"
    say "dondoc is uninstalled; what is yours is still here"
    note "settings: $ETC"
    note "data: $VAR, and the database where $SETTINGS says"
    note "the system user dondoc; on RabbitMQ its user, and its queue, which goes on collecting events"
    note "and would fill the broker's disk in time: rabbitmqctl delete_queue -p VHOST dondoc.events"
}

read_arguments "$@"
name_paths
if ((EUID != 0 && !DRY)) && [[ -z $PREFIX ]]; then
    fail "Only root can install: sudo bash deploy/install.sh; or try it with --dry-run or --prefix DIR."
fi
WORK=$(mktemp -d)
trap at_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if ((UNINSTALL)); then
    [[ -d $OPT/versions ]] || fail "There is no installation in $OPT."
    uninstall
else
    know_the_system
    install_or_upgrade
fi

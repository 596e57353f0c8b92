# The units, and the processes of dondoc; sourced by deploy/install.sh.
# shellcheck shell=bash

# units_of DIRECTORY prints the unit files of dondoc in it.
units_of() { find "$1" -maxdepth 1 \( -name 'dondoc*.service' -o -name 'dondoc*.timer' \); }

# keep_units DIRECTORY keeps a copy of each, by which a unit that somebody has changed is known.
keep_units() {
    mkdir -p "$1" && units_of "$DEPLOY" | while read -r unit; do cp -- "$unit" "$1/" || return 1; done
}

# install_units KEPT FORMER installs the units of the directory KEPT. One that is neither as in
# FORMER, where the earlier version keeps its own, nor as in KEPT is somebody's: it stays, and the
# new one stands beside it.
install_units() {
    local kept=$1 former=$2 unit name there changed=0
    # With --dry-run the new version keeps none yet.
    [[ -d $kept ]] || kept=$DEPLOY
    while read -r unit; do
        name=$(basename -- "$unit")
        there=$UNITS/$name
        if [[ ! -e $there && ! -L $there ]] || cmp -s "$there" "$former/$name"; then
            if ! cmp -s "$unit" "$there"; then
                act "install $there" install -D -m 0644 "$unit" "$there"
                changed=1
            fi
        elif ! cmp -s "$unit" "$there" && ! cmp -s "$unit" "$there.new"; then
            act "leave $there, which is not dondoc's own, and put the new one beside it" \
                install -m 0644 "$unit" "$there.new"
            left "compare $there with $there.new; changes of yours live longer in: systemctl edit $name"
        fi
    done < <(units_of "$kept")
    if ((changed && SYSTEMD)); then
        act "have systemd read its units again" systemctl daemon-reload
    fi
}

# running_units prints the units of dondoc that are at work, services and timers.
running_units() {
    ((!SYSTEMD)) || systemctl list-units --plain --no-legend --state=active,activating,reloading \
        'dondoc*.service' 'dondoc*.timer' | cut -d ' ' -f 1
}

# strangers prints the numbers of dondoc's processes that no unit of systemd's has started: nobody
# but the administrator can end them.
strangers() {
    local process words
    for process in /proc/[0-9]*; do
        mapfile -d '' -n 2 -t words 2>/dev/null <"$process/cmdline" || continue
        if [[ " ${words[*]}" == *" $OPT/"*bin/dondoc ]]; then
            grep -q 'dondoc.*\.service' "$process/cgroup" 2>/dev/null || basename "$process"
        fi
    done
}

# require_no_strangers: the database is about to be changed under whatever runs.
require_no_strangers() {
    local found
    found=$(strangers | paste -s -d ' ')
    [[ -z $found ]] || fail "dondoc is running (process $found) and was not started by systemd: end it, then run this again."
}

stop_units() {
    local unit
    for unit in "$@"; do
        act "stop $unit" systemctl stop "$unit"
    done
}

# start_units UNIT… starts them, and fails where one does not stay up for five seconds. One that is
# not ready within a minute waits for a broker or a database that is away, which is no failure.
start_units() {
    local unit
    for unit in "$@"; do
        note "start $unit"
        # Otherwise this would wait as long as the unit does.
        systemctl start --no-block "$unit" || return 1
    done
    (($# == 0)) || sleep 5
    for unit in "$@"; do
        [[ $unit != *.service || $(systemctl show -p Type --value "$unit") == oneshot ]] ||
            is_up "$unit" || return 1
    done
}

# is_up UNIT: it is at work, or has been getting ready for a minute and is still at it.
is_up() {
    local waited
    for ((waited = 0; waited < 60; waited++)); do
        case $(systemctl show -p SubState --value "$1") in
            running) return 0 ;;
            start) sleep 1 ;;
            *) return 1 ;;
        esac
    done
}

# begin_service starts the service for the first time, where `check` finds nothing to mend and nobody
# has said --no-start.
begin_service() {
    local findings=$1
    if [[ -n $PREFIX ]]; then
        left "nothing was started: $BIN --config $SETTINGS run"
    elif ((!SYSTEMD)); then
        left "systemd is not running here and nothing was started; under it: systemctl enable --now dondoc"
    elif systemctl is-active -q dondoc; then
        return
    elif ((!START)); then
        left "not started, as asked: systemctl enable --now dondoc"
    elif ((findings)); then
        left "when check has nothing to mend: systemctl enable --now dondoc"
    elif systemctl is-enabled -q dondoc 2>/dev/null; then
        left "dondoc is stopped: systemctl start dondoc"
    else
        act "start dondoc, now and with the system" systemctl enable --now dondoc
    fi
}

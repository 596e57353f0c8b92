# How deploy/install.sh speaks and acts; sourced by it, behind deploy/prepare.sh.
# shellcheck shell=bash

# How many acts this run has done, or would do with --dry-run.
CHANGES=0
# What is left to the administrator, said at the end.
LEFT=()

# act WHAT COMMAND… does one act and says so; with --dry-run it is only said. Where it fails, the
# installation ends with the last line that the command wrote.
act() {
    local what=$1
    shift
    CHANGES=$((CHANGES + 1))
    if ((DRY)); then
        printf '    would: %s\n' "$what"
        return
    fi
    note "$what"
    "$@" >"$WORK/output" 2>&1 ||
        fail "Failed: $what: $(last_line "$WORK/output"). Mend that, then run this again."
}

# act_at_length WHAT COMMAND… is `act` for what may take minutes: it says that it is still at work.
act_at_length() {
    local what=$1 log
    shift
    CHANGES=$((CHANGES + 1))
    if ((DRY)); then
        printf '    would: %s\n' "$what"
        return
    fi
    log=$WORK/logs
    if ! (CACHE=$log patiently "$what" "$@") 2>/dev/null; then
        fail "Failed: $what: $(last_line "$log"/*.log). Mend that, then run this again."
    fi
    rm -rf "$log"
}

# last_line FILE… prints the line of a command's output that says why it failed: the first that
# pip or dondoc calls an error, otherwise the last. Without a network pip says of a package that it has none.
last_line() {
    local line
    if grep -q -h -E 'NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError' "$@"; then
        printf 'the package index cannot be reached; docs/operations.md says how to do without'
        return
    fi
    line=$(grep -h -m 1 -E '^ *(ERROR|error|Error):' "$@" || true)
    [[ -n $line ]] || line=$(grep -h -v '^[[:space:]]*$' "$@" | tail -n 1 || true)
    line=${line#"${line%%[![:space:]]*}"}
    printf '%s' "${line%.}"
}

left() { LEFT+=("$*"); }

# write_file FILE MODE GROUP writes stdin to FILE in one step, so that nobody sees half of it. Only
# its owner can read it before it has its group.
write_file() {
    local file=$1 mode=$2 group=$3 part
    part=$(mktemp "$file.XXXXXX") && cat >"$part" || return 1
    if [[ -n $group ]]; then
        chgrp "$group" "$part" || return 1
    fi
    chmod "$mode" "$part" && mv -fT "$part" "$file"
}

# link_to TARGET LINK makes or turns a symbolic link in one step.
link_to() {
    ln -sfn "$1" "$2.turning" && mv -fT "$2.turning" "$2"
}

# account_exists tells whether the system user is there.
account_exists() { getent passwd dondoc >/dev/null; }

# as_service COMMAND… runs COMMAND as the service's user with nothing of this shell's environment but
# its language, in the directory that the service stands in.
as_service() {
    local rights=() name kept=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
    [[ -n $PREFIX ]] || rights=(runuser -u dondoc --)
    for name in LANG LC_ALL LC_MESSAGES TZ; do
        [[ -z ${!name:-} ]] || kept+=("$name=${!name}")
    done
    (
        cd "$VAR" || exit
        "${rights[@]}" env -i HOME="$VAR" "${kept[@]}" "$@"
    )
}

# dondoc_of VERSION SETTINGS ARGUMENT… runs the dondoc of a directory in /opt/dondoc/versions.
dondoc_of() {
    local environment=$1 settings=$2
    shift 2
    as_service "$environment/bin/dondoc" --config "$settings" "$@"
}

# From one version to another, and back; sourced by deploy/install.sh.
# shellcheck shell=bash
#
# What is in use is not touched before the new environment is whole. From the moment the units stop,
# whatever fails leads back: the databases restored, then the link turned, the units started again. The
# file `upgrading` tells a later run of one that was killed in between, or could not go back.

# Whether an upgrade is under way, and whether the new version may have taken events already.
UNDER_WAY=0
BEGAN=0
# The environments before and after, and the units that were at work.
OLD=
NEW=
WORKING=()
# The settings files whose databases it moves.
MOVED=()
# The environment that looks at the database and copies it before: OLD, while its Python is there.
BY=

# all_settings prints the settings files of this machine: each has a database of its own.
all_settings() {
    compgen -G "$ETC/dondoc.toml" || true
    compgen -G "$ETC/*/dondoc.toml" || true
}

# with_database prints those of all_settings whose database is there. One that cannot be read counts
# as there: that has to be said.
with_database() {
    local settings kind where
    while read -r settings; do
        kind='' where=''
        read -r kind where < <(database_of "$settings" 2>/dev/null) || true
        if [[ $kind != sqlite || -e $where ]]; then echo "$settings"; fi
    done < <(all_settings)
}

# what_to_mend ENVIRONMENT SETTINGS prints what `check` of this version finds to mend, by name. That
# the law has changed is what an upgrade is expected to bring.
what_to_mend() {
    local code=0
    dondoc_of "$1" "$2" --lang en check >"$WORK/check" 2>&1 || code=$?
    ((code == 0 || code == 3)) || echo "dondoc check itself ($(last_line "$WORK/check"))"
    sed -n 's/^mend  \([^:]*\):.*/\1/p' "$WORK/check" | grep -vx projection | sort -u || true
}

# database_of SETTINGS prints the kind of the database, and of SQLite its file, as dondoc itself has it:
# where no URL is given that is beside the settings, but for the machine's own.
database_of() {
    "$PYTHON" - "$1" <<'PYTHON'
import sys, tomllib
from pathlib import Path
file = Path(sys.argv[1])
url = tomllib.loads(file.read_text(encoding="utf-8")).get("database", {}).get("url")
if url is None and file == Path("/etc/dondoc/dondoc.toml"):
    url = "sqlite:////var/lib/dondoc/dondoc.db"
url = url or "sqlite:///dondoc.db"
if url.startswith("sqlite:///"):
    print("sqlite", file.parent / url.removeprefix("sqlite:///"))
else:
    print("postgresql")
PYTHON
}

# copy_for SETTINGS prints where the database of SETTINGS is copied to before an upgrade.
copy_for() {
    local name=${1#"$ETC"/}
    name=${name%.toml}
    printf '%s/%s' "$COPIES" "${name//\//-}.backup"
}

# with_postgresql SETTINGS COMMAND… runs a tool of PostgreSQL on the database of SETTINGS. What the
# URL says goes into its environment, so that no list of processes shows a password.
with_postgresql() {
    local settings=$1
    shift
    as_service "$NEW/bin/python" -c '
import os, sys, tomllib
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
with open(sys.argv[1], "rb") as file:
    said = conninfo_to_dict(tomllib.load(file)["database"]["url"])
for option in Conninfo.get_defaults():
    if option.envvar and option.keyword.decode() in said:
        os.environ[option.envvar.decode()] = str(said[option.keyword.decode()])
os.execvp(sys.argv[2], sys.argv[2:])' "$settings" "$@"
}

# back_up SETTINGS copies its database.
back_up() {
    local kind where copy
    read -r kind where < <(database_of "$1")
    copy=$(copy_for "$1")
    if ((!BACKUP)); then
        note "no backup, as asked: once the database has moved on there is no way back"
    elif [[ $kind == sqlite ]]; then
        act "back up $where to $copy" dondoc_of "$BY" "$1" backup "$copy"
    elif command -v pg_dump >/dev/null; then
        act "back up the PostgreSQL database to $copy" \
            with_postgresql "$1" pg_dump --format custom --file "$copy"
    else
        fail "There is no pg_dump to back up the PostgreSQL database with: apt-get install postgresql-client, or back it up elsewhere and give --no-backup."
    fi
}

# restore SETTINGS puts the copy back. What the new version may have taken in is not thrown away.
restore() {
    local kind where copy kept
    read -r kind where < <(database_of "$1")
    copy=$(copy_for "$1")
    [[ -e $copy ]] || return 0
    if [[ $kind == postgresql ]]; then
        note "restore the PostgreSQL database of $1"
        restore_postgresql "$1" "$copy" || return 1
        # Within a trap a bare `return` gives the exit code from before it.
        return 0
    fi
    note "restore $where"
    if ((BEGAN)); then
        kept=$where.taken-back-$(date +%Y%m%dT%H%M%S)
        note "the database as the new version left it is kept: $kept"
        # It is gone already where the way back was interrupted here.
        [[ ! -e $where ]] || mv "$where" "$kept" || return 1
        [[ ! -e $where-wal ]] || mv "$where-wal" "$kept-wal" || return 1
    fi
    # By its name, so that it needs no room on a disk that is full.
    rm -f "$where" "$where-wal" "$where-shm" && mv "$copy" "$where"
}

# restore_postgresql SETTINGS COPY: in one transaction, tables that only the new version has go too. The
# copy is read to its end before: psql would commit half of it.
restore_postgresql() {
    as_service pg_restore --no-owner --no-privileges --file - "$2" >"$WORK/restore.sql" || return 1
    {
        cat <<'SQL'
DO $$ DECLARE each record; BEGIN FOR each IN SELECT tablename FROM pg_tables
WHERE schemaname = current_schema() AND tableowner = current_user
LOOP EXECUTE format('DROP TABLE %I CASCADE', each.tablename); END LOOP; END $$;
SQL
        cat "$WORK/restore.sql"
    } | with_postgresql "$1" psql --quiet --single-transaction -v ON_ERROR_STOP=1 >/dev/null || return 1
    rm -f "$WORK/restore.sql"
}

# upgrade moves from OLD to ENVIRONMENT.
upgrade() {
    local settings
    NEW=$ENVIRONMENT
    mapfile -t WORKING < <(running_units)
    say "Upgrading from $(version_of "$OLD") (${OLD##*/}) to $(version_of "$NEW") (${NEW##*/})"
    if ((DRY)); then
        act "stop ${WORKING[*]:-nothing}, back up the database, turn $OPT/current, migrate, check, try and start; back where one fails" true
        return
    fi
    BY=$OLD
    if ! "$OLD/bin/python" -c '' 2>/dev/null; then
        note "the Python that it was made with is gone: the new version looks at its data"
        BY=$NEW
    fi
    mapfile -t MOVED < <(with_database)
    while read -r settings; do
        note "$settings has no database yet and is left as it is"
    done < <(comm -23 <(all_settings | sort) <(with_database | sort))
    for settings in "${MOVED[@]}"; do look_before "$settings"; done
    UNDER_WAY=1
    remember
    stop_units "${WORKING[@]}"
    require_no_strangers
    act "make $COPIES for the backup" make_copies
    for settings in "${MOVED[@]}"; do back_up "$settings"; done
    act "turn $OPT/current to the new version" link_to "versions/${NEW##*/}" "$OPT/current"
    install_units "$NEW/units" "$OLD/units"
    for settings in "${MOVED[@]}"; do move_on "$settings"; done
    BEGAN=1
    remember
    ((${#WORKING[@]} == 0)) || say "Starting what was at work"
    start_units "${WORKING[@]}" ||
        fail "${WORKING[*]}: the new version does not stay up: journalctl -u dondoc"
    UNDER_WAY=0
    rm -f "$OPT/upgrading"
    # Without a backup of its own, the one before is the last that there is.
    ((!BACKUP)) || as_service rm -rf -- "$COPIES.former"
    remove_older
}

# make_copies makes the directory for the copies. Those of the upgrade before are kept beside it until
# this one is over.
make_copies() {
    if [[ -n $(compgen -G "$COPIES/*") ]]; then
        as_service rm -rf -- "$COPIES.former" && as_service mv -T -- "$COPIES" "$COPIES.former" || return 1
    fi
    as_service mkdir -p -m 0700 -- "$COPIES"
}

findings_of() { printf '%s/%s' "$WORK" "$(basename -- "$(copy_for "$1")").findings"; }

# look_before SETTINGS keeps what check finds before the upgrade, and ends where nothing can be read.
look_before() {
    local found
    found=$(findings_of "$1")
    what_to_mend "$BY" "$1" >"$found"
    if grep -q -E '^(settings$|dondoc check itself)' "$found"; then
        fail "$1 cannot be used: $(last_line "$WORK/check"). Mend that first; nothing was changed."
    fi
}

# move_on SETTINGS brings one database to the new version and sees whether that can run on it.
move_on() {
    local worse
    act "migrate the database of $1" dondoc_of "$NEW" "$1" migrate
    worse=$(what_to_mend "$NEW" "$1" | comm -13 "$(findings_of "$1")" - | paste -s -d ,)
    [[ -z $worse ]] || fail "check finds with the new version what it did not find before: $worse: $(grep -E -m 1 "^mend  (${worse%%,*}):" "$WORK/check")"
    act "run the new version on it, without the broker, until it answers" try_service "$1"
}

# try_service SETTINGS: what it cannot start with is seen before it has taken an event.
try_service() { as_service "$NEW/bin/python" - "$NEW/bin/dondoc" "$1" <"$DEPLOY/install/trial.py"; }

# remember writes down what a later run has to know if this one is killed.
remember() {
    printf '%s\n' "${OLD##*/}" "${NEW##*/}" "$BEGAN" "${WORKING[@]}" |
        write_file "$OPT/upgrading" 0600 ""
}

# go_back undoes an upgrade that is under way. The link is turned last: as long as it leads to NEW, the
# next run does what is left of this; what has been restored has no copy any more.
go_back() {
    local settings failed=0
    UNDER_WAY=0
    say "Going back to ${OLD##*/}"
    ((!SYSTEMD)) || ((${#WORKING[@]} == 0)) || systemctl stop "${WORKING[@]}" || failed=1
    if [[ $(readlink "$OPT/current") != "versions/${OLD##*/}" ]]; then
        while read -r settings; do restore "$settings" </dev/null || failed=1; done < <(all_settings)
        # By itself, since it ends where it fails.
        (install_units "$OLD/units" "$NEW/units") || failed=1
        ((failed)) || link_to "versions/${OLD##*/}" "$OPT/current" || failed=1
    fi
    ((failed)) || start_units "${WORKING[@]}" || failed=1
    if ((failed)); then
        note "not everything could be undone: mend what is said above and run this again; the backup stays in $COPIES"
        return
    fi
    rm -f "$OPT/upgrading"
    note "the version before is in use again, its data as they were"
}

# undo_interrupted goes back from an upgrade that was killed.
undo_interrupted() {
    local told unit now
    [[ -f $OPT/upgrading ]] || return 0
    mapfile -t told <"$OPT/upgrading"
    OLD=$OPT/versions/${told[0]} NEW=$OPT/versions/${told[1]} WORKING=("${told[@]:3}")
    # Nobody knows what has been started since.
    BEGAN=1
    say "An upgrade was interrupted"
    if ((DRY)); then
        act "go back to ${OLD##*/} first" true
        return
    fi
    CHANGES=$((CHANGES + 1))
    # After a power cut the system has started what is enabled, whatever was at work before.
    mapfile -t now < <(running_units)
    stop_units "${now[@]}"
    for unit in "${now[@]}"; do
        [[ " ${WORKING[*]} " == *" $unit "* ]] || WORKING+=("$unit")
    done
    remember
    require_no_strangers
    go_back
    [[ ! -f $OPT/upgrading ]] || fail "The interrupted upgrade could not be undone; see above."
    OLD=
}

# remove_older leaves the version in use and the one before it.
remove_older() {
    local each
    for each in "$OPT"/versions/*; do
        [[ $each == "$OLD" || $each == "$NEW" ]] || act "remove the older version ${each##*/}" rm -rf "$each"
    done
}

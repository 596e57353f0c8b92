#!/usr/bin/env bash
# Shows dondoc at work on a bare machine: a broker, a quarter of a district's events, the board,
# reminders and a letter as they are received, and the metrics.
#
#   bash deploy/demo.sh          runs until Ctrl-C
#   bash deploy/demo.sh --once   the same, checks that the figures add up, and ends
#
# With --dialect congvan, voffice, rows or outbox an HSCV that speaks that dialect of docs/dialects tells
# a short story, and what is owed is compared with the same story told in the contract.
#
# Takes the broker at DONDOC_BROKER_URL where that is set, otherwise starts a private RabbitMQ node
# on free loopback ports. Everything it starts is stopped at the end, by process id; everything
# it writes is in a temporary directory, and in .venv and .cache of the checkout.
set -euo pipefail
# shellcheck source=deploy/prepare.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/prepare.sh"

once=no
dialect=
while (($#)); do
    case "$1 ${2:-}" in
    "--once "*) once=yes ;;
    "--dialect congvan" | "--dialect voffice" | "--dialect rows" | "--dialect outbox")
        dialect=$2
        shift
        ;;
    *)
        sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        [[ $1 == --help || $1 == -h ]] && exit 0
        exit 2
        ;;
    esac
    shift
done

work=
service=
started=()

# stop PID asks a process of ours to end and insists after ten seconds.
stop() {
    local pid=$1 tenths=0
    kill -TERM "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do
        ((tenths++ < 100)) || kill -KILL "$pid" 2>/dev/null || true
        sleep 0.1
    done
}

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    local pid
    trap '' INT TERM
    stop_patient
    for pid in "${started[@]}"; do
        stop "$pid"
    done
    [[ -z $work ]] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start LOG COMMAND… starts a process in a session of its own, so that Ctrl-C reaches this script
# alone and everything ends in order, the last first.
start() {
    local log=$1
    shift
    setsid "$@" >"$log" 2>&1 &
    started=("$!" "${started[@]}")
}

# wait_for WHAT LOG CONDITION… waits until the condition holds; ends the demo when what was
# started last has ended instead.
wait_for() {
    local what=$1 log=$2 began=$SECONDS told=0
    shift 2
    until "$@" 2>/dev/null; do
        if ! kill -0 "${started[0]}" 2>/dev/null; then
            tail -n 15 "$log" >&2
            fail "It ended while the demo waited for $what; its last words are above."
        fi
        ((SECONDS - began < 90)) || fail "Waited 90 s for $what in vain; see $(tail -n 3 "$log")"
        if ((SECONDS - began >= told + 3)); then
            told=$((SECONDS - began))
            note "waiting for $what ($told s)"
        fi
        sleep 0.1
    done
}

# show_letters starts the process of mail, and shows a digest as it is received.
show_letters() {
    say "A digest, as the mail server of the bodies receives it"
    start "$work/letters.log" "$bin/python" "$ROOT/deploy/letters_received.py" --port "$mailbox" \
        --output "$work/letters.txt"
    start "$work/mail.log" "${dondoc[@]}" mail run
    wait_for "a digest" "$work/mail.log" grep -q '^To: .*noivu@' "$work/letters.txt"
    # The one of the Department of the Interior, as far as a screen goes.
    awk 'BEGIN { RS = "\f\n?"; FS = "\n" }
        /^To: [^\n]*noivu@/ && !shown { shown = 1
            for (line = 1; line <= NF && line <= 34; line++) print "    " $line
            if (NF > 34) print "    …" }
    ' "$work/letters.txt"
    note "… $(grep -c '^To: ' "$work/letters.txt") letters so far"
}

install_package "[demo,mail]"
bin=$VENV/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/dondoc-demo-XXXXXX")

if [[ -n ${DONDOC_BROKER_URL:-} ]]; then
    say "Using the broker at DONDOC_BROKER_URL"
else
    need_rabbitmq
    say "Starting a private RabbitMQ node on loopback (about 10 s)"
    start "$work/broker.log" "$bin/python" "$ROOT/deploy/private_broker.py" \
        --directory "$work/broker" --url-file "$work/broker.url"
    wait_for "RabbitMQ" "$work/broker.log" test -s "$work/broker.url"
    DONDOC_BROKER_URL=$(<"$work/broker.url")
fi
export DONDOC_BROKER_URL
# Other settings of an installation on this machine are not the demo's.
for name in "${!DONDOC_@}"; do
    [[ $name == DONDOC_BROKER_URL ]] || unset "$name"
done

# The offices' date: the machine may live in another time zone, or know none.
today=$(TZ=ICT-7 date +%F)
since=$("$bin/python" -c "
from datetime import date
from dondoc.sample.generator import since
print(since(date.fromisoformat('$today')))")
bodies=sample
if [[ -n $dialect ]]; then
    # The month of the story, and the bodies in it.
    since=2026-03-01
    bodies=$work/bodies.toml
    cat >"$bodies" <<END
[[body]]
code = "VP"
name = "Văn phòng HĐND và UBND huyện"
kind = "office"

[[body]]
code = "PYT"
name = "Phòng Y tế"
kind = "department"

[[body]]
code = "PTCKH"
name = "Phòng Tài chính - Kế hoạch"
kind = "department"

[[body]]
code = "XDT"
name = "UBND xã Đồng Tâm"
kind = "commune"
END
fi
read -r port mailbox < <(PYTHONPATH=$ROOT/deploy "$bin/python" -c "
from loopback import free_ports
print(*free_ports(2))")
cat >"$work/dondoc.toml" <<END
[database]
url = "sqlite:///$work/dondoc.db"

[metrics]
listen = "127.0.0.1:$port"

[tracking]
since = $since
bodies = "$bodies"
# Its publishing window is always open, so that the demo shows reminders at any hour.
reminders = "$ROOT/rules/policies/demo.toml"
[reminders]
# Its past is the whole of the quarter: one by one, where an office would have one digest for each body.
catch_up = "all"

[mail]
host = "127.0.0.1"
port = $mailbox
# It never leaves this machine.
tls = "off"
sender = "don-doc@yenlam.example"
at = "00:00"
per_minute = 1000
END
if [[ -n $dialect ]]; then
    cat >>"$work/dondoc.toml" <<END

[[source]]
queue = "hscv.$dialect"
dialect = "$ROOT/docs/dialects/$dialect.toml"
exchange = "hscv.$dialect"
END
fi
dondoc=("$bin/dondoc" --config "$work/dondoc.toml")
messages=$ROOT/docs/dialects/$dialect.jsonl

# results_of_messages counts what becomes of the dialect's messages: one that tells of several events
# has as many results.
results_of_messages() {
    "${dondoc[@]}" dialect try "$ROOT/docs/dialects/$dialect.toml" "$messages" --format json \
        2>/dev/null | "$bin/python" -c "
import json, sys
print(sum(len(each['events']) or 1 for each in json.load(sys.stdin)))"
}

# owed ARGUMENT… tells every obligation, without its id, which is made of what events are called.
owed() {
    "${dondoc[@]}" "$@" list --limit 0 --format csv | cut -d , -f 2- | sort
}

say "Declaring dondoc's exchanges and queues"
"${dondoc[@]}" declare | sed 's/^/    /'
"$bin/python" "$ROOT/deploy/tally.py" before ${dialect:+--queue "hscv.$dialect"}

if [[ -n $dialect ]]; then
    say "Publishing a short story as the HSCV of $dialect.toml would"
else
    say "Publishing a quarter of a district's events, $since to $today, as HSCV would"
fi
start "$work/received.log" "$bin/python" "$ROOT/deploy/received.py" --output "$work/received.txt"
wait_for "a queue bound to dondoc.reminders" "$work/received.log" test -e "$work/received.txt"
if [[ -n $dialect ]]; then
    "${dondoc[@]}" publish --dialect "hscv.$dialect" "$messages" | sed 's/^/    /'
    note "the second of its messages is:"
    sed -n 2p "$messages" | sed 's/^/    /'
    published=$(results_of_messages)
else
    "${dondoc[@]}" publish --sample --ending "$today" | tee "$work/published" | sed 's/^/    /'
    published=$(grep -oE '^[0-9]+' "$work/published")
fi

say "Running dondoc on SQLite"
start "$work/service.log" "${dondoc[@]}" run
service=${started[0]}
metrics=http://127.0.0.1:$port/metrics
wait_for "the service" "$work/service.log" "$bin/python" -c "
import urllib.request
urllib.request.urlopen('$metrics', timeout=5)"
"$bin/python" "$ROOT/deploy/tally.py" after --metrics "$metrics" --in "$published" || {
    tail -n 15 "$work/service.log" >&2
    fail "The figures do not add up; the service's last words are above."
}

say "The board"
"${dondoc[@]}" status

say "Reminders, as a queue bound to dondoc.reminders receives them"
# At once, where the service's own pass has not been yet; there may be nothing left to decide.
"${dondoc[@]}" remind >"$work/remind.log"
wait_for "reminders" "$work/service.log" grep -q '^reminder\.' "$work/received.txt"
# Those that the relay has not brought yet.
sleep 2
# The first of each rule and step, since a first start catches up on many of a kind.
awk 'BEGIN { RS = ""; FS = "\n" }
    { n = split($1, key, "."); kind = key[n - 1] "." key[n] }
    !(kind in shown) && count < 8 { shown[kind]; count++; print "    " $1 "\n    " $2 "\n" }
' "$work/received.txt"
note "… $(grep -c '^reminder\.' "$work/received.txt") reminders so far"

if [[ -n $dialect ]]; then
    say "What is owed for the document of the story"
    "${dondoc[@]}" list --subject VB-31 --to 2026-03-31
    say "The same story, told in the contract"
    "${dondoc[@]}" --database "sqlite:///$work/story.db" replay "$ROOT/docs/dialects/story.jsonl" |
        sed 's/^/    /'
    owed >"$work/owed"
    owed --database "sqlite:///$work/story.db" >"$work/owed-by-the-contract"
    diff "$work/owed-by-the-contract" "$work/owed" >&2 || fail "Not the same is owed, as shown above."
    note "the same $(grep -c . "$work/owed") obligations"
else
    show_letters
fi

say "Metrics: $metrics"

if [[ $once == yes ]]; then
    stop "$service"
    wait "$service" || fail "The service did not end in order: $(tail -n 3 "$work/service.log")"
    say "Everything adds up."
    note "the command is $bin/dondoc; the sample in a directory of yours: $bin/dondoc replay --sample"
    exit 0
fi
cat <<END

dondoc goes on running. In another terminal:

    cd $ROOT
    .venv/bin/dondoc --config $work/dondoc.toml list --state overdue
    .venv/bin/dondoc --config $work/dondoc.toml explain OBLIGATION
    curl $metrics

Ctrl-C stops everything and removes what the demo wrote.
END
trap 'exit 0' INT
wait "$service" || true
tail -n 5 "$work/service.log" >&2
fail "The service has ended by itself; its last words are above."

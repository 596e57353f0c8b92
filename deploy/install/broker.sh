# RabbitMQ's virtual host, user and permissions; sourced by deploy/install.sh.
# shellcheck shell=bash

# ctl ARGUMENT… asks the broker of this machine. What it leaves running is not to hold the lock.
ctl() { timeout 60 rabbitmqctl -s "$@" 9<&-; }

# lists LINE ARGUMENT… tells whether the broker's answer has LINE. It is read to its end first: who
# writes to a reader that has gone ends as if it had failed.
lists() {
    local line=$1 said
    shift
    said=$(ctl "$@") && grep -qxF -- "$line" <<<"$said"
}

# The permissions that dondoc needs and no others: docs/broker.md.
CONFIGURE='^dondoc\.'
WRITE='^(dondoc\..*|amq\.default)$'
READ='^(dondoc\..*|hscv\.events)$'

# url_part PART prints a part of the URL in broker-url: host, user, password or vhost.
url_part() {
    "$PYTHON" - "$1" "$ETC/broker-url" <<'PYTHON'
import sys
from urllib.parse import unquote, urlsplit
with open(sys.argv[2], encoding="utf-8") as file:
    url = urlsplit(file.read().strip())
print({
    "host": url.hostname or "",
    "user": unquote(url.username or ""),
    "password": unquote(url.password or ""),
    "vhost": unquote(url.path[1:]) or "/",
}[sys.argv[1]])
PYTHON
}

# set_up_broker gives dondoc its virtual host, its user and its permissions, where RabbitMQ's
# administration is here. A user that is there keeps its password.
set_up_broker() {
    if ((DRY)) && [[ ! -r $ETC/broker-url ]]; then
        ! command -v rabbitmqctl >/dev/null ||
            act "make the virtual host $VHOST_DEFAULT, the user dondoc and its permissions on RabbitMQ, the password into $ETC/broker-url" true
        return
    fi
    local user host
    [[ -r $ETC/broker-url ]] || return 0
    if ! user=$(url_part user) || ! host=$(url_part host); then
        fail "$ETC/broker-url holds no URL: write amqp://USER:PASSWORD@HOST:5672/VHOST into it, or remove it and $SETTINGS to have both made anew."
    fi
    if ! command -v rabbitmqctl >/dev/null; then
        ! grep -q CHANGE-ME "$ETC/broker-url" || left "no rabbitmqctl here: on the broker make the user as docs/operations.md says, then write its URL into $ETC/broker-url"
        return
    fi
    case $host in localhost | 127.* | ::1 | "$(hostname)") ;; *)
        note "$ETC/broker-url names $host: the broker of this machine is left alone"
        return
        ;;
    esac
    if ! ctl list_vhosts name >"$WORK/vhosts" 2>&1; then
        left "RabbitMQ does not answer here (rabbitmqctl list_vhosts): start it, then run this again"
        return
    fi
    make_user "$user" && make_rights "$user"
}

# make_user USER writes a random password into broker-url and makes the user with it. The file comes
# first: whoever is cut short in between finds the password there.
make_user() {
    local user=$1
    if [[ $'\n'$(ctl list_users) == *$'\n'"$user"$'\t'* ]]; then
        if ((NEW_PASSWORD)); then
            act "write a new random password for the broker into $ETC/broker-url" write_broker_url "$user"
            act "give it to the broker's user $user" set_user "$user"
        elif grep -q CHANGE-ME "$ETC/broker-url"; then
            left "the broker has a user $user already: write its password into $ETC/broker-url in place of CHANGE-ME, or have it changed: install.sh --new-broker-password"
        fi
        return
    fi
    if ((NEW_PASSWORD)) || grep -q CHANGE-ME "$ETC/broker-url"; then
        act "write a random password for the broker into $ETC/broker-url" write_broker_url "$user"
    fi
    act "make the broker's user $user" set_user "$user"
}

# write_broker_url USER writes the URL with a new password.
write_broker_url() {
    local vhost
    vhost=$(wanted_vhost)
    "$PYTHON" - "$1" "$vhost" "$(amqp_port)" <<'PYTHON' | write_file "$ETC/broker-url" 0640 dondoc
import secrets, sys
from urllib.parse import quote
user, vhost, port = sys.argv[1:]
path = "" if vhost == "/" else quote(vhost, safe="")
print(f"amqp://{quote(user, safe='')}:{secrets.token_urlsafe(24)}@127.0.0.1:{port}/{path}")
PYTHON
}

# set_user USER makes the user, or gives it another password, and leaves its tags. Neither a list of
# processes nor a log shows a password, and rabbitmqctl of RabbitMQ 4 waits for ever on stdin.
set_user() {
    local tags
    tags=$(ctl list_users | awk -F '\t' -v user="$1" '$1 == user {print $2}')
    url_part password | "$PYTHON" -c '
import base64, hashlib, json, secrets, sys
salt, password = secrets.token_bytes(4), sys.stdin.readline().rstrip("\n").encode()
user = {
    "name": sys.argv[1],
    "password_hash": base64.b64encode(salt + hashlib.sha256(salt + password).digest()).decode(),
    "hashing_algorithm": "rabbit_password_hashing_sha256",
    "tags": sys.argv[2].strip("[]").replace(" ", ""),
}
print(json.dumps({"users": [user]}))' "$1" "$tags" | import_definitions
}

# amqp_port prints the port that the broker listens on in clear.
amqp_port() {
    local port
    port=$(timeout 60 rabbitmq-diagnostics -q listeners 9<&- 2>/dev/null |
        sed -n 's/.*port: \([0-9]*\), protocol: amqp,.*/\1/p' | head -n 1)
    printf '%s' "${port:-5672}"
}

# wanted_vhost prints the virtual host for dondoc: the one that was asked for, otherwise the one
# that HSCV's exchange is in, otherwise `hscv`.
wanted_vhost() {
    local vhost
    if [[ -n $VHOST ]]; then
        printf '%s' "$VHOST"
        return
    fi
    while read -r vhost; do
        if lists hscv.events list_exchanges -p "$vhost" name; then
            printf '%s' "$vhost"
            return
        fi
    done < <(ctl list_vhosts name)
    printf '%s' "$VHOST_DEFAULT"
}

# make_rights USER makes the virtual host, HSCV's exchange and the permissions, where they are missing.
make_rights() {
    local user=$1 vhost there
    vhost=$(url_part vhost)
    if [[ ! $vhost =~ ^[A-Za-z0-9_./-]+$ ]]; then
        left "the virtual host in $ETC/broker-url has unusual characters: make it, and dondoc's permissions on it, by hand"
        return
    fi
    lists "$vhost" list_vhosts name ||
        act "make the broker's virtual host $vhost" ctl add_vhost "$vhost"
    there=$(ctl list_user_permissions "$user" | awk -F '\t' -v vhost="$vhost" '$1 == vhost {print $2, $3, $4}' || true)
    if [[ -z $there ]]; then
        act "give $user its permissions on $vhost" ctl set_permissions -p "$vhost" "$user" "$CONFIGURE" "$WRITE" "$READ"
    elif [[ $there != "$CONFIGURE $WRITE $READ" ]]; then
        left "the broker's user $user has other permissions on $vhost than docs/broker.md asks for; they stay as they are"
    fi
    lists hscv.events list_exchanges -p "$vhost" name ||
        act "make HSCV's exchange hscv.events in $vhost" make_exchange "$vhost"
}

# make_exchange VHOST: dondoc has no right to make what is HSCV's, and rabbitmqctl makes exchanges
# by definitions alone.
make_exchange() {
    printf '{"exchanges": [{"name": "hscv.events", "vhost": "%s", "type": "topic", "durable": true, "auto_delete": false, "internal": false, "arguments": {}}]}\n' "$1" |
        import_definitions
}

# import_definitions hands stdin to the broker, in a file that it alone can read.
import_definitions() {
    local file code=0
    file=$(mktemp /var/lib/rabbitmq/dondoc.XXXXXX) || return 1
    { cat >"$file" && chown rabbitmq "$file" && ctl import_definitions "$file"; } || code=1
    rm -f "$file"
    return $code
}

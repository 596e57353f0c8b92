#!/usr/bin/env bash
# Makes the passwords that compose.yaml hands out as files, in deploy/containers/secrets or in the
# folder that is named. What is there stays as it is: passwords that a database has taken are never
# changed. Needs openssl.
#
#   bash deploy/containers/secrets.sh [FOLDER]
set -euo pipefail

here=$(dirname -- "${BASH_SOURCE[0]}")
folder=${1:-$here/secrets}
command -v openssl >/dev/null || {
    echo "openssl is missing: install it, and run this again" >&2
    exit 1
}
# The folder keeps others out, and the files in it can be read by whatever number a service runs as.
mkdir -p "$folder"
chmod 0700 "$folder"

# keep NAME writes stdin, without a line's end, into the folder, unless it is there.
keep() {
    [[ ! -e $folder/$1 ]] || {
        cat >/dev/null
        return 0
    }
    printf '%s' "$(cat)" >"$folder/$1.part"
    chmod 0444 "$folder/$1.part"
    mv "$folder/$1.part" "$folder/$1"
    echo "$folder/$1"
}

# hashed PASSWORD prints what RabbitMQ keeps of it: a salt of four bytes, and the SHA-256 of both.
hashed() {
    local salt
    salt=$(openssl rand -hex 4 | sed 's/../\\x&/g')
    {
        printf '%b' "$salt"
        { printf '%b' "$salt" && printf '%s' "$1"; } | openssl dgst -sha256 -binary
    } | openssl base64 -A
}

# given USER PASSWORD has sed give the user of deploy/rabbitmq/users.json a password.
given() {
    printf 's|{"name": "%s", |&"password_hash": "%s", "hashing_algorithm": "rabbit_password_hashing_sha256", |\n' \
        "$1" "$(hashed "$2")"
}

if [[ ! -e $folder/broker-users.json ]]; then
    # They belong together: one that was left alone would fit no other.
    rm -f "$folder"/broker-*
    edits=('s|"users": \[|&{"name": "admin", "tags": ["administrator"]},|')
    edits+=('s|"permissions": \[|&{"user": "admin", "vhost": "hscv", "configure": ".*", "write": ".*", "read": ".*"},|')
    for user in dondoc dondoc-check hscv reminders-reader admin; do
        password=$(openssl rand -hex 24)
        edits+=("$(given "$user" "$password")")
        url=amqp://$user:$password@rabbitmq:5672/hscv
        case $user in
        dondoc) keep broker-url <<<"$url" ;;
        dondoc-check) keep broker-management-url <<<"http://$user:$password@rabbitmq:15672" ;;
        hscv) keep broker-hscv-url <<<"$url" ;;
        reminders-reader) keep broker-reminders-url <<<"$url" ;;
        admin) keep broker-admin-url <<<"$url" ;;
        esac
    done
    sed "$(printf '%s\n' "${edits[@]}")" "$here/../rabbitmq/users.json" | keep broker-users.json
fi
if [[ ! -e $folder/database-password ]]; then
    password=$(openssl rand -hex 24)
    rm -f "$folder/database-url"
    keep database-url <<<"postgresql://dondoc:$password@postgres:5432/dondoc"
    keep database-password <<<"$password"
fi
keep grafana-password < <(openssl rand -hex 12)

#!/usr/bin/env bash
# Makes the passwords that compose.yaml hands out as files, in deploy/containers/secrets or in the
# folder that is named. What is there stays as it is: passwords that a database has taken are never
# changed. Needs openssl.
#
#   bash deploy/containers/secrets.sh [FOLDER]
set -euo pipefail

folder=${1:-$(dirname -- "${BASH_SOURCE[0]}")/secrets}
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

if [[ ! -e $folder/broker-definitions.json ]]; then
    dondoc=$(openssl rand -hex 24) hscv=$(openssl rand -hex 24) admin=$(openssl rand -hex 24)
    # They belong together: one that was left alone would fit no other.
    rm -f "$folder"/broker-{url,hscv-url,admin-url}
    keep broker-url <<<"amqp://dondoc:$dondoc@rabbitmq:5672/dondoc"
    keep broker-hscv-url <<<"amqp://hscv:$hscv@rabbitmq:5672/dondoc"
    keep broker-admin-url <<<"amqp://admin:$admin@rabbitmq:5672/dondoc"
    keep broker-definitions.json <<END
{
  "vhosts": [{"name": "dondoc"}],
  "users": [
    {"name": "dondoc", "password_hash": "$(hashed "$dondoc")", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""},
    {"name": "hscv", "password_hash": "$(hashed "$hscv")", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""},
    {"name": "admin", "password_hash": "$(hashed "$admin")", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "administrator"}
  ],
  "permissions": [
    {"user": "dondoc", "vhost": "dondoc", "configure": "^dondoc\\\\.", "write": "^(dondoc\\\\..*|amq\\\\.default)$", "read": "^(dondoc\\\\..*|hscv\\\\.events)$"},
    {"user": "hscv", "vhost": "dondoc", "configure": "^$", "write": "^hscv\\\\.events$", "read": "^$"},
    {"user": "admin", "vhost": "dondoc", "configure": ".*", "write": ".*", "read": ".*"}
  ],
  "exchanges": [
    {"name": "hscv.events", "vhost": "dondoc", "type": "topic", "durable": true, "auto_delete": false, "internal": false, "arguments": {}}
  ]
}
END
fi
if [[ ! -e $folder/database-password ]]; then
    password=$(openssl rand -hex 24)
    rm -f "$folder/database-url"
    keep database-url <<<"postgresql://dondoc:$password@postgres:5432/dondoc"
    keep database-password <<<"$password"
fi
keep grafana-password < <(openssl rand -hex 12)

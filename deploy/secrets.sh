#!/usr/bin/env bash
# Makes the secrets of a deployment, once: deploy/secrets.sh [FOLDER [HOST-OF-THE-DATABASE]]. What is there stays as it is.
set -euo pipefail
folder=${1:-"$(dirname "$0")/secrets"}
host=${2:-database}
umask 077
mkdir -p "$folder"
chmod 700 "$folder" # the files are readable for the containers' user; nobody else comes past their folder

keep() { # NAME TEXT: a file, unless there is one
    if [ -e "$folder/$1" ]; then
        echo "kept $folder/$1"
    else
        printf '%s\n' "$2" >"$folder/$1"
        echo "made $folder/$1"
    fi
    chmod 644 "$folder/$1"
}

keep postgres-password "$(openssl rand -hex 24)"
keep database-url "postgresql://jackfield:$(cat "$folder/postgres-password")@$host:5432/jackfield"
keep secret-key "$(openssl rand -base64 48 | tr -d '\n')"
keep vault-keys "$(openssl rand -hex 4) $(openssl rand -base64 32)"
echo "Keep a copy of vault-keys elsewhere: without it nobody can read the stored secrets of the connections again."

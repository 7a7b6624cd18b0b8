# shellcheck shell=bash disable=SC2034 # HTTPS_PORT and HTTP_PORT are for who sources this
# The settings of a stack. Sourced, never run; needs common.sh.
#
# From weak to strong: what follows from where the stack stands (paths, ports), the kept part of gatehouse.env (secrets,
# made once, and what you write there), GATEHOUSE_* in the environment. The result is in the array `setting`.
#   gatehouse.env  the first two: what a `make run` without variables uses
#   effective.env  all three: what the program reads (GATEHOUSE_CONFIG_FILE). It reads the file itself, and is started
#                  with no other GATEHOUSE_* variable, so that a process that replaces another sees new settings

declare -A setting

KEPT_MARK='# Kept: secrets, made once. Write settings of your own below.'

# Settings of these scripts, which the program does not know.
is_for_scripts() {
    [[ $1 =~ ^GATEHOUSE_(RUN_DIR|HTTPS_PORT|HTTP_PORT|PROGRAM|CONFIG_FILE|TEST_.*)$ ]]
}

# print_settings: as lines, in order, without those of the scripts.
print_settings() {
    local name
    for name in $(printf '%s\n' "${!setting[@]}" | sort); do
        is_for_scripts "$name" || printf '%s=%s\n' "$name" "${setting[$name]}"
    done
}

# replace_if_changed FILE: writes standard input to it by rename, unless that is what it holds already.
replace_if_changed() {
    (umask 077 && cat >"$1.new")
    if cmp -s "$1.new" "$1"; then rm -f -- "$1.new"; else mv -f -- "$1.new" "$1"; fi
}

# read_settings_lines: takes NAME=VALUE lines into `setting`.
read_settings_lines() {
    local line
    while IFS= read -r line; do
        [[ ! $line =~ ^[[:space:]]*(GATEHOUSE_[A-Z0-9_]+)=(.*)$ ]] || setting[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
    done
}

# keep NAME VALUE: adds it to the kept part, unless it is there.
keep() {
    grep -q "^$1=" <<<"$kept" || kept+=$'\n'"$1=$2"
}

read_settings() {
    local kept name
    kept=$(sed "1,/^$KEPT_MARK/d" "$RUN/gatehouse.env" 2>/dev/null) || kept=
    [[ -n $kept ]] || say "Generating secrets in $RUN/gatehouse.env"
    keep GATEHOUSE_ENVIRONMENT development
    keep GATEHOUSE_MASTER_KEY "$(date +%Y%m%d):$(openssl rand -base64 32)"
    keep GATEHOUSE_DATABASE_PASSWORD "$(openssl rand -hex 24)"
    keep GATEHOUSE_MIGRATE_PASSWORD "$(openssl rand -hex 24)"
    keep GATEHOUSE_SMTP_PORT "$(free_port)"
    kept=${kept#$'\n'}

    # The ports come first: the public address follows from them.
    read_settings_lines <<<"$kept"
    HTTPS_PORT=${GATEHOUSE_HTTPS_PORT:-${setting[GATEHOUSE_HTTPS_PORT]:-8443}}
    HTTP_PORT=${GATEHOUSE_HTTP_PORT:-${setting[GATEHOUSE_HTTP_PORT]:-8080}}
    setting=(
        [GATEHOUSE_PUBLIC_URL]=https://localhost:$HTTPS_PORT
        [GATEHOUSE_DATABASE_SOCKET]=$LINK/mariadb.sock
        [GATEHOUSE_DATABASE_NAME]=gatehouse
        [GATEHOUSE_DATABASE_USER]=gatehouse
        [GATEHOUSE_MIGRATE_USER]=gatehouse_migrate
        [GATEHOUSE_MIGRATIONS]=$ROOT/sql/migrations
        [GATEHOUSE_SMTP_HOST]=127.0.0.1
        [GATEHOUSE_SMTP_SECURITY]=none
        [GATEHOUSE_MAIL_FROM]=no-reply@example.com
        [GATEHOUSE_LOG_FILE]=$LINK/log/gatehouse.log
        [GATEHOUSE_LOG_LEVEL]=info
        [GATEHOUSE_WORKERS]=32
        [GATEHOUSE_RATE_LIMITS]=on
        [GATEHOUSE_RATE_LIMIT_FILE]=$LINK/limits
    )
    for name in "${!setting[@]}"; do
        ! grep -q "^$name=" <<<"$kept" || unset "setting[$name]"
    done
    {
        say '# Settings of this stack. This part is written anew by each make run.'
        print_settings
        say "$KEPT_MARK"
        say "$kept"
    } | replace_if_changed "$RUN/gatehouse.env"

    read_settings_lines <<<"$kept"
    for name in $(compgen -e | grep '^GATEHOUSE_' || true); do
        [[ ${!name} != *$'\n'* ]] || fail "$name holds a line break"
        setting[$name]=${!name}
    done
    # The program prefers a socket: hosts that the caller names must not lose to the private one.
    [[ -z ${setting[GATEHOUSE_DATABASE_HOSTS]:-} ]] || has_named_socket || unset 'setting[GATEHOUSE_DATABASE_SOCKET]'
    print_settings | replace_if_changed "$RUN/effective.env"
}

has_named_socket() { [[ ${setting[GATEHOUSE_DATABASE_SOCKET]} != "$LINK/mariadb.sock" ]]; }

# A database that the caller names is the caller's: it is migrated, but nothing in it is made or seeded.
has_private_database() {
    [[ ${setting[GATEHOUSE_DATABASE_SOCKET]:-} == "$LINK/mariadb.sock" ]]
}

# shellcheck shell=bash disable=SC2034 # HTTPS_PORT and HTTP_PORT are for the sourcing script
# The settings of a stack. Sourced, never run; needs common.sh, and read_settings
# also program.sh, toolchain.sh and a program.
#
# In increasing precedence: derived settings (paths, ports), the permanent part of gatehouse.env (secrets, made once,
# and your own settings), GATEHOUSE_* in the environment. The result is in the array `setting`. `given` has the settings
# from the environment as NAME=value, `withheld` the names of secrets among them, and `unheeded` a sentence for each
# variable that is no setting.
#   gatehouse.env  the first two, which a `make run` without variables uses
#   effective.env  all three, which the program reads (GATEHOUSE_CONFIG_FILE). It starts without any other GATEHOUSE_*
#                  variable, so that a process that replaces another reads the new settings

declare -A setting
given=() withheld=() unheeded=()

KEPT_MARK='# Kept: secrets, made once. Write settings of your own below.'
KEPT_PATTERN="^${KEPT_MARK}[[:space:]]*\$" # also if an editor has added a CR

# Settings of these scripts, which the program does not know.
is_for_scripts() {
    [[ $1 =~ ^GATEHOUSE_(RUN_DIR|HTTPS_PORT|HTTP_PORT|PROGRAM|CONFIG_FILE|TEST_.*)$ ]]
}

# print_settings: prints them as lines of a settings file, in order, without those of the scripts.
print_settings() {
    local name value
    for name in $(printf '%s\n' "${!setting[@]}" | sort); do
        ! is_for_scripts "$name" || continue
        value=$(quoted "$name") || return
        printf '%s=%s\n' "$name" "$value"
    done
}

# quoted NAME: prints its value in the form of a settings file, in quotes if it needs them.
quoted() {
    local value=${setting[$1]} quote
    if [[ -z $value ]] || [[ $value == [[:alnum:]/.:_+=@%,-]* &&
        $value != *[[:blank:]\\] && $value != *[[:blank:]]\#* ]]; then
        printf '%s\n' "$value"
        return
    fi
    for quote in \' \"; do
        [[ $value == *"$quote"* ]] || {
            printf '%s\n' "$quote$value$quote"
            return
        }
    done
    fail "$1 contains quotes of both kinds, and its beginning or end cannot be written in a settings file"
}

# replace_if_changed FILE: writes standard input to it by rename, unless it has this content already.
replace_if_changed() {
    (umask 077 && cat >"$1.new")
    if cmp -s "$1.new" "$1"; then rm -f -- "$1.new"; else mv -f -- "$1.new" "$1"; fi
}

# read_settings_file PROGRAM: reads the settings file on standard input into `setting`. The program parses it, so there
# is only one set of rules; it fails on faulty lines, and names them.
read_settings_file() {
    local lines line
    lines=$("$1" config --lines) || return
    while IFS= read -r line; do
        [[ -z $line ]] || setting[${line%%=*}]=${line#*=}
    done <<<"$lines"
}

# read_effective_settings: reads the settings with which the program was started into `setting`.
read_effective_settings() { read_settings_file "$RUN/bin/gatehouse" <"$RUN/effective.env"; }

# keep NAME VALUE: adds it to the permanent part unless it is there.
keep() {
    [[ -v setting[$1] ]] || {
        kept+=$1=$2$'\n'
        setting[$1]=$2
    }
}

# read_kept PROGRAM: reads the kept part of gatehouse.env into `kept`, unchanged, and into `setting`.
read_kept() {
    local file=$RUN/gatehouse.env program=$1
    kept=
    [[ -s $file ]] || {
        say "Generating secrets in $file"
        return
    }
    grep -q "$KEPT_PATTERN" "$file" || fail "$file has lost the line that comes before its secrets and your settings:
  $KEPT_MARK
  Put it back on its own line, above them."
    # The lines above are blank, so that the line numbers in the program's messages are right.
    read_settings_file "$program" < <(LC_ALL=C sed "0,/$KEPT_PATTERN/s/.*//" "$file") ||
        fail "$file has faults; see above"
    kept=$(LC_ALL=C sed "0,/$KEPT_PATTERN/d" "$file")$'\n'
}

# note_given PROGRAM KNOWN: puts the settings from the environment into `given` and `withheld`, and variables without
# effect into `unheeded`. The program knows which settings are secrets, and shows their values as "(hidden)". For names
# that it does not know, it suggests the likely one. The run folder is left out, since command_for names it.
note_given() {
    local secret name
    secret=$(GATEHOUSE_CONFIG_FILE='' "$1" config 2>/dev/null | sed -n 's/=(hidden)$//p') || true
    mapfile -t unheeded < <(
        GATEHOUSE_CONFIG_FILE='' "$1" config 2>&1 >/dev/null |
            sed -n 's/^[^ ]*: there is no setting /there is no setting /p'
    )
    for name in $(compgen -e | grep '^GATEHOUSE_' || true); do
        if grep -qFx "$name" <<<"$secret"; then
            withheld+=("$name")
        elif grep -q "^$name=" <<<"$2" || [[ $name =~ ^GATEHOUSE_(HTTPS_PORT|HTTP_PORT|PROGRAM)$ ]]; then
            given+=("$name=${!name}")
        fi
    done
}

warn_of_unheeded() { ((${#unheeded[@]} == 0)) || printf 'warning: %s\n' "${unheeded[@]}"; }

read_settings() {
    local kept name known text program=${GATEHOUSE_PROGRAM:-$PROGRAM_BUILT}
    local -A own=()
    read_kept "$program"
    keep GATEHOUSE_ENVIRONMENT development
    keep GATEHOUSE_MASTER_KEY "$(date +%Y%m%d):$(openssl rand -base64 32)"
    keep GATEHOUSE_DATABASE_PASSWORD "$(openssl rand -hex 24)"
    keep GATEHOUSE_MIGRATE_PASSWORD "$(openssl rand -hex 24)"
    keep GATEHOUSE_SMTP_PORT "$(free_port)"
    keep GATEHOUSE_PROVIDER_MOCK_ISSUER "http://127.0.0.1:$(free_port)"
    keep GATEHOUSE_PROVIDER_MOCK_CLIENT_SECRET "$(openssl rand -hex 24)"
    for name in "${!setting[@]}"; do own[$name]=${setting[$name]}; done

    # The ports come first: the public address follows from them.
    HTTPS_PORT=${GATEHOUSE_HTTPS_PORT:-${own[GATEHOUSE_HTTPS_PORT]:-8443}}
    HTTP_PORT=${GATEHOUSE_HTTP_PORT:-${own[GATEHOUSE_HTTP_PORT]:-8080}}
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
        [GATEHOUSE_WORKERS]=44
        [GATEHOUSE_RATE_LIMITS]=on
        [GATEHOUSE_RATE_LIMIT_FILE]=$LINK/limits
        [GATEHOUSE_METRICS_FILE]=$LINK/metrics
        [GATEHOUSE_CIRCUITS_FILE]=$LINK/circuits
        [GATEHOUSE_OUTBOUND_ALLOW]=127.0.0.1
    )
    [[ ${GATEHOUSE_ENVIRONMENT:-${own[GATEHOUSE_ENVIRONMENT]}} != development ]] || setting+=(
        [GATEHOUSE_PROVIDERS]=mock
        [GATEHOUSE_PROVIDER_MOCK_CLIENT_ID]=gatehouse
        [GATEHOUSE_PROVIDER_MOCK_NAME]='Development provider'
    )
    [[ $PACKAGE == "$ROOT" ]] || setting[GATEHOUSE_MIGRATIONS]+=,$PRODUCT=$PACKAGE/sql/migrations
    for name in "${!own[@]}"; do unset "setting[$name]"; done
    text=$(print_settings) || exit
    {
        say '# Settings of this stack. Each make run rewrites this part.'
        say "$text"
        say "$KEPT_MARK"
        printf '%s' "$kept"
    } | replace_if_changed "$RUN/gatehouse.env"

    for name in "${!own[@]}"; do setting[$name]=${own[$name]}; done
    # Which settings of providers there are depends on their names. It fails, since required settings are missing.
    known=$(
        providers=${GATEHOUSE_PROVIDERS:-${setting[GATEHOUSE_PROVIDERS]:-}}
        unset_settings
        GATEHOUSE_PROVIDERS=$providers exec "$program" config 2>/dev/null
    ) || true
    for name in $(compgen -e | grep '^GATEHOUSE_' || true); do
        [[ ${!name} != *$'\n'* ]] || fail "$name contains a line break"
        ! grep -q "^$name=" <<<"$known" || setting[$name]=${!name}
    done
    note_given "$program" "$known"
    warn_of_unheeded
    # The program prefers a socket, so the private one must not override hosts that the caller names.
    [[ -z ${setting[GATEHOUSE_DATABASE_HOSTS]:-} ]] || has_named_socket || unset 'setting[GATEHOUSE_DATABASE_SOCKET]'
    text=$(print_settings) || exit
    say "$text" | replace_if_changed "$RUN/effective.env"
}

has_named_socket() { [[ ${setting[GATEHOUSE_DATABASE_SOCKET]} != "$LINK/mariadb.sock" ]]; }

# A database that the caller names belongs to the caller: it is migrated, but nothing else in it is created or seeded.
has_private_database() {
    [[ ${setting[GATEHOUSE_DATABASE_SOCKET]:-} == "$LINK/mariadb.sock" ]]
}

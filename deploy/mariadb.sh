# shellcheck shell=bash
# The private MariaDB of a run folder: data in mysql/, reached only through the socket mariadb.sock.
# Sourced, never run; needs common.sh, and settings.sh for make_accounts.

mariadb_options=() # additional options

# as_root ARGUMENT…: the mariadb client as root, who has no password: only the owner of the run folder reaches the
# socket.
as_root() { mariadb --no-defaults --socket="$LINK/mariadb.sock" --user=root --batch --skip-column-names "$@"; }

answers() { as_root --execute='DO 0' 2>/dev/null; }

start_mariadb() {
    local account=()
    (($(id -u) != 0)) || account=(--user=root) # mariadbd refuses to be root unless told to
    if [[ ! -d $RUN/mysql ]]; then
        say "Making a private MariaDB in $RUN/mysql"
        rm -rf -- "$RUN/mysql.new"
        mariadb-install-db --no-defaults "${account[@]}" --datadir="$LINK/mysql.new" --skip-test-db \
            --auth-root-authentication-method=normal >"$RUN/log/mariadb-install.log" 2>&1 ||
            fail_with_log "MariaDB's tables could not be made" mariadb-install
        mv -- "$RUN/mysql.new" "$RUN/mysql" # whole or not at all
    fi
    if ! pid_of mariadb >/dev/null; then
        stop_piece mariadb TERM
        say "Starting MariaDB"
        # In /tmp, a starting server would delete the temporary tables of other servers.
        mkdir -p -- "$RUN/mysql.temp"
        start_piece mariadb mariadbd --defaults-file="$ROOT/deploy/mariadb.cnf" "${account[@]}" \
            --datadir="$LINK/mysql" --tmpdir="$LINK/mysql.temp" --socket="$LINK/mariadb.sock" \
            --pid-file="$LINK/mysql/mariadbd.pid" \
            "${mariadb_options[@]}"
    fi
    wait_until 60 mariadb_is_up_or_gone
    answers || fail_with_log "MariaDB did not start" mariadb
}

# start_mariadb_for_tests: a temporary server, so it need not wait for the disk. Hundreds of tests run at once, each
# with its own connections and schema; schemas are created and dropped in half the time if tables are not separate
# files.
start_mariadb_for_tests() {
    mariadb_options=(--innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=off
        --innodb-file-per-table=off --max-connections=4000)
    start_mariadb
}

mariadb_is_up_or_gone() { answers || ! pid_of mariadb >/dev/null; }

# sql_text VALUE: prints it as an SQL string literal.
sql_text() {
    local text=${1//\\/\\\\}
    printf "'%s'" "${text//\'/\'\'}"
}

# make_accounts: makes the database, the program's account, which can only change data, and the account for migrations.
make_accounts() {
    # shellcheck disable=SC2154 # set in settings.sh
    local database=\`${setting[GATEHOUSE_DATABASE_NAME]//\`/\`\`}\` account password
    {
        printf 'CREATE DATABASE IF NOT EXISTS %s;\n' "$database"
        for account in DATABASE MIGRATE; do
            password=$(sql_text "${setting[GATEHOUSE_${account}_PASSWORD]}")
            account=$(sql_text "${setting[GATEHOUSE_${account}_USER]}")@localhost
            printf 'CREATE USER IF NOT EXISTS %s; ALTER USER %s IDENTIFIED BY %s;\n' "$account" "$account" "$password"
            printf 'GRANT SELECT, INSERT, UPDATE, DELETE ON %s.* TO %s;\n' "$database" "$account"
        done
        printf 'GRANT CREATE, ALTER, DROP, INDEX, REFERENCES, TRIGGER, CREATE VIEW, LOCK TABLES ON %s.* TO %s;\n' \
            "$database" "$account"
        # Shows who holds a lock that a migration waits for.
        printf 'GRANT PROCESS ON *.* TO %s;\n' "$account"
    } | as_root || fail "the database accounts could not be made"
}

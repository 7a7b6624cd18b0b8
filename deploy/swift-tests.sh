# shellcheck shell=bash
# What the Swift tests need. Sourced, never run; needs throw-away.sh, mariadb.sh and toolchain.sh.

# start_what_tests_need: a MariaDB in which they make and drop schemas, and the test vectors of others, which stand in
# packages beside those that the end-to-end tests import.
start_what_tests_need() {
    deploy/packages test
    require_swift
    # Nothing here outlives the server. Hundreds of tests run at once, each with connections of its own and a schema,
    # which is made and dropped in half the time where tables are not files.
    # shellcheck disable=SC2034 # for start_mariadb
    mariadb_options=(--innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=off
        --innodb-file-per-table=off --max-connections=4000)
    start_mariadb
    export GATEHOUSE_TEST_DATABASE_SOCKET=$LINK/mariadb.sock
    deploy/python-environment .build/venv Tests/EndToEnd/requirements.txt
    GATEHOUSE_TEST_VECTORS=$(.build/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    export GATEHOUSE_TEST_VECTORS
}

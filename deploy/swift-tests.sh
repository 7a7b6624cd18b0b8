# shellcheck shell=bash
# What the Swift tests need. Sourced, never run; needs throw-away.sh, mariadb.sh and toolchain.sh.

# start_what_tests_need: starts a MariaDB in which they make and drop schemas, and installs published test vectors,
# which come in Python packages like those of the end-to-end tests.
start_what_tests_need() {
    deploy/packages test
    require_swift
    start_mariadb_for_tests
    export GATEHOUSE_TEST_DATABASE_SOCKET=$LINK/mariadb.sock
    deploy/python-environment .build/venv Tests/EndToEnd/requirements.txt
    GATEHOUSE_TEST_VECTORS=$(.build/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    export GATEHOUSE_TEST_VECTORS
}

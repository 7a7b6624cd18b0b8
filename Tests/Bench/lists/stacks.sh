# shellcheck shell=bash
# The stacks of lists/. It compares a stack with many users in the run folder with one with few users in a folder beside
# it; checking only the plans needs a single stack with some users. Sourced by Tests/Bench/run, whose functions it uses;
# never run.

FEW=$RUN-few

measure_lists() {
    start_gatehouse GATEHOUSE_RATE_LIMITS=off
    local port
    port=$(free_port)
    rm -rf -- "$FEW"
    GATEHOUSE_RUN_DIR=$FEW GATEHOUSE_HTTPS_PORT=$port GATEHOUSE_HTTP_PORT=$(free_port) GATEHOUSE_RATE_LIMITS=off \
        deploy/run
    BENCH_MANY_RUN=$LINK BENCH_MANY_PORT=$GATEHOUSE_HTTPS_PORT BENCH_FEW_RUN=$(link_of_few) BENCH_FEW_PORT=$port \
        "$PYTHON" -B Tests/Bench/lists
}

check_plans() {
    start_gatehouse GATEHOUSE_RATE_LIMITS=off GATEHOUSE_ARGON2_MEMORY_KIB=7168
    say "Checking how lists, searches and lookups are carried out"
    BENCH_SOME_RUN=$LINK BENCH_SOME_PORT=$GATEHOUSE_HTTPS_PORT "$PYTHON" -B Tests/Bench/lists plans
}

link_of_few() {
    RUN=$FEW
    link_run_folder
    say "$LINK"
}

stop_few() {
    [[ -d $FEW ]] || return 0
    GATEHOUSE_RUN_DIR=$FEW deploy/stop
    local made
    made=$(link_of_few)
    [[ $made == "$FEW" ]] || rm -f -- "$made"
}

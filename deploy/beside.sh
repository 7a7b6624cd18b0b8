# shellcheck shell=bash
# Commands that run beside others, with their output in .build/NAME.log. Sourced, never run; needs throw-away.sh.

declare -A beside=() # the names of running commands, by process id, which is also their group's
failed=()            # the names of failed commands; the caller adds its own

# start_beside NAME COMMAND…
start_beside() {
    local name=$1
    shift
    set -m
    timed "$name" "$@" </dev/null >".build/$name.log" 2>&1 &
    set +m
    beside[$!]=$name
}

# await_beside: waits for all of them, and shows the last line of each, or more lines if it failed.
await_beside() {
    local pid name
    for pid in "${!beside[@]}"; do
        name=${beside[$pid]}
        if wait "$pid"; then
            say "$name: $(tail -n 1 -- ".build/$name.log")"
        else
            failed+=("$name")
            tail -n 40 -- ".build/$name.log"
        fi
        unset "beside[$pid]"
    done
}

stop_beside_and_take_down() {
    local pid
    for pid in "${!beside[@]}"; do kill -s TERM -- "-$pid" 2>/dev/null || true; done
    # Waits only for these: the tests' database is also a child of this shell, and take_down ends it.
    for pid in "${!beside[@]}"; do wait "$pid" || true; done
    take_down
}

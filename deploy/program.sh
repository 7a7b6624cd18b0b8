# shellcheck shell=bash
# The program of a stack: bin/gatehouse, its two processes on one socket, and their replacement one by one.
# Sourced, never run; needs common.sh and settings.sh, and to install it toolchain.sh.

PROCESSES=2

# program ARGUMENT…: runs the installed program with the settings of this stack.
program() {
    (
        unset_settings
        GATEHOUSE_CONFIG_FILE=$LINK/effective.env exec "$RUN/bin/gatehouse" "$@"
    )
}

unset_settings() {
    local name
    for name in $(compgen -e | grep '^GATEHOUSE_' || true); do unset "$name"; done
}

# Stripped, and by rename, so running processes keep the file from which they were started.
install_program() {
    strip -o "$RUN/bin/gatehouse.new" -- "${GATEHOUSE_PROGRAM:-$PROGRAM_BUILT}"
    replace_program
}

replace_program() {
    if cmp -s "$RUN/bin/gatehouse.new" "$RUN/bin/gatehouse"; then
        rm -- "$RUN/bin/gatehouse.new"
    else
        mv -f -- "$RUN/bin/gatehouse.new" "$RUN/bin/gatehouse"
    fi
}

# children: prints the ids of the program's processes.
children() {
    local parent
    parent=$(pid_of multiwatch) || return 0
    tr ' ' '\n' <"/proc/$parent/task/$parent/children"
}

# A process serves once its own epoll (proc(5), fdinfo, "tfd:") watches the listening socket, its standard input. The
# socket is shared, so a request would not show which process answers.
serves() {
    local listening watched descriptor
    listening=$(readlink "/proc/$1/fd/0" 2>/dev/null) || return 1
    watched=$(
        sed -n 's/^tfd: *\([0-9]*\) .*/\1/p' "/proc/$1"/fdinfo/* 2>/dev/null | sort -un |
            while read -r descriptor; do readlink "/proc/$1/fd/$descriptor"; done
    ) || true # it may end meanwhile
    grep -qFx "$listening" <<<"$watched"
}

all_serve() {
    local pid count=0
    for pid in $(children); do
        serves "$pid" || return 1
        count=$((count + 1))
    done
    ((count == PROCESSES))
}

is_child() { [[ " $(children | tr '\n' ' ') " == *" $1 "* ]]; }
has_ended() { ! is_child "$1"; }
all_serve_or_gone() { all_serve || ! pid_of multiwatch >/dev/null; }

start_program() {
    stop_piece multiwatch TERM
    say "Starting the program: $PROCESSES processes"
    (
        unset_settings
        export GATEHOUSE_CONFIG_FILE=$LINK/effective.env
        # multiwatch gives a process up after 1000 deaths within 500 ms each. A start that fails takes the program
        # longer.
        start_piece multiwatch spawn-fcgi -n -s "$LINK/gatehouse.sock" -M 0600 -b 128 -- \
            "$(command -v multiwatch)" -f "$PROCESSES" -t 500 -r 1000 -- "$LINK/bin/gatehouse" serve
    )
    wait_until 30 all_serve_or_gone || true
    all_serve || fail_with_log "the program did not start" multiwatch gatehouse
}

# One process at a time: tell it to end, wait for its end, wait until its successor serves. Requests go to the others
# meanwhile.
replace_processes() {
    local pid
    for pid in $(children); do
        say "Replacing process $pid of the program"
        kill -s TERM "$pid" 2>/dev/null || true
        wait_until 60 has_ended "$pid" || fail "process $pid has not ended after 60 seconds"
        wait_until 30 all_serve || fail_with_log "the successor of process $pid did not start" multiwatch gatehouse
    done
}

start_or_replace_program() {
    local sum
    sum=$(cat "$RUN/bin/gatehouse" "$RUN/effective.env" | sha256sum)
    # If a process is missing, multiwatch has given it up, and must be restarted to replace it.
    if ! pid_of multiwatch >/dev/null || ! wait_until 5 all_serve; then
        start_program
    elif [[ $sum != "$(cat "$RUN/served" 2>/dev/null)" ]]; then
        replace_processes
    fi
    printf '%s\n' "$sum" >"$RUN/served"
}

# shellcheck shell=bash
# A run folder for a single command, and one for a second stack beside it (NAME-limited): emptied when it begins, and
# taken down when it ends. The next command takes down what a killed one left. The logs stay until then.
# Sourced, never run, instead of common.sh:  . deploy/throw-away.sh FOLDER

# The caller's settings are for the caller's stack. Tests and measurements must not depend on them.
for name in $(compgen -e | grep '^GATEHOUSE_'); do unset "$name"; done
export GATEHOUSE_RUN_DIR=$1

# shellcheck source=deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

start_afresh() {
    mkdir -p -- "${RUN%/*}"
    exec {held}>"$RUN.lock" # beside the folder, which is removed; released by the last process of this command
    flock --nonblock "$held" || {
        say "Waiting for another command on $RUN to end"
        flock "$held"
    }
    stop_all >/dev/null
    rm -rf -- "$RUN" "$RUN-limited"
    mkdir -p -- "$RUN"/{log,pid}
    chmod 700 -- "$RUN"
    link_run_folder
    make_temporary_folder
    at_the_end take_down
}

# make_temporary_folder: makes the folder for all temporary files of this command, since compilers and browsers leave
# some behind. Its name is short enough for sockets, and always the same, so that the next command removes a leftover.
make_temporary_folder() {
    TMPDIR=/tmp/gatehouse-$(id -u)-$(printf '%s' "$RUN" | sha256sum | cut -c1-8).tmp
    export TMPDIR
    remove_temporary_folder 2>/dev/null || true
    mkdir -m 700 -- "$TMPDIR" || fail "$TMPDIR is in the way. Remove it and try again."
}

# remove_temporary_folder: also kills processes in it, since servers started by tests outlive killed tests.
remove_temporary_folder() {
    local process
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/cwd" 2>/dev/null) != "$TMPDIR"/* ]] ||
            kill -s KILL "${process#/proc/}" 2>/dev/null || true
    done
    rm -rf -- "$TMPDIR"
}

# stop_all: stops the stack of the folder, and the one beside it that killed end-to-end tests leave. A command with more
# to stop redefines this.
stop_all() {
    local run
    for run in "$RUN" "$RUN-limited"; do
        [[ ! -d $run ]] || GATEHOUSE_RUN_DIR=$run deploy/stop
    done
}

take_down() {
    stop_all >/dev/null
    [[ $LINK == "$RUN" ]] || rm -f -- "$LINK"
    remove_temporary_folder
}

# choose_ports: sets free ports for the stack, since others may be running.
choose_ports() {
    GATEHOUSE_HTTPS_PORT=$(free_port)
    GATEHOUSE_HTTP_PORT=$(free_port)
    export GATEHOUSE_HTTPS_PORT GATEHOUSE_HTTP_PORT
}

# shellcheck shell=bash
# A run folder that one command has for itself: emptied when it begins, and taken down when it ends, however that comes. Its logs
# stay until the next run. Sourced, never run, in the place of common.sh:  . deploy/throw-away.sh FOLDER

# The caller's settings are for the caller's stack. What is tested or measured must not depend on them.
for name in $(compgen -e | grep '^GATEHOUSE_'); do unset "$name"; done
export GATEHOUSE_RUN_DIR=$1

# shellcheck source=deploy/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# stop_all: a command that has more to stop defines this anew.
stop_all() { deploy/stop; }

start_afresh() {
    [[ ! -d $RUN/pid ]] || take_down # left behind by a run that was killed
    rm -rf -- "$RUN"
    mkdir -p -- "$RUN"/{log,pid}
    chmod 700 -- "$RUN"
    link_run_folder
    trap take_down EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

take_down() {
    stop_all >/dev/null
    [[ ${LINK:-$RUN} == "$RUN" ]] || rm -f -- "$LINK"
}

# choose_ports: the stack listens on free ones, beside whatever else runs.
choose_ports() {
    GATEHOUSE_HTTPS_PORT=$(free_port)
    GATEHOUSE_HTTP_PORT=$(free_port)
    export GATEHOUSE_HTTPS_PORT GATEHOUSE_HTTP_PORT
}

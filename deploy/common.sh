# shellcheck shell=bash
# Shared by the scripts of this folder: the location of the run folder, and starting, finding and stopping processes.
# Sourced, never run. Afterwards the working directory is the checkout's root, and these are set:
#   ROOT     the checkout, absolute
#   PACKAGE  the package whose program is built and run: PACKAGE_FOLDER, or the checkout; absolute
#   PRODUCT  its program, and the namespace of its migrations: PACKAGE_NAME, or gatehouse
#   RUN      the run folder: GATEHOUSE_RUN_DIR, or .run in the package; absolute
#   LINK     the same folder by a plain, short name (see link_run_folder)
# The Makefile of a package that depends on this one sets PACKAGE_FOLDER and PACKAGE_NAME.

set -euo pipefail

CALLER=$PWD # where the caller's relative paths are

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PACKAGE=$ROOT PRODUCT=gatehouse
if [[ -n ${PACKAGE_FOLDER:-} ]]; then
    PACKAGE=$(cd -P "$PACKAGE_FOLDER" && pwd)
    # shellcheck disable=SC2034 # for the sourcing script
    PRODUCT=${PACKAGE_NAME:?"is not set; it names the program of the package in PACKAGE_FOLDER"}
    export PACKAGE_FOLDER=$PACKAGE
fi
cd "$PACKAGE"
RUN=$(realpath -m -- "${GATEHOUSE_RUN_DIR:-.run}")
cd "$ROOT"

PATH=$PATH:/usr/sbin:/sbin # where nginx and mariadbd are; Debian leaves them out of an ordinary user's path

PYTHON=/usr/bin/python3 # Debian's own: aiosmtpd is installed for it, not for another Python earlier in PATH
[[ -x $PYTHON ]] || PYTHON=python3

say() { printf '%s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# command_for SCRIPT NAME=VALUE…: prints the command with which the caller runs or stops the stack in this run folder,
# whatever else is running. The variables are those that the command needs besides the folder.
command_for() {
    local words=(make) script=$1
    shift
    [[ $CALLER == "$PACKAGE" ]] || words+=(-C "$PACKAGE")
    [[ $RUN == "$PACKAGE/.run" ]] || set -- "GATEHOUSE_RUN_DIR=${RUN#"$PACKAGE/"}" "$@"
    words+=("$script" "${@//\$/\$\$}") # make expands $
    printf '%q ' "${words[@]}" | sed 's/ $//'
}

# timed PART COMMAND…: runs a part of the tests, and records how many seconds it took, for deploy/test.
timed() {
    local part=$1 begin=$SECONDS status=0
    shift
    "$@" || status=$?
    printf '%s %s\n' "$((SECONDS - begin))" "$part" >>"$ROOT/.build/test-parts"
    return "$status"
}

# fail_with_log MESSAGE LOG…: fails, and shows the end of each log of the run folder that is there.
fail_with_log() {
    local message=$1 log
    shift
    for log in "$@"; do
        [[ -s $RUN/log/$log.log ]] || continue
        printf '\n--- the end of %s\n' "$RUN/log/$log.log" >&2
        tail -n 15 -- "$RUN/log/$log.log" >&2
    done
    fail "$message"
}

# at_the_end FUNCTION: calls it when the shell ends for any reason except kill -9. A signal does not interrupt it.
at_the_end() {
    # shellcheck disable=SC2064 # the name is known now
    trap "trap '' HUP INT TERM; $1" EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# LINK is RUN itself, or a symbolic link to it when that path is too long for a Unix socket (108 bytes at most, unix(7))
# or contains characters that nginx, MariaDB and multiwatch quote differently.
link_run_folder() {
    LINK=$RUN
    if ((${#RUN} > 80)) || [[ $RUN == *[^A-Za-z0-9/._-]* ]]; then
        LINK=/tmp/gatehouse-$(id -u)-$(printf '%s' "$RUN" | sha256sum | cut -c1-12)
        ln -s -- "$RUN" "$LINK" 2>/dev/null || true
        # Anybody may create names in /tmp, so a link that is not ours, or leads elsewhere, is not followed.
        [[ -L $LINK && $(stat -c %u -- "$LINK") == $(id -u) && $(readlink -- "$LINK") == "$RUN" ]] ||
            fail "$LINK is in the way; it should be a link of yours to $RUN. Remove it and try again."
    fi
}

# Two commands on one run folder would disturb each other. The lock ends with the shell that holds it.
lock_run_folder() {
    exec {lock}>"$RUN/lock"
    flock --nonblock "$lock" || {
        say "Waiting for another make on $RUN to end"
        flock "$lock"
    }
}

# A process is known by its id and its start time (proc(5), stat, field 22), so a reused id is not mistaken for it.
started_at() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) } # the name before it may hold spaces
    [[ $stat != Z* ]] || return 1
    cut -d ' ' -f 20 <<<"$stat"
}

# pid_of PIECE: prints the process id of a piece that is running; fails when it is not.
pid_of() {
    local pid start
    read -r pid start 2>/dev/null <"$RUN/pid/$1" || return 1
    [[ $(started_at "$pid") == "$start" ]] || return 1
    printf '%s\n' "$pid"
}

# start_piece PIECE COMMAND…: starts it in its own session, without connection to the terminal or to pipes of the
# caller, with its output in log/PIECE.log. It runs in the run folder; by that and its session, left_of finds it and its
# children.
start_piece() {
    local piece=$1
    shift
    (
        cd "$RUN"
        exec </dev/null >>"log/$piece.log" 2>&1
        for descriptor in /proc/self/fd/*; do
            descriptor=${descriptor##*/}
            ((descriptor <= 2)) || exec {descriptor}>&-
        done
        exec setsid "$@"
    ) &
    printf '%s %s\n' "$!" "$(started_at "$!")" >"$RUN/pid/$piece"
}

# left_of PIECE: prints the ids of all processes of a piece, even if the first one is gone.
left_of() {
    local leader stat pid session cwd
    read -r leader _ 2>/dev/null <"$RUN/pid/$1" || return 0
    for pid in /proc/[0-9]*; do
        pid=${pid#/proc/}
        read -r stat 2>/dev/null <"/proc/$pid/stat" || continue
        read -r _ _ _ session _ <<<"${stat##*) }"
        [[ $session == "$leader" ]] || continue
        cwd=$(readlink "/proc/$pid/cwd" 2>/dev/null) || continue
        [[ $cwd == "$RUN" || $cwd == "$RUN"/* ]] && printf '%s\n' "$pid"
    done
    return 0
}

# wait_until SECONDS COMMAND…: fails when the command has not succeeded by then.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

is_gone() { [[ -z $(left_of "$1") ]]; }

# stop_piece PIECE SIGNAL: asks it to end, waits, and kills what has not ended after 20 seconds.
stop_piece() {
    local piece=$1 signal=$2 pids
    if pids=$(pid_of "$piece"); then
        say "Stopping $piece"
        kill -s "$signal" "$pids" 2>/dev/null || true
    else
        pids=$(left_of "$piece") # orphans of a piece that was killed
        # shellcheck disable=SC2086 # one word for each id
        [[ -z $pids ]] || kill -s "$signal" $pids 2>/dev/null || true
    fi
    if ! wait_until 20 is_gone "$piece"; then
        say "$piece has not stopped after 20 seconds; killing it"
        # shellcheck disable=SC2046
        kill -s KILL $(left_of "$piece") 2>/dev/null || true
        wait_until 5 is_gone "$piece" || fail "$piece cannot be stopped"
    fi
    rm -f -- "$RUN/pid/$piece"
}

# stop_stack: nginx first, so no request is interrupted; MariaDB last, so the program can finish its work.
stop_stack() {
    stop_piece nginx QUIT
    stop_piece multiwatch TERM # makes the program's processes finish what they have, and end
    stop_piece mail TERM
    stop_piece provider TERM
    stop_piece mariadb TERM
}

# is_port_free PORT: whether a server could listen there on 127.0.0.1. It listens for a moment itself, so do not use it
# while a server is starting: `is_listening` waits for one.
is_port_free() {
    "$PYTHON" -c '
import socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind(("127.0.0.1", int(sys.argv[1])))
    listener.listen()
except OSError:
    sys.exit(1)' "$1"
}

# is_listening PORT: whether a server listens there on 127.0.0.1.
is_listening() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: prints a port on which nothing listens. It is below the ports that the kernel gives to outgoing connections
# (ip(7), ip_local_port_range), so none of these takes it while its server restarts.
free_port() {
    "$PYTHON" -c '
import pathlib, random, socket
first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
for port in random.sample(range(10_000, first) or range(10_000, 65_536), 100):
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    break
else:
    raise SystemExit("error: no port is free")'
}

# whose_port PORT: prints " by NAME (process ID)" if the system reveals it.
whose_port() {
    ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ by \1 (process \2)/p;T;q'
}

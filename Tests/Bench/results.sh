# shellcheck shell=bash
# The folder for the last figures of each bench. The next command that uses the run folder removes that one.
# Sourced, never run; needs throw-away.sh.

RESULTS=$ROOT/.build/bench-results

# keep_results NAME: moves results/ of the run folder there after a bench has succeeded.
keep_results() {
    mkdir -p -- "$RESULTS"
    rm -rf -- "${RESULTS:?}/$1"
    mv -- "$RUN/results" "$RESULTS/$1"
    say "The figures are in $RESULTS/$1"
}

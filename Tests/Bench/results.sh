# shellcheck shell=bash
# Where the figures are that a bench found last. The run folder is removed by the next command that uses it.
# Sourced, never run; needs throw-away.sh.

RESULTS=$ROOT/.build/bench-results

# keep_results NAME: moves what a bench has left in the run folder's results/ to there, once it has ended well.
keep_results() {
    mkdir -p -- "$RESULTS"
    rm -rf -- "${RESULTS:?}/$1"
    mv -- "$RUN/results" "$RESULTS/$1"
    say "The same is in $RESULTS/$1"
}

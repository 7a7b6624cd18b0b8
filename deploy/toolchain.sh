# shellcheck shell=bash disable=SC2034 # the last two are for the sourcing script
# Checks that Swift is available, and defines how the program is built. Sourced, never run; needs common.sh.

# The first version whose package description this repository can use.
SWIFT_WANTED=6.2

# Makes the program smaller: Swift's lld packs the relocations for the tables of Swift's libraries (which needs glibc
# 2.36), and leaves out the names of functions that no library looks up.
LINK_SMALL=(-Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic)

# The command that builds the release program, with Swift's own libraries linked in. It uses its own build folder, so
# that `swift test` can build and run meanwhile.
BUILD_PROGRAM=(swift build -c release --static-swift-stdlib "${LINK_SMALL[@]}" --package-path "$PACKAGE"
    --scratch-path "$PACKAGE/.build/program" --product "$PRODUCT")
PROGRAM_BUILT=$PACKAGE/.build/program/release/$PRODUCT

# The build folder of the tests, and the copy of the checkout that they are built from; see test-swift.
COPY=.build/tests/checkout
IN_COPY=(--package-path "$COPY" --scratch-path .build/tests/built)

# use_temporary_folder_of_builds: sets one folder for the temporary files of all Swift commands on a package. Swift
# leaves folders there, even for --version. So are the locks by which two commands on one build folder wait for each
# other.
use_temporary_folder_of_builds() {
    export TMPDIR=$PACKAGE/.build/temporary
    mkdir -p -- "$TMPDIR"
}

require_swift() {
    command -v swift >/dev/null || fail "there is no swift in PATH. Gatehouse is built with Swift $SWIFT_WANTED or
  later: install it from https://www.swift.org/install/linux/ (Debian 12), open a new shell, and try again."
    local version
    version=$(use_temporary_folder_of_builds && swift --version 2>/dev/null |
        sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
    printf '%s\n%s\n' "$SWIFT_WANTED" "${version:-0}" | sort -C -V ||
        fail "this is Swift ${version:-of an unknown version}, but Gatehouse needs $SWIFT_WANTED or later:
  see https://www.swift.org/install/linux/"
}

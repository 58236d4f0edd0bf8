#!/bin/sh
# Installs what the tests need, builds them and runs them all: sh tests/run.sh [preset] [ctest arguments…]
# The last line is `N passed, N failed`: the cases of every doctest program, and one for every other test.
set -eu

cd "$(dirname "$0")/.."
preset=${1:-native}
[ $# -eq 0 ] || shift
build=build/$preset

sh .ci/install g++ cmake ninja-build libxtensor-dev libxsimd-dev doctest-dev libcli11-dev nlohmann-json3-dev \
  zlib1g-dev libthrust-dev dataset-fashion-mnist
case $preset in
  clang) sh .ci/install clang-19 libomp-19-dev ;;
  tsan) sh .ci/install clang-19 libomp-19-dev llvm-19 ;;
esac

jobs=$(nproc)
cmake --preset "$preset" >/dev/null
# What does not compile is a failure, and keeps nothing else from being tested.
broken=0
cmake --build "$build" --parallel "$jobs" -- -k 0 || broken=1

ctest --preset "$preset" --test-dir "$build" --parallel "$jobs" "$@" || true

# The log has a block for each test: its output, then `Test Passed.`, `Test Failed.`, …
awk -v broken="$broken" '
  function close_test() {
    if (!inside || disabled) return
    if (cases) { passed += good; failed += bad; if (!ok && bad == 0) failed++ }
    else if (ok) passed++
    else failed++
  }
  /^[0-9]+\/[0-9]+ Testing: / {
    close_test(); inside = 1; ok = cases = disabled = good = bad = 0
  }
  /^\[doctest\] test cases:/ { split($0, field, "|"); good += field[2]; bad += field[3]; cases = 1 }
  /^Test Passed\./ { ok = 1 }
  /^Disabled/ { disabled = 1 }
  END {
    close_test()
    if (broken) { failed++; print "something did not compile: see above" }
    if (!passed && !failed) { failed = 1; print "no test was run" }
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0
  }
' "$build/Testing/Temporary/LastTest.log"

#!/bin/sh
# sh everything.sh [nvcc] [tests/core/math.cpp…]: nvcc compiles every test and every example as CUDA, or those named,
# without a warning, two at a time. Prints each that fails or warns, with what nvcc says; the last line is
# `N passed, N failed`. All of it takes about half an hour on two cores, so no test run does it.
set -eu

nvcc=${1:-nvcc}
[ $# -eq 0 ] || shift
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Left out: fail must not compile; fuzz, package and doctor build in ways of their own; the stubs and cublas.cpp define
# functions of CUDA's runtime, and train/allocations.cpp malloc, which nvcc has for the device too.
[ $# -gt 0 ] || set -- $(find tests examples -name '*.cpp' | sort |
  grep -vE '^tests/(fail/|fuzz/|package/|doctor/|cuda/stub/|cuda/cublas\.cpp|train/allocations\.cpp)')
# Folders of small tests are compiled four sources at a time, as CMakeLists.txt does: most of the time is for reading headers.
set -- $(printf '%s\n' "$@" | awk -v root="$PWD" -v work="$work" '
  !/^tests\/(layers|losses|optim|fixtures)\// { print; next }
  { split($0, part, "/"); folder = part[2]; unit = work "/" folder "-" int(count[folder] / 4) ".cpp"; count[folder] += 1
    if (!(unit in begun)) { print unit; begun[unit] = 1 }
    print "#include \"" root "/" $0 "\"" >>unit }')
printf '%s\n' "$@" | xargs -P 2 -I '{}' sh -c '
  output=$("$1" -x cu -std=c++20 --expt-relaxed-constexpr -O0 -arch=sm_90 \
    -Xcompiler=-fopenmp,-Wall,-Wextra,-Wconversion -Xcudafe --display_error_number \
    -DSTRATA_TEST_FOLDER="\"$PWD/tests\"" -Iinclude -Itests -c "$3" -o "$2/$$.o" 2>&1) && [ -z "$output" ] && exit
  case $3 in "$2"/*) of=$(cat "$3") ;; *) of= ;; esac
  printf "%s: %s\n%s\n" "$3" "$of" "$output"
  echo "$3" >>"$2/failed"
' sh "$nvcc" "$work" '{}'
failed=$(cat "$work"/failed 2>/dev/null | wc -l)
echo "$(($# - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# Fuzzes every file reader from valid seeds, with sanitizers and a memory limit, then requires 90 % line coverage
# of each reader's headers.
#
#   tests/fuzz/run.sh [SECONDS]     seconds for each reader, 600 by default
#
# Environment: READERS (all of them), BUILD (build/fuzz), CXX (clang++-19), LLVM_PROFDATA and LLVM_COV (…-19).
# Debian and Ubuntu: apt-get install clang-19 libclang-rt-19-dev llvm-19.
set -euo pipefail

seconds=${1:-600}
least_coverage=90
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$root/build/fuzz}
cxx=${CXX:-clang++-19}
profdata=${LLVM_PROFDATA:-llvm-profdata-19}
cov=${LLVM_COV:-llvm-cov-19}
readers=${READERS:-idx csv npy safetensors weights checkpoint}

for tool in "$cxx" "$profdata" "$cov"; do
  command -v "$tool" > /dev/null && continue
  echo "$tool is missing: install clang-19, libclang-rt-19-dev and llvm-19" >&2
  exit 2
done

flags=(-std=c++20 -O1 -g -I"$root/include" -Wall -Wextra)
mkdir -p "$build"
"$cxx" "${flags[@]}" "$root/tests/fuzz/seeds.cpp" -o "$build/seeds" -lz
rm -rf "$build/seed-files"
"$build/seeds" "$build/seed-files"

failed=0
for reader in $readers; do
  target=$build/$reader
  echo "== $reader: building"
  "$cxx" "${flags[@]}" -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    -fprofile-instr-generate -fcoverage-mapping "$root/tests/fuzz/$reader.cpp" -o "$target" -lz
  mkdir -p "$build/corpus/$reader"
  echo "== $reader: fuzzing for $seconds s"
  if ! LLVM_PROFILE_FILE="$target.profraw" "$target" -rss_limit_mb=512 -timeout=10 -max_total_time="$seconds" \
    -print_final_stats=1 -artifact_prefix="$build/$reader-finding-" "$build/corpus/$reader" \
    "$build/seed-files/$reader" > "$target.log" 2>&1; then
    echo "$reader: a finding; the end of $target.log:"
    tail -40 "$target.log"
    failed=1
    continue
  fi
  grep -E "number_of_executed_units|peak_rss_mb" "$target.log"

  "$profdata" merge -sparse "$target.profraw" -o "$target.profdata"
  for header in "$root/include/strata/io/$reader.hpp" "$root/include/strata/io/${reader}_header.hpp"; do
    [ -f "$header" ] || continue
    covered=$("$cov" export -summary-only -instr-profile "$target.profdata" "$target" "$header" |
      grep -o '"lines":{"count":[0-9]*,"covered":[0-9]*,"percent":[0-9.]*' | tail -1 | sed 's/.*"percent"://')
    echo "$(basename "$header"): line coverage ${covered:-0} %"
    if ! awk -v covered="${covered:-0}" -v least="$least_coverage" 'BEGIN { exit !(covered >= least) }'; then
      echo "$(basename "$header"): below $least_coverage %; lines never reached:"
      "$cov" show -instr-profile "$target.profdata" "$target" "$header" | grep -E '^ *[0-9]+\| +0\|' || true
      failed=1
    fi
  done
done
exit $failed

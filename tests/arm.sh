#!/bin/sh
# sh tests/arm.sh [folder…]: the tests of the library on 64-bit Arm, cross-compiled and run by qemu-user. The folders are those of
# tests/ (all that need no files, without them). The last line is `N passed, N failed`.
set -eu

cd "$(dirname "$0")/.."
sh .ci/install g++-aarch64-linux-gnu qemu-user libxtensor-dev libxsimd-dev doctest-dev nlohmann-json3-dev
build=${BUILD:-$PWD/build/arm}
[ $# -gt 0 ] || set -- core shape tensor ops backend/common backend/cpu init layers losses optim network train
mkdir -p "$build"

passed=0 failed=0
for folder in "$@"; do
  name=$(echo "$folder" | tr / .) broken=
  rm -rf "$build/$name"
  mkdir -p "$build/$name"
  # Reading the headers is most of the time of small sources, so some folders are compiled four sources at a time.
  case $folder in layers | losses | optim) together=4 ;; *) together=1 ;; esac
  find "tests/$folder" -name '*.cpp' ! -name allocations.cpp | sort | awk -v root="$PWD" -v unit="$build/$name/unit" -v each="$together" '
    { print "#include \"" root "/" $0 "\"" >>(unit int((NR - 1) / each) ".cpp") }'
  cp tests/main.cpp "$build/$name/main.cpp"
  for source in "$build/$name"/*.cpp; do echo "$source"; done | xargs -P "$(nproc)" -I '{}' \
    aarch64-linux-gnu-g++ -std=c++20 -O1 -fopenmp -Wall -Wextra -Iinclude -Itests -DSTRATA_TEST_FOLDER="\"$PWD/tests/$folder\"" \
    -c '{}' -o '{}.o' || broken=1
  # What does not compile is a failure, whatever the rest says.
  log=
  if [ -z "$broken" ] && aarch64-linux-gnu-g++ -fopenmp "$build/$name"/*.o -o "$build/$name/run"; then
    log=$(cd "tests/$folder" && OMP_NUM_THREADS=2 qemu-aarch64 -L /usr/aarch64-linux-gnu "$build/$name/run" 2>&1) || true
  fi
  counts=$(printf '%s\n' "$log" | sed -n 's/^\[doctest\] test cases: *[0-9]* *| *\([0-9]*\) passed *| *\([0-9]*\) failed.*/\1 \2/p')
  if [ -n "$counts" ]; then
    passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
    [ "${counts#* }" -eq 0 ] || printf '%s\n' "$log"
  else
    printf '%s did not run\n%s\n' "$folder" "$log"
    failed=$((failed + 1))
  fi
  echo "$folder: ${counts:-0 1}"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

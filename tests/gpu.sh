#!/bin/sh
# Builds the suite with nvcc and runs it on this machine's GPU, then the CUDA tests again under compute-sanitizer, then
# trains on Fashion-MNIST on the GPU.
#
#   sh tests/gpu.sh --collect DIR    where the packages are: copies what the build needs, and the data set, into DIR
#   sh tests/gpu.sh [DIR]            where the GPU is, with such a DIR if the packages are missing there
#
# The last line is `N passed, N failed`: one for the device, one for every test program, one for each tool of the
# sanitizer, and one for the training, which must reach a test accuracy of 0.89. Without a device programs skip what needs
# one, so its lack is a failure, as is that of the data set. $GPU_ARCHITECTURE (native) is what nvcc compiles for, $BUILD
# the build folder.
set -eu

usage() {
  echo "usage: sh tests/gpu.sh [DIR] or sh tests/gpu.sh --collect DIR" >&2
  exit 2
}

collect() {
  into=$1
  sh .ci/install libxtensor-dev libxsimd-dev doctest-dev nlohmann-json3-dev zlib1g-dev libcli11-dev dataset-fashion-mnist
  mkdir -p "$into/include" "$into/lib" "$into/share/cmake" "$into/datasets"
  for header in xtensor xtl xsimd doctest nlohmann CLI zlib.h; do cp -rL "/usr/include/$header" "$into/include/"; done
  for header in /usr/include/zconf.h /usr/include/*-linux-*/zconf.h; do
    [ ! -e "$header" ] || cp -L "$header" "$into/include/"
  done
  cp -L /usr/lib/*-linux-*/libz.a "$into/lib/"
  cp -rL /usr/share/cmake/nlohmann_json "$into/share/cmake/"
  for package in doctest CLI11; do  # Debian's know their headers as /usr/include
    mkdir -p "$into/share/cmake/$package"
    printf 'add_library(%s INTERFACE IMPORTED)\ntarget_include_directories(%s INTERFACE "%s")\n' $package::$package \
      $package::$package '${CMAKE_CURRENT_LIST_DIR}/../../../include' >"$into/share/cmake/$package/${package}Config.cmake"
  done
  cp -rL /usr/share/datasets/fashion-mnist "$into/datasets/"
  du -sh "$into"
}

packages=
case "${1:-}" in
  --collect) [ $# -eq 2 ] || usage ;;
  -*) usage ;;
  *)
    [ $# -le 1 ] || usage
    if [ $# -eq 1 ]; then
      [ -d "$1" ] || { echo "tests/gpu.sh: $1 is no folder" >&2; exit 2; }
      packages=$(cd "$1" && pwd)
    fi
    ;;
esac
if [ "${1:-}" = --collect ]; then
  mkdir -p "$2"
  into=$(cd "$2" && pwd)
  cd "$(dirname "$0")/.."
  collect "$into"
  exit
fi

cd "$(dirname "$0")/.."
build=${BUILD:-build/gpu}
. .ci/gpu
configure -D STRATA_BENCHMARKS=OFF
build || true

passed=0 failed=0
# verdict <what> <status>: counts it; 0 is a pass.
verdict() {
  if [ "$2" -eq 0 ]; then passed=$((passed + 1))
  else echo "tests/gpu.sh: $1"; failed=$((failed + 1)); fi
}

device=0
nvidia-smi -L || device=1
"$build/examples/strata_doctor" || device=1
verdict 'no device that networks can run on: see above' $device

log=$build/Testing/Temporary/LastTest.log
rm -f "$log"
ctest --test-dir "$build" --parallel 4 --output-on-failure --exclude-regex '^(structure|fail|package)\.' || true
count() { cat "$log" 2>/dev/null | grep -c "$1" || true; }
tests=$(($(count '^[0-9]*/[0-9]* Testing: ') - $(count '^Disabled$')))
good=$(count '^Test Passed\.')
passed=$((passed + good)) failed=$((failed + tests - good))
[ "$tests" -gt 0 ] || verdict 'no test was run' 1

# Without a device these would look at nothing but skipped cases.
for tool in memcheck racecheck; do
  status=$device
  [ "$status" -ne 0 ] || compute-sanitizer --tool $tool --error-exitcode 3 "$build/tests/cuda/strata_test_cuda" || status=1
  verdict "compute-sanitizer $tool did not run, or found something" $status
done

data=/usr/share/datasets/fashion-mnist
[ -z "$packages" ] || data=$packages/datasets/fashion-mnist
status=1
if [ ! -d "$data" ]; then
  echo "$data is not here: --collect copies it"
elif [ "$device" -eq 0 ]; then
  "$build/examples/fashion" --device cuda --data "$data" --save "$build/fashion.safetensors" --curve "$build/fashion.svg" |
    tee "$build/fashion.log" || true
  ! awk '/^test accuracy/ { reached = $3 >= 0.89 } END { exit !reached }' "$build/fashion.log" || status=0
fi
verdict 'Fashion-MNIST on the GPU: the test accuracy is not 0.89' $status
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

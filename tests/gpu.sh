#!/bin/sh
# Builds the suite with nvcc and runs it on this machine's GPU, then the CUDA tests again under compute-sanitizer, then trains
# on Fashion-MNIST on the GPU.
#
#   sh tests/gpu.sh --collect DIR    where the packages are: copies what the build needs, and the data set, into DIR
#   sh tests/gpu.sh [DIR]            where the GPU is, with such a DIR if the packages are missing there
#
# The last line is `N passed, N failed`: one for every test program, one for each tool of the sanitizer, and one for the training,
# which must reach a test accuracy of 0.89. $GPU_ARCHITECTURE (native) is what nvcc compiles for, $BUILD the build folder.
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
"$build/examples/strata_doctor" || true

ctest --test-dir "$build" --parallel 4 --output-on-failure --exclude-regex '^(structure|fail|package)\.' || true
log=$build/Testing/Temporary/LastTest.log
count() { grep -c "$1" "$log" || true; }
passed=$(count '^Test Passed\.')
failed=$(($(count '^[0-9]*/[0-9]* Testing: ') - passed - $(count '^Disabled$')))

cuda=$build/tests/cuda/strata_test_cuda
for tool in memcheck racecheck; do
  if compute-sanitizer --tool $tool --error-exitcode 3 "$cuda"; then passed=$((passed + 1))
  else echo "compute-sanitizer $tool: see above"; failed=$((failed + 1)); fi
done

data=/usr/share/datasets/fashion-mnist
[ ! -d "$packages/datasets/fashion-mnist" ] || data=$packages/datasets/fashion-mnist
if [ -d "$data" ]; then
  "$build/examples/fashion" --device cuda --data "$data" --save "$build/fashion.safetensors" --curve "$build/fashion.svg" |
    tee "$build/fashion.log" || true
  if awk '/^test accuracy/ { reached = $3 >= 0.89 } END { exit !reached }' "$build/fashion.log"; then passed=$((passed + 1))
  else echo 'Fashion-MNIST on the GPU: the test accuracy is not 0.89'; failed=$((failed + 1)); fi
else
  echo 'Fashion-MNIST is not here: the training on the GPU was not run'
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

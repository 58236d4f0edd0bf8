#!/bin/sh
# Builds the suite with nvcc and runs it on this machine's GPU, then the CUDA tests again under compute-sanitizer.
#
#   sh tests/gpu.sh --collect DIR    where the packages are: copies the headers and libraries the build needs into DIR
#   sh tests/gpu.sh [DIR]            where the GPU is, with such a DIR if the packages are missing there
#
# The last line is `N passed, N failed`: one for every test program, and one for each tool of the
# sanitizer. GPU_ARCHITECTURE (native) is what nvcc compiles for.
set -eu

cd "$(dirname "$0")/.."
if [ "${1:-}" = --collect ]; then
  into=${2:?usage: sh tests/gpu.sh --collect DIR}
  sh .ci/install libxtensor-dev libxsimd-dev doctest-dev nlohmann-json3-dev zlib1g-dev libcli11-dev
  mkdir -p "$into/include" "$into/lib"
  for headers in xtensor xtl xsimd doctest nlohmann CLI zlib.h zconf.h; do cp -rL "/usr/include/$headers" "$into/include/"; done
  [ -e "$into/include/zconf.h" ] || cp -L /usr/include/*/zconf.h "$into/include/"
  cp -L /usr/lib/*/libz.a "$into/lib/"
  du -sh "$into"
  exit
fi

build=build/gpu
collected=
[ $# -eq 0 ] || collected="-DCMAKE_PREFIX_PATH=$(cd "$1" && pwd) -DZLIB_ROOT=$(cd "$1" && pwd) -DZLIB_USE_STATIC_LIBS=ON"
cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=-march=native -DSTRATA_CUDA=ON \
  -DSTRATA_BENCHMARKS=OFF -DCMAKE_CUDA_ARCHITECTURES="${GPU_ARCHITECTURE:-native}" $collected
cmake --build $build --parallel "$(nproc)" -- -k 0 || true

ctest --test-dir $build --parallel 4 --output-on-failure --exclude-regex '^(structure|fail|package)\.' || true
log=$build/Testing/Temporary/LastTest.log
passed=$(grep -c '^Test Passed\.' "$log" || true)
failed=$(grep -c '^Test Failed\.' "$log" || true)
[ -x $build/tests/cuda/strata_test_cuda ] || { echo 'the CUDA tests were not built'; failed=$((failed + 1)); }
for tool in memcheck racecheck; do
  if compute-sanitizer --tool $tool --error-exitcode 3 $build/tests/cuda/strata_test_cuda; then passed=$((passed + 1))
  else echo "compute-sanitizer $tool: see above"; failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

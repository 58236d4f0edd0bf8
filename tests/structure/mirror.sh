#!/bin/sh
# Every include/strata/<folder>/<name>.hpp has its test, tests/<folder>/<name>.cpp, or tests/cuda/<name>.cu or .cpp where it
# is for GPUs, but for headers that only include.
set -eu

cd "$(dirname "$0")/../.."
missing=0
for header in $(cd include/strata && find . -mindepth 2 -name '*.hpp' -exec grep -l '^namespace' '{}' + | sed 's|^\./||' | sort); do
  on_gpu=tests/cuda/$(basename "$header" .hpp)
  if [ ! -f "tests/${header%.hpp}.cpp" ] && [ ! -f "$on_gpu.cu" ] && [ ! -f "$on_gpu.cpp" ]; then
    echo "include/strata/$header has no tests/${header%.hpp}.cpp"
    missing=$((missing + 1))
  fi
done
echo "$missing headers without a test"
[ "$missing" -eq 0 ]

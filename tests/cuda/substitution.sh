#!/bin/sh
# sh substitution.sh <nvcc> [flags…]: an example becomes one for the GPU by two replacements, of the header and of the backend.
set -eu

nvcc=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$root/examples/digits.hpp" "$work/"
sed -e 's|<strata/strata.hpp>|<strata/cuda.hpp>|' -e 's/Cpu<float>/Cuda<float>/' "$root/examples/digits.cpp" >"$work/digits.cu"
grep -q 'Cuda<float>' "$work/digits.cu"
"$nvcc" -std=c++20 --expt-relaxed-constexpr -arch=sm_90 -I"$root/include" "$@" "$work/digits.cu" -o "$work/digits" -lz -ldl

# On a GPU it trains; without one it says what is missing.
if output=$("$work/digits" --data "$root/examples/data/digits.csv.gz" --samples 300 --epochs 2 2>&1); then
  printf '%s\n' "$output"
else
  printf '%s\n' "$output" | grep 'strata: cuda'
fi

#!/bin/sh
# sh substitution.sh <nvcc> [flags…]: an example becomes one for the GPU by two replacements, of the header and of the
# backend. The digits are compiled and run; with EXAMPLES=all every example that names both is compiled.
set -eu

nvcc=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

architecture=sm_90
! nvidia-smi -L >/dev/null 2>&1 || architecture=native

cp "$root"/examples/*.hpp "$work/"
examples=$root/examples/digits.cpp
[ "${EXAMPLES:-}" != all ] || examples=$(grep -l '<strata/strata.hpp>' "$root"/examples/*.cpp | xargs grep -l 'Cpu<float>')
for example in $examples; do
  grep -q 'Cpu<float>' "$example"
  sed -e 's|<strata/strata.hpp>|<strata/cuda.hpp>|' -e 's/Cpu<float>/Cuda<float>/' "$example" \
    >"$work/$(basename "$example" .cpp).cu"
done
ls "$work" | sed -n 's/\.cu$//p' | tee "$work/examples"
# -O0 is the host's; what it saves is most of the time.
xargs -P 2 -I '{}' "$nvcc" -std=c++20 --expt-relaxed-constexpr -O0 -arch=$architecture -I"$root/include" "$@" \
  -c "$work/{}.cu" -o "$work/{}.o" <"$work/examples"
"$nvcc" -arch=$architecture "$work/digits.o" -o "$work/digits" -lz -ldl

# On a GPU it trains; without one it says what is missing.
if output=$("$work/digits" --data "$root/examples/data/digits.csv.gz" --samples 300 --epochs 2 2>&1); then
  printf '%s\n' "$output"
else
  printf '%s\n' "$output" | grep 'strata: cuda'
fi

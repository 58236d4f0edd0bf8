#!/bin/sh
# sh by_hand.sh <compiler> [flags…]: what the README says of use without CMake. Its program compiles as printed; the core works without
# OpenMP, on one thread; and where xtensor is missing, one sentence says what to install.
set -eu

compiler=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk '/^```cpp$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$root/README.md" >"$work/readme.cpp"
grep -q 'int main' "$work/readme.cpp"
"$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only "$@" "$work/readme.cpp"

cat >"$work/serial.cpp" <<'END'
#include <strata/strata.hpp>
using namespace strata;
int main() {
  const Network<Sequential<Linear<8>, ReLU, Linear<2>>, Features<3>, Cpu<float>> net{Seed{1}};
  const xt::xtensor<float, 2> x(std::array<std::size_t, 2>{2, 3}, 1.0f);
  const auto y = net.predict(x);
  return default_threads() == 1 && y(0, 0) == y(1, 0) && y(0, 0) != 0 ? 0 : 1;
}
END
"$compiler" -std=c++20 -fno-openmp -I"$root/include" "$work/serial.cpp" -o "$work/serial"
"$work/serial"

# A system without xtensor: every folder the compiler searches, as links, but for that one.
mkdir "$work/system"
printf '' | "$compiler" -x c++ -E -v - 2>&1 | sed -n '/^#include </,/^End/s/^ //p' >"$work/folders"
number=0
set --
while read -r folder; do
  number=$((number + 1))
  mkdir "$work/system/$number"
  for entry in "$folder"/*; do
    case $entry in */xtensor | */xtensor.hpp) ;; *) ln -s "$entry" "$work/system/$number/" ;; esac
  done
  set -- "$@" -isystem "$work/system/$number"
done <"$work/folders"
if "$compiler" -std=c++20 -nostdinc -nostdinc++ "$@" -I"$root/include" -fsyntax-only "$work/serial.cpp" 2>"$work/errors"; then
  echo 'it compiled without xtensor'
  exit 1
fi
first=$(grep -m 1 'error' "$work/errors")
case $first in
  *'strata: xtensor is missing'*libxtensor-dev*) ;;
  *) printf 'the first error without xtensor is: %s\n' "$first"; exit 1 ;;
esac

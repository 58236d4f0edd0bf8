#!/bin/sh
# arrows.sh must refuse includes that point the wrong way, and only those.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# check <accepted|refused> <header> <what it includes>
check() {
  rm -rf "$tree/strata"
  mkdir -p "$tree/strata/$(dirname "$2")"
  printf '#pragma once\n#include <strata/%s>\n' "$3" >"$tree/strata/$2"
  if sh "$here/arrows.sh" "$tree" >/dev/null; then verdict=accepted; else verdict=refused; fi
  [ "$verdict" = "$1" ] || { echo "$2 including $3 is $verdict, should be $1"; failed=1; }
}

check accepted layers/linear.hpp ops/matmul.hpp
check accepted layers/linear.hpp init/glorot.hpp
check accepted backend/cpu/map.hpp ops/map.hpp
check accepted io/checkpoint.hpp train/trainer.hpp
check accepted testing/check_layer.hpp backend/cpu/map.hpp
check accepted strata.hpp backend/cpu/map.hpp
check refused core/math.hpp shape/shape.hpp
check refused tensor/view.hpp ops/map.hpp
check refused ops/map.hpp layers/linear.hpp
check refused ops/map.hpp backend/cpu/map.hpp
check refused backend/cpu/map.hpp layers/linear.hpp
check refused backend/cpu/map.hpp backend/thrust/map.hpp
check refused layers/linear.hpp network/network.hpp
check refused losses/cross_entropy.hpp optim/adam.hpp
check refused network/network.hpp train/trainer.hpp
check refused train/trainer.hpp io/npy.hpp
check refused layers/linear.hpp strata.hpp
exit "$failed"

#!/bin/sh
# sh card.sh <compiler> [flags…]: the composition the library is known by compiles as it is spelled, without a warning, in a
# program that trains it.
set -eu

compiler=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/card.cpp" <<'END'
#include <strata/io.hpp>
#include <strata/strata.hpp>
using namespace strata;

using Card = Sequential<LSTM<64>, BatchNorm, Residual<Linear<64>, ReLU>, Dropout<0.5>>;

int main() {
  Network<Card, Sequence<28>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, Adam{}, L2<1e-4>{}, ClipNorm<1.0>{}};
  const xt::xtensor<float, 3> x(std::array<std::size_t, 3>{4, 5, 28}, 0.5f), y(std::array<std::size_t, 3>{4, 5, 64}, 1.0f);
  const double first = trainer.step(x, y);
  double last = first;
  for (int i = 0; i < 20; ++i) last = trainer.step(x, y);
  return last < first && net.predict(x).shape(2) == 64 ? 0 : 1;
}
END
"$compiler" -std=c++20 -O2 -Wall -Wextra -Wpedantic -Wconversion -Werror -I"$root/include" "$@" "$work/card.cpp" \
  -o "$work/card" -lz
"$work/card"

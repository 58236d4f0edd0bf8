#!/bin/sh
# sh thrust_alone.sh <compiler> [flags…]: of the CPU's kernels Thrust's host systems need the matrix product alone. A copy of
# the library without the others trains; and units with different settings of Thrust, and the CPU beside it, link into one
# program with one result.
set -eu

compiler=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r "$root/include" "$work/include"
cpu=$work/include/strata/backend/cpu
for kernel in "$cpu"/*.hpp; do
  grep -q 'struct Kernel<ops::' "$kernel" || continue
  case $kernel in */matmul.hpp) ;; *) rm "$kernel" ;; esac
done
[ ! -e "$cpu/map.hpp" ] && [ -e "$cpu/gemm.hpp" ]
rm "$cpu/kernels.hpp" "$work/include/strata/strata.hpp"

cat >"$work/train.hpp" <<'END'
using namespace strata;
struct Net : Sequential<LSTM<6>, LastStep, BatchNorm, Residual<Linear<6>, ReLU>, Dropout<0.25>, Linear<3>> {};
template <class Backend>
double train() {
  Network<Net, Sequence<4>, Backend> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, L2<1e-3>{}, ClipNorm<1.0>{}};
  xt::xtensor<double, 3> x(std::array<std::size_t, 3>{6, 5, 4});
  xt::xtensor<std::int32_t, 1> y(std::array<std::size_t, 1>{6});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = double(i * 7 % 11) / 11;
  for (int i = 0; i < 6; ++i) y(i) = i % 3;
  double loss = 0;
  for (int i = 0; i < 30; ++i) loss = trainer.step(x, y);
  return loss;
}
END
cat >"$work/alone.cpp" <<'END'
#include <strata/thrust.hpp>
#include "train.hpp"
int main() {
  const double cpp = train<Thrust<System::cpp, double>>(), omp = train<Thrust<System::omp, double>>();
  return cpp == omp && cpp < 0.9 ? 0 : 1;
}
END
for flag in "$@"; do  # the whole library must not be found
  shift
  [ "$flag" = "-I$root/include" ] || set -- "$@" "$flag"
done
"$compiler" -std=c++20 -O1 -fopenmp -I"$work/include" "$@" "$work/alone.cpp" -o "$work/alone"
"$work/alone"

for system in CPP OMP; do
  cat >"$work/unit_$system.cpp" <<END
#define THRUST_DEVICE_SYSTEM THRUST_DEVICE_SYSTEM_$system
#include <strata/strata.hpp>
#include <strata/thrust.hpp>
#include "train.hpp"
double cpu_of_$system() { return train<Cpu<double>>(); }
double thrust_of_$system() { return train<Thrust<System::omp, double>>(); }
END
  "$compiler" -std=c++20 -O1 -fopenmp -I"$root/include" "$@" -c "$work/unit_$system.cpp" -o "$work/unit_$system.o"
done
cat >"$work/main.cpp" <<'END'
#include <cmath>
double cpu_of_CPP();
double cpu_of_OMP();
double thrust_of_CPP();
double thrust_of_OMP();
int main() {
  const bool same = cpu_of_CPP() == cpu_of_OMP() && thrust_of_CPP() == thrust_of_OMP();
  return same && std::abs(cpu_of_CPP() - thrust_of_CPP()) < 1e-9 ? 0 : 1;
}
END
"$compiler" -std=c++20 -O1 -fopenmp "$work/main.cpp" "$work/unit_CPP.o" "$work/unit_OMP.o" -o "$work/both"
"$work/both"

#!/bin/sh
# Trains on all of Fashion-MNIST: installs what that needs, builds for this machine's processor, runs.
# The last line is `test accuracy 0.NNNN`. Arguments are handed on: sh examples/run.sh --help
set -eu

cd "$(dirname "$0")/.."
sh .ci/install g++ cmake ninja-build libxtensor-dev libxsimd-dev libcli11-dev nlohmann-json3-dev zlib1g-dev \
  libthrust-dev dataset-fashion-mnist

case " $* " in
  *" --device cuda "* | *" --device=cuda "*) build=build/examples-cuda cuda=ON; echo 'nvcc takes minutes' ;;
  *) build=build/examples cuda=OFF ;;
esac
cmake --preset native -B $build -D STRATA_TESTS=OFF -D STRATA_BENCHMARKS=OFF -D STRATA_CUDA=$cuda >/dev/null
cmake --build $build --target fashion --parallel "$(nproc)"
exec $build/examples/fashion "$@"

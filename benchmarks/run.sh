#!/bin/sh
# Times Strata on this machine's processor beside PyTorch, oneDNN, OpenBLAS and Eigen, in one run, against ceilings measured
# in the same run: installs the peers, builds, checks that all sides compute the same numbers, prints one table.
#
#   sh benchmarks/run.sh [--quick] [--json FILE] [--only PATTERN]
#
# --quick only sees that everything works, in three minutes; --only runs the rows whose name contains PATTERN. $BUILD is the
# build folder, $CXX the compiler. See benchmarks/README.md.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build/benchmarks}

sh "$root/.ci/install" g++ cmake make libxtensor-dev libxsimd-dev libcli11-dev nlohmann-json3-dev zlib1g-dev \
  libopenblas-dev libdnnl-dev libeigen3-dev dataset-fashion-mnist
# The interpreter itself: python3 may be a script that starts it.
find_torch() { python=$(python3 -c 'import sys, numpy, torch; print(sys.executable)' 2>/dev/null); }
if ! find_torch; then
  sh "$root/.ci/install" python3-pip
  # Debian's own Python wants to be told that pip may.
  allow=$(python3 -c 'import os, sysconfig
print("--break-system-packages" * os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")))')
  echo 'installing torch'
  python3 -m pip install --quiet --root-user-action ignore $allow torch numpy ||
    echo 'pip could not install torch: PyTorch takes no part' >&2
  find_torch || python=
fi

cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=-march=native -DSTRATA_TESTS=OFF \
  -DSTRATA_EXAMPLES=OFF -DSTRATA_BENCHMARKS=ON -DSTRATA_CUDA=OFF >/dev/null
cmake --build "$build" --parallel "$(nproc)" --target bench_cpu

# OpenBLAS takes a processor newer than itself for one of 2004: it is told what this one can.
if [ -z "${OPENBLAS_CORETYPE:-}" ]; then
  case " $(grep -m 1 '^flags' /proc/cpuinfo || true) " in
    *' avx512vl '*) export OPENBLAS_CORETYPE=SkylakeX ;;
    *' avx2 '*) export OPENBLAS_CORETYPE=Haswell ;;
  esac
fi

echo "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), $(nproc) processors"
"${CXX:-c++}" --version | head -n 1
exec "$build/benchmarks/cpu/bench_cpu" ${python:+--torch "$python"} "$@"

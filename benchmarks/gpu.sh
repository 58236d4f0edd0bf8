#!/bin/sh
# Times Strata on this machine's GPU and, where python3 has torch, PyTorch, and prints both with their ratios; then what the
# compiler says of registers and spills of the kernels that were timed. See benchmarks/README.md.
#
#   sh benchmarks/gpu.sh [--quick] [DIR]    with the folder that `sh tests/gpu.sh --collect DIR` filled, if packages are missing
#
# --quick only sees that everything works. $GPU_ARCHITECTURE (native) is what nvcc compiles for, $BUILD the build folder.
set -eu

usage() {
  echo "usage: sh benchmarks/gpu.sh [--quick] [DIR]" >&2
  exit 2
}
quick= packages=
for argument in "$@"; do
  case $argument in
    --quick) quick=--quick ;;
    -*) usage ;;
    *)
      [ -z "$packages" ] || usage
      [ -d "$argument" ] || { echo "benchmarks/gpu.sh: $argument is no folder" >&2; exit 2; }
      packages=$(cd "$argument" && pwd)
      ;;
  esac
done

cd "$(dirname "$0")/.."
build=${BUILD:-build/benchmarks-gpu}
. .ci/gpu
configure -D STRATA_TESTS=OFF -D STRATA_EXAMPLES=OFF -D CMAKE_CUDA_FLAGS=-Xptxas=-v
# From the start: the compiler's words about kernels are printed once.
build --clean-first --target bench_gpu_cuda >"$build/compiler.log" 2>&1 || { cat "$build/compiler.log"; exit 1; }
nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.memory --format=csv,noheader || true

peers=$build/peers status=0
rm -rf "$peers"
if python3 -c 'import torch; raise SystemExit(not torch.cuda.is_available())' 2>/dev/null; then
  python3 -c 'import torch; print("PyTorch", torch.__version__, "cuDNN", torch.backends.cudnn.version())'
  python3 benchmarks/peers/gpu.py "$peers" $quick 2>"$build/peers.log" || { tail -n 20 "$build/peers.log"; status=1; }
  grep ': .*: ' "$build/peers.log" || true  # modes that PyTorch or the device lacks
fi
if [ -s "$peers/times.tsv" ]; then set -- --peers "$peers"; else set --; fi
"$build/benchmarks/gpu/bench_gpu_cuda" $quick "$@" 2>"$build/bench.log" || status=$?
[ "$status" -eq 0 ] || tail -n 3 "$build/bench.log"

sh benchmarks/gpu/registers.sh "$build/compiler.log"
exit $status

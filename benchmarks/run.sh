#!/bin/sh
# Builds and runs the benchmarks and, where python3 has torch, the same steps in PyTorch, and prints both with their
# ratio. `benchmarks/run.sh --quick` only sees that everything works. $BUILD is the build folder, $CXX the compiler.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build/benchmarks}
quick=
case "${1:-}" in
  --quick) quick=--quick ;;
  '') ;;
  *) echo "usage: $0 [--quick]" >&2; exit 2 ;;
esac

cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=-march=native -DSTRATA_TESTS=OFF \
  -DSTRATA_EXAMPLES=OFF -DSTRATA_BENCHMARKS=ON >/dev/null
cmake --build "$build" -j 2 --target bench_ops_matmul bench_models_lstm bench_models_training_step

if [ -n "$quick" ]; then set -- --benchmark_min_time=0.01
else set -- --benchmark_min_time=0.2 --benchmark_repetitions=5 --benchmark_report_aggregates_only=true; fi

"$build/benchmarks/bench_ops_matmul" "$@"

ours=$build/ours.csv theirs=$build/pytorch.tsv
: >"$ours"
for program in models_lstm models_training_step; do
  "$build/benchmarks/bench_$program" "$@" --benchmark_format=csv >>"$ours"
done
: >"$theirs"
if python3 -c 'import torch' 2>/dev/null; then python3 "$root/benchmarks/peers/lstm.py" $quick >"$theirs"
else echo 'python3 has no torch: no ratios' >&2; fi

# A line of ours: "name",iterations,real_time,cpu_time,unit,… with names that hold commas.
awk -v quick="$quick" '
  NR == FNR { split($0, t, "\t"); peer[t[1]] = t[2]; next }
  /^"/ {
    end = index(substr($0, 2), "\"")
    name = substr($0, 2, end - 1); rest = substr($0, end + 3)
    if (!quick && name !~ /_median$/) next
    sub(/\/real_time.*/, "", name)
    split(rest, f, ",")
    if (f[2] == "") { print name ": failed"; bad = 1; next }
    ms = f[4] == "us" ? f[2] / 1e3 : f[4] == "ns" ? f[2] / 1e6 : f[2]
    if (!header++) printf "%-42s %12s %12s %8s\n", "benchmark", "Strata ms", "PyTorch ms", "ratio"
    if (name in peer) printf "%-42s %12.3f %12.3f %7.2fx\n", name, ms, peer[name], peer[name] / ms
    else printf "%-42s %12.3f\n", name, ms
  }
  END { exit bad }' "$theirs" "$ours"

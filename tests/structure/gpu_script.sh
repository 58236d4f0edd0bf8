#!/bin/sh
# sh gpu_script.sh: what tests/gpu.sh and benchmarks/gpu.sh run and count, where stand-ins play nvcc, CMake, the programs and the
# sanitizer.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/toolkit/bin" "$work/collected/include" "$work/collected/datasets/fashion-mnist" "$work/build"

# tool <name>: a program that notes its arguments and goes on with standard input as its script
tool() {
  { printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n' "$1" "$work"; cat; } >"$work/toolkit/bin/$1"
  chmod +x "$work/toolkit/bin/$1"
}
tool nvcc </dev/null
tool nvidia-smi <<END
exit \$(cat "$work/no_device")
END
tool compute-sanitizer <<END
case "\$*" in *\$(cat "$work/sanitizer_fails")*) exit 3 ;; esac
END
tool cmake <<END
[ "\$1" = --build ] || exit 0
mkdir -p "$work/build/tests/cuda" "$work/build/examples"
: >"$work/build/tests/cuda/strata_test_cuda"
printf '#!/bin/sh\necho device 0\nexit %s\n' \$(cat "$work/doctor_finds") >"$work/build/examples/strata_doctor"
printf '#!/bin/sh\necho "fashion %s" >>"$work/calls"\ncat "$work/training"\n' '\$*' >"$work/build/examples/fashion"
mkdir -p "$work/build/benchmarks/gpu"
printf '#!/bin/sh\necho "bench %s" >>"$work/calls"\necho 0 failed\n' '\$*' >"$work/build/benchmarks/gpu/bench_gpu_cuda"
chmod +x "$work/build/examples/fashion" "$work/build/examples/strata_doctor" "$work/build/benchmarks/gpu/bench_gpu_cuda"
cat "$work/compiler_says"
END
tool python3 <<END
exit 1
END
cat >"$work/compiler_says" <<'END'
ptxas info    : Compiling entry function '_ZN6strata1fEf' for 'sm_90'
ptxas info    : Function properties for _ZN6strata1fEf
    8 bytes stack frame, 16 bytes spill stores, 24 bytes spill loads
ptxas info    : Used 41 registers, used 0 barriers
ptxas info    : Compiling entry function '_ZN6strata1gEf' for 'sm_90'
ptxas info    : Function properties for _ZN6strata1gEf
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 9 registers, used 0 barriers, 400 bytes cmem[0]
END
tool ctest <<END
[ ! -e "$work/log" ] || cp "$work/log" "$work/build/Testing/Temporary/LastTest.log"
END
mkdir -p "$work/build/Testing/Temporary"

script=tests/gpu.sh
# expect <status> <last line> <arguments of the script…>
expect() {
  wanted=$1 line=$2
  shift 2
  status=0
  BUILD=$work/build PATH=$work/toolkit/bin:$PATH sh "$root/$script" "$@" >"$work/output" 2>&1 || status=$?
  [ "$status" -eq "$wanted" ] && [ "$(tail -n 1 "$work/output")" = "$line" ] && return
  echo "$script $*: status $status, last line '$(tail -n 1 "$work/output")' instead of $wanted, '$line'"
  exit 1
}
block() { printf '%s Testing: %s\n----\n%s\n----\n' "$1" "$2" "$3"; }

{ block 1/3 cuda 'Test Passed.'; block 2/3 layers 'Test Passed.'; block 3/3 example 'Disabled'; } >"$work/log"
echo none >"$work/sanitizer_fails"
echo 'test accuracy 0.8931' >"$work/training"
echo 0 >"$work/no_device"
echo 0 >"$work/doctor_finds"
expect 0 '6 passed, 0 failed' "$work/collected"
for wanted in "CMAKE_PREFIX_PATH=$work/collected" STRATA_CUDA=ON 'nvidia-smi -L' 'tool memcheck' 'tool racecheck' \
  "fashion --device cuda --data $work/collected/datasets"; do
  grep -q -e "$wanted" "$work/calls" || { echo "no call has $wanted"; exit 1; }
done

# No device that can be used: nothing that would only be skipped is run, or counts as passed.
for missing in no_device doctor_finds; do
  echo 1 >"$work/$missing"
  : >"$work/calls"
  expect 1 '2 passed, 4 failed' "$work/collected"
  ! grep -e 'tool memcheck' -e 'fashion --device' "$work/calls" || { echo "run without a device"; exit 1; }
  echo 0 >"$work/$missing"
done

# The log of an earlier run, and none at all, are no tests.
mv "$work/log" "$work/log.old"
cp "$work/log.old" "$work/build/Testing/Temporary/LastTest.log"
expect 1 '4 passed, 1 failed' "$work/collected"
expect 1 '4 passed, 1 failed' "$work/collected"
mv "$work/log.old" "$work/log"

mv "$work/collected/datasets" "$work/datasets"
expect 1 '5 passed, 1 failed' "$work/collected"
mv "$work/datasets" "$work/collected/datasets"

echo 'test accuracy 0.8899' >"$work/training"
expect 1 '5 passed, 1 failed' "$work/collected"
echo 'fashion: strata: cudaMalloc failed' >"$work/training"
echo racecheck >"$work/sanitizer_fails"
expect 1 '4 passed, 2 failed' "$work/collected"
{ block 1/3 cuda 'Test Failed.'; block 2/3 layers 'Test Passed.'; block 3/3 odr 'Unable to find executable'; } >"$work/log"
expect 1 '3 passed, 4 failed' "$work/collected"

script=benchmarks/gpu.sh
expect 0 '1 of 2 kernels spill registers' --quick "$work/collected"
grep -q '^       41      8           16          24 sm_90   strata::f(float)$' "$work/output"
grep -q '^bench --quick$' "$work/calls"

# Arguments that are none.
while read -r script arguments; do
  status=0
  BUILD=$work/build PATH=$work/toolkit/bin:$PATH sh "$root/$script" $arguments >"$work/output" 2>&1 || status=$?
  [ "$status" -eq 2 ] || { echo "$script $arguments ended with status $status"; cat "$work/output"; exit 1; }
done <<END
tests/gpu.sh --collect
tests/gpu.sh --nope
tests/gpu.sh $work/collected $work
tests/gpu.sh $work/nowhere
tests/gpu.sh $work
benchmarks/gpu.sh --nope
benchmarks/gpu.sh $work/collected $work/collected
benchmarks/gpu.sh $work/nowhere
benchmarks/gpu.sh $work
END

#!/bin/sh
# sh doctor.sh <compiler> [flags…]: what strata_doctor says where stand-ins play the driver, the libraries and nvcc.
set -eu

compiler=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$compiler" -std=c++20 -O0 "$@" "$root/examples/strata_doctor.cpp" -o "$work/doctor" -ldl
mkdir "$work/driver" "$work/libraries" "$work/none" "$work/broken"
"$compiler" -std=c++20 -shared -fPIC "$root/tests/doctor/driver.cpp" -o "$work/driver/libcuda.so.1"
"$compiler" -std=c++20 -shared -fPIC "$root/tests/doctor/libraries.cpp" -o "$work/libraries/libcudart.so.13"
cp "$work/libraries/libcudart.so.13" "$work/libraries/libcublasLt.so.13"
mkdir "$work/half"
echo 'extern "C" int cuDriverGetVersion(int* version) { return *version = 13000, 0; }' |
  "$compiler" -shared -fPIC -x c++ - -o "$work/half/libcuda.so.1"
# Files that are no libraries: the loader stops at them, whatever this machine has.
for name in libcuda.so.1 libcuda.so libcudart.so.13 libcublasLt.so.13; do : >"$work/broken/$name"; done

# toolkit <release>: a folder with the nvcc of that release
toolkit() {
  mkdir -p "$work/$1/bin" "$work/$1/lib64"
  printf '#!/bin/sh\necho "Cuda compilation tools, release %s, V%s.1"\n' "$1" "$1" >"$work/$1/bin/nvcc"
  chmod +x "$work/$1/bin/nvcc"
}
toolkit 13.0
toolkit 13.2
toolkit 11.8
cp "$work/libraries/libcublasLt.so.13" "$work/13.0/lib64/"

failed=0
# says <name> <status> <sentence>… -- <variable=value>…: what the doctor prints on such a machine
says() {
  name=$1 wanted=$2
  shift 2
  : >"$work/sentences"
  while [ "$1" != -- ]; do printf '%s\n' "$1" >>"$work/sentences"; shift; done
  shift
  status=0
  env -u CUDA_VISIBLE_DEVICES "PATH=$work/13.0/bin" "LD_LIBRARY_PATH=$work/driver:$work/libraries" "$@" \
    "$work/doctor" >"$work/output" 2>&1 || status=$?
  bad=
  [ "$status" -eq "$wanted" ] || bad=" status $status instead of $wanted;"
  while IFS= read -r sentence; do
    grep -qF -e "$sentence" "$work/output" || bad="$bad not said: $sentence;"
  done <"$work/sentences"
  [ -n "$bad" ] || return 0
  echo "$name:$bad"
  cat "$work/output"
  failed=$((failed + 1))
}

says 'everything there' 0 'driver       for CUDA up to 13.0, /' "toolkit      13.0, $work/13.0/bin/nvcc" \
  "runtime      13.0, $work/libraries/libcudart.so.13" "cuBLASLt     130100, $work/libraries/libcublasLt.so.13" \
  'device 0     Stand-in, compute capability 9.0, 81920 MiB, 132 multiprocessors' 'Networks can run on a GPU here.' --
says 'a newer driver, two devices' 0 'device 1     Stand-in' -- FAKE_DRIVER=14010 FAKE_COUNT=2
says 'no driver' 1 'driver       no libcuda.so.1' '- driver: install NVIDIA' \
  -- "LD_LIBRARY_PATH=$work/broken:$work/libraries"
says 'an old driver' 1 'the driver is older than the toolkit' 'install a driver for CUDA 13.0, or a toolkit of CUDA 12.x' \
  -- FAKE_DRIVER=12040
says 'no toolkit' 1 'toolkit      no nvcc' '- toolkit: install the CUDA toolkit' -- "PATH=$work/none"
says 'an old toolkit' 1 '- nvcc: install a CUDA toolkit 12.0 or newer' -- "PATH=$work/11.8/bin"
says 'a library that is not on the path' 1 "- cuBLASLt: export LD_LIBRARY_PATH=$work/13.0/lib64" \
  -- "LD_LIBRARY_PATH=$work/driver:$work/broken"
says 'no library' 1 'no libcublasLt.so.13' "add the toolkit's lib64 folder to LD_LIBRARY_PATH" \
  -- "PATH=$work/13.2/bin" "LD_LIBRARY_PATH=$work/driver:$work/broken"
says 'capability 7.5' 1 'capability 7.5' 'no kernel for it' '- device 0: kernels are compiled for capability 8.0' \
  'DCMAKE_CUDA_ARCHITECTURES=75' -- FAKE_CAPABILITY=75
says 'capability 5.0' 1 'CUDA 13 does not compile for it; install a toolkit of CUDA 12.x' -- FAKE_CAPABILITY=50
says 'capability 3.5' 1 'no toolkit with C++20 compiles for it' -- FAKE_CAPABILITY=35
says 'capability 8.6' 0 'compute capability 8.6' -- FAKE_CAPABILITY=86
says 'capability 12.0' 0 'compute capability 12.0' -- FAKE_CAPABILITY=120
says 'capability 12.0, whose code the driver cannot compile' 1 'install a driver for CUDA 13.2, or configure with' \
  -- FAKE_CAPABILITY=120 "PATH=$work/13.2/bin"
says 'no device' 1 'none (cuInit says 100, no CUDA-capable device is detected)' 'see whether nvidia-smi lists a GPU' \
  -- FAKE_STATUS=100
says 'hidden devices' 1 "CUDA_VISIBLE_DEVICES is '-1' and hides them: unset it" -- FAKE_STATUS=100 CUDA_VISIBLE_DEVICES=-1
says 'some hidden' 0 "visible      CUDA_VISIBLE_DEVICES is '1'" -- CUDA_VISIBLE_DEVICES=1
says 'the stub' 1 'take the stubs folder off LD_LIBRARY_PATH' -- FAKE_STATUS=34
says 'a half update' 1 'restart the machine' -- FAKE_STATUS=803
says 'half a driver' 1 'libcuda.so.1 does not answer' -- "LD_LIBRARY_PATH=$work/half:$work/libraries"

[ "$failed" -eq 0 ]

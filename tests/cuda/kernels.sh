#!/bin/sh
# sh kernels.sh <cuobjdump> <object>: the object has device code, for sm_80, sm_90 and as PTX, in float and in double, of every
# operation of the Thrust backend. Which these are is read off the headers: for every Kernel<ops::…> the name of a kernel has a
# struct of its header or of one that this includes (but for map, which many use); cuBLASLt's products are not ours.
set -eu

cuobjdump=$1
object=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$root/include/strata/backend/thrust
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

code() { sed 's|//.*||' "$@" | tr '\n' ' '; }
is_door() {
  case $(basename "$1") in for_each*.hpp | thrust.hpp | kernels.hpp | device.hpp | cublas.hpp) return 0 ;; esac
  return 1
}

# Lines "operation|struct struct…", any one of which will do.
: >"$work/wanted"
for header in "$folder"/*.hpp; do
  ! is_door "$header" || continue
  operations=$(grep -o 'Kernel<ops::[A-Za-z]*, *Thrust' "$header" | sed 's/.*:://; s/,.*//' | sort -u)
  [ -n "$operations" ] || continue
  ! grep -q 'backend/thrust/cublas\.hpp' "$header" || continue
  included=$(grep -o 'strata/backend/thrust/[a-z_]*\.hpp' "$header" | grep -v '/map\.hpp' | sed "s|.*/|$folder/|")
  structs=$(for file in "$header" $included; do
    is_door "$file" || code "$file" | grep -o 'struct [A-Z][A-Za-z]*' | sed 's/struct //' | grep -vx 'Kernel\|Registers' || true
  done | sort -u | tr '\n' ' ')
  for operation in $operations; do echo "$operation|$structs" >>"$work/wanted"; done
done
sort -u -o "$work/wanted" "$work/wanted"
[ "$(wc -l <"$work/wanted")" -ge 7 ] || { echo 'the headers could not be read:'; cat "$work/wanted"; exit 1; }

for architecture in sm_80 sm_90; do
  "$cuobjdump" -arch $architecture -res-usage "$object" | sed -n 's/^ *Function \(.*\):$/\1/p' | c++filt >"$work/$architecture"
done
"$cuobjdump" -ptx "$object" | sed -n 's/.*\.entry *\([A-Za-z0-9_]*\).*/\1/p' | c++filt >"$work/ptx"

missing=0
for form in sm_80 sm_90 ptx; do
  for type in float double; do
    grep -w "$type" "$work/$form" >"$work/kernels" || true
    while IFS='|' read -r operation structs; do
      found=
      for struct in $structs; do ! grep -qw "$struct" "$work/kernels" || found=yes; done
      [ -n "$found" ] || { echo "$form has no kernel in $type for $operation: $structs"; missing=$((missing + 1)); }
    done <"$work/wanted"
  done
  echo "$form: $(wc -l <"$work/$form") kernels"
done
echo "$(wc -l <"$work/wanted") operations, $missing missing"
[ "$missing" -eq 0 ]

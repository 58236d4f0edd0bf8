#!/bin/sh
# sh kernels.sh <cuobjdump> <object>: the object has device code, for sm_80, sm_90 and as PTX, in float and in double, of every
# operation of the Thrust backend. Which these are is read off the headers:
# - what a header launches by name, for_each_index(…, Functor<T>{…}), must be there;
# - so must, for every Kernel<ops::…>, a functor of its header or of one it includes, unless the product is cuBLASLt's.
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

# Lines "what|functor functor…", any one of which will do.
: >"$work/wanted"
for header in "$folder"/*.hpp; do
  ! is_door "$header" || continue
  name=$(basename "$header")
  code "$header" | grep -o 'for_each_[a-z]*([^;]*[^;]*;' | grep -o '[A-Z][A-Za-z]*<[^;]*>{' | sed 's/<.*//' |
    sed "s/^/$name|/" >>"$work/wanted" || true
  operations=$(grep -o 'Kernel<ops::[A-Za-z]*, *Thrust' "$header" | sed 's/.*:://; s/,.*//' | sort -u)
  [ -n "$operations" ] || continue
  ! grep -q 'backend/thrust/cublas\.hpp' "$header" || continue
  functors=$(for file in "$header" $(grep -o 'strata/backend/thrust/[a-z_]*\.hpp' "$header" | sed "s|.*/|$folder/|"); do
    is_door "$file" || code "$file" | grep -o 'struct [A-Z][A-Za-z]*' | sed 's/struct //' | grep -v '^Kernel$' || true
  done | sort -u | tr '\n' ' ')
  for operation in $operations; do echo "ops::$operation|$functors" >>"$work/wanted"; done
done
sort -u -o "$work/wanted" "$work/wanted"
[ "$(grep -c '^ops::' "$work/wanted")" -ge 7 ] || { echo 'the headers could not be read:'; cat "$work/wanted"; exit 1; }

for architecture in sm_80 sm_90; do
  "$cuobjdump" -arch $architecture -res-usage "$object" | sed -n 's/^ *Function \(.*\):$/\1/p' | c++filt >"$work/$architecture"
done
"$cuobjdump" -ptx "$object" | sed -n 's/.*\.entry *\([A-Za-z0-9_]*\).*/\1/p' | c++filt >"$work/ptx"

missing=0
for form in sm_80 sm_90 ptx; do
  for type in float double; do
    grep -w "$type" "$work/$form" >"$work/kernels" || true
    while IFS='|' read -r what functors; do
      found=
      for functor in $functors; do ! grep -qw "$functor" "$work/kernels" || found=yes; done
      [ -n "$found" ] || { echo "$form has no kernel in $type for $what: $functors"; missing=$((missing + 1)); }
    done <"$work/wanted"
  done
  echo "$form: $(wc -l <"$work/$form") kernels"
done
echo "$(wc -l <"$work/wanted") lines wanted, $missing missing"
[ "$missing" -eq 0 ]

#!/bin/sh
# sh kernels.sh <cuobjdump> <object>: the object has device code, for sm_80, sm_90 and as PTX, of everything the Thrust
# backend launches there: each struct of its headers with an operator(), in float and in double. cuBLASLt's products are
# not ours.
set -eu

cuobjdump=$1
object=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$root/include/strata/backend/thrust
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What a device does not launch: blocks one after another, rounded factors of the CPU's product, and sums, which are CUB's
# there.
not_launched='BlockOnHost RoundOnHost Rounded SumPart SumParts'
# What reads floats alone; its name does not say so.
from_float='BitsOfBFloat16 ConvertElement'

sed 's|//.*||' "$folder"/*.hpp | awk '
  /^(struct|class) / { name = $0; sub(/^[a-z]+ (alignas\([^)]*\) )?/, "", name); sub(/[^A-Za-z0-9_].*/, "", name) }
  /operator\(\)\(/ { print name }' | sort -u >"$work/structs"
for name in $not_launched $from_float; do
  grep -qx "$name" "$work/structs" || { echo "$name is in no header, but in this script"; exit 1; }
done
for name in $not_launched; do echo "$name"; done | sort | comm -13 - "$work/structs" >"$work/wanted"

# Every operation but the product has one of its own: fewer were not all read.
operations=$(cat "$folder"/*.hpp | grep -o 'struct Kernel<ops::[A-Za-z]*, *Thrust' | sed 's/,.*//' | sort -u | wc -l)
[ "$operations" -gt 1 ] && [ "$(wc -l <"$work/wanted")" -ge $((operations - 1)) ] ||
  { echo "$operations operations, whose structs could not be read:"; cat "$work/wanted"; exit 1; }

for architecture in sm_80 sm_90; do
  "$cuobjdump" -arch $architecture -res-usage "$object" | sed -n 's/^ *Function \(.*\):$/\1/p' | c++filt >"$work/$architecture"
done
"$cuobjdump" -ptx "$object" | sed -n 's/.*\.entry *\([A-Za-z0-9_]*\).*/\1/p' | c++filt >"$work/ptx"

missing=0
for form in sm_80 sm_90 ptx; do
  while read -r name; do
    types='float double'
    case " $from_float " in *" $name "*) types=$name ;; esac
    for type in $types; do
      grep -w "$name" "$work/$form" | grep -qw "$type" && continue
      echo "$form has no kernel of $name in $type"
      missing=$((missing + 1))
    done
  done <"$work/wanted"
  echo "$form: $(wc -l <"$work/$form") kernels"
done
echo "$(wc -l <"$work/wanted") structs of $operations operations, $missing missing"
[ "$missing" -eq 0 ]

#!/bin/sh
# sh registers.sh <log>: a table of registers, stack and spills of each kernel, from what `nvcc -Xptxas=-v` printed, and how many
# kernels spill.
set -eu

awk '
  /Compiling entry function/ { split($0, part, "\047"); name = part[2]; architecture = part[4] }
  /bytes stack frame/ { stack = $1; stores = $5; loads = $9 }
  /Used [0-9]+ registers/ && name {
    match($0, /Used [0-9]+/)
    print substr($0, RSTART + 5, RLENGTH - 5), stack, stores, loads, architecture, name
    name = ""
  }' "$1" | sort -u | c++filt |
  sed -e 's/strata::v[0-9a-z_]*:://g' -e 's/detail:://g' -e 's/ops:://g' -e 's/\([0-9]\)ul\>/\1/g' \
    -e 's/ void cub::.*op_wrapper_t<unsigned long, / /' -e 's/, thrust::THRUST.*//' \
    -e 's/ void [a-z]*_on_device<\(.*\)>(.*/ \1/' -e "s| *$||" -e '/ void cub::.*EmptyKernel/d' |
  sort -k1,1nr -k6 | awk '
    BEGIN { printf "\n%9s %6s %12s %11s %-7s %s\n", "registers", "stack", "spill stores", "spill loads", "for", "kernel" }
    {
      kernel = $0
      sub(/^[0-9]+ [0-9]+ [0-9]+ [0-9]+ [^ ]+ /, "", kernel)
      printf "%9d %6d %12d %11d %-7s %s\n", $1, $2, $3, $4, $5, substr(kernel, 1, 110)
      if ($3 + $4 > 0) spilling++
    }
    END {
      if (!NR) { print "no kernels were compiled with -Xptxas=-v"; exit 1 }
      printf "%d of %d kernels spill registers\n", spilling, NR
    }'

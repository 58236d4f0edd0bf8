#!/bin/sh
# sh light_core.sh <compiler> [flags…]: <strata/strata.hpp> brings no file access and no format, and none of its headers
# includes a stream. (xtensor's own headers include <iostream>.)
set -eu

compiler=$1
shift
wrong=0
closure=$(printf '#include <strata/strata.hpp>\n' | "$compiler" -std=c++20 "$@" -x c++ -M - | tr ' \\' '\n\n' | sort -u || true)

printf '%s\n' "$closure" | grep -q '/strata/core/config\.hpp$' || { echo 'strata.hpp does not compile'; exit 1; }
for header in 'c\+\+/[^/]*/fstream' zlib.h 'nlohmann/.*' 'strata/io\.hpp' 'strata/io/.*' 'strata/data/.*'; do
  found=$(printf '%s\n' "$closure" | grep -E "/$header\$" || true)
  [ -z "$found" ] || { echo "strata.hpp includes" $found; wrong=1; }
done
ours=$(printf '%s\n' "$closure" | grep '/include/strata/')
streams=$(grep -nE '^ *# *include *<(iostream|fstream|ostream|istream|fcntl\.h)>' $ours || true)
[ -z "$streams" ] || { printf '%s\n' "$streams"; wrong=1; }
exit "$wrong"

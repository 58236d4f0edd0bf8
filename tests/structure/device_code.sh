#!/bin/sh
# sh device_code.sh [folder]: what kernels call is constexpr. nvcc compiles such functions for the device; another that one of
# them calls it compiles too, without a word, to undefined values.
set -eu

include=${1:-$(dirname "$0")/../../include}
cd "$include/strata"

# What reads a functor's numbers where the kernel runs, what is applied to a V, a number of any kind, and what learns of rows.
grep -rnE '\bload\(\) const|operator\(\)\((V |\) const)| (term|learn)\(ops::Pass<' . | grep -vE '\bconstexpr\b' && exit 1
# A pack of registers that is not initialised at once makes nvcc 13 fail, with no line.
grep -rnE 'Pack<V, [A-Za-z0-9:]+> [a-z_]+;' --exclude-dir=cpu . && exit 1
exit 0

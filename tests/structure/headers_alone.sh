#!/bin/sh
# sh headers_alone.sh <compiler> [flags…]: every header compiles as the only one of a program, without a warning.
set -eu

compiler=$1
shift
cd "$(dirname "$0")/../../include"
# The doors to nvcc and Thrust, and what stands behind them, need flags of their own.
find strata -name '*.hpp' | grep -vE '^strata/((cuda|thrust)\.hpp|backend/thrust/)' | sort |
  xargs -P "$(nproc)" -I '{}' sh -c '
    header=$1
    shift
    output=$(printf "#include <%s>\n" "$header" | "$@" -x c++ - 2>&1) && [ -z "$output" ] && exit
    printf "<%s> does not stand alone:\n%s\n" "$header" "$output"
    exit 1
  ' sh '{}' "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion -Werror "$@"

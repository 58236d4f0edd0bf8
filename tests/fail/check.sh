#!/bin/sh
# sh check.sh <source> <compiler> [flags…]: the source must not compile. What it must be told stands in its first
# lines, `// expect: <extended regular expression>`; the first line with `error:` must match it, and the whole output
# must be short enough to be read: 30 lines. `// mention: <word>` asks for a word anywhere in it.
set -u

source=$1
compiler=$2
shift 2

expected=$(sed -n 's|^// expect: *||p' "$source" | head -n 1)
if [ -z "$expected" ]; then
  echo "$source: no line '// expect: <regex>'"
  exit 1
fi
mentioned=$(sed -n 's|^// mention: *||p' "$source" | head -n 1)

output=$("$compiler" -std=c++20 -fsyntax-only "$@" "$source" 2>&1)
status=$?
first=$(printf '%s\n' "$output" | grep -m 1 'error:')
lines=$(printf '%s\n' "$output" | wc -l)

verdict=
if [ "$status" -eq 0 ]; then
  verdict='it compiles, and must not'
elif ! printf '%s\n' "$first" | grep -Eq -- "$expected"; then
  verdict="the first error does not match: $expected"
elif ! printf '%s\n' "$output" | grep -Fq -- "$mentioned"; then
  verdict="nothing mentions $mentioned"
elif [ "$lines" -gt 30 ]; then
  verdict="the compiler says $lines lines, more than 30"
fi
printf '%s\n' "$output"
[ -z "$verdict" ] || { echo "$source: $verdict"; exit 1; }

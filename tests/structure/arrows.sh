#!/bin/sh
# sh arrows.sh [folder]: includes inside include/strata point one way only,
#   core <- shape <- tensor <- ops <- layers <- {losses, optim, init} <- network <- train,
# a kernel knows operations and no layer, files and data stand on training.
set -eu

include=${1:-$(dirname "$0")/../../include}
cd "$include/strata"

find . -name '*.hpp' | sed 's|^\./||' | sort | xargs awk '
  function may(folder, folders,   i, n, names) {
    n = split(folders, names, " ")
    for (i = 1; i <= n; i++) allowed[folder, names[i]] = 1
  }
  # The folder of a header; backend/ holds the contract (backend) and one folder an engine (backend/cpu, …).
  function folder_of(path,   part, n) {
    n = split(path, part, "/")
    if (n == 1) return "door"
    return part[1] == "backend" && n > 2 ? "backend/" part[2] : part[1]
  }
  BEGIN {
    below = "core"
    may("core", below)
    may("shape", below = below " shape")
    may("tensor", below = below " tensor")
    may("backend", below " backend")
    may("ops", below = below " backend ops")
    may("backend/common", below " backend/common")
    may("backend/cpu", below " backend/common backend/cpu")
    may("backend/thrust", below " backend/common backend/thrust backend/cpu")
    may("init", "core shape tensor init")
    may("layers", below = below " init layers")
    may("losses", below " losses")
    may("optim", below " optim")
    may("network", below = below " losses optim network")
    may("train", below = below " train")
    may("io", below " io")
    may("data", below " data")
    may("embedding", below " io data embedding")
    may("testing", below " backend/cpu backend/thrust testing")
    may("door", below " backend/cpu backend/thrust io data embedding testing door")
  }
  /^[ \t]*#[ \t]*include[ \t]*<strata\// {
    included = $0
    sub(/^[^<]*<strata\//, "", included)
    sub(/>.*$/, "", included)
    from = folder_of(FILENAME)
    to = folder_of(included)
    if (!((from, to) in allowed)) {
      printf "%s:%d: %s must not include %s (<strata/%s>)\n", FILENAME, FNR, from, to, included
      wrong++
    }
  }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    printf "%s:%d: own headers are included by their full path, <strata/…>\n", FILENAME, FNR
    wrong++
  }
  END { exit wrong > 0 }
'

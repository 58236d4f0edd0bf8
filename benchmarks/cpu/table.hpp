#pragma once
// What a run found: for people, and for programs.

#include "bench.hpp"

#include <filesystem>

void print_table(const Bench& bench);

/// A list of objects: name, threads, ours_ms, peer, peer_ms, ratio, gflops, share, and what else the table says. Null
/// where there is no peer.
void write_json(const Bench& bench, const std::filesystem::path& path);

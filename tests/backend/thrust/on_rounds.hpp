#pragma once
// Runs a kernel of rounds as on_blocks.hpp runs one of blocks: each block in memory of exactly the size it asks for,
// which holds NaN at first and is kept from round to round; blocks and threads in order or backwards.

#include <strata/backend/thrust/for_each_round.hpp>

#include <cstring>
#include <vector>

namespace support {

template <class K>
void on_rounds(std::size_t blocks, const K& kernel, bool backwards) {
  std::vector<std::vector<double>> shared(blocks);
  std::vector<std::vector<typename K::Registers>> registers(blocks);
  for (std::size_t b = 0; b < blocks; ++b) {
    shared[b].resize((kernel.shared_bytes() + 7) / 8);
    std::memset(shared[b].data(), 0xff, shared[b].size() * sizeof(double));
    registers[b].resize(K::threads);
  }
  for (unsigned round = 0; round < kernel.rounds(); ++round) {
    for (std::size_t i = 0; i < blocks; ++i) {
      const std::size_t b = backwards ? blocks - 1 - i : i;
      for (unsigned phase = 0; phase < kernel.phases(); ++phase) {
        for (unsigned t = 0; t < K::threads; ++t) {
          const unsigned thread = backwards ? K::threads - 1 - t : t;
          kernel(round, phase, b, thread, static_cast<void*>(shared[b].data()), registers[b][thread]);
        }
      }
    }
  }
}

}  // namespace support

#pragma once
// Runs a block kernel in ordinary memory of exactly the size it asks for, which holds NaN at first, its threads once
// in order and once backwards: what overruns shows under the address sanitizer, what reads unwritten memory or does not
// wait for another thread gives other bits.

#include <strata/backend/thrust/for_each_block.hpp>

#include <cstring>
#include <vector>

namespace support {

/// All blocks; `backwards`: blocks and threads from last to first.
template <class K>
void on_blocks(std::size_t blocks, const K& kernel, bool backwards) {
  for (std::size_t b = 0; b < blocks; ++b) {
    std::vector<double> shared((kernel.shared_bytes() + 7) / 8);
    std::memset(shared.data(), 0xff, shared.size() * sizeof(double));
    std::vector<typename K::Registers> registers(K::threads);
    for (unsigned phase = 0; phase < kernel.phases(); ++phase) {
      for (unsigned t = 0; t < K::threads; ++t) {
        const unsigned thread = backwards ? K::threads - 1 - t : t;
        kernel(phase, backwards ? blocks - 1 - b : b, thread, static_cast<void*>(shared.data()), registers[thread]);
      }
    }
  }
}

}  // namespace support

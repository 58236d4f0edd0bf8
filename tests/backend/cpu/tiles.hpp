#pragma once
// The tile registers of AMX for processors without them: what Intel's manual says of each instruction, with plain
// loops.

#include <strata/backend/cpu/pack_pairs.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

/// As strata::detail::TileRegisters. While none lives, the tiles hold NaN.
class PlainTiles {
 public:
  PlainTiles() = default;
  PlainTiles(const PlainTiles&) = delete;
  PlainTiles& operator=(const PlainTiles&) = delete;
  ~PlainTiles() {
    for (auto& tile : tiles)
      for (float& x : tile) x = std::numeric_limits<float>::quiet_NaN();
  }

  template <int Tile>
  static void zero() {
    for (float& x : tiles[Tile]) x = 0;
  }
  template <int Tile>
  static void load(const float* from, std::size_t bytes) {
    for (std::size_t r = 0; r < 16; ++r)
      for (std::size_t c = 0; c < 16; ++c) tiles[Tile][r * 16 + c] = from[r * bytes / sizeof(float) + c];
  }
  template <int Tile>
  static void store(float* to, std::size_t bytes) {
    for (std::size_t r = 0; r < 16; ++r)
      for (std::size_t c = 0; c < 16; ++c) to[r * bytes / sizeof(float) + c] = tiles[Tile][r * 16 + c];
  }
  /// Row r of C gets, for each pair of row r of A, the products with both halves of that row of B: first the sums of
  /// lower and of upper halves, then both added, then C.
  template <int C, int A, int B>
  static void multiply() {
    for (std::size_t r = 0; r < 16; ++r) {
      for (std::size_t c = 0; c < 16; ++c) {
        float low = 0, high = 0;
        for (std::size_t pair = 0; pair < 16; ++pair) {
          const float a = tiles[A][r * 16 + pair], b = tiles[B][pair * 16 + c];
          low = std::fma(half(a, 0), half(b, 0), low);
          high = std::fma(half(a, 16), half(b, 16), high);
        }
        tiles[C][r * 16 + c] += low + high;
      }
    }
  }

 private:
  static float half(float pair, unsigned shift) {
    return strata::bfloat16_to_float(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(pair) >> shift));
  }
  static inline thread_local float tiles[8][256];
};

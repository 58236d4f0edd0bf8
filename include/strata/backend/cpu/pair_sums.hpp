#pragma once
// Sums of products of pairs of bfloat16, in floats: three units with the same interface. Which of them the processor
// has is found where the program runs (core/processor.hpp).
//
//   sums[r][c] = Σₛ Σᵢ a[s][r][i] · b[s][i][c]        squares as in pack_pairs.hpp, one after another along k
//
// The order of a sum depends on k alone, whatever tile it is in. Units add, and so round, in different orders; those of
// AVX512-BF16 and AMX take denormal numbers for zero.

#include <strata/backend/cpu/pack_pairs.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace STRATA_NAMESPACE::detail {

/// What a unit is asked for: a tile of `rows` (at most Unit::rows) x `squares` (at most Unit::squares) · 16 sums.
struct PairTile {
  std::size_t rows, squares;
  std::size_t length;  ///< squares along k
  const float* a;      ///< of the tile's first row
  const float* b;      ///< of the tile's first column; the next 16 columns are length squares on
  float* sums;         ///< [rows up to Unit::rows][stride]
  std::size_t stride;
};

/// With the registers every processor has: a pair is spread into two floats.
template <class Arch = xsimd::default_arch>
struct PairLanes {
  using V = simd<float, Arch>;
  static constexpr std::size_t rows = V::size / 2, squares = 1, depth = 256;

  static void run(const PairTile& tile) { sum(tile, std::make_index_sequence<rows>{}); }

 private:
  static constexpr std::size_t registers = pairs::side / V::size;
  using Bits = simd<std::uint32_t, Arch>;

  static V low(const V& pair) { return std::bit_cast<V>(std::bit_cast<Bits>(pair) << 16); }
  static V high(const V& pair) { return std::bit_cast<V>(std::bit_cast<Bits>(pair) & Bits(0xffff0000U)); }

  template <std::size_t... Row>
  static void sum(const PairTile& tile, std::index_sequence<Row...>) {
    for (std::size_t column = 0; column < registers; ++column) {
      const float *a = tile.a, *b = tile.b + column * V::size;
      V sums[] = {((void)Row, V(0.0F))...};
      for (std::size_t s = 0; s < tile.length; ++s, a += pairs::size, b += pairs::size) {
        for (std::size_t i = 0; i < pairs::side; ++i) {
          const V pair = lanes::load<float, Arch>(b + i * pairs::side), b_low = low(pair), b_high = high(pair);
          const auto add = [&](const V& factor, V& to) __attribute__((always_inline)) {
            to = lanes::fma(high(factor), b_high, lanes::fma(low(factor), b_low, to));
          };
          (add(V(a[Row * pairs::side + i]), sums[Row]), ...);
        }
      }
      (lanes::store(tile.sums + Row * tile.stride + column * V::size, sums[Row]), ...);
    }
  }
};

#if defined(__x86_64__)

/// With AVX512-BF16, which adds both products of a pair at once.
struct PairRegisters {
  static constexpr std::size_t rows = 8, squares = 3, depth = 256;

  static void run(const PairTile& tile) {
    constexpr auto all = std::make_index_sequence<rows>{};
    if (tile.squares == 3) sum<3>(tile, all);
    else if (tile.squares == 2) sum<2>(tile, all);
    else sum<1>(tile, all);
  }

 private:
  /// One row of sums, in as many registers as the tile has squares.
  struct Sums {
    __m512 of[3];
  };

  template <std::size_t Squares>
  [[gnu::target("avx512f,avx512bf16"), gnu::always_inline]] static inline void add(Sums& sums, float pair,
                                                                                   const __m512bh (&b)[3]) {
    const auto a = reinterpret_cast<__m512bh>(_mm512_set1_ps(pair));
    sums.of[0] = _mm512_dpbf16_ps(sums.of[0], a, b[0]);
    if constexpr (Squares > 1) sums.of[1] = _mm512_dpbf16_ps(sums.of[1], a, b[1]);
    if constexpr (Squares > 2) sums.of[2] = _mm512_dpbf16_ps(sums.of[2], a, b[2]);
  }
  template <std::size_t Squares>
  [[gnu::target("avx512f,avx512bf16"), gnu::always_inline]] static inline void store(float* to, const Sums& sums) {
    _mm512_storeu_ps(to, sums.of[0]);
    if constexpr (Squares > 1) _mm512_storeu_ps(to + 16, sums.of[1]);
    if constexpr (Squares > 2) _mm512_storeu_ps(to + 32, sums.of[2]);
  }
  /// Folds, not lambdas, which would not have the target.
  template <std::size_t Squares, std::size_t... Row>
  [[gnu::target("avx512f,avx512bf16")]] static void sum(const PairTile& tile, std::index_sequence<Row...>) {
    const std::size_t apart = tile.length * pairs::size;
    const float *a = tile.a, *b = tile.b;
    Sums sums[] = {((void)Row, Sums{{_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()}})...};
    for (std::size_t s = 0; s < tile.length; ++s, a += pairs::size) {
      for (std::size_t i = 0; i < pairs::side; ++i, b += pairs::side) {
        __m512bh columns[3];
        columns[0] = reinterpret_cast<__m512bh>(_mm512_loadu_ps(b));
        if constexpr (Squares > 1) columns[1] = reinterpret_cast<__m512bh>(_mm512_loadu_ps(b + apart));
        if constexpr (Squares > 2) columns[2] = reinterpret_cast<__m512bh>(_mm512_loadu_ps(b + 2 * apart));
        (add<Squares>(sums[Row], a[Row * pairs::side + i], columns), ...);
      }
    }
    (store<Squares>(tile.sums + Row * tile.stride, sums[Row]), ...);
  }
};

/// The eight tile registers of AMX, each 16 rows of 64 bytes while this lives. By their instructions: the compilers'
/// functions take no template arguments.
class TileRegisters {
 public:
  TileRegisters() noexcept {
    struct alignas(64) Shapes {
      std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
      std::uint16_t row_bytes[16] = {};
      std::uint8_t rows[16] = {};
    } shapes;
    for (std::size_t tile = 0; tile < 8; ++tile) shapes.row_bytes[tile] = 64, shapes.rows[tile] = 16;
    asm volatile("ldtilecfg %0" : : "m"(shapes));
  }
  TileRegisters(const TileRegisters&) = delete;
  TileRegisters& operator=(const TileRegisters&) = delete;
  ~TileRegisters() { asm volatile("tilerelease" : : : "memory"); }

  /// Tile = 0.
  template <int Tile>
  static void zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(Tile));
  }
  /// Rows that are `bytes` apart.
  template <int Tile>
  static void load(const float* from, std::size_t bytes) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(bytes), "i"(Tile) : "memory");
  }
  template <int Tile>
  static void store(float* to, std::size_t bytes) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(bytes), "i"(Tile) : "memory");
  }
  /// C += A · B.
  template <int C, int A, int B>
  static void multiply() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B));
  }
};

#endif

/// With AMX: up to 2 x 2 tiles of 16 x 16 sums. Registers is TileRegisters, or what behaves like them.
template <class Registers>
struct PairTiles {
  static constexpr std::size_t rows = 2 * pairs::side, squares = 2, depth = 512;

  static void run(const PairTile& tile) {
    const bool low = tile.rows > pairs::side, right = tile.squares > 1;
    if (low && right) sum<true, true>(tile);
    else if (low) sum<true, false>(tile);
    else if (right) sum<false, true>(tile);
    else sum<false, false>(tile);
  }

 private:
  /// Sums in tiles 0 and 1 above 2 and 3, factors in 4 and 5 (A), 6 and 7 (B).
  template <bool Low, bool Right>
  static void sum(const PairTile& tile) {
    constexpr std::size_t row = pairs::side * sizeof(float);
    const std::size_t apart = tile.length * pairs::size;
    const float *a = tile.a, *b = tile.b;
    Registers::template zero<0>();
    if constexpr (Right) Registers::template zero<1>();
    if constexpr (Low) Registers::template zero<2>();
    if constexpr (Low && Right) Registers::template zero<3>();
    for (std::size_t s = 0; s < tile.length; ++s, a += pairs::size, b += pairs::size) {
      Registers::template load<4>(a, row);
      Registers::template load<6>(b, row);
      Registers::template multiply<0, 4, 6>();
      if constexpr (Right) Registers::template load<7>(b + apart, row);
      if constexpr (Right) Registers::template multiply<1, 4, 7>();
      if constexpr (Low) Registers::template load<5>(a + apart, row);
      if constexpr (Low) Registers::template multiply<2, 5, 6>();
      if constexpr (Low && Right) Registers::template multiply<3, 5, 7>();
    }
    const std::size_t bytes = tile.stride * sizeof(float);
    float* below = tile.sums + pairs::side * tile.stride;
    Registers::template store<0>(tile.sums, bytes);
    if constexpr (Right) Registers::template store<1>(tile.sums + pairs::side, bytes);
    if constexpr (Low) Registers::template store<2>(below, bytes);
    if constexpr (Low && Right) Registers::template store<3>(below + pairs::side, bytes);
  }
};

}  // namespace STRATA_NAMESPACE::detail

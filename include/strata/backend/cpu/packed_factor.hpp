#pragma once
// A matrix that many small products have as their second factor, packed once: panels of 4, then 2, then 1 registers.

#include <strata/backend/cpu/pack.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/backend/cpu/row_sums.hpp>

#include <algorithm>
#include <cstddef>

namespace STRATA_NAMESPACE::detail {

/// op(B) [depth, columns] in memory for depth times the columns rounded up to whole registers. Each sum of a product is
/// one chain of fma along the depth.
template <class T>
class PackedFactor {
  using V = simd<T>;
  static constexpr std::size_t width = V::size;

 public:
  PackedFactor(T* memory, std::size_t depth, std::size_t columns)
      : panels_(memory),
        depth_(depth),
        columns_(columns),
        vectors_((columns + width - 1) / width) {}

  /// How many registers a row of a product is.
  std::size_t vectors() const { return vectors_; }

  /// Packs B, whose rows are ld apart; it is meant transposed where a row is as long as the depth.
  void pack(int threads, const T* b, std::size_t ld, bool transposed) const {
    parallel_for(threads, vectors_, [&](std::size_t first, std::size_t last) {
      for_each_width([&]<std::size_t Vectors>(std::size_t begin, std::size_t end) {
        for (std::size_t v = begin; v < end; v += Vectors) {
          if (v < first || v >= last) continue;
          strata::pack<T, typename V::arch_type>(panels_ + v * width * depth_, Vectors * width, b, ld, transposed,
                                                 v * width, std::min(Vectors * width, columns_ - v * width), 0, depth_);
        }
      });
    });
  }

  /// visit(row, vector, sums) of rows [first, last) of a · op(B), whose rows are `stride` apart.
  template <class Visit>
  void product(std::size_t first, std::size_t last, const T* a, std::size_t stride, Visit visit) const {
    for_each_width([&]<std::size_t Vectors>(std::size_t begin, std::size_t end) {
      const std::size_t length = Vectors * width;
      const RowProduct<T> all{depth_, a, stride, 1, panels_ + begin * width * depth_, length, depth_ * length};
      for_each_tile<Vectors>(
          first, last, (end - begin) / Vectors, all,
          [&](std::size_t row, std::size_t row_end, std::size_t panel, std::size_t together, const T* sums) {
            for (; row < row_end; ++row) {
              for (std::size_t v = begin + panel * Vectors; v < begin + (panel + together) * Vectors; ++v) {
                visit(row, v, lanes::load<T>(sums));
                sums += width;
              }
            }
          });
    });
  }

 private:
  /// visit<Vectors>(first, last) for the vectors of panels of each width.
  template <class Visit>
  void for_each_width(Visit visit) const {
    const std::size_t fours = vectors_ / 4 * 4, twos = vectors_ / 2 * 2;
    visit.template operator()<4>(std::size_t{0}, fours);
    visit.template operator()<2>(fours, twos);
    visit.template operator()<1>(twos, vectors_);
  }

  T* panels_;
  std::size_t depth_, columns_, vectors_;
};

}  // namespace STRATA_NAMESPACE::detail

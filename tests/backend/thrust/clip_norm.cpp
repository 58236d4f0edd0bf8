#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/clip_norm.cpp>
#include <backend/thrust/on_blocks.hpp>

namespace {
/// Both launches in blocks, over two parts.
template <class T>
Clipped<T> on_blocks(std::size_t size, double limit, bool backwards) {
  Clipped<T> clipped(2, size, 3);
  detail::ChunkedParts<T> some{{{clipped.parts[0], clipped.parts[1]}}, 2 * size, 1};
  some.chunks = some.chunks_for(some.size);
  std::vector<T> partial(some.chunks, std::numeric_limits<T>::quiet_NaN());
  support::on_blocks(some.chunks, detail::SumSquares<T>{some, false, partial.data()}, backwards);
  support::on_blocks(some.chunks, detail::ScaleToLength<T>{some, limit, partial.data(), &clipped.counters}, backwards);
  return clipped;
}
}  // namespace

TEST_CASE_TEMPLATE("blocks clip like the CPU, in any order of blocks and threads", T, float, double) {
  for (const std::size_t size : {1u, 300u, 512u, 5000u, 40'001u}) {
    for (const double limit : {0.5, 1e6}) {
      Clipped<T> reference(2, size, 3);
      Kernel<ops::ClipNorm, Cpu<T>>::run({1}, limit, std::span<const Flat<T*>>(reference.parts), &reference.counters);
      const Clipped<T> forwards = on_blocks<T>(size, limit, false), backwards = on_blocks<T>(size, limit, true);
      CHECK(forwards.memory == backwards.memory);
      CHECK(forwards.counters.squares == backwards.counters.squares);
      CHECK(all_close(forwards.memory, reference.memory, 20 * rounding<T>));
      CHECK(forwards.counters.gradient_scale ==
            doctest::Approx(reference.counters.gradient_scale).epsilon(20 * rounding<T>));
    }
  }
}

TEST_CASE("chunks depend on the size alone, and are no more than a block has threads") {
  using Parts = detail::ChunkedParts<float>;
  CHECK(Parts::chunks_for(1) == 1);
  CHECK(Parts::chunks_for(2048) == 1);
  CHECK(Parts::chunks_for(2049) == 2);
  CHECK(Parts::chunks_for(std::size_t{1} << 40U) == Parts::threads);
}

#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/reduce_rows.cpp>
#include <backend/thrust/on_blocks.hpp>

namespace {
template <class T>
using Block = detail::SumChunk<ValueAndProduct, T, 2, 2>;

struct PlusOne {
  template <class V>
  constexpr V operator()(V x) const {
    return x + V(1);
  }
};

/// The sums of all chunks in blocks, [chunks][2][columns], each added to 1 where `accumulate`.
template <class T>
std::vector<T> sums(const Rows<T>& x, const std::vector<T>& centre, unsigned chunks, bool accumulate, bool backwards) {
  std::vector<T> out(chunks * 2 * x.columns, T(1));
  const Block<T> kernel{ValueAndProduct{},
                        x.rows,
                        x.columns,
                        chunks,
                        Block<T>::width_bits_for(x.columns),
                        accumulate,
                        {{x.in(), {centre.data(), 0}}},
                        {{out.data(), out.data() + x.columns}}};
  support::on_blocks(kernel.blocks(), kernel, backwards);
  return out;
}
}  // namespace

TEST_CASE_TEMPLATE("lanes and chunks sum their rows, in any order of threads", T, float, double) {
  for (const std::size_t columns : {1u, 2u, 10u, 32u, 33u, 70u}) {
    for (const std::size_t rows : {0u, 1u, 31u, 100u, 1500u}) {
      const Rows<T> x(rows, columns, 3, 1);
      const auto centre = numbers<T>(columns, 2);
      for (const unsigned chunks : {1u, 3u}) {
        const auto forwards = sums(x, centre, chunks, chunks == 1, false);
        CHECK(forwards == sums(x, centre, chunks, chunks == 1, true));
        const double before = chunks == 1 ? 1 : 0, bound = rounding<T> * (2 + static_cast<double>(rows));
        for (std::size_t i = 0; i < chunks * columns; ++i) {
          const std::size_t chunk = i / columns, j = i % columns;
          double sum = 0;
          for (std::size_t r = part_begin(rows, chunks, chunk); r < part_begin(rows, chunks, chunk + 1); ++r)
            sum += static_cast<double>(x(r, j));
          const double first = static_cast<double>(forwards[chunk * 2 * columns + j]),
                       second = static_cast<double>(forwards[(chunk * 2 + 1) * columns + j]);
          CHECK(std::abs(first - before - sum) <= bound);
          CHECK(std::abs(second - before - sum * static_cast<double>(centre[j])) <= bound);
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("many rows are summed in chunks", T, float, double) {
  for (const std::size_t rows : {512u, 513u, 1030u, 20'000u}) {
    const Rows<T> x(rows, 5, 0, 1);
    const auto centre = numbers<T>(5, 2);
    for (const bool accumulate : {false, true}) {
      Sums<T> got(5, T(2));
      got.run(x, centre, accumulate, 3);
      for (std::size_t j = 0; j < 5; ++j) {
        double sum = accumulate ? 2 : 0;
        for (std::size_t r = 0; r < rows; ++r) sum += static_cast<double>(x(r, j));
        CHECK(std::abs(static_cast<double>(got.value[j]) - sum) <= rounding<T> * static_cast<double>(rows));
      }
    }
  }
}

TEST_CASE("rows behind the last add nothing, whatever the functor makes of 0") {
  for (const std::size_t rows : {1u, 40u, 130u, 700u}) {
    const std::vector<double> x(3 * rows, 2);
    std::vector<double> sums(3), partial(3 * ops::reduction_chunks);
    Kernel<ops::ReduceRows, Tested<double>>::run({1}, rows, 3, PlusOne{}, false, Pack<double*, 1>{{sums.data()}},
                                                 Pack<Operand<const double>, 1>{{{x.data(), 3}}}, partial.data());
    CHECK(sums == std::vector<double>(3, 3 * static_cast<double>(rows)));
  }
}

TEST_CASE("chunks depend on the number of rows alone; a block shares what every device has") {
  CHECK(Block<float>::chunks_for(0) == 1);
  CHECK(Block<float>::chunks_for(512) == 1);
  CHECK(Block<float>::chunks_for(513) == 2);
  CHECK(Block<float>::chunks_for(std::size_t{1} << 40U) == ops::reduction_chunks);
  CHECK(Block<double>::threads == 1024);
  CHECK(detail::SumChunk<ValueAndProduct, double, 7, 2>::threads == 512);
  CHECK(detail::SumChunk<ValueAndProduct, double, 7, 2>::shared_bytes() <= most_shared_bytes);
}

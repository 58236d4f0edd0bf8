#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/reduce_rows.hpp>

using namespace kernel_test;

namespace {
struct ValueAndProduct {
  template <class V>
  constexpr Pack<V, 2> operator()(V x, V centre) const {
    return {{x, x * centre}};
  }
};

template <class T>
struct Sums {
  std::vector<T> value, product;

  Sums(std::size_t columns, T before) : value(columns, before), product(columns, before) {}
  void run(const Rows<T>& x, const std::vector<T>& centre, bool accumulate, int threads) {
    std::vector<T> partial(ops::reduction_chunks * 2 * x.columns, T(1e9));
    Kernel<ops::ReduceRows, Tested<T>>::run({threads}, x.rows, x.columns, ValueAndProduct{}, accumulate,
                                            Pack<T*, 2>{{value.data(), product.data()}},
                                            Pack<Operand<const T>, 2>{{x.in(), {centre.data(), 0}}}, partial.data());
  }
};
}  // namespace

TEST_CASE_TEMPLATE("reduce_rows is a sum down every column", T, float, double) {
  for (const std::size_t columns : {1u, 3u, 8u, 16u, 17u, 50u, 64u, 67u, 130u}) {
    for (const std::size_t rows : {0u, 1u, 2u, 31u, 32u, 33u, 100u}) {
      for (const std::size_t gap : {0u, 5u}) {
        const Rows<T> x(rows, columns, gap, 1);
        const auto centre = numbers<T>(columns, 2);
        for (const bool accumulate : {false, true}) {
          Sums<T> sums(columns, T(0.5));
          sums.run(x, centre, accumulate, 1);
          for (std::size_t j = 0; j < columns; ++j) {
            double sum = 0;
            for (std::size_t r = 0; r < rows; ++r) sum += x(r, j);
            const double before = accumulate ? 0.5 : 0, bound = rounding<T> * (1 + static_cast<double>(rows));
            CHECK(std::abs(static_cast<double>(sums.value[j]) - before - sum) <= bound);
            CHECK(std::abs(static_cast<double>(sums.product[j]) - before - sum * static_cast<double>(centre[j])) <=
                  bound);
          }
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("the bits do not depend on threads", T, float, double) {
  const Rows<T> x(700, 131, 3, 1);
  const auto centre = numbers<T>(131, 2);
  Sums<T> first(131, 0);
  first.run(x, centre, false, 1);
  for (const int threads : thread_counts) {
    Sums<T> other(131, 0);
    other.run(x, centre, false, threads);
    CHECK(other.value == first.value);
    CHECK(other.product == first.product);
  }
}

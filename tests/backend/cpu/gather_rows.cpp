#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/gather_rows.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE("rows of a table by their numbers, of every width and on every number of threads", T, float,
                   double) {
  for (const std::size_t rows : {0u, 1u, 5u, 900u}) {
    for (const std::size_t columns : {1u, 3u, 16u, 37u}) {
      const Rows<T> table(11, columns, 2, 1), before(rows, columns, 3, 2);
      std::vector<T> ids(rows);
      for (std::size_t i = 0; i < rows; ++i) ids[i] = static_cast<T>(i * i % 11);
      for (const int threads : thread_counts) {
        Rows<T> to = before;
        Kernel<ops::GatherRows, Tested<T>>::run({threads}, {rows, columns, ids.data(), table.in(), to.out()});
        std::size_t wrong = to.touched(before);
        for (std::size_t i = 0; i < rows; ++i)
          for (std::size_t j = 0; j < columns; ++j) wrong += to(i, j) != table(i * i % 11, j);
        CHECK(wrong == 0);
      }
    }
  }
}

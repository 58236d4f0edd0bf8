#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/scatter_add.hpp>
#include <strata/tensor/tensor_list.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE("rows are added in their order, to the same bits on every number of threads", T, float, double) {
  for (const std::size_t rows : {0u, 1u, 6u, 901u}) {
    for (const std::size_t columns : {1u, 15u, 16u, 37u}) {
      for (const std::size_t left_out : {std::size_t{0}, std::size_t{4}, no_row}) {
        const Rows<T> from(rows, columns, 3, 1), before(11, columns, 2, 2);
        std::vector<T> ids(rows), scratch(rows);
        Rows<T> expected = before;
        for (std::size_t i = 0; i < rows; ++i) {
          const std::size_t id = i * i % 11;  // 2, 6, 7, 8 and 10 do not occur
          ids[i] = static_cast<T>(id);
          if (id == left_out) continue;
          for (std::size_t j = 0; j < columns; ++j) expected.memory[id * expected.stride + j] += from(i, j);
        }
        for (const int threads : thread_counts) {
          Rows<T> table = before;
          Kernel<ops::ScatterAdd, Tested<T>>::run(
              {threads}, {rows, columns, ids.data(), from.in(), table.out(), left_out}, scratch.data());
          CHECK(table.memory == expected.memory);
        }
      }
    }
  }
}

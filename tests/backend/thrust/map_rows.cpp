#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/map_rows.cpp>
#include <backend/thrust/on_blocks.hpp>

TEST_CASE_TEMPLATE("threads that share a row find what one finds, in any order", T, float, double) {
  for (const std::size_t columns : {1u, 3u, 4u, 5u, 8u, 9u, 100u, 1024u, 1025u, 3000u}) {
    const std::size_t rows = columns < 10 ? 300 : 6;
    const Rows<T> x(rows, columns, 2, 1), g(1, columns, 0, 2);
    struct Result {
      Rows<T> y, z;
    };
    const auto result = [&](auto run) {
      Result made{Rows<T>(rows, columns, 1, 3), Rows<T>(rows, columns, 0, 4)};
      run(Pack<Operand<T>, 2>{{made.y.out(), made.z.out()}}, Pack<Operand<const T>, 2>{{x.in(), {g.memory.data(), 0}}});
      return made;
    };
    const auto in_blocks = [&](bool backwards) {
      return [=](const Pack<Operand<T>, 2>& out, const Pack<Operand<const T>, 2>& in) {
        using Block = detail::MapRowsBlock<Learner<T>, T, 2, 2>;
        const Block kernel{{T(0.5)}, rows, columns, out, in, RowLanes<Block::threads>::of(columns)};
        support::on_blocks(kernel.blocks(), kernel, backwards);
      };
    };
    const Result forwards = result(in_blocks(false)), backwards = result(in_blocks(true)),
                 expected = result([&](const auto& out, const auto& in) {
                   Kernel<ops::MapRows, Cpu<T>>::run({1}, rows, columns, Learner<T>{T(0.5)}, out, in);
                 });
    CAPTURE(columns);
    CHECK(forwards.y.memory == backwards.y.memory);
    CHECK(forwards.z.memory == backwards.z.memory);
    CHECK(forwards.z.memory == expected.z.memory);  // the largest and the number of columns are exact
    CHECK(all_close(forwards.y.memory, expected.y.memory, 4 * rounding<T>));
  }
}

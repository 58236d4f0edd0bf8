#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/squared_error.cpp>
#include <backend/thrust/on_blocks.hpp>

TEST_CASE_TEMPLATE("threads that share a row find what one finds, in any order", T, float, double) {
  for (const std::size_t columns : {1u, 4u, 5u, 100u, 1024u, 1025u, 3000u}) {
    constexpr std::size_t rows = 6;
    const auto scores = numbers<T>(rows * columns, 1), targets = numbers<T>(rows * columns, 2);
    auto weights = numbers<T>(rows, 3);
    weights[2] = 0;
    const T scale = T(0.25);
    struct Result {
      std::vector<T> losses, gradient;
    };
    const auto result = [&](auto run) {
      Result made{std::vector<T>(rows, T(9)), std::vector<T>(rows * columns, T(9))};
      run(ops::SquaredErrorArguments<T>{rows,
                                        columns,
                                        3,
                                        scores.data(),
                                        {targets.data(), weights.data(), true},
                                        &scale,
                                        made.losses.data(),
                                        made.gradient.data()});
      return made;
    };
    const auto in_blocks = [](bool backwards) {
      return [=](const auto& arguments) {
        const auto kernel = detail::SquaredErrorBlock<T>::of(arguments);
        support::on_blocks(kernel.blocks(), kernel, backwards);
      };
    };
    const Result expected = result([](const auto& arguments) {
      for (std::size_t r = 0; r < rows; ++r) SquaredErrorRow<T>::run(arguments, r);
    });
    const Result forwards = result(in_blocks(false)), backwards = result(in_blocks(true));
    CAPTURE(columns);
    CHECK(forwards.losses == backwards.losses);
    CHECK(forwards.gradient == backwards.gradient);
    CHECK(forwards.gradient == expected.gradient);
    CHECK(all_close(forwards.losses, expected.losses, 2 * rounding<T>));
  }
}

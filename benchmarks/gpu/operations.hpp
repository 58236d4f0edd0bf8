#pragma once
// Products of square matrices, and what only moves memory: a copy, an element-wise sum, Adam's update.

#include "measure.hpp"

#include <cmath>

/// Small integers: exact in every precision, and so is a product whose sums stay below 2^24.
inline std::vector<float> integers(std::size_t count, std::size_t modulus) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i % modulus) - static_cast<float>(modulus / 2);
  return values;
}

/// c = a · b, all n x n.
template <class Backend>
auto product(std::size_t n, const float* a, const float* b, float* c) {
  const strata::ops::MatmulArguments<float> arguments{n, n, n, a, n, false, b, n, false, c, n, false, nullptr};
  return [arguments] { strata::Kernel<strata::ops::Matmul, Backend>::run(typename Backend::Stream{}, arguments); };
}

/// How fast one large product is that is no row of the table: what the arithmetic of the rows is held against.
template <class Backend>
void measure_ceiling(Bench& bench, const std::string& precision, std::size_t n) {
  bench.attempt("ceiling", precision, [&] {
    const auto a = uploaded<Backend>(numbers(n * n)), b = uploaded<Backend>(numbers(n * n, 77));
    strata::Buffer<float, strata::memory_of<Backend>> c(n * n);
    const double ms = median_ms<Backend>(bench.seconds(), product<Backend>(n, a.data(), b.data(), c.data()));
    bench.ceilings[precision] = 2.0 * static_cast<double>(n * n * n) / ms;
  });
}

template <class Backend>
void measure_product(Bench& bench, const std::string& precision, std::size_t n) {
  const std::string name = "matmul." + std::to_string(n);
  bench.attempt(name, precision, [&] {
    const std::vector<float> a = integers(n * n, 7), b = integers(n * n, 5);
    const auto a_there = uploaded<Backend>(a), b_there = uploaded<Backend>(b);
    strata::Buffer<float, strata::memory_of<Backend>> c(n * n);
    const auto multiply = product<Backend>(n, a_there.data(), b_there.data(), c.data());
    multiply();
    const std::vector<float> here = downloaded(c, n * n);
    std::vector<float> row(n);
    for (std::size_t i = 0; i < n; i += n / 8) {
      std::fill(row.begin(), row.end(), 0.0F);
      for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t j = 0; j < n; ++j) row[j] += a[i * n + k] * b[k * n + j];
      }
      if (!std::equal(row.begin(), row.end(), here.begin() + static_cast<std::ptrdiff_t>(i * n)))
        throw WrongResult("row " + std::to_string(i) + " of the product is wrong");
    }
    const double ms = median_ms<Backend>(bench.seconds(), multiply);
    bench.results.push_back({name, precision, ms, 2.0 * static_cast<double>(n * n * n), true, false});
  });
}

/// Bytes a second of what reads and writes each number once or a few times.
template <class Backend>
void measure_memory(Bench& bench, std::size_t count) {
  using Memory = strata::memory_of<Backend>;
  using Out = strata::Flat<float*>;
  using In = strata::Flat<const float*>;
  const std::vector<float> values = numbers(count), others = numbers(count, 77);
  const auto x = uploaded<Backend>(values), g = uploaded<Backend>(others);
  strata::Buffer<float, Memory> y(count), m(count), v(count);
  strata::ops::Direct<Backend> direct{};
  const auto time = [&](const std::string& name, double passes, std::span<const float> expected, auto call) {
    bench.attempt(name, "float32", [&] {
      call();
      require_close(name, downloaded(y, expected.size()), expected, 1e-6);
      const double ms = median_ms<Backend>(bench.seconds(), call);
      bench.results.push_back({name, "float32", ms, passes * 4 * static_cast<double>(count), false, true});
    });
  };
  time("memcpy", 2, values, [&] { y.copy(x); });
  y.zero();
  time("copy", 2, values, [&] {
    strata::ops::map(direct, strata::ops::Identity{}, strata::ops::into(Out{y.data(), count}),
                     strata::ops::from(In{x.data(), count}));
  });
  std::vector<float> sums(count);
  std::transform(values.begin(), values.end(), others.begin(), sums.begin(), std::plus{});
  time("sum", 3, sums, [&] {
    strata::ops::map(direct, strata::ops::Sum{}, strata::ops::into(Out{y.data(), count}),
                     strata::ops::from(In{x.data(), count}, In{g.data(), count}));
  });

  // The first step of Adam moves every weight by the learning rate, against its gradient.
  const strata::Adam adam;
  strata::Counters<float> counters{.learning_rate = 1e-3F};
  adam.advance(counters);
  strata::Buffer<strata::Counters<float>, Memory> block(1);
  block.upload(std::span(&std::as_const(counters), 1));
  std::vector<float> moved = values;
  for (std::size_t i = 0; i < count; ++i) moved[i] -= others[i] == 0 ? 0 : std::copysign(1e-3F, others[i]);
  y.copy(x);
  time("adam", 7, moved, [&] {
    adam.update(direct, std::as_const(block).data(), 1.0, Out{y.data(), count}, In{g.data(), count},
                std::array{Out{m.data(), count}, Out{v.data(), count}});
  });
}

// The kernels that the device runs in a form of its own, against the CPU's.

#include <strata/cuda.hpp>
#include <strata/strata.hpp>

#include <cuda/no_device.hpp>

#include <backend/cpu/support.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace kernel_test;

namespace {
/// Numbers on the device, and here again.
template <class T>
struct Away {
  Buffer<T, device::Memory> memory;

  explicit Away(const std::vector<T>& values) : memory(values.size()) { memory.upload(values); }
  T* data() { return memory.data(); }
  std::vector<T> here() const {
    std::vector<T> values(memory.size());
    memory.download(values);
    return values;
  }
};

struct ValueAndSquare {
  template <class V>
  constexpr Pack<V, 2> operator()(V x, V centre) const {
    return {{x - centre, x * x}};
  }
};

template <class T>
void check_cross_entropy(std::size_t rows, std::size_t n, bool soft, ops::CrossEntropyTerm term) {
  auto scores = numbers<T>(rows * n, 1), teacher = numbers<T>(rows * n, 2), weights = numbers<T>(rows, 3);
  weights[0] = 0;
  std::vector<std::int32_t> labels(rows);
  for (std::size_t i = 0; i < rows; ++i) labels[i] = static_cast<std::int32_t>(i * 977 % n);
  std::vector<T> scale{T(0.5)}, losses(rows, T(2)), gradient(rows * n, T(3));
  Away<T> s(scores), t(teacher), w(weights), one(scale), l(losses), g(gradient);
  Away<std::int32_t> which(labels);
  Kernel<ops::CrossEntropy, Cuda<T>>::run({}, {rows, n, rows, s.data(), soft ? t.data() : nullptr,
                                               {which.data(), w.data(), false}, one.data(), l.data(), g.data(), term});
  Kernel<ops::CrossEntropy, Cpu<T>>::run({}, {rows, n, rows, scores.data(), soft ? teacher.data() : nullptr,
                                              {labels.data(), weights.data(), false}, scale.data(), losses.data(),
                                              gradient.data(), term});
  CAPTURE(n);
  CAPTURE(soft);
  CHECK(all_close(l.here(), losses, 10 * rounding<T>));
  CHECK(all_close(g.here(), gradient, 10 * rounding<T>));
}
}  // namespace

TEST_CASE_TEMPLATE("cross-entropy on the device is the CPU's" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t n : {1u, 2u, 10u, 100u, 1000u, 50'000u}) {
    for (const bool soft : {false, true}) {
      check_cross_entropy<T>(7, n, soft, {});
      check_cross_entropy<T>(130, n < 2000 ? n : 2000, soft, {.temperature = 2, .factor = 0.5, .accumulate = true});
    }
  }
}

TEST_CASE_TEMPLATE("squared error on the device is the CPU's" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t n : {1u, 10u, 784u, 5000u}) {
    const std::size_t rows = 130;
    const auto scores = numbers<T>(rows * n, 1), targets = numbers<T>(rows * n, 2), weights = numbers<T>(rows, 3);
    std::vector<T> scale{T(0.5)}, losses(rows), gradient(rows * n);
    Away<T> s(scores), t(targets), w(weights), one(scale), l(losses), g(gradient);
    Kernel<ops::SquaredError, Cuda<T>>::run({}, {rows, n, 13, s.data(), {t.data(), w.data(), true}, one.data(),
                                                 l.data(), g.data()});
    Kernel<ops::SquaredError, Cpu<T>>::run({}, {rows, n, 13, scores.data(), {targets.data(), weights.data(), true},
                                                scale.data(), losses.data(), gradient.data()});
    CAPTURE(n);
    CHECK(all_close(l.here(), losses, 10 * rounding<T>));
    CHECK(all_close(g.here(), gradient, 10 * rounding<T>));
  }
}

TEST_CASE_TEMPLATE("sums down the rows on the device are the CPU's" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t columns : {1u, 10u, 33u, 1000u}) {
    for (const std::size_t rows : {1u, 128u, 5000u}) {
      const auto x = numbers<T>(rows * columns, 1), centre = numbers<T>(columns, 2);
      std::vector<T> sums(2 * columns, T(1)), partial(ops::reduction_chunks * 2 * columns);
      Away<T> dx(x), dcentre(centre), dsums(sums), dpartial(partial);
      const auto run = [&]<class Backend>(Backend, const T* in, const T* repeated, T* out, T* chunks) {
        Kernel<ops::ReduceRows, Backend>::run({}, rows, columns, ValueAndSquare{}, true,
                                              Pack<T*, 2>{{out, out + columns}},
                                              Pack<Operand<const T>, 2>{{{in, columns}, {repeated, 0}}}, chunks);
      };
      run(Cuda<T>{}, dx.data(), dcentre.data(), dsums.data(), dpartial.data());
      run(Cpu<T>{}, x.data(), centre.data(), sums.data(), partial.data());
      CAPTURE(rows);
      CAPTURE(columns);
      CHECK(all_close(dsums.here(), sums, 10 * rounding<T>));
    }
  }
}

TEST_CASE_TEMPLATE("sums on the device are the CPU's, and the same each time" * doctest::skip(no_device()), T, float,
                   double) {
  for (const std::size_t size : {0u, 1u, 1000u, 3'000'001u}) {
    const auto x = numbers<T>(size + 1, 1);
    Away<T> dx(x);
    const auto device_sum = [&](bool accumulate) {
      Away<T> sum(std::vector<T>{T(4)});
      Kernel<ops::ReduceAll, Cuda<T>>::run({}, size, detail::Square{}, sum.data(), accumulate,
                                           Pack<const T*, 1>{{dx.data()}});
      return sum.here()[0];
    };
    for (const bool accumulate : {false, true}) {
      T sum = 4;
      Kernel<ops::ReduceAll, Cpu<T>>::run({}, size, detail::Square{}, &sum, accumulate, Pack<const T*, 1>{{x.data()}});
      CHECK(device_sum(accumulate) == doctest::Approx(sum).epsilon(10 * rounding<T>));
      CHECK(device_sum(accumulate) == device_sum(accumulate));
    }
  }
}

TEST_CASE_TEMPLATE("clipping on the device is the CPU's" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t size : {1u, 3000u, 2'000'000u}) {
    auto g = numbers<T>(2 * size + 5, 1);
    Away<T> dg(g);
    Buffer<Counters<T>, device::Memory> dcounters(1);
    Counters<T> counters, back;
    const auto parts = [&](T* data) { return std::vector<Flat<T*>>{{data, size}, {data + size + 5, size}}; };
    const auto here = parts(g.data()), there = parts(dg.data());
    Kernel<ops::ClipNorm, Cpu<T>>::run({}, 0.5, std::span<const Flat<T*>>(here), &counters);
    Kernel<ops::ClipNorm, Cuda<T>>::run({}, 0.5, std::span<const Flat<T*>>(there), dcounters.data());
    dcounters.download(std::span(&back, 1));
    CHECK(back.squares == doctest::Approx(counters.squares).epsilon(10 * rounding<T>));
    CHECK(back.gradient_scale == doctest::Approx(counters.gradient_scale).epsilon(10 * rounding<T>));
    CHECK(all_close(dg.here(), g, 10 * rounding<T>));
  }
}

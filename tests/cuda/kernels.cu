// The kernels that the device runs in a form of its own, against the CPU's.

#include <strata/cuda.hpp>
#include <strata/strata.hpp>

#include <cuda/no_device.hpp>

#include <backend/cpu/support.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <type_traits>
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
  Kernel<ops::CrossEntropy, Cuda<T>>::run({}, {rows,
                                               n,
                                               rows,
                                               s.data(),
                                               soft ? t.data() : nullptr,
                                               {which.data(), w.data(), false},
                                               one.data(),
                                               l.data(),
                                               g.data(),
                                               term});
  Kernel<ops::CrossEntropy, Cpu<T>>::run({}, {rows,
                                              n,
                                              rows,
                                              scores.data(),
                                              soft ? teacher.data() : nullptr,
                                              {labels.data(), weights.data(), false},
                                              scale.data(),
                                              losses.data(),
                                              gradient.data(),
                                              term});
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
    Kernel<ops::SquaredError, Cuda<T>>::run(
        {}, {rows, n, 13, s.data(), {t.data(), w.data(), true}, one.data(), l.data(), g.data()});
    Kernel<ops::SquaredError, Cpu<T>>::run({}, {rows,
                                                n,
                                                13,
                                                scores.data(),
                                                {targets.data(), weights.data(), true},
                                                scale.data(),
                                                losses.data(),
                                                gradient.data()});
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

TEST_CASE_TEMPLATE("maps on the device are the CPU's, wherever operands begin" * doctest::skip(no_device()), T, float,
                   double) {
  for (const std::size_t columns : {1u, 7u, 8u, 1000u}) {
    for (const std::size_t gap : {0u, 3u}) {
      for (const std::size_t begin : {0u, 1u, 4u}) {
        const std::size_t rows = 50, stride = columns + gap;
        const auto x = numbers<T>(rows * stride + begin, 1), centre = numbers<T>(columns, 2);
        for (const bool repeated : {false, true}) {
          std::vector<T> y(2 * rows * stride + begin, T(5));
          Away<T> dx(x), dcentre(centre), dy(y);
          const auto run = [&]<class Backend>(Backend, const T* in, const T* row, T* out) {
            const Operand<const T> all{in + begin, stride};
            const Pack<Operand<T>, 2> outputs{{{out + begin, stride}, {out + begin + rows * stride, stride}}};
            const Pack<Operand<const T>, 2> inputs{{all, repeated ? Operand<const T>{row, 0} : all}};
            Kernel<ops::Map, Backend>::run({}, rows, columns, ValueAndSquare{}, outputs, inputs);
          };
          run(Cuda<T>{}, dx.data(), dcentre.data(), dy.data());
          run(Cpu<T>{}, x.data(), centre.data(), y.data());
          CAPTURE(columns);
          CAPTURE(gap);
          CAPTURE(begin);
          CHECK(all_close(dy.here(), y, 10 * rounding<T>));
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("maps of rows on the device are the CPU's, in place too" * doctest::skip(no_device()), T, float,
                   double) {
  for (const std::size_t columns : {1u, 5u, 100u, 1000u, 50'000u}) {
    const std::size_t rows = columns < 1000 ? 700 : 13, stride = columns + 3;
    auto x = numbers<T>(rows * stride, 1), dy = numbers<T>(rows * stride, 2), probabilities = x;
    const auto gain = numbers<T>(columns, 3);
    Away<T> dx(x), ddy(dy), dgain(gain), dprobabilities(probabilities);
    const auto run = [&]<class Backend>(Backend, T* in, T* gradient, const T* repeated, T* scores) {
      const LayerNormRowBackward<T> row{{static_cast<T>(columns), T(1e-5)}};
      Kernel<ops::MapRows, Backend>::run({}, rows, columns, row,
                                         Pack<Operand<T>, 2>{{{gradient, stride}, {in, stride}}},
                                         Pack<Operand<const T>, 3>{{{in, stride}, {gradient, stride}, {repeated, 0}}});
      Kernel<ops::MapRows, Backend>::run({}, rows, columns, detail::SoftmaxRow<T>{},
                                         Pack<Operand<T>, 1>{{{scores, stride}}},
                                         Pack<Operand<const T>, 1>{{{scores, stride}}});
    };
    run(Cuda<T>{}, dx.data(), ddy.data(), dgain.data(), dprobabilities.data());
    run(Cpu<T>{}, x.data(), dy.data(), gain.data(), probabilities.data());
    CAPTURE(columns);
    CHECK(all_close(dx.here(), x, 10 * rounding<T>));
    CHECK(all_close(ddy.here(), dy, 10 * rounding<T>));
    CHECK(all_close(dprobabilities.here(), probabilities, 10 * rounding<T>));
  }
}

TEST_CASE_TEMPLATE("dropout on the device has the CPU's bits" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t columns : {1u, 7u, 8u, 1000u}) {
    for (const std::size_t begin : {0u, 1u, 4u}) {
      const std::size_t batch = 13, rows = 3 * batch;
      const auto x = numbers<T>(rows * columns + begin, 1);
      std::vector<T> y(x.size(), T(5));
      const std::vector<Counters<T>> counters{{.key = philox_key(12345678901ull), .step = 6}};
      Away<T> dx(x), dy(y);
      Away<Counters<T>> dcounters(counters);
      const auto drop = [&]<class Backend>(Backend, T* to, const T* from, const Counters<T>* at) {
        const auto mask = Mask{.rate = 0.4, .place = 16}.drawn<T>();
        Kernel<ops::MaskedMap, Backend>::run({}, rows, columns, ops::Masked{}, Pack<Operand<T>, 1>{{{to, columns}}},
                                             Pack<Operand<const T>, 1>{{{from, columns}}},
                                             ops::MaskArguments<T, DrawnMask<T>, 1>{{{mask}}, batch, 10, 0, at});
      };
      drop(Cuda<T>{}, dy.data() + begin, dx.data() + begin, dcounters.data());
      drop(Cpu<T>{}, y.data() + begin, x.data() + begin, counters.data());
      CAPTURE(columns);
      CAPTURE(begin);
      CHECK(dy.here() == y);
    }
  }
}

TEST_CASE_TEMPLATE("noise on the device has the CPU's bits" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t columns : {1u, 7u, 8u, 1000u}) {
    for (const std::size_t begin : {0u, 1u, 4u}) {
      const std::size_t batch = 13, rows = 3 * batch;
      const auto x = numbers<T>(rows * columns + begin, 1);
      std::vector<T> y(x.size(), T(5));
      const std::vector<Counters<T>> counters{{.key = philox_key(12345678901ull), .step = 6}};
      Away<T> dx(x), dy(y);
      Away<Counters<T>> dcounters(counters);
      const auto disturb = [&]<class Backend>(Backend, T* to, const T* from, const Counters<T>* at) {
        const auto noise = ops::Noise{.sigma = 0.4, .place = 16}.drawn<T>();
        Kernel<ops::MaskedMap, Backend>::run({}, rows, columns, ops::Noisy{}, Pack<Operand<T>, 1>{{{to, columns}}},
                                             Pack<Operand<const T>, 1>{{{from, columns}}},
                                             ops::MaskArguments<T, ops::DrawnNoise<T>, 1>{{{noise}}, batch, 10, 0, at});
      };
      disturb(Cuda<T>{}, dy.data() + begin, dx.data() + begin, dcounters.data());
      disturb(Cpu<T>{}, y.data() + begin, x.data() + begin, counters.data());
      CAPTURE(columns);
      CAPTURE(begin);
      CHECK(dy.here() == y);
    }
  }
}

TEST_CASE_TEMPLATE("hits on the device are the CPU's" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t columns : {1u, 3u, 10u, 1000u, 50'000u}) {
    const std::size_t rows = 130;
    auto scores = numbers<T>(rows * columns, 1), weights = numbers<T>(rows, 2);
    for (std::size_t i = 0; i < scores.size(); i += 7) scores[i] = std::numeric_limits<T>::quiet_NaN();
    weights[3] = 0;
    std::vector<std::int32_t> labels(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      const ops::HitArguments<T> row{1, columns, &scores[r * columns], nullptr, nullptr, nullptr};
      labels[r] = static_cast<std::int32_t>((HighestScore<T>::of(row, 0).column + r % 2) % columns);
    }
    std::vector<T> hits(rows, T(9));
    Away<T> s(scores), w(weights), h(hits);
    Away<std::int32_t> which(labels);
    Kernel<ops::Hits, Cuda<T>>::run({}, {rows, columns, s.data(), which.data(), w.data(), h.data()});
    Kernel<ops::Hits, Cpu<T>>::run({}, {rows, columns, scores.data(), labels.data(), weights.data(), hits.data()});
    CAPTURE(columns);
    CHECK(h.here() == hits);
  }
}

TEST_CASE_TEMPLATE("samples are gathered on the device in the order it holds" * doctest::skip(no_device()), T, float,
                   double, std::int32_t) {
  using Real = std::conditional_t<std::is_same_v<T, double>, double, float>;
  for (const std::size_t width : {1u, 7u, 784u}) {
    const std::size_t samples = 100, rows = 30, offset = 5;
    std::vector<T> from(samples * width), to(rows * width, T(9));
    for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(i);
    std::vector<std::size_t> order(samples);
    for (std::size_t i = 0; i < samples; ++i) order[i] = static_cast<std::size_t>(i * 37 % samples);
    const std::vector<std::uint64_t> first{40};
    Away<T> dfrom(from), dto(to);
    Away<std::size_t> dorder(order);
    Away<std::uint64_t> dfirst(first);
    Kernel<ops::Gather, Cuda<Real>>::run({}, ops::GatherArguments<T>{rows, width, width, dorder.data(), dfirst.data(),
                                                                     offset, dto.data(), dfrom.data()});
    Kernel<ops::Gather, Cpu<Real>>::run(
        {}, ops::GatherArguments<T>{rows, width, width, order.data(), first.data(), offset, to.data(), from.data()});
    CAPTURE(width);
    CHECK(dto.here() == to);
  }
}

TEST_CASE_TEMPLATE("rows of a table are taken and added to on the device" * doctest::skip(no_device()), T, float,
                   double) {
  for (const std::size_t columns : {1u, 7u, 128u}) {
    const std::size_t rows = 501, table_rows = 40;
    const auto from = numbers<T>(rows * columns, 1);
    auto table = numbers<T>(table_rows * columns, 2);
    std::vector<T> ids(rows), taken(rows * columns), scratch(rows);
    for (std::size_t i = 0; i < rows; ++i) ids[i] = static_cast<T>(i * i % 37);
    Away<T> dfrom(from), dtable(table), dids(ids), dtaken(taken), dscratch(scratch);
    Kernel<ops::GatherRows, Cuda<T>>::run(
        {}, {rows, columns, dids.data(), {dtable.data(), columns}, {dtaken.data(), columns}});
    Kernel<ops::GatherRows, Cpu<T>>::run({},
                                         {rows, columns, ids.data(), {table.data(), columns}, {taken.data(), columns}});
    Kernel<ops::ScatterAdd, Cuda<T>>::run(
        {}, {rows, columns, dids.data(), {dfrom.data(), columns}, {dtable.data(), columns}, 9}, dscratch.data());
    Kernel<ops::ScatterAdd, Cpu<T>>::run(
        {}, {rows, columns, ids.data(), {from.data(), columns}, {table.data(), columns}, 9}, scratch.data());
    CAPTURE(columns);
    CHECK(dtaken.here() == taken);
    CHECK(dtable.here() == table);
  }
}

TEST_CASE_TEMPLATE("batch and time swap on the device" * doctest::skip(no_device()), T, float, double) {
  for (const std::size_t width : {1u, 7u, 128u}) {
    const std::size_t outer = 30, inner = 11;
    const auto from = numbers<T>(outer * inner * width, 1);
    std::vector<T> to(from.size());
    Away<T> dfrom(from), dto(to);
    Kernel<ops::SwapAxes, Cuda<T>>::run({}, outer, inner, width, dto.data(), dfrom.data());
    Kernel<ops::SwapAxes, Cpu<T>>::run({}, outer, inner, width, to.data(), from.data());
    CAPTURE(width);
    CHECK(dto.here() == to);
  }
}

TEST_CASE("numbers are rounded on the device as here" * doctest::skip(no_device())) {
  const std::size_t rows = 37, columns = 21, stride = 24;
  const auto from = numbers<float>(rows * stride, 1);
  Away<float> dfrom(from);
  const auto check = [&]<class F, class To>(F f, To before) {
    std::vector<To> to(rows * stride, before);
    Away<To> dto(to);
    detail::convert(Cuda<float>::Stream{}, rows, columns, f, Operand<const float>{dfrom.data(), stride},
                    Operand<To>{dto.data(), stride});
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t j = 0; j < columns; ++j) to[r * stride + j] = f(from[r * stride + j]);
    }
    CHECK(dto.here() == to);
  };
  check(detail::BitsOfBFloat16{}, std::uint16_t{7});
  check(detail::Rounded<BFloat16>{}, 7.0f);
  check(detail::Rounded<TensorFloat32>{}, 7.0f);
}

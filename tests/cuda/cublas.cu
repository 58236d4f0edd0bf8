// Products of cuBLASLt against the CPU's.

#include <strata/cuda.hpp>
#include <strata/strata.hpp>
#include <strata/testing/all_close.hpp>

#include <cuda/no_device.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace strata;

namespace {
template <class T>
Buffer<T, device::Memory> on_device(const std::vector<T>& values) {
  Buffer<T, device::Memory> buffer(values.size());
  buffer.upload(values);
  return buffer;
}

/// The product on the GPU, its operands moved `off` elements from an aligned address.
template <class Backend, class T>
std::vector<T> product(ops::MatmulArguments<T> arguments, const std::vector<T>& a, const std::vector<T>& b,
                       const std::vector<T>& c, const std::vector<T>& bias, std::size_t off) {
  const auto da = on_device(a), db = on_device(b), dbias = on_device(bias);
  auto dc = on_device(c);
  arguments.a = da.data() + off;
  arguments.b = db.data() + off;
  arguments.c = dc.data() + off;
  if (arguments.bias != nullptr) arguments.bias = dbias.data() + off;
  Kernel<ops::Matmul, Backend>::run({}, arguments);
  std::vector<T> here(c.size());
  dc.download(here);
  return here;
}
}  // namespace

TEST_CASE_TEMPLATE("products of every form are the CPU's" * doctest::skip(no_device()), Backend, Cuda<float>,
                   Cuda<double>, Cuda<float, TensorFloat32>, Cuda<float, BFloat16>) {
  using T = typename Backend::element;
  const std::size_t m = 37, n = 19, k = 53;
  for (int form = 0; form < 64; ++form) {
    const bool ta = form & 1, tb = form & 2, accumulate = form & 4, biased = form & 8, relu = form & 16;
    const std::size_t off = form & 32 ? 1 : 0;
    std::vector<T> a(m * k + 1), b(k * n + 1), c(m * n + 1), bias(n + 1);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(i % 13) - 6;
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<T>(i % 7) - 3;
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = static_cast<T>(i % 5);
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<T>(i) - 9;
    const ops::MatmulArguments<T> arguments{
        m, n, k, a.data() + off, ta ? m : k, ta, b.data() + off, tb ? k : n, tb, c.data() + off, n, accumulate,
        biased ? bias.data() + off : nullptr, relu ? ops::Activation::relu : ops::Activation::none};
    const std::vector<T> here = product<Backend>(arguments, a, b, c, bias, off);
    Kernel<ops::Matmul, Cpu<T>>::run({}, arguments);
    CAPTURE(form);
    CHECK(here == c);  // small integers: exact in every format
  }
}

TEST_CASE_TEMPLATE("the GPU multiplies the rounded factors" * doctest::skip(no_device()), Products, TensorFloat32,
                   BFloat16) {
  const std::size_t m = 65, n = 130, k = 257;
  std::vector<float> a(m * k), b(k * n), c(m * n), none(1);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = std::sin(static_cast<float>(i));
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = std::cos(static_cast<float>(3 * i));
  const ops::MatmulArguments<float> arguments{m,        n, k,     a.data(), k, false, b.data(), n, false,
                                              c.data(), n, false, nullptr};
  const auto here = product<Cuda<float, Products>>(arguments, a, b, c, none, 0);
  Kernel<ops::Matmul, Thrust<System::cpp, float, Products>>::run({}, arguments);
  // Both round bfloat16 alike. How tensor cores round a float to TensorFloat-32 is not documented: 2 · 2^-10 at most.
  CHECK(all_close(here, c, std::is_same_v<Products, BFloat16> ? 1e-5 : 0x1p-9));
}

TEST_CASE("a NaN goes through an activation" * doctest::skip(no_device())) {
  std::vector<float> a(16, 1.0f), b(16, 1.0f), c(16), bias(4, 1.0f);
  a[4] = std::numeric_limits<float>::quiet_NaN();
  const ops::MatmulArguments<float> arguments{
      4, 4, 4, a.data(), 4, false, b.data(), 4, false, c.data(), 4, false, bias.data(), ops::Activation::relu};
  const auto here = product<Cuda<float>>(arguments, a, b, c, bias, 0);
  for (std::size_t i = 0; i < 16; ++i) CHECK(std::isnan(here[i]) == (i / 4 == 1));
}

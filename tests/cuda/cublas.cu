// Products of cuBLASLt against the CPU's.

#include <strata/cuda.hpp>
#include <strata/strata.hpp>

#include <cuda/no_device.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

TEST_CASE_TEMPLATE("products of every form are the CPU's" * doctest::skip(no_device()), T, float, double) {
  const std::size_t m = 37, n = 19, k = 53;
  for (int form = 0; form < 16; ++form) {
    const bool ta = form & 1, tb = form & 2, accumulate = form & 4, biased = form & 8;
    std::vector<T> a(m * k), b(k * n), c(m * n), bias(n), here(m * n);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(i % 13) - 6;
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<T>(i % 7) - 3;
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = static_cast<T>(i % 5);
    for (std::size_t i = 0; i < n; ++i) bias[i] = static_cast<T>(i);
    Buffer<T, device::Memory> da(a.size()), db(b.size()), dc(c.size()), dbias(n);
    da.upload(a);
    db.upload(b);
    dc.upload(c);
    dbias.upload(bias);
    const bool add_bias = biased && !accumulate;
    ops::MatmulArguments<T> arguments{m, n, k, da.data(), ta ? m : k, ta, db.data(), tb ? k : n, tb, dc.data(), n,
                                      accumulate, add_bias ? dbias.data() : nullptr};
    Kernel<ops::Matmul, Cuda<T>>::run({}, arguments);
    dc.download(here);
    arguments.a = a.data();
    arguments.b = b.data();
    arguments.c = c.data();
    arguments.bias = add_bias ? bias.data() : nullptr;
    Kernel<ops::Matmul, Cpu<T>>::run({}, arguments);
    CAPTURE(form);
    CHECK(here == c);  // small integers: exact
  }
}

// The library is found and loaded; what it makes is given back.

#include <cuda/stub/cublaslt.hpp>

#include <strata/backend/thrust/cublas_library.hpp>

#include <thrown.hpp>

#include <doctest/doctest.h>

using namespace strata;

TEST_CASE("what is made is destroyed once, with its owner") {
  const device::CublasLt& lt = device::CublasLt::get();
  const int before = stub::cublaslt().alive;
  {
    device::OwnedLibrary library;
    device::OwnedLayout layout, never_made;
    CHECK(lt.create(library.out()) == CUBLAS_STATUS_SUCCESS);
    CHECK(lt.make_layout(layout.out(), CUDA_R_32F, 2, 3, 2) == CUBLAS_STATUS_SUCCESS);
    CHECK(layout.get() != nullptr);
    CHECK(never_made.get() == nullptr);
    CHECK(stub::cublaslt().alive == before + 2);
  }
  CHECK(stub::cublaslt().alive == before);
}

TEST_CASE("a call that failed is named with the product it was for") {
  const ops::MatmulArguments<float> a{2, 3, 4, nullptr, 4, false, nullptr, 3, false, nullptr, 3, false, nullptr};
  CHECK_NOTHROW(device::check(CUBLAS_STATUS_SUCCESS, "cublasLtMatmul", a));
  CHECK(support::message<DeviceError>([&] { device::check(CUBLAS_STATUS_INVALID_VALUE, "cublasLtMatmul", a); }) ==
        "strata: cublasLtMatmul of [2, 4] by [4, 3] failed on device 0 with status 7");
}

#pragma once
// The Thrust backend: one source for GPU and host. A system is where Thrust runs it.

#include <strata/backend/thrust/products.hpp>

#if defined(__CUDACC__)
#include <strata/backend/thrust/device_memory.hpp>
#include <strata/backend/thrust/recording.hpp>
#endif

#include <concepts>

namespace STRATA_NAMESPACE {

/// The systems of Thrust: an NVIDIA GPU, OpenMP threads, one thread.
enum class System { cuda, omp, cpp };

/// Networks on a system of Thrust. T is float or double; Products says in which numbers matrices are multiplied:
/// FullPrecision, TensorFloat32 or BFloat16.
template <System Where, std::floating_point T, class Products = FullPrecision>
struct Thrust : detail::ProductsFit<T, Products> {
  using element = T;
  using products = Products;
  static constexpr System system = Where;

  /// Where operations run: how many threads a host system may use. The results have the same bits for any number.
  struct Stream {
    using backend = Thrust;
    int threads = 1;
    const T* unless = nullptr;  ///< a flag in the backend's memory: maps change nothing where it is not 0
  };
};

#if defined(__CUDACC__)
/// On an NVIDIA GPU: operations of a thread follow each other on one stream of the device.
template <std::floating_point T, class Products>
struct Thrust<System::cuda, T, Products> : detail::ProductsFit<T, Products> {
  using element = T;
  using products = Products;
  using memory = device::Memory;
  using recording = device::Recording;
  static constexpr System system = System::cuda;

  struct Stream {
    using backend = Thrust;
    int threads = 1;  ///< means nothing here
    const T* unless = nullptr;
  };
};
#endif

/// `Cuda<float>` in place of `Cpu<float>`; `Cuda<float, BFloat16>` multiplies in bfloat16.
template <class T, class Products = FullPrecision>
using Cuda = Thrust<System::cuda, T, Products>;

}  // namespace STRATA_NAMESPACE

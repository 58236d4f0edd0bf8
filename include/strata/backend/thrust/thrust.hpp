#pragma once
// The Thrust backend: one source for GPU and host. A system is where Thrust runs it.

#include <strata/core/config.hpp>

#if defined(__CUDACC__)
#include <strata/backend/thrust/device.hpp>
#endif

#include <concepts>

namespace STRATA_NAMESPACE {

/// The systems of Thrust: an NVIDIA GPU, OpenMP threads, one thread.
enum class System { cuda, omp, cpp };

/// Networks on a system of Thrust. T is float or double.
template <System Where, std::floating_point T>
struct Thrust {
  using element = T;
  static constexpr System system = Where;

  /// Where operations run: how many threads a host system may use. The results have the same bits for any number.
  struct Stream {
    using backend = Thrust;
    int threads = 1;
  };
};

#if defined(__CUDACC__)
/// On an NVIDIA GPU: operations of a thread follow each other on one stream of the device.
template <std::floating_point T>
struct Thrust<System::cuda, T> {
  using element = T;
  using memory = device::Memory;
  static constexpr System system = System::cuda;

  struct Stream {
    using backend = Thrust;
    int threads = 1;  ///< means nothing here
  };
};
#endif

/// `Cuda<float>` in place of `Cpu<float>`.
template <class T>
using Cuda = Thrust<System::cuda, T>;

}  // namespace STRATA_NAMESPACE

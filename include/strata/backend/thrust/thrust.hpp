#pragma once
// The Thrust backend: one source for GPU and host. A system is where Thrust runs it.

#include <strata/core/config.hpp>

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

}  // namespace STRATA_NAMESPACE

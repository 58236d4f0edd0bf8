#pragma once
// The one door to Thrust: a functor for every index below a count. Everything else is written in terms of it.
//
// for_each_n over counting iterators neither allocates nor waits, on any system; thrust::reduce does both. Where no
// device system was chosen and nvcc does not compile, Thrust would look for CUDA's runtime: it is told cpp. Which
// system runs a functor is always said by an execution policy, so units with other settings can be linked.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/thrust/thrust.hpp>

#if !defined(THRUST_DEVICE_SYSTEM) && !defined(__CUDACC__)
#define THRUST_DEVICE_SYSTEM THRUST_DEVICE_SYSTEM_CPP
#endif

#if __has_include(<thrust/for_each.h>)
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/system/cpp/execution_policy.h>
#if defined(__CUDACC__)
#include <thrust/system/cuda/execution_policy.h>
#include <thrust/system_error.h>

#include <string>
#endif
#if defined(_OPENMP)
#include <thrust/system/omp/execution_policy.h>

#include <omp.h>
#endif
#else
#error \
    "strata: Thrust is missing. Install it (Debian and Ubuntu: apt-get install libthrust-dev) or add the include folder of a CUDA toolkit with -I."
#endif

#include <cstddef>

namespace STRATA_NAMESPACE {
namespace detail {

#if defined(_OPENMP)
/// For a while, OpenMP regions of this thread have so many threads.
class ThreadsForAWhile {
 public:
  explicit ThreadsForAWhile(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  ThreadsForAWhile(const ThreadsForAWhile&) = delete;
  ThreadsForAWhile& operator=(const ThreadsForAWhile&) = delete;
  ~ThreadsForAWhile() { omp_set_num_threads(before_); }

 private:
  int before_;
};
#endif

template <class Stream, class F>
void for_each_on_host([[maybe_unused]] Stream stream, std::size_t count, [[maybe_unused]] std::size_t work, F f) {
  const thrust::counting_iterator<std::size_t> first(0);
#if defined(_OPENMP)
  if constexpr (Stream::backend::system == System::omp) {
    if (const int threads = threads_for(stream.threads, work); threads > 1) {
      const ThreadsForAWhile limit(threads);
      thrust::for_each_n(thrust::omp::par, first, count, f);
      return;
    }
  }
#endif
  thrust::for_each_n(thrust::cpp::par, first, count, f);
}

#if defined(__CUDACC__)
/// Thrust's own errors say neither on which device nor for how much.
template <class F>
void for_each_on_device(std::size_t count, F f) {
  const thrust::counting_iterator<std::size_t> first(0);
  try {
    thrust::for_each_n(thrust::cuda::par_nosync.on(device::stream()), first, count, f);
  } catch (const thrust::system_error& error) {
    const std::string what = "thrust::for_each_n over " + std::to_string(count) + " indices";
    device::check(static_cast<cudaError_t>(error.code().value()), what.c_str());
    throw DeviceError("strata: " + what + ": " + error.what());  // of another kind
  }
}
#endif

}  // namespace detail

/// f(0), …, f(count - 1) in any order. `work` is about how many elements that touches: little of it is not worth
/// threads.
template <class Stream, class F>
void for_each_index(Stream stream, std::size_t count, std::size_t work, F f) {
#if defined(__CUDACC__)
  if constexpr (Stream::backend::system == System::cuda) {
    if (count > 0) detail::for_each_on_device(count, f);
  } else  // the form for hosts is not even compiled
#endif
    detail::for_each_on_host(stream, count, work, f);
}

}  // namespace STRATA_NAMESPACE

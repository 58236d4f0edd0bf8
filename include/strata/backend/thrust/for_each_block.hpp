#pragma once
// The other way to write a kernel, beside a functor for every index: blocks of threads that share memory and wait for
// each other.
//
// The body of such a kernel is an ordinary function of block and thread. On a device it is compiled into a kernel of
// CUDA; on Thrust's host systems a block's threads are a loop, so what the device computes is tested without one. A
// kernel is a struct with
//
//   static constexpr unsigned threads;      of a block
//   struct Registers { … };                 what a thread keeps from phase to phase
//   unsigned phases() const;                between two phases the threads of a block wait for each other
//   std::size_t shared_bytes() const;       memory of a block, undefined at first
//   void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers&) const;
//
// all constexpr, so that nvcc compiles them for both sides.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/core/error.hpp>

#include <cstddef>
#include <string>

namespace STRATA_NAMESPACE {

/// Bytes a block may share where nothing is asked of the device: what every one has.
inline constexpr std::size_t most_shared_bytes = std::size_t{48} << 10U;

namespace detail {

/// Throws Error where a block would share more.
inline void check_shared(std::size_t bytes) {
  if (bytes <= most_shared_bytes) return;
  throw Error("strata: the threads of a block share " + std::to_string(bytes) + " bytes, but " +
              std::to_string(most_shared_bytes) + " are the most that every device has");
}

/// A block on a host system: its threads one after another, phase after phase.
template <class K>
struct BlockOnHost {
  K kernel;

  void operator()(std::size_t block) const {
    alignas(64) std::byte shared[most_shared_bytes];
    typename K::Registers registers[K::threads]{};
    for (unsigned phase = 0; phase < kernel.phases(); ++phase) {
      for (unsigned thread = 0; thread < K::threads; ++thread) kernel(phase, block, thread, shared, registers[thread]);
    }
  }
};

#if defined(__CUDACC__)
template <class K>
__global__ void __launch_bounds__(K::threads) block_on_device(const K kernel) {
  extern __shared__ double2 strata_shared[];  // begins at a multiple of 16 bytes
  typename K::Registers registers{};
  const unsigned phases = kernel.phases();
  for (unsigned phase = 0; phase < phases; ++phase) {
    if (phase > 0) __syncthreads();
    kernel(phase, std::size_t{blockIdx.x}, threadIdx.x, strata_shared, registers);
  }
}

/// How many blocks a launch has, in the number that takes. Throws DeviceError where no device takes so many.
inline unsigned grid_of(std::size_t blocks) {
  if (blocks > 0x7fffffffU) throw DeviceError("strata: no device takes " + std::to_string(blocks) + " blocks at once");
  return static_cast<unsigned>(blocks);
}
/// Throws DeviceError, with what was launched, unless it was.
inline void check_launch(cudaError_t result, std::size_t blocks, unsigned threads, std::size_t shared_bytes) {
  if (result == cudaSuccess) return;
  const std::string call = "the launch of " + std::to_string(blocks) + " blocks of " + std::to_string(threads) +
                           " threads that share " + std::to_string(shared_bytes) + " bytes";
  device::check(result, call.c_str());
}

template <class K>
void launch_blocks(std::size_t blocks, const K& kernel) {
  block_on_device<K><<<grid_of(blocks), K::threads, kernel.shared_bytes(), device::stream()>>>(kernel);
  check_launch(cudaGetLastError(), blocks, K::threads, kernel.shared_bytes());
}
#endif

}  // namespace detail

/// Runs a kernel for blocks 0, …, blocks - 1, in any order. `work` is about how many elements that touches. Throws
/// Error where a block would share more than most_shared_bytes.
template <class Stream, class K>
void for_each_block(Stream stream, std::size_t blocks, std::size_t work, const K& kernel) {
  detail::check_shared(kernel.shared_bytes());
#if defined(__CUDACC__)
  if constexpr (Stream::backend::system == System::cuda) {
    if (blocks > 0) detail::launch_blocks(blocks, kernel);
  } else  // not compiled for the device, where what loops over threads does not belong
#endif
    for_each_index(stream, blocks, work, detail::BlockOnHost<K>{kernel});
}

}  // namespace STRATA_NAMESPACE

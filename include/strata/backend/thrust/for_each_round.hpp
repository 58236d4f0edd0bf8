#pragma once
// Block kernels whose blocks wait for each other too: what a whole sequence of steps needs that depend on each other.
//
// All blocks are on the device at once, keep what they share from round to round, and between two rounds each sees what
// the others wrote. Such a kernel is one of for_each_block.hpp with rounds around the phases:
//
//   static constexpr unsigned threads;
//   struct Registers { … };
//   unsigned rounds() const;                between two rounds all blocks wait for each other
//   unsigned phases() const;                of a round; between two phases the threads of a block do
//   std::size_t shared_bytes() const;
//   void operator()(unsigned round, unsigned phase, std::size_t block, unsigned thread, void* shared, Registers&)
//   const;

#include <strata/backend/thrust/for_each_block.hpp>

#include <cstddef>
#include <vector>

#if defined(__CUDACC__)
#include <map>
#include <utility>

#include <cooperative_groups.h>
#endif

namespace STRATA_NAMESPACE {

/// What a device has for blocks that wait for each other.
struct RoundLimits {
  std::size_t shared_bytes = 0;  ///< the most a block may ask for
  std::size_t blocks = 0;        ///< how many there can be, one on a multiprocessor; 0: none may wait
  std::size_t multiprocessors = 0;
};

namespace detail {

/// What a block on a host system keeps.
template <class K>
struct BlockKept {
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> shared;
  std::vector<typename K::Registers> registers;

  explicit BlockKept(const K& kernel)
      : shared((kernel.shared_bytes() + sizeof(Line) - 1) / sizeof(Line)),
        registers(K::threads) {}
};

/// A round of a block on a host system: its threads one after another, phase after phase.
template <class K>
struct RoundOnHost {
  K kernel;
  unsigned round;
  BlockKept<K>* kept;

  void operator()(std::size_t block) const {
    for (unsigned phase = 0; phase < kernel.phases(); ++phase) {
      for (unsigned thread = 0; thread < K::threads; ++thread) {
        kernel(round, phase, block, thread, kept[block].shared.data(), kept[block].registers[thread]);
      }
    }
  }
};

#if defined(__CUDACC__)
template <class K>
__global__ void __launch_bounds__(K::threads) round_on_device(const K kernel) {
  extern __shared__ double2 strata_kept[];  // begins at a multiple of 16 bytes
  typename K::Registers registers{};
  const unsigned rounds = kernel.rounds(), phases = kernel.phases();
  for (unsigned round = 0; round < rounds; ++round) {
    if (round > 0) cooperative_groups::this_grid().sync();
    for (unsigned phase = 0; phase < phases; ++phase) {
      if (phase > 0) __syncthreads();
      kernel(round, phase, std::size_t{blockIdx.x}, threadIdx.x, strata_kept, registers);
    }
  }
}

template <class K>
void launch_rounds(std::size_t blocks, K kernel) {
  void* arguments[] = {&kernel};
  check_launch(cudaLaunchCooperativeKernel(&round_on_device<K>, dim3(grid_of(blocks)), dim3(K::threads), arguments,
                                           kernel.shared_bytes(), device::stream()),
               blocks, K::threads, kernel.shared_bytes());
}
#endif

}  // namespace detail

#if defined(__CUDACC__)
namespace device {

/// The number of the device this thread uses now.
inline int current() {
  int device = 0;
  check(cudaGetDevice(&device), "cudaGetDevice");
  return device;
}

/// Of the device this thread uses now, each asked once a thread.
inline const RoundLimits& round_limits() {
  thread_local std::map<int, RoundLimits> known;
  const int device = current();
  const auto found = known.find(device);
  if (found != known.end()) return found->second;
  const auto ask = [&](cudaDeviceAttr attribute) {
    int value = 0;
    check(cudaDeviceGetAttribute(&value, attribute, device), "cudaDeviceGetAttribute");
    return static_cast<std::size_t>(value);
  };
  const std::size_t multiprocessors = ask(cudaDevAttrMultiProcessorCount);
  return known[device] = {ask(cudaDevAttrMaxSharedMemoryPerBlockOptin),
                          ask(cudaDevAttrCooperativeLaunch) != 0 ? multiprocessors : 0, multiprocessors};
}

/// How many blocks of a kernel that share so many bytes each are on the device at once. Asked once a thread, device and
/// size; lets the kernel share as much as the device has.
template <class K>
std::size_t resident_blocks(std::size_t shared_bytes) {
  thread_local std::map<std::pair<int, std::size_t>, std::size_t> known;
  const std::pair<int, std::size_t> key{current(), shared_bytes};
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  const RoundLimits& limits = round_limits();
  int each = 0;
  if (shared_bytes <= limits.shared_bytes) {
    const auto kernel = &detail::round_on_device<K>;
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(limits.shared_bytes)),
          "cudaFuncSetAttribute", limits.shared_bytes);
    check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&each, kernel, static_cast<int>(K::threads), shared_bytes),
          "cudaOccupancyMaxActiveBlocksPerMultiprocessor", shared_bytes);
  }
  return known[key] = static_cast<std::size_t>(each) * limits.blocks;
}

}  // namespace device
#endif

/// Runs a kernel for blocks 0, …, blocks - 1, in any order within a round. On a device there are at most
/// device::resident_blocks of them. `work` is about how many elements a round touches. Host systems allocate what the
/// blocks keep.
template <class Stream, class K>
void for_each_round(Stream stream, std::size_t blocks, std::size_t work, const K& kernel) {
#if defined(__CUDACC__)
  if constexpr (Stream::backend::system == System::cuda) {
    if (blocks > 0) detail::launch_rounds(blocks, kernel);
  } else  // not compiled for the device, where what loops over threads does not belong
#endif
  {
    std::vector<detail::BlockKept<K>> kept(blocks, detail::BlockKept<K>(kernel));
    for (unsigned round = 0; round < kernel.rounds(); ++round) {
      for_each_index(stream, blocks, work, detail::RoundOnHost<K>{kernel, round, kept.data()});
    }
  }
}

}  // namespace STRATA_NAMESPACE

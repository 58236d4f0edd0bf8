#pragma once
// A stand-in for CUDA's runtime that needs no GPU: device memory is ordinary memory, kernels are counted and do not
// run. What a program asks of the runtime, and when, is the same.

#include <cstddef>

namespace stub {

/// What was asked for so far, and how to answer.
struct Runtime {
  int allocations = 0, frees = 0, waits = 0, launches = 0, copies = 0, captures = 0, graph_launches = 0;
  int alive = 0;           ///< allocations that were not freed
  int nodes = 0;           ///< kernels and copies of the graph that was captured last
  bool capturing = false;  ///< allocations and waits are refused
  bool late = false;       ///< no event has passed before it is waited for
  int fail_at = -1;        ///< the allocation of this number fails
  int refuse_at = -1;      ///< the launch of this number fails
  int device = 0;          ///< the current one; 0 has 132 multiprocessors, others 16
  /// A multiprocessor holds so many blocks that wait for each other, none of which shares more bytes.
  int resident = 1;
  std::size_t most_shared = ~std::size_t{0};
  int together = 0;        ///< launches of such blocks, of all
  std::size_t blocks = 0;  ///< of the last of these
};
Runtime& runtime();

}  // namespace stub

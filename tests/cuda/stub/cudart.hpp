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
};
Runtime& runtime();

}  // namespace stub

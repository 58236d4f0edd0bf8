#pragma once
// A stand-in for CUDA's runtime that needs no GPU: device memory is ordinary memory, kernels are counted and do not run.
// What a program asks of the runtime, and when, is the same.

#include <cstddef>

namespace stub {

/// What was asked for so far.
struct Calls {
  std::size_t allocations = 0, frees = 0, waits = 0, launches = 0, copies = 0, captures = 0, graph_launches = 0;
};
Calls& calls();

/// Kernels and copies of the graph instantiated last.
std::size_t nodes_of_last_graph();

}  // namespace stub

#pragma once
// The one customisation point: how one operation runs on one backend. A backend supplies one specialisation a file.

#include <strata/core/config.hpp>

namespace STRATA_NAMESPACE {

/// Specialise for an operation tag and a backend; `run(stream, …)` computes, and neither allocates nor waits.
template <class Operation, class Backend>
struct Kernel {
  static_assert(sizeof(Operation) == 0,
                "strata::Kernel: this backend has no kernel for this operation. Include the backend's door "
                "(<strata/strata.hpp> for Cpu), or specialise Kernel<Operation, Backend>.");
};

}  // namespace STRATA_NAMESPACE

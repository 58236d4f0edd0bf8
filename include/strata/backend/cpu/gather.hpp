#pragma once
// gather on the CPU: rows are copied whole.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/ops/gather.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::Gather, Cpu<T>> {
  template <class E>
  static void run(typename Cpu<T>::Stream, const ops::GatherArguments<E>& a) {
    const std::size_t* order = a.order + *a.first + a.offset;
    for (std::size_t i = 0; i < a.rows; ++i) std::copy_n(a.from + order[i] * a.from_width, a.width, a.to + i * a.width);
  }
};

}  // namespace STRATA_NAMESPACE

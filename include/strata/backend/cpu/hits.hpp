#pragma once
// hits on the CPU: a row at a time.

#include <strata/backend/common/hit_row.hpp>
#include <strata/backend/cpu/cpu.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::Hits, Cpu<T>> {
  static void run(typename Cpu<T>::Stream, const ops::HitArguments<T>& a) {
    for (std::size_t r = 0; r < a.rows; ++r) HighestScore<T>::of(a, r).write(a, r);
  }
};

}  // namespace STRATA_NAMESPACE

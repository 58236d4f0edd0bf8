#pragma once
// A workspace: the arena of one program and where its regions lie.
//
// Regions are placed for the extents of a batch, which takes microseconds, and stay where they are for all that fit
// into them. Only memory grows: a long sequence after a large batch does not cost a large batch of long sequences.

#include <strata/core/error.hpp>
#include <strata/network/plan.hpp>
#include <strata/network/run.hpp>
#include <strata/tensor/buffer.hpp>

#include <array>
#include <string>

namespace STRATA_NAMESPACE {

/// Memory for one program (see program.hpp). Grows when a batch needs more; otherwise it allocates nothing.
template <class Program, class Backend>
class Workspace {
 public:
  using element = typename Backend::element;

  /// Provides for extents up to these. Throws ValueError where no address space could hold them.
  void reserve(Extents extents) {
    if (extents.batch <= placed_.batch && extents.steps <= placed_.steps) return;
    if (!can_place(Plan<Program>::table, extents)) {
      throw ValueError(std::string("strata: no memory can hold a batch of ") + std::to_string(extents.batch) +
                       " samples and " + std::to_string(extents.steps) + " step(s)");
    }
    auto offsets = offsets_;  // should memory run out, everything stays as it is
    const std::size_t needed = place(Plan<Program>::table, extents, offsets);
    if (needed > arena_.size()) arena_ = Buffer<element, memory_of<Backend>>(needed);
    offsets_ = offsets;
    placed_ = extents;
  }

  /// A run over this memory; `extents` are within what was reserved.
  auto run(typename Backend::Stream stream, Extents extents, const Counters<element>* counters) {
    Run<Backend, typename Program::mode> r;
    r.stream = stream;
    r.extents = extents;
    r.counters = counters;
    r.arena = arena_.data();
    r.offsets = offsets_.data();
    r.allocations = Plan<Program>::table.data();
#if defined(STRATA_CHECKED)
    r.high_water = &high_water_;
#endif
    return r;
  }

  std::size_t bytes() const { return arena_.size() * sizeof(element); }
#if defined(STRATA_CHECKED)
  /// Bytes up to the end of the highest region any run acquired.
  std::size_t bytes_used() const { return high_water_ * sizeof(element); }
#endif

 private:
#if defined(STRATA_CHECKED)
  std::size_t high_water_ = 0;
#endif
  Buffer<element, memory_of<Backend>> arena_;
  std::array<std::size_t, Plan<Program>::count> offsets_{};
  Extents placed_{0, 0};
};

}  // namespace STRATA_NAMESPACE

#pragma once
// A workspace: the arena of one program and where its regions lie, for the largest extents seen.

#include <strata/network/plan.hpp>
#include <strata/network/run.hpp>
#include <strata/tensor/buffer.hpp>

#include <array>

namespace STRATA_NAMESPACE {

/// Memory for one program (see program.hpp). Grows when larger extents come; after that it allocates nothing.
template <class Program, class Backend>
class Workspace {
 public:
  using element = typename Backend::element;

  /// Provides for extents up to these.
  void reserve(Extents extents) {
    if (extents.batch <= capacity_.batch && extents.steps <= capacity_.steps && arena_.data() != nullptr) return;
    const Extents largest{std::max(extents.batch, capacity_.batch), std::max(extents.steps, capacity_.steps)};
    arena_ = Buffer<element>(place(Plan<Program>::table, largest, offsets_) + granule);  // never empty
    capacity_ = largest;
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
    return r;
  }

  std::size_t bytes() const { return arena_.size() * sizeof(element); }

 private:
  Buffer<element> arena_;
  std::array<std::size_t, Plan<Program>::count> offsets_{};
  Extents capacity_{0, 0};
};

}  // namespace STRATA_NAMESPACE

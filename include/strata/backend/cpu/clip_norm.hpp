#pragma once
// clip_norm on the CPU: a pass for the squares and, where the vector is too long, one to scale it.

#include <strata/backend/common/clip_norm.hpp>
#include <strata/backend/cpu/map.hpp>
#include <strata/backend/cpu/reduce_all.hpp>
#include <strata/ops/clip_norm.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct ScaledBy {
  T factor;
  template <class V>
  constexpr V operator()(V g) const {
    return g * V(factor);
  }
};
}  // namespace detail

template <class T>
struct Kernel<ops::ClipNorm, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, double limit, std::span<const Flat<T*>> parts,
                  Counters<T>* counters) {
    T squares = 0;
    ops::for_each_joined(parts, [&](Flat<T*> part) {
      Kernel<ops::ReduceAll, Cpu<T>>::run(stream, part.size, detail::Square{}, &squares, true,
                                          Pack<const T*, 1>{{part.data}});
    });
    counters->squares = squares;
    counters->gradient_scale = detail::scale_to_length(limit, squares);
    if (counters->gradient_scale == T(1)) return;
    ops::for_each_joined(parts, [&](Flat<T*> part) {
      Kernel<ops::Map, Cpu<T>>::run(stream, 1, part.size, detail::ScaledBy<T>{counters->gradient_scale},
                                    Pack<Operand<T>, 1>{{{part.data, part.size}}},
                                    Pack<Operand<const T>, 1>{{{part.data, part.size}}});
    });
  }
};

}  // namespace STRATA_NAMESPACE

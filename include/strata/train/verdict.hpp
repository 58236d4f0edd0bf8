#pragma once
// Whether a step went wrong, decided where it runs: on a device the steps after it have been sent by the time the
// program hears of it, and must change nothing.

#include <strata/core/counters.hpp>
#include <strata/ops/map.hpp>
#include <strata/tensor/buffer.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
/// 1 where something is not finite, else what was decided before.
struct Verdict {
  template <class V>
  constexpr V operator()(V losses, V penalty, V not_finite, V doomed) const {
    return math::select(losses * V(0) + penalty * V(0) + not_finite == V(0), doomed, V(1));
  }
};
/// `before` where the step is doomed, else `now`.
template <class T>
struct PutBack {
  const T* doomed;
  struct Loaded {
    bool back;
    template <class V>
    constexpr V operator()(V now, V before) const {
      return back ? before : now;
    }
  };
  constexpr Loaded load() const { return {*doomed != T(0)}; }
};
}  // namespace detail

/// A finished step's loss, penalty or gradient is not finite.
template <class T>
constexpr bool went_wrong(const Counters<T>& step) {
  return detail::Verdict{}(step.losses, step.penalty, step.not_finite, T(0)) != T(0);
}

/// *doomed = 1 where the step of these counters went wrong; it stays 1.
template <class Direct, class T>
void judge(Direct& direct, const Counters<T>* step, T* doomed) {
  const auto one = [](auto* value) { return Flat<decltype(value)>{value, 1}; };
  ops::map(
      direct, detail::Verdict{}, ops::into(one(doomed)),
      ops::from(one(&step->losses), one(&step->penalty), one(&step->not_finite), one(const_cast<const T*>(doomed))));
}

/// The buffer as it was before, where *doomed is not 0.
template <class Direct, class T, class Memory>
void put_back_if(Direct& direct, const T* doomed, Buffer<T, Memory>& buffer, const Buffer<T, Memory>& before) {
  ops::map(direct, detail::PutBack<T>{doomed}, ops::into(Flat<T*>{buffer.data(), buffer.size()}),
           ops::from(Flat<const T*>{buffer.data(), buffer.size()}, Flat<const T*>{before.data(), before.size()}));
}

/// `carried` becomes what `now` holds, unless *doomed is not 0.
template <class Direct, class T, class Memory>
void carry_if_not(Direct& direct, const T* doomed, Buffer<T, Memory>& carried, const T* now) {
  ops::map(direct, detail::PutBack<T>{doomed}, ops::into(Flat<T*>{carried.data(), carried.size()}),
           ops::from(Flat<const T*>{now, carried.size()}, Flat<const T*>{carried.data(), carried.size()}));
}

}  // namespace STRATA_NAMESPACE

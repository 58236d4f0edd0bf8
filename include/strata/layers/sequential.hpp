#pragma once
// Sequential: layers one after another. Allocates what stands between them, in place where that is safe, and frees it
// when the last layer that looks at it is done.
//
// Which activations share a buffer, and when each is given back, follows from the layers' `backward_reads` and
// `in_place` alone; it is worked out at compile time, and forward and backward only follow the table. Layers that say
// they can run as one do so where backward does not look at what stands between them.

#include <strata/layers/binding.hpp>
#include <strata/layers/slot.hpp>

#include <array>
#include <utility>

namespace STRATA_NAMESPACE {
namespace detail {

/// Whether each layer but the last can run as one with the next.
template <bool Taped, class L, class Next>
inline constexpr bool fusable = Fuses<L, Next> && runs_in_place<Next, Taped>();
template <bool Taped, class Layers, std::size_t... I>
consteval std::array<bool, Layers::count> all_fusable(std::index_sequence<I...>) {
  return {fusable<Taped, typename StepAt<I, Layers>::type, typename StepAt<I + 1, Layers>::type>...};
}

/// What to do with the activations between n layers; activation i stands between layers i and i + 1.
template <std::size_t N>
struct ActivationPlan {
  std::array<bool, N> fused{};                ///< layers i and i + 1 run as one: activation i is never written
  std::size_t between = N - 1;                ///< how many activations have a buffer, the first so many
  std::array<bool, N> shares{};               ///< activation i lies where activation i - 1 lay
  std::array<bool, N> free_after_forward{};   ///< after layer i + 1 nobody needs the buffer of activation i
  std::array<bool, N> free_after_backward{};  ///< activation i begins a buffer that backward needs
};

template <bool Taped, class... L>
consteval auto plan_activations() {
  constexpr std::size_t n = sizeof...(L);
  constexpr std::array<Reads, n> reads{backward_reads_of<L>()...};
  constexpr std::array<bool, n> in_place{runs_in_place<L, Taped>()...};
  ActivationPlan<n> plan;
  std::array<bool, n> needed{};  // backward reads activation i
  for (std::size_t i = 0; i + 1 < n; ++i) needed[i] = Taped && (reads_output(reads[i]) || reads_input(reads[i + 1]));
  constexpr auto can_fuse = all_fusable<Taped, List<L...>>(std::make_index_sequence<n - 1>{});
  for (std::size_t i = 0; i + 1 < n; ++i) plan.fused[i] = can_fuse[i] && !needed[i] && (i == 0 || !plan.fused[i - 1]);
  if (n > 1 && plan.fused[n - 2]) plan.between = n - 2;  // the pair writes the result itself
  for (std::size_t i = 1; i < plan.between; ++i) plan.shares[i] = in_place[i] && !needed[i - 1];
  for (std::size_t first = 0; first < plan.between;) {  // one buffer: activations first … last
    std::size_t last = first;
    while (last + 1 < plan.between && plan.shares[last + 1]) ++last;
    (needed[last] ? plan.free_after_backward[first] : plan.free_after_forward[last]) = true;
    first = last + 1;
  }
  return plan;
}

/// Where layers run forward and backward one after another; Residual runs its inner layers so too.
template <class In, class... L>
struct Chain {
  static constexpr std::size_t count = sizeof...(L);
  using steps = typename walk<In, L...>::steps;
  template <std::size_t I>
  using step = typename StepAt<I, steps>::type;
  template <std::size_t I>
  using layer = typename step<I>::layer;
  template <std::size_t I>
  using result = output_of<layer<I>, typename step<I>::input>;

  template <class Pointer, class Indices, class Between>
  struct TraceFor;
  template <class Pointer, std::size_t... I, std::size_t... B>
  struct TraceFor<Pointer, std::index_sequence<I...>, std::index_sequence<B...>> {
    Numbered<trace_of<layer<I>, typename step<I>::input, Pointer>...> layers;
    Numbered<strata::Batch<Pointer, result<B>>...> between;
  };
  template <class Pointer>
  using trace = TraceFor<Pointer, std::make_index_sequence<count>, std::make_index_sequence<count - 1>>;

  template <std::size_t I, class Run, class X, class Y, class S, class T>
  static constexpr void forward_one(Run& run, X x, Y y, S& slot, T& trace) {
    constexpr auto plan = plan_activations<Run::taped, L...>();
    constexpr bool with_next = plan.fused[I], with_last = plan.fused[I == 0 ? count - 1 : I - 1];
    if constexpr (!with_last) {
      make_room<I>(run, y, trace);
      auto child = child_slot<I>(slot, detail::at<I>(trace.layers));
      if constexpr (with_next) {
        make_room<I + 1>(run, y, trace);
        auto next = child_slot<I + 1>(slot, detail::at<I + 1>(trace.layers));
        strata::forward_fused(run, input<I>(x, trace), output<I + 1>(y, trace), child, next);
      } else {
        strata::forward(run, input<I>(x, trace), output<I>(y, trace), child);
      }
    }
    if constexpr (I > 0) {
      if constexpr (plan.free_after_forward[I - 1]) run.release(detail::at<I - 1>(trace.between).data);
    }
  }

  template <std::size_t I, class Run, class X, class Y, class DY, class DX, class S, class T>
  static constexpr void backward_from(Run& run, X x, Y y, DY dy, DX dx, S& slot, T& trace) {
    constexpr auto plan = plan_activations<true, L...>();
    auto child = child_slot<I>(slot, detail::at<I>(trace.layers));
    if constexpr (I == 0) {
      strata::backward(run, input<I>(x, trace), output<I>(y, trace), dy, dx, child);
      if constexpr (count > 1) {
        run.release(dy.data);
        if constexpr (plan.free_after_backward[0]) run.release(detail::at<0>(trace.between).data);
      }
    } else {
      constexpr bool over = runs_in_place<layer<I>, true>() && I + 1 < count;
      const auto gradient = [&] {
        if constexpr (over) return strata::Batch<typename Run::pointer, result<I - 1>>(dy.data, run.extents);
        else return run.template batch<result<I - 1>>();
      }();
      strata::backward(run, input<I>(x, trace), output<I>(y, trace), dy, gradient, child);
      if constexpr (!over && I + 1 < count) run.release(dy.data);
      if constexpr (I + 1 < count) {
        if constexpr (plan.free_after_backward[I]) run.release(detail::at<I>(trace.between).data);
      }
      backward_from<I - 1>(run, x, y, gradient, dx, slot, trace);
    }
  }

  template <class Run, class X, class Y, class S, class T>
  static constexpr void forward(Run& run, X x, Y y, S& slot, T& trace) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (forward_one<I>(run, x, y, slot, trace), ...);
    }(std::make_index_sequence<count>{});
  }
  template <class Run, class X, class Y, class DY, class DX, class S, class T>
  static constexpr void backward(Run& run, X x, Y y, DY dy, DX dx, S& slot, T& trace) {
    backward_from<count - 1>(run, x, y, dy, dx, slot, trace);
  }

 private:
  /// Says where activation I lies.
  template <std::size_t I, class Run, class Y, class T>
  static constexpr void make_room(Run& run, Y y, T& trace) {
    if constexpr (I + 1 < count) {
      constexpr auto plan = plan_activations<Run::taped, L...>();
      auto& out = detail::at<I>(trace.between);
      using Result = std::remove_reference_t<decltype(out)>;
      if constexpr (I == plan.between) out = Result(y.data, run.extents);
      else if constexpr (plan.shares[I]) out = Result(detail::at<I - 1>(trace.between).data, run.extents);
      else out = run.template batch<result<I>>();
    }
  }
  template <std::size_t I, class X, class T>
  static constexpr auto input(X x, T& trace) {
    if constexpr (I == 0) return x;
    else return detail::at<I - 1>(trace.between);
  }
  template <std::size_t I, class Y, class T>
  static constexpr auto output(Y y, T& trace) {
    if constexpr (I + 1 == count) return y;
    else return detail::at<I>(trace.between);
  }
};

template <class First, class... Rest>
struct Ends {
  using first = First;
  using last = typename StepAt<sizeof...(Rest), List<First, Rest...>>::type;
};

template <class Given, bool HasLayers>
struct SequentialNeedsLayers {
  static_assert(HasLayers, "strata::Sequential: at least one layer. Common mistake: an empty list.");
};
}  // namespace detail

/// Layers one after another: In -> the last layer's output. Nests at will.
template <class... Layers>
struct Sequential {
  template <class In>
  using inside = typename walk<In, Layers...>::steps;
  template <Shape In>
    requires(sizeof...(Layers) > 0) && Shape<typename walk<In, Layers...>::last>
  using output = typename walk<In, Layers...>::last;
  template <class In>
  using refusal = detail::SequentialNeedsLayers<In, (sizeof...(Layers) > 0)>;
  template <class In, class Pointer>
  using trace = typename detail::Chain<In, Layers...>::template trace<Pointer>;

  static constexpr bool gives_probabilities = strata::gives_probabilities<typename detail::Ends<Layers...>::last>();
  static constexpr Reads backward_reads =
      reads(reads_input(backward_reads_of<typename detail::Ends<Layers...>::first>()),
            reads_output(backward_reads_of<typename detail::Ends<Layers...>::last>()));

  template <class Run, class X, class Y, class S>
  static constexpr void forward(Run& run, X x, Y y, S& slot) {
    detail::Chain<typename S::input, Layers...>::forward(run, x, y, slot, slot.tape);
  }
  template <class Run, class X, class Y, class DY, class DX, class S>
  static constexpr void backward(Run& run, X x, Y y, DY dy, DX dx, S& slot) {
    detail::Chain<typename S::input, Layers...>::backward(run, x, y, dy, dx, slot, slot.tape);
  }
};

}  // namespace STRATA_NAMESPACE

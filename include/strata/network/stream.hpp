#pragma once
// A stream: what a session needs to be given a sequence one step at a time.
//
// Where a backend says so (turns_weights) products of a single row read the weights of a copy in which they lie turned,
// made at the first step and again when the network's weights were changed.

#include <strata/network/program.hpp>
#include <strata/network/replayer.hpp>
#include <strata/network/revision.hpp>
#include <strata/network/segments.hpp>
#include <strata/network/workspace.hpp>
#include <strata/ops/turned_product.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// Multiplies single rows faster by weights that lie turned.
template <class Backend>
concept TurnsWeights = OnHost<Backend> && requires { requires Backend::turns_weights; };

/// Steps of one sequence after another through networks of one type, of which weights of products are held as numbers
/// of one kind. Allocates at the first step alone.
template <class Layer, class In, class Backend, class Held = FullPrecision>
class SessionStream {
  static_assert(
      std::is_same_v<Held, FullPrecision>,
      "strata::Session: on this backend steps read the weights as they are. Rounded ones are for Cpu<float>.");

  using T = typename Backend::element;
  using Program = Prediction<Layer, In, Inference, T>;

 public:
  /// Takes all memory it will ever need. `revision` says which weights these are.
  void prepare(const T*, std::uint64_t) { workspace_.reserve({1, 1}); }
  /// One step of one sample, where the backend's tensors lie.
  void step(const Buffers<const T*, T*>& buffers, std::uint64_t revision, const T* x, T* y) {
    prepare(buffers.weights, revision);
    recorder_.run({x, y, buffers.weights, buffers.statistics, buffers.state}, [&] {
      auto run = workspace_.run({1}, {1, 1}, nullptr);
      Program::execute(run, buffers, x, y);
    });
  }

 private:
  /// What tells recorded steps apart.
  struct Recorded {
    const void *x, *y, *weights, *statistics, *state;
    bool operator==(const Recorded&) const = default;
  };

  Replayer<Backend, Recorded> recorder_;
  Workspace<Program, Backend> workspace_;
};

template <class Layer, class In, TurnsWeights Backend, class Held>
class SessionStream<Layer, In, Backend, Held> {
  using T = typename Backend::element;
  using Program = Prediction<Layer, In, SingleSteps<Held>, T>;

 public:
  void prepare(const T* weights, std::uint64_t revision) {
    if (revision == revision_) return;
    turn(weights);
    workspace_.reserve({1, 1});
    revision_ = revision;
  }
  void step(Buffers<const T*, T*> buffers, std::uint64_t revision, const T* x, T* y) {
    prepare(buffers.weights, revision);
    buffers.weights = turned_.data();
    auto run = workspace_.run({1}, {1, 1}, nullptr);
    run.every_other = odd_ = !odd_;
    Program::execute(run, buffers, x, y);
  }

 private:
  void turn(const T* weights) {
    constexpr auto size = static_cast<std::size_t>(storage<Weights, Layer, In>.fixed);
    if (turned_.size() < size) turned_ = Buffer<T>(size);
    for (const Segment& s : segments<Weights, Layer, In>) {
      const T* const from = weights + s.offset;
      T* const to = turned_.data() + s.offset;
      if (std::is_same_v<Held, FullPrecision> ? s.turned : s.multiplied)
        Kernel<ops::TurnedProduct, Backend>::template turn<Held>(from, to, s.shape[0], s.shape[1]);
      else std::copy_n(from, s.size, to);
    }
  }

  Buffer<T> turned_;  ///< laid out as the weights
  std::uint64_t revision_ = WeightsRevision::none;
  bool odd_ = false;
  Workspace<Program, Backend> workspace_;
};

}  // namespace STRATA_NAMESPACE

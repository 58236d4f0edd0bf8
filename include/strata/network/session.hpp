#pragma once
// A session: what one user of a network needs besides its weights: arena and recurrent state. Many threads may predict
// with one const network, each with a session of its own.

#include <strata/core/error.hpp>
#include <strata/core/on_demand.hpp>
#include <strata/core/precision.hpp>
#include <strata/core/threads.hpp>
#include <strata/network/program.hpp>
#include <strata/network/replayer.hpp>
#include <strata/network/segments.hpp>
#include <strata/network/workspace.hpp>
#include <strata/tensor/batch_view.hpp>
#include <strata/tensor/moved.hpp>

namespace STRATA_NAMESPACE {

namespace detail {
/// The recurrent state of a batch, zero at first; its layout follows the batch size.
template <class Net, class In, class Backend>
class RecurrentState {
  using T = typename Backend::element;
  using Memory = memory_of<Backend>;

 public:
  static constexpr Count count = storage<State, Net, In>;

  /// Makes room for `batch` samples; the state is zero afterwards if their number changed.
  void resize(std::size_t batch) {
    const std::size_t needed = count.at({batch, 1});
    if (needed > buffer_.size()) buffer_ = Buffer<T, Memory>(needed);
    if (batch != batch_) reset();
    batch_ = batch;
  }
  /// Makes room for up to `batch` samples; the state stays as it is.
  void reserve(std::size_t batch) {
    const std::size_t needed = count.at({batch, 1});
    if (needed <= buffer_.size()) return;
    Buffer<T, Memory> larger(needed);
    larger.copy(buffer_);
    buffer_ = std::move(larger);
  }
  void reset() { buffer_.zero(); }
  /// How many elements `batch` samples have.
  static constexpr std::size_t size(std::size_t batch) { return count.at({batch, 1}); }
  T* data() { return buffer_.data(); }
  const T* data() const { return buffer_.data(); }
  std::size_t batch() const { return batch_; }

  /// One state tensor by name ("0.h"), [batch, size].
  std::span<T> find(std::string_view name) {
    std::string known;
    std::size_t offset = 0;
    for (const Segment& s : segments<State, Net, In>) {
      if (s.name() == name) return {buffer_.data() + offset, batch_ * s.size};
      offset += batch_ * padded(s.size);
      known.append(known.empty() ? "" : ", ").append(s.name());
    }
    throw ValueError(std::string("strata: no recurrent state is called '") + std::string(name) +
                     "'; there are: " + known);
  }

 private:
  Buffer<T, Memory> buffer_;
  std::size_t batch_ = 0;
};
}  // namespace detail

/// What one user of a network of this type needs: arena, recurrent state, threads. Not shared between threads. Held
/// says in which numbers Network::step holds weights of products: in BFloat16 a step reads half as many bytes of them,
/// which is what limits larger layers, and outputs change in the second or third digit. Predictions are in full
/// precision always.
template <class NetworkType, class Held = FullPrecision>
class Session : public Session<NetworkType> {
 public:
  explicit Session(const NetworkType& net, Threads threads = {}) : Session<NetworkType>(net, threads) {}
  Session(const NetworkType& net, Threads threads, Extents extents) : Session<NetworkType>(threads) {
    this->reserve(extents);
    this->prepare_steps(net, *this, extents);
  }
  template <std::same_as<Extents> E>  // so that braces mean Threads
  Session(const NetworkType& net, E extents) : Session(net, Threads{}, extents) {}
  explicit Session(Threads threads = {}) : Session<NetworkType>(threads) {}
};

template <class NetworkType>
class Session<NetworkType, FullPrecision> {
 public:
  using element = typename NetworkType::element;
  using backend = typename NetworkType::backend;
  using layer = typename NetworkType::layer;
  using input = typename NetworkType::input;

  explicit Session(const NetworkType&, Threads threads = {}) : Session(threads) { reserve({}); }
  /// With the memory of these extents; for one sample and one step also that of Network::step.
  Session(const NetworkType& net, Threads threads, Extents extents) : threads_(threads) {
    reserve(extents);
    prepare_steps(net, *this, extents);
  }
  template <std::same_as<Extents> E>  // so that braces mean Threads
  Session(const NetworkType& net, E extents) : Session(net, Threads{}, extents) {}
  explicit Session(Threads threads = {}) : threads_(threads) {}

  /// Provides memory for predictions of extents up to these, so that they allocate nothing later;
  /// Network::prepare_steps is for steps. A carried state stays.
  void reserve(Extents extents) {
    workspace_.reserve(extents);
    state_.reserve(extents.batch);
    reserve_ids(extents);
  }

  /// Whether a prediction begins with the state the last one left (true) or with zeros (false, the default).
  void carry_state(bool carry) { carries_ = carry; }
  /// Back to zero: a new sequence.
  void reset_state() { state_.reset(); }
  /// One tensor of the recurrent state, [batch, size], as in "0.h": what the last prediction left (one sample before
  /// any).
  std::span<element> state(std::string_view name)
    requires OnHost<backend>
  {
    return state(name, std::max(std::size_t{1}, state_.batch()));
  }
  /// The same for a prediction of `batch` samples to come; zero where the last one had another number.
  std::span<element> state(std::string_view name, std::size_t batch)
    requires OnHost<backend>
  {
    state_.resize(batch);
    return state_.find(name);
  }

  /// Bytes of the arena of predictions.
  std::size_t bytes() const { return workspace_.bytes(); }
#if defined(STRATA_CHECKED)
  /// Bytes of the arena that predictions really used.
  std::size_t bytes_used() const { return workspace_.bytes_used(); }
#endif

 protected:
  template <class With>
  static void prepare_steps(const NetworkType& net, With& with, Extents extents) {
    if constexpr (Stepwise<input> && StepByStep<layer, input>)
      if (extents.batch == 1 && extents.steps == 1) net.prepare_steps(with);
  }

 private:
  template <class, Shape, class>
  friend class Network;

  /// What tells recorded predictions apart.
  struct Recorded {
    Extents extents;
    bool carries;
    const void *x, *y, *weights, *statistics;
    bool operator==(const Recorded&) const = default;
  };

  /// The elements of a batch of inputs: where they lie, but ids are copied to memory of its own, as elements.
  const element* elements(BatchView<input, const given_element<input, element>> x) {
    if constexpr (Tokenized<input>) {
      reserve_ids(x.extents());
      copy_ids<input>(x.data(), x.extents(), ids_.data(), "a prediction");
      return ids_.data();
    } else {
      return x.data();
    }
  }
  void reserve_ids(Extents extents) {
    if constexpr (Tokenized<input>)
      if (ids_.size() < extents.rows()) ids_ = Buffer<element>(extents.rows());
  }

  Threads threads_;
  bool carries_ = false;
  Replayer<backend, Recorded> recorder_;
  Workspace<Prediction<layer, input, Inference, element>, backend> workspace_;
  OnDemand stream_;  ///< a SessionStream where steps are taken one by one
  detail::RecurrentState<layer, input, backend> state_;
  Uploaded<element, memory_of<backend>> inputs_;  ///< of arrays in ordinary memory, where the backend's is another
  Buffer<element, memory_of<backend>> outputs_;
  Uploaded<std::uint32_t, memory_of<backend>> lengths_;
  Buffer<element> ids_;  ///< as elements; in ordinary memory
};

namespace detail {
/// What predictions in another mode than a session's need, for these extents.
template <class Mode, class NetworkType>
struct PredictionIn
    : Prediction<typename NetworkType::layer, typename NetworkType::input, Mode, typename NetworkType::element> {
  Workspace<PredictionIn, typename NetworkType::backend> workspace;
  RecurrentState<typename NetworkType::layer, typename NetworkType::input, typename NetworkType::backend> state;
  Uploaded<typename NetworkType::element, typename NetworkType::memory> inputs_;
  Buffer<typename NetworkType::element, typename NetworkType::memory> outputs_;
  Uploaded<std::uint32_t, typename NetworkType::memory> lengths_;

  explicit PredictionIn(Extents extents) {
    workspace.reserve(extents);
    state.resize(extents.batch);
  }
};
}  // namespace detail

}  // namespace STRATA_NAMESPACE

#pragma once
// A network: a layer bound to an input shape and a backend. Owns weights and statistics, nothing else; predicts through
// const.

#include <strata/core/denormals.hpp>
#include <strata/layers/binding.hpp>
#include <strata/network/parameters.hpp>
#include <strata/network/session.hpp>
#include <strata/network/stream.hpp>
#include <strata/tensor/batch_array.hpp>
#include <strata/tensor/batch_view.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>

namespace STRATA_NAMESPACE {

/// `Network<Sequential<…>, Features<4>, Cpu<float>> net{Seed{42}};` Can be copied, moved and swapped; views of a moved
/// network's tensors stay valid. A copy shares nothing.
template <class Layer, Shape In, class Backend>
class Network : public NetworkParameters<Layer, In, Backend> {
  using NetworkParameters<Layer, In, Backend>::weights_;
  using NetworkParameters<Layer, In, Backend>::statistics_;
  using NetworkParameters<Layer, In, Backend>::revision_;

 public:
  using layer = Layer;
  using input = In;
  using output = output_of<Layer, In>;
  using backend = Backend;
  using element = typename Backend::element;
  using memory = memory_of<Backend>;
  using session = Session<Network>;
  static_assert(leaves<Layer, In> <= (1 << 12) / masks_a_layer,
                "strata::Network: at most 512 layers, because 12 bits number the masks, 8 a layer");

  using NetworkParameters<Layer, In, Backend>::NetworkParameters;
  Network(const Network& other) : NetworkParameters<Layer, In, Backend>(other) {}
  Network(Network&& other) noexcept
      : NetworkParameters<Layer, In, Backend>(std::move(other)),
        spare_(other.spare_.exchange(nullptr)) {}
  Network& operator=(Network other) noexcept {
    this->swap(other);
    return *this;
  }
  ~Network() { delete spare_.load(); }

  /// Outputs for a batch of inputs: any xtensor expression [batch, …] of the input shape's rank -> xtensor [batch, …].
  /// Throws ShapeError where the sizes do not fit. Allocates its result and, the first time for an extent, an arena;
  /// a large batch is predicted in parts, so that the arena stays small. Here and below ragged sequences are handed
  /// over as Padded{inputs, lengths}; outputs past the end of a sample are zero.
  template <class Expression>
  auto predict(const Expression& inputs) const {
    auto spare = std::unique_ptr<session>(spare_.exchange(nullptr));
    if (!spare) spare = std::make_unique<session>();
    const BatchArray<In, element> array(inputs, "predict");
    const Extents all = array.extents();
    auto result = make_batch<output, element>(all);
    spare->reserve(first_part(all));  // may throw; predict_into may not
    for_each_part(all, [&](std::size_t first, Extents part) {
      predict_arrays(*spare, part, array.data() + first * array.each(),
                     result.data() + first * (result.size() / all.batch));
    });
    delete spare_.exchange(spare.release());
    return result;
  }

  /// The same with a session of one's own; the recurrent state is carried where the session says so.
  template <class Expression>
  auto predict(session& with, const Expression& inputs) const {
    const BatchArray<In, element> array(inputs, "predict");
    const Extents extents = array.extents();
    auto result = make_batch<output, element>(extents);
    with.reserve(extents);  // may throw; predict_into may not
    predict_arrays(with, extents, array.data(), result.data());
    return result;
  }

  /// Outputs into given memory, dense and batch-major: arrays of xtensor or spans with extents (see BatchView, which
  /// throws where they do not fit the shape); ids of Tokens are std::int32_t. Allocates only where the session has not
  /// seen such extents: `reserve` them first, because running out of memory here, or an x and a y of different batches,
  /// ends the program.
  void predict_into(session& with, BatchView<In, const given_element<In, element>> x,
                    BatchView<output, element> y) const noexcept(OnHost<Backend>) {
    require_same_extents<output>(x.extents(), y.extents());
    predict_arrays(with, x.extents(), with.elements(x), y.data());
  }
  /// The same behind pointers into the backend's memory, where lengths lie too: x holds batch · steps rows of the input
  /// (ids as elements, which nobody checks, nor the lengths), y as many of the output (one a sample where the network
  /// ends without steps). On a device it does not wait for the outputs, and is recorded and replayed for extents and
  /// pointers that come again; errors of the device are exceptions.
  void predict_into(session& with, Extents extents, const element* x, element* y) const noexcept(OnHost<Backend>) {
    if (extents.rows() == 0) return;
    with.workspace_.reserve(extents);
    with.state_.resize(extents.batch);
    const bool carries = with.carries_;
    with.recorder_.run({extents, carries, x, y, weights_.data(), statistics_.data()}, [&] {
      if (!carries) with.state_.reset();
      auto run = with.workspace_.run({with.threads_.count}, extents, nullptr);
      Prediction<Layer, In, Inference, element>::execute(run, buffers(with.state_.data()), x, y);
    });
  }

  /// Takes the memory of `step`, which then never allocates; a session made for the extents {1, 1} has it.
  template <class Held>
  void prepare_steps(Session<Network, Held>& with) const
    requires Stepwise<In>
  {
    with.state_.resize(1);
    with.stream_.template as<SessionStream<Layer, In, Backend, Held>>().prepare(weights_.data(), revision_.number());
  }

  /// One step of one sequence: the recurrent state goes from call to call. Never allocates but the first time. On the
  /// CPU outputs are those of `predict` of the whole sequence to the bit, but for denormal numbers, which are zero
  /// here: silence does not get slow. An id that is none of the Tokens is a ValueError, and the only one.
  template <class Held>
  void step(Session<Network, Held>& with, std::span<const given_element<In, element>, row_width<In>> in,
            std::span<element, row_width<output>> out) const noexcept(OnHost<Backend> && !Tokenized<In>)
    requires Stepwise<In>
  {
    static_assert(
        StepByStep<Layer, In>,
        "strata::Network::step: a layer of this network needs all steps of a sequence at once, so they can't come one "
        "by one. Common mistake: Bidirectional, MeanOverTime or MaxOverTime in a network that streams.");
    [[maybe_unused]] const FlushDenormals flush;
    const std::uint32_t length = 1;  // where the input is ragged
    const element* given = with.elements(BatchView<In, const given_element<In, element>>(in.data(), {1, 1, &length}));
    with.state_.resize(1);
    auto& stream = with.stream_.template as<SessionStream<Layer, In, Backend, Held>>();
    on_backend(with, {1, 1}, given, out.data(), [&](Extents, const element* x, element* y) {
      stream.step(buffers(with.state_.data()), revision_.number(), x, y);
    });
  }

  /// Refuses arrays of other lengths or elements.
  template <class Held, class X, class Y>
    requires Stepwise<In> && (!std::convertible_to<X, std::span<const given_element<In, element>, row_width<In>>> ||
                              !std::convertible_to<Y, std::span<element, row_width<output>>>)
  void step(Session<Network, Held>&, X&&, Y&&) const {
    static_assert(
        sizeof(X) == 0,
        "strata::Network::step: takes the features of one step and writes those of one: arrays of just so many "
        "elements of the network's type, std::array<float, 28>, or std::span(v).first<28>() of longer ones.");
  }

  /// `samples` predictions with dropout left on: xtensor [samples, batch, …], to be averaged (Gal & Ghahramani 2016).
  template <class Expression>
  auto predict_samples(const Expression& inputs, std::size_t samples, Seed seed) const {
    const BatchArray<In, element> array(inputs, "predict_samples");
    check_mask_steps(array.extents().steps, "predict_samples");
    detail::PredictionIn<Sampling, Network> prediction(first_part(array.extents()));
    Counters<element> counters{.key = philox_key(seed.value)};
    Buffer<Counters<element>, memory> block(1);
    auto result = make_batches<output, element>(samples, array.extents());
    const std::size_t each = samples == 0 ? 0 : result.size() / samples;
    for (std::size_t s = 0; s < samples; ++s) {
      counters.step = static_cast<std::uint32_t>(s);
      block.upload(std::span(&std::as_const(counters), 1));
      for_each_part(array.extents(), [&](std::size_t first, Extents part) {
        prediction.state.resize(part.batch);
        prediction.state.reset();
        on_backend(prediction, part, array.data() + first * array.each(),
                   result.data() + s * each + first * (each / array.extents().batch),
                   [&](Extents extents, const element* x, element* y) {
                     auto run = prediction.workspace.run({default_threads()}, extents, block.data());
                     run.first_sample = first;
                     prediction.execute(run, buffers(prediction.state.data()), x, y);
                   });
      });
    }
    return result;
  }

  /// Shows an observer every layer's output, and what layers keep inside (an LSTM's gates), in one prediction.
  template <class Expression>
  void observe(const Expression& inputs, Observer<element>& observer) const {
    const BatchArray<In, element> array(inputs, "observe");
    detail::PredictionIn<Observed, Network> prediction(array.extents());
    auto result = make_batch<output, element>(array.extents());
    if (array.extents().batch == 0) return;
    on_backend(prediction, array.extents(), array.data(), result.data(),
               [&](Extents extents, const element* x, element* y) {
                 auto run = prediction.workspace.run({1}, extents, nullptr);
                 run.observer = &observer;
                 prediction.execute(run, buffers(prediction.state.data()), x, y);
               });
  }

 private:
  static constexpr std::size_t predicted_at_once = 256;  // a few megabytes of arena; more at once is no faster

  /// A batch in parts: visit(first sample, extents of the part).
  template <class Visit>
  static void for_each_part(Extents all, Visit visit) {
    for (std::size_t first = 0; first < all.batch; first += predicted_at_once)
      visit(first, all.part(first, std::min(predicted_at_once, all.batch - first)));
  }
  /// The largest of them.
  static Extents first_part(Extents all) { return all.part(0, std::min(predicted_at_once, all.batch)); }

  /// Calls execute(extents, x, y) with lengths and pointers in the backend's memory: those of the arrays, or copies.
  template <class Owner, class Execute>
  static void on_backend(Owner& owner, Extents extents, const element* x, element* y, Execute execute) {
    if constexpr (OnHost<Backend>) {
      execute(extents, x, y);
    } else {
      const std::size_t in = extents.rows() * row_width<In>,
                        out = (Stepwise<output> ? extents.rows() : extents.batch) * features<output>;
      if (owner.outputs_.size() < out) owner.outputs_ = Buffer<element, memory>(out);
      if (extents.lengths != nullptr) extents.lengths = owner.lengths_.of({extents.lengths, extents.batch}).data();
      execute(extents, owner.inputs_.of({x, in}).data(), owner.outputs_.data());
      owner.outputs_.download({y, out});
    }
  }
  void predict_arrays(session& with, Extents extents, const element* x, element* y) const noexcept(OnHost<Backend>) {
    on_backend(with, extents, x, y,
               [&](Extents there, const element* from, element* to) { predict_into(with, there, from, to); });
  }

  /// A prediction writes no statistics; the pointer is mutable because training, which does, runs the same layers.
  Buffers<const element*, element*> buffers(element* state) const {
    return {weights_.data(), nullptr, const_cast<element*>(statistics_.data()), state, nullptr};
  }

  mutable std::atomic<session*> spare_{nullptr};  ///< the session of the last predict, for the next one
};

/// Layers that do not fit: the first that refuses says so, and whatever is done with the network is no further error.
template <class Layer, Shape In, class Backend>
  requires(!Fitting<Layer, In>)
class Network<Layer, In, Backend> : public Network<detail::Harmless, Features<1>, Backend> {
  // a base or member that is an error would make clang forget the other bases
  using complaint = std::enable_if_t<sizeof(Fits<Layer, In>) != 0>;

 public:
  using Network<detail::Harmless, Features<1>, Backend>::Network;
  template <class... Arguments>
  xt::xtensor<typename Backend::element, 2> predict(const Arguments&...) const {
    return {};
  }
  template <class... Arguments>
  void step(const Arguments&...) const {}
};

}  // namespace STRATA_NAMESPACE

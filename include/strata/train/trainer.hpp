#pragma once
// The trainer: a network, a loss, an optimizer and policies, and the loop around them.

#include <strata/network/network.hpp>
#include <strata/network/replayer.hpp>
#include <strata/ops/reduce_all.hpp>
#include <strata/optim/concept.hpp>
#include <strata/train/batch_part.hpp>
#include <strata/train/batch_source.hpp>
#include <strata/train/find_not_finite.hpp>
#include <strata/train/fit_options.hpp>
#include <strata/train/in_flight.hpp>
#include <strata/train/metrics.hpp>
#include <strata/train/placed_policies.hpp>
#include <strata/train/training_state.hpp>
#include <strata/train/verdict.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <type_traits>
#include <utility>

namespace STRATA_NAMESPACE {
namespace detail {
/// A loss that looks at the inputs too, as distillation does, names the shape it takes.
template <class Loss, class In>
concept TakesInput =
    !requires { typename Loss::input; } || requires { requires std::is_same_v<typename Loss::input, In>; };
}  // namespace detail

/// `Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 2e-3}, L2<1e-4>{}, ClipNorm<1.0>{}};` The network must
/// outlive it. Reported losses are means per sample (weighted), regularization included.
template <class NetworkType, class Loss, Optimizer Optim, Policy... Policies>
class Trainer {
 public:
  using element = typename NetworkType::element;
  using layer = typename NetworkType::layer;
  using input = typename NetworkType::input;
  using output = typename NetworkType::output;
  using target = typename Loss::template target<element>;
  using memory = typename NetworkType::memory;
  using state_type = TrainingState<element, Optim::moments, memory>;
  static_assert(LossFor<Loss, output>,
                "strata::Trainer: the loss cannot follow this network. Losses need Features<N> or Sequence<N>.");
  static_assert(consistent<Policies...>(),
                "strata::Trainer: two policies contradict each other: the same one twice, or two ways to clip.");
  static_assert(
      ((Regularizer<Policies> || Clipper<Policies>) && ...),
      "strata::Trainer: a policy for all weights regularizes or clips. Common mistake: Freeze or LearningRate, "
      "which stand on a layer: With<Layer, Freeze>.");
  static_assert(detail::TakesInput<Loss, input>,
                "strata::Trainer: student and teacher must be given the same input shape.");

  Trainer(NetworkType& net, Loss loss, Optim optimizer, Policies...)
      : net_(&net),
        loss_(std::move(loss)),
        optimizer_(optimizer),
        gradients_(net.weight_buffer().size()),
        statistics_before_(net.statistic_buffer().size()) {
    if constexpr (requires { optimizer_.check(); }) optimizer_.check();
    for (auto& m : state_.moments) m = Buffer<element, memory>(gradients_.size());
  }

  /// Fixes masks and data order; the default is Seed{0}.
  void set_seed(Seed seed) { state_.counters.key = philox_key(seed.value); }
  /// How many threads to use from now on; the results have the same bits for any number.
  void set_threads(Threads threads) {
    threads_ = threads;
    session_ = typename NetworkType::session(threads);
    if constexpr (requires { loss_.set_threads(threads); }) loss_.set_threads(threads);
  }

  /// One update on one batch (any xtensor expressions): returns its loss, before the update. Throws ShapeError,
  /// ValueError for bad targets, and NotFiniteError for a loss or gradient that is not finite, in which case the
  /// network is as it was. On a device it waits for the loss; fit does not.
  template <class Inputs, class TargetArray>
  double step(const Inputs& inputs, const TargetArray& targets, std::span<const double> sample_weights = {}) {
    settle();
    batch_.assign(inputs, targets, sample_weights, "Trainer::step");
    set_rate(optimizer_.learning_rate);
    send(batch_, {0, batch_.size(), std::min(default_piece, batch_.size())});
    return land(batch_).mean();
  }

  /// Trains on a data set; see FitOptions. Begins anew, unless resume() was called or a checkpoint loaded: then it goes
  /// on with the batch after the last one, and throws ValueError where samples or batches are not as many as before.
  template <class Data>
  History fit(const Data& data, const FitOptions& options = {}) {
    Source source(data.inputs, data.targets, options.sample_weights, "Trainer::fit");
    return fit_on(source, options, [&](EpochRecord& record) {
      if (options.hold_out == 0) return;
      const std::size_t all = source.size();
      const Evaluation held = evaluate_on(source, all - options.hold_out, all);
      record.validation_loss = held.loss;
      record.validation_accuracy = held.accuracy;
    });
  }

  /// Loss (without regularization) and, for class labels, accuracy on a data set, in prediction mode.
  template <class Data>
  Evaluation evaluate(const Data& data) {
    Source source(data.inputs, data.targets, {}, "Trainer::evaluate");
    return evaluate_on(source, 0, source.size());
  }

  /// The next fit goes on where the last one was cancelled or stopped by an error, given the same data and options.
  void resume() { resumes_ = true; }

  NetworkType& network() { return *net_; }
  const NetworkType& network() const { return *net_; }
  /// The gradient of the last step, clipped and regularized; laid out like the network's weights.
  std::span<const element> gradients() const
    requires OnHost<typename NetworkType::backend>
  {
    return gradients_.span();
  }
  /// Moments, counters and position: what a checkpoint saves besides the network. Waits for steps that are not back.
  state_type& state() {
    settle();
    return state_;
  }
  /// Bytes of the arena a training step works in.
  std::size_t arena_bytes() const { return workspace_.bytes(); }
#if defined(STRATA_CHECKED)
  /// Bytes of it that steps really used.
  std::size_t arena_bytes_used() const { return workspace_.bytes_used(); }
#endif

 private:
  using Program = TrainingStep<layer, input, Training, element>;
  using Backend = typename NetworkType::backend;
  using Source = BatchSource<input, output, Loss, Backend>;
  using Block = Counters<element>;
  static constexpr std::size_t default_piece = 1024;
  /// Which rows of a row-sparse tensor a step may change must be known here.
  static constexpr bool row_sparse =
      std::ranges::any_of(stretches<layer, input>, [](const Stretch& s) { return s.row > 0; });
  /// Steps are sent one after another without a look at them; a step that went wrong changes nothing, nor do those
  /// after it, until it is back and says so.
  static constexpr bool sends_ahead =
      !memory::on_host && !row_sparse && requires(typename Backend::Stream stream) { stream.unless; };

  using Queue = InFlight<element, memory, sends_ahead ? 64 : 1>;

  /// What tells recorded steps apart.
  struct Recorded {
    std::size_t samples, steps, piece;
    bool weighted;
    const void *source, *weights, *statistics;
    bool operator==(const Recorded&) const = default;
  };
  using Recorder = Replayer<std::conditional_t<sends_ahead, Backend, void>, Recorded>;

  template <class Validate>
  History fit_on(Source& source, const FitOptions& options, Validate validate) {
    const std::size_t count = checked_count(source, options);
    const std::size_t batch_size = options.batch_size == 0 ? count : std::min(options.batch_size, count);
    const std::size_t batches = (count - 1) / batch_size + 1,
                      piece = std::min(options.piece == 0 ? default_piece : options.piece, batch_size);
    begin(count, batch_size);
    History history;
    const Flying flying(*this, source);
    while (state_.epoch < options.epochs && !history.cancelled) {
      source.order(count, options.shuffle, state_.counters.key, state_.fit, state_.epoch);
      const auto begin = std::chrono::steady_clock::now();
      const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      };
      for (std::size_t batch = state_.batch; batch < batches && !history.cancelled;) {
        const std::size_t first = batch * batch_size, last = std::min(count, first + batch_size);
        set_rate(options.schedule(optimizer_.learning_rate, state_.epoch * batches + batch, options.epochs * batches));
        send(source, {first, last, piece, state_.epoch + 1, ++batch});
        while (!queue_.empty() && (queue_.full() || queue_.landed())) state_.count(land(source));
        if (options.on_batch) {
          history.cancelled =
              !options.on_batch({state_.epoch + 1, options.epochs, batch, batches, state_.mean_loss(), seconds()});
        }
      }
      settle();
      if (state_.batch >= batches) finish_epoch(history, seconds(), options, validate);
    }
    if (state_.epoch >= options.epochs) state_.begin_fit();
    return history;
  }

  /// While this lives steps of a fit are on their way; none is when it ends, in whatever way.
  class Flying {
   public:
    Flying(Trainer& trainer, Source& source) : trainer_(&trainer) { trainer.fitted_ = &source; }
    Flying(const Flying&) = delete;
    Flying& operator=(const Flying&) = delete;
    ~Flying() {
      try {
        trainer_->settle();
      } catch (const Error&) {  // what ended the fit is told; this left everything as it was
        trainer_->queue_.forget();
      }
      trainer_->fitted_ = nullptr;
    }

   private:
    Trainer* trainer_;
  };

  /// Waits for all steps of a fit that are on their way.
  void settle() {
    while (!queue_.empty()) state_.count(land(*fitted_));
  }

  /// A new fit, or the one to be resumed.
  void begin(std::size_t samples, std::size_t batch_size) {
    const bool goes_on = std::exchange(resumes_, false) && state_.under_way();
    if (goes_on && (state_.samples != samples || state_.batch_size != batch_size)) {
      throw ValueError(std::string("strata::Trainer::fit: the fit to be resumed had ") +
                       std::to_string(state_.samples) + " samples in batches of " + std::to_string(state_.batch_size) +
                       ", but was given " + std::to_string(samples) + " in batches of " + std::to_string(batch_size));
    }
    if (!goes_on && state_.under_way()) state_.begin_fit();
    state_.samples = samples;
    state_.batch_size = batch_size;
  }

  template <class Validate>
  void finish_epoch(History& history, double seconds, const FitOptions& options, Validate validate) {
    EpochRecord record{.epoch = state_.epoch + 1,
                       .loss = state_.mean_loss(),
                       .validation_loss = {},
                       .validation_accuracy = {},
                       .learning_rate = static_cast<double>(state_.counters.learning_rate),
                       .seconds = seconds};
    ++state_.epoch;
    state_.batch = 0;
    state_.loss_sum = state_.weight_sum = 0;
    validate(record);
    history.epochs.push_back(record);
    if (options.on_epoch && !options.on_epoch(record)) history.cancelled = true;
  }

  static std::size_t checked_count(const Source& source, const FitOptions& options) {
    if (options.hold_out >= source.size()) {
      throw ValueError(std::string("strata::Trainer::fit: hold_out is ") + std::to_string(options.hold_out) +
                       ", but there are only " + std::to_string(source.size()) + " samples");
    }
    return source.size() - options.hold_out;
  }

  /// The learning rate of the next step. One that is no rate would destroy the weights.
  void set_rate(double rate) {
    const auto stored = static_cast<element>(rate);
    if (!std::isfinite(stored) || stored < 0) {
      throw ValueError(std::string("strata::Trainer: the learning rate is ") + std::to_string(rate) +
                       ", but must be finite and at least 0");
    }
    state_.counters.learning_rate = stored;
  }

  /// Starts one update on a part of the source. What changes from step to step goes into the backend's memory before;
  /// what was summed up comes back later, see land.
  void send(Source& source, const BatchPart& part) {
    const typename Queue::Step step{part, source.weight_of(part.first, part.last)};
    state_.counters.loss_scale = static_cast<element>(step.weights == 0 ? 0 : 1 / step.weights);
    optimizer_.advance(state_.counters);
    Block counters = state_.counters;
    counters.first = part.first;
    queue_.send(counters, block_);
    const auto work = [&] {
      make_gradient(source, part, nullptr);
      if constexpr (sends_ahead) {
        auto run = direct();
        judge(run, std::as_const(block_).data(), doomed_.data());
        apply_gradient();
        put_back_if(run, std::as_const(doomed_).data(), net_->statistic_buffer(), statistics_before_);
      }
    };
    if (source.resident()) {
      recorder_.run({part.last - part.first, source.steps(), part.piece, source.weighted(), &source,
                     net_->weight_buffer().data(), net_->statistic_buffer().data()},
                    work);
    } else {
      work();
    }
    queue_.follow(step, block_);
    ++state_.counters.step;
  }

  /// Takes the oldest step back. Throws NotFiniteError where its loss or gradient is not finite: then neither it nor
  /// any step after it has happened.
  BatchTotal land(Source& source) {
    const typename Queue::Landed step = queue_.land();
    if (went_wrong(step.counters)) refuse(source, step);
    if constexpr (sends_ahead) state_.counters.gradient_scale = step.counters.gradient_scale;
    else apply_gradient();
    return {static_cast<double>(step.counters.losses), static_cast<double>(step.counters.penalty), step.weights};
  }

  /// The gradient of a part, regularized, and whether it is finite.
  void make_gradient(Source& source, const BatchPart& part, Observer<element>* observer) {
    statistics_before_.copy(net_->statistic_buffer());
    gradients_.zero();
    part.each_piece([&](std::size_t first, std::size_t last) {
      forward_backward(source, part.first, first - part.first, last - first, observer);
    });
    auto run = direct();
    regularize<layer, input>(List<Policies...>{}, run, flat(std::as_const(*net_).weight_buffer()), gradient(),
                             touched(), &block_.data()->penalty);
    check_finite(run, flat(gradients_), &block_.data()->not_finite);
  }
  /// Clips the gradient and updates the weights; those of a doomed step stay as they are.
  void apply_gradient() {
    auto run = direct();
    clip<layer, input>(List<Policies...>{}, run, gradient(), block_.data());
    if constexpr (memory::on_host) state_.counters.gradient_scale = block_.data()->gradient_scale;
    if constexpr (sends_ahead) run.stream.unless = doomed_.data();
    update(run, touched());
  }

  void forward_backward(Source& source, std::size_t first, std::size_t offset, std::size_t count,
                        Observer<element>* observer) {
    const auto batch = source.gather({threads_.count}, first, &block_.data()->first, offset, count);
    workspace_.reserve(batch.extents);
    recurrent_.resize(batch.extents.batch);
    recurrent_.reset();
    if constexpr (requires { loss_.prepare(batch.extents, batch.inputs); }) loss_.prepare(batch.extents, batch.inputs);
    auto run = workspace_.run({threads_.count}, batch.extents, block_.data());
    run.first_sample = offset;
    run.observer = observer;
    Program::execute(run, buffers(), batch.inputs, [&](auto& r, auto scores, element* losses, auto gradient) {
      loss_(r, scores, batch.targets, losses, gradient);
      ops::reduce_all(r.stream, ops::Identity{}, &block_.data()->losses, true,
                      ops::from(Flat<const element*>{losses, scores.rows}));
    });
  }

  void update(ops::Direct<Backend>& direct, const element* seen) {
    const Block* counters = block_.data();
    for (const Stretch& s : stretches<layer, input>) {
      if (s.attributes.frozen) continue;
      for_each_touched(s, seen, [&](std::size_t at, std::size_t size) {
        std::array<Flat<element*>, Optim::moments> moments;  // may be none, and nvcc warns of i < 0
        for (std::size_t i = 0; i != Optim::moments; ++i) moments[i] = {state_.moments[i].data() + at, size};
        optimizer_.update(direct, counters, s.attributes.learning_rate,
                          Flat<element*>{net_->weight_buffer().data() + at, size},
                          Flat<const element*>{gradients_.data() + at, size}, moments);
      });
    }
  }

  /// The gradients where the program may look at them, if it must know which rows they touch.
  const element* touched() { return row_sparse ? gradients_here_.of(gradients_.span()).data() : nullptr; }

  /// A step went wrong: computes it again, looking at every layer, and throws with the name of the first that is to
  /// blame, or of the first tensor where the loss hides it. The network is as it was before that step.
  [[noreturn]] void refuse(Source& source, const typename Queue::Landed& step) {
    queue_.forget();  // the steps behind it changed nothing
    doomed_.zero();
    const Block& sums = step.counters;
    state_.counters.step = sums.step;
    const Block again{.key = sums.key, .first = sums.first, .step = sums.step, .loss_scale = sums.loss_scale};
    block_.upload(std::span(&again, 1));
    if constexpr (!sends_ahead) net_->statistic_buffer().copy(statistics_before_);
    FindNotFinite<layer, input, element> finder;
    const bool hidden = std::isfinite(sums.losses) && std::isfinite(sums.penalty);
    make_gradient(source, step.part, hidden ? nullptr : &finder);
    net_->statistic_buffer().copy(statistics_before_);
    if (hidden) {
      throw NotFiniteError(std::string("strata::Trainer: the loss is finite, its gradient is not (") +
                           step.part.name() + "). The first tensor is '" +
                           first_not_finite<layer, input>(gradients_here_.of(gradients_.span())) + "'.");
    }
    throw NotFiniteError(
        std::string("strata::Trainer: the loss is not finite (") + step.part.name() + "). " + finder.blame() +
        (source.finite_inputs(step.part.first, step.part.last) ? "" : " The inputs are not all finite."));
  }

  Evaluation evaluate_on(Source& source, std::size_t first, std::size_t last) {
    return strata::evaluate_on(*net_, session_, loss_, source, first, last, threads_);
  }

  Buffers<const element*, element*> buffers() {
    return {net_->weight_buffer().data(), gradients_.data(), net_->statistic_buffer().data(), recurrent_.data(),
            nullptr};
  }
  static Flat<const element*> flat(const Buffer<element, memory>& buffer) { return {buffer.data(), buffer.size()}; }
  Flat<element*> gradient() { return {gradients_.data(), gradients_.size()}; }
  ops::Direct<Backend> direct() const { return {{threads_.count}}; }

  NetworkType* net_;
  Loss loss_;
  Optim optimizer_;
  Threads threads_;
  bool resumes_ = false;
  state_type state_;
  Buffer<element, memory> gradients_;
  Buffer<element, memory> statistics_before_;
  Buffer<Block, memory> block_{1};     ///< the counters as kernels see them
  Buffer<element, memory> doomed_{1};  ///< not 0: a step went wrong, and nothing is to change until that is told
  Queue queue_;
  Recorder recorder_;
  Source* fitted_ = nullptr;  ///< where the steps in the queue come from
  Downloaded<element, memory> gradients_here_;
  Workspace<Program, typename NetworkType::backend> workspace_;
  detail::RecurrentState<layer, input, typename NetworkType::backend> recurrent_;
  Source batch_;  ///< the batch of step
  typename NetworkType::session session_;
};

}  // namespace STRATA_NAMESPACE

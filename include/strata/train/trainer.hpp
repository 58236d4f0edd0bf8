#pragma once
// The trainer: a network, a loss, an optimizer and policies, and the loop around them.

#include <strata/optim/sgd.hpp>
#include <strata/train/dataset.hpp>
#include <strata/train/fit_options.hpp>
#include <strata/train/metrics.hpp>
#include <strata/train/steps.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <type_traits>
#include <utility>

namespace STRATA_NAMESPACE {
namespace detail {
/// A loss that looks at the inputs too, as distillation does, names the shape it takes.
template <class Loss, class In>
concept TakesInput =
    !requires { typename Loss::input; } || requires { requires std::is_same_v<typename Loss::input, In>; };
/// A loss that has a softmax of its own.
template <class Loss>
concept TakesScores = requires { requires Loss::takes_scores; };

/// Of a loss that takes scores of a teacher too, whether it is given probabilities.
template <class Loss>
concept TeacherOfProbabilities = requires { requires gives_probabilities<typename Loss::teacher::layer>(); };

/// What a trainer has that is given none.
struct NoOptimizer : SGD {};
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
  static_assert(!std::is_same_v<Optim, detail::NoOptimizer>,
                "strata::Trainer: an optimizer is missing behind the loss, as in Trainer trainer{net, CrossEntropy{}, "
                "Adam{.learning_rate = 1e-3}}.");
  static_assert(!(detail::TakesScores<Loss> && gives_probabilities<layer>()),
                "strata::Trainer: this loss takes scores and has a softmax of its own, so none may end the network. "
                "Leave it out, and ask for probabilities where you predict.");
  static_assert(!detail::TeacherOfProbabilities<Loss>,
                "strata::Trainer: the teacher's scores go through a softmax in the loss, so none may end the teacher.");
  static_assert(consistent<Policies...>(),
                "strata::Trainer: two policies contradict each other: the same one twice, or two ways to clip.");
  static_assert(
      ((Regularizer<Policies> || Clipper<Policies>) && ...),
      "strata::Trainer: a policy for all weights regularizes or clips. Common mistake: Freeze or LearningRate, "
      "which stand on a layer: With<Layer, Freeze>.");
  static_assert(detail::TakesInput<Loss, input>,
                "strata::Trainer: student and teacher must be given the same input shape.");

  Trainer(NetworkType& net, Loss loss, Optim optimizer, Policies...) : steps_(net, std::move(loss), optimizer) {}
  Trainer(NetworkType& net, Loss loss)
    requires std::is_same_v<Optim, detail::NoOptimizer>
      : Trainer(net, std::move(loss), Optim{}) {}

  /// Fixes masks and data order; the default is Seed{0}.
  void set_seed(Seed seed) { steps_.state().counters.key = philox_key(seed.value); }
  /// How many threads to use from now on; the results have the same bits for any number.
  void set_threads(Threads threads) {
    steps_.set_threads(threads);
    session_ = typename NetworkType::session(threads);
  }

  /// One update on one batch (any xtensor expressions; ragged inputs as Padded{inputs, lengths}): returns its loss,
  /// before the update. Throws ShapeError, ValueError for bad targets, and NotFiniteError for a loss or gradient that
  /// is not finite, in which case the network is as it was. On a device it waits for the loss; fit does not.
  template <class Inputs, class TargetArray>
  double step(const Inputs& inputs, const TargetArray& targets, std::span<const double> sample_weights = {}) {
    settle();
    batch_.assign(inputs, targets, sample_weights, "Trainer::step");
    steps_.set_rate(steps_.optimizer().learning_rate);
    const StateLaidAside carried{*this, steps_.forget_state()};  // of a fit that may be resumed
    steps_.send(batch_, {0, batch_.size(), std::min(default_piece, batch_.size())});
    return steps_.land(batch_).mean();
  }

  /// Trains on a data set; see FitOptions. Begins anew, unless resume() was called or a checkpoint loaded: then it goes
  /// on with the batch after the last one, and throws ValueError where samples or batches are not as many as before.
  template <class Data>
  History fit(const Data& data, const FitOptions& options = {}) {
    Source source(inputs_of<input>(data, "Trainer::fit"), data.targets, options.sample_weights, "Trainer::fit");
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
    Source source(inputs_of<input>(data, "Trainer::evaluate"), data.targets, {}, "Trainer::evaluate");
    return evaluate_on(source, 0, source.size());
  }

  /// The next fit goes on where the last one was cancelled or stopped by an error, given the same data and options.
  void resume() { resumes_ = true; }

  /// Shows an observer every step from now on, until it is told another one, or nullptr: nobody. The observer must live
  /// as long. On a device each step is then waited for.
  void observe(StepObserver<element>* observer) {
    settle();
    steps_.observe(observer);
  }
  StepObserver<element>* observer() const { return steps_.observer(); }

  NetworkType& network() { return steps_.network(); }
  const NetworkType& network() const { return steps_.network(); }
  /// The gradient of the last step, clipped and regularized; laid out like the network's weights.
  std::span<const element> gradients() const
    requires OnHost<typename NetworkType::backend>
  {
    return steps_.gradients();
  }
  /// Moments, counters and position: what a checkpoint saves besides the network. Waits for steps that are not back.
  state_type& state() {
    settle();
    return steps_.state();
  }
  const state_type& state() const
    requires OnHost<typename NetworkType::backend>
  {
    return steps_.state();
  }
  /// Bytes of the arena a training step works in.
  std::size_t arena_bytes() const { return steps_.workspace().bytes(); }
#if defined(STRATA_CHECKED)
  /// Bytes of it that steps really used.
  std::size_t arena_bytes_used() const { return steps_.workspace().bytes_used(); }
#endif

 private:
  using Inside = Steps<NetworkType, Loss, Optim, Policies...>;
  using Source = typename Inside::Source;
  static constexpr std::size_t default_piece = 1024;

  template <class Validate>
  History fit_on(Source& source, const FitOptions& options, Validate validate) {
    const std::size_t count = checked_count(source, options);
    const std::size_t batch_size = options.batch_size == 0 ? count : std::min(options.batch_size, count);
    const std::size_t batches = (count - 1) / batch_size + 1,
                      piece = options.carry_state
                                  ? batch_size
                                  : std::min(options.piece == 0 ? default_piece : options.piece, batch_size);
    check_carrying(options, count, batch_size);
    begin(count, batch_size, options.carry_state);
    state_type& state = steps_.state();
    History history;
    const Flying flying(*this, source);
    while (state.epoch < options.epochs && !history.cancelled) {
      source.order(count, options.shuffle, state.counters.key, state.fit, state.epoch, batch_size, options.bucket);
      if (!options.carry_state) steps_.forget_state();
      else if (state.batch == 0) steps_.carry_state(batch_size);
      const auto begin = std::chrono::steady_clock::now();
      const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      };
      for (std::size_t batch = state.batch; batch < batches && !history.cancelled;) {
        const std::size_t first = batch * batch_size, last = std::min(count, first + batch_size);
        steps_.set_rate(options.schedule(steps_.optimizer().learning_rate, state.epoch * batches + batch,
                                         options.epochs * batches));
        steps_.send(source, {first, last, piece, state.epoch + 1, ++batch});
        auto& queue = steps_.queue();
        // a loss to show is waited for: that of an epoch's first step
        while (!queue.empty() && (queue.full() || queue.landed() || state.batch == 0)) state.count(steps_.land(source));
        if (options.on_batch) {
          history.cancelled =
              !options.on_batch({state.epoch + 1, options.epochs, batch, batches, state.mean_loss(), seconds()});
        }
      }
      settle();
      if (state.batch >= batches) finish_epoch(history, seconds(), options, validate);
    }
    if (state.epoch >= options.epochs) {
      state.begin_fit();
      steps_.forget_state();
    }
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
      } catch (...) {  // what ended the fit is told; this left everything as it was
        trainer_->steps_.queue().forget();
      }
      trainer_->fitted_ = nullptr;
    }

   private:
    Trainer* trainer_;
  };

  /// Puts the state that a fit carries back, whatever happens.
  struct StateLaidAside {
    Trainer& trainer;
    Buffer<element, typename NetworkType::memory> carried;
    ~StateLaidAside() { trainer.steps_.state().carried = std::move(carried); }
  };

  /// Waits for all steps of a fit that are on their way.
  void settle() {
    while (!steps_.queue().empty()) steps_.state().count(steps_.land(*fitted_));
  }

  /// A new fit, or the one to be resumed.
  void begin(std::size_t samples, std::size_t batch_size, bool carry) {
    state_type& state = steps_.state();
    const bool goes_on = resumes_ && state.under_way();
    if (goes_on && (state.samples != samples || state.batch_size != batch_size)) {
      throw ValueError(std::string("strata::Trainer::fit: the fit to be resumed had ") + std::to_string(state.samples) +
                       " samples in batches of " + std::to_string(state.batch_size) + ", but was given " +
                       std::to_string(samples) + " in batches of " + std::to_string(batch_size));
    }
    if (!goes_on && state.under_way()) state.begin_fit();
    if (state.batch != 0 && !steps_.carries(carry ? batch_size : 0)) {
      throw ValueError(std::string("strata::Trainer::fit: the fit to be resumed ") +
                       (carry ? "did not carry" : "carried") +
                       " its recurrent state from batch to batch, but carry_state is " + (carry ? "true" : "false"));
    }
    state.samples = samples;
    state.batch_size = batch_size;
    resumes_ = false;
  }

  template <class Validate>
  void finish_epoch(History& history, double seconds, const FitOptions& options, Validate validate) {
    state_type& state = steps_.state();
    EpochRecord record{.epoch = state.epoch + 1,
                       .loss = state.mean_loss(),
                       .validation_loss = {},
                       .validation_accuracy = {},
                       .learning_rate = static_cast<double>(state.counters.learning_rate),
                       .seconds = seconds};
    ++state.epoch;
    state.batch = 0;
    state.loss_sum = state.weight_sum = 0;
    validate(record);
    history.epochs.push_back(record);
    if (options.on_epoch && !options.on_epoch(record)) history.cancelled = true;
  }

  static void check_carrying(const FitOptions& options, std::size_t count, std::size_t batch_size) {
    if (!options.carry_state) return;
    if (options.shuffle || options.bucket > 0 || count % batch_size != 0) {
      throw ValueError(
          std::string("strata::Trainer::fit: carry_state needs shuffle = false, bucket = 0 and whole batches, but was "
                      "given ") +
          (options.shuffle      ? "shuffle = true"
           : options.bucket > 0 ? "bucket = " + std::to_string(options.bucket)
                                : std::to_string(count) + " samples in batches of " + std::to_string(batch_size)));
    }
    if (!Causal<layer, input>) {
      throw ValueError(
          "strata::Trainer::fit: carry_state was given for a network with a layer that reads sequences from their end "
          "(Bidirectional), whose state there is not that of the batch before");
    }
  }

  static std::size_t checked_count(const Source& source, const FitOptions& options) {
    if (options.hold_out >= source.size()) {
      throw ValueError(std::string("strata::Trainer::fit: hold_out is ") + std::to_string(options.hold_out) +
                       ", but there are only " + std::to_string(source.size()) + " samples");
    }
    return source.size() - options.hold_out;
  }

  Evaluation evaluate_on(Source& source, std::size_t first, std::size_t last) {
    return strata::evaluate_on(steps_.network(), session_, steps_.loss(), source, first, last, steps_.threads(),
                               evaluation_);
  }

  Inside steps_;
  bool resumes_ = false;
  Source* fitted_ = nullptr;  ///< where the steps on their way come from
  Source batch_;              ///< the batch of step
  typename NetworkType::session session_;
  EvaluationMemory<element, memory> evaluation_;
};

template <class NetworkType, class Loss>
Trainer(NetworkType&, Loss) -> Trainer<NetworkType, Loss, detail::NoOptimizer>;

}  // namespace STRATA_NAMESPACE

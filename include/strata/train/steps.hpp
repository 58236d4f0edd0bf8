#pragma once
// The steps of a training, one after another: sent to the backend, taken back, and undone where they went wrong.

#include <strata/network/network.hpp>
#include <strata/network/replayer.hpp>
#include <strata/network/touched.hpp>
#include <strata/ops/reduce_all.hpp>
#include <strata/optim/concept.hpp>
#include <strata/train/batch_part.hpp>
#include <strata/train/batch_source.hpp>
#include <strata/train/find_not_finite.hpp>
#include <strata/train/in_flight.hpp>
#include <strata/train/placed_policies.hpp>
#include <strata/train/step_observer.hpp>
#include <strata/train/training_state.hpp>
#include <strata/train/verdict.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE {

/// What a trainer sends batches through. The network must outlive it.
template <class NetworkType, class Loss, Optimizer Optim, class... Policies>
class Steps {
  using element = typename NetworkType::element;
  using layer = typename NetworkType::layer;
  using input = typename NetworkType::input;
  using memory = typename NetworkType::memory;
  using Program = TrainingStep<layer, input, Training, element>;
  using Backend = typename NetworkType::backend;

 public:
  using Source = BatchSource<input, typename NetworkType::output, Loss, Backend>;
  using state_type = TrainingState<element, Optim::moments, memory>;

 private:
  using Block = Counters<element>;
  using Recurrent = detail::RecurrentState<layer, input, Backend>;
  /// Which rows a step touches is said here, so it is another step each time.
  static constexpr bool row_sparse = detail::row_sparse<layer, input>;
  /// Steps are sent one after another without a look at them; a step that went wrong changes nothing, nor do those
  /// after it, until it is back and says so.
  static constexpr bool sends_ahead =
      !memory::on_host && !row_sparse && requires(typename Backend::Stream stream) { stream.unless; };

  using Queue = InFlight<element, memory, sends_ahead ? 64 : 1>;

  /// What tells recorded steps apart: those of one source are cut into equal pieces.
  struct Recorded {
    std::size_t samples, steps;
    bool weighted;
    const void *source, *weights, *statistics, *moments, *loss, *carried;
    bool operator==(const Recorded&) const = default;
  };
  using Recorder = Replayer<std::conditional_t<sends_ahead, Backend, void>, Recorded>;

 public:
  Steps(NetworkType& net, Loss loss, Optim optimizer)
      : net_(&net),
        loss_(std::move(loss)),
        optimizer_(optimizer),
        gradients_(net.weight_buffer().size()),
        statistics_before_(net.statistic_buffer().size()) {
    if constexpr (requires { optimizer_.check(); }) optimizer_.check();
    for (auto& m : state_.moments) m = Buffer<element, memory>(gradients_.size());
  }

  void set_threads(Threads threads) {
    threads_ = threads;
    if constexpr (requires { loss_.set_threads(threads); }) loss_.set_threads(threads);
  }
  void observe(StepObserver<element>* observer) { observer_ = observer; }
  StepObserver<element>* observer() const { return observer_; }
  /// The learning rate of the next step. One that is no rate would destroy the weights.
  void set_rate(double rate) {
    const auto stored = static_cast<element>(rate);
    if (!std::isfinite(stored) || stored < 0) {
      throw ValueError(std::string("strata::Trainer: the learning rate is ") + std::to_string(rate) +
                       ", but must be finite and at least 0");
    }
    state_.counters.learning_rate = stored;
  }

  /// From now on a step begins with the recurrent state the last one left, at first zero, for batches of so many
  /// samples.
  void carry_state(std::size_t batch) {
    if (state_.carried.size() != Recurrent::size(batch)) {
      state_.carried = Buffer<element, memory>(Recurrent::size(batch));
    }
    state_.carried.zero();
  }
  /// Whether that is so for such batches: of a fit that is resumed.
  bool carries(std::size_t batch) const { return state_.carried.size() == Recurrent::size(batch); }
  /// From now on each begins with zero. Returns what the next would have begun with.
  Buffer<element, memory> forget_state() { return std::exchange(state_.carried, {}); }

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
      make_gradient(source, part, observer_);
      if constexpr (sends_ahead) {
        auto run = direct();
        judge(run, std::as_const(block_).data(), doomed_.data());
        apply_gradient();
        put_back_if(run, std::as_const(doomed_).data(), net_->statistic_buffer(), statistics_before_);
        if (carries()) carry_if_not(run, doomed_.data(), state_.carried, std::as_const(recurrent_).data());
      }
    };
    if (observer_ != nullptr) {
      work();  // a recorded step can't be looked at
    } else if (source.resident()) {
      recorder_.run({part.last - part.first, source.steps_of(part.first, part.last), source.weighted(), &source,
                     net_->weight_buffer().data(), net_->statistic_buffer().data(), moments(), looked_at_by_loss(),
                     state_.carried.data()},
                    work);
    } else {
      if constexpr (Records<Backend>)
        say_not_recorded("strata::Trainer: the data set does not fit into the device's memory");
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
    state_.counters.gradient_scale = sends_ahead ? step.counters.gradient_scale : scale_of_applied_gradient();
    return {static_cast<double>(step.counters.losses), static_cast<double>(step.counters.penalty), step.weights};
  }

  Queue& queue() { return queue_; }

  NetworkType& network() const { return *net_; }
  Loss& loss() { return loss_; }
  const Optim& optimizer() const { return optimizer_; }
  Threads threads() const { return threads_; }
  state_type& state() { return state_; }
  const state_type& state() const { return state_; }
  std::span<const element> gradients() const { return gradients_.span(); }
  const Workspace<Program, Backend>& workspace() const { return workspace_; }

 private:
  bool carries() const { return state_.carried.size() > 0; }

  // Addresses that a recorded step holds, besides the network's.
  const void* moments() const {
    if constexpr (Optim::moments == 0) return nullptr;
    else return state_.moments.front().data();
  }
  const void* looked_at_by_loss() const {
    if constexpr (requires { loss_.looked_at(); }) return loss_.looked_at();
    else return nullptr;
  }

  /// The gradient of a part, regularized, and whether it is finite.
  void make_gradient(Source& source, const BatchPart& part, Observer<element>* observer) {
    statistics_before_.copy(net_->statistic_buffer());
    touch(source, part);
    const std::size_t steps = source.steps_of(part.first, part.last);
    part.each_piece([&](std::size_t first, std::size_t last) {
      forward_backward(source, part.first, first - part.first, last - first, steps, observer);
    });
    if (observer != nullptr && observer == observer_) observer_->see_gradients(gradients_here_.of(gradients_.span()));
    auto run = direct();
    regularize<layer, input>(List<Policies...>{}, run, touched_.parts(), flat(std::as_const(*net_).weight_buffer()),
                             gradient(), &block_.data()->penalty);
    for_each_touched(
        [&](Flat<element*> g) { check_finite(run, Flat<const element*>{g.data, g.size}, &block_.data()->not_finite); });
  }
  /// The gradient is zero, and what the part will touch of it is known.
  void touch([[maybe_unused]] const Source& source, [[maybe_unused]] const BatchPart& part) {
    for_each_touched([](Flat<element*> g) { memory::zero(g.data, g.size * sizeof(element)); });
    if constexpr (row_sparse) {
      touched_.assign(part.last - part.first, source.steps(),
                      [&](std::size_t i) { return source.sample(part.first + i); });
    }
    clipped_.reserve(touched_.most());
  }
  /// visit(part) for all of the gradient that may not be zero.
  template <class Visit>
  void for_each_touched(Visit visit) {
    if constexpr (row_sparse) {
      for (const Stretch& s : touched_.parts()) visit(Flat<element*>{gradients_.data() + s.offset, s.size});
    } else {
      visit(gradient());
    }
  }
  /// The same where the step waited for a look at it.
  element scale_of_applied_gradient() {
    apply_gradient();
    if (carries()) memory::copy(state_.carried.data(), recurrent_.data(), state_.carried.size() * sizeof(element));
    Block after;
    block_.download(std::span(&after, 1));
    return after.gradient_scale;
  }
  /// Clips the gradient and updates the weights; those of a doomed step stay as they are.
  void apply_gradient() {
    auto run = direct();
    clip<layer, input>(List<Policies...>{}, run, touched_.parts(), gradient(), clipped_, block_.data());
    if constexpr (sends_ahead) run.stream.unless = doomed_.data();
    update(run);
  }

  void forward_backward(Source& source, std::size_t first, std::size_t offset, std::size_t count, std::size_t steps,
                        Observer<element>* observer) {
    const auto batch = source.gather({threads_.count}, first, &block_.data()->first, offset, count, steps);
    workspace_.reserve(batch.extents);
    recurrent_.resize(batch.extents.batch);
    if (carries()) memory::copy(recurrent_.data(), state_.carried.data(), state_.carried.size() * sizeof(element));
    else recurrent_.reset();
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

  void update(ops::Direct<Backend>& direct) {
    for_each_trained(touched_.parts(), [&](const Stretch& s) {
      std::array<Flat<element*>, Optim::moments> moments;
      for (std::size_t i = 0; i != Optim::moments; ++i) moments[i] = {state_.moments[i].data() + s.offset, s.size};
      optimizer_.update(direct, std::as_const(block_).data(), s.attributes.learning_rate,
                        Flat<element*>{net_->weight_buffer().data() + s.offset, s.size},
                        Flat<const element*>{gradients_.data() + s.offset, s.size}, moments);
    });
  }

  /// A step went wrong: computes it again, looking at every layer, and throws with the name of the first that is to
  /// blame, or of the first tensor where the loss hides it. The network is as it was before that step.
  [[noreturn]] void refuse(Source& source, const typename Queue::Landed& step) {
    queue_.forget();  // the steps behind it changed nothing
    doomed_.zero();
    const Block& sums = step.counters;
    state_.counters.rewind(sums);
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
  state_type state_;
  Buffer<element, memory> gradients_;
  Touched<layer, input> touched_;  ///< what of them may not be zero
  std::vector<Flat<element*>> clipped_;
  Buffer<element, memory> statistics_before_;
  Buffer<Block, memory> block_{1};     ///< the counters as kernels see them
  Buffer<element, memory> doomed_{1};  ///< not 0: a step went wrong, and nothing is to change until that is told
  Queue queue_;
  Recorder recorder_;
  Downloaded<element, memory> gradients_here_;
  StepObserver<element>* observer_ = nullptr;
  Workspace<Program, Backend> workspace_;
  Recurrent recurrent_;
};

}  // namespace STRATA_NAMESPACE

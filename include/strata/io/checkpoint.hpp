#pragma once
// Checkpoints: everything a training run is made of, as one safetensors file. Who loads it and calls fit again with the
// same data and options gets, bit for bit, what an undisturbed run would have given: after any batch, on any number of
// threads.
//
// Besides the network, named as in weights.hpp, a checkpoint holds
//   training.moments.<i>.<tensor>   the optimizer's moments
//   training.counters               U64 [3]: the two halves of the seed, training steps
//   training.scalars                [5]: learning rate, gradient scale, loss scale, both corrections of the last step
//   training.position               U64 [5]: fits, epochs and batches finished; samples of this fit and of a batch
//   training.sums                   F64 [2]: losses and weights of this epoch so far
//   training.carried                the recurrent state the next batch begins with, of a fit that carries it
// all in types that hold every bit. So io::load also reads the network out of a checkpoint.

#include <strata/io/weights.hpp>
#include <strata/train/trainer.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace STRATA_NAMESPACE::io {
namespace detail {

/// The numbers of a training state, in types that files hold.
template <class T>
struct TrainingNumbers {
  std::array<std::uint64_t, 3> counters{};
  std::array<T, 5> scalars{};
  std::array<std::uint64_t, 5> position{};
  std::array<double, 2> sums{};

  template <std::size_t Moments, class Memory>
  static TrainingNumbers of(const TrainingState<T, Moments, Memory>& state) {
    const Counters<T>& c = state.counters;
    return {{c.key.a, c.key.b, c.step},
            {c.learning_rate, c.gradient_scale, c.loss_scale, c.first_correction, c.second_correction},
            {state.fit, state.epoch, state.batch, state.samples, state.batch_size},
            {state.loss_sum, state.weight_sum}};
  }

  template <std::size_t Moments, class Memory>
  void store(TrainingState<T, Moments, Memory>& state) const {
    const auto word = [&](std::size_t i) { return static_cast<std::uint32_t>(counters[i]); };
    // the type is named because nvcc 13 would fill a mere list by position
    state.counters = Counters<T>{.key = {word(0), word(1)},
                                 .step = word(2),
                                 .learning_rate = scalars[0],
                                 .gradient_scale = scalars[1],
                                 .loss_scale = scalars[2],
                                 .first_correction = scalars[3],
                                 .second_correction = scalars[4]};
    state.fit = position[0];
    state.epoch = position[1];
    state.batch = position[2];
    state.samples = position[3];
    state.batch_size = position[4];
    state.loss_sum = sums[0];
    state.weight_sum = sums[1];
  }

  /// Calls visit(name, values) for each array.
  template <class Self, class Visit>
  static void each(Self& self, Visit visit) {
    visit(std::string(training_prefix) + "counters", std::span(self.counters));
    visit(std::string(training_prefix) + "scalars", std::span(self.scalars));
    visit(std::string(training_prefix) + "position", std::span(self.position));
    visit(std::string(training_prefix) + "sums", std::span(self.sums));
  }

  bool in_range() const {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    return counters[0] <= most && counters[1] <= most && counters[2] <= most;
  }
};

/// The recurrent state of a fit that carries it.
inline const std::string carried_name = std::string(training_prefix) + "carried";

inline std::string moment_prefix(std::size_t i) {
  return std::string(training_prefix) + "moments." + std::to_string(i) + ".";
}

template <class Training, class NetworkType, class Optim, class State>
void save_training(const NetworkType& net, const State& state, const std::filesystem::path& path) {
  using T = typename NetworkType::element;
  const auto numbers = TrainingNumbers<T>::of(state);
  std::vector<NamedTensor> tensors;
  SavedNetwork<NetworkType> saved;
  saved.append_to(tensors, net);
  std::array<Downloaded<T, typename NetworkType::memory>, Optim::moments> moments;
  for (std::size_t i = 0; i != Optim::moments; ++i) {
    append_segments(tensors, segments<Weights, typename NetworkType::layer, typename NetworkType::input>,
                    moments[i].of(state.moments[i].span()), moment_prefix(i));
  }
  TrainingNumbers<T>::each(numbers, [&](const std::string& name, auto values) {
    tensors.push_back({name, {values.size()}, std::span<const typename decltype(values)::value_type>(values)});
  });
  Downloaded<T, typename NetworkType::memory> carried;
  if (state.carried.size() > 0) {
    tensors.push_back({carried_name, {state.carried.size()}, carried.of(state.carried.span())});
  }
  auto metadata = describe_network<NetworkType>();
  metadata["trainer"] = type_name<Training>();
  metadata["optimizer"] = type_name<Optim>();
  write_safetensors(path, tensors, metadata);
}

}  // namespace detail

/// Writes network and training state, atomically: at every moment the path names the last checkpoint or this one,
/// complete. Throws FileError where that fails. Meant for FitOptions::on_batch; any batch will do.
template <class NetworkType, class Loss, class Optim, class... Policies>
void save_checkpoint(Trainer<NetworkType, Loss, Optim, Policies...>& trainer, const std::filesystem::path& path) {
  using Training = Trainer<NetworkType, Loss, Optim, Policies...>;
  detail::save_training<Training, NetworkType, Optim>(trainer.network(), trainer.state(), path);
}
template <class NetworkType, class Loss, class Optim, class... Policies>
  requires OnHost<typename NetworkType::backend>
void save_checkpoint(const Trainer<NetworkType, Loss, Optim, Policies...>& trainer, const std::filesystem::path& path) {
  using Training = Trainer<NetworkType, Loss, Optim, Policies...>;
  detail::save_training<Training, NetworkType, Optim>(trainer.network(), trainer.state(), path);
}

/// Puts network and training state back as they were saved; the next fit, given the same data and options, goes on from
/// there. Loss and policies may be others than those of the saved run, the optimizer, whose moments these are, may not.
/// Throws one FileError listing all that does not fit; trainer and network are then as they were.
template <class NetworkType, class Loss, class Optim, class... Policies>
void load_checkpoint(Trainer<NetworkType, Loss, Optim, Policies...>& trainer, const Safetensors& file) {
  using T = typename NetworkType::element;
  constexpr auto& weight_segments = segments<Weights, typename NetworkType::layer, typename NetworkType::input>;
  constexpr auto& statistic_segments = segments<Statistics, typename NetworkType::layer, typename NetworkType::input>;
  NetworkType& net = trainer.network();
  Buffer<T> weights(net.weight_buffer().size()), statistics(net.statistic_buffer().size());
  std::array<Buffer<T>, Optim::moments> moments;
  auto state = trainer.state();
  detail::TrainingNumbers<T> numbers;

  detail::TensorReader reader(file);
  reader.read_segments(weight_segments, weights.span(), detail::Stored::exact);
  reader.read_segments(statistic_segments, statistics.span(), detail::Stored::exact);
  for (std::size_t i = 0; i != Optim::moments; ++i) {
    moments[i] = Buffer<T>(weights.size());
    reader.read_segments(weight_segments, moments[i].span(), detail::Stored::exact, detail::moment_prefix(i));
  }
  detail::TrainingNumbers<T>::each(numbers, [&](const std::string& name, auto values) {
    reader.read(name, {values.size()}, std::span(values.data(), values.size()), detail::Stored::exact);
  });
  const TensorEntry* kept = file.find(detail::carried_name);
  Buffer<T> carried(kept == nullptr || kept->shape.size() != 1 ? 0 : kept->shape[0]);
  if (kept != nullptr) reader.read(detail::carried_name, {carried.size()}, carried.span(), detail::Stored::exact);
  reader.expect_metadata("optimizer", type_name<Optim>());
  if (!numbers.in_range()) reader.refuse("tensor \"training.counters\" holds a number of more than 32 bits");
  reader.refuse_others([](const std::string&) { return false; });
  reader.finish(type_name<Trainer<NetworkType, Loss, Optim, Policies...>>());

  numbers.store(state);
  for (std::size_t i = 0; i != Optim::moments; ++i) state.moments[i].upload(std::as_const(moments[i]).span());
  state.carried = Buffer<T, typename NetworkType::memory>(carried.size());
  state.carried.upload(std::as_const(carried).span());
  net.weight_buffer().upload(std::as_const(weights).span());
  net.statistic_buffer().upload(std::as_const(statistics).span());
  trainer.state() = std::move(state);
  trainer.resume();
}

/// The same from a file.
template <class NetworkType, class Loss, class Optim, class... Policies>
void load_checkpoint(Trainer<NetworkType, Loss, Optim, Policies...>& trainer, const std::filesystem::path& path) {
  load_checkpoint(trainer, read_safetensors(path));
}

/// The same from the bytes of a file; `name` is for the error texts.
template <class NetworkType, class Loss, class Optim, class... Policies>
void load_checkpoint(Trainer<NetworkType, Loss, Optim, Policies...>& trainer, std::span<const std::byte> bytes,
                     const std::string& name = "memory") {
  load_checkpoint(trainer, parse_safetensors(bytes, name));
}

}  // namespace STRATA_NAMESPACE::io

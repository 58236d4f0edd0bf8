#pragma once
// The parameters of a network: its weights and statistics, each in one flat buffer, and how they are reached from
// outside.

#include <strata/network/initializer.hpp>
#include <strata/network/revision.hpp>
#include <strata/network/segments.hpp>
#include <strata/tensor/buffer.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace STRATA_NAMESPACE {

/// One number that fixes what is drawn: a network's initial weights, a trainer's masks and data order.
struct Seed {
  std::uint64_t value = 0;
};

/// Of a layer bound to an input shape and a backend. Every network is one.
template <class Layer, Shape In, class Backend>
class NetworkParameters {
  using T = typename Backend::element;
  using Memory = memory_of<Backend>;

 public:
  static constexpr std::size_t weight_elements = static_cast<std::size_t>(storage<Weights, Layer, In>.fixed);

  explicit NetworkParameters(Seed seed = {})
      : weights_(weight_elements),
        statistics_(static_cast<std::size_t>(storage<Statistics, Layer, In>.fixed)) {
    initialize(seed);
  }

  /// Initial weights and statistics again, as the constructor draws them.
  void initialize(Seed seed) {
    Buffer<T> weights(weights_.size()), statistics(statistics_.size());
    InitialRandom random(philox_key(seed.value));
    T *w = weights.data(), *s = statistics.data();
    detail::Initializer<Layer, In, T>::run(random, w, s);
    revision_.change();
    weights_.upload(weights.span());
    statistics_.upload(statistics.span());
  }

  /// The flat buffers, where the program may look at them. Whoever only looks does so through a const network: what is
  /// not const counts as a change, after which the first `step` of a session makes its copy of the weights anew. What
  /// is written later than that, through a span kept from before, steps do not see: ask for it again.
  std::span<T> weights()
    requires OnHost<Backend>
  {
    return weight_buffer().span();
  }
  std::span<const T> weights() const
    requires OnHost<Backend>
  {
    return weights_.span();
  }
  std::span<T> statistics()
    requires OnHost<Backend>
  {
    return statistics_.span();
  }
  std::span<const T> statistics() const
    requires OnHost<Backend>
  {
    return statistics_.span();
  }

  /// The flat buffers in the backend's memory: what kernels are given, and what copies to and from ordinary memory.
  Buffer<T, Memory>& weight_buffer() {
    revision_.change();
    return weights_;
  }
  const Buffer<T, Memory>& weight_buffer() const { return weights_; }
  Buffer<T, Memory>& statistic_buffer() { return statistics_; }
  const Buffer<T, Memory>& statistic_buffer() const { return statistics_; }

  /// The elements of one tensor by its name, "3.0.weight" or "2.running_mean", row-major. ValueError if there is none.
  std::span<T> tensor(std::string_view name)
    requires OnHost<Backend>
  {
    const auto found = std::as_const(*this).tensor(name);
    revision_.change();
    return {const_cast<T*>(found.data()), found.size()};
  }
  std::span<const T> tensor(std::string_view name) const
    requires OnHost<Backend>
  {
    std::string known;
    for (const Segment& s : segments<Weights, Layer, In>) {
      if (s.name() == name) return weights().subspan(s.offset, s.size);
      known.append(" ").append(s.name());
    }
    for (const Segment& s : segments<Statistics, Layer, In>) {
      if (s.name() == name) return statistics().subspan(s.offset, s.size);
      known.append(" ").append(s.name());
    }
    throw ValueError(std::string("strata: no tensor is called '") + std::string(name) + "'; there are:" + known);
  }

 protected:
  NetworkParameters(const NetworkParameters& other) : weights_(other.weights_), statistics_(other.statistics_) {}
  NetworkParameters(NetworkParameters&& other) noexcept
      : weights_(std::move(other.weights_)),
        statistics_(std::move(other.statistics_)) {}
  NetworkParameters& operator=(const NetworkParameters&) = delete;
  ~NetworkParameters() = default;
  void swap(NetworkParameters& other) noexcept {
    revision_.change();
    other.revision_.change();
    std::swap(weights_, other.weights_);
    std::swap(statistics_, other.statistics_);
  }

  WeightsRevision revision_;
  Buffer<T, Memory> weights_;
  Buffer<T, Memory> statistics_;
};

}  // namespace STRATA_NAMESPACE

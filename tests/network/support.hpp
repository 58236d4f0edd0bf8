#pragma once
// Small networks and numbers for the tests of binding, planning, prediction and training.

#include <engine.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace network_tests {
using namespace strata;

struct Classifier : Sequential<LSTM<5>, LastStep, BatchNorm, Residual<Linear<5>, ReLU>, Dropout<0.5>, Linear<3>> {};
struct Perceptron : Sequential<Linear<7>, Tanh, Linear<3>> {};
struct Tagger : Sequential<LSTM<5>, Tanh, Linear<2>> {};

/// Numbers without a pattern in [-1, 1): the same on every machine.
template <class T = float, std::size_t Rank>
xt::xtensor<T, Rank> numbers(std::array<std::size_t, Rank> shape, std::uint64_t seed = 1) {
  xt::xtensor<T, Rank> array(shape);
  for (auto& x : array) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    x = static_cast<T>(static_cast<double>(seed >> 40) / (1 << 23) - 1);
  }
  return array;
}

/// Labels 0 … classes - 1 in no order.
inline xt::xtensor<std::int32_t, 1> labels(std::size_t count, std::size_t classes, std::uint64_t seed = 7) {
  xt::xtensor<std::int32_t, 1> array(std::array<std::size_t, 1>{count});
  for (auto& label : array) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    label = static_cast<std::int32_t>((seed >> 33) % classes);
  }
  return array;
}

template <class Network>
std::vector<typename Network::element> copy_of_weights(const Network& net) {
  return {net.weights().begin(), net.weights().end()};
}
template <class Network>
std::vector<typename Network::element> copy_of_statistics(const Network& net) {
  return {net.statistics().begin(), net.statistics().end()};
}

/// FNV-1a over the bits of 32-bit words.
template <class Word>
std::uint64_t hash_of(std::span<const Word> words) {
  static_assert(sizeof(Word) == 4);
  std::uint64_t hash = 14695981039346656037u;
  for (const Word& word : words) {
    for (int byte = 0; byte < 4; ++byte)
      hash = (hash ^ (std::bit_cast<std::uint32_t>(word) >> (8 * byte) & 0xff)) * 1099511628211u;
  }
  return hash;
}

template <class A, class B>
double largest_difference(const A& a, const B& b) {
  double most = 0;
  auto i = b.begin();
  for (const auto x : a) most = std::max(most, std::abs(static_cast<double>(x) - static_cast<double>(*i++)));
  return most;
}
}  // namespace network_tests

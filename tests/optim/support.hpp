#pragma once
// One training step, tensor by tensor.

#include <fixtures/fixture.hpp>

#include <map>

namespace optim_test {

using strata::BatchNorm;
using strata::Features;
using strata::Linear;
using strata::Sequential;
using strata::Tanh;

/// What one step did. Everything in double, by the names of the tensors.
struct Outcome {
  using Tensors = std::map<std::string, std::vector<double>>;
  double loss = 0;
  Tensors before, gradient, change;  ///< change: before - after
};

/// A small network with every kind of tensor; First is its first layer, "0".
template <class First>
using Net = Sequential<First, Tanh, BatchNorm, Linear<3>>;
using Plain = Net<Linear<6>>;
inline const std::vector<std::string> tensors{"0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias"};

/// Fixed numbers of either sign and no zero, every tensor with its own.
inline double number(std::size_t i, std::size_t salt) {
  return 0.2 + 0.8 * std::abs(std::sin(static_cast<double>(37 * salt + i + 1))) - (i % 3 == 1 ? 1.3 : 0);
}

/// One step of gradient descent at rate 1 with the policies, on fixed weights and data.
template <class Backend, class Layer, class... Policies>
Outcome one_step(Policies... policies) {
  using T = typename Backend::element;
  strata::Network<Layer, Features<4>, Backend> net;
  Outcome outcome;
  const auto read = [&](const std::string& name) {
    const auto values = net.tensor(name);
    return std::vector<double>(values.begin(), values.end());
  };
  for (std::size_t s = 0; s < tensors.size(); ++s) {
    const auto values = net.tensor(tensors[s]);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(number(i, s));
    outcome.before[tensors[s]] = read(tensors[s]);
  }
  xt::xtensor<T, 2> x(std::array<std::size_t, 2>{5, 4});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<T>(number(i, 11));
  const xt::xtensor<std::int32_t, 1> labels{0, 2, 1, 1, 0};
  strata::Trainer trainer{net, strata::CrossEntropy{}, strata::SGD{.learning_rate = 1}, policies...};
  outcome.loss = trainer.step(x, labels);
  for (const auto& s : strata::segments<strata::Weights, Layer, Features<4>>) {
    const auto g = trainer.gradients().subspan(s.offset, s.size);
    outcome.gradient[s.name()] = {g.begin(), g.end()};
    auto& change = outcome.change[s.name()] = outcome.before[s.name()];
    const auto after = read(s.name());
    for (std::size_t i = 0; i < change.size(); ++i) change[i] -= after[i];
  }
  return outcome;
}

inline double squares(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v * v;
  return sum;
}
/// Length of the gradient over some of the tensors.
inline double norm(const Outcome& outcome, const std::vector<std::string>& names) {
  double sum = 0;
  for (const auto& name : names) sum += squares(outcome.gradient.at(name));
  return std::sqrt(sum);
}

/// The gradient of `a` is that of `b` plus term(w) in the tensors named, and the same to the bit in all others.
template <class T, class Term>
void check_added(const Outcome& a, const Outcome& b, const std::vector<std::string>& names, Term term) {
  for (const auto& tensor : tensors) {
    if (std::ranges::find(names, tensor) == names.end()) {
      INFO(tensor);
      CHECK(a.gradient.at(tensor) == b.gradient.at(tensor));
      continue;
    }
    auto expected = b.gradient.at(tensor);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += term(b.before.at(tensor)[i]);
    fixtures::check_near(a.gradient.at(tensor), expected, fixtures::tolerance<T>, tensor);
  }
}

/// Σ term(w) over the tensors named.
template <class Term>
double sum_of(const Outcome& outcome, const std::vector<std::string>& names, Term term) {
  double sum = 0;
  for (const auto& name : names) {
    for (const double w : outcome.before.at(name)) sum += term(w);
  }
  return sum;
}

}  // namespace optim_test

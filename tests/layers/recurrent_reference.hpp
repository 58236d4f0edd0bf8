#pragma once
// Recurrent layers one number at a time, as their papers write them: what the tests of all of them are compared with.

#include <layers/support.hpp>

#include <functional>

namespace layer_test {

inline double logistic(double z) { return 1 / (1 + std::exp(-z)); }

/// A mask by its counters: element `column` of `sample` at `step`; 1 everywhere where it has no rate.
struct MaskOf {
  double rate = 0;
  std::uint32_t number = 0;  ///< place, for a layer at position 0
  bool each_step = true, scaled = true;

  double operator()(std::size_t column, std::size_t sample, std::size_t step, const Counters<double>& counters) const {
    if (rate == 0) return 1;
    const auto counter = philox_counter(column, static_cast<std::uint32_t>(sample),
                                        each_step ? static_cast<std::uint32_t>(step) : 0, number, counters.step);
    if (philox(counter, counters.key)[column % 4] < bernoulli_keep_threshold(rate)) return 0;
    return scaled ? 1 / (1 - rate) : 1;
  }
};

enum class Cell { lstm, gru, gru_reset_before, simple, rectified };

/// The options of a recurrent layer by their rates.
struct Rates {
  double candidate = 0, cell = 0, hidden = 0, output = 0, variational = 0, connect = 0;
  bool peepholes = false, normalized = false;
};

/// Outputs of one sample of a recurrent layer in training (or in prediction, where states are held by their mean).
class Reference {
 public:
  using Tensors = std::vector<std::vector<double>>;

  Reference(Cell cell, std::size_t in, std::size_t hidden, const Rates& rates, const Counters<double>& counters)
      : kind_(cell),
        in_(in),
        n_(hidden),
        counters_(counters),
        peepholes_(rates.peepholes),
        normalized_(rates.normalized) {
    std::uint32_t number = 0;
    const auto place = [&](MaskOf& mask, double rate, bool each_step, bool scaled) {
      mask = {rate, rate == 0 ? 0 : number++, each_step, scaled};
    };
    place(candidate_, rates.candidate, true, true);
    place(cell_, rates.cell, true, false);
    place(hidden_, rates.hidden, true, false);
    place(variational_outputs_, rates.variational, false, true);
    place(outputs_, rates.output, true, true);
    place(state_, rates.variational, false, true);
    place(inputs_, rates.variational, false, true);
    place(weights_, rates.connect, false, true);
  }

  /// w: the tensors in order. h and c (of an LSTM) are changed to the last ones.
  std::vector<double> run(const Tensors& w, const std::vector<double>& x, std::size_t steps, std::size_t sample,
                          std::vector<double>& h, std::vector<double>& c, bool training) {
    training_ = training;
    sample_ = sample;
    std::vector<double> y;
    for (std::size_t t = 0; t < steps; ++t) {
      step_ = t;
      std::vector<double> entering(n_);
      for (std::size_t k = 0; k < n_; ++k) entering[k] = mask(state_, k) * h[k];
      const std::vector<double> now(x.begin() + static_cast<long>(t * in_),
                                    x.begin() + static_cast<long>((t + 1) * in_));
      if (kind_ == Cell::lstm) h = lstm(w, now, entering, h, c);
      else if (kind_ == Cell::gru || kind_ == Cell::gru_reset_before) h = gru(w, now, entering, h);
      else h = simple(w, now, entering, h);
      for (std::size_t j = 0; j < n_; ++j) y.push_back(h[j] * mask(variational_outputs_, j) * mask(outputs_, j));
    }
    return y;
  }

 private:
  double mask(const MaskOf& m, std::size_t column) const {
    if (training_) return m(column, sample_, step_, counters_);
    return m.scaled ? 1 : 1 - m.rate;
  }
  double held(double fresh, double before, const MaskOf& m, std::size_t column) const {
    return mask(m, column) * fresh + (1 - mask(m, column)) * before;
  }
  double input_row(const Tensors& w, const std::vector<double>& x, std::size_t row) const {
    double sum = w[2][row];
    for (std::size_t k = 0; k < in_; ++k) sum += w[0][row * in_ + k] * mask(inputs_, k) * x[k];
    return sum;
  }
  double recurrent_row(const Tensors& w, const std::vector<double>& h, std::size_t row) const {
    double sum = w[3][row];
    for (std::size_t k = 0; k < n_; ++k)
      sum += w[1][row * n_ + k] * (training_ ? weights_(k, row, 0, counters_) : 1) * h[k];
    return sum;
  }

  /// The number of the first tensor of LayerNormGates.
  std::size_t norm() const { return peepholes_ ? 7 : 4; }
  static std::vector<double> normalized(const std::vector<double>& v, const std::vector<double>& gain,
                                        const std::vector<double>& shift) {
    double mean = 0, variance = 0;
    for (const double x : v) mean += x / static_cast<double>(v.size());
    for (const double x : v) variance += (x - mean) * (x - mean) / static_cast<double>(v.size());
    std::vector<double> y(v.size());
    for (std::size_t j = 0; j < v.size(); ++j) y[j] = (v[j] - mean) / std::sqrt(variance + 1e-5) * gain[j] + shift[j];
    return y;
  }
  std::vector<double> plain_gates(const Tensors& w, const std::vector<double>& x, const std::vector<double>& h) const {
    std::vector<double> z(4 * n_);
    for (std::size_t r = 0; r < z.size(); ++r) z[r] = input_row(w, x, r) + recurrent_row(w, h, r);
    return z;
  }
  std::vector<double> normalized_gates(const Tensors& w, const std::vector<double>& x,
                                       const std::vector<double>& h) const {
    std::vector<double> p(4 * n_), q(4 * n_);
    for (std::size_t r = 0; r < p.size(); ++r) {
      p[r] = input_row(w, x, r) - w[2][r];
      q[r] = recurrent_row(w, h, r) - w[3][r];
    }
    const auto of_x = normalized(p, w[norm()], w[2]);
    return normalized(q, w[norm() + 1], [&] {
      std::vector<double> shift(w[3]);
      for (std::size_t r = 0; r < shift.size(); ++r) shift[r] += of_x[r];
      return shift;
    }());
  }
  std::vector<double> lstm(const Tensors& w, const std::vector<double>& x, const std::vector<double>& entering,
                           const std::vector<double>& before, std::vector<double>& c) const {
    std::vector<double> h(n_), next(n_), fresh(n_), o(n_);
    const std::vector<double> gates = normalized_ ? normalized_gates(w, x, entering) : plain_gates(w, x, entering);
    for (std::size_t j = 0; j < n_; ++j) {
      double z[4];
      for (std::size_t k = 0; k < 4; ++k) z[k] = gates[k * n_ + j];
      if (peepholes_) z[0] += w[4][j] * c[j];
      if (peepholes_) z[1] += w[5][j] * c[j];
      fresh[j] = logistic(z[1]) * c[j] + logistic(z[0]) * mask(candidate_, j) * std::tanh(z[2]);
      next[j] = held(fresh[j], c[j], cell_, j);
      if (peepholes_) z[3] += w[6][j] * next[j];
      o[j] = logistic(z[3]);
    }
    if (normalized_) fresh = normalized(fresh, w[norm() + 2], w[norm() + 3]);
    for (std::size_t j = 0; j < n_; ++j) h[j] = held(o[j] * std::tanh(fresh[j]), before[j], hidden_, j);
    c = next;
    return h;
  }
  std::vector<double> gru(const Tensors& w, const std::vector<double>& x, const std::vector<double>& entering,
                          const std::vector<double>& before) const {
    std::vector<double> h(n_), reset(n_);
    const auto r = [&](std::size_t j) { return logistic(input_row(w, x, j) + recurrent_row(w, entering, j)); };
    for (std::size_t k = 0; k < n_; ++k) reset[k] = r(k) * entering[k];
    for (std::size_t j = 0; j < n_; ++j) {
      const double z = logistic(input_row(w, x, n_ + j) + recurrent_row(w, entering, n_ + j));
      const double q =
          kind_ == Cell::gru ? r(j) * recurrent_row(w, entering, 2 * n_ + j) : recurrent_row(w, reset, 2 * n_ + j);
      const double n = std::tanh(input_row(w, x, 2 * n_ + j) + q);
      h[j] = held((1 - z) * mask(candidate_, j) * n + z * before[j], before[j], hidden_, j);
    }
    return h;
  }
  std::vector<double> simple(const Tensors& w, const std::vector<double>& x, const std::vector<double>& entering,
                             const std::vector<double>& before) const {
    std::vector<double> h(n_);
    for (std::size_t j = 0; j < n_; ++j) {
      const double z = input_row(w, x, j) + recurrent_row(w, entering, j);
      h[j] = held(kind_ == Cell::simple ? std::tanh(z) : std::max(0.0, z), before[j], hidden_, j);
    }
    return h;
  }

  Cell kind_;
  std::size_t in_, n_;
  Counters<double> counters_;
  bool peepholes_, normalized_, training_ = true;
  std::size_t sample_ = 0, step_ = 0;
  MaskOf candidate_, cell_, hidden_, variational_outputs_, outputs_, state_, inputs_, weights_;
};

/// The weights of a network of one layer, tensor by tensor.
template <class Net>
std::vector<std::vector<double>> tensors_of(const Net& net) {
  std::vector<std::vector<double>> all;
  for (const Segment& s : segments<Weights, typename Net::layer, typename Net::input>) {
    const auto tensor = net.tensor(s.name());
    all.emplace_back(tensor.begin(), tensor.end());
  }
  return all;
}

/// Not Sequence<n> of a local constant n: nvcc 13 would write Sequence<2> as Sequence<unsigned long((2))> ever after.
using Pairs = Sequence<2>;

/// Compares a recurrent layer with the reference, in training and in prediction, from any state.
template <class Layer>
void check_against_reference(const Rates& rates, Cell cell = Cell::lstm) {
  constexpr std::size_t in = features<Pairs>, n = output_of<Layer, Pairs>::width, batch = 3, steps = 5, first = 7;
  Network<Layer, Pairs, Engine<double>> net;
  randomize(net, 1);
  const auto w = tensors_of(net);
  const Counters<double> counters{.key = philox_key(99), .step = 5};
  Reference reference(cell, in, n, rates, counters);
  const auto x = numbers<double>(batch * steps * in, 2), h0 = numbers<double>(batch * n, 3),
             c0 = numbers<double>(batch * n, 4);

  std::vector<double> trained(batch * steps * n), predicted, h_last, c_last;  // time-major; batch-major
  for (std::size_t b = 0; b < batch; ++b) {
    const auto part = [&](const std::vector<double>& all, std::size_t each) {
      return std::vector<double>(all.begin() + static_cast<long>(b * each),
                                 all.begin() + static_cast<long>((b + 1) * each));
    };
    auto h = part(h0, n), c = part(c0, n);
    const auto y = reference.run(w, part(x, steps * in), steps, first + b, h, c, true);
    h_last.insert(h_last.end(), h.begin(), h.end());
    c_last.insert(c_last.end(), c.begin(), c.end());
    for (std::size_t t = 0; t < steps; ++t) std::copy_n(&y[t * n], n, &trained[(t * batch + b) * n]);
    h = part(h0, n), c = part(c0, n);
    const auto expected = reference.run(w, part(x, steps * in), steps, first + b, h, c, false);
    predicted.insert(predicted.end(), expected.begin(), expected.end());
  }

  const bool has_cell = cell == Cell::lstm;
  std::vector<double> state(batch * padded(n) * (has_cell ? 2 : 1)), none;
  const auto c_at = static_cast<long>(batch * padded(n)), size = static_cast<long>(batch * n);
  std::copy(h0.begin(), h0.end(), state.begin());
  if (has_cell) std::copy(c0.begin(), c0.end(), state.begin() + c_at);
  const std::vector<double> weights(net.weights().begin(), net.weights().end());
  const TrainingPass<Layer, Pairs> pass({batch, steps}, x, weights, none, state, trained, counters, first);
  const auto close = [](const auto& a, const auto& b) {
    CHECK_MESSAGE(all_close(a, b, 1e-13), all_close(a, b, 1e-13).text);
  };
  close(pass.output, trained);
  close(std::vector<double>(state.begin(), state.begin() + size), h_last);
  if (has_cell) close(std::vector<double>(state.begin() + c_at, state.begin() + c_at + size), c_last);

  typename Network<Layer, Pairs, Engine<double>>::session session;
  session.carry_state(true);
  std::copy(h0.begin(), h0.end(), session.state("h", batch).begin());
  if (has_cell) std::copy(c0.begin(), c0.end(), session.state("c", batch).begin());
  xt::xtensor<double, 3> sequences({batch, steps, in});
  std::copy(x.begin(), x.end(), sequences.data());
  close(net.predict(session, sequences), predicted);
}

/// Those of {output dropout, DropConnect, variational, zoneout, recurrent dropout} whose bits are set, behind First.
template <unsigned Bits, class Zoned, class... First>
struct Subset {
  template <bool Given, class Option>
  using only = std::conditional_t<Given, List<Option>, List<>>;
  template <class... A, class... B>
  static List<A..., B...> join(List<A...>, List<B...>);
  using type = decltype(join(join(join(join(join(only < (Bits & 8) != 0, Zoned > {}, List<First...>{}),
                                            only<(Bits & 1) != 0, OutputDropout<0.5>>{}),
                                       only<(Bits & 2) != 0, DropConnect<0.3>>{}),
                                  only<(Bits & 4) != 0, VariationalDropout<0.25>>{}),
                             only<(Bits & 16) != 0, RecurrentDropout<0.4>>{}));
};
constexpr Rates rates_of(unsigned bits, double cell) {
  return {.candidate = bits & 16 ? 0.4 : 0,
          .cell = bits & 8 ? cell : 0,
          .hidden = bits & 8 ? 0.2 : 0,
          .output = bits & 1 ? 0.5 : 0,
          .variational = bits & 4 ? 0.25 : 0,
          .connect = bits & 2 ? 0.3 : 0};
}

template <template <std::size_t, class...> class Layer, class... Options>
Layer<3, Options...> layer_with(List<Options...>);

/// Subsets From … From + 7: gradients of every coordinate with replayed masks, and the reference.
template <unsigned From, template <std::size_t, class...> class Layer, class... First>
void check_subsets(Cell cell = Cell::lstm) {
  using Zoned = std::conditional_t<std::is_same_v<Layer<3>, LSTM<3>>, Zoneout<0.3, 0.2>, Zoneout<0.0, 0.2>>;
  const auto check = [&]<unsigned Bits>(std::integral_constant<unsigned, Bits>) {
    CAPTURE(Bits);
    using Built = decltype(layer_with<Layer>(typename Subset<Bits, Zoned, First...>::type{}));
    check_contract<Built, Pairs>({.extents = {3, 5}, .seed = 1 + Bits});
    check_against_reference<Built>(rates_of(Bits, cell == Cell::lstm ? 0.3 : 0), cell);
  };
  [&]<unsigned... I>(std::integer_sequence<unsigned, I...>) {
    (check(std::integral_constant<unsigned, From + I>{}), ...);
  }(std::make_integer_sequence<unsigned, 8>{});
}

}  // namespace layer_test

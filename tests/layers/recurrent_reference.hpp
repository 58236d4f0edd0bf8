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

/// The options of an LSTM by their rates.
struct Rates {
  double candidate = 0, cell = 0, hidden = 0, output = 0, variational = 0, connect = 0;
  bool peepholes = false;
};

/// Outputs of one sample of an LSTM in training (or in prediction, where states are held by their mean).
class ReferenceLstm {
 public:
  ReferenceLstm(std::size_t in, std::size_t hidden, const Rates& rates, const Counters<double>& counters)
      : in_(in),
        n_(hidden),
        counters_(counters),
        peepholes_(rates.peepholes) {
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

  /// w: the tensors in order without padding between them. h and c are changed to the last ones.
  std::vector<double> run(const std::vector<std::vector<double>>& w, const std::vector<double>& x, std::size_t steps,
                          std::size_t sample, std::vector<double>& h, std::vector<double>& c, bool training) const {
    std::vector<double> y;
    const auto m = [&](const MaskOf& mask, std::size_t column, std::size_t t) {
      return training ? mask(column, sample, t, counters_) : mask.scaled ? 1 : 1 - mask.rate;
    };
    for (std::size_t t = 0; t < steps; ++t) {
      std::vector<double> z(4 * n_), h_new(n_), c_new(n_);
      for (std::size_t r = 0; r < 4 * n_; ++r) {
        z[r] = w[2][r] + w[3][r];
        for (std::size_t k = 0; k < in_; ++k) z[r] += w[0][r * in_ + k] * m(inputs_, k, t) * x[t * in_ + k];
        for (std::size_t k = 0; k < n_; ++k)
          z[r] += w[1][r * n_ + k] * (training ? weights_(k, r, 0, counters_) : 1) * m(state_, k, t) * h[k];
      }
      for (std::size_t j = 0; j < n_; ++j) {
        if (peepholes_) z[j] += w[4][j] * c[j];
        if (peepholes_) z[n_ + j] += w[5][j] * c[j];
        const double i = logistic(z[j]), f = logistic(z[n_ + j]), g = std::tanh(z[2 * n_ + j]);
        const double fresh = f * c[j] + i * m(candidate_, j, t) * g, d_c = m(cell_, j, t), d_h = m(hidden_, j, t);
        c_new[j] = d_c * fresh + (1 - d_c) * c[j];
        if (peepholes_) z[3 * n_ + j] += w[6][j] * c_new[j];
        h_new[j] = d_h * logistic(z[3 * n_ + j]) * std::tanh(fresh) + (1 - d_h) * h[j];
        y.push_back(h_new[j] * m(variational_outputs_, j, t) * m(outputs_, j, t));
      }
      h = h_new;
      c = c_new;
    }
    return y;
  }

 private:
  std::size_t in_, n_;
  Counters<double> counters_;
  bool peepholes_;
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

/// Compares an LSTM with options with the reference, in training and in prediction, from any state.
template <class Layer>
void check_against_reference(const Rates& rates) {
  constexpr std::size_t in = 2, n = output_of<Layer, Sequence<in>>::width, batch = 3, steps = 5, first = 7;
  Network<Layer, Sequence<in>, Engine<double>> net;
  randomize(net, 1);
  const auto w = tensors_of(net);
  const Counters<double> counters{.key = philox_key(99), .step = 5};
  const ReferenceLstm reference(in, n, rates, counters);
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

  std::vector<double> state(batch * padded(n) * 2), none;
  const std::size_t c_at = batch * padded(n);
  std::copy(h0.begin(), h0.end(), state.begin());
  std::copy(c0.begin(), c0.end(), state.begin() + static_cast<long>(c_at));
  const std::vector<double> weights(net.weights().begin(), net.weights().end());
  const TrainingPass<Layer, Sequence<in>> pass({batch, steps}, x, weights, none, state, trained, counters, first);
  const auto close = [](const auto& a, const auto& b) {
    CHECK_MESSAGE(all_close(a, b, 1e-13), all_close(a, b, 1e-13).text);
  };
  close(pass.output, trained);
  close(std::vector<double>(state.begin(), state.begin() + batch * n), h_last);
  close(
      std::vector<double>(state.begin() + static_cast<long>(c_at), state.begin() + static_cast<long>(c_at + batch * n)),
      c_last);

  typename Network<Layer, Sequence<in>, Engine<double>>::session session;
  session.carry_state(true);
  std::copy(h0.begin(), h0.end(), session.state("h", batch).begin());
  std::copy(c0.begin(), c0.end(), session.state("c", batch).begin());
  xt::xtensor<double, 3> sequences({batch, steps, in});
  std::copy(x.begin(), x.end(), sequences.data());
  close(net.predict(session, sequences), predicted);
}

/// LSTM with those of {output dropout, DropConnect, variational, recurrent dropout, zoneout} whose bits are set.
template <unsigned Bits, class... Options>
struct WithOptions;
template <class... Options>
struct WithOptions<0, Options...> {
  using type = LSTM<3, Options...>;
};
template <unsigned Bits, class... Options>
  requires(Bits % 2 == 1)
struct WithOptions<Bits, Options...> : WithOptions<Bits - 1, OutputDropout<0.5>, Options...> {};
template <unsigned Bits, class... Options>
  requires(Bits % 4 == 2)
struct WithOptions<Bits, Options...> : WithOptions<Bits - 2, Options..., DropConnect<0.3>> {};
template <unsigned Bits, class... Options>
  requires(Bits % 8 == 4)
struct WithOptions<Bits, Options...> : WithOptions<Bits - 4, VariationalDropout<0.25>, Options...> {};
template <unsigned Bits, class... Options>
  requires(Bits % 16 == 8)
struct WithOptions<Bits, Options...> : WithOptions<Bits - 8, Options..., RecurrentDropout<0.4>> {};
template <unsigned Bits, class... Options>
  requires(Bits % 32 == 16)
struct WithOptions<Bits, Options...> : WithOptions<Bits - 16, Zoneout<0.3, 0.2>, Options...> {};

constexpr Rates rates_of(unsigned bits) {
  return {.candidate = bits & 8 ? 0.4 : 0,
          .cell = bits & 16 ? 0.3 : 0,
          .hidden = bits & 16 ? 0.2 : 0,
          .output = bits & 1 ? 0.5 : 0,
          .variational = bits & 4 ? 0.25 : 0,
          .connect = bits & 2 ? 0.3 : 0};
}

/// Subsets First … First + 7: gradients of every coordinate with replayed masks, and the reference.
template <unsigned First>
void check_subsets() {
  const auto check = []<unsigned Bits>(std::integral_constant<unsigned, Bits>) {
    CAPTURE(Bits);
    using Layer = typename WithOptions<Bits>::type;
    check_contract<Layer, Sequence<2>>({.extents = {3, 5}, .seed = 1 + Bits});
    check_against_reference<Layer>(rates_of(Bits));
  };
  [&]<unsigned... I>(std::integer_sequence<unsigned, I...>) {
    (check(std::integral_constant<unsigned, First + I>{}), ...);
  }(std::make_integer_sequence<unsigned, 8>{});
}

}  // namespace layer_test

// Where does a trained LSTM forget, and where does it keep? Its gates and its cells over 309 years of sunspots, as
// pictures.
//
// The yearly numbers of sunspots 1700-2008 lie beside this program; --data names any other CSV file whose last column
// is the series. The network learns, at every step, the next value; the last fifth of the series is not trained on.
//
// test: --data {data}/sunspots.csv --epochs 20 --out {out}

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

using namespace strata;

constexpr std::size_t units = 8;
struct Forecaster : Sequential<LSTM<units>, Linear<1>> {};
using Net = Network<Forecaster, Sequence<1>, Cpu<float>>;
using Series = std::vector<float>;

struct Options {
  std::filesystem::path data = std::filesystem::path(__FILE__).parent_path() / "data" / "sunspots.csv", out = ".";
  std::size_t epochs = 300, window = 44, first_label = 1700;
  std::uint64_t seed = 1;
};

/// The last column of a CSV file with a header, divided by its largest value.
Series read_series(const std::filesystem::path& path, std::size_t window) {
  const auto table = io::read_csv(path, {.header = true});
  const std::size_t count = table.shape(0), last = table.shape(1) - 1;
  if (count < 2 * window) {
    throw ValueError(path.string() + ": " + std::to_string(count) + " values; need at least two windows of " +
                     std::to_string(window));
  }
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(table(i, last)));
  Series series(count);
  for (std::size_t i = 0; i < count; ++i) series[i] = static_cast<float>(table(i, last) / (largest > 0 ? largest : 1));
  return series;
}

/// Every stretch of `window` values with the values one step later.
auto windows(const Series& series, std::size_t train, std::size_t window) {
  const std::size_t count = train - window;
  Dataset<float, 3, float, 3> data{xt::xtensor<float, 3>::from_shape({count, window, 1}),
                                   xt::xtensor<float, 3>::from_shape({count, window, 1})};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t t = 0; t < window; ++t) {
      data.inputs(i, t, 0) = series[i + t];
      data.targets(i, t, 0) = series[i + t + 1];
    }
  }
  return data;
}

/// Keeps what the LSTM shows: gates and cell of every step.
struct Gates : Observer<float> {
  std::array<xt::xtensor<double, 2>, 5> kept;  // [units, steps]: the gates i, f, g, o, then the cell

  void see(const Observation<float>& seen) override {
    const std::string_view what = seen.what;
    if (what == "gates") {
      for (std::size_t gate = 0; gate < 4; ++gate) kept[gate] = columns(seen, gate * units);
    } else if (what == "cell") {
      kept[4] = columns(seen, 0);
    }
  }

 private:
  static xt::xtensor<double, 2> columns(const Observation<float>& seen, std::size_t first) {
    auto matrix = xt::xtensor<double, 2>::from_shape({units, seen.rows});
    for (std::size_t u = 0; u < units; ++u) {
      for (std::size_t t = 0; t < seen.rows; ++t)
        matrix(u, t) = static_cast<double>(seen.data[t * seen.columns + first + u]);
    }
    return matrix;
  }
};

/// Root of the mean squared error of forecasts from step `first` on, beside that of "as this year, so the next".
void compare_forecasts(const Series& series, const xt::xtensor<float, 3>& forecast, std::size_t first) {
  double ours = 0, naive = 0;
  const std::size_t last = series.size() - 1;
  for (std::size_t t = first; t < last; ++t) {
    ours += std::pow(series[t + 1] - forecast(0, t, 0), 2);
    naive += std::pow(series[t + 1] - series[t], 2);
  }
  const auto n = static_cast<double>(last - first);
  std::printf("root mean squared error on the last %zu values, part of the largest: %.4f (the value before: %.4f)\n",
              last - first, std::sqrt(ours / n), std::sqrt(naive / n));
}

/// How much each unit keeps from step to step: on average, where the series is low and where it is high (its lowest and
/// highest quarter), and when it keeps least. The first `skip` steps, where the state still comes from nothing, do not
/// count.
void tell(const xt::xtensor<double, 2>& forget, const Series& series, std::size_t skip, std::size_t first_label) {
  Series sorted = series;
  std::sort(sorted.begin(), sorted.end());
  const float low = sorted[sorted.size() / 4], high = sorted[sorted.size() * 3 / 4];
  const auto mean_where = [&](std::size_t unit, auto condition) {
    double sum = 0, count = 0;
    for (std::size_t t = skip; t < series.size(); ++t) {
      if (!condition(series[t])) continue;
      sum += forget(unit, t);
      ++count;
    }
    return count > 0 ? sum / count : 0;
  };
  std::printf(
      "\nThe forget gate: 1 keeps the cell as it is, 0 forgets it.\nunit   mean  series low  series high  least\n");
  for (std::size_t u = 0; u < units; ++u) {
    const double* row = &forget(u, 0);
    const auto at = static_cast<std::size_t>(std::min_element(row + skip, row + series.size()) - row);
    std::printf("%-5zu %5.3f  %10.3f  %11.3f  %.3f in %zu\n", u + 1, mean_where(u, [](float) { return true; }),
                mean_where(u, [&](float v) { return v <= low; }), mean_where(u, [&](float v) { return v >= high; }),
                row[at], first_label + at);
  }
}

void draw(const Gates& gates, const Series& series, const xt::xtensor<float, 3>& forecast, const Options& options) {
  std::filesystem::create_directories(options.out);
  const std::string axis = "step, 0 is " + std::to_string(options.first_label);
  std::array<std::string, units> labels;
  for (std::size_t u = 0; u < units; ++u) labels[u] = "unit " + std::to_string(u + 1);
  constexpr std::array titles{"input gate", "forget gate", "candidate", "output gate", "cell"};
  for (std::size_t i = 0; i < titles.size(); ++i) {
    std::string name = titles[i];
    std::replace(name.begin(), name.end(), ' ', '_');
    io::write_heat_map(options.out / (name + ".svg"), titles[i], labels, gates.kept[i], axis);
  }
  io::Series real{"series", {}, {}}, guess{"forecast", {}, {}};
  for (std::size_t t = 0; t < series.size(); ++t) {
    const auto x = static_cast<double>(options.first_label + t);
    real.x.push_back(x);
    real.y.push_back(static_cast<double>(series[t]));
    guess.x.push_back(x + 1);
    guess.y.push_back(static_cast<double>(forecast(0, t, 0)));
  }
  io::write_line_chart(options.out / "series.svg", "Forecasts of one step", "", "part of the largest",
                       std::array{real, guess});
  std::printf("\nwrote series, input_gate, forget_gate, candidate, output_gate and cell.svg to %s\n",
              options.out.c_str());
}

void run(const Options& options) {
  const Series series = read_series(options.data, options.window);
  const std::size_t train = std::max(series.size() * 4 / 5, options.window + 1);
  Net net{Seed{options.seed}};
  Trainer trainer{net, MeanSquaredError{}, Adam{}, ClipNorm<1.0>{}};
  trainer.set_threads(Threads{1});  // more do not pay for a network this small
  trainer.set_seed(Seed{options.seed});
  const History history = trainer.fit(windows(series, train, options.window),
                                      {.epochs = options.epochs, .batch_size = 32, .schedule = OneCycle{.peak = 1e-2}});
  std::printf("trained on %zu of %zu values: loss %.5f\n", train, series.size(), history.epochs.back().loss);

  auto whole = xt::xtensor<float, 3>::from_shape({1, series.size(), 1});
  std::copy(series.begin(), series.end(), whole.data());
  const auto forecast = net.predict(whole);
  Gates gates;
  net.observe(whole, gates);
  compare_forecasts(series, forecast, train);
  tell(gates.kept[1], series, options.window, options.first_label);
  draw(gates, series, forecast, options);
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Trains an LSTM to forecast a series and draws its gates and cells over time."};
  app.add_option("--data", options.data, "CSV file with a header; its last column is the series")
      ->capture_default_str();
  app.add_option("--out", options.out, "folder for the pictures")->capture_default_str();
  app.add_option("--epochs", options.epochs, "passes over the windows")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--window", options.window, "steps of a training sequence")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--first-label", options.first_label, "the year of the first value")->capture_default_str();
  app.add_option("--seed", options.seed, "fixes weights and order")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(options);
  } catch (const Error& error) {
    std::fprintf(stderr, "lstm_gates: %s\n", error.what());
    return 1;
  }
}

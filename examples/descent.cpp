// Full-batch, mini-batch and single-sample gradient descent on the same problems.
//
// First a small classifier of the 8 x 8 digits, each batch size with its best of seven learning rates: loss on the
// training set against samples seen and against time, and how often it rose. A step of the full batch is dear and never
// goes wrong; one of a single sample is cheap and often does.
//
// Then two weights on a rippled surface: started in a hollow, the full batch stays there, where its gradient is zero.
// That of a single sample is not, and the same rate leads out of it (Bottou 1991).
//
// test: --data {data}/digits.csv.gz --epochs 2 --out {out}

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include "digits.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

using namespace strata;

struct Classifier : Sequential<Linear<32>, Tanh, Linear<10>> {};

struct Options {
  std::filesystem::path data = digits_path, out = ".";
  std::size_t epochs = 40;
  std::uint64_t seed = 42;
};

// ---- Digits.

/// How one batch size got on.
struct Course {
  std::string name;
  std::size_t batch;
  double rate = 0, accuracy = 0;
  std::size_t rose = 0;
  std::vector<double> samples = {}, seconds = {}, losses = {};
};

/// Trains and looks twenty times an epoch, or after each step where these are fewer; the clock stands while it looks.
Course descend(Course course, const std::pair<Digits, Digits>& digits, const Options& options, double rate) {
  using Clock = std::chrono::steady_clock;
  Network<Classifier, Features<64>, Cpu<float>> net{Seed{options.seed}};
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = rate}};
  trainer.set_threads(Threads{1});  // more do not pay for a network this small
  const std::size_t count = digits.first.size(), size = course.batch == 0 ? count : course.batch;
  const std::size_t every = std::max<std::size_t>(1, count / 20 / size);
  double seconds = 0;
  auto begin = Clock::now();
  const auto look = [&](const Progress& p) {
    if (p.batch % every != 0 && p.batch != p.batches) return true;
    seconds += std::chrono::duration<double>(Clock::now() - begin).count();
    course.samples.push_back(static_cast<double>((p.epoch - 1) * count + std::min(count, p.batch * size)));
    course.seconds.push_back(seconds);
    course.losses.push_back(trainer.evaluate(digits.first).loss);
    begin = Clock::now();
    return true;
  };
  try {
    trainer.fit(digits.first, {.epochs = options.epochs, .batch_size = course.batch, .on_batch = look});
  } catch (const NotFiniteError&) {  // too large a rate
    course.samples = course.seconds = {std::numeric_limits<double>::quiet_NaN()};
    course.losses = {std::numeric_limits<double>::infinity()};
  }
  for (std::size_t i = 1; i < course.losses.size(); ++i) course.rose += course.losses[i] > course.losses[i - 1];
  course.rate = rate;
  course.accuracy = accuracy(net.predict(digits.second.inputs), digits.second.targets);
  return course;
}

/// The course with the lowest loss at its end.
Course best_of(const Course& start, const std::pair<Digits, Digits>& digits, const Options& options) {
  Course best = start;
  for (const double rate : {0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0}) {
    Course course = descend(start, digits, options, rate);
    if (best.losses.empty() || course.losses.back() < best.losses.back()) best = std::move(course);
  }
  return best;
}

/// Where a course first went below a loss, in one of its columns; NaN where it never did.
double first_below(const Course& course, double loss, const std::vector<double>& column) {
  const auto found = std::ranges::find_if(course.losses, [&](double l) { return l < loss; });
  return found == course.losses.end() ? std::numeric_limits<double>::quiet_NaN()
                                      : column[static_cast<std::size_t>(found - course.losses.begin())];
}

void print(const Course& c, std::size_t count) {
  const auto pass = std::ranges::find_if(c.samples, [&](double s) { return s >= static_cast<double>(count); });
  std::printf("%-14s %6.3g %9.4f %9.4f %10.0f %9.3f %6zu of %-6zu %8.4f\n", c.name.c_str(), c.rate,
              pass == c.samples.end() ? c.losses.back() : c.losses[static_cast<std::size_t>(pass - c.samples.begin())],
              c.losses.back(), first_below(c, 0.2, c.samples), first_below(c, 0.2, c.seconds), c.rose, c.losses.size(),
              c.accuracy);
}

/// log10 of the loss against log10 of samples or seconds.
void draw(const std::vector<Course>& courses, std::vector<double> Course::* column, const std::string& what,
          const std::filesystem::path& path) {
  std::vector<io::Series> all;
  for (const Course& course : courses) {
    io::Series& series = all.emplace_back(io::Series{course.name, {}, {}});
    for (std::size_t i = 0; i < course.losses.size(); ++i) {
      series.x.push_back(std::log10((course.*column)[i]));
      series.y.push_back(std::log10(course.losses[i]));
    }
  }
  io::write_line_chart(path, "Loss on the training set", "log10 of " + what, "log10 of the loss", all);
}

void classify(const Options& options) {
  const auto digits = read_digits(options.data, 1400);
  std::vector<Course> courses;
  std::printf("%-14s %6s %9s %9s %10s %9s %16s %8s\n", "", "", "loss", "loss", "samples", "seconds", "looks at which",
              "test");
  std::printf("%-14s %6s %9s %9s %10s %9s %16s %8s\n", "digits", "rate", "1 epoch", "at end", "to 0.2", "to 0.2",
              "the loss rose", "accuracy");
  for (const Course& start : {Course{"full batch", 0}, Course{"mini-batch, 32", 32}, Course{"single sample", 1}}) {
    courses.push_back(best_of(start, digits, options));
    print(courses.back(), digits.first.size());
  }
  draw(courses, &Course::samples, "samples seen", options.out / "descent_samples.svg");
  draw(courses, &Course::seconds, "seconds", options.out / "descent_seconds.svg");
}

// ---- A rippled surface.

/// r(d) = d + ½ sin(2πd): the square of it has a hollow in every period.
struct Ripple {
  template <class V>
  constexpr V operator()(V x, V position) const {
    using std::sin;
    const V d = position - x;
    return d + math::constant<V>(0.5) * sin(math::constant<V>(2 * std::numbers::pi) * d);
  }
};
/// dy · r'(position - x), and the sign of what d depends on.
struct RippleGradient {
  double sign;
  template <class V>
  constexpr V operator()(V dy, V x, V position) const {
    using std::cos;
    const V turn = math::constant<V>(2 * std::numbers::pi) * (position - x);
    return math::constant<V>(sign) * dy * (V(1) + math::constant<V>(std::numbers::pi) * cos(turn));
  }
};

/// y = r(position - x), the position trained. Features<N> -> the same.
struct Surface {
  template <Featured In>
  using output = In;
  template <class In>
  using weights = TensorList<Tensor<"position", features<In>>>;
  static constexpr Reads backward_reads = Reads::input;

  static constexpr void forward(auto& run, auto x, auto y, auto& slot) {
    ops::map(run, Ripple{}, ops::into(y), ops::from(x, get<"position">(slot.weights)));
  }
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    const auto position = get<"position">(slot.weights);
    ops::reduce_rows(run, RippleGradient{1}, ops::accumulate(get<"position">(slot.gradients)),
                     ops::from(dy, x, position));
    ops::map(run, RippleGradient{-1}, ops::into(dx), ops::from(dy, x, position));
  }
  template <class In>
  static void initialize(auto&, auto weights) {
    constant_fill(get<"position">(weights), 0);
  }
};

/// Where a descent from the hollow ended.
struct End {
  double x = 0, y = 0, loss = 0, gradient = 0;  ///< the gradient is that of all samples
  io::Series path = {};
};

/// As many steps for every batch size, give or take those of an epoch.
End leave(const char* name, const Dataset<double, 2, double, 2>& data, std::size_t batch, std::size_t steps,
          std::uint64_t seed) {
  Network<Surface, Features<2>, Cpu<double>> net;
  net.tensor("position")[0] = 2.7;
  net.tensor("position")[1] = 1.7;
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.02}};
  trainer.set_threads(Threads{1});
  trainer.set_seed(Seed{seed});
  End end{.path = {name, {}, {}}};
  const std::size_t count = data.size();
  const auto look = [&](const Progress& p) {
    const std::size_t step = (p.epoch - 1) * p.batches + p.batch;
    if (step % 20 == 0) {
      end.path.x.push_back(static_cast<double>(step));
      end.path.y.push_back(trainer.evaluate(data).loss);
    }
    return true;
  };
  trainer.fit(
      data,
      {.epochs = batch == 0 ? steps : (steps * batch + count - 1) / count, .batch_size = batch, .on_batch = look});
  end.x = net.tensor("position")[0];
  end.y = net.tensor("position")[1];
  end.loss = trainer.evaluate(data).loss;
  trainer.step(data.inputs, data.targets);
  end.gradient = std::hypot(trainer.gradients()[0], trainer.gradients()[1]);
  return end;
}

void climb(const Options& options) {
  constexpr std::size_t count = 200, seeds = 20;
  const std::size_t steps = 100 * options.epochs;
  Dataset data{xt::xtensor<double, 2>::from_shape({count, 2}), xt::xtensor<double, 2>::from_shape({count, 2})};
  InitialRandom random(philox_key(options.seed));
  for (double& x : data.inputs) x = 0.2 * random.normal();
  data.targets.fill(0);
  const End full = leave("full batch", data, 0, steps, 1);
  std::printf("\nrippled surface, %zu steps from (2.7, 1.7)\n", steps);
  std::printf("full batch         ends at (%.2f, %.2f), loss %.3f, gradient %.1e\n", full.x, full.y, full.loss,
              full.gradient);
  std::vector<io::Series> paths{full.path};
  std::size_t left = 0;
  double mean = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const End one = leave("single sample", data, 1, steps, seed);
    left += one.loss < full.loss / 2;
    mean += one.loss / seeds;
    if (seed == 1) paths.push_back(one.path);
  }
  std::printf("single sample      %zu of %zu orders of the samples leave; mean loss %.3f\n", left, seeds, mean);
  io::write_line_chart(options.out / "descent_hollow.svg", "Out of a hollow", "step", "loss of all samples", paths);
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Compares gradient descent on all samples, on few and on one."};
  app.add_option("--data", options.data, "the digits as CSV, plain or gzip")->capture_default_str();
  app.add_option("--epochs", options.epochs, "passes over the digits")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--out", options.out, "folder for the pictures")->capture_default_str();
  app.add_option("--seed", options.seed, "fixes weights and noise")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    std::filesystem::create_directories(options.out);
    classify(options);
    climb(options);
    std::printf("\nwrote descent_samples, descent_seconds and descent_hollow.svg to %s\n", options.out.c_str());
  } catch (const Error& error) {
    std::fprintf(stderr, "descent: %s\n", error.what());
    return 1;
  }
}

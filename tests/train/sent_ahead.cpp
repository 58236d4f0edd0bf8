// Training whose steps are sent one after another, recorded and replayed, on the backend of tests/apart.hpp or, where
// nvcc compiles this, the GPU: nothing of a step may depend on a look at the one before, and what went wrong must be
// found and undone later.

#include <strata/io.hpp>

#include <doctest/doctest.h>

#include <thrown.hpp>

#include "train/away.hpp"

#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <list>
#include <string>

using namespace away_tests;

namespace {
using Here = Job<Cpu<double>>;
using There = Job<Away<double>>;
using Data = Dataset<double, 3>;

Data some(std::size_t samples) { return {numbers<double, 3>({samples, 6, 4}), labels(samples, 3)}; }

/// Weights and statistics of a network, wherever they lie.
template <class Net>
std::vector<double> everything(const Net& net) {
  std::vector<double> all(net.weight_buffer().size() + net.statistic_buffer().size());
  net.weight_buffer().download(std::span(all).first(net.weight_buffer().size()));
  net.statistic_buffer().download(std::span(all).subspan(net.weight_buffer().size()));
  return all;
}

template <class Backend>
struct Sparse {
  Network<Sequential<Embedding<6>, LastStep, ReLU, Linear<3>>, Tokens<50>, Backend> net{Seed{3}};
  Trainer<decltype(net), CrossEntropy, Adam, L2<1e-3>, ClipNorm<0.5>> trainer{net, CrossEntropy{}, Adam{}, {}, {}};
};
}  // namespace

TEST_CASE("more steps than may be on their way come back in their order" * doctest::skip(no_device())) {
  Here here;
  There there;
  const Data data = some(200);
  const FitOptions options{.epochs = 2, .batch_size = 1};
  const auto first = here.trainer.fit(data, options), second = there.trainer.fit(data, options);
  CHECK(second.epochs[1].loss == doctest::Approx(first.epochs[1].loss).epsilon(1e-9));
  CHECK(there.trainer.state().counters.step == 400);
}

TEST_CASE("a step taken between those of a fit is its own" * doctest::skip(no_device())) {
  Here here;
  There there;
  const Data data = some(80);
  const auto x = numbers<double, 3>({8, 6, 4}, 5);
  const auto y = labels(8, 3, 5);
  const auto losses = [&](auto& job) {
    std::vector<double> all;
    const auto step = [&](const Progress& p) {
      if (p.batch > 4) all.push_back(job.trainer.step(x, y));
      return true;
    };
    job.trainer.fit(data, {.epochs = 1, .batch_size = 8, .on_batch = step});
    return all;
  };
  CHECK(largest_difference(losses(there), losses(here)) < 1e-10);
  CHECK(largest_difference(everything(there.net), everything(here.net)) < 1e-10);
}

TEST_CASE("what went wrong is named though many steps were sent behind it, and none of them has happened" *
          doctest::skip(no_device())) {
  Here here;
  There there;
  Data data = some(80);
  here.trainer.fit(data, {.epochs = 1, .batch_size = 8, .shuffle = false});
  there.trainer.fit(data, {.epochs = 1, .batch_size = 8, .shuffle = false});
  data.inputs(29, 1, 2) = std::numeric_limits<double>::quiet_NaN();  // in batch 4 of 10
  std::vector<double> before;
  const auto remember = [&](const Progress& p) {
    if (p.batch == 3) before = everything(there.net);
    return true;
  };
  const FitOptions options{.epochs = 2, .batch_size = 8, .shuffle = false, .on_batch = remember};
  const std::string wrong =
      "strata::Trainer: the loss is not finite (epoch 1, batch 4). The first layer whose output is "
      "not finite is '0', LSTM<5>. The inputs are not all finite.";
  CHECK(support::message<NotFiniteError>([&] { there.trainer.fit(data, options); }) == wrong);
  CHECK(everything(there.net) == before);
  CHECK(there.trainer.state().counters.step == 13);
  CHECK_THROWS_AS(here.trainer.fit(data, {.epochs = 2, .batch_size = 8, .shuffle = false}), NotFiniteError);
  const Counters<double>&expected = here.trainer.state().counters, &found = there.trainer.state().counters;
  CHECK(found.step == expected.step);
  CHECK(found.learning_rate == expected.learning_rate);
  CHECK(found.loss_scale == expected.loss_scale);
  CHECK(found.first_correction == expected.first_correction);
  CHECK(found.second_correction == expected.second_correction);
  CHECK(found.gradient_scale == doctest::Approx(expected.gradient_scale).epsilon(1e-10));
  CHECK(there.trainer.state().batch == 3);
  // without the bad number both go on alike
  const auto fixed = some(80);
  FitOptions rest{.epochs = 2, .batch_size = 8, .shuffle = false};
  there.trainer.resume();
  there.trainer.fit(fixed, rest);
  here.trainer.resume();
  here.trainer.fit(fixed, rest);
  CHECK(largest_difference(everything(here.net), everything(there.net)) < 1e-9);
}

TEST_CASE("a checkpoint saved after any batch holds that batch" * doctest::skip(no_device())) {
  There undisturbed, cancelled, resumed;
  const Data data = some(80);
  const auto path = std::filesystem::temp_directory_path() / "strata-sent-ahead";
  undisturbed.trainer.fit(data, {.epochs = 2, .batch_size = 8});
  const auto save = [&](const Progress& p) {
    if (p.epoch == 1 && p.batch == 7) io::save_checkpoint(cancelled.trainer, path);
    return true;
  };
  cancelled.trainer.fit(data, {.epochs = 2, .batch_size = 8, .on_batch = save});
  io::load_checkpoint(resumed.trainer, path);
  CHECK(resumed.trainer.state().counters.step == 7);
  resumed.trainer.fit(data, {.epochs = 2, .batch_size = 8});
  CHECK(everything(resumed.net) == everything(undisturbed.net));
  std::filesystem::remove(path);
}

TEST_CASE("an exception in a callback, or a cancelled fit, leaves nothing on its way" * doctest::skip(no_device())) {
  There undisturbed, thrown, cancelled;
  const Data data = some(80);
  undisturbed.trainer.fit(data, {.epochs = 1, .batch_size = 8});
  struct Stop {};
  const auto stop = [](const Progress& p) -> bool {
    if (p.batch == 6) throw Stop{};
    return true;
  };
  CHECK_THROWS_AS(thrown.trainer.fit(data, {.epochs = 1, .batch_size = 8, .on_batch = stop}), Stop);
  cancelled.trainer.fit(data,
                        {.epochs = 1, .batch_size = 8, .on_batch = [](const Progress& p) { return p.batch < 6; }});
  for (There* job : {&thrown, &cancelled}) {
    CHECK(job->trainer.state().batch == 6);
    job->trainer.resume();
    job->trainer.fit(data, {.epochs = 1, .batch_size = 8});
    CHECK(everything(job->net) == everything(undisturbed.net));
  }
}

TEST_CASE("a step that went wrong behind an exception in a callback has not happened either" *
          doctest::skip(no_device())) {
  There job;
  Data data = some(80);
  data.inputs(29, 1, 2) = std::numeric_limits<double>::quiet_NaN();  // in batch 4 of 10
  struct Stop {};
  const auto stop = [](const Progress& p) -> bool {
    if (p.batch == 6) throw Stop{};
    return true;
  };
  CHECK_THROWS_AS(job.trainer.fit(data, {.batch_size = 8, .shuffle = false, .on_batch = stop}), Stop);
  CHECK(job.trainer.state().batch == 3);
  CHECK(job.trainer.state().counters.step == 3);
  for (const double w : everything(job.net)) CHECK(std::isfinite(w));
  job.trainer.resume();
  job.trainer.fit(some(80), {.batch_size = 8, .shuffle = false});
  There undisturbed;
  undisturbed.trainer.fit(some(80), {.batch_size = 8, .shuffle = false});
  CHECK(everything(job.net) == everything(undisturbed.net));
}

TEST_CASE("swapped networks are not trained by each other's recordings" * doctest::skip(no_device())) {
  There a, b;
  const auto x = numbers<double, 3>({8, 6, 4});
  const auto y = labels(8, 3);
  for (int i = 0; i < 3; ++i) a.trainer.step(x, y);
  const auto untouched = everything(a.net);
  std::swap(a.net, b.net);
  a.trainer.step(x, y);
  CHECK(everything(b.net) == untouched);
  CHECK(everything(a.net) != untouched);
}

TEST_CASE("nor are buffers that a network was given since" * doctest::skip(no_device())) {
  const auto x = numbers<double, 3>({8, 6, 4});
  const auto y = labels(8, 3);
  const auto check = [&](auto exchange) {
    There a, b;
    for (int i = 0; i < 3; ++i) a.trainer.step(x, y);
    exchange(a.net, b.net);
    const auto untouched = everything(b.net);
    a.trainer.step(x, y);
    CHECK(everything(b.net) == untouched);
  };
  check([](auto& a, auto& b) { std::swap(a.weight_buffer(), b.weight_buffer()); });
  check([](auto& a, auto& b) { std::swap(a.statistic_buffer(), b.statistic_buffer()); });
}

TEST_CASE("steps with and without weights are told apart, and so are other numbers of samples and steps" *
          doctest::skip(no_device())) {
  Here here;
  There there;
  const auto x = numbers<double, 3>({8, 6, 4}), fewer = numbers<double, 3>({5, 6, 4}),
             shorter = numbers<double, 3>({8, 4, 4});
  const auto y = labels(8, 3), fewer_y = labels(5, 3);
  const std::vector<double> weights{1, 0, 2, 0, 1, 3, 0, 1};
  for (int i = 0; i < 4; ++i) {
    CHECK(there.trainer.step(x, y, weights) == doctest::Approx(here.trainer.step(x, y, weights)).epsilon(1e-10));
    CHECK(there.trainer.step(x, y) == doctest::Approx(here.trainer.step(x, y)).epsilon(1e-10));
    CHECK(there.trainer.step(fewer, fewer_y) == doctest::Approx(here.trainer.step(fewer, fewer_y)).epsilon(1e-10));
    CHECK(there.trainer.step(shorter, y) == doctest::Approx(here.trainer.step(shorter, y)).epsilon(1e-10));
  }
}

TEST_CASE("a carried state goes through recordings" * doctest::skip(no_device())) {
  using Net = Sequential<LSTM<5>, LastStep, Linear<2>>;
  const Network<Net, Sequence<4>, Cpu<double>> here{Seed{3}};
  const Network<Net, Sequence<4>, Away<double>> there{Seed{3}};
  Session expected(here);
  Session found(there);
  expected.carry_state(true);
  found.carry_state(true);
  for (std::uint64_t seed = 1; seed < 6; ++seed) {
    const auto x = numbers<double, 3>({2, 3, 4}, seed);
    if (seed == 4) {
      expected.reset_state();
      found.reset_state();
    }
    CHECK(largest_difference(there.predict(found, x), here.predict(expected, x)) < 1e-13);
  }
  found.carry_state(false);
  const auto x = numbers<double, 3>({2, 3, 4}, 9);
  for (int i = 0; i < 3; ++i) CHECK(largest_difference(there.predict(found, x), here.predict(x)) < 1e-13);
}

TEST_CASE("a swapped teacher, and swapped moments, are those that were meant" * doctest::skip(no_device())) {
  using Teacher = Network<Sequential<Linear<8>, Tanh, Linear<3>>, Features<4>, Away<double>>;
  using Student = Network<Sequential<Linear<3>>, Features<4>, Away<double>>;
  const auto x = numbers<double, 2>({8, 4});
  const auto y = labels(8, 3);
  const auto learned = [&](bool swaps) {
    Teacher teacher{Seed{1}}, other{Seed{2}};
    if (!swaps) std::swap(teacher, other);
    Student student{Seed{3}};
    Trainer trainer{student, Distill<4.0>::from(teacher), SGD{.learning_rate = 0}};
    for (int i = 0; i < 3; ++i) trainer.step(x, y);
    if (swaps) std::swap(teacher, other);
    return trainer.step(x, y);
  };
  CHECK(learned(true) == learned(false));
  There a, b;
  for (int i = 0; i < 3; ++i) {
    a.trainer.step(numbers<double, 3>({8, 6, 4}), y);
    b.trainer.step(numbers<double, 3>({8, 6, 4}, 5), y);
  }
  std::swap(a.trainer.state().moments, b.trainer.state().moments);
  std::vector<double> before(a.net.weight_buffer().size()), after(before.size());
  b.trainer.state().moments[0].download(before);  // those that were of a
  a.trainer.step(numbers<double, 3>({8, 6, 4}), y);
  b.trainer.state().moments[0].download(after);
  CHECK(after == before);
}

TEST_CASE("sessions are copied without their recordings" * doctest::skip(no_device())) {
  There there;
  Session session(there.net);
  const auto x = numbers<double, 3>({8, 6, 4});
  const auto expected = there.net.predict(session, x);
  there.net.predict(session, x);
  Session copy = session;
  CHECK(there.net.predict(copy, x) == expected);
  CHECK(there.net.predict(copy, x) == expected);
  CHECK(there.net.predict(session, x) == expected);
}

#if !defined(__CUDACC__)
// ---- What only that backend can be asked.

TEST_CASE("steps are replayed, and learn what they learn on the CPU") {
  Here here;
  There there;
  const Data data = some(84);  // the last batch is a smaller one
  const FitOptions options{.epochs = 4, .batch_size = 8, .schedule = OneCycle{.peak = 2e-2}};
  apart::asked() = {};
  const History first = here.trainer.fit(data, options), second = there.trainer.fit(data, options);
  CHECK(apart::asked().replays > 30);
  for (std::size_t e = 0; e < options.epochs; ++e)
    CHECK(second.epochs[e].loss == doctest::Approx(first.epochs[e].loss).epsilon(1e-10));
  CHECK(largest_difference(everything(here.net), everything(there.net)) < 1e-10);
  const double scale = here.trainer.state().counters.gradient_scale;
  REQUIRE(scale < 1);
  CHECK(there.trainer.state().counters.gradient_scale == doctest::Approx(scale).epsilon(1e-10));
}

TEST_CASE("a step allocates nothing and waits for nothing") {
  There job;
  const Data data = some(400);
  std::vector<apart::Asked> after;
  const auto note = [&](const Progress&) {
    after.push_back(apart::asked());
    return true;
  };
  job.trainer.fit(data, {.epochs = 1, .batch_size = 8, .on_batch = note});
  REQUIRE(after.size() == 50);
  for (std::size_t i = 2; i < 50; ++i) {
    CHECK(after[i].allocations == after[i - 1].allocations);
    CHECK(after[i].waits == after[i - 1].waits);
    CHECK(after[i].uploads == after[i - 1].uploads + 1);  // the counters
    CHECK(after[i].replays == after[i - 1].replays + 1);
  }
}

TEST_CASE("a step that is back is counted at once") {
  Here here;
  There there;
  const Data data = some(80);
  const auto losses = [&](auto& job) {
    std::vector<double> all;
    const auto note = [&](const Progress& p) {
      all.push_back(p.loss);
      return true;
    };
    job.trainer.fit(data, {.epochs = 1, .batch_size = 8, .on_batch = note});
    return all;
  };
  apart::Memory::prompt() = true;
  const auto found = losses(there);
  apart::Memory::prompt() = false;
  CHECK(largest_difference(found, losses(here)) < 1e-10);
}

TEST_CASE("data that do not fit are gathered here, and learned alike") {
  Here here;
  There there;
  const Data data = some(40);
  const std::vector<double> weights = [] {
    std::vector<double> w(40, 1);
    w[3] = 0;
    w[17] = 2.5;
    return w;
  }();
  const FitOptions options{.epochs = 2, .batch_size = 12, .piece = 5, .hold_out = 4, .sample_weights = weights};
  // inputs, labels, weights and the order: half of what is free must hold them
  constexpr std::size_t bytes =
      40 * (6 * 4 * sizeof(double) + sizeof(std::int32_t) + sizeof(double) + sizeof(std::size_t));
  apart::Memory::free_bytes() = 2 * bytes - 1;
  const auto second = there.trainer.fit(data, options);
  apart::asked() = {};
  There without_validation;
  without_validation.trainer.fit(data, {.epochs = 2, .batch_size = 12, .sample_weights = weights});
  CHECK(apart::asked().replays == 0);
  apart::Memory::free_bytes() = 2 * bytes;
  const auto first = here.trainer.fit(data, options);
  CHECK(second.epochs[1].loss == doctest::Approx(first.epochs[1].loss).epsilon(1e-10));
  CHECK(*second.epochs[1].validation_loss == doctest::Approx(*first.epochs[1].validation_loss).epsilon(1e-10));
  There again;
  const auto third = again.trainer.fit(data, options);
  CHECK(apart::asked().replays > 0);
  apart::Memory::free_bytes() = std::size_t{1} << 28U;
  CHECK(everything(again.net) == everything(there.net));
  CHECK(third.epochs[1].loss == second.epochs[1].loss);
}

TEST_CASE("memory that once held a batch holds those that are no larger, whatever is free") {
  There job;
  const auto x = numbers<double, 3>({8, 6, 4}), fewer = numbers<double, 3>({5, 6, 4});
  const auto y = labels(8, 3), fewer_y = labels(5, 3);
  for (int i = 0; i < 2; ++i) {
    job.trainer.step(x, y);
    job.trainer.step(fewer, fewer_y);
  }
  apart::Memory::free_bytes() = 0;
  apart::asked() = {};
  job.trainer.step(x, y);
  job.trainer.step(fewer, fewer_y);
  apart::Memory::free_bytes() = std::size_t{1} << 28U;
  CHECK(apart::asked().replays == 2);
}

TEST_CASE("where nothing comes back a fit ends with the error of the backend, and nobody waits for it again") {
  There job;
  apart::Memory::broken() = true;
  CHECK_THROWS_AS(job.trainer.fit(some(800), {.batch_size = 8}), apart::Refusal);
  apart::Memory::broken() = false;
  apart::asked() = {};
  CHECK(job.trainer.state().batch == 0);
  CHECK(apart::asked().waits == 0);
}

TEST_CASE("a prediction is recorded for extents that come again, and reads new inputs and weights") {
  const Network<Model, Sequence<4>, Cpu<double>> here{Seed{3}};
  There there;
  Session session(there.net);
  apart::asked() = {};
  for (std::uint64_t seed = 1; seed < 6; ++seed) {
    for (const std::size_t batch : {8u, 3u}) {
      const auto x = numbers<double, 3>({batch, 6, 4}, seed);
      CHECK(largest_difference(there.net.predict(session, x), here.predict(x)) < 1e-13);
    }
  }
  CHECK(apart::asked().replays == 8);
  there.trainer.step(numbers<double, 3>({8, 6, 4}), labels(8, 3));
  const auto x = numbers<double, 3>({8, 6, 4});
  const Network<Model, Sequence<4>, Away<double>> copy = there.net;
  CHECK(there.net.predict(session, x) == copy.predict(x));
}

TEST_CASE("a session's recordings are those of the arrays and buffers they were made with") {
  There a, b;
  b.trainer.step(numbers<double, 3>({8, 6, 4}), labels(8, 3));
  Session session(a.net);
  const std::array inputs{numbers<double, 3>({8, 6, 4}, 2), numbers<double, 3>({8, 6, 4}, 3)};
  std::array<Buffer<double, apart::Memory>, 2> x, y;
  for (std::size_t i = 0; i < 2; ++i) {
    x[i] = Buffer<double, apart::Memory>(inputs[i].size());
    y[i] = Buffer<double, apart::Memory>(8 * 3);
    x[i].upload(std::span(inputs[i].data(), inputs[i].size()));
  }
  std::list<decltype(a.net)> fresh;  // given back at the end alone: recordings would be made anew
  const auto check = [&](std::size_t from, std::size_t to) {
    a.net.predict_into(session, {8, 6}, x[from].data(), y[to].data());
    std::vector<double> found(8 * 3);
    y[to].download(found);
    fresh.push_back(a.net);  // which has recorded nothing
    CHECK(largest_difference(found, fresh.back().predict(inputs[from])) == 0);
  };
  for (int i = 0; i < 3; ++i) check(0, 0);
  check(1, 0);
  check(0, 1);
  std::swap(a.net.weight_buffer(), b.net.weight_buffer());
  for (int i = 0; i < 3; ++i) check(0, 0);
  std::swap(a.net.statistic_buffer(), b.net.statistic_buffer());
  check(0, 0);
}

TEST_CASE("where rows must be looked at before the update, steps wait for that and learn the same") {
  Sparse<Cpu<double>> here;
  Sparse<Away<double>> there;
  Dataset<std::int32_t, 2> data{xt::xtensor<std::int32_t, 2>({40, 4}), labels(40, 3)};
  for (std::size_t i = 0; i < data.inputs.size(); ++i) data.inputs.data()[i] = static_cast<std::int32_t>(i * i % 50);
  const FitOptions options{.epochs = 2, .batch_size = 8};
  apart::asked() = {};
  const auto first = here.trainer.fit(data, options), second = there.trainer.fit(data, options);
  CHECK(apart::asked().replays == 0);
  CHECK(second.epochs[1].loss == doctest::Approx(first.epochs[1].loss).epsilon(1e-10));
  CHECK(largest_difference(everything(here.net), everything(there.net)) < 1e-10);
  CHECK(there.trainer.state().counters.gradient_scale ==
        doctest::Approx(here.trainer.state().counters.gradient_scale).epsilon(1e-10));
}
#endif

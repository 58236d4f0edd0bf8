#include <strata/optim/schedule.hpp>

#include <optim/support.hpp>

using namespace strata;

TEST_CASE("Constant is the base rate at every step") {
  const Schedule schedule = Constant{};
  for (const std::size_t step : {0u, 3u, 9u}) CHECK(schedule(0.25, step, 10) == 0.25);
}

TEST_CASE("OneCycle rises from peak / divide to the peak and falls to almost nothing") {
  const OneCycle cycle{.peak = 1, .warm_up = 0.3, .divide = 20, .final_divide = 100};
  const std::size_t steps = 50, top = 14;  // 0.3 · 50 - 1
  CHECK(cycle(7, 0, steps) == doctest::Approx(0.05));
  CHECK(cycle(7, top, steps) == doctest::Approx(1));
  CHECK(cycle(7, steps - 1, steps) == doctest::Approx(5e-4));
  for (std::size_t step = 1; step < steps; ++step)
    CHECK((cycle(7, step, steps) > cycle(7, step - 1, steps)) == (step <= top));
}

TEST_CASE("OneCycle has a rate for every step of the shortest fits") {
  for (std::size_t steps = 1; steps < 6; ++steps) {
    for (std::size_t step = 0; step < steps; ++step) {
      const double rate = OneCycle{.peak = 1}(0, step, steps);
      CHECK(rate > 0);
      CHECK(rate <= 1);
    }
  }
}

TEST_CASE("a fit asks its schedule once a batch, counting over all epochs, and takes the rate") {
  struct {
    xt::xtensor<double, 2> inputs{{1}, {1}, {1}, {1}, {1}};
    xt::xtensor<double, 2> targets{{9}, {9}, {9}, {9}, {9}};
  } const data;
  Network<Linear<1>, Features<1>, Engine<double>> net;
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.125}};
  std::vector<std::size_t> asked;
  const double before = net.tensor("bias")[0];
  const auto history = trainer.fit(
      data, {.epochs = 2, .batch_size = 2, .schedule = [&](double rate, std::size_t step, std::size_t steps) {
               CHECK(rate == 0.125);
               CHECK(steps == 6);
               asked.push_back(step);
               return step == 5 ? 0.75 : 0.0;
             }});
  CHECK(asked == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
  CHECK(history.epochs[0].learning_rate == 0);
  CHECK(history.epochs[1].learning_rate == 0.75);
  CHECK(net.tensor("bias")[0] == doctest::Approx(before - 0.75 * trainer.gradients()[trainer.gradients().size() / 2]));
}

#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<GaussianNoise<0.5>, Image<2, 3, 4>>, Image<2, 3, 4>>);
static_assert(!Accepts<GaussianNoise<0.5>, Tokens<5>> && !Accepts<GaussianNoise<-0.5>, Features<5>>);

namespace {
/// Zeros through the layer, and numbers backwards.
template <class L, class In>
TrainingPass<L, In, float> pass_of_zeros(Extents extents, std::size_t elements, Counters<float> counters,
                                         std::size_t first = 0) {
  std::vector<float> none, state;
  return {extents, std::vector<float>(elements), none, none, state, numbers<float>(elements, 5), counters, first};
}
}  // namespace

TEST_CASE("GaussianNoise keeps the contract of layers") {
  check_contract<GaussianNoise<0.5>, Features<5>>();
  check_contract<GaussianNoise<0.25>, Sequence<5>>();
  check_contract<Sequential<Tanh, GaussianNoise<0.5>, Linear<2>, GaussianNoise<0.25>>, Sequence<5>>();
}

TEST_CASE("the noise of an element is the normal number of its Philox word, and its gradient passes") {
  const Counters<float> counters{.key = philox_key(77), .step = 9};
  const std::size_t batch = 3, steps = 4, width = 6;
  const auto pass =
      pass_of_zeros<GaussianNoise<0.25>, Sequence<width>>({batch, steps}, batch * steps * width, counters, 5);
  const auto gradient = numbers<float>(batch * steps * width, 5);
  for (std::uint32_t t = 0; t < steps; ++t) {
    for (std::uint32_t b = 0; b < batch; ++b) {
      for (std::size_t j = 0; j < width; ++j) {
        const std::uint32_t word = philox(philox_counter(j, 5 + b, t, 0, 9), counters.key)[j % 4];
        CHECK(pass.output[(t * batch + b) * width + j] == 0.25f * normal<float>(word));
        CHECK(pass.input_gradient[(b * steps + t) * width + j] == gradient[(t * batch + b) * width + j]);
      }
    }
  }
}

TEST_CASE("the noise has mean 0 and the standard deviation sigma") {
  const std::size_t n = 200'000;
  const auto pass = pass_of_zeros<GaussianNoise<0.3>, Features<1000>>({n / 1000, 1}, n, {.key = philox_key(1)});
  double sum = 0, squares = 0;
  for (const float y : pass.output) {
    sum += y;
    squares += y * y;
  }
  const double count = static_cast<double>(n);
  CHECK(std::abs(sum / count) < 4 * 0.3 / std::sqrt(count));  // four standard errors, here and below
  CHECK(std::abs(squares / count / 0.09 - 1) < 4 * std::sqrt(2 / count));
}

TEST_CASE("noise differs by step, seed and layer") {
  const auto noise = []<class L>(L, std::uint64_t seed, std::uint32_t step) {
    return pass_of_zeros<L, Features<256>>({1, 1}, 256, {.key = philox_key(seed), .step = step}).output;
  };
  using One = GaussianNoise<1.0>;
  const auto first = noise(One{}, 1, 0), twice = noise(Sequential<One, One>{}, 1, 0);
  CHECK(first == noise(One{}, 1, 0));
  CHECK(first != noise(One{}, 2, 0));
  CHECK(first != noise(One{}, 1, 1));
  double product = 0;  // of the first layer's noise and the second's
  for (std::size_t i = 0; i < 256; ++i) product += first[i] * (twice[i] - first[i]);
  CHECK(std::abs(product / 256) < 4 / std::sqrt(256.0));
}

TEST_CASE("prediction adds nothing, sampling does") {
  Network<GaussianNoise<0.5>, Features<64>, Engine<float>> net;
  const auto x = array<float, 2>({3, 64}, 1);
  CHECK(net.predict(x) == x);
  const auto samples = net.predict_samples(x, 2, Seed{3});
  std::size_t changed = 0, different = 0;
  for (std::size_t i = 0; i < 192; ++i) {
    changed += samples.data()[i] != x.data()[i];
    different += samples.data()[i] != samples.data()[192 + i];
  }
  CHECK(changed > 180);
  CHECK(different > 180);
}

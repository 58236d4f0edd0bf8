#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Dropout<0.5>, Image<2, 3, 4>>, Image<2, 3, 4>>);
static_assert(!Accepts<Dropout<0.5>, Tokens<5>>);

namespace {
template <class L, class In>
TrainingPass<L, In, float> pass_of_ones(Extents extents, std::size_t elements, Counters<float> counters,
                                        std::size_t first = 0) {
  std::vector<float> none, state;
  const std::vector<float> ones(elements, 1);
  return {extents, ones, none, none, state, ones, counters, first};
}
}  // namespace

TEST_CASE("Dropout keeps the contract of layers") {
  check_contract<Dropout<0.5>, Features<5>>();
  check_contract<Dropout<0.25>, Sequence<5>>();
  check_contract<Sequential<Tanh, Dropout<0.5>, Linear<2>, Dropout<0.25>>, Sequence<5>>();
}

TEST_CASE("an element stays where its Philox word says so, and is scaled") {
  const Counters<float> counters{.key = philox_key(77), .step = 9};
  const std::size_t batch = 3, steps = 4, width = 6;
  const auto pass = pass_of_ones<Dropout<0.25>, Sequence<width>>({batch, steps}, batch * steps * width, counters, 5);
  for (std::uint32_t t = 0; t < steps; ++t) {
    for (std::uint32_t b = 0; b < batch; ++b) {
      for (std::size_t j = 0; j < width; ++j) {
        const std::uint32_t word = philox(philox_counter(j, 5 + b, t, 0, 9), counters.key)[j % 4];
        const float expected = word >= bernoulli_keep_threshold(0.25) ? 1 / 0.75f : 0;
        CHECK(pass.output[(t * batch + b) * width + j] == expected);
        CHECK(pass.input_gradient[(b * steps + t) * width + j] == expected);  // the mask is replayed
      }
    }
  }
}

TEST_CASE("the part that is dropped is the rate, and the mean stays") {
  const std::size_t n = 200000;
  const auto pass = pass_of_ones<Dropout<0.3>, Features<1000>>({n / 1000, 1}, n, {.key = philox_key(1)});
  double zeros = 0, sum = 0;
  for (const float y : pass.output) {
    zeros += y == 0;
    sum += y;
  }
  const double deviation = std::sqrt(0.3 * 0.7 / static_cast<double>(n));
  CHECK(std::abs(zeros / static_cast<double>(n) - 0.3) < 4 * deviation);
  CHECK(std::abs(sum / static_cast<double>(n) - 1) < 4 * deviation / 0.7);
}

TEST_CASE("masks differ by step, seed and layer") {
  using Two = Sequential<Dropout<0.5>, Dropout<0.5>>;
  const auto first = pass_of_ones<Dropout<0.5>, Features<256>>({1, 1}, 256, {.key = philox_key(1)}).output;
  CHECK(first == pass_of_ones<Dropout<0.5>, Features<256>>({1, 1}, 256, {.key = philox_key(1)}).output);
  CHECK(first != pass_of_ones<Dropout<0.5>, Features<256>>({1, 1}, 256, {.key = philox_key(2)}).output);
  CHECK(first != pass_of_ones<Dropout<0.5>, Features<256>>({1, 1}, 256, {.key = philox_key(1), .step = 1}).output);
  const auto twice = pass_of_ones<Two, Features<256>>({1, 1}, 256, {.key = philox_key(1)}).output;
  std::size_t kept = 0;
  for (const float y : twice) kept += y == 4;
  CHECK(kept > 32);  // a quarter of 256; half, were the masks the same
  CHECK(kept < 96);
}

TEST_CASE("prediction passes everything, sampling does not") {
  Network<Dropout<0.5>, Features<64>, Engine<float>> net;
  const auto x = array<float, 2>({3, 64}, 1);
  CHECK(net.predict(x) == x);
  const auto samples = net.predict_samples(x, 2, Seed{3});
  std::size_t zeros = 0, different = 0;
  for (std::size_t i = 0; i < 192; ++i) {
    zeros += samples.data()[i] == 0;
    different += samples.data()[i] != samples.data()[192 + i];
  }
  CHECK(zeros > 60);
  CHECK(zeros < 132);
  CHECK(different > 60);
}

TEST_CASE("rate 0 drops nothing") {
  const auto pass = pass_of_ones<Dropout<0.0>, Features<64>>({2, 1}, 128, {.key = philox_key(1)});
  CHECK(pass.output == std::vector<float>(128, 1));
  CHECK(pass.input_gradient == std::vector<float>(128, 1));
}

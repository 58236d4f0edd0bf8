// Layers that run as one: which do, that nobody can tell but by the work, and that observers still see both.

#include <layers/support.hpp>

#include <strata/network/plan.hpp>

#include <utility>

using namespace layer_test;

namespace {
/// The engine, and how often it was asked for a map and for a product that ends in an activation.
template <class T>
struct Counting {
  using element = T;
  struct Stream {
    using backend = Counting;
    int threads = 1;
  };
  static inline int maps = 0, activated = 0;
};

template <class Net, class In>
std::pair<int, int> asked_in_prediction() {
  const Network<Net, In, Counting<float>> net{Seed{1}};
  Counting<float>::maps = Counting<float>::activated = 0;
  net.predict(xt::xtensor<float, 2>({4, 5}, 0.5f));
  return {Counting<float>::maps, Counting<float>::activated};
}

/// Looks at its input in backward, as ReLU need not.
struct ReluOfInput : ReLU {
  static constexpr Reads backward_reads = Reads::input;
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto&) {
    ops::map(run, detail::TimesSlope<ReLU>{}, ops::into(dx), ops::from(dy, x));
  }
};

/// Derived from ReLU, but says it is no activation that operations know.
struct Unknown : ReLU {
  static constexpr ops::Activation activation = ops::Activation::none;
};

static_assert(Unknown::activation == ops::Activation::none);

using Ends = Sequential<Linear<6>, ReLU>;
using Inside = Sequential<Linear<6>, ReLU, Linear<3>>;
using Twice = Sequential<With<Linear<6>, L2<1e-3>>, ReLU, Linear<7>, ReLU, Tanh, Linear<3>, ReLU>;
/// The same layers in boxes, which do not run as one.
using Apart = Sequential<Sequential<With<Linear<6>, L2<1e-3>>>, ReLU, Sequential<Linear<7>>, ReLU, Tanh,
                         Sequential<Linear<3>>, ReLU>;

template <class Net>
std::vector<float> trained() {
  Network<Net, Sequence<5>, Engine<float>> net{Seed{3}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  for (std::uint64_t step = 0; step < 3; ++step)
    trainer.step(array<float, 3>({4, 6, 5}, step), array<float, 3>({4, 6, 3}, step + 9));
  std::vector<float> all(net.weights().begin(), net.weights().end());
  const auto y = net.predict(array<float, 3>({9, 2, 5}, 20));
  all.insert(all.end(), y.begin(), y.end());
  return all;
}

struct Seen : Observer<double> {
  void see(const Observation<double>& o) override {
    if (std::string(o.what) == "output") outputs.emplace_back(o.data, o.data + o.rows * o.columns);
  }
  std::vector<std::vector<double>> outputs;
};

template <class Program>
std::size_t regions() {
  return Plan<Program>::table.size();
}
}  // namespace

namespace STRATA_NAMESPACE {
template <class Operation, class T>
struct Kernel<Operation, Counting<T>> {
  template <class... Arguments>
  static void run(typename Counting<T>::Stream stream, Arguments&&... arguments) {
    Counting<T>::maps += std::is_same_v<Operation, ops::Map>;
    if constexpr (std::is_same_v<Operation, ops::Matmul>)
      Counting<T>::activated += ((arguments.activation == ops::Activation::relu) + ...);
    Kernel<Operation, Engine<T>>::run({stream.threads}, std::forward<Arguments>(arguments)...);
  }
};
}  // namespace STRATA_NAMESPACE

static_assert(Fuses<Linear<3>, ReLU> && Fuses<With<Linear<3>, Freeze>, ReLU>);
static_assert(!Fuses<Linear<3>, Tanh> && !Fuses<Linear<3>, Unknown> && !Fuses<ReLU, Linear<3>> &&
              !Fuses<Sequential<Linear<3>>, ReLU>);

TEST_CASE("a fused pair is one product, and no map") {
  CHECK(asked_in_prediction<Ends, Features<5>>() == std::pair(0, 1));
  CHECK(asked_in_prediction<Inside, Features<5>>() == std::pair(0, 1));
  CHECK(asked_in_prediction<Twice, Features<5>>() == std::pair(1, 3));
  CHECK(asked_in_prediction<Apart, Features<5>>() == std::pair(4, 0));
  CHECK(asked_in_prediction<Sequential<Linear<3>, ReluOfInput>, Features<5>>() == std::pair(0, 1));
}

TEST_CASE("layers that run as one keep the contract of layers") {
  check_contract<Ends, Features<5>>();
  check_contract<Inside, Sequence<5>>();
  check_contract<Twice, Sequence<5>>({.seed = 3});
  check_contract<Sequential<Linear<6>, ReluOfInput>, Features<5>>();
  check_contract<Residual<Linear<5>, ReLU>, Features<5>>();
  check_contract<Residual<Projection, Linear<4>, ReLU, Linear<3>, ReLU>, Features<5>>({.seed = 2});
}

TEST_CASE("fused and apart have the same bits") { CHECK(trained<Twice>() == trained<Apart>()); }

TEST_CASE("a value that backward reads is kept, and only then") {
  using Kept = Sequential<Linear<3>, ReluOfInput>;
  using Fused = Sequential<Linear<3>, ReLU>;
  CHECK(regions<Prediction<Kept, Features<5>, Inference, float>>() == 0);
  CHECK(regions<Prediction<Fused, Features<5>, Inference, float>>() == 0);
  CHECK(regions<TrainingStep<Kept, Features<5>, Training, float>>() ==
        regions<TrainingStep<Fused, Features<5>, Training, float>>() + 1);
}

TEST_CASE("arithmetic and memory of a fused pair are at most those of its layers apart") {
  CHECK(flops<Twice, Sequence<5>>({3, 4}) == flops<Apart, Sequence<5>>({3, 4}));
  CHECK(training_flops<Twice, Sequence<5>>({3, 4}) == training_flops<Apart, Sequence<5>>({3, 4}));
  CHECK(memory<Twice, Sequence<5>>({3, 4}) <= memory<Apart, Sequence<5>>({3, 4}));
  CHECK(training_memory<Twice, Sequence<5>>({3, 4}) <= training_memory<Apart, Sequence<5>>({3, 4}));
}

TEST_CASE("observers see what stands between layers that run as one") {
  const Network<Twice, Features<5>, Engine<double>> net{Seed{1}};
  const Network<Apart, Features<5>, Engine<double>> apart{Seed{1}};
  const auto x = array<double, 2>({4, 5}, 1);
  Seen seen, expected;
  net.observe(x, seen);
  apart.observe(x, expected);
  REQUIRE(seen.outputs.size() == 7);
  CHECK(seen.outputs == expected.outputs);
  CHECK(seen.outputs[0] != seen.outputs[1]);
}

TEST_CASE("the table has a line for each layer of a pair") {
  const std::string text = summary<Inside, Features<5>>({4, 1});
  CAPTURE(text);
  const auto linear = text.find("\n0      Linear<6>"), relu = text.find("\n1      ReLU");
  REQUIRE(linear != std::string::npos);
  REQUIRE(relu != std::string::npos);
  CHECK(text.find("in place", relu) < text.find("\n2 ", relu));
}

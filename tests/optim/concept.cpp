// What optimizers and policies are, and that a training step honours what layers say of their tensors.
#include <strata/optim/concept.hpp>

#include <optim/support.hpp>

using namespace strata;
using namespace optim_test;

// Not an anonymous namespace: nvcc 13 does not see what a concept names, and warns of members without use.
namespace optim_concept_test {

/// What a user writes: descent, a penalty of ½ everywhere, and half of the gradient.
struct Descent {
  static constexpr std::size_t moments = 0;
  double learning_rate = 0.1;
  struct Step {
    double rate;
    template <class V>
    constexpr V operator()(V w, V g) const {
      return w - math::constant<V>(rate) * g;
    }
  };
  template <class T>
  void advance(Counters<T>&) const {}
  template <class Direct, class T>
  void update(Direct& direct, const Counters<T>*, double factor, Flat<T*> w, Flat<const T*> g,
              std::array<Flat<T*>, 0>) const {
    ops::map(direct, Step{learning_rate * factor}, ops::into(w), ops::from(w, g));
  }
};
struct NoUpdate {
  static constexpr std::size_t moments = 0;
  double learning_rate = 0.1;
  template <class T>
  void advance(Counters<T>&) const {}
};
struct Upwards {
  struct Add {
    template <class V>
    constexpr V operator()(V g) const {
      return g + math::constant<V>(0.5);
    }
  };
  template <class Direct, class T>
  static void regularize(Direct& direct, Flat<const T*>, Flat<T*> g, T* loss) {
    ops::map(direct, Add{}, ops::into(g), ops::from(g));
    *loss += T(1);
  }
};
struct Halve {
  struct Half {
    template <class V>
    constexpr V operator()(V g) const {
      return g * math::constant<V>(0.5);
    }
  };
  template <class Direct, class T>
  static void clip(Direct& direct, std::span<const Flat<T*>> gradients, Counters<T>*) {
    for (const auto& g : gradients) ops::map(direct, Half{}, ops::into(g), ops::from(g));
  }
};

}  // namespace optim_concept_test
using namespace optim_concept_test;

TEST_CASE("optimizers and policies are found by what they define") {
  CHECK(Optimizer<Adam>);
  CHECK(Optimizer<Descent>);
  CHECK_FALSE(Optimizer<NoUpdate>);
  CHECK_FALSE(Optimizer<L2<0.1>>);
  CHECK(Regularizer<L1<0.1>>);
  CHECK(Regularizer<Upwards>);
  CHECK(Clipper<Halve>);
  CHECK_FALSE(Regularizer<ClipNorm<1.0>>);
  CHECK(Clipper<ClipValue<1.0>>);
  CHECK_FALSE(Clipper<L2<0.1>>);
  CHECK(Policy<Freeze>);
  CHECK(Policy<LearningRate<0.5>>);
  CHECK_FALSE(Policy<Adam>);
  CHECK_FALSE(Policy<CrossEntropy>);
}

TEST_CASE("policies that contradict each other are found") {
  CHECK(consistent<>());
  CHECK(consistent<L1<0.1>, L2<0.1>, ClipNorm<1.0>>());
  CHECK(consistent<L2<0.1>, L2<0.2>>());
  CHECK_FALSE(consistent<L2<0.1>, ClipNorm<1.0>, L2<0.1>>());
  CHECK_FALSE(consistent<ClipNorm<1.0>, ClipValue<1.0>>());
  CHECK_FALSE(consistent<ClipNorm<1.0>, ClipNorm<2.0>>());
}

TEST_CASE_TEMPLATE("the order of policies changes nothing", Backend, STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  const auto one = one_step<Backend, Plain>(L2<0.5>{}, ClipNorm<0.25>{});
  const auto other = one_step<Backend, Plain>(ClipNorm<0.25>{}, L2<0.5>{});
  CHECK(one.gradient == other.gradient);
  CHECK(one.loss == other.loss);
  // sums of more than two terms: up to their rounding
  const auto three = one_step<Backend, Plain>(L1<0.25>{}, L2<0.5>{}, ClipNorm<0.25>{});
  const auto mixed = one_step<Backend, Plain>(L2<0.5>{}, ClipNorm<0.25>{}, L1<0.25>{});
  for (const auto& name : tensors)
    fixtures::check_near(mixed.gradient.at(name), three.gradient.at(name), fixtures::tolerance<T>, name);
  CHECK(mixed.loss == doctest::Approx(three.loss).epsilon(1e-6));
  // the same on a layer
  const auto layer = one_step<Backend, Net<With<Linear<6>, L2<0.5>, ClipNorm<0.0625>, LearningRate<0.5>>>>();
  const auto turned = one_step<Backend, Net<With<Linear<6>, LearningRate<0.5>, ClipNorm<0.0625>, L2<0.5>>>>();
  CHECK(layer.gradient == turned.gradient);
  CHECK(layer.change == turned.change);
}

TEST_CASE_TEMPLATE("a frozen layer does not move, is not penalized, and hands the gradient on", Backend,
                   STRATA_TEST_BACKENDS) {
  using Frozen = Net<With<Linear<6>, Freeze>>;
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Frozen>();
  const auto penalized = one_step<Backend, Frozen>(L2<0.5>{});
  for (const char* name : {"0.weight", "0.bias"}) {
    CHECK(squares(with.change.at(name)) == 0);
    CHECK(squares(without.change.at(name)) > 0);
    CHECK(penalized.gradient.at(name) == with.gradient.at(name));
  }
  for (const char* name : {"2.weight", "2.bias", "3.weight", "3.bias"})
    CHECK(with.change.at(name) == without.change.at(name));
  const double expected = 0.25 * squares(without.before.at("3.weight"));
  CHECK(penalized.loss - with.loss == doctest::Approx(expected).epsilon(1e-5));
}

TEST_CASE_TEMPLATE("a layer's learning-rate factor scales its update and no other", Backend, STRATA_TEST_BACKENDS) {
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Net<With<Linear<6>, LearningRate<0.25>>>>();
  CHECK(with.gradient == without.gradient);
  for (const char* name : {"0.weight", "0.bias"}) {
    auto expected = without.gradient.at(name);
    for (double& g : expected) g *= 0.25;
    fixtures::check_near(with.change.at(name), expected, 1e-4, name);
  }
  for (const char* name : {"2.weight", "2.bias", "3.weight", "3.bias"})
    CHECK(with.change.at(name) == without.change.at(name));
}

TEST_CASE_TEMPLATE("factors of nested layers multiply, and a policy on a container holds for all in it", Backend,
                   STRATA_TEST_BACKENDS) {
  using Nested = With<Net<With<Linear<6>, LearningRate<0.5>>>, LearningRate<0.5>, L2<0.5>>;
  const auto plain = one_step<Backend, Plain>(L2<0.5>{}), nested = one_step<Backend, Nested>();
  CHECK(nested.gradient == plain.gradient);
  for (const auto& name : tensors) {
    auto expected = plain.gradient.at(name);
    for (double& g : expected) g *= name[0] == '0' ? 0.25 : 0.5;
    fixtures::check_near(nested.change.at(name), expected, 1e-4, name);
  }
}

TEST_CASE_TEMPLATE("an optimizer and policies of a user's own train", Backend, STRATA_TEST_BACKENDS) {
  const auto without = one_step<Backend, Plain>(), with = one_step<Backend, Plain>(Upwards{}, Halve{});
  CHECK(with.loss - without.loss == doctest::Approx(2));  // two stretches of decayed weights
  for (const auto& name : tensors) {
    auto expected = without.gradient.at(name);
    for (double& g : expected) g = (g + (name == "0.weight" || name == "3.weight" ? 0.5 : 0)) / 2;
    fixtures::check_near(with.gradient.at(name), expected, 1e-5, name);
  }
  Network<Linear<2>, Features<3>, Backend> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, Descent{.learning_rate = 0.5}};
  using T = fixtures::element<Backend>;
  const std::vector<T> before(net.weights().begin(), net.weights().end());
  trainer.step(xt::xtensor<T, 2>({4, 3}, T(1)), xt::xtensor<T, 2>({4, 2}, T(1)));
  for (std::size_t i = 0; i < before.size(); ++i)
    CHECK(net.weights()[i] == doctest::Approx(before[i] - T(0.5) * trainer.gradients()[i]));
}

TEST_CASE_TEMPLATE("rows of a row-sparse tensor whose ids are not in the batch are left alone", Backend,
                   STRATA_TEST_BACKENDS) {
  using T = fixtures::element<Backend>;
  Network<Sequential<Embedding<2>, LastStep, Linear<2>>, Tokens<9>, Backend> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, Adam{.learning_rate = 0.1}, L2<0.1>{}};
  const auto step = [&](std::array<int, 3> ids) {
    const xt::xtensor<int, 2> x{{ids[0]}, {ids[1]}, {ids[2]}};
    const auto table = net.tensor("0.weight");
    const std::vector<T> before(table.begin(), table.end()),
        moments(trainer.state().moments[1].span().begin(), trainer.state().moments[1].span().end());
    trainer.step(x, xt::xtensor<T, 2>({3, 2}, T(1)));
    for (std::size_t i = 0; i < table.size(); ++i) {
      const bool taken = std::ranges::find(ids, static_cast<int>(i / 2)) != ids.end();
      CHECK((table[i] != before[i]) == taken);
      CHECK((trainer.state().moments[1].data()[i] != moments[i]) == taken);
      CHECK((trainer.gradients()[i] != 0) == taken);
    }
  };
  step({1, 2, 8});
  step({0, 8, 4});
  step({5, 5, 5});
}

TEST_CASE("by default weights of matrices decay; biases and the gains of normalizations do not") {
  struct All : Sequential<LSTM<3>, BatchNorm, LastStep, Residual<Linear<3>>, Linear<2>> {};
  for (const auto& s : segments<Weights, All, Sequence<2>>) {
    INFO(s.name());
    CHECK(s.attributes.decayed == (s.rank > 1));
    CHECK_FALSE(s.attributes.frozen);
    CHECK(s.attributes.learning_rate == 1);
  }
}

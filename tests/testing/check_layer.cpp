#include <doctest/doctest.h>

#include <strata/strata.hpp>
#include <strata/testing/check_layer.hpp>

using namespace strata;

namespace {

/// A Linear layer whose backward is given by each of the broken layers below.
struct Base : Linear<3> {
  static constexpr void backward_of_weight(auto& run, auto x, auto dy, auto& slot) {
    ops::matmul(run, ops::accumulate(get<"weight">(slot.gradients)), ops::transposed(dy), x);
  }
  static constexpr void backward_of_bias(auto& run, auto dy, auto& slot) {
    ops::reduce_rows(run, ops::Identity{}, ops::accumulate(get<"bias">(slot.gradients)), ops::from(dy));
  }
  static constexpr void backward_of_input(auto& run, auto dy, auto dx, auto& slot) {
    ops::matmul(run, ops::into(dx), dy, get<"weight">(slot.weights));
  }
};

struct Right : Base {
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    backward_of_weight(run, x, dy, slot);
    backward_of_bias(run, dy, slot);
    backward_of_input(run, dy, dx, slot);
  }
};

struct ForgetsBias : Base {
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    backward_of_weight(run, x, dy, slot);
    backward_of_input(run, dy, dx, slot);
  }
};

struct AddsToInputGradient : Base {
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    backward_of_weight(run, x, dy, slot);
    backward_of_bias(run, dy, slot);
    ops::matmul(run, ops::accumulate(dx), dy, get<"weight">(slot.weights));
  }
};

struct OverwritesWeightGradient : Base {
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    ops::matmul(run, ops::into(get<"weight">(slot.gradients)), ops::transposed(dy), x);
    backward_of_bias(run, dy, slot);
    backward_of_input(run, dy, dx, slot);
  }
};

struct WrongInputGradient : Base {
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto dx, auto& slot) {
    backward_of_weight(run, x, dy, slot);
    backward_of_bias(run, dy, slot);
    backward_of_input(run, dy, dx, slot);
    ops::map(run, detail::ScaleBy{1 + 1e-5}, ops::into(dx), ops::from(dx));
  }
};

/// Its output is a constant, so no gradient can tell right from wrong.
struct Unmoved {
  template <Numeric In>
  using output = In;
  static constexpr void forward(auto& run, auto, auto y, auto&) { ops::zero(run, ops::into(y)); }
  static constexpr void backward(auto& run, auto, auto, auto, auto dx, auto&) { ops::zero(run, ops::into(dx)); }
};

/// Subtracts the mean over the batch without declaring statistics: samples see each other.
struct Centred {
  template <Featured In>
  using output = In;
  template <class Run, class X>
  static constexpr void forward(Run& run, X x, auto y, auto&) {
    centre<X>(run, x, y);
  }
  template <class Run, class X>
  static constexpr void backward(Run& run, X, auto, auto dy, auto dx, auto&) {
    centre<X>(run, dy, dx);
  }

 private:
  template <class X, class Run>
  static constexpr void centre(Run& run, auto from, auto to) {
    auto space = run.scratch(fixed_count(padded(X::columns)));
    const Row<typename Run::pointer, X::columns> mean{space.data};
    ops::reduce_rows(run, ops::Identity{}, ops::into(mean), ops::from(from));
    ops::map(run, detail::ScaleBy{-1 / run.rows(from)}, ops::into(mean), ops::from(mean));
    ops::map(run, ops::Sum{}, ops::into(to), ops::from(from, mean));
  }
};

/// Other masks backward than forward.
struct ForgetsMask : Dropout<0.5> {
  static constexpr void backward(auto& run, auto, auto, auto dy, auto dx, auto& slot) {
    ops::dropout(run, 0.5, slot.position * 8 + 1, ops::into(dx), dy);
  }
};

/// Adds the gradient of its rows twice.
struct AddsRowsTwice : Embedding<2> {
  static constexpr void backward(auto& run, auto x, auto y, auto dy, auto dx, auto& slot) {
    Embedding<2>::backward(run, x, y, dy, dx, slot);
    Embedding<2>::backward(run, x, y, dy, dx, slot);
  }
};

template <class L, class In>
std::string complaint() {
  return check_layer<L, In>().text;
}

}  // namespace

TEST_CASE("a correct layer passes and every coordinate is compared") {
  const LayerReport report = check_layer<Right, Features<5>>();
  CHECK_MESSAGE(report, report.text);
  CHECK(report.coordinates == 3 * 5 + 3 * 5 + 3);
  CHECK(report.worst < 1e-9);
}

TEST_CASE("a gradient that is wrong by 1e-5 is found") {
  const LayerReport report = check_layer<WrongInputGradient, Features<5>>();
  CHECK_FALSE(report);
  CHECK(report.text.find("gradient of input, element") == 0);
  CHECK(report.worst == doctest::Approx(1e-5).epsilon(0.01));
}

TEST_CASE("a forgotten gradient is found and named") {
  CHECK(complaint<ForgetsBias, Sequence<5>>().find("gradient of bias, element") != std::string::npos);
  CHECK(complaint<Sequential<Tanh, ForgetsBias>, Sequence<5>>().find("gradient of 1.bias") != std::string::npos);
}

TEST_CASE("gradients that add where they must overwrite, or overwrite where they must add, are found") {
  CHECK(complaint<AddsToInputGradient, Features<5>>().find("input gradient over NaN") != std::string::npos);
  CHECK(complaint<OverwritesWeightGradient, Features<5>>().find("gradient of weight added to ones") !=
        std::string::npos);
}

TEST_CASE("gradients that vanish are no proof unless one says so") {
  CHECK(complaint<Unmoved, Features<5>>() == "gradient of input is zero everywhere: nothing was checked\n");
  const LayerReport known = check_layer<Unmoved, Features<5>>({.may_vanish = {"input"}});
  CHECK_MESSAGE(known, known.text);
}

TEST_CASE("ids have no gradient; the weights behind them are compared, but for a row that is frozen") {
  const LayerReport report = check_layer<Embedding<2>, Tokens<5>>();
  CHECK_MESSAGE(report, report.text);
  CHECK(report.coordinates == 5 * 2);
  CHECK(complaint<AddsRowsTwice, Tokens<5>>().find("gradient of weight, element") == 0);
  CHECK(complaint<Embedding<2, PaddingId<3>>, Tokens<5>>().empty());
}

TEST_CASE("a layer that couples samples is found, and so is a mask that is not replayed") {
  CHECK(complaint<Centred, Features<5>>().find("sample 0 alone in training: output") != std::string::npos);
  CHECK(complaint<ForgetsMask, Features<5>>().find("gradient of input") == 0);
}

TEST_CASE("other extents and seeds") {
  for (std::uint64_t seed = 2; seed < 6; ++seed) {
    const LayerReport report = check_layer<Right, Sequence<2>>({.extents = {1 + seed, 6 - seed}, .seed = seed});
    CHECK_MESSAGE(report, report.text);
  }
}

#include <layers/support.hpp>

using namespace layer_test;

namespace {
using detail::good_options, detail::GruPlaces, detail::LstmPlaces, detail::SimplePlaces;

static_assert(good_options<LstmPlaces, Zoneout<0.1, 0.05>, DropConnect<0.3>, VariationalDropout<0.25>,
                           RecurrentDropout<0.2>, OutputDropout<0.5>, Peephole, ForgetBias<1.0>>());
static_assert(!good_options<LstmPlaces, Zoneout<0.1, 0.05>, Peephole, Zoneout<0.2, 0.05>>(), "twice");
static_assert(!good_options<LstmPlaces, ReLU>(), "a layer");
static_assert(!good_options<LstmPlaces, OutputDropout<1.0>>() && !good_options<LstmPlaces, Zoneout<0.0, -0.1>>());
static_assert(good_options<GruPlaces, Zoneout<0.0, 0.1>, RecurrentDropout<0.5>>());
static_assert(!good_options<GruPlaces, Zoneout<0.1, 0.1>>() && !good_options<GruPlaces, Peephole>() &&
              !good_options<GruPlaces, ForgetBias<1.0>>());
static_assert(good_options<SimplePlaces, VariationalDropout<0.5>>() &&
              !good_options<SimplePlaces, RecurrentDropout<0.5>>());
static_assert(!Accepts<LSTM<4, Dropout<0.5>>, Sequence<3>> && Accepts<LSTM<4, OutputDropout<0.5>>, Sequence<3>>);

/// What a user may add: a mask on the candidate that is the same at every step.
struct OwnOption {
  static constexpr std::string_view name = "OwnOption";
  using masks = List<MaskAt<Site::candidate, 0.25, false>>;
};
}  // namespace

TEST_CASE("a user's own option is masked and differentiated like those of the library") {
  check_contract<LSTM<3, OwnOption>, Sequence<2>>({.extents = {3, 5}});
  check_contract<LSTM<3, OwnOption, RecurrentDropout<0.5>>, Sequence<2>>({.extents = {3, 5}});
}

TEST_CASE("the order of options means nothing") {
  using One = LSTM<4, OutputDropout<0.5>, Zoneout<0.3, 0.2>, VariationalDropout<0.25>, DropConnect<0.3>>;
  using Other = LSTM<4, DropConnect<0.3>, VariationalDropout<0.25>, Zoneout<0.3, 0.2>, OutputDropout<0.5>>;
  const auto outputs = []<class L>(std::type_identity<L>) {
    const auto x = numbers<double>(3 * 5 * 2, 1), w = numbers<double>(padded(16 * 2) + 16 * 4 + 2 * 16, 2);
    std::vector<double> none, state(2 * 3 * 16);
    return TrainingPass<L, Sequence<2>>({3, 5}, x, w, none, state, numbers<double>(3 * 5 * 4, 3),
                                        {.key = philox_key(1), .step = 2});
  };
  const auto one = outputs(std::type_identity<One>{});
  const auto other = outputs(std::type_identity<Other>{});
  CHECK(one.output == other.output);
  CHECK(one.weight_gradient == other.weight_gradient);
  CHECK(one.input_gradient == other.input_gradient);
}

TEST_CASE("options cost a prediction no memory and no products") {
  using All = LSTM<4, RecurrentDropout<0.1>, DropConnect<0.3>, VariationalDropout<0.25>, OutputDropout<0.5>>;
  const Network<LSTM<4>, Sequence<2>, Engine<double>> plain;
  const Network<All, Sequence<2>, Engine<double>> net;
  const typename Network<LSTM<4>, Sequence<2>, Engine<double>>::session a(plain, {}, {3, 5});
  const typename Network<All, Sequence<2>, Engine<double>>::session b(net, {}, {3, 5});
  CHECK(b.bytes() == a.bytes());
}

TEST_CASE("where nothing is drawn, dropped or held, a prediction is the plain layer's to the bit") {
  using Masked = LSTM<4, OutputDropout<0.5>, RecurrentDropout<0.2>, DropConnect<0.3>, VariationalDropout<0.25>>;
  const Network<LSTM<4>, Sequence<2>, Engine<float>> plain{Seed{3}};
  const Network<Masked, Sequence<2>, Engine<float>> net{Seed{3}};
  const auto x = xt::xtensor<float, 3>(xt::reshape_view(xt::arange<float>(3 * 5 * 2) / 30, {3, 5, 2}));
  CHECK(net.predict(x) == plain.predict(x));
}

#include <backend/thrust/lstm_case.hpp>
#include <backend/thrust/on_rounds.hpp>

#include <strata/backend/thrust/lstm_rounds.hpp>

using namespace strata;

namespace {
constexpr RoundLimits sm_80{163 * 1024, 108, 108}, sm_90{227 * 1024, 132, 132};

/// The most hidden units that fit.
template <class T>
constexpr std::size_t most_hidden(const RoundLimits& limits) {
  std::size_t hidden = 1;
  while (lstm_units<T>(hidden + 1, limits) != 0) ++hidden;
  return hidden;
}
}  // namespace

static_assert(most_hidden<float>(sm_80) == 864 && most_hidden<float>(sm_90) == 1056);
static_assert(most_hidden<double>(sm_80) == 512 && most_hidden<double>(sm_90) == 768);
static_assert(lstm_units<float>(128, sm_80) == 16 && lstm_units<float>(1000, sm_90) == 8);
static_assert(lstm_units<float>(128, {163 * 1024, 7, 7}) == 0 && lstm_units<float>(1, {163 * 1024, 0, 7}) == 0);

TEST_CASE_TEMPLATE("a sequence in one kernel, by blocks of 16 and of 8 hidden units, is the composition", T, float,
                   double) {
  for (const bool backwards : {false, true}) {
    const auto check = [&]<unsigned Units, unsigned Samples>(std::size_t most_down) {
      support::check_lstm_sizes<T>([&](auto cell, const auto& a) {
        support::with_together<T>(a.hidden, [&]<unsigned Together>() {
          const auto tile = detail::lstm_tile<Units, Samples, Together>(cell, a);
          using Tile = std::remove_const_t<decltype(tile)>;
          const std::size_t down = std::min(Tile::tiles(a.batch), most_down);
          const detail::LstmRounds<Tile> kernel{tile, static_cast<unsigned>(down)};
          CHECK(kernel.shared_bytes() <= detail::lstm_kept_bytes<T, Units>(a.hidden));
          support::on_rounds(Tile::unit_blocks(a.hidden) * down, kernel, backwards);
        });
      });
    };
    check.template operator()<16, 4>(2);  // 70 samples: two blocks for three tiles
    check.template operator()<16, 2>(3);  // three for five
    check.template operator()<16, 1>(9);  // one each
    check.template operator()<8, 4>(1);   // one for two
    check.template operator()<8, 2>(3);
    check.template operator()<8, 1>(2);  // two for five
  }
}

namespace {
template <unsigned Samples>
std::size_t passes(std::size_t batch, std::size_t hidden, std::size_t blocks) {
  return detail::lstm_passes<detail::LstmTile<float, 16, Samples, 1>>(batch, hidden, blocks);
}
}  // namespace

TEST_CASE("few samples a thread are many blocks, as long as these are on the device at once") {
  CHECK(passes<1>(64, 128, 64) == 1);
  CHECK(passes<1>(64, 128, 63) == 2);
  CHECK(passes<2>(64, 128, 32) == 1);
  CHECK(passes<1>(20, 650, 123) == 1);
  CHECK(passes<1>(20, 650, 122) == 2);
  CHECK(passes<4>(97, 650, 82) == 2);
  CHECK(passes<4>(97, 650, 81) == 4);
  CHECK(passes<4>(97, 650, 40) == 0);
  CHECK(passes<4>(0, 650, 40) == 0);
}

TEST_CASE("a way back of one step reads no weights, and needs none") {
  support::LstmCase<double, 5> given(3, 1);
  auto a = given.backward();
  a.recurrent = nullptr;
  const auto tile = detail::lstm_tile<16, 1, 1>(LstmCellBackward{}, a);
  const detail::LstmRounds<std::remove_const_t<decltype(tile)>> kernel{tile, 1};
  given.compose(true);
  auto expected = given;
  expected.compose_backward();
  support::on_rounds(1, kernel, false);
  given.close_to(expected);
}

TEST_CASE("a stream launches as many blocks as may wait for each other") {
  using Stream = Thrust<System::cpp, double>::Stream;
  for (const std::size_t most : {3U, 6U, 100U}) {
    const auto run = [&](auto cell, const auto& a) { detail::lstm_by_rounds<16, 4, 1>(Stream{}, cell, a, most); };
    support::check_lstm<double, 33>(70, 3, run);
  }
}

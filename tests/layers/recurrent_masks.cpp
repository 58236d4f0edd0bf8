#include <layers/support.hpp>

using namespace layer_test;

namespace {
using detail::RecurrentMasks;
using Several = RecurrentMasks<List<MaskAt<Site::outputs, 0.5>, MaskAt<Site::weights, 0.125>, MaskAt<Site::cell, 0.25>,
                                    MaskAt<Site::outputs, 0.75, false>, MaskAt<Site::candidate, 0.0>>>;
static_assert(Several::size == 4 && Several::in_cell<> == 3);
static_assert(Several::all[0].site == Site::cell && Several::all[1].rate == 0.75 && Several::all[2].rate == 0.5 &&
              Several::all[3].site == Site::weights && !Several::all[3].each_step);
static_assert(Several::count(Site::outputs) == 2 && !Several::at(Site::candidate) && Several::at(Site::cell));
static_assert(Several::code<true> == (1u << 2 | 2u << 6) && Several::code<false> == 1u << 2);
static_assert(Several::expected(Site::cell) == 0.75 && Several::expected(Site::hidden) == 1);
static_assert(RecurrentMasks<List<>>::size == 0 && RecurrentMasks<List<>>::code<true> == 0);
static_assert(!RecurrentMasks<List<MaskAt<Site::state, 1.0>>>::rates_fit &&
              !RecurrentMasks<List<MaskAt<Site::state, -0.5>>>::rates_fit && Several::rates_fit);
}  // namespace

TEST_CASE("each mask has a place of its own, held states are not scaled") {
  constexpr auto in_cell = Several::drawn_in_cell(10, 7);
  static_assert(in_cell.step == 7 && in_cell.rows == ops::MaskRows::one_step);
  CHECK(in_cell.masks[0].place == 80);
  CHECK(!in_cell.masks[0].scaled);
  CHECK(in_cell.masks[1].place == 81);
  CHECK((in_cell.masks[1].scaled && !in_cell.masks[1].each_step && in_cell.masks[2].each_step));
  const auto weights = Several::drawn_at<Site::weights>(10, ops::MaskRows::alone);
  CHECK(weights.masks[0].place == 83);
  CHECK(weights.masks[0].rate == 0.125);
}

TEST_CASE("a cell multiplies all masks of a site, and keeps of a held value what they leave") {
  // one at the candidate, two at the cell, one at outputs; they stand behind one other argument
  using Masks = detail::CellMasks<1u | 2u << 2 | 1u << 6, true, 1>;
  constexpr Pack<double, 5> all{{100, 2, 0.5, 0.25, 8}};
  constexpr Masks masks;
  CHECK(masks.scaled<Site::candidate>(3.0, all) == 6);
  CHECK(masks.scaled<Site::outputs>(3.0, all) == 24);
  CHECK(masks.scaled<Site::state>(3.0, all) == 3);
  CHECK(masks.held<Site::cell>(8.0, 16.0, all) == 0.125 * 8 + 0.875 * 16);
  CHECK(masks.held<Site::hidden>(8.0, 16.0, all) == 8);
  CHECK(masks.passed<Site::cell>(8.0, all) + masks.kept<Site::cell>(8.0, all) == 8);
  CHECK(masks.kept<Site::hidden>(8.0, all) == 0);
  const detail::CellMasks<1u << 2, false> mean{.cell = 0.75};
  CHECK(mean.held<Site::cell>(8.0, 16.0, all) == 10);
}

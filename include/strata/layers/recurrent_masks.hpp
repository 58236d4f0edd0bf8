#pragma once
// Masks of recurrent layers: where they act, which of them the options of a layer ask for, and what a cell makes of
// them.
//
// An option such as Zoneout<0.1, 0.05> says no more than where it masks:
//   static constexpr std::string_view name = "Zoneout";
//   using masks = List<MaskAt<Site::cell, Cell>, MaskAt<Site::hidden, Hidden>>;
// and a layer draws all masks of all its options inside its cell, from counters; none is stored.

#include <strata/core/math.hpp>
#include <strata/layers/concept.hpp>
#include <strata/ops/masked_map.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace STRATA_NAMESPACE {

/// Where in a recurrent layer a mask acts; h is the hidden state, c an LSTM's cell.
enum class Site : unsigned {
  candidate,  ///< what may be added to the state: g of an LSTM, n of a GRU
  cell,       ///< c: where masked it stays what it was a step before
  hidden,     ///< h: the same
  outputs,    ///< h where it leaves the layer
  state,      ///< h where it enters the recurrent product; one mask for all steps
  inputs,     ///< x where it enters the layer
  weights     ///< the recurrent weights; one mask for all steps and samples
};

/// An option's mask, an element masked with probability Rate.
template <Site Where, double Rate, bool EachStep = true>
struct MaskAt {
  static_assert(EachStep || (Where != Site::cell && Where != Site::hidden),
                "strata::MaskAt: a state that stays what it was at every step is no recurrence");
  static constexpr Site site = Where;
  static constexpr double rate = Rate;
  static constexpr bool each_step = EachStep && Where != Site::state && Where != Site::weights;
};

namespace detail {

/// Masked elements of these keep their value of the step before; all others become 0.
constexpr bool holds(Site site) { return site == Site::cell || site == Site::hidden; }
inline constexpr unsigned sites = 7;
/// What of a cell is one map: all of it, or what makes c and what makes h of it.
enum class CellPart { whole, cell, state };
/// Sites that act inside a cell, element by element.
constexpr bool inside(CellPart part, Site site) {
  const bool of_cell = site == Site::candidate || site == Site::cell;
  const bool of_state = site == Site::hidden || site == Site::outputs || site == Site::state;
  return part == CellPart::whole ? of_cell || of_state : part == CellPart::cell ? of_cell : of_state;
}

struct PlacedMask {
  Site site{};
  double rate = 0;
  bool each_step = true;
};

/// The masks of a layer in the order of sites, so that the order of its options means nothing; those of rate 0 are left
/// out.
template <class Masks>
struct RecurrentMasks;
template <class... M>
struct RecurrentMasks<List<M...>> {
  static constexpr std::size_t size = ((M::rate != 0 ? 1 : 0) + ... + 0);
  static constexpr std::array<PlacedMask, size> all = [] {
    const std::array<PlacedMask, sizeof...(M)> given{PlacedMask{M::site, M::rate, M::each_step}...};
    std::array<PlacedMask, size> masks{};
    auto to = masks.begin();
    for (unsigned s = 0; s < sites; ++s) {
      for (const bool each_step : {false, true}) {
        to = std::copy_if(given.begin(), given.end(), to,
                          [&](auto& m) { return m.site == Site{s} && m.each_step == each_step && m.rate != 0; });
      }
    }
    return masks;
  }();
  /// All of them are possible.
  static constexpr bool rates_fit = ((M::rate >= 0 && M::rate < 1) && ...);

  static constexpr unsigned count(Site site) {
    return static_cast<unsigned>(std::count_if(all.begin(), all.end(), [&](auto& m) { return m.site == site; }));
  }
  static constexpr bool at(Site site) { return count(site) > 0; }
  /// How many of them a cell draws, and how many at each site: two bits each, the candidate's lowest. Drawn: else only
  /// what is held on average counts.
  template <CellPart Part = CellPart::whole>
  static constexpr auto in_cell =
      static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](auto& m) { return inside(Part, m.site); }));
  template <bool Drawn, CellPart Part = CellPart::whole>
  static constexpr unsigned code = [] {
    unsigned bits = 0;
    for (unsigned s = 0; s < sites; ++s) {
      if (inside(Part, Site{s}) && (Drawn || holds(Site{s}))) bits |= count(Site{s}) << 2 * s;
    }
    return bits;
  }();
  /// The mean of the product of a site's masks before they are scaled.
  static constexpr double expected(Site site) {
    double mean = 1;
    for (const auto& m : all) mean *= m.site == site ? 1 - m.rate : 1;
    return mean;
  }

  /// All masks at one site of the layer at `position`, for a map.
  template <Site At>
  static constexpr auto drawn_at(std::uint32_t position, ops::MaskRows rows, std::size_t step = 0) {
    return drawn<count(At)>(position, [](Site s) { return s == At; }, rows, step);
  }
  /// All that a cell, or a part of it, draws at a step.
  template <CellPart Part = CellPart::whole>
  static constexpr auto drawn_in_cell(std::uint32_t position, std::size_t step) {
    return drawn<in_cell<Part>>(position, [](Site s) { return inside(Part, s); }, ops::MaskRows::one_step, step);
  }

 private:
  template <std::size_t N, class Chosen>
  static constexpr ops::Masks<N> drawn(std::uint32_t position, Chosen chosen, ops::MaskRows rows, std::size_t step) {
    ops::Masks<N> masks{.masks = {}, .rows = rows, .step = step};
    std::size_t n = 0, i = 0;
    for (const auto& mask : all) {
      if (chosen(mask.site)) {
        masks.masks[n++] = {.rate = mask.rate,
                            .place = mask_place(position, i),
                            .scaled = !holds(mask.site),
                            .each_step = mask.each_step};
      }
      ++i;
    }
    return masks;
  }
};

template <class Option>
struct MasksOf {
  using type = List<>;
};
template <class Option>
  requires requires { typename Option::masks; }
struct MasksOf<Option> {
  using type = typename Option::masks;
};
template <class... A, class... B>
List<A..., B...> operator+(List<A...>, List<B...>);
/// All masks of some options.
template <class... Options>
using AllMasks = RecurrentMasks<decltype((List<>{} + ... + typename MasksOf<Options>::type{}))>;

/// How many masks a site has under a code.
constexpr unsigned masks_at(unsigned code, Site site) { return code >> 2 * static_cast<unsigned>(site) & 3; }

/// What a cell's equations do with masks: if they are drawn they are among the cell's arguments, from number First on
/// in the order of sites; else states are held by their mean. Code is RecurrentMasks::code.
template <unsigned Code, bool Drawn, std::size_t First = 0>
struct CellMasks {
  static constexpr bool at(Site site) { return masks_at(Code, site) > 0; }

  double cell = 1, hidden = 1;  ///< the means, where masks are not drawn

  /// x · the masks of a site.
  template <Site S, class V, std::size_t N>
  constexpr V scaled(V x, const Pack<V, N>& all) const {
    if constexpr (at(S)) return x * factor<S>(all);
    else return x;
  }
  /// `now` where the masks of a site let it pass, else `before`.
  template <Site S, class V, std::size_t N>
  constexpr V held(V now, V before, const Pack<V, N>& all) const {
    if constexpr (at(S)) {
      const V m = factor<S>(all);
      return m * now + (V(1) - m) * before;
    } else {
      return now;
    }
  }
  /// What of the gradient of a held value goes to the value before.
  template <Site S, class V, std::size_t N>
  constexpr V kept(V gradient, const Pack<V, N>& all) const {
    if constexpr (at(S)) return (V(1) - factor<S>(all)) * gradient;
    else return V(0);
  }
  /// And what to the new value.
  template <Site S, class V, std::size_t N>
  constexpr V passed(V gradient, const Pack<V, N>& all) const {
    return scaled<S>(gradient, all);
  }

 private:
  /// The number of a site's first mask: known to the compiler, or else arguments would lie in memory.
  template <Site S>
  static constexpr std::size_t first = [] {
    std::size_t at = First;
    for (unsigned s = 0; s != static_cast<unsigned>(S); ++s) at += masks_at(Code, Site{s});
    return at;
  }();
  template <Site S, class V, std::size_t N>
  constexpr V factor(const Pack<V, N>& all) const {
    if constexpr (!Drawn) {
      return math::constant<V>(S == Site::cell ? cell : hidden);
    } else {
      V product = all[first<S>];
      if constexpr (masks_at(Code, S) > 1) product = product * all[first<S> + 1];
      if constexpr (masks_at(Code, S) > 2) product = product * all[first<S> + 2];
      return product;
    }
  }
};

}  // namespace detail
}  // namespace STRATA_NAMESPACE

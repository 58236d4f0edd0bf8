#pragma once
// A table of a network as people know it from Keras: layers, output shapes, parameters; and where outputs lie in
// memory.

#include <strata/network/budget.hpp>
#include <strata/network/network.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace STRATA_NAMESPACE {
namespace detail {

/// A dry run that remembers where every layer's output lies.
template <class T>
class OutputRun : public DryRun<Inference, T> {
 public:
  template <class View>
  void observe(std::uint32_t, std::string_view what, const View& view) {
    if (what == "output") regions.push_back(view.data.region);
  }
  std::vector<int> regions;  ///< of each leaf as written; -1 is the result's own memory
};

using SummaryRow = std::array<std::string, 5>;

/// Collects one row a layer; containers have a row of their own above those of their layers.
struct SummaryRows {
  std::vector<SummaryRow> rows;
  std::vector<std::string> places;  ///< of the leaves' outputs
  std::size_t leaf = 0;

  template <class L, class In>
  void layer(Path path) {
    using Out = output_of<L, In>;
    if constexpr (!Container<L, In>) {
      rows.push_back(
          {path.name(), type_name<L>(), spell_expected<Out>(), std::to_string(parameter_count<L, In>), places[leaf++]});
    } else {
      if constexpr (!Transparent<L>) {
        const std::string whole = type_name<L>();
        if (path.depth > 0)
          rows.push_back({path.name(), whole.substr(0, whole.find('<')), spell_expected<Out>(), "", ""});
      }
      inside<Transparent<L>>(path, typename L::template inside<In>{});
    }
  }

 private:
  template <bool SameName, class... In, class... L>
  void inside(Path path, List<Step<In, L>...>) {
    std::size_t i = 0;
    (layer<L, In>(SameName ? path : path.inside(i++)), ...);
  }
};

/// Code points, so that names in any alphabet line up.
inline std::size_t printed_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

inline std::string table(const std::vector<SummaryRow>& rows) {
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], printed_width(row[c]));
  }
  constexpr std::size_t numbers = 3;  // the column that is aligned to the right
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const std::string space(widths[c] - printed_width(rows[r][c]), ' ');
      line.append(c == numbers ? space : "").append(rows[r][c]).append(c == numbers ? "" : space).append("  ");
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text.append(line).append("\n");
    if (r == 0)
      text.append(std::string(widths[0] + widths[1] + widths[2] + widths[3] + widths[4] + 8, '-')).append("\n");
  }
  return text;
}

/// Where each leaf's output lies for given extents: a place in the arena, over the layer's input, or the result itself.
template <class Program, class Run>
std::vector<std::string> output_places(const Run& run, Extents extents) {
  std::array<std::size_t, Plan<Program>::count> offsets{};
  place(Plan<Program>::table, extents, offsets);
  std::vector<std::string> places;
  int before = -1;
  for (const int region : run.regions) {
    if (region < 0) {
      places.push_back(before < 0 && !places.empty() ? "in place (result)" : "result");
    } else if (region == before) {
      places.push_back("in place");
    } else {
      const auto at = offsets[static_cast<std::size_t>(region)] * sizeof(typename Program::element);
      places.push_back(std::string("arena + ").append(std::to_string(at)));
    }
    before = region;
  }
  return places;
}

template <class Program>
std::size_t unshared_bytes(Extents extents) {
  std::size_t sum = 0;
  for (const Allocation& a : Plan<Program>::table) sum += padded(a.length.at(extents));
  return sum * sizeof(typename Program::element);
}

template <class Net, class In, class T>
std::string summarize(Extents extents) {
  using Program = Prediction<Net, In, Inference, T>;
  OutputRun<T> run;
  Program::plan(run);
  SummaryRows all{{{"layer", "type", "output", "parameters", "memory"}}, output_places<Program>(run, extents)};
  all.template layer<Net, In>(Path{});
  constexpr std::size_t kept = Elements<Statistics, Net, In>::value;
  const MemoryBudget predicts = memory_budget<Net, In, T>(extents),
                     trains = training_memory_budget<Net, In, T>(extents);
  const auto number = [](std::size_t n) { return std::to_string(n); };
  std::string text = type_name<Net>();
  text.append(" on ").append(spell_expected<In>()).append("\n").append(table(all.rows));
  text.append("parameters: ").append(number(parameter_count<Net, In>)).append("; statistics: ").append(number(kept));
  text.append("\nfor batch ")
      .append(number(extents.batch))
      .append(Stepwise<In> ? ", steps " : "")
      .append(Stepwise<In> ? number(extents.steps) : "");
  text.append(":\n  prediction: ")
      .append(number(flops<Net, In>(extents)))
      .append(" FLOP; arena ")
      .append(number(predicts.arena));
  text.append(" bytes (").append(number(unshared_bytes<Program>(extents))).append(" if nothing were shared), ");
  text.append(number(predicts.total())).append(" bytes in all");
  text.append("\n  training:   ")
      .append(number(training_flops<Net, In>(extents)))
      .append(" FLOP; arena ")
      .append(number(trains.arena));
  text.append(" bytes (").append(number(unshared_bytes<TrainingStep<Net, In, Training, T>>(extents)));
  text.append(" if nothing were shared), ").append(number(trains.total())).append(" bytes in all\n");
  return text;
}
}  // namespace detail

/// The table of a network type: a line a layer with its path, type, output shape, parameters and where its output lies
/// in the arena when a batch of these extents is predicted ("in place": over its input); below it totals and bytes.
template <class Net, Shape In, std::floating_point T = float>
  requires Fitting<Net, In>
std::string summary(Extents extents = {}) {
  return detail::summarize<Net, In, T>(extents);
}

/// The same for a network at hand: `std::puts(summary(net, {128, 28}).c_str())`.
template <class Layer, Shape In, class Backend>
std::string summary(const Network<Layer, In, Backend>&, Extents extents = {}) {
  return detail::summarize<Layer, In, typename Backend::element>(extents);
}

}  // namespace STRATA_NAMESPACE

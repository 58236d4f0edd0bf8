#pragma once
// Segments: what lies where in the flat buffers of a network, and under which name PyTorch's nn.Sequential would know
// it.

#include <strata/core/error.hpp>
#include <strata/core/type_name.hpp>
#include <strata/layers/slot.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace STRATA_NAMESPACE {

/// Position of a layer in the type as written: {3, 0} is the first layer inside the fourth.
struct Path {
  std::array<std::uint16_t, 12> index{};
  std::size_t depth = 0;

  constexpr Path inside(std::size_t i) const {
    if (depth == index.size()) throw ValueError("strata: containers in containers, at most 12 deep");
    Path path = *this;
    path.index[path.depth++] = static_cast<std::uint16_t>(i);
    return path;
  }
  /// "3.0"; "" for the network itself.
  std::string name() const {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text.append(i ? "." : "").append(std::to_string(index[i]));
    return text;
  }
};

/// One named tensor in a flat buffer.
struct Segment {
  Path path;
  std::string_view tensor;
  std::size_t offset = 0;
  std::size_t size = 0;
  std::array<std::size_t, 4> shape{};
  std::size_t rank = 0;
  Attributes attributes{};
  bool turned = false;      ///< lies turned while the network streams
  bool multiplied = false;  ///< does so where its numbers are rounded then

  /// "3.0.weight".
  std::string name() const {
    const std::string layer = path.name();
    return layer.empty() ? std::string(tensor) : layer + "." + std::string(tensor);
  }
};

/// A layer whose position does not appear in names: With<Layer, …>.
template <class L>
concept Transparent = requires { requires L::transparent; };

namespace detail {
template <class Kind, class L, class In>
constexpr std::size_t segment_count();

template <class... Declared>
constexpr std::size_t list_count(std::type_identity<TensorList<Declared...>>) {
  return sizeof...(Declared);
}
template <class Kind, class... In, class... L>
constexpr std::size_t segment_count_of(List<Step<In, L>...>) {
  return (segment_count<Kind, L, In>() + ... + 0);
}
template <class Kind, class L, class In>
constexpr std::size_t segment_count() {
  if constexpr (Container<L, In>) return segment_count_of<Kind>(typename L::template inside<In>{});
  else return list_count(std::type_identity<declared<Kind, L, In>>{});
}

/// Fills an array of segments while walking the layers in order.
template <std::size_t N>
struct Collector {
  std::array<Segment, N> segments{};
  std::size_t count = 0;
  std::size_t offset = 0;

  template <class Declared>
  constexpr void tensor(Path path, Attributes adjusted) {
    static_assert(Declared::rank <= 4, "strata::Tensor: at most four axes");
    Segment s{path,
              Declared::name.view(),
              offset,
              Declared::size,
              {},
              Declared::rank,
              adjusted,
              lies_turned<Declared, FullPrecision>(),
              Declared::multiplied};
    for (std::size_t i = 0; i < Declared::rank; ++i) s.shape[i] = Declared::sizes[i];
    segments[count++] = s;
    offset += padded(Declared::size);
  }
  template <class L, class... Declared>
  constexpr void tensors([[maybe_unused]] Path path, [[maybe_unused]] auto adjust,
                         std::type_identity<TensorList<Declared...>>) {
    (tensor<Declared>(path, adjust(Declared::attributes)), ...);
  }
  template <class Kind, class L, class In>
  constexpr void layer(Path path, auto adjust) {
    if constexpr (Container<L, In>) {
      const auto inner = [&](Attributes a) {
        if constexpr (requires { L::adjust(a); }) return adjust(L::adjust(a));
        else return adjust(a);
      };
      layers<Kind, Transparent<L>>(path, inner, typename L::template inside<In>{});
    } else {
      tensors<L>(path, adjust, std::type_identity<declared<Kind, L, In>>{});
    }
  }
  template <class Kind, bool SameName, class... In, class... L>
  constexpr void layers(Path path, auto adjust, List<Step<In, L>...>) {
    std::size_t i = 0;
    (layer<Kind, L, In>(SameName ? path : path.inside(i++), adjust), ...);
  }
};
}  // namespace detail

/// All tensors of one kind of a network, in the order of the flat buffer.
template <class Kind, class Net, class In>
inline constexpr auto segments = [] {
  detail::Collector<detail::segment_count<Kind, Net, In>()> all;
  all.template layer<Kind, Net, In>(Path{}, [](Attributes a) { return a; });
  return all.segments;
}();

/// Neighbouring segments with equal attributes, padding included: what one pass of an optimizer treats alike. A
/// row-sparse segment is a stretch of its own.
struct Stretch {
  std::size_t offset = 0;
  std::size_t size = 0;
  Attributes attributes{};
  std::size_t row = 0;  ///< elements of a row where it is row-sparse
};

namespace detail {
template <class Net, class In, class Visit>
constexpr void for_each_stretch(Visit visit) {
  Stretch current{};
  for (const Segment& s : segments<Weights, Net, In>) {
    if (current.size != 0 && current.row == 0 && current.attributes == s.attributes) {
      current.size = s.offset + padded(s.size) - current.offset;
    } else {
      if (current.size != 0) visit(current);
      current = {s.offset, s.attributes.row_sparse ? s.size : padded(s.size), s.attributes,
                 s.attributes.row_sparse ? s.size / s.shape[0] : 0};
    }
  }
  if (current.size != 0) visit(current);
}
}  // namespace detail

/// The weights of a network as few stretches of equal attributes.
template <class Net, class In>
inline constexpr auto stretches = [] {
  constexpr std::size_t count = [] {
    std::size_t n = 0;
    detail::for_each_stretch<Net, In>([&](const Stretch&) { ++n; });
    return n;
  }();
  std::array<Stretch, count> all{};
  std::size_t n = 0;
  detail::for_each_stretch<Net, In>([&](const Stretch& s) { all[n++] = s; });
  return all;
}();

/// A layer that is no container, as summaries and error texts name it.
struct LayerName {
  std::string path;
  std::string type;
};

namespace detail {
template <class L, class In>
void list_layers(std::vector<LayerName>& out, Path path);
template <bool SameName, class... In, class... L>
void list_layers_of(std::vector<LayerName>& out, Path path, List<Step<In, L>...>) {
  std::size_t i = 0;
  (list_layers<L, In>(out, SameName ? path : path.inside(i++)), ...);
}
template <class L, class In>
void list_layers(std::vector<LayerName>& out, Path path) {
  if constexpr (Container<L, In>) list_layers_of<Transparent<L>>(out, path, typename L::template inside<In>{});
  else out.push_back({path.name(), type_name<L>()});
}
}  // namespace detail

/// Path and type of every leaf in written order; the index is what observers get as `position`.
template <class Net, class In>
std::vector<LayerName> layer_names() {
  std::vector<LayerName> names;
  detail::list_layers<Net, In>(names, Path{});
  return names;
}

}  // namespace STRATA_NAMESPACE

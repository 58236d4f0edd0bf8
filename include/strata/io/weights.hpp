#pragma once
// The weights and statistics of a network as a safetensors file, with the names PyTorch's nn.Sequential gives them:
// "0.weight_ih_l0", "3.0.weight", "2.running_mean". A state_dict saved by PyTorch loads as it is, and the other way
// round.
//
// Loading first reads everything into memory of its own and lists all that is wrong in one error; only a file without a
// defect reaches the network.

#include <strata/core/error.hpp>
#include <strata/core/type_name.hpp>
#include <strata/io/safetensors.hpp>
#include <strata/network/network.hpp>
#include <strata/tensor/moved.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// The version that files name under "format_version"; files of another version are refused, files without one are not.
inline constexpr const char* weights_format_version = "1";

/// What checkpoints hold besides a network is named so; loading weights passes over it.
inline constexpr std::string_view training_prefix = "training.";

namespace detail {

inline std::vector<std::size_t> shape_of(const Segment& segment) {
  return {segment.shape.begin(), segment.shape.begin() + static_cast<std::ptrdiff_t>(segment.rank)};
}

/// Appends the tensors of one flat buffer.
template <class T, class Segments>
void append_segments(std::vector<NamedTensor>& tensors, const Segments& segments, std::span<const T> buffer,
                     const std::string& prefix = "") {
  for (const Segment& s : segments) {
    tensors.push_back({prefix + s.name(), shape_of(s), buffer.subspan(s.offset, s.size)});
  }
}

/// What a network saves: weights, then statistics.
template <class NetworkType>
class SavedNetwork {
 public:
  void append_to(std::vector<NamedTensor>& tensors, const NetworkType& net) {
    using Layer = typename NetworkType::layer;
    using In = typename NetworkType::input;
    append_segments(tensors, segments<Weights, Layer, In>, weights_.of(net.weight_buffer().span()));
    append_segments(tensors, segments<Statistics, Layer, In>, statistics_.of(net.statistic_buffer().span()));
  }

 private:
  Downloaded<typename NetworkType::element, typename NetworkType::memory> weights_, statistics_;
};

/// Version and type, to be read by people and checked by programs.
template <class NetworkType>
std::map<std::string, std::string> describe_network() {
  return {{"format_version", weights_format_version}, {"network", type_name<NetworkType>()}};
}

/// Which stored element types a reader accepts: those that are rounded to T, or T alone.
enum class Stored { floating, exact };

/// Takes tensors out of a file one by one and collects everything that does not fit.
class TensorReader {
 public:
  explicit TensorReader(const Safetensors& file) : file_(&file) {
    expect_metadata("format_version", weights_format_version);
  }

  /// Notes an entry of the metadata that says something else; one that is not there says nothing.
  void expect_metadata(const std::string& key, const std::string& expected) {
    const auto found = file_->metadata().find(key);
    if (found == file_->metadata().end() || found->second == expected) return;
    defects_.push_back(key + " is " + quote(found->second) + "; expected " + quote(expected));
  }

  /// Fills `into`, or notes what is wrong with the tensor of that name.
  template <class T>
  void read(const std::string& name, const std::vector<std::size_t>& shape, std::span<T> into, Stored stored) {
    expected_.push_back(name);
    const TensorEntry* entry = file_->find(name);
    if (entry == nullptr) {
      defects_.push_back("missing: tensor " + quote(name) + " of shape " + describe_shape(shape));
      return;
    }
    const bool shaped = fits_shape(*entry, shape), typed = fits_type<T>(*entry, stored);
    if (!shaped || !typed) return;
    try {
      const std::vector<T> values = file_->values<T>(*entry);
      std::copy(values.begin(), values.end(), into.begin());
    } catch (const FileError& problem) {
      defects_.push_back(problem.what());
    }
  }

  /// Reads all tensors of one flat buffer.
  template <class T, class Segments>
  void read_segments(const Segments& segments, std::span<T> buffer, Stored stored, const std::string& prefix = "") {
    for (const Segment& s : segments) {
      read(prefix + s.name(), shape_of(s), buffer.subspan(s.offset, s.size), stored);
    }
  }

  /// Notes a defect in the reader's own words.
  void refuse(std::string defect) { defects_.push_back(std::move(defect)); }

  /// Notes every tensor nobody asked for, except those `ignored` returns true for.
  template <class Ignored>
  void refuse_others(Ignored ignored) {
    for (const TensorEntry& entry : file_->entries()) {
      const bool asked = std::find(expected_.begin(), expected_.end(), entry.name) != expected_.end();
      if (asked || ignored(entry.name)) continue;
      defects_.push_back("unexpected: tensor " + quote(entry.name) + " of shape " + describe_shape(entry.shape));
    }
  }

  /// Throws one FileError with all that was noted.
  void finish(const std::string& what) const {
    if (defects_.empty()) return;
    std::string message = file_->name() + ": does not fit " + what + ":";
    for (const std::string& defect : defects_) message += "\n  " + defect;
    throw FileError(message);
  }

  /// PyTorch's BatchNorm also saves how many batches it has seen, which nothing here needs.
  bool counts_batches(const std::string& name) const {
    constexpr std::string_view suffix = "num_batches_tracked";
    if (!name.ends_with(suffix)) return false;
    const std::string mean = name.substr(0, name.size() - suffix.size()) + "running_mean";
    return std::find(expected_.begin(), expected_.end(), mean) != expected_.end();
  }

 private:
  bool fits_shape(const TensorEntry& entry, const std::vector<std::size_t>& shape) {
    if (entry.shape == shape) return true;
    defects_.push_back("tensor " + quote(entry.name) + " has shape " + describe_shape(entry.shape) + "; expected " +
                       describe_shape(shape));
    return false;
  }

  template <class T>
  bool fits_type(const TensorEntry& entry, Stored stored) {
    const bool floating = entry.dtype == Dtype::f64 || entry.dtype == Dtype::f32 || entry.dtype == Dtype::f16 ||
                          entry.dtype == Dtype::bf16;
    if (stored == Stored::floating ? floating : entry.dtype == dtype_of<T>()) return true;
    const std::string expected =
        stored == Stored::floating ? "F64, F32, F16 or BF16" : std::string(dtype_name(dtype_of<T>()));
    defects_.push_back("tensor " + quote(entry.name) + " has dtype " + std::string(dtype_name(entry.dtype)) +
                       "; expected " + expected);
    return false;
  }

  const Safetensors* file_;
  std::vector<std::string> expected_;
  std::vector<std::string> defects_;
};

}  // namespace detail

/// Writes weights and statistics, atomically. Throws FileError where that fails; the old file then remains.
template <class Layer, Shape In, class Backend>
void save(const Network<Layer, In, Backend>& net, const std::filesystem::path& path) {
  std::vector<NamedTensor> tensors;
  detail::SavedNetwork<Network<Layer, In, Backend>> saved;
  saved.append_to(tensors, net);
  write_safetensors(path, tensors, detail::describe_network<Network<Layer, In, Backend>>());
}

/// Fills weights and statistics from a parsed file (F64, F32, F16 or BF16, rounded to the network's element type).
/// Throws one FileError listing every tensor that is missing, unexpected, of another shape or of another type; the
/// network is then as it was.
template <class Layer, Shape In, class Backend>
void load(Network<Layer, In, Backend>& net, const Safetensors& file) {
  using T = typename Backend::element;
  Buffer<T> weights(net.weight_buffer().size()), statistics(net.statistic_buffer().size());
  detail::TensorReader reader(file);
  reader.read_segments(segments<Weights, Layer, In>, weights.span(), detail::Stored::floating);
  reader.read_segments(segments<Statistics, Layer, In>, statistics.span(), detail::Stored::floating);
  reader.refuse_others(
      [&](const std::string& name) { return reader.counts_batches(name) || name.starts_with(training_prefix); });
  reader.finish(type_name<Network<Layer, In, Backend>>());
  net.weight_buffer().upload(std::as_const(weights).span());
  net.statistic_buffer().upload(std::as_const(statistics).span());
}

/// The same from a file.
template <class Layer, Shape In, class Backend>
void load(Network<Layer, In, Backend>& net, const std::filesystem::path& path) {
  load(net, read_safetensors(path));
}

/// The same from the bytes of a file; `name` is for the error texts.
template <class Layer, Shape In, class Backend>
void load(Network<Layer, In, Backend>& net, std::span<const std::byte> bytes, const std::string& name = "memory") {
  load(net, parse_safetensors(bytes, name));
}

}  // namespace STRATA_NAMESPACE::io

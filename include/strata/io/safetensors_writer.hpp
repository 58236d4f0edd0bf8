#pragma once
// The safetensors format, written. The same tensors always give the same bytes.
// https://github.com/huggingface/safetensors#format
//
// Spaces after the header align the data to 8 bytes, and wider elements come first, so that every tensor is
// aligned to its elements. The header lists tensors by name.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/io/bytes.hpp>
#include <strata/io/describe.hpp>
#include <strata/io/dtype.hpp>
#include <strata/io/extents.hpp>
#include <strata/io/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// A tensor to be written: its elements in C order are only looked at, not owned.
struct NamedTensor {
  using Values =
      std::variant<std::span<const float>, std::span<const double>, std::span<const std::int32_t>,
                   std::span<const std::int64_t>, std::span<const std::uint64_t>, std::span<const std::uint8_t>>;
  std::string name;
  std::vector<std::size_t> shape;
  Values values;
};

namespace detail {

inline Dtype dtype_of_values(const NamedTensor& tensor) {
  return std::visit([]<class T>(std::span<const T>) { return dtype_of<T>(); }, tensor.values);
}

inline std::size_t byte_count(const NamedTensor& tensor) {
  return std::visit([](const auto& values) { return values.size_bytes(); }, tensor.values);
}

/// Wider elements first, otherwise in the given order.
inline std::vector<NamedTensor> widest_first(std::span<const NamedTensor> tensors) {
  std::vector<NamedTensor> ordered;
  for (const std::size_t width : {8U, 4U, 2U, 1U}) {
    std::copy_if(tensors.begin(), tensors.end(), std::back_inserter(ordered),
                 [width](const NamedTensor& tensor) { return dtype_size(dtype_of_values(tensor)) == width; });
  }
  return ordered;
}

/// Refuses what no file could hold: a shape that does not fit its values, a name used twice.
inline void check_tensor(const NamedTensor& tensor, const nlohmann::json& header) {
  const std::size_t given = byte_count(tensor) / dtype_size(dtype_of_values(tensor));
  if (element_count(tensor.shape) != given) {
    throw ShapeError("make_safetensors: tensor " + quote(tensor.name) + " of shape " + describe_shape(tensor.shape) +
                     " got " + std::to_string(given) + " values");
  }
  if (tensor.name == "__metadata__" || header.contains(tensor.name)) {
    throw ValueError("make_safetensors: the name " + quote(tensor.name) + " is used twice or reserved");
  }
}

inline std::string header_text(const nlohmann::json& header) {
  try {
    return header.dump();
  } catch (const nlohmann::json::exception&) {
    throw ValueError("make_safetensors: a name or a metadata string is not valid UTF-8");
  }
}

}  // namespace detail

/// The safetensors bytes of the tensors and the metadata.
///
/// Throws ShapeError when a shape does not fit its values, ValueError for a repeated name or text not in
/// UTF-8.
inline std::vector<std::byte> make_safetensors(std::span<const NamedTensor> tensors,
                                               const std::map<std::string, std::string>& metadata = {}) {
  const std::vector<NamedTensor> ordered = detail::widest_first(tensors);
  nlohmann::json header = nlohmann::json::object();
  std::size_t offset = 0;
  for (const NamedTensor& tensor : ordered) {
    detail::check_tensor(tensor, header);
    const std::size_t end = offset + detail::byte_count(tensor);
    header[tensor.name] = {{"dtype", dtype_name(detail::dtype_of_values(tensor))},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  if (!metadata.empty()) header["__metadata__"] = metadata;

  std::string text = detail::header_text(header);
  constexpr std::size_t alignment = 8;
  text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
  std::vector<std::byte> bytes;
  bytes.reserve(alignment + text.size() + offset);
  store_little(bytes, static_cast<std::uint64_t>(text.size()));
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  for (const NamedTensor& tensor : ordered) {
    std::visit([&bytes](const auto& values) { store_little(bytes, values); }, tensor.values);
  }
  return bytes;
}

/// Writes tensors and metadata as a safetensors file, atomically.
///
/// Throws as make_safetensors does, and FileError when the file cannot be written; the old file then remains.
inline void write_safetensors(const std::filesystem::path& path, std::span<const NamedTensor> tensors,
                              const std::map<std::string, std::string>& metadata = {}) {
  write_file_atomically(path, make_safetensors(tensors, metadata));
}

}  // namespace STRATA_NAMESPACE::io

#pragma once
// The safetensors format, read: 8 bytes length of the header, the header (JSON), then the data.
// https://github.com/huggingface/safetensors#format
//
// A file with defects is refused with all of them listed. The rules of the header are in
// safetensors_header.hpp; writing is in safetensors_writer.hpp, which this header brings along.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/core/narrow.hpp>
#include <strata/io/bytes.hpp>
#include <strata/io/cast.hpp>
#include <strata/io/describe.hpp>
#include <strata/io/dtype.hpp>
#include <strata/io/half.hpp>
#include <strata/io/safetensors_header.hpp>
#include <strata/io/safetensors_writer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// A parsed safetensors file with its bytes; entries are sorted by name.
class Safetensors {
 public:
  Safetensors(std::string name, std::vector<std::byte> bytes, std::size_t data_begin, std::vector<TensorEntry> entries,
              std::map<std::string, std::string> metadata)
      : name_(std::move(name)),
        bytes_(std::move(bytes)),
        data_begin_(data_begin),
        entries_(std::move(entries)),
        metadata_(std::move(metadata)) {}

  /// The path of the file, or what its bytes were called.
  const std::string& name() const { return name_; }
  const std::vector<TensorEntry>& entries() const { return entries_; }
  /// The strings under __metadata__.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  /// The entry of that name, or a null pointer.
  const TensorEntry* find(std::string_view name) const {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [name](const TensorEntry& entry) { return entry.name == name; });
    return found == entries_.end() ? nullptr : &*found;
  }

  /// The stored bytes of one of the entries.
  std::span<const std::byte> raw(const TensorEntry& entry) const {
    return std::span(bytes_).subspan(data_begin_ + entry.begin, entry.end - entry.begin);
  }

  /// The elements of one of the entries in C order, as T.
  ///
  /// Between floating-point types values are rounded; all else must be exact. Throws FileError at a value
  /// that T cannot hold.
  template <Number T>
  std::vector<T> values(const TensorEntry& entry) const;

 private:
  std::string name_;
  std::vector<std::byte> bytes_;
  std::size_t data_begin_;
  std::vector<TensorEntry> entries_;
  std::map<std::string, std::string> metadata_;
};

namespace detail {

/// Loads the elements of `data` and converts each by `convert`, which gives an optional.
template <class T, class Stored, class Convert>
std::vector<T> convert_all(std::span<const std::byte> data, const std::string& where, Convert convert) {
  std::vector<T> values(data.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = load<Stored>(data.subspan(i * sizeof(Stored)));
    const std::optional<T> converted = convert(value);
    if (!converted) {
      throw FileError(where + ": element " + std::to_string(i) + " (stored as " + describe(value) +
                      ") does not fit the requested type");
    }
    values[i] = *converted;
  }
  return values;
}

/// Rounds between floating-point types and insists on exactness otherwise.
template <Number T, Number From>
std::optional<T> convert_value(From value) {
  if constexpr (std::is_floating_point_v<T> && std::is_floating_point_v<From>) {
    return rounded_cast<T>(value);
  } else {
    return exact_cast<T>(value);
  }
}

}  // namespace detail

template <Number T>
std::vector<T> Safetensors::values(const TensorEntry& entry) const {
  const std::string where = name_ + ": tensor " + quote(entry.name);
  const auto as = [&]<class Stored>(std::type_identity<Stored>) {
    return detail::convert_all<T, Stored>(raw(entry), where, detail::convert_value<T, Stored>);
  };
  const auto half = [&](float (*widen)(std::uint16_t)) {
    return detail::convert_all<T, std::uint16_t>(
        raw(entry), where, [widen](std::uint16_t bits) { return detail::convert_value<T>(widen(bits)); });
  };
  switch (entry.dtype) {
    case Dtype::boolean:
    case Dtype::u8:
      return as(std::type_identity<std::uint8_t>{});
    case Dtype::i8:
      return as(std::type_identity<std::int8_t>{});
    case Dtype::u16:
      return as(std::type_identity<std::uint16_t>{});
    case Dtype::i16:
      return as(std::type_identity<std::int16_t>{});
    case Dtype::u32:
      return as(std::type_identity<std::uint32_t>{});
    case Dtype::i32:
      return as(std::type_identity<std::int32_t>{});
    case Dtype::u64:
      return as(std::type_identity<std::uint64_t>{});
    case Dtype::i64:
      return as(std::type_identity<std::int64_t>{});
    case Dtype::f16:
      return half(float16_to_float);
    case Dtype::bf16:
      return half(bfloat16_to_float);
    case Dtype::f32:
      return as(std::type_identity<float>{});
    case Dtype::f64:
      break;
  }
  return as(std::type_identity<double>{});
}

/// The tensors in safetensors bytes. `name` is for the error texts. Throws one FileError listing every
/// defect.
inline Safetensors parse_safetensors(std::vector<std::byte> bytes, const std::string& name = "memory") {
  constexpr std::size_t prefix = sizeof(std::uint64_t);
  constexpr std::size_t longest_header = 100'000'000;  // the limit of the reference implementation
  if (bytes.size() < prefix) {
    throw FileError(name + ": truncated: a safetensors file starts with 8 bytes, this one has " +
                    std::to_string(bytes.size()));
  }
  const std::size_t length = load<std::uint64_t>(bytes);
  if (length > longest_header || length > bytes.size() - prefix) {
    throw FileError(name + ": the safetensors header claims " + std::to_string(length) + " bytes; " +
                    std::to_string(bytes.size() - prefix) + " follow and " + std::to_string(longest_header) +
                    " are the most allowed (truncated, or no safetensors file)");
  }
  const std::size_t data_begin = prefix + length;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + prefix, length);
  SafetensorsHeader header(text, bytes.size() - data_begin);
  if (!header.defects.empty()) {
    std::string message = name + ": malformed safetensors file:";
    for (const std::string& defect : header.defects) message += "\n  " + defect;
    throw FileError(message);
  }
  return {name, std::move(bytes), data_begin, std::move(header.entries), std::move(header.metadata)};
}

/// The tensors in a copy of safetensors bytes. Throws one FileError listing every defect.
inline Safetensors parse_safetensors(std::span<const std::byte> bytes, const std::string& name = "memory") {
  return parse_safetensors(std::vector<std::byte>(bytes.begin(), bytes.end()), name);
}

/// The tensors in a safetensors file. Throws one FileError listing every defect.
inline Safetensors read_safetensors(const std::filesystem::path& path) {
  return parse_safetensors(read_file(path), path.string());
}

}  // namespace STRATA_NAMESPACE::io

#pragma once
// The safetensors format, read: 8 bytes length of the header, the header (JSON), then the data.
// https://github.com/huggingface/safetensors#format
//
// The header maps each name to {dtype, shape, data_offsets: [begin, end)}, and __metadata__ to strings. The
// ranges must cover the data without gap or overlap. A file with defects is refused with all of them listed.
// Writing is in safetensors_writer.hpp, which this header brings along.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/io/bytes.hpp>
#include <strata/io/cast.hpp>
#include <strata/io/describe.hpp>
#include <strata/io/dtype.hpp>
#include <strata/io/extents.hpp>
#include <strata/io/half.hpp>
#include <strata/io/json.hpp>
#include <strata/io/safetensors_writer.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// A tensor of a safetensors file; its bytes are [begin, end) of the data.
struct TensorEntry {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::size_t> shape;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A parsed safetensors file with its bytes; entries are sorted by name.
class Safetensors {
 public:
  Safetensors(std::string name, std::vector<std::byte> bytes, std::size_t data_begin,
              std::vector<TensorEntry> entries, std::map<std::string, std::string> metadata)
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
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [name](const TensorEntry& entry) { return entry.name == name; });
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

/// Reads the JSON header and collects what is wrong with it.
class SafetensorsHeader {
 public:
  SafetensorsHeader(std::string_view text, std::size_t data_size) : data_size_(data_size) { parse(text); }

  std::vector<TensorEntry> entries;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> defects;

 private:
  void parse(std::string_view text) {
    const ParsedJson parsed = parse_json(text);
    for (const std::string& name : parsed.repeated) defects.push_back("duplicate name " + quote(name));
    if (!parsed.error.empty()) defects.push_back("the header is no JSON: " + parsed.error);
    if (!parsed.error.empty()) return;
    if (!parsed.value.is_object() || !text.starts_with('{')) {
      defects.push_back("the header must be a JSON object and start with {");
      return;
    }
    for (const auto& [name, value] : parsed.value.items()) {
      if (name == "__metadata__") {
        read_metadata(value);
      } else {
        read_entry(name, value);
      }
    }
    check_cover();
  }

  void read_metadata(const nlohmann::json& value) {
    if (!value.is_object()) defects.push_back("__metadata__ is no object of strings");
    for (const auto& [key, text] : value.items()) {
      if (text.is_string()) {
        metadata[key] = text.get<std::string>();
      } else if (value.is_object()) {
        defects.push_back("metadata " + quote(key) + " is no string");
      }
    }
  }

  void read_entry(const std::string& name, const nlohmann::json& value) {
    TensorEntry entry;
    entry.name = name;
    const std::string who = "tensor " + quote(name) + ": ";
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
        !value.contains("data_offsets")) {
      defects.push_back(who + "expected an object of dtype, shape and data_offsets");
      ranges_known_ = false;
      return;
    }
    const std::optional<Dtype> dtype = read_dtype(value["dtype"], who);
    const auto shape = read_sizes(value["shape"], who + "shape");
    const auto offsets = read_sizes(value["data_offsets"], who + "data_offsets");
    const bool ranged = offsets && check_range(*offsets, who);
    ranges_known_ = ranges_known_ && ranged;
    if (ranged) {
      entry.begin = (*offsets)[0];
      entry.end = (*offsets)[1];
      ranges_.push_back(entry);
    }
    if (!dtype || !shape) return;
    entry.dtype = *dtype;
    entry.shape = *shape;
    check_size(entry, ranged, who);
    entries.push_back(std::move(entry));
  }

  std::optional<Dtype> read_dtype(const nlohmann::json& value, const std::string& who) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    const std::optional<Dtype> dtype = value.is_string() ? find_dtype(text) : std::nullopt;
    if (!dtype)
      defects.push_back(who + "unknown dtype " + quote(text) + "; expected one of " + dtype_names());
    return dtype;
  }

  std::optional<std::vector<std::size_t>> read_sizes(const nlohmann::json& value, const std::string& what) {
    const auto size = [](const nlohmann::json& element) { return element.is_number_unsigned(); };
    if (!value.is_array() || !std::all_of(value.begin(), value.end(), size)) {
      defects.push_back(what + " is no list of sizes");
      return std::nullopt;
    }
    return value.get<std::vector<std::size_t>>();
  }

  bool check_range(const std::vector<std::size_t>& offsets, const std::string& who) {
    if (offsets.size() != 2 || offsets[0] > offsets[1]) {
      defects.push_back(who + "data_offsets " + describe_shape(offsets) + " are no [begin, end]");
      return false;
    }
    if (offsets[1] > data_size_) {
      defects.push_back(who + "ends at byte " + std::to_string(offsets[1]) + " of the data, which has " +
                        std::to_string(data_size_) + " (truncated or out of range)");
      return false;
    }
    return true;
  }

  void check_size(const TensorEntry& entry, bool ranged, const std::string& who) {
    const std::optional<std::size_t> count = element_count(entry.shape);
    const std::string shape =
        "shape " + describe_shape(entry.shape) + " of " + std::string(dtype_name(entry.dtype));
    if (!count) {
      defects.push_back(who + shape + " is larger than memory can hold");
    } else if (ranged && *count * dtype_size(entry.dtype) != entry.end - entry.begin) {
      defects.push_back(who + shape + " needs " + std::to_string(*count * dtype_size(entry.dtype)) +
                        " bytes, data_offsets give " + std::to_string(entry.end - entry.begin));
    }
  }

  /// The ranges must follow each other from the first to the last byte of the data.
  void check_cover() {
    std::sort(ranges_.begin(), ranges_.end(), [](const TensorEntry& a, const TensorEntry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::size_t covered = 0;
    std::string last;
    for (const TensorEntry& range : ranges_) {
      if (range.begin < covered) {
        defects.push_back("tensor " + quote(range.name) + " overlaps tensor " + quote(last));
      }
      check_gap(covered, range.begin);
      if (range.end >= covered) last = range.name;
      covered = std::max(covered, range.end);
    }
    check_gap(covered, data_size_);
  }

  /// A tensor without a valid range would explain any gap, so gaps are then no defects of their own.
  void check_gap(std::size_t from, std::size_t to) {
    if (from >= to || !ranges_known_) return;
    defects.push_back("bytes [" + std::to_string(from) + ", " + std::to_string(to) +
                      ") of the data belong to no tensor");
  }

  std::size_t data_size_;
  std::vector<TensorEntry> ranges_;
  bool ranges_known_ = true;
};

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
    case Dtype::u8: return as(std::type_identity<std::uint8_t>{});
    case Dtype::i8: return as(std::type_identity<std::int8_t>{});
    case Dtype::u16: return as(std::type_identity<std::uint16_t>{});
    case Dtype::i16: return as(std::type_identity<std::int16_t>{});
    case Dtype::u32: return as(std::type_identity<std::uint32_t>{});
    case Dtype::i32: return as(std::type_identity<std::int32_t>{});
    case Dtype::u64: return as(std::type_identity<std::uint64_t>{});
    case Dtype::i64: return as(std::type_identity<std::int64_t>{});
    case Dtype::f16: return half(float16_to_float);
    case Dtype::bf16: return half(bfloat16_to_float);
    case Dtype::f32: return as(std::type_identity<float>{});
    case Dtype::f64: break;
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
  detail::SafetensorsHeader header(text, bytes.size() - data_begin);
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

#pragma once
// The JSON header of a safetensors file, checked against the size of the data behind it.
// https://github.com/huggingface/safetensors#format
//
// It maps each name to {dtype, shape, data_offsets: [begin, end)}, and __metadata__ to strings. The ranges
// must cover the data without gap or overlap. All defects are collected, so that one error can list them.

#include <strata/core/config.hpp>
#include <strata/io/describe.hpp>
#include <strata/io/dtype.hpp>
#include <strata/io/extents.hpp>
#include <strata/io/json.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

/// The tensors, the metadata and the defects of a header in front of `data_size` bytes of data.
///
/// With defects present the other members are incomplete.
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
    if (!dtype) defects.push_back(who + "unknown dtype " + quote(text) + "; expected one of " + dtype_names());
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
    const std::string shape = "shape " + describe_shape(entry.shape) + " of " + std::string(dtype_name(entry.dtype));
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

}  // namespace STRATA_NAMESPACE::io

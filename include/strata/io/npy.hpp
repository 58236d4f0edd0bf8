#pragma once
// NumPy's .npy: \x93NUMPY, version, length of the header, the header (a Python dict), then the elements.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
//
// Versions 1 and 2 are read, version 1 is written. Values are converted to the requested element exactly or
// not at all: a double that is no float, or 300 in a byte, is an error and never a rounded number.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/io/bytes.hpp>
#include <strata/io/cast.hpp>
#include <strata/io/describe.hpp>
#include <strata/io/extents.hpp>
#include <strata/tensor/xtensor.hpp>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// An element type that .npy files are read into and written from.
template <class T>
concept NpyElement = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> ||
                     std::same_as<T, std::int64_t> || std::same_as<T, std::uint8_t> || std::same_as<T, bool>;

namespace detail {

inline constexpr std::string_view npy_magic{"\x93NUMPY", 6};

struct NpyHeader {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

/// Reads the dict that NumPy writes: the keys descr, fortran_order and shape, once each, in any order.
class NpyHeaderParser {
 public:
  NpyHeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  NpyHeader parse() {
    expect('{');
    while (!accept('}')) {
      parse_entry();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (!text_.empty()) refuse("text after the dict");
    if (!descr_ || !order_ || !shape_) refuse("descr, fortran_order and shape are needed");
    return {*descr_, *order_, *shape_};
  }

 private:
  void parse_entry() {
    const std::string key = parse_string();
    expect(':');
    if (key == "descr" && !descr_) {
      descr_ = parse_string();
    } else if (key == "fortran_order" && !order_) {
      order_ = parse_bool();
    } else if (key == "shape" && !shape_) {
      shape_ = parse_shape();
    } else {
      refuse("unknown or repeated key " + quote(key));
    }
  }

  std::string parse_string() {
    skip_blanks();
    const char mark = text_.empty() ? '\0' : text_.front();
    if (mark != '\'' && mark != '"') refuse("expected a string");
    const std::size_t end = text_.find(mark, 1);
    if (end == std::string_view::npos) refuse("a string without an end");
    const std::string value(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return value;
  }

  bool parse_bool() {
    skip_blanks();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return value;
    }
    refuse("fortran_order is neither True nor False");
  }

  std::vector<std::size_t> parse_shape() {
    std::vector<std::size_t> shape;
    expect('(');
    while (!accept(')')) {
      skip_blanks();
      std::size_t extent = 0;
      const auto [end, status] = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      if (status != std::errc()) refuse("shape has an extent that is no 64-bit number");
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      shape.push_back(extent);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
  }

  bool accept(char wanted) {
    skip_blanks();
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) refuse(std::string("expected ") + wanted);
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw FileError(name_ + ": npy header: " + reason + " at " + quote(text_));
  }

  std::string_view text_;
  const std::string& name_;
  std::optional<std::string> descr_;
  std::optional<bool> order_;
  std::optional<std::vector<std::size_t>> shape_;
};

/// Takes magic, version and header off the front of `bytes`; what remains is the data.
inline NpyHeader take_npy_header(std::span<const std::byte>& bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(npy_magic)) throw FileError(name + ": no npy file: it must start with \\x93NUMPY");
  const unsigned version = bytes.size() < 8 ? 0 : std::to_integer<unsigned>(bytes[6]);
  if (bytes.size() >= 8 && version != 1 && version != 2) {
    throw FileError(name + ": npy version " + std::to_string(version) + " is not read; expected 1 or 2");
  }
  const std::size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start) throw FileError(name + ": truncated before the npy header");
  const std::size_t length =
      version == 1 ? load<std::uint16_t>(bytes.subspan(8)) : load<std::uint32_t>(bytes.subspan(8));
  if (length > bytes.size() - start) {
    throw FileError(name + ": truncated: the npy header needs " + std::to_string(length) + " bytes, " +
                    std::to_string(bytes.size() - start) + " are left");
  }
  bytes = bytes.subspan(start);
  NpyHeader header = NpyHeaderParser(text.substr(start, length), name).parse();
  bytes = bytes.subspan(length);
  return header;
}

/// Steps through the elements of a C-order array and gives the place of each in a Fortran-order one.
class FortranPlaces {
 public:
  explicit FortranPlaces(const std::vector<std::size_t>& shape) : shape_(shape), index_(shape.size()) {}

  std::size_t next() {
    const std::size_t place = place_;
    std::size_t stride = count_;
    for (std::size_t axis = shape_.size(); axis-- > 0;) {
      stride /= shape_[axis];
      place_ += stride;
      if (++index_[axis] < shape_[axis]) break;
      place_ -= stride * shape_[axis];
      index_[axis] = 0;
    }
    return place;
  }

 private:
  const std::vector<std::size_t>& shape_;
  std::vector<std::size_t> index_;
  std::size_t count_ = element_count(shape_).value_or(0);
  std::size_t place_ = 0;
};

template <NpyElement To, NpyElement From>
xt::xarray<To> convert_npy(std::span<const std::byte> data, const NpyHeader& header, const std::string& name) {
  using InFile = std::conditional_t<std::is_same_v<From, bool>, std::uint8_t, From>;  // any byte may stand there
  const std::optional<std::size_t> count = element_count(header.shape);
  if (!count || *count * sizeof(InFile) != data.size()) {
    throw FileError(name + ": npy shape " + describe_shape(header.shape) + " of " + header.descr + " needs " +
                    (count ? std::to_string(*count * sizeof(InFile)) : "more than memory can hold") +
                    " data bytes, the file has " + std::to_string(data.size()));
  }
  auto values = xt::xarray<To>::from_shape(header.shape);
  FortranPlaces places(header.shape);
  for (std::size_t i = 0; i < *count; ++i) {
    const std::size_t place = header.fortran_order ? places.next() : i;
    const InFile stored = load<InFile>(data.subspan(place * sizeof(InFile)));
    std::optional<To> value = exact_cast<To>(stored);
    if (std::is_same_v<From, bool> && stored > InFile(1)) value.reset();
    if (!value) {
      throw FileError(name + ": element " + std::to_string(i) + ", " + describe(stored) + " as " + header.descr +
                      ", is not exact in the requested type");
    }
    *(values.data() + i) = *value;
  }
  return values;
}

}  // namespace detail

/// The array in npy bytes, each value exactly as stored. `name` is for the error texts.
///
/// Throws FileError when the bytes are malformed or a value is not exact in T.
template <NpyElement T>
xt::xarray<T> parse_npy(std::span<const std::byte> bytes, const std::string& name = "memory") {
  const detail::NpyHeader header = detail::take_npy_header(bytes, name);
  if (header.descr == "<f4") return detail::convert_npy<T, float>(bytes, header, name);
  if (header.descr == "<f8") return detail::convert_npy<T, double>(bytes, header, name);
  if (header.descr == "<i4") return detail::convert_npy<T, std::int32_t>(bytes, header, name);
  if (header.descr == "<i8") return detail::convert_npy<T, std::int64_t>(bytes, header, name);
  if (header.descr == "|u1") return detail::convert_npy<T, std::uint8_t>(bytes, header, name);
  if (header.descr == "|b1") return detail::convert_npy<T, bool>(bytes, header, name);
  throw FileError(name + ": npy type " + quote(header.descr) + " is not read; expected <f4, <f8, <i4, <i8, |u1 or |b1");
}

/// The array in an npy file. Throws FileError.
template <NpyElement T>
xt::xarray<T> read_npy(const std::filesystem::path& path) {
  return parse_npy<T>(read_file(path), path.string());
}

/// The array in an npy file that must have the given rank. Throws FileError.
template <NpyElement T, std::size_t Rank>
xt::xtensor<T, Rank> read_npy(const std::filesystem::path& path) {
  const xt::xarray<T> values = read_npy<T>(path);
  if (values.dimension() != Rank) {
    throw FileError(path.string() + ": expected an array of rank " + std::to_string(Rank) + ", got rank " +
                    std::to_string(values.dimension()));
  }
  return values;
}

/// The npy bytes of an array: version 1, C order, data aligned to 64 bytes as NumPy does.
template <class Array>
  requires NpyElement<typename Array::value_type>
std::vector<std::byte> make_npy(const Array& array) {
  using T = typename Array::value_type;
  constexpr std::string_view kind = std::is_same_v<T, bool>           ? "|b"
                                    : std::is_same_v<T, std::uint8_t> ? "|u"
                                    : std::is_floating_point_v<T>     ? "<f"
                                                                      : "<i";
  std::string header =
      "{'descr': '" + std::string(kind) + std::to_string(sizeof(T)) + "', 'fortran_order': False, 'shape': (";
  for (const auto extent : array.shape()) header += std::to_string(extent) + ", ";
  header += "), }";
  constexpr std::size_t prefix = 10;  // magic, version, length of the header
  constexpr std::size_t alignment = 64;
  header.append((2 * alignment - (prefix + header.size() + 1) % alignment) % alignment, ' ');
  header += '\n';

  std::string front(detail::npy_magic);
  front += std::string_view("\x01\x00", 2);
  std::vector<std::byte> bytes;
  for (const char c : front) bytes.push_back(static_cast<std::byte>(c));
  store_little(bytes, static_cast<std::uint16_t>(header.size()));
  for (const char c : header) bytes.push_back(static_cast<std::byte>(c));
  bytes.reserve(bytes.size() + array.size() * sizeof(T));
  for (auto it = array.template begin<xt::layout_type::row_major>();
       it != array.template end<xt::layout_type::row_major>(); ++it) {
    store_little(bytes, static_cast<T>(*it));
  }
  return bytes;
}

/// Writes an array as an npy file, atomically. Throws FileError.
template <class Array>
  requires NpyElement<typename Array::value_type>
void write_npy(const std::filesystem::path& path, const Array& array) {
  write_file_atomically(path, make_npy(array));
}

}  // namespace STRATA_NAMESPACE::io

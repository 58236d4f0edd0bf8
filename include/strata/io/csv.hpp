#pragma once
// Tables of numbers as text: one row a line, fields between separators.
//
// Numbers are read by std::from_chars, so the locale never matters; nan and inf are numbers. Lines end in LF
// or CR LF, empty lines at the end of the file are ignored, blanks around a number are allowed, quotes are
// not.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/io/bytes.hpp>
#include <strata/io/describe.hpp>
#include <strata/tensor/xtensor.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// How a CSV file is written.
struct CsvOptions {
  char separator = ',';
  bool header = false;  ///< the first line names the columns and is skipped
  std::size_t inflated_limit = default_inflated_limit;
};

namespace detail {

/// A field's place, for the error texts; lines and columns count from 1.
struct CsvPlace {
  const std::string& name;
  std::size_t line;
  std::size_t column;

  [[noreturn]] void refuse(const std::string& reason) const {
    throw FileError(name + ": line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + reason);
  }
};

inline std::string_view trim(std::string_view field, char separator) {
  const auto blank = [separator](char c) { return (c == ' ' || c == '\t') && c != separator; };
  while (!field.empty() && blank(field.front())) field.remove_prefix(1);
  while (!field.empty() && blank(field.back())) field.remove_suffix(1);
  return field;
}

inline double parse_number(std::string_view field, const CsvPlace& place) {
  if (field.empty()) place.refuse("the field is empty; expected a number");
  std::string_view digits = field;
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);  // from_chars knows no +
  double value = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (status == std::errc::result_out_of_range) place.refuse(quote(field) + " is beyond the range of a double");
  if (status != std::errc() || end != digits.data() + digits.size()) {
    const bool first = place.line == 1;
    place.refuse(quote(field) + " is no number" + (first ? " (set CsvOptions::header for a line of names)" : ""));
  }
  return value;
}

/// Appends the numbers of one line and returns how many there are.
inline std::size_t parse_line(std::string_view line, char separator, CsvPlace place, std::vector<double>& values) {
  while (true) {
    const std::size_t end = line.find(separator);
    values.push_back(parse_number(trim(line.substr(0, end), separator), place));
    if (end == std::string_view::npos) return place.column;
    line.remove_prefix(end + 1);
    ++place.column;
  }
}

/// Takes the first line off `text`, without its line end.
inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

inline xt::xtensor<double, 2> parse_table(std::string_view text, const std::string& name, CsvOptions options) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);

  std::vector<double> values;
  std::size_t columns = 0;
  std::size_t rows = 0;
  std::size_t number = 0;
  if (options.header) {
    take_line(text);
    ++number;
  }
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    ++number;
    const std::size_t found = parse_line(line, options.separator, {name, number, 1}, values);
    if (rows++ == 0) columns = found;
    if (found != columns) {
      throw FileError(name + ": line " + std::to_string(number) + " has " + std::to_string(found) +
                      " columns; the first line of numbers has " + std::to_string(columns));
    }
  }
  if (rows == 0) throw FileError(name + ": no line of numbers");
  auto table = xt::xtensor<double, 2>::from_shape({rows, columns});
  std::copy(values.begin(), values.end(), table.data());
  return table;
}

}  // namespace detail

/// The table [rows, columns] in CSV bytes, plain or gzip. `name` is for the error texts.
///
/// Throws FileError, with line and column, at a field that is no number and at a line of another length.
inline xt::xtensor<double, 2> parse_csv(std::span<const std::byte> bytes, const std::string& name = "memory",
                                        const CsvOptions& options = {}) {
  const auto text = [](std::span<const std::byte> from) {
    return std::string_view(reinterpret_cast<const char*>(from.data()), from.size());
  };
  if (is_gzip(bytes)) {
    return detail::parse_table(text(gunzip(bytes, options.inflated_limit, name)), name, options);
  }
  return detail::parse_table(text(bytes), name, options);
}

/// The table [rows, columns] in a CSV file, plain or gzip. Throws FileError.
inline xt::xtensor<double, 2> read_csv(const std::filesystem::path& path, const CsvOptions& options = {}) {
  return parse_csv(read_file(path), path.string(), options);
}

}  // namespace STRATA_NAMESPACE::io

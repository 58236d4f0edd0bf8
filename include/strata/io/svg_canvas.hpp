#pragma once
// What SVG pictures are made of: escaped text, shapes, and axes with ticks at round numbers.

#include <strata/core/config.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// A position on an axis with its label.
struct Tick {
  double value;
  std::string label;
};

/// Text with the five characters that XML reserves escaped and control characters, which XML forbids, as
/// spaces.
inline std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20U ? ' ' : c;
    }
  }
  return escaped;
}

/// An interval of numbers that grows to take in values; what cannot be drawn (NaN, infinity) is left out.
struct Interval {
  double low = 0;
  double high = 1;
  bool empty = true;

  /// Beyond this a difference of two values could overflow.
  static bool drawable(double value) { return std::abs(value) < 1e150; }

  void include(double value) {
    if (!drawable(value)) return;
    low = empty ? value : std::min(low, value);
    high = empty ? value : std::max(high, value);
    empty = false;
  }

  /// The interval, widened where it is too narrow to place anything in it.
  Interval widened() const {
    const double magnitude = std::max(std::abs(low), std::abs(high));
    if (high - low > 1e-9 * magnitude) return *this;
    const double margin = magnitude == 0 ? 1 : 0.1 * magnitude;
    return {low - margin, high + margin, false};
  }

  /// Where `value` lies, 0 at low and 1 at high.
  double fraction(double value) const { return (value - low) / (high - low); }
};

/// Ticks at multiples of 1, 2 or 5 times a power of ten, at most `most` of them, inside the interval.
inline std::vector<Tick> round_ticks(const Interval& interval, int most) {
  const double least_step = (interval.high - interval.low) / most;
  const int exponent = static_cast<int>(std::floor(std::log10(least_step)));
  const double power = std::pow(10.0, exponent);
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= least_step) step = factor * power;
  }
  const bool plain = step >= 1e-5 && std::max(std::abs(interval.low), std::abs(interval.high)) < 1e7;
  const int decimals = step >= 10 * power ? -exponent - 1 : -exponent;
  std::vector<Tick> ticks;
  const double first = std::ceil(interval.low / step - 1e-9);
  for (int i = 0; i <= most; ++i) {
    const double value = (first + i) * step;
    if (value > interval.high + 1e-9 * step) break;
    char buffer[64];
    const double shown = std::abs(value) < step / 2 ? 0.0 : value;  // no -0
    const auto end =
        plain ? std::to_chars(buffer, buffer + sizeof buffer, shown, std::chars_format::fixed, std::max(decimals, 0))
              : std::to_chars(buffer, buffer + sizeof buffer, shown, std::chars_format::general, 6);
    ticks.push_back({shown, std::string(buffer, end.ptr)});
  }
  return ticks;
}

/// An SVG document in the making; positions are pixels from the upper left corner.
class SvgCanvas {
 public:
  SvgCanvas(double width, double height) {
    body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + pixels(width) + " " + pixels(height) +
            "\" width=\"" + pixels(width) + "\" height=\"" + pixels(height) +
            "\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\" fill=\"#333333\">\n";
    rectangle(0, 0, width, height, "#ffffff");
  }

  /// A position with two decimals at most.
  static std::string pixels(double value) {
    char buffer[512];  // a double in fixed notation has up to 309 digits before the point
    const double rounded = std::round(value * 100) / 100;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, rounded, std::chars_format::fixed);
    return std::string(buffer, end.ptr);
  }

  void rectangle(double x, double y, double width, double height, std::string_view fill) {
    body_ += "<rect x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" width=\"" + pixels(width) + "\" height=\"" +
             pixels(height) + "\" fill=\"" + std::string(fill) + "\" shape-rendering=\"crispEdges\"/>\n";
  }

  void line(double x1, double y1, double x2, double y2, std::string_view attributes) {
    body_ += "<line x1=\"" + pixels(x1) + "\" y1=\"" + pixels(y1) + "\" x2=\"" + pixels(x2) + "\" y2=\"" + pixels(y2) +
             "\" " + std::string(attributes) + "/>\n";
  }

  /// `attributes` are SVG as they stand; `content` is escaped.
  void text(double x, double y, std::string_view content, std::string_view attributes = "") {
    body_ += "<text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" " + std::string(attributes) + ">" +
             escape_xml(content) + "</text>\n";
  }

  /// SVG as it stands.
  void raw(const std::string& element) { body_ += element + "\n"; }

  std::string finish() && { return std::move(body_) + "</svg>\n"; }

 private:
  std::string body_;
};

}  // namespace STRATA_NAMESPACE::io

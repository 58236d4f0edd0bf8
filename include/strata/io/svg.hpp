#pragma once
// Pictures of a training: line charts for curves, heat maps for gates, as SVG files that any browser shows.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/io/bytes.hpp>
#include <strata/io/describe.hpp>
#include <strata/io/svg_canvas.hpp>
#include <strata/tensor/xtensor.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// A named curve through the points (x[i], y[i]); NaN and infinities leave a gap.
struct Series {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
};

namespace detail {

/// The rectangle of a picture in which data is drawn, and the numbers at its edges.
struct Plot {
  double left, top, width, height;
  Interval x, y;

  double across(double value) const { return left + width * x.fraction(value); }
  double down(double value) const { return top + height * (1 - y.fraction(value)); }
  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

/// Colours that stay distinct for the colour-blind (Okabe and Ito, 2008).
inline constexpr std::array<std::string_view, 7> line_colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                              "#e69f00", "#56b4e9", "#333333"};

/// Colour and dashes of the series at `index`: after each round of colours the dashes change.
inline std::string stroke(std::size_t index) {
  constexpr std::array<std::string_view, 3> dashes{"none", "6 3", "2 3"};
  const std::string_view dash = dashes[index / line_colours.size() % dashes.size()];
  return "stroke=\"" + std::string(line_colours[index % line_colours.size()]) + "\" stroke-width=\"2\"" +
         (dash == "none" ? "" : " stroke-dasharray=\"" + std::string(dash) + "\"");
}

inline void draw_x_ticks(SvgCanvas& canvas, const Plot& plot) {
  for (const Tick& tick : round_ticks(plot.x, 8)) {
    const double x = plot.across(tick.value);
    canvas.line(x, plot.bottom(), x, plot.bottom() + 5, "stroke=\"#888888\"");
    canvas.text(x, plot.bottom() + 20, tick.label, "text-anchor=\"middle\"");
  }
}

inline void draw_titles(SvgCanvas& canvas, const Plot& plot, const std::string& title, const std::string& x_label) {
  canvas.text(plot.left, plot.top - 20, title, "font-size=\"17\" font-weight=\"bold\"");
  canvas.text(plot.left + plot.width / 2, plot.bottom() + 42, x_label, "text-anchor=\"middle\"");
}

inline void draw_axes(SvgCanvas& canvas, const Plot& plot, const std::string& y_label) {
  for (const Tick& tick : round_ticks(plot.y, 7)) {
    const double y = plot.down(tick.value);
    canvas.line(plot.left, y, plot.right(), y, "stroke=\"#e4e4e4\"");
    canvas.text(plot.left - 8, y + 4, tick.label, "text-anchor=\"end\"");
  }
  draw_x_ticks(canvas, plot);
  canvas.line(plot.left, plot.bottom(), plot.right(), plot.bottom(), "stroke=\"#888888\"");
  canvas.line(plot.left, plot.top, plot.left, plot.bottom(), "stroke=\"#888888\"");
  const std::string middle = SvgCanvas::pixels(plot.top + plot.height / 2);
  canvas.text(20, plot.top + plot.height / 2, y_label,
              "text-anchor=\"middle\" transform=\"rotate(-90 20 " + middle + ")\"");
}

/// The pieces of a curve between its gaps; a piece of one point is a dot.
inline void draw_series(SvgCanvas& canvas, const Plot& plot, const Series& series, std::size_t index) {
  std::string points;
  std::size_t count = 0;
  const auto flush = [&] {
    if (count > 1) {
      canvas.raw("<polyline fill=\"none\" stroke-linejoin=\"round\" " + stroke(index) + " points=\"" + points + "\"/>");
    } else if (count == 1) {
      const std::size_t comma = points.find(',');
      canvas.raw("<circle r=\"3\" fill=\"" + std::string(line_colours[index % line_colours.size()]) + "\" cx=\"" +
                 points.substr(0, comma) + "\" cy=\"" + points.substr(comma + 1) + "\"/>");
    }
    points.clear();
    count = 0;
  };
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!Interval::drawable(series.x[i]) || !Interval::drawable(series.y[i])) {
      flush();
      continue;
    }
    if (count++ > 0) points += ' ';
    points += SvgCanvas::pixels(plot.across(series.x[i]));
    points += ',';
    points += SvgCanvas::pixels(plot.down(series.y[i]));
  }
  flush();
}

inline void draw_legend(SvgCanvas& canvas, const Plot& plot, std::span<const Series> series) {
  const double left = plot.right() + 18;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const double y = plot.top + 10 + 22 * static_cast<double>(i);
    canvas.line(left, y, left + 22, y, stroke(i));
    canvas.text(left + 30, y + 4, series[i].name);
  }
}

/// A colour between the given stops, at a fraction from 0 to 1.
inline std::string blend(const std::array<std::array<double, 3>, 3>& stops, double fraction) {
  const double place = 2 * std::clamp(fraction, 0.0, 1.0);
  const std::size_t from = place < 1 ? 0 : 1;
  const double weight = place - static_cast<double>(from);
  std::string colour = "rgb";
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = stops[from][i] + weight * (stops[from + 1][i] - stops[from][i]);
    colour.append(i == 0 ? "(" : ",").append(std::to_string(std::lround(value)));
  }
  return colour.append(")");
}

/// White to blue for values of one sign; blue over white (zero) to red for values of both.
struct ColourScale {
  Interval range;
  bool two_signs;

  explicit ColourScale(const Interval& values) : range(values.widened()), two_signs(values.low < 0 && values.high > 0) {
    if (!two_signs) return;
    range.high = std::max(-range.low, range.high);
    range.low = -range.high;
  }

  std::string colour(double value) const {
    using Stops = std::array<std::array<double, 3>, 3>;
    constexpr Stops one_sign{{{247, 250, 253}, {110, 170, 212}, {10, 50, 110}}};
    constexpr Stops both_signs{{{30, 95, 170}, {248, 248, 248}, {180, 25, 45}}};
    if (!Interval::drawable(value)) return "#bbbbbb";
    return blend(two_signs ? both_signs : one_sign, range.fraction(value));
  }
};

inline void draw_colour_bar(SvgCanvas& canvas, const Plot& plot, const ColourScale& scale) {
  constexpr int steps = 48;
  Plot bar = plot;
  bar.left = plot.right() + 24;
  bar.width = 14;
  bar.y = scale.range;
  for (int i = 0; i < steps; ++i) {
    const double fraction = (i + 0.5) / steps;
    const double value = scale.range.low + fraction * (scale.range.high - scale.range.low);
    const double upper = bar.bottom() - bar.height * (i + 1) / steps;
    canvas.rectangle(bar.left, upper, bar.width, bar.height / steps, scale.colour(value));
  }
  for (const Tick& tick : round_ticks(bar.y, 5)) {
    canvas.text(bar.right() + 6, bar.down(tick.value) + 4, tick.label);
  }
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  write_file_atomically(path, std::as_bytes(std::span(text)));
}

}  // namespace detail

/// The SVG text of a line chart with axes, ticks and a legend. Throws ShapeError when x and y differ in
/// length.
inline std::string line_chart(const std::string& title, const std::string& x_label, const std::string& y_label,
                              std::span<const Series> series) {
  Interval x;
  Interval y;
  for (const Series& one : series) {
    if (one.x.size() != one.y.size()) {
      throw ShapeError("line_chart: series " + quote(one.name) + " has " + std::to_string(one.x.size()) + " x but " +
                       std::to_string(one.y.size()) + " y");
    }
    for (std::size_t i = 0; i < one.x.size(); ++i) {
      if (!Interval::drawable(one.x[i]) || !Interval::drawable(one.y[i])) continue;
      x.include(one.x[i]);
      y.include(one.y[i]);
    }
  }
  y = y.widened();
  const double air = 0.04 * (y.high - y.low);  // keeps curves off the edges
  const detail::Plot plot{76, 60, 560, 320, x.widened(), {y.low - air, y.high + air, false}};
  SvgCanvas canvas(820, 440);
  detail::draw_axes(canvas, plot, y_label);
  detail::draw_titles(canvas, plot, title, x_label);
  for (std::size_t i = 0; i < series.size(); ++i) detail::draw_series(canvas, plot, series[i], i);
  detail::draw_legend(canvas, plot, series);
  return std::move(canvas).finish();
}

/// The SVG text of a matrix [rows, columns] as coloured cells with a label a row and a colour bar.
///
/// Throws ShapeError when the matrix is empty or the labels are not as many as its rows.
inline std::string heat_map(const std::string& title, std::span<const std::string> row_labels,
                            const xt::xtensor<double, 2>& matrix, const std::string& x_label = "") {
  const std::size_t rows = matrix.shape(0);
  const std::size_t columns = matrix.shape(1);
  if (matrix.size() == 0 || row_labels.size() != rows) {
    throw ShapeError("heat_map: " + std::to_string(row_labels.size()) + " row labels for a matrix [" +
                     std::to_string(rows) + ", " + std::to_string(columns) + "]; need one a row and one cell");
  }
  Interval values;
  for (const double value : matrix) values.include(value);
  const detail::ColourScale scale(values);

  const double cell_height = std::clamp(240.0 / static_cast<double>(rows), 8.0, 34.0);
  const detail::Plot plot{
      120, 60, 580, cell_height * static_cast<double>(rows), {0, static_cast<double>(columns), false}, {}};
  const double cell_width = plot.width / static_cast<double>(columns);
  SvgCanvas canvas(820, plot.bottom() + 60);
  for (std::size_t row = 0; row < rows; ++row) {
    const double y = plot.top + cell_height * static_cast<double>(row);
    for (std::size_t column = 0; column < columns; ++column) {
      const double x = plot.left + cell_width * static_cast<double>(column);
      canvas.rectangle(x, y, cell_width, cell_height, scale.colour(matrix(row, column)));
    }
    canvas.text(plot.left - 8, y + cell_height / 2 + 4, row_labels[row], "text-anchor=\"end\"");
  }
  detail::draw_x_ticks(canvas, plot);
  detail::draw_titles(canvas, plot, title, x_label);
  detail::draw_colour_bar(canvas, plot, scale);
  return std::move(canvas).finish();
}

/// Writes line_chart() to a file, atomically. Throws FileError when it cannot be written.
inline void write_line_chart(const std::filesystem::path& path, const std::string& title, const std::string& x_label,
                             const std::string& y_label, std::span<const Series> series) {
  detail::write_text(path, line_chart(title, x_label, y_label, series));
}

/// Writes heat_map() to a file, atomically. Throws FileError when it cannot be written.
inline void write_heat_map(const std::filesystem::path& path, const std::string& title,
                           std::span<const std::string> row_labels, const xt::xtensor<double, 2>& matrix,
                           const std::string& x_label = "") {
  detail::write_text(path, heat_map(title, row_labels, matrix, x_label));
}

}  // namespace STRATA_NAMESPACE::io

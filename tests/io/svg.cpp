#include <strata/io/svg.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "support.hpp"

using namespace strata;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

const double gap = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a line chart shows its series, texts and ticks") {
  const std::vector<io::Series> series{{"training <loss>", {1, 2, 3}, {0.9, 0.5, 0.3}},
                                       {"validation", {1, 3}, {1, 0.6}}};
  const std::string svg = io::line_chart("Loss & epochs", "epoch", "loss", series);
  CHECK(count(svg, "<polyline") == 2);
  CHECK(count(svg, "training &lt;loss&gt;") == 1);
  CHECK(count(svg, ">validation</text>") == 1);
  CHECK(count(svg, "Loss &amp; epochs") == 1);
  CHECK(count(svg, ">epoch</text>") == 1);
  CHECK(count(svg, ">loss</text>") == 1);
  CHECK(count(svg, ">0.6</text>") == 1);
  CHECK(count(svg, "<text") == count(svg, "</text>"));
}

TEST_CASE("points lie where their values say") {
  const std::vector<io::Series> series{{"s", {0, 1, 2}, {0, 1, 0}}};
  const std::string svg = io::line_chart("", "", "", series);
  CHECK(count(svg, "points=\"76,368.15 356,71.85 636,368.15\"") == 1);
}

TEST_CASE("values that are not finite leave a gap and single points are dots") {
  const std::vector<io::Series> series{{"s", {0, 1, 2, 3, 4}, {1, 2, gap, 3, gap}}};
  const std::string svg = io::line_chart("", "", "", series);
  CHECK(count(svg, "<polyline") == 1);
  CHECK(count(svg, "<circle") == 1);
  CHECK(count(svg, "nan") == 0);
}

TEST_CASE("charts without points, with equal values and with many series are drawn") {
  CHECK(count(io::line_chart("empty", "", "", {}), "<polyline") == 0);
  const std::vector<io::Series> flat{{"s", {1, 2}, {4, 4}}};
  CHECK(count(io::line_chart("", "", "", flat), "<polyline") == 1);
  const std::vector<io::Series> many(15, {"s", {1, 2}, {4, 5}});
  CHECK(count(io::line_chart("", "", "", many), "stroke-dasharray=\"6 3\" points") == 7);
}

TEST_CASE("a series with more x than y is refused") {
  const std::vector<io::Series> series{{"s", {1, 2}, {1}}};
  CHECK_THROWS_WITH_AS(io::line_chart("", "", "", series), "line_chart: series \"s\" has 2 x but 1 y", ShapeError);
}

TEST_CASE("a heat map has a cell an element, a label a row and a colour bar") {
  const std::vector<std::string> rows{"forget", "input & cell"};
  const xt::xtensor<double, 2> matrix{{0, 0.5, 1}, {1, gap, 0}};
  const std::string svg = io::heat_map("Gates", rows, matrix, "step");
  CHECK(count(svg, "width=\"193.33\"") == 6);
  CHECK(count(svg, "fill=\"rgb(247,250,253)\"") == 2);
  CHECK(count(svg, "fill=\"rgb(10,50,110)\"") == 2);
  CHECK(count(svg, "fill=\"#bbbbbb\"") == 1);
  CHECK(count(svg, ">forget</text>") == 1);
  CHECK(count(svg, "input &amp; cell") == 1);
  CHECK(count(svg, ">step</text>") == 1);
}

TEST_CASE("values of both signs are coloured around zero") {
  const std::vector<std::string> rows{"cell"};
  const std::string svg = io::heat_map("", rows, xt::xtensor<double, 2>{{-1, 0, 2}});
  CHECK(count(svg, "fill=\"rgb(248,248,248)\"") == 1);
  CHECK(count(svg, "fill=\"rgb(180,25,45)\"") == 1);
  CHECK(count(svg, "fill=\"rgb(139,172,209)\"") == 1);
}

TEST_CASE("a heat map without cells or with too few labels is refused") {
  const std::vector<std::string> rows{"one"};
  CHECK_THROWS_WITH_AS(io::heat_map("", rows, xt::xtensor<double, 2>{{1}, {2}}),
                       "heat_map: 1 row labels for a matrix [2, 1]; need one a row and one cell", ShapeError);
  const auto none = xt::xtensor<double, 2>::from_shape({1, 0});
  CHECK_THROWS_WITH_AS(io::heat_map("", rows, none),
                       "heat_map: 1 row labels for a matrix [1, 0]; need one a row and one cell", ShapeError);
}

TEST_CASE("pictures are written to files") {
  const support::Folder folder;
  const std::vector<io::Series> series{{"s", {1, 2}, {4, 5}}};
  io::write_line_chart(folder / "curve.svg", "t", "x", "y", series);
  CHECK(support::text(io::read_file(folder / "curve.svg")) == io::line_chart("t", "x", "y", series));
  const std::vector<std::string> rows{"one"};
  io::write_heat_map(folder / "gates.svg", "t", rows, xt::xtensor<double, 2>{{1, 2}}, "x");
  CHECK(support::text(io::read_file(folder / "gates.svg")) ==
        io::heat_map("t", rows, xt::xtensor<double, 2>{{1, 2}}, "x"));
  CHECK_THROWS_AS(io::write_line_chart((folder / "no") / "curve.svg", "", "", "", series), FileError);
}

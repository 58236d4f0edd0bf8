#include <strata/io/svg_canvas.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace strata;

namespace {

std::string labels(double low, double high, int most) {
  std::string joined;
  for (const io::Tick& tick : io::round_ticks({low, high, false}, most)) joined += tick.label + " ";
  return joined;
}

}  // namespace

TEST_CASE("ticks stand at round numbers") {
  CHECK(labels(0, 10, 5) == "0 2 4 6 8 10 ");
  CHECK(labels(0.13, 0.91, 8) == "0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 ");
  CHECK(labels(-1, 1, 5) == "-1.0 -0.5 0.0 0.5 1.0 ");
  CHECK(labels(3, 4999, 5) == "1000 2000 3000 4000 ");
  CHECK(labels(0, 1e-7, 2) == "0 5e-08 1e-07 ");
  CHECK(labels(0, 3e9, 3) == "0 1e+09 2e+09 3e+09 ");
}

TEST_CASE("an interval grows by what can be drawn and is never without width") {
  io::Interval interval;
  CHECK(interval.widened().high > interval.widened().low);
  interval.include(std::numeric_limits<double>::quiet_NaN());
  interval.include(std::numeric_limits<double>::infinity());
  CHECK(interval.empty);
  interval.include(5);
  CHECK(interval.low == 5);
  CHECK(interval.widened().low < 5);
  CHECK(interval.widened().high > 5);
  interval.include(-3);
  CHECK(interval.low == -3);
  CHECK(interval.high == 5);
  CHECK(interval.fraction(1) == 0.5);
}

TEST_CASE("positions have two decimals and no exponent") {
  CHECK(io::SvgCanvas::pixels(1.0 / 3) == "0.33");
  CHECK(io::SvgCanvas::pixels(120) == "120");
  CHECK(io::SvgCanvas::pixels(1e7) == "10000000");
}

TEST_CASE("text is escaped for XML") {
  CHECK(io::escape_xml("a<b> & \"c\" 'd'\n") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; ");
}

TEST_CASE("a canvas is one svg element") {
  io::SvgCanvas canvas(100, 50);
  canvas.text(1, 2, "x<y");
  canvas.line(0, 0, 1, 1, "stroke=\"#000000\"");
  const std::string svg = std::move(canvas).finish();
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 50\""));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find(">x&lt;y</text>") != std::string::npos);
  CHECK(svg.find("<line x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\"") != std::string::npos);
}

#include "network/support.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace network_tests;

namespace {
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string line_of(const std::string& text, const std::string& begin) {
  const auto at = text.find("\n" + begin + " ");
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}
std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' || out.empty() || out.back() != ' ') out += c;
  }
  return out;
}
}  // namespace

TEST_CASE("the table names path, type, output, parameters and memory of every layer") {
  const Network<Classifier, Sequence<4>, Engine<float>> net;
  const std::string text = summary(net, {6, 5});
  CAPTURE(text);
  CHECK(text.starts_with("Classifier on [batch, steps, 4]\n"));
  CHECK(squeezed(line_of(text, "0")).starts_with("0 LSTM<5> [batch, steps, 5] 220 arena + "));
  CHECK(squeezed(line_of(text, "1")).starts_with("1 LastStep [batch, 5] 0 arena + "));
  CHECK(squeezed(line_of(text, "2")) == "2 BatchNorm [batch, 5] 10 in place");
  CHECK(squeezed(line_of(text, "3")) == "3 Residual [batch, 5]");
  CHECK(squeezed(line_of(text, "3.0")).starts_with("3.0 Linear<5> [batch, 5] 30 arena + "));
  CHECK(squeezed(line_of(text, "4")) == "4 Dropout<0.5> [batch, 5] 0 in place");
  CHECK(squeezed(line_of(text, "5")) == "5 Linear<3> [batch, 3] 18 result");
}

TEST_CASE("below it stand totals and what sharing saves") {
  const std::string text = summary<Classifier, Sequence<4>>({6, 5});
  CAPTURE(text);
  CHECK(contains(text, "parameters: 278; statistics: 10"));
  CHECK(contains(text, "for batch 6, steps 5:"));
  const auto arena = memory_budget<Classifier, Sequence<4>>({6, 5}).arena;
  CHECK(contains(text, "arena " + std::to_string(arena) + " bytes ("));
  CHECK(contains(text, std::to_string(flops<Classifier, Sequence<4>>({6, 5})) + " FLOP"));
  CHECK(contains(text, std::to_string(training_memory<Classifier, Sequence<4>>({6, 5})) + " bytes in all"));
  CHECK_FALSE(contains(summary<Perceptron, Features<4>>(), "steps"));
}

TEST_CASE("columns line up") {
  const std::string text = summary<Classifier, Sequence<4>>();
  const std::string first = line_of(text, "0"), second = line_of(text, "3.0");
  CHECK(first.find("LSTM") == second.find("Linear"));
  CHECK(first.find("[batch") == second.find("[batch"));
  CHECK(first.find(" arena") == second.find(" arena"));
}

TEST_CASE("a layer under policies keeps its place, a named block its name") {
  struct Block : Residual<Linear<4>, ReLU> {};
  const std::string text = summary<Sequential<With<Linear<4>, L1<1e-5>>, Block>, Features<4>>();
  CAPTURE(text);
  CHECK(squeezed(line_of(text, "0")).starts_with("0 Linear<4> [batch, 4] 20 "));
  CHECK(contains(squeezed(line_of(text, "1")), "Block"));
}

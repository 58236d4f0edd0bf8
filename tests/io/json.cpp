#include <strata/io/json.hpp>

#include <doctest/doctest.h>

using namespace strata;

TEST_CASE("JSON text becomes a value") {
  const io::ParsedJson parsed = io::parse_json(R"({"a": {"b": [1, 2]}, "b": {"a": 3}})");
  CHECK(parsed.error == "");
  CHECK(parsed.repeated.empty());
  CHECK(parsed.value["a"]["b"][1] == 2);
}

TEST_CASE("repeated keys are told, at every depth") {
  const io::ParsedJson parsed = io::parse_json(R"({"a": {"x": 1, "y": 2, "x": 3}, "b": 1, "a": 2})");
  CHECK(parsed.error == "");
  CHECK(parsed.repeated == std::vector<std::string>{"x", "a"});
}

TEST_CASE("what is no JSON is told and not thrown") {
  CHECK(io::parse_json("{\"a\": ").error.find("parse error") != std::string::npos);
  CHECK(io::parse_json("").error.find("parse error") != std::string::npos);
  CHECK(io::parse_json("1e999").error.find("number overflow") != std::string::npos);
  CHECK(io::parse_json("{\"\x80\": 1}").error.find("UTF-8") != std::string::npos);
}

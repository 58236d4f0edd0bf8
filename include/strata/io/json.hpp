#pragma once
// The one door to nlohmann_json, with a parser that tells of repeated keys instead of keeping the last.

#include <strata/core/config.hpp>

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#else
#error \
    "strata: nlohmann_json is missing. Install it (Debian and Ubuntu: apt-get install nlohmann-json3-dev) or add its include folder with -I."
#endif

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// What became of a JSON text: its value, or why it is none, and the keys that an object holds twice.
struct ParsedJson {
  nlohmann::json value;
  std::string error;  ///< empty when the text is JSON
  std::vector<std::string> repeated;
};

/// Parses JSON text without throwing.
inline ParsedJson parse_json(std::string_view text) {
  using Event = nlohmann::json::parse_event_t;
  ParsedJson parsed;
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto watch = [&](int, Event event, nlohmann::json& value) {
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.get<std::string>()).second) {
      parsed.repeated.push_back(value.get<std::string>());
    }
    return true;
  };
  try {
    parsed.value = nlohmann::json::parse(text.begin(), text.end(), watch);
  } catch (const nlohmann::json::exception& problem) {
    parsed.error = problem.what();
  }
  return parsed;
}

}  // namespace STRATA_NAMESPACE::io

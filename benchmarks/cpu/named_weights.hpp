#pragma once
// A network's tensors as a peer is given them.

#include <strata/io/safetensors_writer.hpp>
#include <strata/strata.hpp>

#include <span>
#include <string>
#include <vector>

/// Weights and statistics by name, a prefix before each. They are only looked at.
template <class Net>
std::vector<strata::io::NamedTensor> named_weights(const Net& net, const std::string& prefix = "") {
  std::vector<strata::io::NamedTensor> tensors;
  const auto append = [&](const auto& segments, std::span<const float> values) {
    for (const strata::Segment& s : segments) {
      const auto shape = std::span(s.shape).first(s.rank);
      tensors.push_back({prefix + s.name(), {shape.begin(), shape.end()}, values.subspan(s.offset, s.size)});
    }
  };
  append(strata::segments<strata::Weights, typename Net::layer, typename Net::input>, net.weights());
  append(strata::segments<strata::Statistics, typename Net::layer, typename Net::input>, net.statistics());
  return tensors;
}

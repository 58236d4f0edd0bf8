#pragma once
// An LSTM that is given one step at a time, with Eigen.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// PyTorch's weights [4·size, size], and the sum of its biases.
struct GivenLstm {
  std::size_t size;
  std::span<const float> input, recurrent, bias;
};

/// One way to lay out the weights; step reads `size` numbers and writes as many.
struct EigenStream {
  std::string layout;
  std::function<void(const float* x, float* y)> step;
};

/// All of them; none without Eigen, or for a size that was not compiled.
std::vector<EigenStream> eigen_streams(const GivenLstm& given);

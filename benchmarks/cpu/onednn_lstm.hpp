#pragma once
// oneDNN's LSTM primitive: prediction with weights packed beforehand, training that packs them in every step.
//
// PyTorch's weights [4·H, I] are oneDNN's format ldgoi, its gates i, f, g, o oneDNN's order; data are time-major, tnc.

#include "onednn.hpp"

#include <array>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace onednn {

struct LstmSizes {
  dnnl::memory::dim batch, steps, inputs, hidden;
};

/// Weights of one layer in PyTorch's layout; oneDNN has one bias where PyTorch has two.
struct LstmWeights {
  std::span<const float> input, recurrent;
  std::vector<float> bias;
};

/// What prediction and training share: descriptions, memory of the user's, reorders.
class LstmBase {
 protected:
  using memory = dnnl::memory;
  using tag = memory::format_tag;

  LstmBase(const LstmSizes& sizes, const LstmWeights& weights, std::span<const float> x)
      : s_(sizes),
        x_(described({s_.steps, s_.batch, s_.inputs}, tag::tnc), engine(), const_cast<float*>(x.data())),
        input_(described(input_dims(), tag::ldgoi), engine(), const_cast<float*>(weights.input.data())),
        recurrent_(described(recurrent_dims(), tag::ldgoi), engine(), const_cast<float*>(weights.recurrent.data())),
        bias_(described(bias_dims(), tag::ldgo), engine()),
        y_(described({s_.steps, s_.batch, s_.hidden}, tag::tnc), engine()) {
    std::copy(weights.bias.begin(), weights.bias.end(), static_cast<float*>(bias_.get_data_handle()));
  }

  static memory::desc described(const memory::dims& dims, tag format) { return {dims, memory::data_type::f32, format}; }
  memory::dims input_dims() const { return {1, 1, s_.inputs, 4, s_.hidden}; }
  memory::dims recurrent_dims() const { return {1, 1, s_.hidden, 4, s_.hidden}; }
  memory::dims bias_dims() const { return {1, 1, 4, s_.hidden}; }
  memory::desc state() const { return described({1, 1, s_.batch, s_.hidden}, tag::ldnc); }
  static std::span<const float> floats(const memory& of) {
    return {static_cast<const float*>(of.get_data_handle()), of.get_desc().get_size() / sizeof(float)};
  }

  LstmSizes s_;
  memory x_, input_, recurrent_, bias_, y_;
};

/// Prediction of a sequence from zero, or of one from the state the last one left.
class LstmPrediction : LstmBase {
 public:
  LstmPrediction(const LstmSizes& sizes, const LstmWeights& weights, std::span<const float> x, bool streams)
      : LstmBase(sizes, weights, x) {
    const memory::desc kept = streams ? state() : memory::desc();
    const dnnl::lstm_forward::primitive_desc chosen(
        {dnnl::prop_kind::forward_inference, dnnl::rnn_direction::unidirectional_left2right, x_.get_desc(), kept, kept,
         described(input_dims(), tag::any), described(recurrent_dims(), tag::any), bias_.get_desc(), y_.get_desc(),
         kept, kept},
        engine());
    const auto packed = [](memory from, const memory::desc& as) {
      memory to(as, engine());
      dnnl::reorder(from, to).execute(stream(), from, to);
      stream().wait();
      return to;
    };
    primitive_ = dnnl::lstm_forward(chosen);
    arguments_[0] = {{DNNL_ARG_SRC_LAYER, x_},
                     {DNNL_ARG_WEIGHTS_LAYER, packed(input_, chosen.weights_layer_desc())},
                     {DNNL_ARG_WEIGHTS_ITER, packed(recurrent_, chosen.weights_iter_desc())},
                     {DNNL_ARG_BIAS, bias_},
                     {DNNL_ARG_DST_LAYER, y_}};
    if (!streams) return;
    arguments_[1] = arguments_[0];
    for (const auto& [source, destination] :
         {std::pair{DNNL_ARG_SRC_ITER, DNNL_ARG_DST_ITER}, std::pair{DNNL_ARG_SRC_ITER_C, DNNL_ARG_DST_ITER_C}}) {
      memory before(kept, engine()), after(kept, engine());
      std::memset(before.get_data_handle(), 0, kept.get_size());
      arguments_[0].insert({{source, before}, {destination, after}});
      arguments_[1].insert({{source, after}, {destination, before}});
    }
  }

  void run() {
    primitive_.execute(stream(), arguments_[turn_]);
    stream().wait();
    if (arguments_[1].size() != 0) turn_ = 1 - turn_;
  }
  std::span<const float> outputs() const { return floats(y_); }
  /// Where the next step is read, when it streams.
  float* inputs() { return static_cast<float*>(x_.get_data_handle()); }

 private:
  dnnl::lstm_forward primitive_;
  std::array<Arguments, 2> arguments_;  ///< when it streams, they take turns
  std::size_t turn_ = 0;
};

/// Forward and backward. The gradients of the weights stay in oneDNN's format, which is to its advantage. States are
/// given, as zeros: without them oneDNN 2.6.3 computes another gradient of the recurrent weights.
class LstmTraining : LstmBase {
 public:
  LstmTraining(const LstmSizes& sizes, const LstmWeights& weights, std::span<const float> x, std::span<const float> dy)
      : LstmBase(sizes, weights, x) {
    const memory::desc kept = state(), any_input = described(input_dims(), tag::any),
                       any_recurrent = described(recurrent_dims(), tag::any);
    constexpr auto direction = dnnl::rnn_direction::unidirectional_left2right;
    const dnnl::lstm_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, direction, x_.get_desc(), kept, kept, any_input, any_recurrent,
         bias_.get_desc(), y_.get_desc(), kept, kept},
        engine());
    // clang-format off
    const dnnl::lstm_backward::primitive_desc backward(
        {dnnl::prop_kind::backward, direction,
         x_.get_desc(), kept, kept, any_input, any_recurrent, bias_.get_desc(), y_.get_desc(), kept, kept,
         x_.get_desc(), kept, kept, any_input, any_recurrent, bias_.get_desc(), y_.get_desc(), kept, kept},
        engine(), forward);
    // clang-format on
    forward_ = dnnl::lstm_forward(forward);
    backward_ = dnnl::lstm_backward(backward);

    const memory work(forward.workspace_desc(), engine()), zero(kept, engine()), h(kept, engine()), c(kept, engine()),
        dh(kept, engine()), dc(kept, engine());
    std::memset(zero.get_data_handle(), 0, kept.get_size());
    dx_ = memory(x_.get_desc(), engine());
    d_input_ = memory(backward.diff_weights_layer_desc(), engine());
    d_recurrent_ = memory(backward.diff_weights_iter_desc(), engine());
    d_bias_ = memory(bias_.get_desc(), engine());
    const auto packed = [this](memory& from, const memory::desc& as) {
      packings_.push_back({from, memory(as, engine()), {}});
      packings_.back().reorder = dnnl::reorder(from, packings_.back().to);
      return packings_.back().to;
    };
    forward_arguments_ = {{DNNL_ARG_SRC_LAYER, x_},
                          {DNNL_ARG_WEIGHTS_LAYER, packed(input_, forward.weights_layer_desc())},
                          {DNNL_ARG_WEIGHTS_ITER, packed(recurrent_, forward.weights_iter_desc())},
                          {DNNL_ARG_BIAS, bias_},
                          {DNNL_ARG_DST_LAYER, y_},
                          {DNNL_ARG_SRC_ITER, zero},
                          {DNNL_ARG_SRC_ITER_C, zero},
                          {DNNL_ARG_DST_ITER, h},
                          {DNNL_ARG_DST_ITER_C, c},
                          {DNNL_ARG_WORKSPACE, work}};
    backward_arguments_ = {{DNNL_ARG_SRC_LAYER, x_},
                           {DNNL_ARG_WEIGHTS_LAYER, packed(input_, backward.weights_layer_desc())},
                           {DNNL_ARG_WEIGHTS_ITER, packed(recurrent_, backward.weights_iter_desc())},
                           {DNNL_ARG_BIAS, bias_},
                           {DNNL_ARG_DST_LAYER, y_},
                           {DNNL_ARG_SRC_ITER, zero},
                           {DNNL_ARG_SRC_ITER_C, zero},
                           {DNNL_ARG_DST_ITER, h},
                           {DNNL_ARG_DST_ITER_C, c},
                           {DNNL_ARG_DIFF_DST_ITER, zero},
                           {DNNL_ARG_DIFF_DST_ITER_C, zero},
                           {DNNL_ARG_DIFF_SRC_ITER, dh},
                           {DNNL_ARG_DIFF_SRC_ITER_C, dc},
                           {DNNL_ARG_WORKSPACE, work},
                           {DNNL_ARG_DIFF_SRC_LAYER, dx_},
                           {DNNL_ARG_DIFF_WEIGHTS_LAYER, d_input_},
                           {DNNL_ARG_DIFF_WEIGHTS_ITER, d_recurrent_},
                           {DNNL_ARG_DIFF_BIAS, d_bias_},
                           {DNNL_ARG_DIFF_DST_LAYER, memory(y_.get_desc(), engine(), const_cast<float*>(dy.data()))}};
  }

  void run() {
    for (Packing& p : packings_) p.reorder.execute(stream(), p.from, p.to);
    for (const memory& gradient : {d_input_, d_recurrent_, d_bias_})  // oneDNN adds to them
      std::memset(gradient.get_data_handle(), 0, gradient.get_desc().get_size());
    forward_.execute(stream(), forward_arguments_);
    backward_.execute(stream(), backward_arguments_);
    stream().wait();
  }
  std::span<const float> outputs() const { return floats(y_); }
  std::span<const float> input_gradient() const { return floats(dx_); }
  /// Of the inputs' weights and of the recurrent ones, in PyTorch's layout.
  std::vector<float> weight_gradient(bool recurrent) {
    memory from = recurrent ? d_recurrent_ : d_input_,
           to(described(recurrent ? recurrent_dims() : input_dims(), tag::ldgoi), engine());
    dnnl::reorder(from, to).execute(stream(), from, to);
    stream().wait();
    const auto values = floats(to);
    return {values.begin(), values.end()};
  }

 private:
  struct Packing {
    memory from, to;
    dnnl::reorder reorder;
  };
  std::vector<Packing> packings_;
  memory dx_, d_input_, d_recurrent_, d_bias_;
  dnnl::lstm_forward forward_;
  dnnl::lstm_backward backward_;
  Arguments forward_arguments_, backward_arguments_;
};

}  // namespace onednn

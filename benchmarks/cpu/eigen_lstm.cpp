// One step of an LSTM as one would write it with Eigen: matrices of fixed sizes. A unit of its own, because g++ 12
// warns of Eigen's AVX-512 (see CMakeLists.txt).

#include "eigen_lstm.hpp"

#if defined(WITH_EIGEN)
#define EIGEN_STACK_ALLOCATION_LIMIT 0  // the matrices are large, and lie on the heap
#include <Eigen/Core>

#include <memory>
#include <type_traits>

namespace {

/// How the weights lie.
enum class EigenLayout {
  joined_columns,  ///< one matrix of both, column-major, times (x, h)
  joined_rows,     ///< the same, row-major
  apart            ///< one matrix for x and one for h, column-major
};

template <int I, int H, EigenLayout Layout>
class EigenLstm {
  static constexpr int order = Layout == EigenLayout::joined_rows ? Eigen::RowMajor : Eigen::ColMajor;
  using Given = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

 public:
  EIGEN_MAKE_ALIGNED_OPERATOR_NEW

  /// PyTorch's weights [4·H, I] and [4·H, H], and the sum of its biases.
  EigenLstm(std::span<const float> input, std::span<const float> recurrent, std::span<const float> bias) {
    const Eigen::Map<const Given> wx(input.data(), 4 * H, I), wh(recurrent.data(), 4 * H, H);
    bias_ = Eigen::Map<const Eigen::Matrix<float, 4 * H, 1>>(bias.data());
    if constexpr (Layout == EigenLayout::apart) {
      wx_ = wx;
      wh_ = wh;
    } else {
      joined_ << wx, wh;
    }
    c_.setZero();
    h_.setZero();
    xh_.setZero();
  }

  /// Reads I numbers, writes h.
  void step(const float* x, float* y) {
    if constexpr (Layout == EigenLayout::apart) {
      z_ = bias_;
      z_.noalias() += wx_ * Eigen::Map<const Eigen::Matrix<float, I, 1>>(x);
      z_.noalias() += wh_ * h_;
    } else {
      xh_.template head<I>() = Eigen::Map<const Eigen::Matrix<float, I, 1>>(x);
      z_ = bias_;
      z_.noalias() += joined_ * xh_;
    }
    const auto z = z_.array();
    c_ = z.template segment<H>(H).logistic() * c_ +
         z.template segment<H>(0).logistic() * z.template segment<H>(2 * H).tanh();
    h_ = (z.template segment<H>(3 * H).logistic() * c_.tanh()).matrix();
    if constexpr (Layout != EigenLayout::apart) xh_.template tail<H>() = h_;
    Eigen::Map<Eigen::Matrix<float, H, 1>>{y} = h_;
  }

 private:
  struct Nothing {};
  template <bool Wanted, class Matrix>
  using If = std::conditional_t<Wanted, Matrix, Nothing>;
  static constexpr bool joins = Layout != EigenLayout::apart;

  [[no_unique_address]] If<joins, Eigen::Matrix<float, 4 * H, I + H, order>> joined_;
  [[no_unique_address]] If<!joins, Eigen::Matrix<float, 4 * H, I>> wx_;
  [[no_unique_address]] If<!joins, Eigen::Matrix<float, 4 * H, H>> wh_;
  Eigen::Matrix<float, 4 * H, 1> bias_, z_;
  Eigen::Matrix<float, I + H, 1> xh_;
  Eigen::Matrix<float, H, 1> h_;
  Eigen::Array<float, H, 1> c_;
};

template <int Size, EigenLayout Layout>
EigenStream made(const char* name, const GivenLstm& given) {
  const std::shared_ptr<EigenLstm<Size, Size, Layout>> lstm(
      new EigenLstm<Size, Size, Layout>(given.input, given.recurrent, given.bias));
  return {name, [lstm](const float* x, float* y) { lstm->step(x, y); }};
}

template <int Size>
std::vector<EigenStream> of_size(const GivenLstm& given) {
  return {made<Size, EigenLayout::joined_columns>("columns", given),
          made<Size, EigenLayout::joined_rows>("rows", given), made<Size, EigenLayout::apart>("two matrices", given)};
}

}  // namespace

std::vector<EigenStream> eigen_streams(const GivenLstm& given) {
  switch (given.size) {
    case 8:
      return of_size<8>(given);
    case 16:
      return of_size<16>(given);
    case 28:
      return of_size<28>(given);
    case 40:
      return of_size<40>(given);
    case 64:
      return of_size<64>(given);
    case 128:
      return of_size<128>(given);
    default:
      return {};
  }
}
#else
std::vector<EigenStream> eigen_streams(const GivenLstm&) { return {}; }
#endif

// Every operation in float and in double, to be compiled: kernels.sh looks for their kernels in what nvcc made of this.

#include <strata/cuda.hpp>

using namespace strata;

namespace {
struct Classifier
    : Sequential<LSTM<6>, Dropout<0.5>, GaussianNoise<0.1>, LastStep, BatchNorm, Residual<Linear<6>, ReLU>, Linear<3>> {
};
struct Regressor : Sequential<Bidirectional<LSTM<6>>, LayerNorm, Linear<2>, Softmax> {};
struct Reader : Sequential<Embedding<6>, LSTM<6>, LastStep, Linear<3>> {};
struct Sorter : Sequential<Bidirectional<LSTM<6>>, MeanOverTime, Linear<3>> {};
}  // namespace

template <class T>
double every_operation(const xt::xtensor<T, 3>& x, const xt::xtensor<std::int32_t, 1>& labels,
                       const xt::xtensor<T, 3>& values, const xt::xtensor<std::int32_t, 2>& ids) {
  Network<Classifier, Sequence<4>, Cuda<T>> classifier;
  Trainer classify{classifier, CrossEntropy{}, Adam{}, L2<1e-4>{}, ClipNorm<1.0>{}};
  Network<Regressor, Sequence<4>, Cuda<T>> regressor;
  Trainer regress{regressor, MeanSquaredError{}, Adam{}};
  Network<Reader, Tokens<50>, Cuda<T>> reader;
  Trainer read{reader, CrossEntropy{}, Adam{}};
  Network<Sorter, RaggedSequence<4>, Cuda<T>> ragged;
  Trainer sort{ragged, CrossEntropy{}, Adam{}};
  return classify.step(x, labels) + regress.step(x, values) + classify.evaluate(Dataset{x, labels}).loss +
         read.step(ids, labels) + sort.step(Padded{x, labels}, labels);
}
template double every_operation<float>(const xt::xtensor<float, 3>&, const xt::xtensor<std::int32_t, 1>&,
                                       const xt::xtensor<float, 3>&, const xt::xtensor<std::int32_t, 2>&);
template double every_operation<double>(const xt::xtensor<double, 3>&, const xt::xtensor<std::int32_t, 1>&,
                                        const xt::xtensor<double, 3>&, const xt::xtensor<std::int32_t, 2>&);

// A product whose factors are rounded before it.
template struct strata::Kernel<strata::ops::Matmul, Cuda<float, BFloat16>>;

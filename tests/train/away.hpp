#pragma once
// What the tests of training away from ordinary memory share: the backend, that of tests/apart.hpp or, where nvcc
// compiles them, the GPU, and a network with its trainer.

#include <strata/strata.hpp>

#if defined(__CUDACC__)
#include <strata/cuda.hpp>

#include <cuda/no_device.hpp>
template <class T>
using Away = strata::Cuda<T>;
#else
#include <apart.hpp>
template <class T>
using Away = apart::Backend<T>;
inline bool no_device() { return false; }
#endif

#include "network/support.hpp"

namespace away_tests {
using namespace network_tests;

struct Model : Sequential<LSTM<5>, LastStep, BatchNorm, Residual<Linear<5>, ReLU>, Dropout<0.5>, Linear<3>> {};
template <class Backend>
struct Job {
  Network<Model, Sequence<4>, Backend> net{Seed{3}};
  Trainer<Network<Model, Sequence<4>, Backend>, CrossEntropy, Adam, L2<1e-3>, ClipNorm<0.5>> trainer{
      net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, {}, {}};
};
}  // namespace away_tests

#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
const xt::xtensor<float, 2> scores{{0.1f, 0.7f, 0.2f}, {2, 1, 0}, {-3, -2, -1}, {0, 5, 1}};
}

TEST_CASE("accuracy is the part of rows whose highest score is the label") {
  CHECK(accuracy(scores, xt::xtensor<std::int32_t, 1>{1, 0, 2, 1}) == 1.0);
  CHECK(accuracy(scores, xt::xtensor<std::int32_t, 1>{1, 1, 2, 0}) == 0.5);
  CHECK(accuracy(scores, xt::xtensor<std::uint8_t, 1>{0, 1, 1, 0}) == 0.0);
  CHECK_THROWS_WITH_AS(accuracy(scores, xt::xtensor<std::int32_t, 1>{1, 0}),
                       "strata::accuracy: 4 rows of scores, but 2 labels", ShapeError);
}

TEST_CASE("metrics take scores in any order and of rank 2 alone") {
  const xt::xtensor<float, 2, xt::layout_type::column_major> columns = scores;
  CHECK(accuracy(columns, xt::xtensor<std::int32_t, 1>{1, 1, 2, 0}) == 0.5);
  CHECK(confusion_matrix(columns, xt::xtensor<std::int32_t, 1>{1, 0, 2, 1}) ==
        xt::xtensor<std::size_t, 2>{{1, 0, 0}, {0, 2, 0}, {0, 0, 1}});
  const xt::xtensor<float, 3> steps(std::array<std::size_t, 3>{4, 2, 3});
  CHECK_THROWS_WITH_AS(accuracy(steps, xt::xtensor<std::int32_t, 1>{1, 0, 2, 1}),
                       "strata::accuracy: scores have 3 axes, but must be [rows, classes]", ShapeError);
}

TEST_CASE("a confusion matrix counts labels by row and predictions by column") {
  const auto matrix = confusion_matrix(scores, xt::xtensor<std::int32_t, 1>{1, 1, 2, 0});
  CHECK(matrix == xt::xtensor<std::size_t, 2>{{0, 1, 0}, {1, 1, 0}, {0, 0, 1}});
}

TEST_CASE("a confusion matrix refuses labels that are no class, and wrong numbers of them") {
  CHECK_THROWS_WITH_AS(confusion_matrix(scores, xt::xtensor<std::int32_t, 1>{1, 1, 3, 0}),
                       "strata::confusion_matrix: label 3 in row 2 is not in [0, 3)", ValueError);
  CHECK_THROWS_AS(confusion_matrix(scores, xt::xtensor<std::int32_t, 1>{1, 1, -1, 0}), ValueError);
  CHECK_THROWS_AS(confusion_matrix(scores, xt::xtensor<std::int32_t, 1>{1}), ShapeError);
}

TEST_CASE("evaluate gives the mean loss and the accuracy of predictions, whatever the number of samples") {
  Network<Classifier, Sequence<4>, Engine<float>> net{Seed{3}};
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  for (const std::size_t n : {1u, 256u, 300u}) {
    const Dataset<float, 3> data{numbers<float, 3>({n, 3, 4}), labels(n, 3)};
    const auto y = net.predict(data.inputs);
    double loss = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < 3; ++j) sum += std::exp(static_cast<double>(y(i, j)));
      loss += (std::log(sum) - static_cast<double>(y(i, static_cast<std::size_t>(data.targets(i))))) /
              static_cast<double>(n);
    }
    const Evaluation found = trainer.evaluate(data);
    CHECK(std::abs(found.loss - loss) < 1e-5);
    CHECK(found.accuracy == accuracy(y, data.targets));
  }
}

TEST_CASE("without class labels there is no accuracy") {
  Network<Perceptron, Features<4>, Engine<float>> net{Seed{3}};
  Trainer trainer{net, MeanSquaredError{}, Adam{}};
  const Dataset<float, 2, float, 2> data{numbers<float, 2>({10, 4}), numbers<float, 2>({10, 3}, 5)};
  const auto y = net.predict(data.inputs);
  double loss = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    loss += std::pow(static_cast<double>(y.data()[i] - data.targets.data()[i]), 2) / 30;
  const Evaluation found = trainer.evaluate(data);
  CHECK(std::abs(found.loss - loss) < 1e-6);
  CHECK_FALSE(found.accuracy.has_value());
}

TEST_CASE("on sequences every step counts") {
  Network<Tagger, Sequence<4>, Engine<float>> net{Seed{3}};
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  struct Data {
    xt::xtensor<float, 3> inputs;
    xt::xtensor<std::int32_t, 2> targets;
  } data{numbers<float, 3>({4, 5, 4}), xt::xtensor<std::int32_t, 2>(std::array<std::size_t, 2>{4, 5})};
  const auto y = net.predict(data.inputs);
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t t = 0; t < 5; ++t) data.targets(b, t) = (y(b, t, 1) > y(b, t, 0)) == (t < 3 || b != 1) ? 1 : 0;
  CHECK(trainer.evaluate(data).accuracy == 0.9);  // wrong at two steps of one sample
}

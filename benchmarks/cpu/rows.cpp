// What works row by row, forward and backward, beside PyTorch: softmax with cross-entropy, normalizations, dropout; and
// rows gathered from a table and added to it.

#include "../gpu/close.hpp"
#include "bench.hpp"
#include "layer_pass.hpp"
#include "named_weights.hpp"

#include <array>
#include <cmath>

namespace {

using Tensors = std::vector<strata::io::NamedTensor>;

/// A case of PyTorch's, or null.
std::shared_ptr<TorchCase> torch_case(Bench& bench, const std::string& what, const Tensors& tensors) {
  if (!bench.torch) return nullptr;
  return std::make_shared<TorchCase>(*bench.torch, nlohmann::json{{"kind", "rows"}, {"what", what}}, tensors);
}

void append_sides(std::vector<Side>& sides, const std::shared_ptr<TorchCase>& peer) {
  if (!peer) return;
  for (Side& side : torch_sides(peer, "eager")) sides.push_back(std::move(side));
}

constexpr std::size_t width = 512;

/// Every number is zero or twice what it was, the same ones there and back, and half of them are.
void require_dropped(const std::string& who, std::span<const float> x, std::span<const float> y,
                     std::span<const float> dy, std::span<const float> dx) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool here = y[i] != 0 || dx[i] != 0;
    kept += here ? 1 : 0;
    if (here ? y[i] != 2 * x[i] || dx[i] != 2 * dy[i] : y[i] != 0) throw WrongResult(who + " is no dropout");
  }
  const double deviation = std::abs(static_cast<double>(kept) / static_cast<double>(x.size()) - 0.5);
  if (deviation > 4 * 0.5 / std::sqrt(static_cast<double>(x.size())))
    throw WrongResult(who + " does not drop one half");
}

/// A layer on rows of 512. Forward and backward read and write at least so many numbers a number of x.
template <class L>
void measure_layer(Bench& bench, const std::string& what, std::size_t rows, double numbers) {
  using In = strata::Features<width>;
  using Pass = LayerPass<L, In, true>;
  const std::string name = what + "." + std::to_string(rows) + "." + std::to_string(width);
  bench.attempt(name, [&] {
    constexpr bool drops = std::is_same_v<L, strata::Dropout<0.5>>;
    const typename Pass::Net net{strata::Seed{1}};
    std::vector<Side> sides;
    std::shared_ptr<Pass> first;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
      const auto ours = std::make_shared<Pass>(net, strata::Extents{rows, 1}, threads);
      ours->run();
      if (!first) first = ours;
      require_close("the outputs on two threads", ours->y(), first->y(), 0);
      require_close("the gradient on two threads", ours->dx(), first->dx(), 0);
      sides.push_back({"", "", threads, clocked([ours] { ours->run(); })});
    }
    const std::vector<std::size_t> shape{rows, width};
    const auto peer = torch_case(
        bench, what,
        {{"x", shape, std::span<const float>(first->x())}, {"dy", shape, std::span<const float>(first->dy())}});
    if constexpr (drops) require_dropped("Strata's", first->x(), first->y(), first->dy(), first->dx());
    if (peer) {
      const auto theirs = peer->numbers();
      const std::vector<float> y = tensor(theirs, "y"), dx = tensor(theirs, "dx");
      if constexpr (drops) {
        require_dropped("PyTorch's", first->x(), y, first->dy(), dx);
      } else {
        require_close("the outputs", first->y(), y, 1e-5);
        require_close("the gradient of the inputs", first->dx(), dx, 1e-5);
        for (const char* gain : {"weight", "bias"})
          require_close(std::string("the gradient of ") + gain, first->gradient(gain), tensor(theirs, gain), 1e-5);
      }
    }
    append_sides(sides, peer);
    const double bytes = 4.0 * static_cast<double>(rows * width);
    bench.compare(name, {0, numbers * bytes, 4 * bytes}, std::move(sides));
  });
}

/// Loss and gradient of scores against labels.
void measure_cross_entropy(Bench& bench, std::size_t rows, std::size_t classes) {
  const std::string name = "softmax_cross_entropy." + std::to_string(rows) + "." + std::to_string(classes);
  bench.attempt(name, [&] {
    struct Loss {
      std::vector<float> scores, losses, gradient;
      std::vector<std::int32_t> labels;
      float scale;
      strata::ops::CrossEntropyArguments<float> arguments() {
        return {labels.size(),   scores.size() / labels.size(),
                labels.size(),   scores.data(),
                nullptr,         {labels.data()},
                &scale,          losses.data(),
                gradient.data(), {}};
      }
    };
    const auto loss = std::make_shared<Loss>(Loss{normal_numbers(rows * classes, 6), std::vector<float>(rows),
                                                  std::vector<float>(rows * classes), std::vector<std::int32_t>(rows),
                                                  1 / static_cast<float>(rows)});
    for (std::size_t i = 0; i < rows; ++i) loss->labels[i] = static_cast<std::int32_t>(i * 7919 % classes);
    std::vector<Side> sides;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
      sides.push_back({"", "", threads, clocked([loss, threads] {
                         strata::Kernel<strata::ops::CrossEntropy, strata::Cpu<float>>::run({threads},
                                                                                            loss->arguments());
                       })});
    }
    sides.front().ms(1);
    const auto peer = torch_case(bench, "cross_entropy",
                                 {{"x", {rows, classes}, std::span<const float>(loss->scores)},
                                  {"labels", {rows}, std::span<const std::int32_t>(loss->labels)}});
    if (peer) {
      const auto theirs = peer->numbers();
      require_close("the gradient", loss->gradient, tensor(theirs, "dx"), 1e-5);
      require_close("the losses", loss->losses, tensor(theirs, "losses"), 1e-5);
    }
    append_sides(sides, peer);
    const double bytes = 4.0 * static_cast<double>(rows * classes);
    bench.compare(name, {0, 2 * bytes, 2 * bytes}, std::move(sides));
  });
}

/// Rows of a table by their ids, copied out of it, or added to it.
void measure_table(Bench& bench, bool adds) {
  const std::string name = adds ? "embedding.scatter" : "embedding.gather";
  bench.attempt(name, [&] {
    constexpr std::size_t ids = 50'000, columns = 128, rows = 32 * 50;
    struct Table {
      std::vector<float> weights = normal_numbers(ids * columns, 7), ids_of_rows = std::vector<float>(rows),
                         x = normal_numbers(rows * columns, 8);
      std::vector<std::int32_t> integers = std::vector<std::int32_t>(rows);
    };
    const auto table = std::make_shared<Table>();
    for (std::size_t i = 0; i < rows; ++i) {
      table->integers[i] = static_cast<std::int32_t>(i * 2654435761U % ids);
      table->ids_of_rows[i] = static_cast<float>(table->integers[i]);
    }
    const std::vector<float> x = table->x, weights = table->weights;
    const auto peer = torch_case(bench, adds ? "scatter" : "gather",
                                 {{"table", {ids, columns}, std::span<const float>(weights)},
                                  {"x", {rows, columns}, std::span<const float>(x)},
                                  {"ids", {rows}, std::span<const std::int32_t>(table->integers)}});
    std::vector<Side> sides;
    for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
      sides.push_back({"", "", threads, clocked([table, adds, threads] {
                         using strata::Kernel;
                         const float* numbers = table->ids_of_rows.data();
                         if (adds) {
                           Kernel<strata::ops::ScatterAdd, strata::Cpu<float>>::run({threads},
                                                                                    {rows,
                                                                                     columns,
                                                                                     numbers,
                                                                                     {table->x.data(), columns},
                                                                                     {table->weights.data(), columns},
                                                                                     strata::no_row},
                                                                                    nullptr);
                         } else {
                           Kernel<strata::ops::GatherRows, strata::Cpu<float>>::run(
                               {threads},
                               {rows, columns, numbers, {table->weights.data(), columns}, {table->x.data(), columns}});
                         }
                       })});
    }
    sides.front().ms(1);
    if (peer) {
      const auto theirs = peer->numbers();
      if (adds) require_close("the table", table->weights, tensor(theirs, "table"), 1e-5);
      else require_close("the rows", table->x, tensor(theirs, "x"), 0);
    }
    append_sides(sides, peer);
    const double bytes = 4.0 * rows * columns;
    bench.compare(name, {0, (adds ? 3 : 2) * bytes, 2 * bytes}, std::move(sides));
  });
}

}  // namespace

void measure_rows(Bench& bench) {
  for (const std::size_t rows : {64U, 4096U}) measure_cross_entropy(bench, rows, 1000);
  for (const std::size_t rows : {64U, 8192U}) {
    measure_layer<strata::BatchNorm>(bench, "batch_norm", rows, 5);
    measure_layer<strata::LayerNorm>(bench, "layer_norm", rows, 5);
    measure_layer<strata::Dropout<0.5>>(bench, "dropout", rows, 4);
  }
  for (const bool adds : {false, true}) measure_table(bench, adds);
}

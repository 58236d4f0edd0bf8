// LSTM, last step, ten scores: a prediction and a training step beside PyTorch's.

#include "model.hpp"

namespace {

template <std::size_t Hidden>
struct Recurrent : strata::Sequential<strata::LSTM<Hidden>, strata::LastStep, strata::Linear<10>> {};

template <std::size_t B, std::size_t T, std::size_t I, std::size_t H>
void measure_network(Bench& bench) {
  const std::string name =
      "lstm." + std::to_string(B) + "." + std::to_string(T) + "." + std::to_string(I) + "." + std::to_string(H);
  if (!bench.wants(name + ".predict") && !bench.wants(name + ".train")) return;
  const bool compiles = !bench.quick || H == 128;  // compiling takes up to a minute
  ModelCase<Recurrent<H>, strata::Sequence<I>>(bench, name, {B, T},
                                               {{"kind", "recurrent"}, {"features", I}, {"hidden", H}}, compiles)
      .run();
}

}  // namespace

void measure_lstm(Bench& bench) {
  measure_network<1, 100, 28, 28>(bench);
  measure_network<32, 28, 28, 128>(bench);
  measure_network<32, 50, 64, 128>(bench);
  measure_network<20, 35, 200, 200>(bench);
  measure_network<20, 35, 650, 650>(bench);
}

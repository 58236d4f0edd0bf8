// Fuzz target: bytes into a trainer, which a refused checkpoint must leave as it was; what is accepted must survive
// writing. Only strata::Error may come out.

#include <strata/io/checkpoint.hpp>
#include <strata/strata.hpp>

#include "network.hpp"
#include "target.hpp"

namespace {

using namespace strata;
using Learner = Trainer<fuzz::Net, MeanSquaredError, SGD>;

struct Job {
  fuzz::Net net{Seed{2}};
  Learner trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
};

bool same_run(const Job& a, const Job& b) {
  const auto &x = a.trainer.state(), &y = b.trainer.state();
  return fuzz::same_bits(a.net, b.net) && fuzz::same_bits(x.moments[0].span(), y.moments[0].span()) &&
         x.counters.key.a == y.counters.key.a && x.counters.step == y.counters.step && x.fit == y.fit &&
         x.epoch == y.epoch && x.batch == y.batch && x.samples == y.samples && x.batch_size == y.batch_size;
}

void save(const Job& job) {
  const fuzz::Folder folder;
  io::save_checkpoint(job.trainer, folder.path() / "run");
  Job again;
  io::load_checkpoint(again.trainer, folder.path() / "run");
  fuzz::require(same_run(job, again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Job before;
  Job job;
  bool loaded = false;
  fuzz::attempt([&] {
    io::load_checkpoint(job.trainer, fuzz::bytes(data, size), "fuzz");
    loaded = true;
  });
  fuzz::require(loaded || same_run(job, before));
  if (fuzz::now_and_then()) save(job);
  return 0;
}

#include <strata/io/checkpoint.hpp>

#include <strata/strata.hpp>

#include "support.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace strata;

namespace {

struct Small : Sequential<LSTM<5>, LastStep, BatchNorm, Residual<Linear<5>, ReLU>, Dropout<0.5>, Linear<3>> {};
using Net = Network<Small, Sequence<2>, Cpu<float>>;
using Adaptive = Trainer<Net, CrossEntropy, Adam, L2<1e-4>, ClipNorm<1.0>>;
using OnBatch = std::function<bool(const strata::Progress&)>;

Dataset<float, 3> samples(std::size_t count) {
  Dataset<float, 3> data{xt::xtensor<float, 3>::from_shape({count, 4, 2}),
                         xt::xtensor<std::int32_t, 1>::from_shape({count})};
  for (std::size_t i = 0; i < data.inputs.size(); ++i)
    data.inputs.data()[i] = std::sin(static_cast<float>(i * i % 101));
  for (std::size_t i = 0; i < count; ++i) data.targets(i) = static_cast<std::int32_t>(i * 7 % 3);
  return data;
}

/// A network and its trainer.
struct Job {
  Net net;
  Adaptive trainer{net, CrossEntropy{}, Adam{.learning_rate = 1e-2}, L2<1e-4>{}, ClipNorm<1.0>{}};

  Job(std::uint64_t weights, std::uint64_t training) : net(Seed{weights}) { trainer.set_seed(Seed{training}); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
};

/// Batches of 8, so the last of 22 or 38 samples is a smaller one.
History fit(Adaptive& trainer, const Dataset<float, 3>& data, std::size_t epochs, OnBatch on_batch = {}) {
  return trainer.fit(data, {.epochs = epochs,
                            .batch_size = 8,
                            .hold_out = 2,
                            .schedule = OneCycle{.peak = 0.05},
                            .on_batch = std::move(on_batch)});
}

template <class T>
bool same_bits(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

bool same_run(const Adaptive& a, const Adaptive& b) {
  const auto &s = a.state(), &t = b.state();
  return same_bits(a.network().weights(), b.network().weights()) &&
         same_bits(a.network().statistics(), b.network().statistics()) &&
         same_bits(s.moments[0].span(), t.moments[0].span()) && same_bits(s.moments[1].span(), t.moments[1].span()) &&
         std::memcmp(&s.counters, &t.counters, sizeof s.counters) == 0 && s.fit == t.fit && s.epoch == t.epoch &&
         s.batch == t.batch && s.samples == t.samples && s.batch_size == t.batch_size && s.loss_sum == t.loss_sum &&
         s.weight_sum == t.weight_sum;
}

}  // namespace

TEST_CASE("stopped after any batch and resumed elsewhere, training gives the same bits") {
  const support::Folder folder;
  const auto data = samples(22);
  Job straight_job(1, 77);
  Adaptive& straight = straight_job.trainer;
  const History whole = fit(straight, data, 3);
  fit(straight, data, 3);  // a second fit shuffles anew
  for (std::uint32_t stop = 1; stop <= 9; ++stop) {
    CAPTURE(stop);
    Job first_job(1, 77), second_job(2, 78);
    Adaptive &first = first_job.trainer, &second = second_job.trainer;
    fit(first, data, 3, [&](const strata::Progress&) {
      if (first.state().counters.step == stop) io::save_checkpoint(first, folder / "run");
      return first.state().counters.step < stop;
    });
    io::load_checkpoint(second, folder / "run");
    REQUIRE(second.state().counters.step == stop);
    const History rest = fit(second, data, 3);
    REQUIRE_FALSE(rest.epochs.empty());
    CHECK(rest.epochs.back().loss == whole.epochs.back().loss);
    CHECK(rest.epochs.back().validation_loss == whole.epochs.back().validation_loss);
    fit(second, data, 3);
    CHECK(same_run(straight, second));
  }
}

TEST_CASE("a fit that carries its state is stopped and resumed to the same bits") {
  const support::Folder folder;
  const auto data = samples(20);
  const auto options = [](const OnBatch& on_batch) {
    return FitOptions{.epochs = 2, .batch_size = 4, .shuffle = false, .carry_state = true, .on_batch = on_batch};
  };
  Job straight(1, 77);
  straight.trainer.fit(data, options({}));
  for (std::uint32_t stop = 1; stop <= 9; ++stop) {
    CAPTURE(stop);
    Job first(1, 77), second(2, 78);
    first.trainer.fit(data, options([&](const strata::Progress&) {
                        if (first.trainer.state().counters.step == stop)
                          io::save_checkpoint(first.trainer, folder / "run");
                        return first.trainer.state().counters.step < stop;
                      }));
    io::load_checkpoint(second.trainer, folder / "run");
    second.trainer.fit(data, options({}));
    CHECK(same_run(straight.trainer, second.trainer));
  }
}

TEST_CASE("a checkpoint's network can be loaded alone") {
  const support::Folder folder;
  Job job(1, 1);
  Net other{Seed{2}};
  fit(job.trainer, samples(22), 1);
  io::save_checkpoint(job.trainer, folder / "run");
  io::load(other, folder / "run");
  CHECK(same_bits(std::as_const(job.net).weights(), std::as_const(other).weights()));
}

TEST_CASE("a checkpoint is read from memory as from its file") {
  const support::Folder folder;
  Job job(1, 1), other(2, 2);
  fit(job.trainer, samples(22), 1);
  io::save_checkpoint(job.trainer, folder / "run");
  io::load_checkpoint(other.trainer, io::read_file(folder / "run"));
  CHECK(same_run(job.trainer, other.trainer));
}

TEST_CASE("numbers of 64 bits and doubles that floats cannot hold survive") {
  const support::Folder folder;
  Job job(1, 0xfedcba9876543210U), other_job(2, 0);
  Adaptive &trainer = job.trainer, &other = other_job.trainer;
  trainer.state().fit = 0xffffffffffffffffU;
  trainer.state().epoch = (std::uint64_t{1} << 53) + 1;
  trainer.state().counters.step = 0xffffffffU;
  trainer.state().loss_sum = 0.1;
  trainer.state().weight_sum = 1e-310;
  io::save_checkpoint(trainer, folder / "run");
  io::load_checkpoint(other, folder / "run");
  CHECK(same_run(trainer, other));
}

TEST_CASE("a checkpoint that does not fit lists why and changes nothing") {
  const support::Folder folder;
  Net net{Seed{1}};
  Trainer plain{net, CrossEntropy{}, SGD{.learning_rate = 0.1}};
  io::save_checkpoint(plain, folder / "sgd");
  Job job(2, 5), kept_job(2, 5);
  Adaptive &trainer = job.trainer, &kept = kept_job.trainer;
  fit(trainer, samples(22), 1);
  kept_job.net = job.net;
  kept.state() = trainer.state();
  const std::string text = support::message<FileError>([&] { io::load_checkpoint(trainer, folder / "sgd"); });
  CAPTURE(text);
  CHECK(text.find("missing: tensor \"training.moments.1.5.bias\" of shape [3]") != std::string::npos);
  CHECK(text.find("optimizer is \"SGD\"; expected \"Adam\"") != std::string::npos);
  CHECK(same_run(kept, trainer));

  io::save(net, folder / "weights");
  CHECK(support::message<FileError>([&] {
          io::load_checkpoint(trainer, folder / "weights");
        }).find("training.position") != std::string::npos);
  CHECK_THROWS_AS(io::load_checkpoint(trainer, folder / "absent"), FileError);
  CHECK(same_run(kept, trainer));
}

TEST_CASE("a checkpoint in another element type is refused, for it could not be exact") {
  const support::Folder folder;
  Network<Linear<3>, Features<2>, Cpu<double>> wide;
  Network<Linear<3>, Features<2>, Cpu<float>> narrow;
  Trainer from{wide, CrossEntropy{}, SGD{.learning_rate = 0.1}};
  Trainer into{narrow, CrossEntropy{}, SGD{.learning_rate = 0.1}};
  io::save_checkpoint(from, folder / "run");
  CHECK(support::message<FileError>([&] {
          io::load_checkpoint(into, folder / "run");
        }).find("tensor \"weight\" has dtype F64; expected F32") != std::string::npos);
}

// ---- Killed for real. The victim is this program again, running the test below alone: a fork without exec would
// inherit a thread pool whose threads are gone.

namespace {

constexpr std::size_t long_run = 40;  // epochs of 5 batches

void long_fit(const std::filesystem::path& checkpoint, const std::filesystem::path& result) {
  Job job(1, 77);
  Adaptive& trainer = job.trainer;
  if (std::filesystem::exists(checkpoint)) io::load_checkpoint(trainer, checkpoint);
  fit(trainer, samples(38), long_run, [&](const strata::Progress&) {
    if (trainer.state().counters.step % 3 == 0) io::save_checkpoint(trainer, checkpoint);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // time to be killed in
    return true;
  });
  io::save_checkpoint(trainer, result);
}

pid_t start_victim(const support::Folder& folder) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv("STRATA_TEST_FOLDER", folder.path().c_str(), 1);
  ::execl("/proc/self/exe", "victim", "--no-skip", "--test-case=victim of the kill", nullptr);
  ::_exit(127);
}

/// Which file the path names now: every checkpoint is a new one.
ino_t identity(const std::filesystem::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

/// Lets the victim write a checkpoint, and then a random while go by.
int kill_at_random(pid_t child, const std::filesystem::path& checkpoint, std::uint32_t draw) {
  const ino_t before = identity(checkpoint);
  int status = 0;
  while (identity(checkpoint) == before && ::waitpid(child, &status, WNOHANG) == 0)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  std::this_thread::sleep_for(std::chrono::microseconds(draw % 30000));
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("victim of the kill" * doctest::skip()) {
  const char* folder = std::getenv("STRATA_TEST_FOLDER");
  REQUIRE(folder != nullptr);
  long_fit(std::filesystem::path(folder) / "run", std::filesystem::path(folder) / "end");
}

TEST_CASE("killed at random moments and resumed, a run ends with the bits of an undisturbed one") {
  const support::Folder folder;
  long_fit(folder / "undisturbed run", folder / "undisturbed end");
  const auto clock = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  CAPTURE(clock);
  for (std::uint32_t i = 0; i < 4; ++i) {
    const pid_t child = start_victim(folder);
    REQUIRE(child > 0);
    const int status = kill_at_random(child, folder / "run", philox({{i, 0, 0, 0}}, philox_key(clock))[0]);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE_FALSE(std::filesystem::exists(folder / "end"));
  }
  const pid_t child = start_victim(folder);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(io::read_file(folder / "end") == io::read_file(folder / "undisturbed end"));
}

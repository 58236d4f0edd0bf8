#include <strata/io/progress.hpp>

#include <strata/core/error.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

using namespace strata;

namespace {

constexpr EpochRecord record{
    .epoch = 2, .loss = 0.5, .validation_loss = 0.25, .validation_accuracy = 0.875, .learning_rate = 1, .seconds = 3};

/// A pseudo terminal: what is written to `file` is read from `master`.
struct Terminal {
  int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  std::FILE* file = nullptr;

  Terminal() {
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) throw Error("no pseudo terminal");
    file = std::fopen(::ptsname(master), "w");
    if (file == nullptr) throw Error("cannot open the pseudo terminal");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(file);
    ::close(master);
  }
  std::string read() {
    char buffer[4096];
    const auto got = ::read(master, buffer, sizeof buffer);
    return {buffer, got > 0 ? static_cast<std::size_t>(got) : 0};
  }
};

}  // namespace

TEST_CASE("a file gets one line an epoch and nothing for batches") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  io::Progress progress(file);
  CHECK(progress(strata::Progress{1, 2, 3, 4, 0.5, 1.0}));
  CHECK(progress(record));
  CHECK(
      progress(EpochRecord{.epoch = 3, .loss = 0.125, .validation_loss = {}, .validation_accuracy = {}, .seconds = 1}));
  std::rewind(file);
  char buffer[512];
  const std::string text(buffer, std::fread(buffer, 1, sizeof buffer, file));
  std::fclose(file);
  CHECK(
      text ==
      "epoch 2: loss 0.5000, validation loss 0.2500, validation accuracy 0.8750, 3.0 s\nepoch 3: loss 0.1250, 1.0 s\n");
}

TEST_CASE("a terminal gets a bar, drawn over by the epoch's line") {
  Terminal terminal;
  io::Progress progress(terminal.file);
  progress(strata::Progress{1, 2, 2, 4, 0.5, 1.0});
  CHECK(terminal.read() == "\r\033[Kepoch 1/2 [===============>              ] 2/4  loss 0.5000  1.0 s");
  progress(strata::Progress{1, 2, 3, 4, 0.5, 1.0});  // at once: not drawn, but the last batch is
  progress(strata::Progress{1, 2, 4, 4, 0.5, 1.0});
  CHECK(terminal.read() == "\r\033[Kepoch 1/2 [==============================] 4/4  loss 0.5000  1.0 s");
  progress(record);
  CHECK(terminal.read().starts_with("\r\033[Kepoch 2: loss 0.5000"));
}

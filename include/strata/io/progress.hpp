#pragma once
// How a fit gets on, for people: a bar that moves on a terminal, one line an epoch everywhere else.

#include <strata/core/config.hpp>
#include <strata/train/history.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>

namespace STRATA_NAMESPACE::io {

/// Both callbacks of a fit: `trainer.fit(data, {.on_batch = io::Progress{}, .on_epoch = io::Progress{}})`. Copies are
/// alike.
class Progress {
 public:
  /// Writes to `file`, which must stay open; whether that is a terminal is asked once, here.
  explicit Progress(std::FILE* file = stdout) : file_(file), terminal_(::isatty(::fileno(file)) != 0) {}

  /// After a batch: moves the bar of a terminal, at most ten times a second; always true.
  bool operator()(const strata::Progress& at) {
    const auto now = std::chrono::steady_clock::now();
    const bool last = at.batch == at.batches;
    if (!terminal_ || (!last && now - drawn_ < std::chrono::milliseconds(100))) return true;
    drawn_ = now;
    std::fprintf(file_, "\r\033[Kepoch %zu/%zu [%s] %zu/%zu  loss %.4f  %.1f s", at.epoch, at.epochs, bar(at).c_str(),
                 at.batch, at.batches, at.loss, at.seconds);
    std::fflush(file_);
    return true;
  }

  /// After an epoch: its line; always true.
  bool operator()(const EpochRecord& record) {
    std::fprintf(file_, "%sepoch %zu: loss %.4f", terminal_ ? "\r\033[K" : "", record.epoch, record.loss);
    if (record.validation_loss) std::fprintf(file_, ", validation loss %.4f", *record.validation_loss);
    if (record.validation_accuracy) std::fprintf(file_, ", validation accuracy %.4f", *record.validation_accuracy);
    std::fprintf(file_, ", %.1f s\n", record.seconds);
    std::fflush(file_);
    return true;
  }

 private:
  static std::string bar(const strata::Progress& at) {
    constexpr std::size_t width = 30;
    const std::size_t done = std::min(width, width * at.batch / std::max<std::size_t>(at.batches, 1));
    return std::string(done, '=') + (done < width ? ">" : "") + std::string(width - std::min(width, done + 1), ' ');
  }

  std::FILE* file_;
  bool terminal_;
  std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace STRATA_NAMESPACE::io

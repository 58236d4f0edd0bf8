// A character model of a text, such as the King James Bible: how many bits does an LSTM need for a character that it
// has never seen, and what does it write itself?
//
// Debian has the text: apt-get install bible-kjv, and then
//   (echo gen1:1-rev22:21; echo q) | bible -f -l 100000 | sed -nE 's/^[1-3]?[A-Z][A-Za-z]*[0-9]+:[0-9]+ //p' |
//     tail -n 31102 >kjv.txt
//   char_lm kjv.txt
//
// The first 95 % are cut into streams that are read side by side, a piece a step: the state of each stream goes on from
// piece to piece, gradients end at its borders. Then the last 5 % are read once, in order, with nothing learned from
// them. What it is measured against, trained on the same 95 %: bzip2 1.781, PPMd of order 5 1.625, of order 8 1.556.
//
// test: {data}/NOTICE --epochs 2 --streams 4 --steps 16 --hidden 64 --sample 40

#include <strata/io.hpp>
#include <strata/strata.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace strata;

constexpr std::size_t symbols = 96;  // at most so many different bytes

/// The LSTM is regularized where it pays on a text that is read a few times: on its way in and out.
template <std::size_t Hidden>
struct Model
    : Sequential<Embedding<64, DenseGradient>, LSTM<Hidden, ForgetBias<1.0>, OutputDropout<0.1>>, Linear<symbols>> {};
template <std::size_t Hidden>
using Net = Network<Model<Hidden>, Tokens<symbols>, Cpu<float>>;

struct Options {
  std::filesystem::path text;
  std::size_t epochs = 4, streams = 32, steps = 100, hidden = 320, sample = 400;
  double rate = 4e-3, temperature = 0.7;
  std::uint64_t seed = 1;
  bool long_run = false;
};

/// A text as numbers, and which byte each of them is.
struct Book {
  std::vector<std::int32_t> ids;
  std::string alphabet;
};

Book read_book(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file)
    throw ValueError(path.string() + ": can't be read. The first lines of this example say where to get a text.");
  Book text{{}, bytes};
  std::ranges::sort(text.alphabet);
  text.alphabet.erase(std::ranges::unique(text.alphabet).begin(), text.alphabet.end());
  if (text.alphabet.size() > symbols) {
    throw ValueError(path.string() + ": " + std::to_string(text.alphabet.size()) +
                     " different bytes, but the network has " + std::to_string(symbols));
  }
  for (const char byte : bytes) text.ids.push_back(static_cast<std::int32_t>(text.alphabet.find(byte)));
  return text;
}

/// Pieces of `steps` symbols and the symbols behind each: sample p · streams + b is piece p of stream b.
auto pieces(std::span<const std::int32_t> ids, std::size_t streams, std::size_t steps) {
  const std::size_t each = (ids.size() - 1) / streams / steps;
  if (ids.empty() || each == 0) {
    throw ValueError("a text of " + std::to_string(ids.size()) + " symbols is too short for " +
                     std::to_string(streams) + " streams in pieces of " + std::to_string(steps));
  }
  Dataset<std::int32_t, 2, std::int32_t, 2> data{xt::xtensor<std::int32_t, 2>::from_shape({each * streams, steps}),
                                                 xt::xtensor<std::int32_t, 2>::from_shape({each * streams, steps})};
  for (std::size_t p = 0; p < each; ++p) {
    for (std::size_t b = 0; b < streams; ++b) {
      const auto from = ids.begin() + static_cast<std::ptrdiff_t>((b * each + p) * steps);
      std::copy_n(from, steps, &data.inputs(p * streams + b, 0));
      std::copy_n(from + 1, steps, &data.targets(p * streams + b, 0));
    }
  }
  return data;
}

/// log2 Σ e^scores.
double log_sum(std::span<const float> scores) {
  const float largest = *std::ranges::max_element(scores);
  double sum = 0;
  for (const float s : scores) sum += std::exp(static_cast<double>(s - largest));
  return (std::log(sum) + static_cast<double>(largest)) / std::log(2.0);
}

/// Bits for ids[first] and all behind it, each predicted from those before it, in one pass.
template <std::size_t Hidden>
double bits_from(const Net<Hidden>& net, std::span<const std::int32_t> ids, std::size_t first) {
  typename Net<Hidden>::session session;
  session.carry_state(true);
  constexpr std::size_t most = 500;
  double bits = 0;
  const std::size_t begin = first > 2000 ? first - 2000 : 0;  // the state settles on what was trained on
  for (std::size_t at = begin; at + 1 < ids.size(); at += most) {
    const std::size_t steps = std::min(most, ids.size() - 1 - at);
    auto x = xt::xtensor<std::int32_t, 2>::from_shape({1, steps});
    std::copy_n(ids.begin() + static_cast<std::ptrdiff_t>(at), steps, x.data());
    const auto scores = net.predict(session, x);
    for (std::size_t t = 0; t < steps; ++t) {
      if (at + t + 1 < first) continue;
      const std::span<const float> row(&scores(0, t, 0), symbols);
      bits += log_sum(row) - static_cast<double>(row[static_cast<std::size_t>(ids[at + t + 1])]) / std::log(2.0);
    }
  }
  return bits;
}

/// A text of the network's own, symbol by symbol; a lower temperature takes fewer risks.
template <std::size_t Hidden>
std::string write_text(const Net<Hidden>& net, const Book& text, const Options& options) {
  typename Net<Hidden>::session session;
  InitialRandom random(philox_key(options.seed));
  std::string written;
  std::array<float, symbols> scores;
  std::int32_t id = text.ids.front();
  for (std::size_t i = 0; i < options.sample; ++i) {
    net.step(session, std::span<const std::int32_t, 1>(&id, 1), scores);
    for (float& s : scores) s /= static_cast<float>(options.temperature);
    double left = random.uniform();
    const double all = log_sum(scores);
    for (id = 0; id + 1 < static_cast<std::int32_t>(text.alphabet.size()); ++id) {
      left -= std::exp2(static_cast<double>(scores[static_cast<std::size_t>(id)]) / std::log(2.0) - all);
      if (left < 0) break;
    }
    written += text.alphabet[static_cast<std::size_t>(id)];
  }
  return written;
}

template <std::size_t Hidden>
void run(const Options& options) {
  const Book text = read_book(options.text);
  const std::size_t trained = text.ids.size() * 95 / 100;
  const auto data = pieces(std::span(text.ids).first(trained), options.streams, options.steps);
  Net<Hidden> net{Seed{options.seed}};
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = options.rate}, ClipNorm<1.0>{}};
  trainer.set_seed(Seed{options.seed});
  std::printf("%zu symbols of %zu kinds to learn from, %zu to be told; LSTM of %zu units\n", trained,
              text.alphabet.size(), text.ids.size() - trained, Hidden);
  const auto begin = std::chrono::steady_clock::now();
  trainer.fit(data, {.epochs = options.epochs,
                     .batch_size = options.streams,
                     .shuffle = false,
                     .carry_state = true,
                     .schedule = OneCycle{.peak = options.rate},
                     .on_epoch = [](const EpochRecord& epoch) {
                       std::printf("epoch %zu: %.3f bits a symbol while learning, %.1f s\n", epoch.epoch,
                                   epoch.loss / std::log(2.0), epoch.seconds);
                       std::fflush(stdout);
                       return true;
                     }});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double bits = bits_from<Hidden>(net, text.ids, trained);
  std::printf("\n%s\n\n", write_text<Hidden>(net, text, options).c_str());
  std::printf("trained in %.1f s\n", seconds);
  std::printf("bits per character on the last 5 %%: %.4f\n", bits / static_cast<double>(text.ids.size() - trained));
}

int main(int count, char** arguments) {
  Options options;
  CLI::App app{"A character model: bits per character on the last 5 % of a text, and a text of its own"};
  app.add_option("text", options.text, "a text; the first lines of the source say where to get one")->required();
  app.add_option("--epochs", options.epochs, "times the text is read")->check(CLI::PositiveNumber);
  app.add_option("--streams", options.streams, "places it is read at side by side")->check(CLI::PositiveNumber);
  app.add_option("--steps", options.steps, "symbols a step; gradients go no farther back")->check(CLI::PositiveNumber);
  app.add_option("--hidden", options.hidden, "units of the LSTM")->check(CLI::IsMember({64, 320, 640}));
  app.add_option("--rate", options.rate, "highest learning rate")->check(CLI::PositiveNumber);
  app.add_option("--sample", options.sample, "symbols to write");
  app.add_option("--temperature", options.temperature, "of the text it writes")->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "of weights, masks and text");
  app.add_flag("--long", options.long_run, "640 units, 6 epochs and a lower rate, to get below 1.556");
  CLI11_PARSE(app, count, arguments);
  if (options.long_run) {
    options.hidden = 640;
    options.epochs = 6;
    options.rate = 3e-3;
  }
  try {
    if (options.hidden == 64) run<64>(options);
    else if (options.hidden == 320) run<320>(options);
    else run<640>(options);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}

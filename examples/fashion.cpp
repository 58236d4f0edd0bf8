// Classifies Fashion-MNIST (Xiao, Rasul & Vollgraf 2017): each image is read as 28 steps of 28 pixels.
//
//   fashion                      trains on 55,000 images, validates on 5,000, then reads the test set, once
//   fashion --load FILE          predicts the test set with saved weights
//   fashion --device cuda        on an NVIDIA GPU
//
// nvcc: where it is found
// needs: /usr/share/datasets/fashion-mnist
// test: --samples 600 --hold-out 100 --epochs 1 --save {out}/fashion.safetensors --curve {out}/fashion.svg
// test: --device thrust-omp --samples 600 --hold-out 100 --epochs 1 --save {out}/f.safetensors --curve {out}/f.svg

#include <strata/io.hpp>

#include "device.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

using namespace strata;

struct Classifier : Sequential<LSTM<128>, LastStep, BatchNorm, Residual<Linear<128>, ReLU>, Dropout<0.5>, Linear<10>> {
};
template <class Backend>
using Net = Network<Classifier, Sequence<28>, Backend>;
using Images = Dataset<float, 3>;

struct Options {
  std::filesystem::path data = "/usr/share/datasets/fashion-mnist", save = "fashion.safetensors", curve = "fashion.svg",
                        load;
  std::string device = "cpu";
  std::size_t samples = 60000, hold_out = 5000, epochs = 12, batch_size = 128;
  double peak = 4e-3;
  std::uint64_t seed = 42;
};

/// One part of the set, "train" or "t10k", packed or not. Only what is asked for is read.
Images read_part(const Options& options, const std::string& part) {
  const auto array = [&](const std::string& what) {
    const std::filesystem::path plain = options.data / (part + what), packed = plain.string() + ".gz";
    if (!std::filesystem::exists(plain) && !std::filesystem::exists(packed)) {
      throw FileError(packed.string() +
                      ": no such file. Install the data set (Debian and Ubuntu: apt-get install "
                      "dataset-fashion-mnist) or say where it is with --data.");
    }
    return io::read_idx(std::filesystem::exists(plain) ? plain : packed);
  };
  return io::label_images(array("-images-idx3-ubyte"), array("-labels-idx1-ubyte"), part);
}

void draw_curve(const History& history, const std::filesystem::path& path) {
  io::Series training{"training loss", {}, {}}, validation{"validation loss", {}, {}},
      accuracy{"validation accuracy", {}, {}};
  for (const EpochRecord& record : history.epochs) {
    const auto add = [&](io::Series& series, double y) {
      series.x.push_back(static_cast<double>(record.epoch));
      series.y.push_back(y);
    };
    add(training, record.loss);
    if (record.validation_loss) add(validation, *record.validation_loss);
    if (record.validation_accuracy) add(accuracy, *record.validation_accuracy);
  }
  io::write_line_chart(path, "Fashion-MNIST", "epoch", "loss, accuracy", std::array{training, validation, accuracy});
}

template <class Backend>
void train(Net<Backend>& net, const Options& options) {
  Images images = read_part(options, "train");
  if (options.samples < images.size()) images = slice(images, 0, options.samples);
  Trainer trainer{net, CrossEntropy{}, Adam{}, L2<1e-4>{}, ClipNorm<1.0>{}};
  trainer.set_seed(Seed{options.seed});
  const auto begin = std::chrono::steady_clock::now();
  const History history = trainer.fit(images, {.epochs = options.epochs,
                                               .batch_size = options.batch_size,
                                               .hold_out = options.hold_out,
                                               .schedule = OneCycle{.peak = options.peak},
                                               .on_batch = io::Progress{},
                                               .on_epoch = io::Progress{}});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("trained in %.1f s\n", seconds.count());
  io::save(net, options.save);
  draw_curve(history, options.curve);
  std::printf("wrote %s and %s\n", options.save.c_str(), options.curve.c_str());
}

template <class Backend>
void report(const Net<Backend>& net, const Options& options) {
  constexpr std::array names{"T-shirt", "trouser", "pullover", "dress", "coat",
                             "sandal",  "shirt",   "sneaker",  "bag",   "boot"};
  const Images test = read_part(options, "t10k");
  const xt::xtensor<float, 2> scores = net.predict(test.inputs);
  const auto confusion = confusion_matrix(scores, test.targets);
  std::printf("\n%-9s taken for", "");
  for (const char* name : names) std::printf(" %8s", name);
  for (std::size_t row = 0; row < names.size(); ++row) {
    std::printf("\n%-19s", names[row]);
    for (std::size_t column = 0; column < names.size(); ++column) std::printf(" %8zu", confusion(row, column));
  }
  std::printf("\n\ntest accuracy %.4f\n", accuracy(scores, test.targets));
}

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Trains an LSTM classifier on Fashion-MNIST, or predicts with a saved one."};
  app.add_option("--data", options.data, "folder of the data set")->capture_default_str();
  app.add_option("--device", options.device, "where the network runs")
      ->check(CLI::IsMember(devices))
      ->capture_default_str();
  app.add_option("--samples", options.samples, "use the first so many training images")->capture_default_str();
  app.add_option("--hold-out", options.hold_out, "the last so many of them are the validation set")
      ->capture_default_str();
  app.add_option("--epochs", options.epochs, "passes over the training images")->capture_default_str();
  app.add_option("--batch", options.batch_size, "images a batch")->capture_default_str();
  app.add_option("--peak", options.peak, "highest learning rate of the cycle")->capture_default_str();
  app.add_option("--seed", options.seed, "fixes weights, masks and order")->capture_default_str();
  app.add_option("--save", options.save, "where the weights go")->capture_default_str();
  app.add_option("--curve", options.curve, "where the picture of the losses goes")->capture_default_str();
  app.add_option("--load", options.load, "predict with these weights instead of training");
  CLI11_PARSE(app, argc, argv);
  try {
    on_device(options.device, [&]<class Backend>(Backend) {
      Net<Backend> net{Seed{options.seed}};
      if (options.load.empty()) train(net, options);
      else io::load(net, options.load);
      report(net, options);
    });
  } catch (const Error& error) {
    std::fprintf(stderr, "fashion: %s\n", error.what());
    return 1;
  }
}

#pragma once
// PyTorch in a process of its own, benchmarks/peers/cpu.py, which does what it is asked and sleeps meanwhile.
//
// Questions and answers are lines of JSON on two pipes. Tensors go through safetensors files.

#include <strata/io/safetensors.hpp>
#include <strata/io/safetensors_writer.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct Side;

class Torch {
 public:
  /// Starts `python script`. Throws where it does not start or has no torch.
  Torch(const std::string& python, const std::filesystem::path& script);
  Torch(const Torch&) = delete;
  Torch& operator=(const Torch&) = delete;
  ~Torch();

  /// Throws strata::Error with the child's words where it can't.
  nlohmann::json ask(const nlohmann::json& question);
  /// Version and configuration.
  const std::string& about() const { return about_; }
  /// Where files for it lie as long as this lives.
  const std::filesystem::path& folder() const { return folder_; }

 private:
  void stop();

  std::filesystem::path folder_;
  std::string about_;
  int process_ = -1;
  std::FILE *to_ = nullptr, *from_ = nullptr;
};

/// A case of peers/cpu.py that was prepared, until this goes.
class TorchCase {
 public:
  /// `what` has "kind" and what else the kind wants; the tensors are given to it by name.
  TorchCase(Torch& torch, nlohmann::json what, std::span<const strata::io::NamedTensor> tensors);
  TorchCase(const TorchCase&) = delete;
  TorchCase& operator=(const TorchCase&) = delete;
  ~TorchCase();

  /// What it computes, to be compared with ours; the case is as it was afterwards.
  strata::io::Safetensors numbers();
  /// Milliseconds of so many calls.
  double ms(int threads, std::size_t calls);
  /// Milliseconds of each of so many blocks of 16 steps that begin at a step of a stream.
  std::vector<double> blocks(std::size_t first_step, std::size_t count);

 private:
  Torch* torch_;
  std::string id_;
};

/// The tensor of that name.
std::vector<float> tensor(const strata::io::Safetensors& file, const std::string& name);

/// Sides of a prepared case at 1 and 2 threads.
std::vector<Side> torch_sides(const std::shared_ptr<TorchCase>& prepared, const std::string& variant);

// PyTorch's process: starting it, talking to it.

#include "bench.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

extern char** environ;

namespace {

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw strata::Error("no pipe could be made");
    read = ends[0];
    write = ends[1];
  }
};

std::filesystem::path new_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "bench_cpu.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw strata::Error(name + ": no such folder could be made");
  return name;
}

/// The end of a text.
std::string last_words(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return text.substr(text.size() - std::min<std::size_t>(text.size(), 500));
}

/// Its words go to `log`, but for answers.
int start(const std::string& python, const std::filesystem::path& script, const std::filesystem::path& log,
          const Pipe& questions, const Pipe& answers) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, questions.read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, answers.write, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  std::array<std::string, 2> words{python, script.string()};
  std::array<char*, 3> arguments{words[0].data(), words[1].data(), nullptr};
  pid_t process = -1;
  const int error = posix_spawnp(&process, python.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? process : -1;
}

}  // namespace

Torch::Torch(const std::string& python, const std::filesystem::path& script) : folder_(new_folder()) {
  std::signal(SIGPIPE, SIG_IGN);  // that it ended is told by what it does not answer
  const Pipe questions, answers;
  process_ = start(python, script, folder_ / "torch.log", questions, answers);
  close(questions.read);
  close(answers.write);
  to_ = fdopen(questions.write, "w");
  from_ = fdopen(answers.read, "r");
  try {
    if (process_ < 0) throw strata::Error(python + " does not start");
    about_ = ask({{"do", "about"}}).at("about").get<std::string>();
  } catch (...) {
    stop();
    throw;
  }
}

Torch::~Torch() { stop(); }

void Torch::stop() {
  if (to_ != nullptr) std::fclose(to_);  // the end of its input ends it
  if (from_ != nullptr) std::fclose(from_);
  if (process_ > 0) waitpid(process_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

nlohmann::json Torch::ask(const nlohmann::json& question) {
  const std::string line = question.dump() + "\n";
  std::string answer;
  if (std::fputs(line.c_str(), to_) >= 0 && std::fflush(to_) == 0) {
    for (int c = std::fgetc(from_); c != EOF && c != '\n'; c = std::fgetc(from_))
      answer.push_back(static_cast<char>(c));
  }
  if (answer.empty()) throw strata::Error("PyTorch ended: " + last_words(folder_ / "torch.log"));
  nlohmann::json parsed = nlohmann::json::parse(answer);
  if (parsed.contains("error")) throw strata::Error("PyTorch: " + parsed["error"].get<std::string>());
  return parsed;
}

TorchCase::TorchCase(Torch& torch, nlohmann::json what, std::span<const strata::io::NamedTensor> tensors)
    : torch_(&torch) {
  static std::atomic<int> number{0};
  id_ = std::to_string(number++);
  const std::filesystem::path file = torch.folder() / (id_ + ".given.safetensors");
  strata::io::write_safetensors(file, tensors);
  what["do"] = "prepare";
  what["id"] = id_;
  what["tensors"] = file.string();
  try {
    torch.ask(what);
  } catch (...) {
    std::filesystem::remove(file);
    throw;
  }
  std::filesystem::remove(file);
}

TorchCase::~TorchCase() {
  try {
    torch_->ask({{"do", "forget"}, {"id", id_}});
  } catch (const std::exception&) {  // it ended: whoever asks next is told
  }
}

strata::io::Safetensors TorchCase::numbers() {
  const std::filesystem::path file = torch_->folder() / (id_ + ".numbers.safetensors");
  torch_->ask({{"do", "numbers"}, {"id", id_}, {"to", file.string()}});
  auto read = strata::io::read_safetensors(file);
  std::filesystem::remove(file);
  return read;
}

double TorchCase::ms(int threads, std::size_t calls) {
  return torch_->ask({{"do", "time"}, {"id", id_}, {"threads", threads}, {"calls", calls}}).at("ms").get<double>();
}

std::vector<double> TorchCase::blocks(std::size_t first_step, std::size_t count) {
  return torch_->ask({{"do", "blocks"}, {"id", id_}, {"first", first_step}, {"count", count}})
      .at("ms")
      .get<std::vector<double>>();
}

std::vector<float> tensor(const strata::io::Safetensors& file, const std::string& name) {
  const auto* entry = file.find(name);
  if (entry == nullptr) throw strata::FileError(file.name() + ": no tensor '" + name + "'");
  return file.values<float>(*entry);
}

std::vector<Side> torch_sides(const std::shared_ptr<TorchCase>& prepared, const std::string& variant) {
  std::vector<Side> sides;
  for (const int threads : {1, 2}) {
    sides.push_back(
        {"PyTorch", variant, threads, [prepared, threads](std::size_t calls) { return prepared->ms(threads, calls); }});
  }
  return sides;
}

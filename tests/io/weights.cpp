#include <strata/io/weights.hpp>

#include <strata/strata.hpp>

#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace strata;

namespace {

struct Small : Sequential<LSTM<3>, LastStep, BatchNorm, Residual<Linear<3>, ReLU>, Linear<2>> {};
using Net = Network<Small, Sequence<4>, Cpu<float>>;

/// Every weight and statistic with a value of its own.
template <class N>
void number(N& net) {
  float value = 0;
  for (const Segment& s : segments<Weights, typename N::layer, typename N::input>)
    for (auto& w : net.weights().subspan(s.offset, s.size)) w = static_cast<typename N::element>(value += 0.25F);
  for (const Segment& s : segments<Statistics, typename N::layer, typename N::input>)
    for (auto& w : net.statistics().subspan(s.offset, s.size)) w = static_cast<typename N::element>(value += 0.25F);
}

template <class N>
bool same(const N& a, const N& b) {
  return std::equal(a.weights().begin(), a.weights().end(), b.weights().begin(), b.weights().end()) &&
         std::equal(a.statistics().begin(), a.statistics().end(), b.statistics().begin(), b.statistics().end());
}

/// The tensors of a saved network, to be changed and written again.
struct Copied {
  io::Safetensors file;
  std::vector<std::vector<float>> values;
  std::vector<io::NamedTensor> tensors;

  explicit Copied(const std::filesystem::path& path) : file(io::read_safetensors(path)) {
    for (const io::TensorEntry& entry : file.entries()) values.push_back(file.values<float>(entry));
    for (std::size_t i = 0; i < values.size(); ++i)
      tensors.push_back({file.entries()[i].name, file.entries()[i].shape, std::span<const float>(values[i])});
  }
  io::NamedTensor& at(const std::string& name) {
    return *std::find_if(tensors.begin(), tensors.end(), [&](const io::NamedTensor& t) { return t.name == name; });
  }
};

}  // namespace

TEST_CASE("a saved network is read back to the bit, from a file and from memory") {
  const support::Folder folder;
  Net net{Seed{1}};
  number(net);
  io::save(net, folder / "net.safetensors");
  Net other{Seed{2}}, third{Seed{3}};
  REQUIRE_FALSE(same(net, other));
  io::load(other, folder / "net.safetensors");
  CHECK(same(net, other));
  const auto bytes = io::read_file(folder / "net.safetensors");
  io::load(third, std::span<const std::byte>(bytes));
  CHECK(same(net, third));
}

TEST_CASE("names and shapes are those of PyTorch's nn.Sequential") {
  const support::Folder folder;
  io::save(Net{}, folder / "net.safetensors");
  const io::Safetensors file = io::read_safetensors(folder / "net.safetensors");
  std::string listed;
  for (const io::TensorEntry& entry : file.entries()) listed += entry.name + io::describe_shape(entry.shape) + " ";
  CHECK(listed ==
        "0.bias_hh_l0[12] 0.bias_ih_l0[12] 0.weight_hh_l0[12, 3] 0.weight_ih_l0[12, 4] 2.bias[3] 2.running_mean[3] "
        "2.running_var[3] 2.weight[3] 3.0.bias[3] 3.0.weight[3, 3] 4.bias[2] 4.weight[2, 3] ");
  CHECK(file.metadata().at("format_version") == "1");
  CHECK(file.metadata().at("network").find("Small") != std::string::npos);
}

TEST_CASE("all that is wrong stands in one error, and the network is as it was") {
  const support::Folder folder;
  Net net;
  number(net);
  io::save(net, folder / "net.safetensors");
  Copied copy(folder / "net.safetensors");
  const std::vector<float> four(4), nine(9);
  const std::vector<std::int32_t> integers(3);
  std::erase_if(copy.tensors, [](const io::NamedTensor& t) { return t.name == "4.bias"; });
  copy.at("3.0.bias") = {"3.0.bias", {4}, std::span<const float>(four)};
  copy.at("2.weight") = {"2.weight", {3}, std::span<const std::int32_t>(integers)};
  copy.tensors.push_back({"9.weight", {3, 3}, std::span<const float>(nine)});
  io::write_safetensors(folder / "bad.safetensors", copy.tensors, {{"format_version", "7"}});
  Net other{Seed{5}};
  const Net before = other;
  const std::string text = support::message<FileError>([&] { io::load(other, folder / "bad.safetensors"); });
  CAPTURE(text);
  CHECK(text.find("missing: tensor \"4.bias\" of shape [2]") != std::string::npos);
  CHECK(text.find("tensor \"3.0.bias\" has shape [4]; expected [3]") != std::string::npos);
  CHECK(text.find("tensor \"2.weight\" has dtype I32; expected F64, F32, F16 or BF16") != std::string::npos);
  CHECK(text.find("unexpected: tensor \"9.weight\" of shape [3, 3]") != std::string::npos);
  CHECK(text.find("format_version is \"7\"") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 5);
  CHECK(same(before, other));
}

TEST_CASE("a value beyond the network's type is a defect as well") {
  const support::Folder folder;
  const std::vector<double> weight{1e300, 1}, bias{0};
  const std::vector<io::NamedTensor> tensors{{"weight", {1, 2}, std::span<const double>(weight)},
                                             {"bias", {1}, std::span<const double>(bias)}};
  io::write_safetensors(folder / "wide.safetensors", tensors);
  Network<Linear<1>, Features<2>, Cpu<float>> narrow;
  const auto before = narrow;
  const std::string text = support::message<FileError>([&] { io::load(narrow, folder / "wide.safetensors"); });
  CHECK(text.find("1e+300") != std::string::npos);
  CHECK(same(before, narrow));
  Network<Linear<1>, Features<2>, Cpu<double>> wide;
  io::load(wide, folder / "wide.safetensors");
  CHECK(wide.tensor("weight")[0] == 1e300);
}

TEST_CASE("every truncation is refused and changes nothing") {
  const support::Folder folder;
  Network<Linear<2>, Features<3>, Cpu<float>> net{Seed{1}}, other{Seed{2}};
  io::save(net, folder / "net.safetensors");
  const auto bytes = io::read_file(folder / "net.safetensors");
  const auto before = other;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(io::load(other, std::span(bytes).first(length)), FileError);
  }
  CHECK(same(before, other));
}

TEST_CASE("PyTorch's count of batches is passed over beside a BatchNorm, and nowhere else") {
  const support::Folder folder;
  Net net;
  number(net);
  io::save(net, folder / "net.safetensors");
  Copied copy(folder / "net.safetensors");
  const std::vector<std::int64_t> count{17};
  copy.tensors.push_back({"2.num_batches_tracked", {}, std::span<const std::int64_t>(count)});
  io::write_safetensors(folder / "torch.safetensors", copy.tensors);
  Net other{Seed{9}};
  io::load(other, folder / "torch.safetensors");
  CHECK(same(net, other));
  copy.tensors.back().name = "4.num_batches_tracked";
  io::write_safetensors(folder / "odd.safetensors", copy.tensors);
  CHECK_THROWS_AS(io::load(other, folder / "odd.safetensors"), FileError);
}

TEST_CASE("half precision and bfloat16 weights are widened") {
  // {"bias": F16 [1] = 1.5, "weight": BF16 [1, 2] = -2, 0.5}, written by hand
  const std::string header =
      R"({"weight":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]},"bias":{"dtype":"F16","shape":[1],"data_offsets":[4,6]}})";
  std::vector<std::byte> bytes;
  io::store_little(bytes, static_cast<std::uint64_t>(header.size()));
  const auto text = support::bytes(header);
  bytes.insert(bytes.end(), text.begin(), text.end());
  for (const unsigned bits : {0xc000U, 0x3f00U, 0x3e00U}) io::store_little(bytes, static_cast<std::uint16_t>(bits));
  Network<Linear<1>, Features<2>, Cpu<float>> net;
  io::load(net, bytes);
  CHECK(net.tensor("weight")[0] == -2);
  CHECK(net.tensor("weight")[1] == 0.5F);
  CHECK(net.tensor("bias")[0] == 1.5F);
}

// Fuzz target: bytes into the weights of a network, which a refused file must leave as they were. Only strata::Error
// may come out.

#include <strata/io/weights.hpp>
#include <strata/strata.hpp>

#include "network.hpp"
#include "target.hpp"

namespace {

using namespace strata;

void save(const fuzz::Net& net) {
  const fuzz::Folder folder;
  io::save(net, folder.path() / "w.safetensors");
  fuzz::Net again{Seed{3}};
  io::load(again, folder.path() / "w.safetensors");
  fuzz::require(fuzz::same_bits(net, again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Net before{Seed{2}};
  fuzz::Net net = before;
  bool loaded = false;
  fuzz::attempt([&] {
    io::load(net, fuzz::bytes(data, size), "fuzz");
    loaded = true;
  });
  fuzz::require(loaded || fuzz::same_bits(net, before));
  if (fuzz::now_and_then()) save(net);
  return 0;
}

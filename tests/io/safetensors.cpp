#include <strata/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "support.hpp"

using namespace strata;
using support::bytes;
using support::text;

namespace {

std::vector<std::byte> file(const std::string& header, const std::string& data) {
  std::vector<std::byte> raw;
  io::store_little(raw, static_cast<std::uint64_t>(header.size()));
  const auto rest = bytes(header + data);
  raw.insert(raw.end(), rest.begin(), rest.end());
  return raw;
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

std::string refusal(const std::vector<std::byte>& raw) {
  return support::message<FileError>([&] { io::parse_safetensors(raw, "f"); });
}

/// The defects listed for a header in front of eight bytes of data.
std::string defects(const std::string& header) {
  const std::string message = refusal(file(header, "12345678"));
  const std::string start = "f: malformed safetensors file:\n  ";
  return message.starts_with(start) ? message.substr(start.size()) : message;
}

template <class T>
io::Safetensors single(const std::string& dtype, const std::vector<T>& stored) {
  const std::string data = text(std::as_bytes(std::span(stored)));
  return io::parse_safetensors(
      file("{" +
               entry("t", dtype, "[" + std::to_string(stored.size()) + "]", "[0," + std::to_string(data.size()) + "]") +
               "}",
           data),
      "f");
}

template <class To, class T>
std::vector<To> read_as(const std::string& dtype, const std::vector<T>& stored) {
  const io::Safetensors parsed = single(dtype, stored);
  return parsed.values<To>(parsed.entries().front());
}

template <class To, class T>
std::string value_refusal(const std::string& dtype, const std::vector<T>& stored) {
  return support::message<FileError>([&] { read_as<To>(dtype, stored); });
}

}  // namespace

TEST_CASE("safetensors: entries, bytes and metadata are found") {
  const auto raw = file("{\"__metadata__\":{\"format\":\"pt\"}," + entry("b", "U8", "[2,1]", "[4,6]") + "," +
                            entry("a", "F32", "[]", "[0,4]") + "," + entry("c", "F64", "[0,3]", "[6,6]") + "}  ",
                        std::string("\0\0\x80\x3f\x05\x06", 6));
  const io::Safetensors parsed = io::parse_safetensors(std::span<const std::byte>(raw), "f");
  CHECK(parsed.name() == "f");
  CHECK(parsed.metadata().at("format") == "pt");
  REQUIRE(parsed.entries().size() == 3);
  CHECK(parsed.entries()[0].name == "a");
  REQUIRE(parsed.find("b") != nullptr);
  CHECK(parsed.find("b")->dtype == io::Dtype::u8);
  CHECK(parsed.find("b")->shape == std::vector<std::size_t>{2, 1});
  CHECK(text(parsed.raw(*parsed.find("b"))) == "\x05\x06");
  CHECK(parsed.values<float>(*parsed.find("a")) == std::vector<float>{1});
  CHECK(parsed.values<double>(*parsed.find("c")).empty());
  CHECK(parsed.find("d") == nullptr);
}

TEST_CASE("safetensors: every element type converts") {
  using std::vector;
  CHECK(read_as<float>("F64", vector<double>{0.1, -2}) == vector<float>{0.1F, -2});
  CHECK(read_as<double>("F32", vector<float>{0.1F}) == vector<double>{static_cast<double>(0.1F)});
  CHECK(read_as<float>("F16", vector<std::uint16_t>{0x3c00, 0xc000}) == vector<float>{1, -2});
  CHECK(read_as<double>("BF16", vector<std::uint16_t>{0x3f80, 0xc000}) == vector<double>{1, -2});
  CHECK(read_as<std::int64_t>("I64", vector<std::int64_t>{-(1LL << 60)}) == vector<std::int64_t>{-(1LL << 60)});
  CHECK(read_as<float>("I64", vector<std::int64_t>{7}) == vector<float>{7});
  CHECK(read_as<std::uint64_t>("U64", vector<std::uint64_t>{~0ULL}) == vector<std::uint64_t>{~0ULL});
  CHECK(read_as<std::int32_t>("I32", vector<std::int32_t>{-5}) == vector<std::int32_t>{-5});
  CHECK(read_as<std::int32_t>("U32", vector<std::uint32_t>{5}) == vector<std::int32_t>{5});
  CHECK(read_as<std::int32_t>("I16", vector<std::int16_t>{-5}) == vector<std::int32_t>{-5});
  CHECK(read_as<std::int32_t>("U16", vector<std::uint16_t>{65535}) == vector<std::int32_t>{65535});
  CHECK(read_as<std::int32_t>("I8", vector<std::int8_t>{-5}) == vector<std::int32_t>{-5});
  CHECK(read_as<std::uint8_t>("U8", vector<std::uint8_t>{200}) == vector<std::uint8_t>{200});
  CHECK(read_as<bool>("BOOL", vector<std::uint8_t>{0, 1}) == vector<bool>{false, true});
  CHECK(std::isinf(read_as<float>("F64", vector<double>{std::numeric_limits<double>::infinity()})[0]));
}

TEST_CASE("safetensors: values that do not fit are refused") {
  using std::vector;
  const std::string tail = ") does not fit the requested type";
  CHECK(value_refusal<float>("F64", vector<double>{1, 1e300}) == "f: tensor \"t\": element 1 (stored as 1e+300" + tail);
  CHECK(value_refusal<std::int32_t>("I64", vector<std::int64_t>{1LL << 40}) ==
        "f: tensor \"t\": element 0 (stored as 1099511627776" + tail);
  CHECK(value_refusal<std::int32_t>("F32", vector<float>{0.5F}) == "f: tensor \"t\": element 0 (stored as 0.5" + tail);
  CHECK(value_refusal<float>("I32", vector<std::int32_t>{16777217}) ==
        "f: tensor \"t\": element 0 (stored as 16777217" + tail);
  CHECK(value_refusal<bool>("BOOL", vector<std::uint8_t>{2}) == "f: tensor \"t\": element 0 (stored as 2" + tail);
}

TEST_CASE("safetensors: truncated files and false header lengths are refused") {
  CHECK(refusal(bytes("1234567")) == "f: truncated: a safetensors file starts with 8 bytes, this one has 7");
  const std::string tail = " follow and 100000000 are the most allowed (truncated, or no safetensors file)";
  std::vector<std::byte> raw = file("{}", "");
  raw.pop_back();
  CHECK(refusal(raw) == "f: the safetensors header claims 2 bytes; 1" + tail);
  CHECK(refusal(std::vector<std::byte>(8, std::byte{0xff})) ==
        "f: the safetensors header claims 18446744073709551615 bytes; 0" + tail);
}

TEST_CASE("safetensors: a header that is no JSON object is refused") {
  CHECK(defects("{\"a\":").find("the header is no JSON: ") == 0);
  CHECK(defects("[]") == "the header must be a JSON object and start with {");
  CHECK(defects(" {}") == "the header must be a JSON object and start with {");
}

TEST_CASE("safetensors: malformed entries are refused") {
  const std::string fields = "tensor \"a\": expected an object of dtype, shape and data_offsets";
  CHECK(defects("{\"a\":1}") == fields);
  CHECK(defects("{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"offsets\":[0,8]}}") == fields);
  CHECK(defects("{" + entry("a", "F8", "[8]", "[0,8]") + "}") ==
        "tensor \"a\": unknown dtype \"F8\"; expected one of " + io::dtype_names());
  CHECK(defects("{" + entry("a", "U8", "[-8]", "[0,8]") + "}") == "tensor \"a\": shape is no list of sizes");
  CHECK(defects("{" + entry("a", "U8", "8", "[0,8]") + "}") == "tensor \"a\": shape is no list of sizes");
  CHECK(defects("{" + entry("a", "U8", "[8]", "[0,8.5]") + "}") == "tensor \"a\": data_offsets is no list of sizes");
  CHECK(defects("{" + entry("a", "U8", "[8]", "[8]") + "}") == "tensor \"a\": data_offsets [8] are no [begin, end]");
  CHECK(defects("{" + entry("a", "U8", "[8]", "[8,0]") + "}") ==
        "tensor \"a\": data_offsets [8, 0] are no [begin, end]");
}

TEST_CASE("safetensors: ranges must fit the data and the shapes") {
  CHECK(defects("{" + entry("a", "U8", "[9]", "[0,9]") + "}") ==
        "tensor \"a\": ends at byte 9 of the data, which has 8 (truncated or out of range)");
  CHECK(defects("{" + entry("a", "F32", "[3]", "[0,8]") + "}") ==
        "tensor \"a\": shape [3] of F32 needs 12 bytes, data_offsets give 8");
  CHECK(defects("{" + entry("a", "F32", "[4294967296,4294967296,4]", "[0,8]") + "}") ==
        "tensor \"a\": shape [4294967296, 4294967296, 4] of F32 is larger than memory can hold");
}

TEST_CASE("safetensors: ranges must cover the data without overlap") {
  CHECK(defects("{" + entry("a", "U8", "[5]", "[0,5]") + "," + entry("b", "U8", "[4]", "[4,8]") + "}") ==
        "tensor \"b\" overlaps tensor \"a\"");
  CHECK(defects("{" + entry("a", "U8", "[2]", "[1,3]") + "," + entry("b", "U8", "[2]", "[5,7]") + "}") ==
        "bytes [0, 1) of the data belong to no tensor\n"
        "  bytes [3, 5) of the data belong to no tensor\n"
        "  bytes [7, 8) of the data belong to no tensor");
  CHECK(defects("{}") == "bytes [0, 8) of the data belong to no tensor");
}

TEST_CASE("safetensors: repeated names and foreign metadata are refused") {
  CHECK(defects("{" + entry("a", "U8", "[8]", "[0,8]") + "," + entry("a", "U8", "[8]", "[0,8]") + "}") ==
        "duplicate name \"a\"");
  const std::string whole = entry("a", "U8", "[8]", "[0,8]");
  CHECK(defects("{\"__metadata__\":{\"k\":1}," + whole + "}") == "metadata \"k\" is no string");
  CHECK(defects("{\"__metadata__\":1," + whole + "}") == "__metadata__ is no object of strings");
}

TEST_CASE("safetensors: all defects are listed in one error") {
  CHECK(defects("{\"__metadata__\":{\"k\":1}," + entry("a", "F9", "[1]", "[0,1]") + "," +
                entry("b", "F32", "[2]", "[4,16]") + "," + entry("c", "U8", "[1]", "[0,2]") + "}") ==
        "metadata \"k\" is no string\n"
        "  tensor \"a\": unknown dtype \"F9\"; expected one of " +
            io::dtype_names() +
            "\n"
            "  tensor \"b\": ends at byte 16 of the data, which has 8 (truncated or out of range)\n"
            "  tensor \"c\": shape [1] of U8 needs 1 bytes, data_offsets give 2\n"
            "  tensor \"c\" overlaps tensor \"a\"");
}

TEST_CASE("safetensors: a file is read from its path, which errors name") {
  const support::Folder folder;
  io::write_file_atomically(folder / "w", file("{" + entry("a", "U8", "[1]", "[0,1]") + "}", "x"));
  const io::Safetensors read = io::read_safetensors(folder / "w");
  CHECK(read.name() == (folder / "w").string());
  CHECK(read.values<int>(*read.find("a")) == std::vector<int>{'x'});
}

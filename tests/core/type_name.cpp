#include <strata/core/type_name.hpp>

#include <doctest/doctest.h>

namespace named {
struct Plain {};
struct Classifier : Plain {};
template <std::size_t N>
struct Linear {};
template <double... Values>
struct Rates {};
template <class... T>
struct Sequential {};
template <int N>
struct Signed {};
template <bool B>
struct Flag {};
}  // namespace named

using strata::type_name;

TEST_CASE("names are without namespaces") {
  CHECK(type_name<named::Plain>() == "Plain");
  CHECK(type_name<named::Sequential<named::Linear<64>, named::Plain>>() == "Sequential<Linear<64>, Plain>");
  CHECK(type_name<double>() == "double");
}

TEST_CASE("a derived name is what is printed") { CHECK(type_name<named::Classifier>() == "Classifier"); }

TEST_CASE("numbers look the same with every compiler") {
  CHECK(type_name<named::Rates<0.5>>() == "Rates<0.5>");
  CHECK(type_name<named::Rates<20.0>>() == "Rates<20>");
  CHECK(type_name<named::Rates<1e-5, 0.25>>() == "Rates<1e-5, 0.25>");
  CHECK(type_name<named::Rates<-1.5>>().find("-1.5>") != std::string::npos);
  CHECK(type_name<named::Rates<1.5e-10>>() == "Rates<1.5e-10>");
  CHECK(type_name<named::Linear<64>>() == "Linear<64>");
  CHECK(type_name<named::Signed<-3>>() == "Signed<-3>");
  CHECK(type_name<named::Flag<true>>() == "Flag<true>");
}

TEST_CASE("nested brackets close without spaces") {
  CHECK(type_name<named::Sequential<named::Sequential<named::Linear<1>>>>() == "Sequential<Sequential<Linear<1>>>");
}

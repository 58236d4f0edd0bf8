#pragma once
// Run-time errors. Each says what was given, what was expected and where.

#include <strata/core/config.hpp>

#include <stdexcept>
#include <string>

namespace STRATA_NAMESPACE {

/// Base of every exception the library throws.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An array, batch or state whose extents do not fit.
struct ShapeError : Error {
  using Error::Error;
};

/// A value outside its domain: a label, a hyper-parameter, a token id.
struct ValueError : Error {
  using Error::Error;
};

/// A file that is missing, truncated, malformed, or does not fit the network.
struct FileError : Error {
  using Error::Error;
};

/// A loss that is NaN or infinite; says at which epoch and batch and which layer came first.
struct NotFiniteError : Error {
  using Error::Error;
};

}  // namespace STRATA_NAMESPACE

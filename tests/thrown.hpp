#pragma once
// What an exception says.

#include <string>

namespace support {

/// What the exception thrown by `action` says, or "nothing thrown".
template <class Exception, class Action>
std::string message(Action action) {
  try {
    action();
  } catch (const Exception& problem) {
    return problem.what();
  }
  return "nothing thrown";
}

}  // namespace support

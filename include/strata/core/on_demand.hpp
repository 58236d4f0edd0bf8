#pragma once
// An object that is made when it is first asked for, of a type that only then has to be compiled.

#include <strata/core/config.hpp>

#include <memory>

namespace STRATA_NAMESPACE {

/// Holds nothing or one object: of the type it was last asked for. A copy holds nothing.
class OnDemand {
 public:
  OnDemand() = default;
  OnDemand(const OnDemand&) noexcept {}
  OnDemand(OnDemand&&) noexcept = default;
  OnDemand& operator=(OnDemand other) noexcept {
    held_.swap(other.held_);
    return *this;
  }
  ~OnDemand() = default;

  /// The T it holds; a new one where it holds none.
  template <class T>
  T& as() {
    static constexpr Type of_type{[](void* held) { delete static_cast<T*>(held); }};
    if (held_ == nullptr || held_.get_deleter().type != &of_type) held_ = {new T, Destroy{&of_type}};
    return *static_cast<T*>(held_.get());
  }

 private:
  /// One a type, known by where it lies.
  struct Type {
    void (*destroy)(void*);
  };
  struct Destroy {
    const Type* type;
    void operator()(void* held) const { type->destroy(held); }
  };

  std::unique_ptr<void, Destroy> held_;
};

}  // namespace STRATA_NAMESPACE

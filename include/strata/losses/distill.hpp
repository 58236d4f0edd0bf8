#pragma once
// Distill: a student learns from labels and from a frozen teacher (Hinton, Vinyals & Dean 2015).
//
//   soft = cross-entropy of softmax(student / T) against softmax(teacher / T)
//   hard = cross-entropy of softmax(student) against the labels
//   loss = soft + hard by default; with Alpha: Alpha · soft + (1 - Alpha) · hard; with Scaled: soft is multiplied by
//   T², so that its gradient keeps its size when the temperature changes.

#include <strata/core/threads.hpp>
#include <strata/losses/cross_entropy.hpp>
#include <strata/tensor/buffer.hpp>

#include <type_traits>

namespace STRATA_NAMESPACE {

/// Alpha's default: the plain sum soft + hard.
inline constexpr double plain_sum = -1;
/// Third argument of Distill: multiply the soft loss by T².
struct TemperatureSquared {};

/// What `Distill<20.0>::from(teacher)` returns: cross-entropy against labels and against a teacher network of the same
/// input and output shape. The teacher is used through const and has no gradients; it must outlive the trainer. Sample
/// weights weigh both terms.
template <double Temperature, double Alpha, class Scaling, class Teacher>
class DistillFrom {
  static_assert(Temperature > 0, "strata::Distill: the temperature must be above 0");
  static_assert(Alpha == plain_sum || (Alpha >= 0 && Alpha <= 1),
                "strata::Distill: Alpha is the weight of the soft loss, in [0, 1]");

 public:
  static constexpr bool takes_scores = true;
  using teacher = Teacher;
  using element = typename Teacher::element;
  using input = typename Teacher::input;
  template <class T>
  using target = std::int32_t;
  template <class Out>
  static constexpr std::size_t target_width = 1;

  explicit DistillFrom(const Teacher& teacher, Threads threads = {}) : teacher_(&teacher), session_(threads) {}

  template <class Out, class T>
  static void check(std::span<const std::int32_t> labels) {
    static_assert(std::is_same_v<T, element>, "strata::Distill: student and teacher must have the same element type");
    static_assert(std::is_same_v<Out, typename Teacher::output>,
                  "strata::Distill: student and teacher must have the same output shape");
    CrossEntropy::check<Out, T>(labels);
  }

  /// The teacher predicts on so many threads from now on.
  void set_threads(Threads threads) { session_ = typename Teacher::session(threads); }

  /// The teacher's scores for the batch to come; called before the student's step.
  void prepare(Extents extents, const element* inputs) {
    const std::size_t rows = Stepwise<typename Teacher::output> ? extents.rows() : extents.batch;
    const std::size_t needed = rows * features<typename Teacher::output>;
    if (scores_.size() < needed) scores_ = Buffer<element, typename Teacher::memory>(needed);
    session_.reserve(extents);
    teacher_->predict_into(session_, extents, inputs, scores_.data());
  }

  /// What a recorded step reads besides its own: the teacher's weights.
  const void* looked_at() const { return teacher_->weight_buffer().data(); }

  template <class Run>
  void operator()(Run& run, auto scores, Targets<std::int32_t, element> targets, element* losses, auto gradient) const {
    constexpr double square = std::is_same_v<Scaling, TemperatureSquared> ? Temperature * Temperature : 1;
    constexpr double soft = (Alpha == plain_sum ? 1 : Alpha) * square, hard = Alpha == plain_sum ? 1 : 1 - Alpha;
    ops::cross_entropy(run, scores, nullptr, targets, losses, gradient, {.factor = hard});
    ops::cross_entropy(run, scores, scores_.data(), targets, losses, gradient,
                       {.temperature = Temperature, .factor = soft, .accumulate = true});
  }

 private:
  const Teacher* teacher_;
  typename Teacher::session session_;
  Buffer<element, typename Teacher::memory> scores_;
};

/// The loss policy of a trainer: `Trainer{student, Distill<20.0>::from(teacher), Adam{}}`.
template <double Temperature, double Alpha = plain_sum, class Scaling = void>
struct Distill {
  /// Distills from this network, which must outlive the trainer.
  template <class Teacher>
  static auto from(const Teacher& teacher, Threads threads = {}) {
    return DistillFrom<Temperature, Alpha, Scaling, Teacher>(teacher, threads);
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// Strata on Thrust: the same library with the backends Thrust<System::cpp, T> and Thrust<System::omp, T>. May be
// included beside strata.hpp.

#include <strata/backend/thrust/kernels.hpp>
#include <strata/library.hpp>

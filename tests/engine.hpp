#pragma once
// The backend the tests run on: the CPU, or Thrust on the system STRATA_TEST_SYSTEM (cpp or omp), where a unit is
// compiled with it, or the template STRATA_TEST_BACKEND. The same sources test all.

#if defined(STRATA_TEST_BACKEND)
#include <strata/library.hpp>
template <class T>
using Engine = STRATA_TEST_BACKEND<T>;
#elif defined(STRATA_TEST_SYSTEM)
#include <strata/thrust.hpp>
template <class T>
using Engine = strata::Thrust<strata::System::STRATA_TEST_SYSTEM, T>;
#else
#include <strata/strata.hpp>
template <class T>
using Engine = strata::Cpu<T>;
#endif

/// For TEST_CASE_TEMPLATE.
#define STRATA_TEST_BACKENDS Engine<float>, Engine<double>

#pragma once
// How often memory is taken from the heap, by whomever in this program.

#include <cstddef>

/// Whether they can be counted here: under glibc without sanitizers, which put their own functions in malloc's place.
bool can_count_allocations();

/// From now on they are counted, until the other is called, which tells how many there were.
void begin_counting_allocations();
std::size_t end_counting_allocations();

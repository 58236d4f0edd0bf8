// The tests of memory apart, on the GPU.
#include <train/memory_apart.cpp>

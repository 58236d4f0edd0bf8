// Training sent ahead, on the GPU.
#include <train/sent_ahead.cpp>

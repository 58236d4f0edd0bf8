#include "odr/predict.hpp"

std::vector<double> predict_avx512(const char*& name);
std::vector<double> predict_avx512(const char*& name) { return train_and_predict(name); }

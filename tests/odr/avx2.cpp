#include "odr/predict.hpp"

std::vector<double> predict_avx2(const char*& name);
std::vector<double> predict_avx2(const char*& name) { return train_and_predict(name); }

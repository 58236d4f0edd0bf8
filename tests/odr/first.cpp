#include "odr/predict.hpp"

std::vector<double> predict_first(const char*& name);
std::vector<double> predict_first(const char*& name) { return train_and_predict(name); }

#include "odr/predict.hpp"

std::vector<double> predict_second(const char*& name);
std::vector<double> predict_second(const char*& name) { return train_and_predict(name); }

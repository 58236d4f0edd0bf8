// Links only where nvcc compiles for OpenMP and links it, or does neither.

int main() {
  int sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (int i = 0; i < 8; ++i) sum += i;
  return sum == 28 ? 0 : 1;
}

#pragma once
// A cuBLASLt for tests without a GPU: a library of that name with the functions the library loads. On ordinary memory
// it computes a product in plain loops as its descriptions say, and it keeps a record of what it was asked.

#include <cstddef>
#include <vector>

#include <cublasLt.h>

namespace stub {

/// One product as it was described.
struct Product {
  cublasComputeType_t compute;
  cudaDataType_t factor, sum;
  cublasLtEpilogue_t epilogue;
  bool transpose_first, transpose_second;
  std::size_t rows, columns, depth, ld_first, ld_second, ld_product;
  double beta;
  std::size_t workspace;
};

struct CublasLt {
  std::vector<Product> products;
  int alive = 0;          ///< handles, descriptions and preferences that were made and not destroyed
  int calls = 0;          ///< of all functions but those that destroy
  int chosen = 0;         ///< questions for an algorithm
  int fail_at = -1;       ///< the call of this number fails
  bool epilogues = true;  ///< false: there is no algorithm that ends in one
};

/// The state of the library this program loaded.
[[gnu::visibility("default")]] CublasLt& cublaslt();

}  // namespace stub

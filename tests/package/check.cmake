# cmake -D way=installed|subdirectory|fetched … -P check.cmake: builds and runs the consumer of this folder.

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
  message(STATUS "${output}")
endfunction()

set(work ${build}/package/${way})
set(prefix ${work}/prefix)
file(REMOVE_RECURSE ${work})
set(configure ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -G ${generator} -D CMAKE_CXX_COMPILER=${compiler})

if(way STREQUAL "installed")
  run(${CMAKE_COMMAND} --install ${build} --prefix ${prefix})
  list(APPEND configure -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)

  # Another minor version is another interface: it must be refused.
  if(NOT version MATCHES "^([0-9]+)\\.([0-9]+)\\.")
    message(FATAL_ERROR "no version: ${version}")
  endif()
  math(EXPR next "${CMAKE_MATCH_2} + 1")
  set(other ${CMAKE_MATCH_1}.${next})
  execute_process(COMMAND ${configure} -B ${work}/refused -D STRATA_WANTED=${other}
                  RESULT_VARIABLE result ERROR_VARIABLE output OUTPUT_QUIET)
  if(result EQUAL 0 OR NOT output MATCHES "not accepted")
    message(FATAL_ERROR "${other} was wanted, ${version} is installed and was not refused so:\n${output}")
  endif()

  if(cuda)
    run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/no_openmp -B ${work}/no_openmp -G ${generator}
        -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CUDA_COMPILER=${cuda} -D CMAKE_CUDA_ARCHITECTURES=90
        -D CMAKE_PREFIX_PATH=${prefix})
    run(${CMAKE_COMMAND} --build ${work}/no_openmp)
    run(${work}/no_openmp/no_openmp)
  endif()
else()
  list(APPEND configure -D STRATA_SOURCE=${source})
  if(way STREQUAL "fetched")
    list(APPEND configure -D STRATA_FETCHED=ON)
  endif()
endif()

run(${configure} -B ${work}/build -D STRATA_WANTED=${version})
run(${CMAKE_COMMAND} --build ${work}/build)
run(${work}/build/consumer)

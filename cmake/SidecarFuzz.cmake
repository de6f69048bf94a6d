# sidecar_fuzz(NAME SOURCES a_fuzz.cc ... DEPS ...)
#
# A fuzz target: sources that define LLVMFuzzerTestOneInput, and a folder corpus/NAME beside them.
# With SIDECAR_FUZZ=ON (clang) it becomes NAME_fuzz, run by libFuzzer:
#   build/fuzz/test/fuzz/NAME_fuzz -max_total_time=60 /tmp/new test/fuzz/corpus/NAME
# Otherwise it becomes NAME_replay, a test that runs every file of the corpus through it.
option(SIDECAR_FUZZ "Build fuzz targets for libFuzzer" OFF)

function(sidecar_fuzz name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  if(SIDECAR_FUZZ)
    add_executable(${name}_fuzz ${arg_SOURCES})
    target_link_libraries(${name}_fuzz PRIVATE ${arg_DEPS} sidecar_options)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  elseif(BUILD_TESTING)
    add_executable(${name}_replay ${arg_SOURCES} ${PROJECT_SOURCE_DIR}/test/fuzz/replay_main.cc)
    target_link_libraries(${name}_replay PRIVATE ${arg_DEPS} sidecar_options)
    add_test(NAME ${name}_fuzz_corpus
             COMMAND ${name}_replay ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    set_tests_properties(${name}_fuzz_corpus PROPERTIES TIMEOUT 60 LABELS fuzz)
  endif()
endfunction()

# Code under test tells libFuzzer which way it went. clang 14 cannot compile coroutines with the
# function sanitizer.
if(SIDECAR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

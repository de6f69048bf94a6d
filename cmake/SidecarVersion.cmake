# Sets SIDECAR_VERSION, as `sidecar-injector version` prints it: the tag that is checked out, or the
# last one with the number of commits since and the commit; in a tree without Git, the project's.
# -DSIDECAR_VERSION=... wins. Read when CMake configures.
if(NOT DEFINED SIDECAR_VERSION)
  set(SIDECAR_VERSION ${PROJECT_VERSION})
  find_package(Git QUIET)
  if(Git_FOUND)
    execute_process(
      COMMAND ${GIT_EXECUTABLE} describe --tags --match "v[0-9]*" --dirty=.dirty
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(
      COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(described MATCHES "^v([0-9].*)$")
      set(SIDECAR_VERSION ${CMAKE_MATCH_1})
      # v1.2.0-5-gabc is after 1.2.0, but semantic versioning would sort 1.2.0-5-gabc before it.
      string(REGEX REPLACE "-([0-9]+)-g([0-9a-f]+)" "+\\1.g\\2" SIDECAR_VERSION "${SIDECAR_VERSION}")
      string(REGEX REPLACE "^([^+]*)[.]dirty$" "\\1+dirty" SIDECAR_VERSION "${SIDECAR_VERSION}")
    elseif(commit)
      set(SIDECAR_VERSION "${PROJECT_VERSION}-dev.g${commit}")
    endif()
  endif()
endif()
message(STATUS "Version ${SIDECAR_VERSION}")

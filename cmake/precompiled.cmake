# Precompiled headers: what nearly every file includes, parsed once for all targets. Three quarters of a file's time was
# its headers.
#
#   favorhook_precompile(target program|tests)
#
# Clang only. Every file includes what it uses all the same; the preset gcc, which has none of this, shows where one does
# not. CMake's own target_precompile_headers names a file of the build folder in what it makes, so that a compiler cache
# cannot give it to another clone: here the main file is /dev/null and all headers are the system's.
set(FAVORHOOK_PRECOMPILED_DEFAULT OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(FAVORHOOK_PRECOMPILED_DEFAULT ON)
endif()
option(FAVORHOOK_PRECOMPILED "parse the headers that nearly every file includes once" ${FAVORHOOK_PRECOMPILED_DEFAULT})

set(FAVORHOOK_PRECOMPILED_program
    algorithm array atomic bit charconv chrono concepts condition_variable cstddef cstdint cstdio cstdlib cstring deque
    filesystem fstream functional initializer_list iterator limits list map memory mutex optional ranges set span sstream
    string string_view thread tuple type_traits unordered_map utility variant vector
    fmt/format.h fmt/ranges.h tl/expected.hpp boost/json.hpp)
set(FAVORHOOK_PRECOMPILED_tests ${FAVORHOOK_PRECOMPILED_program} gtest/gtest.h gmock/gmock.h)

# favorhook_add_precompiled(kind libraries): the target that makes build/PRESET/precompiled/KIND.pch. `libraries` are those
# whose headers are in it, for their definitions.
function(favorhook_add_precompiled kind)
  add_library(favorhook_precompiled_uses_${kind} INTERFACE)
  target_link_libraries(favorhook_precompiled_uses_${kind} INTERFACE ${ARGN})
  set(definitions $<TARGET_PROPERTY:favorhook_precompiled_uses_${kind},INTERFACE_COMPILE_DEFINITIONS>)
  set(options $<TARGET_PROPERTY:favorhook_precompiled_uses_${kind},INTERFACE_COMPILE_OPTIONS>)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  set(includes "")
  foreach(header ${FAVORHOOK_PRECOMPILED_${kind}})
    list(APPEND includes -include ${header})
  endforeach()
  set(pch ${PROJECT_BINARY_DIR}/precompiled/${kind}.pch)
  # Relative, as the compiler cache wants its paths. The time of making is left out, so that equal input is equal output.
  add_custom_command(
    OUTPUT ${pch}
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER} ${flags} -std=c++${CMAKE_CXX_STANDARD} ${FAVORHOOK_EVERYWHERE}
            "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>" ${options} ${includes} -Xclang -fno-pch-timestamp -fpch-instantiate-templates -x c++-header /dev/null
            -MD -MF precompiled/${kind}.d -MT precompiled/${kind}.pch -o precompiled/${kind}.pch
    DEPFILE ${PROJECT_BINARY_DIR}/precompiled/${kind}.d
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
    COMMENT "Precompiling the headers of ${kind}" VERBATIM COMMAND_EXPAND_LISTS)
  add_custom_target(favorhook_precompiled_${kind} DEPENDS ${pch})
endfunction()

if(FAVORHOOK_PRECOMPILED)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/precompiled)
  favorhook_add_precompiled(program fmt::fmt Boost::json tl::expected)
  if(FAVORHOOK_DEVELOPER)
    favorhook_add_precompiled(tests fmt::fmt Boost::json tl::expected GTest::gmock)
  endif()
endif()

function(favorhook_precompile target kind)
  if(FAVORHOOK_PRECOMPILED)
    target_compile_options(${target} PRIVATE "SHELL:-include-pch ${PROJECT_BINARY_DIR}/precompiled/${kind}.pch")
    add_dependencies(${target} favorhook_precompiled_${kind})
  endif()
endfunction()

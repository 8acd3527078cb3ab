# What every target of ours shares, written once.
include_guard()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON) # what toolchains/CMakeLists.txt finds, every folder may name
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

set(MENSHEN_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize takes them")

find_program(CCACHE ccache)
if(CCACHE)
  # hash what a file says, not where its build tree lies: clean clones share the cache
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

# Debug trees keep line numbers only: full debug information doubles link time on two cores.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

add_library(menshen-options INTERFACE)
target_compile_options(menshen-options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fstack-protector-strong)
target_link_libraries(menshen-options INTERFACE Threads::Threads)

# From this folder down several files of a target are compiled as one, a fifth of the time: what they share is parsed and instrumented
# once. A name in an anonymous namespace stands once a folder, therefore, or is said twice ("redefinition") here. For all in the sanitized
# trees; in the release tree for whatever talks to the world (Asio, JSON, SQLite, OpenCV: their headers cost more than what stands in the files), not for
# the pure folders. (clang-tidy looks at each file by itself, and so whether it forgets an #include.)
macro(menshen_compile_together)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 6)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-subobject-linkage) # which takes a file that is included for a header
  endif()
endmacro()

if(MENSHEN_SANITIZE)
  add_compile_options(-fsanitize=${MENSHEN_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MENSHEN_SANITIZE})
  if(MENSHEN_SANITIZE MATCHES thread)
    add_compile_options(-Wno-tsan) # atomic_thread_fence inside Boost.Asio
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # Half the compiling, for what AddressSanitizer reports anyway (null) or what our code does not do (casts down, packed
    # structures). Optimisation would only be undone by the checks between the statements.
    add_compile_options(-fno-sanitize=null,object-size,vptr,alignment -O0)
  endif()
  menshen_compile_together()
endif()

if(MENSHEN_FUZZ) # preset fuzz, tests/fuzz: Clang counts what an input reaches; its own warnings are not ours to keep
  add_compile_options(-fsanitize=fuzzer-no-link)
  target_compile_options(menshen-options INTERFACE -Wno-error)
endif()

# What every file includes is parsed once, where files are compiled together.
set(MENSHEN_PRECOMPILED_LIBRARIES menshen::ext::json menshen::ext::asio spdlog::spdlog fmt::fmt)
function(menshen_precompiled target from)
  if(TARGET ${from} AND CMAKE_UNITY_BUILD)
    target_link_libraries(${target} PRIVATE ${MENSHEN_PRECOMPILED_LIBRARIES}) # the headers' own needs, and the same definitions
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

# menshen_library(NAME SOURCES a.cpp … [DEPENDS menshen::values …] [PRIVATE_DEPENDS …])
# A folder's static library. Public headers live in include/NAME and are included as "NAME/file.hpp".
function(menshen_library name)
  cmake_parse_arguments(A "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  if(A_SOURCES)
    add_library(menshen-${name} STATIC ${A_SOURCES})
    target_include_directories(menshen-${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(menshen-${name} PUBLIC ${A_DEPENDS} PRIVATE menshen-options ${A_PRIVATE_DEPENDS})
    menshen_precompiled(menshen-${name} menshen-precompiled)
  else()
    add_library(menshen-${name} INTERFACE)
    target_include_directories(menshen-${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/include)
    target_link_libraries(menshen-${name} INTERFACE ${A_DEPENDS})
  endif()
  add_library(menshen::${name} ALIAS menshen-${name})
endfunction()

# Optimises a library in the sanitized trees, too: tests call it millions of times.
function(menshen_searched name)
  if(MENSHEN_SANITIZE)
    target_compile_options(menshen-${name} PRIVATE -O1)
    set_target_properties(menshen-${name} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON) # which were compiled for -O0
  endif()
endfunction()

# What is built together: `programs` is what ./run starts, `sanitized-tests` what the sanitizer trees are for, `benches` what
# ./test --bench measures.
add_custom_target(programs)
add_custom_target(sanitized-tests)
add_custom_target(benches)

function(menshen_executable name)
  cmake_parse_arguments(A "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE menshen-options ${A_DEPENDS})
endfunction()

# menshen_program(NAME SOURCES a.cpp … DEPENDS …): an executable in build/<preset>/bin.
function(menshen_program name)
  menshen_executable(${name} ${ARGN})
  menshen_precompiled(${name} menshen-precompiled)
  if(name MATCHES "^bench-")
    add_dependencies(benches ${name})
  elseif(NOT name MATCHES "^test-")
    add_dependencies(programs ${name})
  endif()
endfunction()

# A test's own code: compiled sooner, and run once. GCC 12 sees overflows that are not there when it optimises a little.
set(MENSHEN_TEST_OPTIONS -O$<IF:$<CONFIG:Release>,1,0>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  list(APPEND MENSHEN_TEST_OPTIONS -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
endif()

# A test that hangs is ended. The seconds are a quiet machine's; on one whose neighbours are busy the same work was seen to take three times as
# long, and four tests share two cores there.
function(menshen_time_limit test seconds)
  math(EXPR limit "${seconds} * 3")
  set_tests_properties(${test} PROPERTIES TIMEOUT ${limit})
endfunction()

# menshen_test(NAME SOURCES a.cpp … DEPENDS … [PROGRAMS …] [LABELS …] [TIMEOUT seconds]): one doctest program, one ctest entry.
# PROGRAMS are those of ours that the test starts. Labels that mean something here: `tsan`, run under the thread sanitizer too (what
# has threads); `unsanitized`, not run under any sanitizer (what waits for other programs or measures time).
function(menshen_test name)
  cmake_parse_arguments(A "" "TIMEOUT" "SOURCES;DEPENDS;PROGRAMS;LABELS" ${ARGN})
  menshen_executable(test-${name} SOURCES ${A_SOURCES} DEPENDS ${A_DEPENDS} menshen::test-support)
  target_compile_options(test-${name} PRIVATE ${MENSHEN_TEST_OPTIONS})
  menshen_precompiled(test-${name} menshen-precompiled-tests)
  if(A_PROGRAMS)
    add_dependencies(test-${name} ${A_PROGRAMS})
  endif()
  set(program test-${name})
  if(MENSHEN_SANITIZE)
    if("unsanitized" IN_LIST A_LABELS OR (MENSHEN_SANITIZE MATCHES thread AND NOT "tsan" IN_LIST A_LABELS))
      return()
    endif()
    add_dependencies(sanitized-tests ${program})
    string(REGEX MATCH "^[a-z]+" sanitizer ${MENSHEN_SANITIZE})
    set(name ${name}@${sanitizer}) # ./test runs all trees together: say which is which
  endif()
  add_test(NAME ${name} COMMAND ${program})
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 120)
  endif()
  menshen_time_limit(${name} ${A_TIMEOUT})
  set_tests_properties(${name} PROPERTIES LABELS "${A_LABELS}"
    ENVIRONMENT "ASAN_OPTIONS=detect_leaks=1:abort_on_error=0;UBSAN_OPTIONS=print_stacktrace=1;TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1")
endfunction()

# menshen_bench(NAME SOURCES a.cpp … DEPENDS …): bench-NAME, run by ./test --bench. Plain ./test only sees that it starts: with
# MENSHEN_BENCH=tiny in the environment a benchmark takes sizes that end in a second.
function(menshen_bench name)
  if(MENSHEN_SANITIZE)
    return()
  endif()
  menshen_executable(bench-${name} ${ARGN})
  add_dependencies(benches bench-${name})
  add_test(NAME bench-${name}-starts COMMAND bench-${name})
  menshen_time_limit(bench-${name}-starts 180)
  set_tests_properties(bench-${name}-starts PROPERTIES LABELS bench ENVIRONMENT MENSHEN_BENCH=tiny)
endfunction()

# Libraries from Debian, as SYSTEM so that our warnings do not judge them.
macro(menshen_pkg target module)
  if(NOT TARGET menshen-ext-${target})
    pkg_check_modules(EXT_${target} REQUIRED IMPORTED_TARGET GLOBAL ${module})
    add_library(menshen-ext-${target} INTERFACE)
    target_link_libraries(menshen-ext-${target} INTERFACE PkgConfig::EXT_${target})
    add_library(menshen::ext::${target} ALIAS menshen-ext-${target})
  endif()
endmacro()

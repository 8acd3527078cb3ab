# The pages: built once into build/web/panel for every preset, then linked into the library as one object.
find_program(NPM npm)
find_program(NODE NAMES node nodejs)
if(NOT NPM OR NOT NODE)
  message(FATAL_ERROR "The guard panel's pages need nodejs (18 or newer) and npm. Install them, or configure with -DMENSHEN_WEB=OFF.")
endif()

set(WEB_SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/web)
set(WEB_OUTPUT ${CMAKE_SOURCE_DIR}/build/web/panel)
file(GLOB_RECURSE WEB_FILES CONFIGURE_DEPENDS ${WEB_SOURCE}/src/* ${WEB_SOURCE}/public/*)
list(APPEND WEB_FILES ${WEB_SOURCE}/index.html ${WEB_SOURCE}/package.json ${WEB_SOURCE}/package-lock.json
     ${WEB_SOURCE}/vite.config.ts ${WEB_SOURCE}/tsconfig.json)

add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/web_files.cpp
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${WEB_SOURCE} -DOUTPUT=${WEB_OUTPUT} -DNPM=${NPM} -P ${CMAKE_CURRENT_SOURCE_DIR}/build_web.cmake
  COMMAND ${CMAKE_COMMAND} -DPAGES=${WEB_OUTPUT} -DINTO=${CMAKE_CURRENT_BINARY_DIR}/web_files.cpp -P ${CMAKE_CURRENT_SOURCE_DIR}/embed_web.cmake
  DEPENDS ${WEB_FILES} ${CMAKE_CURRENT_SOURCE_DIR}/build_web.cmake ${CMAKE_CURRENT_SOURCE_DIR}/embed_web.cmake
  COMMENT "Building the guard panel's pages"
  VERBATIM)
target_sources(menshen-panel PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/web_files.cpp)

# menshen_web(TARGET NAME name NAMESPACE menshen::x TITLE title [ALSO folder …]): the pages of ./web, built by npm into
# build/web/NAME once for every preset, and then linked into TARGET as NAMESPACE::web_files(). ALSO: folders whose sources the
# pages import. With MENSHEN_WEB=OFF there is one page that says how to build the others.
function(menshen_web target)
  cmake_parse_arguments(A "" "NAME;NAMESPACE;TITLE" "ALSO" ${ARGN})
  set(scripts ${CMAKE_SOURCE_DIR}/toolchains)
  set(into ${CMAKE_CURRENT_BINARY_DIR}/web_files.cpp)
  set(embed -DNAME=${A_NAME} -DNAMESPACE=${A_NAMESPACE} -DINTO=${into} -P ${scripts}/embed_web.cmake)
  target_sources(${target} PRIVATE ${into})
  target_link_libraries(${target} PUBLIC menshen::pages)
  if(NOT MENSHEN_WEB)
    set(pages ${CMAKE_CURRENT_BINARY_DIR}/no_web)
    file(CONFIGURE OUTPUT ${pages}/index.html CONTENT "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>menshen</title>
<h1>${A_TITLE}</h1><p>此程序未包含网页。请安装 nodejs 与 npm，以 MENSHEN_WEB=ON 重新构建。</p>
<p>This build has no pages: install nodejs and npm and build again with MENSHEN_WEB=ON. All else works.</p>
")
    add_custom_command(OUTPUT ${into} COMMAND ${CMAKE_COMMAND} -DPAGES=${pages} ${embed}
      DEPENDS ${pages}/index.html ${scripts}/embed_web.cmake VERBATIM)
    return()
  endif()
  find_program(NPM npm)
  find_program(NODE NAMES node nodejs)
  if(NOT NPM OR NOT NODE)
    message(FATAL_ERROR "Web pages need nodejs (18 or newer) and npm. Install them, or configure with -DMENSHEN_WEB=OFF.")
  endif()
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/web)
  set(output ${CMAKE_SOURCE_DIR}/build/web/${A_NAME})
  list(TRANSFORM A_ALSO APPEND "/*" OUTPUT_VARIABLE also)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${source}/src/* ${source}/public/* ${also})
  list(APPEND files ${source}/index.html ${source}/package.json ${source}/package-lock.json ${source}/vite.config.ts ${source}/tsconfig.json)
  string(JOIN "|" also ${A_ALSO})
  add_custom_command(OUTPUT ${into}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DOUTPUT=${output} -DNPM=${NPM} -DALSO=${also} -P ${scripts}/build_web.cmake
    COMMAND ${CMAKE_COMMAND} -DPAGES=${output} ${embed}
    DEPENDS ${files} ${scripts}/build_web.cmake ${scripts}/embed_web.cmake
    COMMENT "Building the pages: ${A_NAME}" VERBATIM)
endfunction()

# Pages built by npm, and files carried inside the library.

# assay_web_page(NAME report FOLDER web/report OUTPUT report.html): runs `npm ci` and `npm run build` of the folder
# when its sources changed; the script must write OUTPUT into the folder named by $ASSAY_WEB_OUT.
# Sets <NAME>_PAGE in the caller to the built file. tests/web runs `npm run test` and `npm run check` of the copy.
function(assay_web_page)
  cmake_parse_arguments(ARG "" "NAME;FOLDER;OUTPUT" "" ${ARGN})
  find_program(ASSAY_NPM npm)
  if(NOT ASSAY_NPM)
    message(FATAL_ERROR "npm is missing: the ${ARG_NAME} page is built with Node.js 18 or newer and npm "
                        "(packaging/install_missing.sh run installs them)")
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/${ARG_FOLDER})
  set(out ${PROJECT_BINARY_DIR}/web/${ARG_NAME})
  set(work ${out}/source)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.*)
  file(GLOB_RECURSE nested CONFIGURE_DEPENDS ${folder}/src/* ${folder}/plugins/*)
  # Built in a copy, so that the source tree stays clean and the presets stay apart.
  add_custom_command(OUTPUT ${out}/npm.stamp
    COMMAND ${CMAKE_COMMAND} -E make_directory ${work}
    COMMAND ${CMAKE_COMMAND} -E copy ${folder}/package.json ${folder}/package-lock.json ${work}
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/npm.sh ${work} ${out}/npm.log ${ASSAY_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${out}/npm.stamp
    DEPENDS ${folder}/package.json ${folder}/package-lock.json VERBATIM
    COMMENT "Installing what the ${ARG_NAME} page is built with")
  add_custom_command(OUTPUT ${out}/${ARG_OUTPUT}
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/copy_sources.sh ${folder} ${work}
    COMMAND ${CMAKE_COMMAND} -E env ASSAY_WEB_OUT=${out}
            ${PROJECT_SOURCE_DIR}/cmake/npm.sh ${work} ${out}/build.log ${ASSAY_NPM} run --silent build
    COMMAND ${CMAKE_COMMAND} -E touch ${out}/${ARG_OUTPUT}
    DEPENDS ${out}/npm.stamp ${sources} ${nested} VERBATIM
    COMMENT "Building the ${ARG_NAME} page")
  set_property(GLOBAL APPEND PROPERTY ASSAY_WEB_PAGES ${ARG_NAME})
  set(${ARG_NAME}_PAGE ${out}/${ARG_OUTPUT} PARENT_SCOPE)
endfunction()

# assay_embed(TARGET assay_io NAME report_page FILE page.html): std::string_view assay::embedded::report_page() gives
# the bytes of the file. Declare that function where it is used.
function(assay_embed)
  cmake_parse_arguments(ARG "" "TARGET;NAME;FILE" "" ${ARGN})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${ARG_NAME}.cpp)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded.cpp.in ${source} @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${ARG_FILE})
  target_sources(${ARG_TARGET} PRIVATE ${source})
endfunction()

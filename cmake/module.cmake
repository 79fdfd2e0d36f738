# One target a folder, so that the link graph is the include graph.

# assay_add_modules(FOLDER...): adds each folder that exists. Build trees go under modules/ because the
# program itself is <build>/assay.
function(assay_add_modules)
  foreach(folder IN LISTS ARGN)
    if(EXISTS ${PROJECT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder} modules/${folder})
    endif()
  endforeach()
endfunction()

# assay_module(NAME base [DEPENDS core ...] [EXTERNAL fmt::fmt ...] [PRIVATE_EXTERNAL ...] [DEFINES ...])
# Static library assay_<name> (alias assay::<name>) from the *.cpp of this folder; headers are included by
# their path from the repository root. EXTERNAL is for libraries that our headers show.
function(assay_module)
  cmake_parse_arguments(ARG "" "NAME" "DEPENDS;EXTERNAL;PRIVATE_EXTERNAL;DEFINES" ${ARGN})
  set(target assay_${ARG_NAME})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM ARG_DEPENDS PREPEND assay::)
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    assay_warnings(${target})
    target_link_libraries(${target} PRIVATE ${ARG_PRIVATE_EXTERNAL})
    target_compile_definitions(${target} PRIVATE ${ARG_DEFINES})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(assay::${ARG_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${ARG_NAME})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} ${scope} ${ARG_DEPENDS} ${ARG_EXTERNAL})
  set_property(GLOBAL APPEND PROPERTY ASSAY_MODULES ${target})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(GLOBAL APPEND PROPERTY ASSAY_MODULE_FOLDERS ${folder})
endfunction()

# assay_program(NAME assay SOURCES ... DEPENDS engine io ... EXTERNAL ...): a program at <build>/<name>.
function(assay_program)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPENDS;EXTERNAL" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB ARG_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  set(target ${ARG_NAME}_program)
  add_executable(${target} ${ARG_SOURCES})
  assay_warnings(${target})
  list(TRANSFORM ARG_DEPENDS PREPEND assay::)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${ARG_DEPENDS} ${ARG_EXTERNAL})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${ARG_NAME} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

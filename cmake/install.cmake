# `cmake --install` gives the program and a library that other projects use by find_package(assay).
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY ASSAY_MODULES)
get_property(folders GLOBAL PROPERTY ASSAY_MODULE_FOLDERS)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/assay)

if(modules)
  install(TARGETS ${modules} EXPORT assayTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT assayTargets NAMESPACE assay:: DESTINATION ${package_dir})
endif()
foreach(folder IN LISTS folders)
  install(DIRECTORY ${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder} FILES_MATCHING PATTERN "*.h")
endforeach()
if(TARGET assay_program)
  install(TARGETS assay_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

configure_package_config_file(cmake/assayConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/assayConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/assayConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/assayConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/assayConfigVersion.cmake
  DESTINATION ${package_dir})

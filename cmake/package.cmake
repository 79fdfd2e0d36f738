# `make package`: one Debian package with the program, the library and the documents.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The Assay maintainers <maintainers@assay.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "${PROJECT_DESCRIPTION}
 Reads labels that many workers gave to many items and writes the labels that
 are most likely true, the error rates and the worth of every worker, and a
 report. Holds the program and the C++ library.")
# What a program that links the library needs; the assay program itself does not.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "libfmt-dev, libsimdjson-dev, nlohmann-json3-dev, libboost1.81-dev, libhwy-dev, libzstd-dev, zlib1g-dev, libxgboost-dev")
include(CPack)

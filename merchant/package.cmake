# What others link: find_package(favorhook-merchant), favorhook::merchant. One static library holds the objects of
# merchant/ and of what it stands on, so that the internal folders need not be exported one by one.
include(CMakePackageConfigHelpers)

add_library(favorhook_merchant_package STATIC
            $<TARGET_OBJECTS:favorhook_merchant> $<TARGET_OBJECTS:favorhook_apiv3>
            $<TARGET_OBJECTS:favorhook_crypto> $<TARGET_OBJECTS:favorhook_base>)
set_target_properties(favorhook_merchant_package PROPERTIES
                      LINKER_LANGUAGE CXX
                      EXPORT_NAME merchant
                      OUTPUT_NAME favorhook_merchant
                      ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/package)
target_link_libraries(favorhook_merchant_package PRIVATE CURL::libcurl OpenSSL::Crypto Boost::json fmt::fmt
                      spdlog::spdlog Threads::Threads)
target_compile_features(favorhook_merchant_package INTERFACE cxx_std_17)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/favorhook-merchant)
install(TARGETS favorhook_merchant_package EXPORT favorhook-merchant COMPONENT merchant
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/favorhook DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT merchant)
install(EXPORT favorhook-merchant NAMESPACE favorhook:: FILE favorhook-merchant-targets.cmake
        DESTINATION ${package_dir} COMPONENT merchant)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/favorhook-merchant-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES favorhook-merchant-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/favorhook-merchant-config-version.cmake
        DESTINATION ${package_dir} COMPONENT merchant)

if(FAVORHOOK_DEVELOPER)
  add_dependencies(tests favorhook_merchant_package)
  # Installs into a fresh prefix and builds an example against it as its own project would, with -std=c++17.
  add_test(NAME merchant.package
           COMMAND ${CMAKE_COMMAND} -D BUILD=${PROJECT_BINARY_DIR} -D SOURCE=${CMAKE_CURRENT_SOURCE_DIR}
                   -D WORK=${CMAKE_CURRENT_BINARY_DIR}/package_test -D COMPILER=${CMAKE_CXX_COMPILER}
                   -D SANITIZE=${FAVORHOOK_SANITIZE} -D GENERATOR=${CMAKE_GENERATOR}
                   -P ${CMAKE_CURRENT_SOURCE_DIR}/package_test.cmake)
  set_tests_properties(merchant.package PROPERTIES TIMEOUT 1800)
endif()

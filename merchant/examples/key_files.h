// A merchant's key files, under the names that merchants know, for the examples.
//
//   const example::KeyFiles files = example::read_key_files("favorhook-data/merchants/1900000001");
//
// Prints what is wrong and ends the program where a file cannot be read.
#pragma once

#include <favorhook/client.h>
#include <favorhook/platform_keys.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace example {

struct KeyFiles {
  favorhook::merchant::Credentials credentials;
  favorhook::merchant::PlatformKeys keys;
  std::string apiv3_key;
  std::string ca_file;  // empty: there is none
};

inline void stop(const std::string& reason) {
  std::cerr << reason << '\n';
  std::exit(1);
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) stop("cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

inline KeyFiles read_key_files(const std::filesystem::path& directory) {
  KeyFiles files;
  auto credentials = favorhook::merchant::credentials_from_pem(
      read_file(directory / "apiclient_cert.pem"), read_file(directory / "apiclient_key.pem"));
  if (!credentials) stop(credentials.error());
  files.credentials = credentials.value();
  files.apiv3_key = read_file(directory / "apiv3_key.txt");

  // Platform certificates, and the WeChat Pay public key beside them: whichever there is.
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("wechatpay_", 0) != 0 || entry.path().extension() != ".pem") continue;
    const auto added = files.keys.add_certificate(read_file(entry.path()));
    if (!added) stop(name + ": " + added.error());
  }
  if (std::filesystem::exists(directory / "pub_key.pem")) {
    const auto added = files.keys.add_public_key(read_file(directory / "pub_key_id.txt"),
                                                 read_file(directory / "pub_key.pem"));
    if (!added) stop("pub_key.pem: " + added.error());
  }
  if (std::filesystem::exists(directory / "ca.pem"))
    files.ca_file = (directory / "ca.pem").string();
  return files;
}

}  // namespace example

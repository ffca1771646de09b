// Requests as the SDKs send them, from api/vectors/sdk-requests (its README has the form of a
// file), signed here as the SDK does it: over the raw bytes.
//
//   for (const SdkRequest& each : sdk_requests()) {
//     HttpAnswer answer = world.send(signed_request(world, each));
//   }
//
// For this folder's tests; one thread. A file that cannot be read fails a CHECK.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>

#include "gateway/test_stock.h"

namespace favorhook::gateway {

struct SdkRequest {
  std::string name;  // of the file, without .http
  int answer = 0;
  std::string signed_by;  // certificate, public key, nobody
  std::string head;       // request line and headers, lines ended by '\n', placeholders in it
  std::string body;
};

// What stands between `before` and the next `after`; empty where `before` is not found.
inline std::string between(const std::string& text, std::string_view before,
                           std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string::npos) return {};
  const auto from = begin + before.size();
  return text.substr(from, text.find(after, from) - from);
}

inline std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string placeholder = "{{" + name + "}}";
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder)) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

inline SdkRequest read_sdk_request(const std::filesystem::path& path) {
  std::string text = vector_file("sdk-requests/" + path.filename().string());
  SdkRequest request;
  request.name = path.stem().string();
  request.answer = std::stoi(between(text, "# answer: ", "\n"));
  request.signed_by = between(text, "# signed by: ", "\n");
  while (text.starts_with('#')) text.erase(0, text.find('\n') + 1);
  const auto end = text.find("\n\n");
  CHECK(end != std::string::npos);
  request.head = text.substr(0, end + 1);
  request.body = text.substr(end + 2);
  if (!request.body.empty()) request.body.pop_back();  // the line feed that ends the file
  return request;
}

// In the order of their names.
inline std::vector<SdkRequest> sdk_requests() {
  std::vector<std::filesystem::path> paths;
  const std::filesystem::path folder =
      std::filesystem::path(FAVORHOOK_ROOT) / "api/vectors/sdk-requests";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".http") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<SdkRequest> all;
  for (const auto& path : paths) all.push_back(read_sdk_request(path));
  return all;
}

inline std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

inline HttpRequest signed_request(World& world, const SdkRequest& file) {
  const std::string timestamp = std::to_string(unix_seconds(world.clocks.wall_now));
  const std::string serial = world.serial_of(kSeed);
  const std::map<std::string, std::string> values = {
      {"mchid", kSeed},
      {"serial", serial},
      {"lower_case_serial", in_lower_case(serial)},
      {"timestamp", timestamp},
      {"platform_serial", world.older_certificate().serial},
      {"public_key_id", world.public_key().serial},
      {"host", "localhost:8480"},
      {"begin", "2026-05-01T00:00:00+08:00"},
      {"end", "2026-05-31T23:59:59+08:00"}};
  HttpRequest request;
  request.body = filled(file.body, values);
  std::string head = filled(file.head, values);
  request.method = head.substr(0, head.find(' '));
  request.target = between(head, " ", " ");
  const Signing signing = {.nonce = between(head, "nonce_str=\"", "\"")};
  head = filled(head, {{"length", std::to_string(request.body.size())},
                       {"signature", world.sign(request, timestamp, signing)}});
  std::istringstream lines(head);
  std::string line;
  std::getline(lines, line);  // the request line
  while (std::getline(lines, line)) {
    const auto colon = line.find(':');
    const std::string_view rest = std::string_view(line).substr(colon + 1);
    request.headers.push_back(
        {line.substr(0, colon), std::string(rest.substr(rest.starts_with(' ') ? 1 : 0))});
  }
  return request;
}

}  // namespace favorhook::gateway

// Digests, encodings and comparison.
//
//   std::string digest = sha256_hex(to_sorted_json(body));       // 64 lower-case digits
//   if (!equal_constant_time(token, expected)) …
//
// Pure functions, any thread. Limits: at most kBase64BytesMax bytes are encoded; more are a bug.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace favorhook::crypto {

// 32 raw bytes.
std::string sha256(std::string_view text);
std::string sha256_hex(std::string_view text);

std::string base64(std::string_view bytes);
// Strict: padding required, no white space, no other alphabet; nothing otherwise.
std::optional<std::string> from_base64(std::string_view text);

// Time does not depend on where the texts differ; it may depend on their lengths.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace favorhook::crypto

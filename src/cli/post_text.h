// A POST that a receiver took, as text: for a person, and as one line of JSON for machines.
//
//   fmt::print("{}", post_text(post));
//   file << post_json_line(post) << '\n';
//
// Pure functions but for the colours of a terminal.
#pragma once

#include <string>

#include "cli/receiver.h"

namespace favorhook::cli {

// Time, target, the Wechatpay-* headers, ciphertext length, plaintext, verdict and answer.
std::string post_text(const ReceivedPost& post);
// Only the headers, ciphertext length and plaintext.
std::string notification_text(const ReceivedPost& post);
// {"received_at":ms,"nonce":…,"id":…,"verdict":…,"plaintext":…,"status":…}: `verdict` is "verified"
// or the reason why not, `plaintext` is null where the notification was not opened.
std::string post_json_line(const ReceivedPost& post);

}  // namespace favorhook::cli

#include "cli/post_text.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "apiv3/json.h"
#include "base/time_text.h"
#include "cli/text_style.h"

namespace favorhook::cli {
namespace {

// Of a signature's 344 characters a person needs to see that it is there and which one it is.
constexpr std::size_t kSignatureShown = 24;

std::string shown_value(const Header& header) {
  if (!equal_ignoring_case(header.name, "Wechatpay-Signature") ||
      header.value.size() <= kSignatureShown) {
    return printable(header.value);
  }
  return fmt::format("{}… ({} characters)", printable(header.value.substr(0, kSignatureShown)),
                     header.value.size());
}

bool of_wechatpay(const Header& header) {
  constexpr std::string_view kPrefix = "Wechatpay-";
  return header.name.size() > kPrefix.size() &&
         equal_ignoring_case(header.name.substr(0, kPrefix.size()), kPrefix);
}

}  // namespace

std::string notification_text(const ReceivedPost& post) {
  std::string text;
  for (const Header& header : post.headers) {
    if (!of_wechatpay(header)) continue;
    text += fmt::format("  {} {}\n", styled(Style::faint, printable(header.name) + ":"),
                        shown_value(header));
  }
  text += fmt::format("  {} {} characters of base64\n", styled(Style::faint, "ciphertext:"),
                      post.ciphertext_length);
  if (post.notification) {
    text += fmt::format("  {}\n{}\n", styled(Style::faint, "plaintext:"),
                        pretty_text(post.notification->plaintext, "    "));
  }
  return text;
}

std::string post_text(const ReceivedPost& post) {
  const std::string what =
      post.notification ? post.notification->event_type + " " + post.id : post.id;
  std::string text = fmt::format("{}  POST {}  {}\n", to_rfc3339(post.received, Precision::millis),
                                 printable(post.target), styled(Style::heading, printable(what)));
  text += notification_text(post);
  const std::string verdict = post.fault.empty()
                                  ? styled(Style::good, "verified")
                                  : styled(Style::bad, "refused: " + printable(post.fault));
  const std::string body = post.answer.body.empty() ? "" : " " + printable(post.answer.body);
  text += fmt::format("  {}, answered {}{}\n", verdict, post.answer.status, body);
  return text;
}

std::string post_json_line(const ReceivedPost& post) {
  boost::json::value plaintext;
  if (post.notification) plaintext = boost::json::string(post.notification->plaintext);
  return apiv3::to_ordered_json(
      boost::json::object{{"received_at", unix_millis(post.received)},
                          {"nonce", find_header(post.headers, "Wechatpay-Nonce").value_or("")},
                          {"id", post.id},
                          {"verdict", post.fault.empty() ? std::string("verified") : post.fault},
                          {"plaintext", std::move(plaintext)},
                          {"status", post.answer.status}});
}

}  // namespace favorhook::cli

// What a receiver answers (net/answer_parser.h). An input is all that it sends before it closes the
// connection.
//
// However the bytes are cut, the answer and the verdict are the same, word by word. What is kept of
// a body and held of the rest is bounded.
#include "base/check.h"
#include "fuzz/cuts.h"
#include "net/answer_parser.h"

namespace favorhook::fuzz {
namespace {

using net::AnswerParser;

// Small ones, so that short inputs come to them.
constexpr net::AnswerBounds kBounds{.field_bytes = 256, .body_bytes = 64, .kept_bytes = 16};

struct Outcome {
  AnswerParser::State state = AnswerParser::more;
  int status = 0;
  std::string body_head;
  std::string fault;
  bool keep_alive = false;
};

// As net/exchange.cc does: what is not consumed is held and given again with what follows.
Outcome receive(std::string_view bytes, const Cut& cut) {
  AnswerParser parser(kBounds);
  AnswerParser::State state = AnswerParser::more;
  std::string held;
  while (state == AnswerParser::more && !bytes.empty()) {
    held += next_piece(bytes, cut);
    std::size_t consumed = 0;
    state = parser.feed(held, consumed);
    CHECK(consumed <= held.size());
    held.erase(0, consumed);
    CHECK(state != AnswerParser::more || held.size() < kBounds.field_bytes);
  }
  if (state == AnswerParser::more) state = parser.feed_end();
  return {state, parser.status(), parser.body_head(), parser.fault(), parser.keep_alive()};
}

void check_alike(const Outcome& a, const Outcome& b) {
  CHECK(a.state == b.state && a.status == b.status && a.fault == b.fault);
  CHECK(a.body_head == b.body_head && a.keep_alive == b.keep_alive);
}

}  // namespace
}  // namespace favorhook::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace favorhook;
  using namespace favorhook::fuzz;
  Input input(data, size);
  const Outcome whole = check_cuts(input, input.rest(), receive, check_alike);
  CHECK(whole.body_head.size() <= kBounds.kept_bytes);
  const bool judged = whole.state == AnswerParser::complete;
  CHECK(!judged || (whole.status >= 200 && whole.status <= 999 && whole.fault.empty()));
  const bool refused =
      whole.state == AnswerParser::malformed || whole.state == AnswerParser::too_large;
  CHECK(refused == !whole.fault.empty());
  return 0;
}

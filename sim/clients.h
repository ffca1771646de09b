// The merchants' side of the API: set the URL, create a stock, send coupons, through signed
// requests that are repeated until they are answered, as an SDK's caller would.
//
//   Clients clients(world…);
//   clients.set_up(0);       // of a merchant that exists; all the rest follows by itself
//
// A repeated request keeps its out_request_no; sometimes one that was answered is sent again.
// Requests and answers may be lost on their way. One thread.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/http_message.h"
#include "sim/history.h"
#include "sim/network.h"
#include "sim/platform.h"
#include "sim/sim_random.h"
#include "sim/virtual_time.h"

namespace favorhook::sim {

// Hands a request to the node; false where it is down.
using Reach = std::function<bool(const HttpRequest& request, Respond respond)>;

class Clients {
 public:
  Clients(const Workload& workload, Platform& platform, SimExecutor& executor,
          const SimClocks& clocks, SimRandom& random, History& history, Reach reach);
  void set_up(std::size_t merchant);
  // Some merchant sets another URL, or looks at the one it has.
  void change_url();

 private:
  struct Request;
  using Answered = std::function<void(const HttpAnswer&)>;

  void set_url(std::size_t merchant, const std::string& url, const std::function<void()>& done);
  void look_at_url(std::size_t merchant);
  void create_stock(std::size_t merchant);
  void send_coupons(std::size_t merchant, const std::string& stock_id);
  void send_coupon(const std::string& mchid, const std::string& stock_id,
                   const std::string& out_request_no, const std::string& openid);
  void coupon_answered(const std::string& mchid, const std::string& stock_id,
                       const std::string& out_request_no, const HttpAnswer& answer);
  void call(const std::string& mchid, std::string method, std::string target, std::string body,
            Answered answered);
  void attempt(const std::shared_ptr<Request>& request);
  void take_answer(const std::shared_ptr<Request>& request, const HttpAnswer& answer);
  bool lost(std::uint32_t one_in) { return one_in > 0 && random_.one_in(one_in); }

  const Workload& workload_;
  Platform& platform_;
  SimExecutor& executor_;
  const SimClocks& clocks_;
  SimRandom& random_;
  History& history_;
  Reach reach_;
  std::set<std::size_t> setting_url_;  // merchants
  std::uint32_t urls_ = 0;
};

}  // namespace favorhook::sim

// The merchants' side of the API: set the URL, create a stock, send coupons, through signed
// requests that are repeated until they are answered, as an SDK's caller would.
//
//   Clients clients(world…);
//   clients.start();         // everything else happens on the executor
//
// A repeated request keeps its out_request_no; sometimes one that was answered is sent again. One
// thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/http_message.h"
#include "sim/history.h"
#include "sim/network.h"
#include "sim/platform.h"
#include "sim/sim_random.h"
#include "sim/virtual_time.h"

namespace favorhook::sim {

// Hands a request to the node; false where it is down.
using Reach = std::function<bool(HttpRequest request, Respond respond)>;

class Clients {
 public:
  Clients(const Workload& workload, const Platform& platform, SimExecutor& executor,
          const SimClocks& clocks, SimRandom& random, History& history, Reach reach);
  void start();

 private:
  struct Request;
  using Answered = std::function<void(const HttpAnswer&)>;

  void set_up(std::size_t merchant);
  void create_stock(std::size_t merchant);
  void send_coupons(std::size_t merchant, const std::string& stock_id);
  void send_coupon(const std::string& mchid, const std::string& stock_id,
                   const std::string& out_request_no, const std::string& openid);
  void coupon_answered(const std::string& mchid, const std::string& stock_id,
                       const std::string& out_request_no, const HttpAnswer& answer);
  void call(const std::string& mchid, std::string target, std::string body, Answered answered);
  void attempt(const std::shared_ptr<Request>& request);

  const Workload& workload_;
  const Platform& platform_;
  SimExecutor& executor_;
  const SimClocks& clocks_;
  SimRandom& random_;
  History& history_;
  Reach reach_;
};

}  // namespace favorhook::sim
